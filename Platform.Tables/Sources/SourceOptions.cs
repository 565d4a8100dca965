using Platform.Tables.Native;

namespace Platform.Tables.Sources;

/// <summary>Formats of files.</summary>
public enum FileFormat
{
    /// <summary>By the first bytes and the extension.</summary>
    Auto,

    /// <summary>Text with a separator, one record a line.</summary>
    Csv,

    /// <summary>The same with tabs.</summary>
    Tsv,

    /// <summary>A JSON object a line.</summary>
    Jsonl,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}

/// <summary>A column by name and type.</summary>
/// <param name="Name">As the file or the table writes it.</param>
/// <param name="Type">DuckDB's type.</param>
public sealed record SourceColumn(string Name, DuckDbType Type);

/// <summary>How files are read. The defaults detect everything.</summary>
public sealed record FileReadOptions
{
    public FileFormat Format { get; init; } = FileFormat.Auto;

    /// <summary>Whether the first line names the columns; null detects.</summary>
    public bool? Header { get; init; }

    /// <summary>Separator of fields, one ASCII character; null detects among comma, tab, semicolon and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Encoding by its name (<c>utf-8</c>, <c>gb18030</c>, <c>utf-16</c>, <c>windows-1252</c>, …); null detects.</summary>
    public string? Encoding { get; init; }

    /// <summary>Types of columns by name; without a header line also their names and order. Empty sniffs all.</summary>
    public IReadOnlyList<SourceColumn> Columns { get; init; } = [];

    /// <summary>Texts that stand for null beside the empty one.</summary>
    public IReadOnlyList<string> Nulls { get; init; } = [];

    /// <summary>Zone of times that are written without one.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How much is read where a part is enough; null reads all.</summary>
    public SourceSample? Sample { get; init; }

    /// <summary>Longest line in bytes; longer ones are rejected.</summary>
    public int LongestLine { get; init; } = 16 << 20;
}

/// <summary>How many lines may be rejected before the whole is refused.</summary>
/// <param name="Count">Most lines; null is no limit.</param>
/// <param name="Share">Largest share of all lines, 0 to 1; null is no limit.</param>
public sealed record RejectLimit(long? Count, double? Share)
{
    /// <summary>More than half of the lines: a sign that the file is read in the wrong way.</summary>
    public static RejectLimit Half { get; } = new(null, 0.5);

    /// <summary>Reads <c>100</c> or <c>5%</c>.</summary>
    /// <exception cref="SourceException">It is neither.</exception>
    public static RejectLimit Parse(string text)
    {
        var trimmed = text.Trim();
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (trimmed.EndsWith('%') && double.TryParse(trimmed[..^1], System.Globalization.NumberStyles.Float, culture, out var percent) && percent is >= 0 and <= 100)
            return new RejectLimit(null, percent / 100);
        return long.TryParse(trimmed, System.Globalization.NumberStyles.Integer, culture, out var count) && count >= 0
            ? new RejectLimit(count, null)
            : throw new SourceException(SourceErrorKind.BadOption, $"'{text}' is no limit of rejected lines. Write a count such as 100, or a share such as 5%.");
    }

    /// <summary>Whether the count is exceeded, which can be known before all lines are read.</summary>
    internal bool ExceededBy(long rejected) => Count < rejected;

    /// <summary>Whether the share is exceeded once all lines are read.</summary>
    internal bool ExceededBy(long rejected, long lines) => ExceededBy(rejected) || (Share is { } share && rejected > share * lines);

    /// <summary>The limit in words.</summary>
    public override string ToString() => Count is { } count
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} lines")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(Share ?? 1) * 100:0.##} % of the lines");
}
