using System.Security.Cryptography;
using System.Text;
using Platform.Postgres.Embedded;

namespace Platform.Postgres.Secrets;

/// <summary>The key that encrypts secrets, from a file that all nodes share. AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text; the name is authenticated along.</summary>
public sealed class SecretKey
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _key;

    private SecretKey(byte[] key, string file)
    {
        _key = key;
        File = file;
        Id = Convert.ToHexStringLower(SHA256.HashData(key))[..12];
    }

    /// <summary>Where the key was read.</summary>
    public string File { get; }

    /// <summary>Tells keys apart and tells nothing about them.</summary>
    public string Id { get; }

    /// <summary>Reads the key file that was named (<c>--key-file</c>), or <c>{home}/secret.key</c>, which is made when missing, for its owner only.</summary>
    /// <exception cref="DatabaseException">The named file is missing, cannot be read, or does not hold 32 bytes.</exception>
    public static SecretKey Open(string home, string? keyFile)
    {
        var file = string.IsNullOrWhiteSpace(keyFile) ? Path.Combine(Path.GetFullPath(home), "secret.key") : Path.GetFullPath(keyFile);
        try
        {
            if (!System.IO.File.Exists(file))
            {
                if (!string.IsNullOrWhiteSpace(keyFile))
                    throw new DatabaseException($"The key file {file} does not exist. Copy it from another node, or make one: head -c 32 /dev/urandom > {file}; chmod 600 {file}");
                Create(file);
            }

            return new SecretKey(Read(file), file);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new DatabaseException($"The key file {file} cannot be read: {e.Message} Run the program as the file's owner, or name another with --key-file.", e);
        }
    }

    internal byte[] Encrypt(string name, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var result = new byte[NonceLength + TagLength + plain.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(name));
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <exception cref="DatabaseException">It was encrypted with another key, or is damaged.</exception>
    internal string Decrypt(string name, byte[] value, string keyId)
    {
        if (keyId != Id)
            throw new DatabaseException($"'{name}' was encrypted with the key {keyId}, and this node's key file {File} holds the key {Id}. Give every node the same key file (--key-file), or set '{name}' again.");
        try
        {
            var plain = new byte[value.Length - NonceLength - TagLength];
            using var aes = new AesGcm(_key, TagLength);
            aes.Decrypt(value.AsSpan(0, NonceLength), value.AsSpan(NonceLength + TagLength), value.AsSpan(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or OverflowException or ArgumentException)
        {
            throw new DatabaseException($"The stored value of '{name}' is damaged. Set it again.", e);
        }
    }

    private static byte[] Read(string file)
    {
        var bytes = System.IO.File.ReadAllBytes(file);
        if (bytes.Length == KeyLength)
            return bytes;
        // A secret handed over by an orchestrator is often text: 64 hexadecimal digits serve too.
        var text = Encoding.ASCII.GetString(bytes).Trim();
        if (text.Length == 2 * KeyLength && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);
        throw new DatabaseException($"The key file {file} holds {bytes.Length} bytes; it must hold 32 random bytes, or 64 hexadecimal digits. Put the right file there. A new key makes all stored secrets unreadable.");
    }

    private static void Create(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var draft = file + "." + Guid.NewGuid().ToString("N")[..8];
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyLength));
            stream.Flush(flushToDisk: true);
        }

        // A rename would replace the key of another process that is a moment ahead; a hard link refuses, and then that key counts.
        if (!NativeMethods.Link(draft, file) && !System.IO.File.Exists(file))
            System.IO.File.Move(draft, file);
        System.IO.File.Delete(draft);
    }
}
