using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Tables.Log;

/// <summary>Actions as the log's JSON lines.</summary>
internal static class ActionJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a commit, a line an action.</summary>
    /// <exception cref="JsonException">A line is not whole JSON.</exception>
    public static List<LogAction> ReadLines(ReadOnlySpan<byte> utf8)
    {
        var actions = new List<LogAction>();
        while (!utf8.IsEmpty)
        {
            var end = utf8.IndexOf((byte)'\n');
            var line = end < 0 ? utf8 : utf8[..end];
            utf8 = end < 0 ? [] : utf8[(end + 1)..];
            if (line.Trim(" \r\t"u8).IsEmpty)
                continue;
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (Read(property.Name, property.Value) is { } action)
                    actions.Add(action);
            }
        }
        return actions;
    }

    /// <summary>One action; null for kinds that readers may ignore.</summary>
    public static LogAction? Read(string kind, JsonElement json) => kind switch
    {
        _ when json.ValueKind != JsonValueKind.Object => null,
        "add" => new AddFile(
            Text(json, "path")!, NullableTexts(json, "partitionValues") ?? new Dictionary<string, string?>(), Number(json, "size") ?? 0, Number(json, "modificationTime") ?? 0,
            Flag(json, "dataChange") ?? true, Text(json, "stats"), Texts(json, "tags"), DeletionVector(json)),
        "remove" => new RemoveFile(
            Text(json, "path")!, Number(json, "deletionTimestamp"), Flag(json, "dataChange") ?? true, NullableTexts(json, "partitionValues"), Number(json, "size"), DeletionVector(json)),
        "metaData" => new TableMetadata(
            Text(json, "id") ?? "", Text(json, "schemaString") ?? TableMetadata.NoColumns, List(json, "partitionColumns"), Texts(json, "configuration"),
            Number(json, "createdTime"), Text(json, "name")),
        "protocol" => new Protocol(
            (int)(Number(json, "minReaderVersion") ?? 1), (int)(Number(json, "minWriterVersion") ?? 1), List(json, "readerFeatures"), List(json, "writerFeatures")),
        "txn" => new Transaction(Text(json, "appId") ?? "", Number(json, "version") ?? 0, Number(json, "lastUpdated")),
        "commitInfo" => new CommitInfo(JsonObject.Create(json.Clone())!),
        "sidecar" => new Sidecar(Text(json, "path")!),
        _ => null,
    };

    public static byte[] WriteLines(IEnumerable<LogAction> actions)
    {
        using var stream = new MemoryStream();
        foreach (var action in actions)
        {
            using (var writer = new Utf8JsonWriter(stream, Compact))
                Write(writer, action);
            stream.WriteByte((byte)'\n');
        }
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, LogAction action)
    {
        writer.WriteStartObject();
        switch (action)
        {
            case Protocol protocol:
                writer.WriteStartObject("protocol");
                writer.WriteNumber("minReaderVersion", protocol.MinReaderVersion);
                writer.WriteNumber("minWriterVersion", protocol.MinWriterVersion);
                if (protocol.MinReaderVersion >= 3)
                    WriteList(writer, "readerFeatures", protocol.ReaderFeatures);
                if (protocol.MinWriterVersion >= 7)
                    WriteList(writer, "writerFeatures", protocol.WriterFeatures);
                writer.WriteEndObject();
                break;
            case TableMetadata metadata:
                writer.WriteStartObject("metaData");
                writer.WriteString("id", metadata.Id);
                if (metadata.Name is not null)
                    writer.WriteString("name", metadata.Name);
                writer.WriteStartObject("format");
                writer.WriteString("provider", "parquet");
                writer.WriteStartObject("options");
                writer.WriteEndObject();
                writer.WriteEndObject();
                writer.WriteString("schemaString", metadata.SchemaString);
                WriteList(writer, "partitionColumns", metadata.PartitionColumns);
                WriteTexts(writer, "configuration", metadata.Configuration!);
                if (metadata.CreatedTime is { } created)
                    writer.WriteNumber("createdTime", created);
                writer.WriteEndObject();
                break;
            case AddFile add:
                writer.WriteStartObject("add");
                writer.WriteString("path", add.Path);
                WriteTexts(writer, "partitionValues", add.PartitionValues);
                writer.WriteNumber("size", add.Size);
                writer.WriteNumber("modificationTime", add.ModificationTime);
                writer.WriteBoolean("dataChange", add.DataChange);
                if (add.Statistics is not null)
                    writer.WriteString("stats", add.Statistics);
                if (add.Tags.Count > 0)
                    WriteTexts(writer, "tags", add.Tags!);
                writer.WriteEndObject();
                break;
            case RemoveFile remove:
                writer.WriteStartObject("remove");
                writer.WriteString("path", remove.Path);
                if (remove.DeletionTimestamp is { } deleted)
                    writer.WriteNumber("deletionTimestamp", deleted);
                writer.WriteBoolean("dataChange", remove.DataChange);
                writer.WriteBoolean("extendedFileMetadata", remove is { PartitionValues: not null, Size: not null });
                if (remove.PartitionValues is not null)
                    WriteTexts(writer, "partitionValues", remove.PartitionValues);
                if (remove.Size is { } size)
                    writer.WriteNumber("size", size);
                writer.WriteEndObject();
                break;
            case Transaction transaction:
                writer.WriteStartObject("txn");
                writer.WriteString("appId", transaction.AppId);
                writer.WriteNumber("version", transaction.Version);
                if (transaction.LastUpdated is { } updated)
                    writer.WriteNumber("lastUpdated", updated);
                writer.WriteEndObject();
                break;
            case CommitInfo info:
                writer.WritePropertyName("commitInfo");
                info.Json.WriteTo(writer);
                break;
            default:
                throw new ArgumentException($"Actions of kind {action.GetType().Name} are not written.", nameof(action));
        }
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string?> texts)
    {
        writer.WriteStartObject(name);
        foreach (var (key, text) in texts)
            writer.WriteString(key, text);
        writer.WriteEndObject();
    }

    private static DeletionVectorDescriptor? DeletionVector(JsonElement json)
        => json.TryGetProperty("deletionVector", out var vector) && vector.ValueKind == JsonValueKind.Object
            ? new DeletionVectorDescriptor(Text(vector, "storageType")!, Text(vector, "pathOrInlineDv")!, (int?)Number(vector, "offset"), (int)(Number(vector, "sizeInBytes") ?? 0), Number(vector, "cardinality") ?? 0)
            : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static bool? Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static IReadOnlyList<string> List(JsonElement json, string name)
        => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")] : [];

    private static readonly Dictionary<string, string> NoTexts = [];

    private static Dictionary<string, string> Texts(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var map) || map.ValueKind != JsonValueKind.Object)
            return NoTexts;
        return map.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.String).ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
    }

    private static Dictionary<string, string?>? NullableTexts(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var map) || map.ValueKind != JsonValueKind.Object)
            return null;
        return map.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ValueKind == JsonValueKind.Null ? null : pair.Value.ToString());
    }
}
