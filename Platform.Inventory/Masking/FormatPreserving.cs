using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Platform.Inventory.Personal;

namespace Platform.Inventory.Masking;

/// <summary>
/// Puts digits in the place of digits and letters in the place of letters, so that a masked value still has the form that programs check: length, signs between, capitals,
/// and Luhn's check digit where the value had it. A keyed permutation: different values stay different, so that keys stay keys. It is a Feistel network of ten rounds over the
/// number that the digits (or the letters) make, after FF1 (NIST SP 800-38G) with HMAC-SHA256 in its rounds; FF1 itself asks for a domain of a million at least, and a value of
/// fewer than six digits is here, as there, as weak as the number of values that it could be.
/// </summary>
public sealed class FormatPreserving(MaskKey key)
{
    private const int Rounds = 10;

    /// <summary>The masked text; null where it holds letters that are none of A to Z, whose form this does not know.</summary>
    public string? Mask(string value)
    {
        var digits = new char[value.Length];
        var letters = new char[value.Length];
        int digitCount = 0, letterCount = 0;
        foreach (var c in value)
        {
            if (char.IsAsciiDigit(c))
                digits[digitCount++] = c;
            else if (char.IsAsciiLetter(c))
                letters[letterCount++] = (char)(c | 0x20);
            else if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
                return null;
        }

        // The digits depend on the letters and not the other way round: both can be taken back in turn.
        var mixedLetters = Permute(letters.AsSpan(0, letterCount), 26, 'a', []);
        var hasCheck = digitCount is >= 12 and <= 19 && letterCount == 0 && Checksums.Luhn(digits.AsSpan(0, digitCount));
        var body = digits.AsSpan(0, hasCheck ? digitCount - 1 : digitCount);
        var mixedDigits = Permute(body, 10, '0', mixedLetters);
        if (hasCheck)
            mixedDigits = [.. mixedDigits, Checksums.LuhnDigit(mixedDigits)];
        var masked = value.ToCharArray();
        for (int i = 0, digit = 0, letter = 0; i < masked.Length; i++)
        {
            if (char.IsAsciiDigit(masked[i]))
                masked[i] = mixedDigits[digit++];
            else if (char.IsAsciiLetter(masked[i]))
                masked[i] = char.IsAsciiLetterUpper(masked[i]) ? char.ToUpperInvariant(mixedLetters[letter++]) : mixedLetters[letter++];
        }

        return new string(masked);
    }

    /// <summary>A whole number with as many digits and the same sign; the first digit is no zero. Values that are too large for the type are walked over.</summary>
    /// <param name="value">Any number of at most 18 digits, or one of 19 that a long holds.</param>
    /// <param name="most">The largest that the column's type holds.</param>
    public long Mask(long value, long most = long.MaxValue)
    {
        if (value == 0)
            return 0;
        var digits = BigInteger.Abs(value).ToString(System.Globalization.CultureInfo.InvariantCulture).AsSpan();
        var hasCheck = digits.Length is >= 12 and <= 19 && Checksums.Luhn(digits);
        Span<char> body = new char[hasCheck ? digits.Length - 1 : digits.Length];
        digits[..body.Length].CopyTo(body);
        while (true)
        {
            Permute(body, 10, '0', []).CopyTo(body);
            if (body[0] == '0')
                continue;
            var whole = hasCheck ? string.Concat(body, [Checksums.LuhnDigit(body)]) : new string(body);
            if (BigInteger.Parse(whole, System.Globalization.CultureInfo.InvariantCulture) is var masked && masked <= most)
                return (long)(value < 0 ? -masked : masked);
        }
    }

    private char[] Permute(ReadOnlySpan<char> text, int radix, char zero, ReadOnlySpan<char> tweak)
    {
        if (text.Length == 0)
            return [];
        if (text.Length == 1)
            return [(char)(zero + ((text[0] - zero + (int)(Round(0, 1, radix, 0, tweak) % radix)) % radix))];
        int left = text.Length / 2, right = text.Length - left;
        BigInteger a = Number(text[..left], radix, zero), b = Number(text[left..], radix, zero);
        for (var round = 0; round < Rounds; round++)
        {
            var width = round % 2 == 0 ? left : right;
            var sum = (a + Round(b, text.Length, radix, round, tweak)) % BigInteger.Pow(radix, width);
            (a, b) = (b, sum);
        }

        // After an even number of rounds each half is as long as it was.
        return [.. Text(a, left, radix, zero), .. Text(b, right, radix, zero)];
    }

    private BigInteger Round(BigInteger half, int length, int radix, int round, ReadOnlySpan<char> tweak)
    {
        var number = half.ToByteArray(isUnsigned: true, isBigEndian: true);
        Span<byte> message = stackalloc byte[12 + (tweak.Length * 2) + number.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], radix);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], round);
        for (var i = 0; i < tweak.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(message[(12 + (i * 2))..], tweak[i]);
        number.CopyTo(message[(12 + (tweak.Length * 2))..]);
        return new BigInteger(HMACSHA256.HashData(key.Format, message), isUnsigned: true);
    }

    private static BigInteger Number(ReadOnlySpan<char> text, int radix, char zero)
    {
        var number = BigInteger.Zero;
        foreach (var c in text)
            number = (number * radix) + (c - zero);
        return number;
    }

    private static char[] Text(BigInteger number, int width, int radix, char zero)
    {
        var text = new char[width];
        for (var i = width - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, radix, out var digit);
            text[i] = (char)(zero + (int)digit);
        }

        return text;
    }
}
