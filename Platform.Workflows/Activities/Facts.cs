using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Workflows.Activities;

/// <summary>
/// Something that an attempt observed about data. The engine carries facts without reading them; the catalog turns them into lineage and inventory.
/// Asset keys: <c>raw.orders</c> (a platform table), <c>file:/path/{yyyy-MM-dd}.csv</c>, <c>postgresql://host:port/db/schema.table</c>,
/// <c>model:name</c>, <c>endpoint:name</c>, <c>report:name</c>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AssetRead), "asset_read")]
[JsonDerivedType(typeof(AssetWritten), "asset_written")]
[JsonDerivedType(typeof(ColumnsDerived), "columns_derived")]
[JsonDerivedType(typeof(AssetDerived), "asset_derived")]
[JsonDerivedType(typeof(MetricMeasured), "metric_measured")]
[JsonDerivedType(typeof(CheckResult), "check_result")]
public abstract record Fact
{
    /// <summary>How facts are written: snake_case, enums as snake_case text, nulls left out.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>Kinds of assets.</summary>
public enum AssetKind
{
    Table,
    FileSet,
    DatabaseTable,
    Model,
    Endpoint,
    Report,
    Dashboard,
}

/// <summary>The attempt read an asset.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Version">Table version that was read; null where the asset has none.</param>
/// <param name="Rows">Rows read; null where not counted.</param>
/// <param name="Columns">Columns of the asset as far as they are known; null where not.</param>
/// <param name="Location">The very file or address that was read; null where the key says it.</param>
/// <param name="Sampled">Whether only a part of it was read, as a preview does. Default: no.</param>
/// <param name="Of">Where it was sampled: rows that it has; null where nobody knows.</param>
public sealed record AssetRead(string Asset, AssetKind Kind, long? Version = null, long? Rows = null, IReadOnlyList<AssetColumn>? Columns = null, string? Location = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Sampled = false, long? Of = null) : Fact;

/// <summary>The attempt wrote an asset.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Version">Version that the write made; null where the asset has none.</param>
/// <param name="Operation"><c>append</c>, <c>replace</c>, <c>replace-interval</c>, <c>register</c>, <c>deploy</c>, <c>render</c>.</param>
/// <param name="Rows">Rows of the asset after the write; null where not counted.</param>
/// <param name="RowsWritten">Rows written by this attempt; null where not counted.</param>
/// <param name="Bytes">Bytes of the asset after the write; null where not counted.</param>
/// <param name="Files">Data files after the write; null where not counted.</param>
/// <param name="Columns">Its columns after the write; null where it has none.</param>
/// <param name="Location">Folder or address; null where the key says it.</param>
/// <param name="Interval">The data interval of the rows that were written, for schedules that follow partitions; null where the write is of the asset as a whole. With <c>replace-interval</c> it may be left out: it is the run's then.</param>
public sealed record AssetWritten(string Asset, AssetKind Kind, long? Version = null, string? Operation = null, long? Rows = null, long? RowsWritten = null, long? Bytes = null, long? Files = null, IReadOnlyList<AssetColumn>? Columns = null, string? Location = null, DataInterval? Interval = null) : Fact;

/// <summary>A column of an asset.</summary>
/// <param name="Name">Name as the data have it.</param>
/// <param name="DataType">Type as the source names it.</param>
/// <param name="Nullable">Whether it may be null.</param>
public sealed record AssetColumn(string Name, string DataType, bool Nullable = true);

/// <summary>Columns of <paramref name="Asset"/> come from columns of others.</summary>
/// <param name="Asset">Key of the asset that was written.</param>
/// <param name="Edges">From where each column comes.</param>
/// <param name="Sql">The statement, where there is one.</param>
/// <param name="NotUnderstood">What the analysis could not follow; null when all is known.</param>
public sealed record ColumnsDerived(string Asset, IReadOnlyList<ColumnEdge> Edges, string? Sql = null, string? NotUnderstood = null) : Fact;

/// <summary>The asset comes from another as a whole, where columns do not tell (a model from a table, an endpoint from a model). Reads and writes of one attempt imply this; say it only where not every input feeds every output.</summary>
public sealed record AssetDerived(string Asset, string FromAsset) : Fact;

/// <summary>One column's origin.</summary>
/// <param name="FromAsset">Key of the source.</param>
/// <param name="FromColumn">Column of the source.</param>
/// <param name="ToColumn">Column of the asset written; null for an indirect edge that touches the whole asset.</param>
/// <param name="Kind">How.</param>
/// <param name="Masking">Whether the way hides what the source column holds (OpenLineage's <c>masking</c>): a hash, a token, a coarser value. Default: no.</param>
public sealed record ColumnEdge(string FromAsset, string FromColumn, string? ToColumn, ColumnEdgeKind Kind, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Masking = false);

/// <summary>The first three are direct, the others indirect (OpenLineage's subtypes).</summary>
public enum ColumnEdgeKind
{
    Identity,
    Transformation,
    Aggregation,
    Filter,
    Join,
    GroupBy,
    Sort,
    Conditional,
    Window,
}

/// <summary>A number about an asset or a column of it, kept in the metric's history.</summary>
public sealed record MetricMeasured(string Asset, string? Column, string Name, double Value) : Fact;

/// <summary>A check was made.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Column">Column, or null for the whole asset.</param>
/// <param name="Name">Name of the check, unique for the asset and column.</param>
/// <param name="Passed">Whether it held.</param>
/// <param name="Observed">What was seen, in words with figures.</param>
/// <param name="Expected">What should be, in words with figures.</param>
/// <param name="Severity"><c>warning</c> or <c>critical</c>.</param>
public sealed record CheckResult(string Asset, string? Column, string Name, bool Passed, string Observed, string Expected, string Severity = "warning") : Fact
{
    /// <summary>What the content that was looked at is known by, such as its fingerprint: a failure on the same content is the same failure. Null counts each.</summary>
    public string? Content { get; init; }

