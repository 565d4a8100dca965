using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Scan;

/// <summary>Finds what varies in file names: days, months, unique ids, numbers.</summary>
internal static partial class FileNamePattern
{
    /// <summary>The name with days as <c>{yyyy-MM-dd}</c>, months as <c>{yyyy-MM}</c>, unique ids as <c>{id}</c> and other digits as <c>{n}</c>; the extension stays.</summary>
    public static string Of(string name)
    {
        var extension = Extension(name);
        var stem = name[..^extension.Length];
        stem = Days(stem);
        stem = Uuid().Replace(stem, "{id}");
        return Digits().Replace(stem, match => InBraces(stem, match.Index) ? match.Value : "{n}") + extension;
    }

    /// <summary>The extension with its dot, and the one before <c>.gz</c>.</summary>
    public static string Extension(string name)
    {
        var gzip = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[^3..] : "";
        return Path.GetExtension(name[..^gzip.Length]) + gzip;
    }

    private static string Days(string stem)
    {
        stem = FullDay().Replace(stem, match => IsDay(match) ? Format(match) : match.Value);
        return Month().Replace(stem, match => InBraces(stem, match.Index) || !IsMonth(match.Groups[1].Value, match.Groups[3].Value)
            ? match.Value
            : $"{{yyyy{match.Groups[2].Value}MM}}");
    }

    private static bool IsDay(Match match) => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is >= 1900 and < 2100
        && DateOnly.TryParseExact(match.Groups[1].Value + match.Groups[3].Value + match.Groups[4].Value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Format(Match match) => $"{{yyyy{match.Groups[2].Value}MM{match.Groups[2].Value}dd}}";

    private static bool IsMonth(string year, string month)
        => int.Parse(year, CultureInfo.InvariantCulture) is >= 1900 and < 2100 && int.Parse(month, CultureInfo.InvariantCulture) is >= 1 and <= 12;

    private static bool InBraces(string text, int index) => text.LastIndexOf('{', index) > text.LastIndexOf('}', index);

    [GeneratedRegex(@"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex FullDay();

    [GeneratedRegex(@"(?<!\d)(\d{4})([-_])(\d{2})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Month();

    [GeneratedRegex(@"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
