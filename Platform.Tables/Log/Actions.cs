using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Tables.Log;

/// <summary>One entry of the log (protocol section "Actions"). Entries that change nothing for us are not kept.</summary>
internal abstract record LogAction;

internal sealed record Protocol(int MinReaderVersion, int MinWriterVersion, IReadOnlyList<string> ReaderFeatures, IReadOnlyList<string> WriterFeatures) : LogAction
{
    /// <summary>What our own tables ask of their readers and writers: no features.</summary>
    public static readonly Protocol Own = new(1, 2, [], []);
}

internal sealed record TableMetadata(
    string Id, string SchemaString, IReadOnlyList<string> PartitionColumns, IReadOnlyDictionary<string, string> Configuration, long? CreatedTime, string? Name) : LogAction
{
    /// <summary>The schema of a table that was made without one.</summary>
    public const string NoColumns = """{"type":"struct","fields":[]}""";

    private (string Text, StructType Parsed)? _schema;

    /// <summary>The columns, parsed once. A copy with another SchemaString parses again.</summary>
    public StructType Schema
    {
        get
        {
            if (_schema is not { } known || !ReferenceEquals(known.Text, SchemaString))
                _schema = known = (SchemaString, (StructType)DeltaType.Parse(JsonNode.Parse(SchemaString)));
            return known.Parsed;
        }
    }

    /// <summary>none, name or id.</summary>
    public string ColumnMapping => Configuration.GetValueOrDefault("delta.columnMapping.mode", "none");
}

/// <summary>Rows of a data file that no longer count (protocol section "Deletion Vectors").</summary>
internal sealed record DeletionVectorDescriptor(string StorageType, string PathOrInline, int? Offset, int SizeInBytes, long Cardinality)
{
    public string UniqueId => Offset is { } offset ? string.Create(CultureInfo.InvariantCulture, $"{StorageType}{PathOrInline}@{offset}") : StorageType + PathOrInline;
}

/// <summary>A data file. Path is URI-encoded as in the log.</summary>
internal sealed record AddFile(
    string Path, IReadOnlyDictionary<string, string?> PartitionValues, long Size, long ModificationTime, bool DataChange, string? Statistics,
    IReadOnlyDictionary<string, string> Tags, DeletionVectorDescriptor? DeletionVector) : LogAction
{
    /// <summary>The tag that tells which data interval a file was written for: start and end in ISO 8601, separated by a slash.</summary>
    public const string IntervalTag = "platform.interval";

    /// <summary>The tag that tells with which columns a file was written.</summary>
    public const string ColumnsTag = "platform.columns";

    private long? _rows;

    /// <summary>Where the file stands in the log; files are read in this order.</summary>
    public long Order { get; init; }

    public string Key => FilePaths.Key(Path, DeletionVector);

    /// <summary>Rows that count; null if the writer kept no statistics.</summary>
    public long? Rows => (_rows ??= ReadRows()) is var rows and >= 0 ? rows - (DeletionVector?.Cardinality ?? 0) : null;

    private long ReadRows()
    {
        if (string.IsNullOrEmpty(Statistics))
            return -1;
        try
        {
            using var statistics = JsonDocument.Parse(Statistics);
            return statistics.RootElement.TryGetProperty("numRecords", out var rows) && rows.ValueKind == JsonValueKind.Number ? rows.GetInt64() : -1;
        }
        catch (JsonException)
        {
            // Statistics are a help for pruning, and a table without them is whole: unknown, not broken.
            return -1;
        }
    }
}

internal sealed record RemoveFile(
    string Path, long? DeletionTimestamp, bool DataChange, IReadOnlyDictionary<string, string?>? PartitionValues, long? Size, DeletionVectorDescriptor? DeletionVector) : LogAction
{
    public string Key => FilePaths.Key(Path, DeletionVector);
}

/// <summary>How far an application has written. CommitVersion is the commit that said so; null if only a checkpoint says it.</summary>
internal sealed record Transaction(string AppId, long Version, long? LastUpdated) : LogAction
{
    public long? CommitVersion { get; init; }
}

internal sealed record CommitInfo(JsonObject Json) : LogAction
{
    /// <summary>Milliseconds since 1970; null if the writer did not say.</summary>
    public long? Timestamp => Number("inCommitTimestamp") ?? Number("timestamp");

    public string? Operation => Json["operation"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private long? Number(string name) => Json[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}

/// <summary>A part of a v2 checkpoint.</summary>
internal sealed record Sidecar(string Path) : LogAction;
