using System.Text;
using System.Text.Json;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Tables.Sources;

namespace Platform.Inventory.Relate;

/// <summary>Takes the cells of a row, then the row's end. A missing or empty cell is not told.</summary>
internal interface ICellSink
{
    /// <summary>A cell's UTF-8 text, without blanks around it. Valid until the call returns.</summary>
    void Cell(int column, ReadOnlySpan<byte> value);

    /// <summary>The row is complete.</summary>
    void EndRow();
}

/// <summary>Streams some columns of an asset as texts, whatever its form. One thread at a time.</summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="databases">Addresses of databases by their sources.</param>
/// <param name="limits">How much of a database's table is read.</param>
internal sealed class AssetCells(TableStore store, IReadOnlyDictionary<string, PostgresAddress> databases, PostgresReadLimits limits) : IDisposable
{
    // A sample of a set of files comes from so many of them, spread over the set.
    private const int FilesInSample = 16;

    private readonly FileProfiler _profiler = new();

    /// <summary>Reads rows until <paramref name="most"/>; of a set of files, some of each of several files.</summary>
    /// <exception cref="SourceException">A database does not answer or refuses.</exception>
    /// <exception cref="UnreadableFileException">A file cannot be read.</exception>
    public void Read(FoundAsset asset, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        if (asset.Database is not null)
        {
            ReadDatabase(asset, columns, sink, most, cancellation);
            return;
        }

        if (asset.Files.Count == 0)
        {
            using var session = store.OpenSession(new TableSessionOptions { Threads = 1 });
            session.ExposeFolder("inventoried", asset.Location!, asset.Version);
            using var reader = session.Stream($"select {Texts(columns, Names(session.Stream("select * from inventoried limit 0", null, cancellation)))} from inventoried{Limit(most)}", null, cancellation);
            ReadBatches(reader, sink, cancellation);
            return;
        }

        var step = most == long.MaxValue ? 1 : Math.Max(1, asset.Files.Count / FilesInSample);
        var files = asset.Files.Where((_, i) => i % step == 0).ToList();
        var each = most == long.MaxValue ? most : Math.Max(1, most / files.Count);
        foreach (var file in files)
        {
            // What the folder says of each row the file lacks.
            var partition = FilePartitions.Of(asset.Key, file.Path).Where(value => columns.Contains(value.Name) && !asset.Layout!.Columns.Contains(value.Name)).ToList();
            if (partition.Count == 0)
                ReadFile(file.Path, asset.Layout!, columns, sink, each, cancellation);
            else
                ReadFile(file.Path, asset.Layout!, [.. columns.Where(column => !partition.Exists(value => value.Name == column))], new PartitionCells(sink, columns, partition), each, cancellation);
        }
    }

    public void Dispose() => _profiler.Dispose();

    /// <summary>Reads rows of one file until <paramref name="most"/>.</summary>
    internal void ReadFile(string path, FileLayout layout, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        switch (layout.Form)
        {
            case FileForm.Delimited:
                ReadDelimited(path, layout, columns, sink, most, cancellation);
                break;
            case FileForm.Lines:
                ReadDelimited(path, layout with { Columns = layout.Columns.Count > 0 ? layout.Columns : ["line"] }, columns, sink, most, cancellation);
                break;
            case FileForm.Parquet:
                var from = $"read_parquet({SqlText.Literal(path)}, hive_partitioning = false)";
                using (var reader = _profiler.Connection.Stream($"select {Texts(columns, Names(_profiler.Connection.Stream($"select * from {from} limit 0", null, cancellation)))} from {from}{Limit(most)}", null, cancellation))
                    ReadBatches(reader, sink, cancellation);
                break;
            case FileForm.JsonLines:
                ReadJsonLines(path, layout, columns, sink, most, cancellation);
                break;
            case FileForm.JsonArray or FileForm.JsonObject:
                ReadJsonDocument(path, layout, columns, sink, most, cancellation);
                break;
        }
    }