    /// <summary>What the check is of, as a headline: <c>Missing values of amount</c>. Null where nobody gave it one.</summary>
    public string? Title { get; init; }

    /// <summary>The headline in Chinese; null where nobody gave it one.</summary>
    public string? TitleZh { get; init; }

    /// <summary>What was seen, in Chinese; null where it is known in English only.</summary>
    public string? ObservedZh { get; init; }

    /// <summary>What should be, in Chinese; null where it is known in English only.</summary>
    public string? ExpectedZh { get; init; }

    /// <summary>The headline; without one the name, with the column.</summary>
    [JsonIgnore]
    public string Headline => Title ?? (Column is null ? Name : $"{Name} of {Column}");

    /// <summary>A result in both languages.</summary>
    public static CheckResult Of(string asset, string? column, string name, Told title, bool passed, Told observed, Told expected, string severity = "warning") =>
        new(asset, column, name, passed, observed.En, expected.En, severity) { Title = title.En, TitleZh = title.Zh, ObservedZh = observed.Zh, ExpectedZh = expected.Zh };
}

/// <summary>Collects the facts of one attempt; safe for several threads.</summary>
public sealed class FactRecorder
{
    private readonly ConcurrentQueue<Fact> _facts = new();

    /// <summary>Notes a fact.</summary>
    public void Add(Fact fact) => _facts.Enqueue(fact);

    /// <summary>Notes several facts.</summary>
    public void AddRange(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
            _facts.Enqueue(fact);
    }

    /// <summary>All facts so far, in the order noted.</summary>
    public IReadOnlyList<Fact> All => [.. _facts];

    /// <summary>The facts as a JSON array.</summary>
    public string ToJson() => JsonSerializer.Serialize<IReadOnlyList<Fact>>(All, Fact.Json);
}
