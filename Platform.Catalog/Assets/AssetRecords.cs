using System.Text.Json;
using Platform.Catalog.Glossary;
using Platform.Catalog.Search;

namespace Platform.Catalog.Assets;

/// <summary>An asset in a list.</summary>
public sealed record AssetRow
{
    /// <summary>The name that all rooms use.</summary>
    public required string Key { get; init; }

    /// <summary><c>table</c>, <c>file_set</c>, <c>database_table</c>, <c>model</c>, <c>endpoint</c>, <c>report</c>, <c>dashboard</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Short, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Folder or address; null where the key says it.</summary>
    public required string? Location { get; init; }

    /// <summary>What scan found it; null where only runs mention it.</summary>
    public required string? Source { get; init; }

    /// <summary><c>csv</c>, <c>parquet</c>, <c>delta</c>, <c>postgresql</c>; null when unknown.</summary>
    public required string? Format { get; init; }

    public required string? Owner { get; init; }

    public required string? Description { get; init; }

    /// <summary>What the source itself says of it, a database's comment; null without one.</summary>
    public string? SourceComment { get; init; }

    /// <summary>Business domain; null when nobody has said.</summary>
    public required string? Domain { get; init; }

    public required string? Tier { get; init; }

    public required string[] Tags { get; init; }

    /// <summary>How long its data are kept, in days; null when nobody has said.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>What its owner promises, see <see cref="Govern.Contract"/>; null without one.</summary>
    public JsonElement? Contract { get; init; }

    /// <summary>Table version last seen; null where the asset has none.</summary>
    public required long? Version { get; init; }

    /// <summary>Rows as last seen; null when never counted.</summary>
    public required long? RowCount { get; init; }

    public required long? ByteCount { get; init; }

    public required long? FileCount { get; init; }

    /// <summary>Columns as last seen.</summary>
    public required int ColumnCount { get; init; }

    /// <summary>Columns that hold personal data, human verdicts before rules.</summary>
    public required int PersonalColumnCount { get; init; }

    /// <summary>Incidents that are open.</summary>
    public required int OpenIncidentCount { get; init; }

    /// <summary>Why it cannot be read, in words; null when it can.</summary>
    public required string? Problem { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Since when a scan of its source has not found it; null while it is there.</summary>
    public required DateTimeOffset? GoneAt { get; init; }

    /// <summary>Key of the asset that it became under another name, where that is why it is gone; else null.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>When the newest part of the data changed, as its source says (a file's time); null where that is not known. Looking at it is no change.</summary>
    public DateTimeOffset? NewestDataAt { get; init; }

    public required DateTimeOffset? LastWrittenAt { get; init; }

    /// <summary>The run that wrote it last; null where no run has.</summary>
    public required long? LastWrittenRun { get; init; }

    public required string? LastWrittenWorkflow { get; init; }

    public required string? LastWrittenTask { get; init; }

    public required DateTimeOffset? LastReadAt { get; init; }

    /// <summary>In what a search found: the column that this row stands for, the rest being of its asset; null for the asset itself.</summary>
    public FoundColumn? Column { get; init; }
}

/// <summary>A column that a search found.</summary>
public sealed record FoundColumn
{
    /// <summary>Place in the schema, from 0.</summary>
    public required int Ordinal { get; init; }

    public required string Name { get; init; }

    /// <summary>Type as the source names it.</summary>
    public required string DataType { get; init; }

    public required string? Description { get; init; }

    /// <summary>What it means, the human verdict before the rules; null when unknown.</summary>
    public required string? SemanticType { get; init; }

    /// <summary>Class of personal data, the human verdict before the rules; null for none.</summary>
    public required string? PersonalClass { get; init; }
}

/// <summary>A column with what is known of it.</summary>
public sealed record AssetColumnRow
{
    public required string Name { get; init; }

    /// <summary>Place in the schema, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Type as the source names it.</summary>
    public required string DataType { get; init; }

    public required bool Nullable { get; init; }

    public required string? Description { get; init; }

    /// <summary>What the source itself says of it, a database's comment; null without one.</summary>
    public string? SourceComment { get; init; }

    public string[] Tags { get; init; } = [];

    /// <summary>Since when it is not in the schema any more; null while it is.</summary>
    public required DateTimeOffset? GoneAt { get; init; }

