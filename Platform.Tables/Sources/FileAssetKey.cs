using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Tables.Sources;

/// <summary>
/// The key under which a file is known: files that differ only in their date are one asset, <c>file:/data/orders/{yyyy-MM-dd}.csv</c>, and so are the
/// files below a Hive partition folder, <c>file:/data/clicks/dt={dt}/*.parquet</c>. Readers, scanners and lineage all take it from here.
/// </summary>
public static partial class FileAssetKey
{
    private const string Prefix = "file:";

    /// <summary>The key of the file or folder at <paramref name="path"/>, which need not exist. A relative path begins in the current folder.</summary>
    public static string For(string path) => Prefix + PatternOf(Path.GetFullPath(path).Replace('\\', '/'));

    /// <summary>Whether the key stands for several files.</summary>
    public static bool IsPattern(string key) => key.Contains('{', StringComparison.Ordinal);

    private static string PatternOf(string path)
    {
        var parts = path.Split('/');
        var last = parts.Length - 1;
        var partitioned = false;
        for (var i = 0; i < last; i++)
        {
            var partition = PartitionFolder().Match(parts[i]);
            if (partition.Success)
            {
                partitioned = true;
                parts[i] = $"{partition.Groups[1].Value}={{{partition.Groups[1].Value}}}";
            }
            else if (WholeDate(parts[i]) is { } format)
            {
                parts[i] = format;
            }
        }
        // Writers name the files of a partition as they like: the folder is the asset.
        parts[last] = partitioned ? "*" + ExtensionOf(parts[last]) : DatedName(parts[last]);
        return string.Join('/', parts);
    }

    private static string ExtensionOf(string name)
    {
        var extension = Path.GetExtension(name);
        return extension is ".gz" or ".zst" ? Path.GetExtension(Path.GetFileNameWithoutExtension(name)) + extension : extension;
    }

    private static string? WholeDate(string part)
    {
        var match = DateInName().Match(part);
        return match.Success && match.Length == part.Length ? FormatOf(match) : null;
    }

    /// <summary>A name with one date in it. Two dates are a span that the one file covers, not a series of files.</summary>
    private static string DatedName(string name)
    {
        var dates = DateInName().Matches(name).Where(match => FormatOf(match) is not null).ToList();
        return dates.Count == 1 ? string.Concat(name.AsSpan(0, dates[0].Index), FormatOf(dates[0]), name.AsSpan(dates[0].Index + dates[0].Length)) : name;
    }

    private static string? FormatOf(Match match)
    {
        var digits = string.Concat(match.Value.Where(char.IsAsciiDigit));
        var separator = match.Value.Length > digits.Length ? match.Value[4].ToString() : "";
        var (format, template) = digits.Length switch
        {
            6 when separator.Length > 0 => ("yyyyMM", $"{{yyyy{separator}MM}}"),
            8 => ("yyyyMMdd", $"{{yyyy{separator}MM{separator}dd}}"),
            10 => ("yyyyMMddHH", "{yyyyMMddHH}"),
            _ => ("", ""),
        };
        return format.Length > 0
            && DateTime.TryParseExact(digits, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 1900 and < 2200 ? template : null;
    }

    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex PartitionFolder();

    [GeneratedRegex(@"(?<![0-9])(?:[0-9]{4}([-_.])[0-9]{2}(?:\1[0-9]{2})?|[0-9]{8}(?:[0-9]{2})?)(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex DateInName();
}
