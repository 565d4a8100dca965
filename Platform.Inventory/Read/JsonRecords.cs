using System.Text;
using System.Text.Json;
using Platform.Inventory.Profile;
using Platform.Tables.Sources;

namespace Platform.Inventory.Read;

/// <summary>Reads JSON records into column states. Members of nested objects become columns <c>a.b</c>, two levels deep; lists and deeper objects stay JSON text.</summary>
internal static class JsonRecords
{
    /// <summary>Bytes of an array or object that is read at once.</summary>
    public const long LargestDocument = 512L << 20;

    private const int Levels = 2;

    /// <summary>A JSON object a line. Lines that are none are counted as bad.</summary>
    public static void ReadLines(Stream stream, TableState state, CancellationToken cancellation)
    {
        using var reader = new DelimitedReader(stream, delimiter: null, quoted: false);
        while (reader.Read())
        {
            if ((reader.Line & 1023) == 0)
                cancellation.ThrowIfCancellationRequested();
            var line = reader.Field(0).Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;
            try
            {
                var json = new Utf8JsonReader(line);
                using var document = JsonDocument.ParseValue(ref json);
                AddRecord(document.RootElement, state);
            }
            catch (JsonException e)
            {
                state.BadRows++;
                state.FirstBadRow ??= $"line {reader.Line}: {JsonSyntax.Said(e)}";
            }
        }

        state.BadRows += reader.TooLong;
        state.FillNulls();
    }

    /// <summary>One array or object.</summary>
    /// <exception cref="UnreadableFileException">It is no valid JSON, or larger than <see cref="LargestDocument"/>.</exception>
    public static void ReadDocument(Stream stream, FileForm form, TableState state, CancellationToken cancellation)
    {
        using var document = Parse(stream, cancellation);
        if (form == FileForm.JsonArray)
        {
            foreach (var element in document.RootElement.EnumerateArray())
                AddRecord(element, state);
        }
        else if (Wrapped(document.RootElement) is { } records)
        {
            foreach (var element in records.EnumerateArray())
                AddRecord(element, state);
        }
        else
        {
            foreach (var member in document.RootElement.EnumerateObject())
            {
                state.Rows++;
                state.Column("key").AddTypedText(Encoding.UTF8.GetBytes(member.Name));
                Add(state, "value", member.Value, 0);
                state.EndRow();
            }
        }

        state.FillNulls();
    }

    /// <summary>The records of an object: <c>{"data": [{…}, …], "page": 1}</c> or GeoJSON's features. The longest list of objects holds them; what stands beside it tells about the file. Null where there is none.</summary>
    public static JsonElement? Wrapped(JsonElement root)
    {
        JsonElement? longest = null;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() is > 0 and var length && length > (longest?.GetArrayLength() ?? 0) && member.Value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object))
                longest = member.Value;
        }

        return longest;
    }

    private static JsonDocument Parse(Stream stream, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var block = new byte[1 << 20];
        while (stream.Read(block) is var read and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            bytes.Write(block, 0, read);
            if (bytes.Length > LargestDocument)
                throw new UnreadableFileException($"The file is one JSON document of more than {LargestDocument >> 20} MiB. Store it as JSON lines, an object a line.");
        }

        try
        {
            var text = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
            return JsonDocument.Parse(text.Span.StartsWith("\uFEFF"u8) ? text[3..] : text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException e)
        {
            throw new UnreadableFileException($"The file is not valid JSON: {JsonSyntax.Explain(e)}.", e);
        }
    }

    private static void AddRecord(JsonElement element, TableState state)
    {
        var row = state.Rows++;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
                Add(state, member.Name, member.Value, 1, row);
        }
        else
        {
            Add(state, "value", element, Levels, row);
        }

        state.EndRow();
    }

    private static void Add(TableState state, string name, JsonElement value, int level, long row = -1)
    {
        if (value.ValueKind == JsonValueKind.Object && level is > 0 and < Levels)
        {
            foreach (var member in value.EnumerateObject())
                Add(state, $"{name}.{member.Name}", member.Value, level + 1, row);
            return;
        }

        if (state.Columns.Count >= LayoutSniffer.MostColumns && state.Columns.All(column => column.Name != name))
            throw new UnreadableFileException($"The records have more than {LayoutSniffer.MostColumns} different members; they are no table.");
        var column = state.Column(name);
        if (row >= 0)
        {
            if (column.Rows > row)
                return;
            column.AddNulls(row - column.Rows);
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                column.AddNulls(1);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                column.AddBoolean(value.GetBoolean());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var integer):
                column.AddInteger(integer);
                break;
            case JsonValueKind.Number:
                column.AddDecimal(value.GetDouble());
                break;
            case JsonValueKind.String:
                column.AddTypedText(Encoding.UTF8.GetBytes(Text(value)));
                break;
            default:
                column.AddTypedText(Encoding.UTF8.GetBytes(value.GetRawText()));
                break;
        }
    }

    // A text with half a surrogate pair is dirt in one cell, not a reason to lose the record.
    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText();
        }
    }
}