    /// <summary>Key of the asset that it became under another name, where that is why it is gone; else null.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>The newest profile; null when never profiled.</summary>
    public required JsonElement? Profile { get; init; }

    /// <summary>What the column means, the human verdict before the rules; null when unknown.</summary>
    public required string? SemanticType { get; init; }

    /// <summary>Class of personal data, the human verdict before the rules; null for none.</summary>
    public required string? PersonalClass { get; init; }

    /// <summary>Business domain of the column.</summary>
    public required string? Domain { get; init; }

    /// <summary><c>key</c>, <c>measure</c> …; null when unknown.</summary>
    public required string? Role { get; init; }

    /// <summary>How sure the rules are, 0 to 1; null when never judged.</summary>
    public required double? Confidence { get; init; }

    /// <summary>What the rules judged by; null when never judged.</summary>
    public required JsonElement? Evidence { get; init; }

    /// <summary><c>confirmed</c>, <c>corrected</c>, <c>rejected</c>; null while nobody has decided.</summary>
    public required string? Verdict { get; init; }

    public required string? VerdictBy { get; init; }

    public required DateTimeOffset? VerdictAt { get; init; }
}

/// <summary>A change of a schema.</summary>
public sealed record SchemaChangeRow
{
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary><c>added</c>, <c>removed</c>, <c>type</c>, <c>nullable</c>.</summary>
    public required string Change { get; init; }

    public required string ColumnName { get; init; }

    public required string? Before { get; init; }

    public required string? After { get; init; }

    /// <summary>The platform run that changed it; null where an inventory saw it.</summary>
    public required long? RunId { get; init; }
}

/// <summary>A version that a run wrote.</summary>
public sealed record AssetVersionRow
{
    public required long Version { get; init; }

    /// <summary><c>append</c>, <c>replace</c>, <c>replace-interval</c> …</summary>
    public required string? Operation { get; init; }

    /// <summary>Rows of the asset after the write.</summary>
    public required long? RowCount { get; init; }

    /// <summary>Rows written by it.</summary>
    public required long? RowsWritten { get; init; }

    public required long? ByteCount { get; init; }

    public required long? FileCount { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }
}

/// <summary>A neighbour in the lineage.</summary>
public sealed record NeighbourRow
{
    public required string Key { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Workflow and task that connect the two.</summary>
    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    public required long LastRun { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }
}

/// <summary>A statement that makes the asset.</summary>
public sealed record StatementRow
{
    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    /// <summary>The SQL; null where the asset is not made by SQL.</summary>
    public required string? Sql { get; init; }

    /// <summary>What the column lineage could not follow; null when all is known.</summary>
    public required string? NotUnderstood { get; init; }

    public required long LastRun { get; init; }
}

/// <summary>Everything about one asset, for its page and for <c>inventory ASSET --json</c>.</summary>
public sealed record AssetDetail
{
    public required AssetRow Asset { get; init; }

    /// <summary>In the order of the schema; columns that are gone come last.</summary>
    public required IReadOnlyList<AssetColumnRow> Columns { get; init; }

    /// <summary>The newest profile of the whole asset; null when never profiled.</summary>
    public required JsonElement? Profile { get; init; }

    public required DateTimeOffset? ProfiledAt { get; init; }

    public required IReadOnlyList<Inventory.RelationRow> Relations { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<SchemaChangeRow> SchemaChanges { get; init; }

    /// <summary>The newest versions, newest first, 30 at most.</summary>
    public required IReadOnlyList<AssetVersionRow> Versions { get; init; }

    /// <summary>What it is made from, directly.</summary>
    public required IReadOnlyList<NeighbourRow> Upstream { get; init; }

    /// <summary>What is made from it, directly.</summary>
    public required IReadOnlyList<NeighbourRow> Downstream { get; init; }

    public required IReadOnlyList<StatementRow> Statements { get; init; }

    public required IReadOnlyList<Quality.CheckRow> Checks { get; init; }

    /// <summary>What the registry knows of a model; null for other assets.</summary>
    public Models.ModelState? Model { get; init; }

    /// <summary>What is known of an endpoint; null for other assets.</summary>
    public Models.EndpointState? Endpoint { get; init; }
}

/// <summary>What to search for; everything may be left out.</summary>
public sealed record AssetSearch
{
    /// <summary>Words, all of which must be found in key, name, description, owner, domain, tags, terms of the glossary or columns. Null or empty for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only this kind of asset; <c>column</c> for columns only.</summary>
    public string? Kind { get; init; }

