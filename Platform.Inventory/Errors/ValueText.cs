using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Platform.Inventory.Errors;

/// <summary>How a value is made: its shape, whether it is a number, with which unit, whether it stands for nothing.</summary>
internal static class ValueText
{
    // Words that spreadsheets, databases and programs write for no value; never a value themselves.
    private static readonly FrozenSet<string> StandIns = new[]
    {
        "n/a", "#n/a", "na", "n.a.", "null", "(null)", "\\n", "nan", "nil", "none", "undefined", "missing", "not available", "not applicable", "tbd",
        "?", "??", "-", "--", "---", "#ref!", "#value!", "#div/0!", "无", "空", "缺失", "暂无", "未填写",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Words that some tables use for no value and others for a kind of value.
    private static readonly FrozenSet<string> Doubtful = new[] { "empty", "unknown", "other", "blank", "test", "0000-00-00", "1900-01-01", "未知", "其他" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static double StandIn(string value)
    {
        var text = value.Trim();
        return StandIns.Contains(text) ? 1 : Doubtful.Contains(text) ? 0.4 : 0;
    }

    /// <summary>Classes of characters, runs as one: letters by case, digits, other scripts, everything else as it is.</summary>
    /// <param name="value">The value.</param>
    /// <param name="collapse">Whether a run counts once; otherwise its length is part of the shape.</param>
    public static string Shape(string value, bool collapse)
    {
        var shape = new StringBuilder();
        var last = '\0';
        foreach (var c in value)
        {
            var kind = Kind(c);
            if (!collapse || kind != last || kind is not ('a' or 'A' or '9' or '文'))
                shape.Append(kind);
            last = kind;
            if (shape.Length >= 32)
                break;
        }

        return shape.ToString();
    }

    /// <summary>How the letters are written: all small, all capital, or as words begin; '-' without letters that have a case.</summary>
    public static char Case(string value)
    {
        int upper = 0, lower = 0;
        foreach (var c in value)
        {
            upper += char.IsUpper(c) ? 1 : 0;
            lower += char.IsLower(c) ? 1 : 0;
        }

        return (upper, lower) switch
        {
            (0, 0) => '-',
            (0, _) => 'a',
            ( > 1, 0) => 'A',
            _ => 'M',
        };
    }

    public static char Kind(char c) => c switch
    {
        >= '0' and <= '9' => '9',
        _ when char.IsUpper(c) => 'A',
        _ when char.IsLower(c) => 'a',
        _ when char.IsLetter(c) => '文',
        _ when char.IsDigit(c) => '9',
        _ => c,
    };

    /// <summary>A plain number, with a decimal point and a sign at most.</summary>
    public static bool TryNumber(ReadOnlySpan<char> value, out double number) =>
        double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>A number with something short before or after it: 12.0 oz, $5, 7%.</summary>
    /// <param name="value">The value.</param>
    /// <param name="number">The number.</param>
    /// <param name="unit">What stands around it; empty for a plain number.</param>
    public static bool TryQuantity(string value, out double number, out string unit)
    {
        var text = value.AsSpan().Trim();
        unit = "";
        if (TryNumber(text, out number))
            return true;
        var start = 0;
        while (start < text.Length && !char.IsAsciiDigit(text[start]) && text[start] is not ('-' or '+'))
            start++;
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or ',' or '-' or '+'))
            end++;
        while (end > start && text[end - 1] is '.' or ',' or '-' or '+')
            end--;
        var rest = text[end..].Trim();
        var front = text[..start].Trim();
        // Nine digits and a letter are a number of something, not a number.
        var whole = end - start >= 9 && text[start..end].IndexOfAny('.', ',') < 0;
        if (start > 3 || end == start || rest.Length > 12 || front.Length + rest.Length == 0 || whole)
            return false;
        // A code has digits on both sides of a letter or dash, a unit has none of them.
        foreach (var c in rest)
        {
            if (char.IsDigit(c) || c is '-' or '_' or ':' or '#' or '@')
                return false;
        }

        if (!TryNumber(text[start..end].ToString().Replace(",", "", StringComparison.Ordinal), out number))
            return false;
        unit = $"{front}{rest}";
        return true;
    }

    /// <summary>The letters of a unit: oz, oz. and OZ are written differently and mean the same.</summary>
    public static string PlainUnit(string unit)
    {
        var plain = string.Concat(unit.Where(char.IsLetter)).ToLowerInvariant();
        return plain.Length == 0 ? unit : plain;
    }

    /// <summary>What is left of a value without case, blanks and punctuation: two spellings of one value have the same.</summary>
    public static string Plain(string value) => string.Concat(value.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Whether the text holds what a wrong encoding leaves behind.</summary>
    public static bool IsMangled(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\uFFFD' || (char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
                return true;
            // UTF-8 read as Latin-1: a lead byte and a continuation byte, each as a letter of its own.
            if (c is 'Ã' or 'Â' or 'â' or 'å' or 'æ' or 'ç' or 'è' or 'é' && i + 1 < value.Length && value[i + 1] is (>= '\u0080' and <= '\u00BF') or '€' or '™' or 'œ')
                return true;
        }

        return false;
    }
}
