namespace Platform.Designer.Inventory;

/// <summary>What the pages ask of the inventory. Implemented over the catalog.</summary>
public interface IInventorySource
{
    /// <summary>Assets that match, with the counts of each facet under the other filters.</summary>
    Task<InventoryResult> SearchAsync(InventoryQuery query, CancellationToken cancellationToken);

    /// <summary>An asset with everything that its page shows; null where there is none of that key.</summary>
    Task<AssetView?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Figures over all assets, and what changed since a moment.</summary>
    Task<InventoryOverview> OverviewAsync(DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>What to search.</summary>
public sealed record InventoryQuery
{
    /// <summary>Words in names, columns and descriptions; null or empty finds all.</summary>
    public string? Text { get; init; }

    /// <summary>The chosen value of each facet; all must hold.</summary>
    public IReadOnlyDictionary<string, string> Facets { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether columns are found too, as entries of their own.</summary>
    public bool Columns { get; init; }

    /// <summary>Order as an address has it: <c>rows-</c>; null is the best match first.</summary>
    public string? Sort { get; init; }

    /// <summary>Rows to leave out.</summary>
    public int Offset { get; init; }

    /// <summary>Rows at most.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A page of assets.</summary>
/// <param name="Total">Assets (and columns, where they are asked for) that match.</param>
/// <param name="Assets">This page of them.</param>
/// <param name="Facets">Facets in the order of the page.</param>
public sealed record InventoryResult(long Total, IReadOnlyList<AssetEntry> Assets, IReadOnlyList<Facet> Facets);

/// <summary>A way to narrow a search.</summary>
/// <param name="Name"><c>kind</c>, <c>personal</c>, <c>domain</c>, <c>owner</c>, <c>source</c> or another.</param>
/// <param name="Values">Values with how many assets have them, most first.</param>
public sealed record Facet(string Name, IReadOnlyList<FacetValue> Values);

/// <summary>A value of a facet.</summary>
public sealed record FacetValue(string Value, long Count);

/// <summary>An asset, as lists show it.</summary>
public sealed record AssetEntry
{
    public required string Key { get; init; }

    /// <summary>In snake_case: <c>table</c>, <c>file_set</c>, <c>database_table</c>, <c>model</c>, <c>endpoint</c>, <c>report</c>, <c>dashboard</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Null where not counted.</summary>
    public long? Rows { get; init; }

    /// <summary>Null where not counted.</summary>
    public long? Bytes { get; init; }

    /// <summary>Null where it has none.</summary>
    public int? Columns { get; init; }

    /// <summary>Columns that hold personal data.</summary>
    public int PersonalColumns { get; init; }

    /// <summary><c>readable</c>, <c>unsupported</c>, <c>broken</c> or <c>gone</c>; null where nobody has looked.</summary>
    public string? Status { get; init; }

    /// <summary>Why it is not readable; null where it is.</summary>
    public string? Problem { get; init; }

    /// <summary>Short text; null where nobody wrote one.</summary>
    public string? Description { get; init; }

    /// <summary>What the source itself says of it; null without.</summary>
    public string? Comment { get; init; }

    public string? Owner { get; init; }

    /// <summary>Newest change of the data; null where unknown.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The column that a search found, the rest being of its asset; null for the asset itself.</summary>
    public ColumnEntry? Column { get; init; }
}

/// <summary>A column that a search found.</summary>
/// <param name="Name">As the asset has it.</param>
/// <param name="DataType">Type as the source names it.</param>
/// <param name="SemanticType">What it means; null when unknown.</param>
/// <param name="PersonalClass">Class of personal data; null for none.</param>
/// <param name="Description">Short text; null where nobody wrote one.</param>
public sealed record ColumnEntry(string Name, string DataType, string? SemanticType, string? PersonalClass, string? Description);

/// <summary>An asset with everything that its page shows.</summary>
public sealed record AssetView
{
    public required AssetEntry Entry { get; init; }

    /// <summary>Folder or address; null where the key says it.</summary>
    public string? Location { get; init; }

    /// <summary>Newest version; null where it has none.</summary>
    public long? Version { get; init; }

    /// <summary>Data files; null where not counted.</summary>
    public long? Files { get; init; }

    /// <summary>Business domain; null when nobody has said.</summary>
    public string? Domain { get; init; }

    /// <summary>How much depends on it, in the owner's word; null when nobody has said.</summary>
    public string? Tier { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateTimeOffset? FirstSeenAt { get; init; }

    public DateTimeOffset? ProfiledAt { get; init; }

    /// <summary>In the order of the data.</summary>
    public required IReadOnlyList<ColumnView> Columns { get; init; }

    public required IReadOnlyList<RelationView> Relations { get; init; }

    /// <summary>Runs that wrote it, newest first.</summary>
    public required IReadOnlyList<WriteView> Writes { get; init; }

    /// <summary>Newest result of each check.</summary>
    public required IReadOnlyList<CheckView> Checks { get; init; }
}

/// <summary>A column.</summary>
public sealed record ColumnView
{
    public required string Name { get; init; }

    public required string DataType { get; init; }

    public bool Nullable { get; init; } = true;

    /// <summary>What people, or the source itself, say of it; null where nobody has.</summary>
    public string? Description { get; init; }

    /// <summary>Whether its values are personal: the pages mask them.</summary>
    public bool Personal { get; init; }

    /// <summary>Null where it was not profiled.</summary>
    public ProfileView? Profile { get; init; }

    /// <summary>What it was found to be, best first.</summary>
    public IReadOnlyList<VerdictView> Verdicts { get; init; } = [];
}

/// <summary>What a column's values look like.</summary>
public sealed record ProfileView
{
    /// <summary>Values that were looked at, nulls included.</summary>
    public required long Rows { get; init; }

    public required long Nulls { get; init; }

    /// <summary>Exact or estimated; null where not counted.</summary>
    public long? Distinct { get; init; }

    /// <summary>As text, in the column's own form.</summary>
    public string? Min { get; init; }

    public string? Max { get; init; }

    /// <summary>Named figures in the order of the page: <c>mean</c>, <c>stddev</c>, <c>p25</c>, <c>median</c>, <c>p75</c>, <c>min_length</c> and the like.</summary>
    public IReadOnlyList<(string Name, double Value)> Figures { get; init; } = [];

    /// <summary>Bars from the smallest value to the largest; empty where there is none.</summary>
    public IReadOnlyList<HistogramBar> Histogram { get; init; } = [];

    /// <summary>Most frequent first; empty where values hardly repeat.</summary>
    public IReadOnlyList<(string Value, long Count)> Frequent { get; init; } = [];
}

/// <summary>A bar of a histogram.</summary>
/// <param name="From">Lower edge, as text.</param>
/// <param name="To">Upper edge, as text.</param>
/// <param name="Count">Values in it.</param>
public sealed record HistogramBar(string From, string To, long Count);

/// <summary>What a column was found to be, and why.</summary>
/// <param name="Kind"><c>semantic</c> (email, phone …), <c>personal</c>, <c>domain</c> or <c>role</c> (key, measure).</param>
/// <param name="Value">The class: <c>email</c>.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Evidence">Which rule on how many values, in words.</param>
/// <param name="State"><c>suggested</c>, <c>confirmed</c>, <c>corrected</c> or <c>rejected</c>.</param>
public sealed record VerdictView(string Kind, string Value, double? Confidence, string Evidence, string State);

/// <summary>Columns of one asset that point to those of another.</summary>
/// <param name="FromAsset">Key of the asset that points.</param>
/// <param name="FromColumns">Its columns.</param>
/// <param name="ToAsset">Key of the asset pointed to.</param>
/// <param name="ToColumns">Its columns.</param>
/// <param name="Kind"><c>key</c>, <c>foreign_key</c>, <c>joinable</c> or <c>duplicate</c>.</param>
/// <param name="Coverage">Share of the values that are found there; null where not measured.</param>
/// <param name="Missing">Rows whose value is not found there; null where not counted.</param>
/// <param name="MissingValues">Some of the values that are not found.</param>
public sealed record RelationView(string FromAsset, IReadOnlyList<string> FromColumns, string ToAsset, IReadOnlyList<string> ToColumns, string Kind, double? Coverage, long? Missing, IReadOnlyList<string> MissingValues);

/// <summary>A write of an asset by a run.</summary>
public sealed record WriteView
{
    /// <summary>Null where an event from outside told of it.</summary>
    public long? RunId { get; init; }

    public required string Workflow { get; init; }

    public required string Task { get; init; }

    public long? Version { get; init; }

    public string? Operation { get; init; }

    /// <summary>Rows after the write.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows written by it.</summary>
    public long? RowsWritten { get; init; }

    public long? Bytes { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Newest result of a check, with its words in the reader's language where they are known.</summary>
public sealed record CheckView(string Name, string? Column, bool Passed, string? Observed, string? Expected, DateTimeOffset At)
{
    /// <summary>Headline, which names the column; null where there is none.</summary>
    public string? Title { get; init; }

    public string? TitleZh { get; init; }
}

/// <summary>Figures over all assets.</summary>
public sealed record InventoryOverview
{
    /// <summary>All assets that are there.</summary>
    public required long Assets { get; init; }

    /// <summary>Assets by kind, most first.</summary>
    public required IReadOnlyList<FacetValue> Kinds { get; init; }

    public long Columns { get; init; }

    public long PersonalColumns { get; init; }

    /// <summary>Columns that an inventory or a person has judged; 0 before the first inventory.</summary>
    public long JudgedColumns { get; init; }

    /// <summary>What changed since the moment, newest first.</summary>
    public required IReadOnlyList<AssetChange> Changes { get; init; }

    /// <summary>Checks that do not hold now.</summary>
    public long FailingChecks { get; init; }
}

/// <summary>A change of an asset.</summary>
/// <param name="Key">The asset.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Change"><c>new</c>, <c>changed</c>, <c>written</c>, <c>gone</c> or <c>returned</c>.</param>
/// <param name="Rows">What became of its rows; null where not counted.</param>
/// <param name="At">When.</param>
public sealed record AssetChange(string Key, string Kind, string Change, RowsChange? Rows, DateTimeOffset At);

/// <summary>Rows before and after a change.</summary>
/// <param name="Before">Null where it is not known, as for a write, whose <paramref name="After"/> is the rows written.</param>
/// <param name="After">Null where not counted.</param>
public sealed record RowsChange(long? Before, long? After);
