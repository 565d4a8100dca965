using System.Security.Cryptography;
using System.Text;

namespace Platform.Inventory.Masking;

/// <summary>
/// The secret of keyed masks. From it a key a purpose is derived, so that a hash says nothing about a token of the same value.
/// The same secret gives the same results in every table and every run: masked columns still join. Safe for many threads.
/// </summary>
public sealed class MaskKey
{
    /// <summary>The fewest characters of a secret. Values are often few enough to try all; only the key stands between them and the hash.</summary>
    public const int LeastLength = 16;

    private readonly byte[] _hash;
    private readonly byte[] _token;

    /// <exception cref="ArgumentException">The secret is shorter than <see cref="LeastLength"/> characters.</exception>
    public MaskKey(string secret)
    {
        if (secret.Length < LeastLength)
            throw new ArgumentException($"The secret for masking has {secret.Length} characters and needs at least {LeastLength}. Set a longer one, for example 32 random characters.", nameof(secret));
        var bytes = Encoding.UTF8.GetBytes(secret);
        _hash = HMACSHA256.HashData(bytes, "platform.mask.hash"u8);
        _token = HMACSHA256.HashData(bytes, "platform.mask.token"u8);
        Format = HMACSHA256.HashData(bytes, "platform.mask.format"u8);
    }

    /// <summary>Key of <see cref="FormatPreserving"/>.</summary>
    internal byte[] Format { get; }

    /// <summary>HMAC-SHA256 of the value (RFC 2104), its first 128 bits as 32 hexadecimal digits.</summary>
    public string Hash(string value) => Convert.ToHexStringLower(Of(_hash, value)[..16]);

    /// <summary>A short stand-in for people to read: <c>tok_</c> and 16 letters and digits, 80 bits of an HMAC-SHA256. There is no way back and no table that knows one.</summary>
    public string Token(string value)
    {
        // Without the letters that look like digits (Crockford).
        const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";
        var bytes = Of(_token, value);
        return string.Create(20, bytes, static (text, bytes) =>
        {
            "tok_".CopyTo(text);
            for (var i = 0; i < 16; i++)
            {
                var bit = i * 5;
                text[i + 4] = Letters[((bytes[bit / 8] << 8 | bytes[(bit / 8) + 1]) >> (11 - (bit % 8))) & 31];
            }
        });
    }

    private static byte[] Of(byte[] key, string value) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value));
}
