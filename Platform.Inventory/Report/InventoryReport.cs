using Platform.Inventory.Compare;

namespace Platform.Inventory.Report;

/// <summary>An inventory run told for people: the same content as a page and as JSON.</summary>
public sealed record InventoryReport
{
    public required DateTimeOffset Taken { get; init; }

    public required IReadOnlyList<SourceLine> Sources { get; init; }

    public required Totals Totals { get; init; }

    public required InventoryDifferences Differences { get; init; }

    /// <summary>True things that people hardly knew: what is new or worse since the inventory before leads, the most telling first, then what stands.</summary>
    public required IReadOnlyList<Finding> Surprises { get; init; }

    /// <summary>What the catalog remembers; null where the report was made without one.</summary>
    public CatalogFacts? Catalog { get; init; }

    /// <summary>Columns with personal data, by asset.</summary>
    public required IReadOnlyList<PersonalLine> Personal { get; init; }

    /// <summary>Proposed foreign keys, broken ones first.</summary>
    public required IReadOnlyList<RelationLine> Relations { get; init; }

    /// <summary>What is wrong with the data that could be read, worst first.</summary>
    public required IReadOnlyList<QualityLine> Quality { get; init; }

    /// <summary>Cells that are almost surely wrong, by column and cause.</summary>
    public IReadOnlyList<CellLine> Cells { get; init; } = [];

    /// <summary>Names of assets whose cells nobody has looked at yet, because the night's time did not suffice.</summary>
    public IReadOnlyList<string> CellsLeft { get; init; } = [];

    /// <summary>Assets and files that could not be read.</summary>
    public required IReadOnlyList<UnreadableLine> Unreadable { get; init; }

    /// <summary>The platform's own models, as far as they were looked at.</summary>
    public IReadOnlyList<ModelLine> Models { get; init; } = [];

    /// <summary>The endpoints that serve them.</summary>
    public IReadOnlyList<EndpointLine> Endpoints { get; init; } = [];

    /// <summary>Every asset.</summary>
    public required IReadOnlyList<AssetLine> Assets { get; init; }

    /// <summary>Files passed over because they are no tables, by reason.</summary>
    public required IReadOnlyList<SkippedLine> Skipped { get; init; }

    /// <summary>What went wrong beside the assets.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A source.</summary>
public sealed record SourceLine(string Source, int Assets, string? Failure);

/// <summary>Headline figures.</summary>
public sealed record Totals
{
    public int Assets { get; init; }

    public int Readable { get; init; }

    public int Unsupported { get; init; }

    public int Broken { get; init; }

    public long Rows { get; init; }

    public long Bytes { get; init; }

    public int Files { get; init; }

    public int Columns { get; init; }

    /// <summary>Columns of people's data, masked ones apart.</summary>
    public int PersonalColumns { get; init; }

    public int PersonalAssets { get; init; }

    /// <summary>References that are declared, confirmed or more likely than not; those of the platform's own tables only where nothing else was looked at.</summary>
    public int Relations { get; init; }

    /// <summary>Those of them with rows whose value is missing.</summary>
    public int BrokenRelations { get; init; }

    public int Findings { get; init; }

    public int Skipped { get; init; }
}

/// <summary>A column with personal data.</summary>
public sealed record PersonalLine(string Asset, string Name, string Column, string Type, string Class, double Confidence, string Rule, double ShareMatching, string? Note);

/// <summary>A proposed foreign key.</summary>
public sealed record RelationLine(string FromAsset, string FromName, string FromColumn, string ToAsset, string ToName, string ToColumn, double Confidence, bool Holds, long MissingRows, long MissingValues, IReadOnlyList<string> MissingExamples, IReadOnlyList<string> Reasons);

/// <summary>Something wrong with data.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column; null for the whole asset.</param>
/// <param name="Kind">Stable word, such as <c>broken-reference</c>.</param>
/// <param name="Severity"><c>warning</c> or <c>note</c>.</param>
/// <param name="Message">What is wrong, with figures.</param>
/// <param name="MessageZh">The same in Chinese.</param>
public sealed record QualityLine(string Asset, string Name, string? Column, string Kind, string Severity, string Message, string MessageZh);

/// <summary>Something that could not be read.</summary>
/// <param name="Path">Key of the asset, or path of the file.</param>
/// <param name="Name">For people.</param>
/// <param name="Verdict"><c>unsupported</c>, <c>broken</c> or <c>unreadable</c>.</param>
/// <param name="Reason">The feature, or the file, and why.</param>
public sealed record UnreadableLine(string Path, string Name, string Verdict, string Reason);

/// <summary>An asset in one line.</summary>
public sealed record AssetLine
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Source { get; init; }

    public required string Format { get; init; }

    /// <summary><c>readable</c>, <c>unsupported</c> or <c>broken</c>.</summary>
    public required string Condition { get; init; }

    /// <summary><c>new</c>, <c>changed</c>, or null.</summary>
    public string? Change { get; init; }

    public long? Rows { get; init; }

    public int Columns { get; init; }

    public int Files { get; init; }

    public long? Bytes { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public string? Domain { get; init; }

    public int PersonalColumns { get; init; }

    public IReadOnlyList<string> Keys { get; init; } = [];

    public int Findings { get; init; }
}

/// <summary>Files passed over for one reason.</summary>
public sealed record SkippedLine(string Reason, int Count, IReadOnlyList<string> Examples);
