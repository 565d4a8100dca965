using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Benchmarks.Inventory.Types;

/// <summary>A generated column with its truth.</summary>
/// <param name="Types">The types that hold; the first is the one scored.</param>
/// <param name="Name">Name of the column.</param>
/// <param name="NameTells">Whether the name says what it is.</param>
/// <param name="Values">A value a row; empty is none.</param>
internal sealed record MadeColumn(IReadOnlyList<string> Types, string Name, bool NameTells, IReadOnlyList<string> Values)
{
    /// <summary>The state that reading it from a text file gives.</summary>
    public ColumnState ToState()
    {
        var state = new ColumnState(Name);
        foreach (var value in Values)
            state.AddCell(Encoding.UTF8.GetBytes(value));
        return state;
    }
}

/// <summary>Makes the values of one column after choosing how its values are written.</summary>
internal delegate Func<string> Style(Random random);

/// <summary>How columns of a type look.</summary>
/// <param name="Type">The type.</param>
/// <param name="Names">Names that such columns have.</param>
/// <param name="Styles">Ways to write its values; one is chosen a column.</param>
/// <param name="MostDistinct">Different values at most; 0 for as many as are made.</param>
internal sealed record Recipe(string Type, string Names, Style[] Styles, int MostDistinct = 0);

/// <summary>Small pieces that both generators write values with; the words and formats are their own.</summary>
internal static class Make
{
    public static string Digits(this Random random, int count) => string.Create(count, random, (text, r) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)('0' + r.Next(10));
    });

    public static string From(this Random random, string alphabet, int count) => string.Create(count, (random, alphabet), (text, s) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = s.alphabet[s.random.Next(s.alphabet.Length)];
    });

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static bool Chance(this Random random, double share) => random.NextDouble() < share;

    /// <summary>A number between the bounds, as likely in each power of ten.</summary>
    public static double Log(this Random random, double low, double high) => Math.Exp((random.NextDouble() * (Math.Log(high) - Math.Log(low))) + Math.Log(low));

    /// <summary>A number around a centre, normally spread.</summary>
    public static double Normal(this Random random, double mean, double deviation)
        => mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static DateTime Time(this Random random, int fromYear, int toYear)
        => new DateTime(fromYear, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextDouble() * (toYear - fromYear) * 365.25 * 86_400);

    public static string Text(this double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    public static string Text(this DateTime value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    public static string[] Words(string list) => list.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Luhn's check digit behind the digits.</summary>
    public static string Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit > 4 ? (digit * 2) - 9 : digit * 2 : digit;
        }

        return digits + (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>An identity card of China for a body of 17 digits.</summary>
    public static string IdCard(string body)
    {
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < 17; i++)
            sum += (body[i] - '0') * weights[i];
        return body + "10X98765432"[sum % 11];
    }

    /// <summary>A social credit code for a body of 17 places.</summary>
    public static string CreditCode(string body)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        ReadOnlySpan<int> weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var sum = 0;
        for (var i = 0; i < 17; i++)
            sum += Alphabet.IndexOf(body[i], StringComparison.Ordinal) * weights[i];
        return body + Alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>An IBAN of a country for its inner part.</summary>
    public static string Iban(string country, string inner)
    {
        var remainder = 0;
        foreach (var c in inner + country + "00")
            remainder = char.IsAsciiDigit(c) ? ((remainder * 10) + c - '0') % 97 : ((remainder * 100) + c - 'A' + 10) % 97;
        return $"{country}{98 - remainder:00}{inner}";
    }
}
