namespace Platform.Inventory.Personal;

/// <summary>Check digits of numbers, over ASCII digits only.</summary>
internal static class Checksums
{
    /// <summary>Luhn's check digit (ISO/IEC 7812-1).</summary>
    public static bool Luhn(ReadOnlySpan<char> digits) => LuhnSum(digits) % 10 == 0;

    /// <summary>The digit that makes a number hold under <see cref="Luhn"/> when it is put at its end.</summary>
    public static char LuhnDigit(ReadOnlySpan<char> digits)
    {
        Span<char> all = stackalloc char[digits.Length + 1];
        digits.CopyTo(all);
        all[^1] = '0';
        return (char)('0' + ((10 - (LuhnSum(all) % 10)) % 10));
    }

    /// <summary>Brazil's CPF: two check digits over nine, modulo 11.</summary>
    public static bool BrazilianCpf(ReadOnlySpan<char> digits)
    {
        if (digits.Length != 11 || digits.IndexOfAnyExcept(digits[0]) < 0)
            return false;
        for (var check = 9; check < 11; check++)
        {
            var sum = 0;
            for (var i = 0; i < check; i++)
                sum += (digits[i] - '0') * (check + 1 - i);
            if (sum * 10 % 11 % 10 != digits[check] - '0')
                return false;
        }

        return true;
    }

    /// <summary>France's NIR: thirteen digits and 97 less their remainder.</summary>
    public static bool FrenchNir(ReadOnlySpan<char> digits)
        => digits.Length == 15 && long.TryParse(digits[..13], out var body) && int.TryParse(digits[13..], out var key) && digits[3..5] is not "00" && 97 - (body % 97) == key;

    /// <summary>Verhoeff's check digit (the dihedral group of order ten), which India's Aadhaar ends in.</summary>
    public static bool Verhoeff(ReadOnlySpan<char> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[^(i + 1)] - '0';
            for (var turn = 0; turn < i % 8; turn++)
                value = "1576283094"[value] - '0';
            check = Multiply(check, value);
        }

        return check == 0;
    }

    // Rotations are 0 to 4, reflections 5 to 9.
    private static int Multiply(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => ((a + b) % 5) + 5,
        (false, true) => ((a - b) % 5) + 5,
        _ => (a - b + 5) % 5,
    };

    private static int LuhnSum(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if ((i & 1) == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum;
    }
}