    /// <summary>Also columns, as rows of their own. They have the facets of their asset; kind (<c>column</c>), type and personal data are their own. Without <see cref="Text"/> only where <see cref="Kind"/> asks for them. Default: no.</summary>
    public bool Columns { get; init; }

    /// <summary>Only this domain.</summary>
    public string? Domain { get; init; }

    /// <summary>Only with (true) or without (false) personal data.</summary>
    public bool? Personal { get; init; }

    /// <summary>Only tables and files whose columns no inventory has looked at yet.</summary>
    public bool NotLookedAt { get; init; }

    /// <summary>In place of an owner: those that nobody owns.</summary>
    public const string NoOwner = "-";

    /// <summary>Only this owner; <see cref="NoOwner"/> for those without.</summary>
    public string? Owner { get; init; }

    /// <summary>Only this tier.</summary>
    public string? Tier { get; init; }

    /// <summary>Only with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only with a column of this semantic type.</summary>
    public string? SemanticType { get; init; }

    /// <summary><c>ok</c>, <c>problem</c> or <c>gone</c>; null for what is there.</summary>
    public string? State { get; init; }

    /// <summary>Only what this scan source found.</summary>
    public string? Source { get; init; }

    /// <summary>Also what is gone. Default: no.</summary>
    public bool IncludeGone { get; init; }

    /// <summary><c>name</c>, <c>kind</c>, <c>rows</c>, <c>columns</c>, <c>bytes</c> or <c>updated</c>, over all that match; what has no value comes last. Null, or another word, is the best match first.</summary>
    public string? Sort { get; init; }

    /// <summary>With <see cref="Sort"/>: the largest first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public int Offset { get; init; }

    /// <summary>How many at most, 1 to 1000. Default: 50.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A page of assets (and columns, see <see cref="AssetSearch.Columns"/>) and the counts to narrow by.</summary>
public sealed record AssetSearchResult
{
    /// <summary>How many there are beyond this page.</summary>
    public required long Total { get; init; }

    /// <summary>Most values that a facet lists.</summary>
    public const int MostValues = 50;

    /// <summary>Best first: by how the text matches, then by use.</summary>
    public required IReadOnlyList<AssetRow> Items { get; init; }

    /// <summary>Counts by <c>kind</c>, <c>domain</c>, <c>tier</c>, <c>owner</c>, <c>tag</c>, <c>type</c> (semantic types of columns), <c>source</c>, <c>state</c> and <c>personal</c> over all that the text matches; the 50 most frequent values of each.</summary>
    public required IReadOnlyList<FacetRow> Facets { get; init; }

    /// <summary>Why each of <see cref="Items"/> was found, in their order; empty without a text.</summary>
    public IReadOnlyList<AssetHit> Hits { get; init; } = [];

    /// <summary>Terms of the glossary that the text matches, five at most.</summary>
    public IReadOnlyList<TermRow> Terms { get; init; } = [];

    /// <summary>Whether the words themselves are nowhere, and this holds parts of words or resembles them.</summary>
    public bool Tolerant { get; init; }
}

/// <summary>How many assets have a value.</summary>
public sealed record FacetRow
{
    /// <summary>See <see cref="AssetSearchResult.Facets"/>.</summary>
    public required string Facet { get; init; }

    public required string Value { get; init; }

    public required long Count { get; init; }
}

/// <summary>Figures for a dashboard.</summary>
public sealed record CatalogCounts
{
    /// <summary>Assets that are there.</summary>
    public required long Assets { get; init; }

    public required long Tables { get; init; }

    public required long FileSets { get; init; }

    public required long DatabaseTables { get; init; }

    public required long Models { get; init; }

    public required long Endpoints { get; init; }

    public required long Reports { get; init; }

    public required long Columns { get; init; }

    public required long PersonalColumns { get; init; }

    /// <summary>Columns that an inventory or a person has judged.</summary>
    public long JudgedColumns { get; init; }

    public required long Rows { get; init; }

    public required long Bytes { get; init; }

    public required long OpenIncidents { get; init; }

    /// <summary>Assets that cannot be read.</summary>
    public required long Problems { get; init; }

    /// <summary>Personal or uncertain columns that nobody has decided on.</summary>
    public required long ToReview { get; init; }

    public required DateTimeOffset? LastInventoryAt { get; init; }
}
