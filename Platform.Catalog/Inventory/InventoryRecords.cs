using System.Text.Json;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Inventory;

/// <summary>An asset as a scan found it.</summary>
public sealed record ScannedAsset
{
    /// <summary>The name that all rooms use.</summary>
    public required string Key { get; init; }

    public required AssetKind Kind { get; init; }

    /// <summary>Short, for people; null to derive it from the key.</summary>
    public string? Name { get; init; }

    public string? Location { get; init; }

    /// <summary><c>csv</c>, <c>parquet</c>, <c>delta</c>, <c>postgresql</c> …</summary>
    public string? Format { get; init; }

    public long? Version { get; init; }

    public long? RowCount { get; init; }

    public long? ByteCount { get; init; }

    public long? FileCount { get; init; }

    public DateTimeOffset? NewestDataAt { get; init; }

    /// <summary>Differs exactly when the content does, for example a hash over paths, sizes and times of the files.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Of the content alone, whatever the asset is called; null where that is not known. Tells a rename.</summary>
    public string? ContentFingerprint { get; init; }

    /// <summary>The schema; null when it could not be read.</summary>
    public IReadOnlyList<AssetColumn>? Columns { get; init; }

    /// <summary>What the source itself says of it, a database's comment; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>The same of columns, by name; empty without any.</summary>
    public IReadOnlyDictionary<string, string> ColumnComments { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it cannot be read, beginning with <c>unsupported:</c> or <c>broken:</c>; null when it can.</summary>
    public string? Problem { get; init; }
}

/// <summary>What a scan found different from the one before.</summary>
/// <param name="New">Keys never seen in this source.</param>
/// <param name="Changed">Keys whose fingerprint is another.</param>
/// <param name="Gone">Keys that were there and are not.</param>
/// <param name="Returned">Keys that were gone and are back.</param>
/// <param name="Unchanged">Keys that are as they were.</param>
public sealed record ScanOutcome(IReadOnlyList<string> New, IReadOnlyList<string> Changed, IReadOnlyList<string> Gone, IReadOnlyList<string> Returned, IReadOnlyList<string> Unchanged);

/// <summary>A file of an asset with the state that reading it gave.</summary>
public sealed record AssetFile
{
    public required string Path { get; init; }

    public required long ByteCount { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Form of <see cref="State"/>; null without one.</summary>
    public string? StateFormat { get; init; }

    /// <summary>Mergeable profile of the file; null when it was not read.</summary>
    public byte[]? State { get; init; }
}

/// <summary>A profile to keep.</summary>
public sealed record AssetProfile
{
    /// <summary>Key of the asset, which a scan or a run must have made known.</summary>
    public required string Asset { get; init; }

    /// <summary>Table version that was profiled; null where the asset has none.</summary>
    public long? AssetVersion { get; init; }

    public long? RowCount { get; init; }

    /// <summary>Figures of the whole asset, a JSON object.</summary>
    public required JsonElement Profile { get; init; }

    /// <summary>Figures by column name, JSON objects.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Columns { get; init; }
}

/// <summary>What rules or a model judge a column to be.</summary>
public sealed record ColumnJudgement
{
    public required string Column { get; init; }

    /// <summary>Null when unknown.</summary>
    public string? SemanticType { get; init; }

    /// <summary>Null for no personal data.</summary>
    public string? PersonalClass { get; init; }

    public string? Domain { get; init; }

    /// <summary><c>key</c>, <c>measure</c>, <c>dimension</c> …</summary>
    public string? Role { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Which rule, on how many values, examples without personal data: a JSON object.</summary>
    public required JsonElement Evidence { get; init; }

    /// <summary>Which version of the rules.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>What the column looks like to the model; null where nothing was judged.</summary>
    public byte[]? Signature { get; init; }
}

/// <summary>What the rules judge of an asset's columns, and which of them they judge otherwise than before.</summary>
public sealed record AssetJudgements(string Asset, IReadOnlyCollection<ColumnJudgement> Judgements, IReadOnlyCollection<JudgementFlip> Flips);

/// <summary>A column that is judged otherwise than before.</summary>
public sealed record JudgementFlip
{
    /// <summary>Key of its asset.</summary>
    public required string Asset { get; init; }

    public required string Column { get; init; }

    /// <summary>Null where nothing was known.</summary>
    public required string? FromType { get; init; }

    /// <summary>Null where nothing is known now.</summary>
    public required string? ToType { get; init; }

    public required string? FromPersonal { get; init; }

    public required string? ToPersonal { get; init; }

    public required string FromVersion { get; init; }

    public required string ToVersion { get; init; }

    /// <summary><c>rules</c> for another version of them, <c>people</c> where a similar column was judged by people, <c>data</c> for other values.</summary>
    public required string Because { get; init; }
}

/// <summary>What the catalog holds a column for, by its rules alone.</summary>
public sealed record KnownJudgement
{
    /// <summary>Key of its asset.</summary>
    public required string Asset { get; init; }

    public required string Column { get; init; }

    public required string? SemanticType { get; init; }

    public required string? PersonalClass { get; init; }

    public required double Confidence { get; init; }