    private static void ReadDelimited(string path, FileLayout layout, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        var names = layout.Columns.ToList();
        var positions = columns.Select(name => names.IndexOf(name)).ToArray();
        using var reader = layout.Form == FileForm.Lines ? new DelimitedReader(LayoutSniffer.Open(path, layout), delimiter: null, quoted: false) : new DelimitedReader(LayoutSniffer.Open(path, layout), layout.Delimiter, layout.Quoted);
        if (layout.HasHeader)
            reader.Read();
        for (long rows = 0; rows < most && reader.Read(); rows++)
        {
            if ((rows & 8191) == 0)
                cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < positions.Length; i++)
            {
                if (positions[i] >= 0 && positions[i] < Math.Min(reader.FieldCount, DelimitedReader.MostFields) && reader.Field(positions[i]).Trim(" \t\r"u8) is { IsEmpty: false } cell)
                    sink.Cell(i, cell);
            }

            sink.EndRow();
        }
    }

    private static void ReadJsonLines(string path, FileLayout layout, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        using var reader = new DelimitedReader(LayoutSniffer.Open(path, layout), delimiter: null, quoted: false);
        for (long rows = 0; rows < most && reader.Read();)
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
                Tell(document.RootElement, columns, sink);
                rows++;
            }
            catch (JsonException)
            {
                // The profile counts and names bad lines.
            }
        }
    }

    private static void ReadJsonDocument(string path, FileLayout layout, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        using var stream = LayoutSniffer.Open(path, layout);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException e)
        {
            throw new UnreadableFileException($"The file is not valid JSON: {JsonSyntax.Explain(e)}.", e);
        }

        using (document)
        {
            var records = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : JsonRecords.Wrapped(document.RootElement);
            if (records is null)
            {
                foreach (var member in document.RootElement.EnumerateObject().Take((int)Math.Min(int.MaxValue, most)))
                    TellMember(member, columns, sink);
                return;
            }

            long rows = 0;
            foreach (var element in records.Value.EnumerateArray())
            {
                if (rows++ == most)
                    return;
                cancellation.ThrowIfCancellationRequested();
                Tell(element, columns, sink);
            }
        }
    }

    // A row a member: its name and its value, or the members of that, as the profile names them.
    private static void TellMember(JsonProperty member, IReadOnlyList<string> columns, ICellSink sink)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var value = columns[i] == "value" ? member.Value
                : columns[i].StartsWith("value.", StringComparison.Ordinal) && member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty(columns[i]["value.".Length..], out var inner) ? inner : default;
            if ((columns[i] == "key" ? member.Name : Text(value))?.Trim() is { Length: > 0 } cell)
                sink.Cell(i, Encoding.UTF8.GetBytes(cell));
        }

        sink.EndRow();
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    // Members of nested objects are columns a.b, as the profile names them.
    private static void Tell(JsonElement record, IReadOnlyList<string> columns, ICellSink sink)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (record.ValueKind != JsonValueKind.Object)
                continue;
            if (!record.TryGetProperty(columns[i], out var value))
            {
                var dot = columns[i].IndexOf('.', StringComparison.Ordinal);
                if (dot <= 0 || !record.TryGetProperty(columns[i][..dot], out var inner) || inner.ValueKind != JsonValueKind.Object || !inner.TryGetProperty(columns[i][(dot + 1)..], out value))
                    continue;
            }

            if (Text(value)?.Trim() is { Length: > 0 } cell)
                sink.Cell(i, Encoding.UTF8.GetBytes(cell));
        }

        sink.EndRow();
    }

    private void ReadDatabase(FoundAsset asset, IReadOnlyList<string> columns, ICellSink sink, long most, CancellationToken cancellation)
    {
        var address = databases.GetValueOrDefault(asset.Source)
            ?? throw new SourceException(SourceErrorKind.NotFound, $"There is no connection any more for the source '{asset.Source}'. Set it again, or leave the source out.");
        var types = columns.Select(name => (name, asset.Columns.First(column => column.Name == name).Type)).ToList();
        new PostgresRows(address, limits with { Rows = Math.Min(most, limits.Rows) }).Read(asset.Database!.Schema, asset.Database.Name, asset.Database.CanSample, asset.Bytes, types, new DatabaseRows(sink), cancellation);
    }

    private sealed class DatabaseRows(ICellSink sink) : IPostgresRowSink
    {
        public void Value(int column, ReadOnlySpan<byte> text)
        {
            if (text.Trim(" \t\r\n"u8) is { IsEmpty: false } cell)
                sink.Cell(column, cell);
        }

        public void Null(int column)
        {
            // A missing cell is not told.
        }

        public void EndRow() => sink.EndRow();
    }

    private static void ReadBatches(BatchReader reader, ICellSink sink, CancellationToken cancellation)
    {
        while (reader.Read(out var batch))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.RowCount; row++)
            {
                for (var i = 0; i < reader.Columns.Count; i++)
                {
                    if (!batch[i].IsNull(row) && batch[i].Utf8(row) is { IsEmpty: false } cell)
                        sink.Cell(i, cell);
                }

                sink.EndRow();
            }
        }
    }

    // Fields of a struct are columns "a.b" of the inventory; the table knows "a" only.
    private static string Texts(IReadOnlyList<string> columns, HashSet<string> known)
        => string.Join(", ", columns.Select((column, i) => $"cast({(known.Contains(column) ? SqlText.Identifier(column) : Field(column, known))} as varchar) as c{i}"));

    private static string Field(string column, HashSet<string> known)
    {
        for (var dot = column.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = column.IndexOf('.', dot + 1))
        {
            if (known.Contains(column[..dot]))
                return $"struct_extract({SqlText.Identifier(column[..dot])}, {SqlText.Literal(column[(dot + 1)..])})";
        }

        return SqlText.Identifier(column);
    }

    private static HashSet<string> Names(BatchReader reader)
    {
        using (reader)
            return [.. reader.Columns.Select(column => column.Name)];
    }

    private static string Limit(long most) => most == long.MaxValue ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" limit {most}");
}
