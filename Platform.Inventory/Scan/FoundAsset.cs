using Platform.Inventory.Read;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>An asset that a scan found, with what identifies its present content.</summary>
public sealed record FoundAsset
{
    /// <summary>The asset's key, as in the lineage: <c>file:/data/{yyyy-MM-dd}.csv</c>, <c>raw.orders</c>, <c>postgresql://host:5432/db/public.orders</c>.</summary>
    public required string Key { get; init; }

    public required AssetKind Kind { get; init; }

    /// <summary>A short name for people, unique in its source: <c>retail-db/orders.csv</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The source that was scanned: a folder, <c>tables</c>, or a connection.</summary>
    public required string Source { get; init; }

    /// <summary>Assets of one group are looked at together for relations: a folder, or a database's schema.</summary>
    public required string Group { get; init; }

    /// <summary><c>csv</c>, <c>tsv</c>, <c>text</c>, <c>json-lines</c>, <c>json</c>, <c>parquet</c>, <c>delta</c>, <c>postgresql</c>; <c>onnx</c> of a model, <c>http</c> of an endpoint.</summary>
    public required string Format { get; init; }

    /// <summary>Whether its data can be read.</summary>
    public AssetCondition Condition { get; init; } = AssetCondition.Readable;

    /// <summary>Why it cannot be read: the feature that is not supported, or the file that is broken. Null where it can.</summary>
    public string? Reason { get; init; }

    /// <summary>How its files are a table; null for Delta folders and databases.</summary>
    public FileLayout? Layout { get; init; }

    /// <summary>Its data files in name order; empty for databases.</summary>
    public IReadOnlyList<ScannedFile> Files { get; init; } = [];

    /// <summary>Files of the same series that have other columns, and therefore are assets of their own; empty for most.</summary>
    public IReadOnlyList<OtherShape> OtherShapes { get; init; } = [];

    /// <summary>Folder of a Delta table or model; address of a database or endpoint; null for files, whose paths say it.</summary>
    public string? Location { get; init; }

    /// <summary>Version of a Delta table or model; null for others.</summary>
    public long? Version { get; init; }

    /// <summary>Bytes of its data; null where unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>When its newest part changed; null where unknown.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Rows as the source counts them without reading; null where it does not.</summary>
    public long? KnownRows { get; init; }

    /// <summary>The source's own words about it (a database's comment); null without any.</summary>
    public string? Comment { get; init; }

    /// <summary>Columns as a database declares them, features of a model; empty for other sources, whose profiles say them.</summary>
    public IReadOnlyList<DeclaredColumn> Columns { get; init; } = [];

    /// <summary>Primary key and unique constraints of a database's table, the primary key first.</summary>
    public IReadOnlyList<DeclaredKey> Keys { get; init; } = [];

    /// <summary>Foreign keys of a database's table.</summary>
    public IReadOnlyList<DeclaredReference> References { get; init; } = [];

    /// <summary>How a database's table is read; null for other sources.</summary>
    public DatabaseObject? Database { get; init; }

    /// <summary>What is known of a model; null for other assets.</summary>
    public ModelFacts? Model { get; init; }

    /// <summary>What is known of an endpoint; null for other assets.</summary>
    public EndpointFacts? Endpoint { get; init; }

    /// <summary>Whether it has rows that can be read: all but models and endpoints.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasRows => Kind is AssetKind.Table or AssetKind.FileSet or AssetKind.DatabaseTable;

    /// <summary>Changes exactly when the content may have changed.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Of the content and how it is a table alone, whatever its files are called; null where the source has no files, or only empty ones.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? ContentFingerprint => Files.Count == 0 || Condition != AssetCondition.Readable || Files.All(file => file.Length == 0) ? null
        : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Layout?.Shape}\n{string.Join('\n', Files.Select(file => string.Join(' ', FilePartitions.Of(Key, file.Path).Select(value => $"{value.Name}={value.Value}").Append(file.Hash))).Order(StringComparer.Ordinal))}")).AsSpan(0, 16));
}

/// <summary>A column as a database declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As the database writes it.</param>
/// <param name="Nullable">Whether it may be null.</param>
/// <param name="Readable">Whether the connection's user may read it.</param>
/// <param name="Comment">The comment on it; null without one.</param>
public sealed record DeclaredColumn(string Name, string Type, bool Nullable, bool Readable, string? Comment);

/// <summary>A key that a database declares.</summary>
/// <param name="Columns">Its columns in order.</param>
/// <param name="IsPrimary">Whether it is the primary key.</param>
public sealed record DeclaredKey(IReadOnlyList<string> Columns, bool IsPrimary);

/// <summary>A foreign key that a database declares.</summary>
/// <param name="Columns">Columns that refer, in order.</param>
/// <param name="ToAsset">Key of the asset that is referred to.</param>
/// <param name="ToColumns">Columns that are referred to, in the same order.</param>
/// <param name="IsValidated">Whether the database has checked every row.</param>
public sealed record DeclaredReference(IReadOnlyList<string> Columns, string ToAsset, IReadOnlyList<string> ToColumns, bool IsValidated);

/// <summary>A table or view of a database.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="CanSample">Whether the database can sample its pages: tables and materialized views.</param>
public sealed record DatabaseObject(string Schema, string Name, bool CanSample)
{
    /// <summary>Whether it is a view, materialized or not: it shows what tables hold.</summary>
    public bool IsView { get; init; }
}

/// <summary>Whether an asset's data can be read.</summary>
public enum AssetCondition
{
    Readable,

    /// <summary>It is well formed but needs a feature that the platform does not read; the reason names it.</summary>
    Unsupported,

    /// <summary>It is damaged or may not be read; the reason names the file.</summary>
    Broken,
}

/// <summary>A data file.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it changed, as the file system says.</param>
/// <param name="Hash">The first 128 bits of the SHA-256 of its content, in hex.</param>
public sealed record ScannedFile(string Path, long Length, DateTimeOffset Modified, string Hash);

/// <summary>A file whose name belongs to a series, and whose columns do not.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="ColumnsNew">Columns that the others do not have.</param>
/// <param name="ColumnsGone">Columns that the others have; both are empty where only the form or the order differs.</param>
public sealed record OtherShape(string Path, IReadOnlyList<string> ColumnsNew, IReadOnlyList<string> ColumnsGone);

/// <summary>A path that is no data, or could not be read.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="IsProblem">Whether somebody should look: a file that should be data and cannot be read.</param>
public sealed record SkippedPath(string Path, string Reason, bool IsProblem);

/// <summary>What a scan of one source found.</summary>
public sealed record ScanResult
{
    public required string Source { get; init; }

    public IReadOnlyList<FoundAsset> Assets { get; init; } = [];

    public IReadOnlyList<SkippedPath> Skipped { get; init; } = [];

    /// <summary>Hidden files and job markers (<c>.x</c>, <c>_SUCCESS</c>) passed over without mention.</summary>
    public int Hidden { get; init; }

    /// <summary>Why the source as a whole could not be scanned; null when it could.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the failure may pass by itself: a database that does not answer.</summary>
    public bool MayPass { get; init; }
}