    public required string RuleVersion { get; init; }
}

/// <summary>A column that people have judged, as an example for others.</summary>
public sealed record JudgedExample
{
    /// <summary>Key of its asset.</summary>
    public required string Asset { get; init; }

    public required string Column { get; init; }

    /// <summary>What it looks like to the model.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Version of the rules and the model that gave the signature.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>The type that people confirmed, gave, or (with <see cref="Rejected"/>) ruled out; null for none.</summary>
    public required string? SemanticType { get; init; }

    /// <summary>Whether people said what it is not.</summary>
    public required bool Rejected { get; init; }

    public required string? SaidBy { get; init; }
}

/// <summary>A human decision on a column.</summary>
public sealed record ColumnVerdict
{
    public required string Asset { get; init; }

    public required string Column { get; init; }

    /// <summary><c>confirmed</c>, <c>corrected</c> or <c>rejected</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>With <c>corrected</c>: what it is; null for unknown.</summary>
    public string? SemanticType { get; init; }

    /// <summary>With <c>corrected</c>: its class of personal data; null for none.</summary>
    public string? PersonalClass { get; init; }

    /// <summary>Who decided.</summary>
    public required string By { get; init; }

    public string? Note { get; init; }
}

/// <summary>A column that waits for a decision.</summary>
public sealed record ReviewRow
{
    public required string Asset { get; init; }

    public required string AssetName { get; init; }

    public required string Column { get; init; }

    public required string DataType { get; init; }

    public required string? SemanticType { get; init; }

    public required string? PersonalClass { get; init; }

    public required double Confidence { get; init; }

    public required JsonElement Evidence { get; init; }

    public required JsonElement? Profile { get; init; }
}

/// <summary>A relation that values propose.</summary>
public sealed record ProposedRelation
{
    /// <summary><c>key</c>, <c>foreign_key</c>, <c>joinable</c>, <c>near_duplicate</c>, <c>dependency</c>.</summary>
    public required string Kind { get; init; }

    public required string FromAsset { get; init; }

    public IReadOnlyList<string> FromColumns { get; init; } = [];

    /// <summary>Null for a key and a dependency.</summary>
    public string? ToAsset { get; init; }

    public IReadOnlyList<string> ToColumns { get; init; } = [];

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Share of the distinct values on the left that are found on the right; null where it means nothing.</summary>
    public double? Inclusion { get; init; }

    /// <summary>Rows on the left whose value is missing on the right; null when not counted.</summary>
    public long? BrokenRows { get; init; }

    /// <summary>Some of the missing values, as text.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];

    /// <summary>A JSON object; null for none.</summary>
    public JsonElement? Evidence { get; init; }
}

/// <summary>A relation as it is known.</summary>
public sealed record RelationRow
{
    public required long Id { get; init; }

    /// <summary><c>key</c>, <c>foreign_key</c>, <c>joinable</c>, <c>near_duplicate</c>, <c>dependency</c>.</summary>
    public required string Kind { get; init; }

    public required string FromAsset { get; init; }

    public required string FromName { get; init; }

    public required string[] FromColumns { get; init; }

    public required string? ToAsset { get; init; }

    public required string? ToName { get; init; }

    public required string[] ToColumns { get; init; }

    public required double Confidence { get; init; }

    public required double? Inclusion { get; init; }

    public required long? BrokenRows { get; init; }

    public required string[] MissingValues { get; init; }

    public required JsonElement Evidence { get; init; }

    /// <summary><c>proposed</c>, <c>confirmed</c>, <c>rejected</c>.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }
}

/// <summary>A report that an inventory wrote.</summary>
public sealed record WrittenReportRow
{
    /// <summary>Id of the inventory.</summary>
    public required long Id { get; init; }

    /// <summary>Null where it was made without one.</summary>
    public required string? Workflow { get; init; }

    /// <summary>What was looked at; empty for all that is known.</summary>
    public required string[] Sources { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Path of its page.</summary>
    public required string Location { get; init; }
}

/// <summary>An inventory run.</summary>
public sealed record InventoryRunRow
{
    public required long Id { get; init; }

    /// <summary>The platform run; null where it was made without one.</summary>
    public required long? RunId { get; init; }

    public required string? Workflow { get; init; }

    /// <summary><c>running</c>, <c>success</c>, <c>failed</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required string[] Sources { get; init; }

    /// <summary>The report as JSON; null until it is written.</summary>
    public required JsonElement? Report { get; init; }

    /// <summary>Where the report's page lies; null until it is written.</summary>
    public required string? ReportLocation { get; init; }

    public required long NewAssets { get; init; }

    public required long ChangedAssets { get; init; }

    public required long GoneAssets { get; init; }

    public required long ReturnedAssets { get; init; }
}

/// <summary>An asset that an inventory run found different.</summary>
public sealed record InventoryChangeRow
{
    public required string Asset { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary><c>new</c>, <c>changed</c>, <c>gone</c>, <c>returned</c>.</summary>
    public required string Change { get; init; }

    /// <summary>Figures before and after: <c>row_count</c>, <c>byte_count</c>, <c>file_count</c>, each <c>{before, after}</c>.</summary>
    public required JsonElement Details { get; init; }
}
