using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Scan;

/// <summary>A value that a file's folder gives to each of its rows.</summary>
/// <param name="Name">The column.</param>
/// <param name="Value">The value; null where the folder says that there is none.</param>
internal readonly record struct PartitionValue(string Name, string? Value);

/// <summary>
/// Partition columns: below <c>dt=2024-01-01/</c> every row has the column <c>dt</c> with that value, as Hive, Spark and DuckDB read it, although no byte of the
/// file says so. Only folders that vary within an asset count, which its key tells: <c>file:/data/clicks/dt={dt}/*.parquet</c>.
/// </summary>
internal static partial class FilePartitions
{
    private const string NoValue = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>The partition columns of an asset, outermost first; empty for most.</summary>
    public static IReadOnlyList<string> Names(string key)
        => key.Contains("={", StringComparison.Ordinal) ? [.. key.Split('/').SkipLast(1).Select(part => Partition().Match(part)).Where(match => match.Success && match.Groups[2].Value == $"{{{match.Groups[1].Value}}}").Select(match => match.Groups[1].Value)] : [];

    /// <summary>The values of one of its files, in the same order.</summary>
    public static IReadOnlyList<PartitionValue> Of(string key, string path)
    {
        if (Names(key) is not { Count: > 0 } names)
            return [];
        var values = new List<PartitionValue>();
        foreach (var match in Path.GetDirectoryName(path)!.Replace('\\', '/').Split('/').Select(part => Partition().Match(part)).Where(match => match.Success && names.Contains(match.Groups[1].Value)))
        {
            var value = Uri.UnescapeDataString(match.Groups[2].Value);
            values.Add(new PartitionValue(match.Groups[1].Value, value is NoValue or "" ? null : value));
        }

        return [.. values.DistinctBy(value => value.Name)];
    }

    /// <summary>The day that a file is of, by its name or by its folder; null where neither says one.</summary>
    public static DateOnly? DayOf(string key, string path)
        => In(Path.GetFileName(path)) ?? Of(key, path).Select(value => value.Value is { } text && Day().Match(text) is { Success: true } match && match.Length == text.Length ? In(text) : null).FirstOrDefault(day => day is not null);

    private static DateOnly? In(string text)
    {
        var match = Day().Match(text);
        return match.Success && DateOnly.TryParseExact(match.Groups[1].Value + match.Groups[3].Value + match.Groups[4].Value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    [GeneratedRegex("^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Partition();

    [GeneratedRegex(@"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Day();
}
