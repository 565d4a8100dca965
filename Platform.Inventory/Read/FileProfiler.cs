using System.Text;
using System.Text.Json;
using Platform.Inventory.Profile;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Inventory.Read;

/// <summary>Reads one file into a state, whatever its form. Opens its own DuckDB connection for Parquet: one profiler a thread.</summary>
internal sealed class FileProfiler : IDisposable
{
    private readonly Lazy<(DuckDbDatabase Database, DuckDbConnection Connection)> _duckDb = new(() =>
    {
        var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 1L << 30 });
        return (database, database.Connect());
    });

    /// <summary>The connection for typed files, opened at first use.</summary>
    public DuckDbConnection Connection => _duckDb.Value.Connection;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="UnreadableFileException">It cannot be read as what it seems to be; the message says why.</exception>
    public TableState Read(string path, FileLayout layout, CancellationToken cancellation)
    {
        var state = new TableState();
        try
        {
            switch (layout.Form)
            {
                case FileForm.Delimited:
                    ReadDelimited(path, layout, state, cancellation);
                    break;
                case FileForm.Lines:
                    ReadTextLines(path, layout, state, cancellation);
                    break;
                case FileForm.JsonLines:
                    using (var stream = LayoutSniffer.Open(path, layout))
                        JsonRecords.ReadLines(stream, state, cancellation);
                    break;
                case FileForm.JsonArray or FileForm.JsonObject:
                    using (var stream = LayoutSniffer.Open(path, layout))
                        JsonRecords.ReadDocument(stream, layout.Form, state, cancellation);
                    break;
                case FileForm.Parquet:
                    ReadQuery($"select * from read_parquet({SqlText.Literal(path)}, hive_partitioning = false)", state, cancellation);
                    break;
                default:
                    throw new UnreadableFileException($"A {layout.Form} is no file.");
            }
        }
        catch (DuckDbException e)
        {
            throw new UnreadableFileException($"The file cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UnreadableFileException(e is FileNotFoundException or DirectoryNotFoundException ? "The file is gone." : e.Message, e);
        }

        if (state.Rows == 0 && state.BadRows > 0)
            throw new UnreadableFileException($"No line fits the shape of the table; {state.FirstBadRow}.");
        return state;
    }

    /// <summary>Reads the result of a query.</summary>
    public void ReadQuery(string sql, TableState state, CancellationToken cancellation)
    {
        using var reader = Connection.Stream(sql, null, cancellation);
        new BatchRecords().ReadAll(reader, state, cancellation);
    }

    public void Dispose()
    {
        if (!_duckDb.IsValueCreated)
            return;
        _duckDb.Value.Connection.Dispose();
        _duckDb.Value.Database.Dispose();
    }

    private static void ReadDelimited(string path, FileLayout layout, TableState state, CancellationToken cancellation)
    {
        var columns = layout.Columns.Select(name => state.Column(name)).ToArray();
        using var reader = new DelimitedReader(LayoutSniffer.Open(path, layout), layout.Delimiter, layout.Quoted);
        if (layout.HasHeader)
            reader.Read();
        while (reader.Read())
        {
            if ((state.Rows & 4095) == 0)
                cancellation.ThrowIfCancellationRequested();
            if (reader.FieldCount != columns.Length && !IsPadding(reader, columns.Length))
            {
                // A short line still tells what its fields say; a long one cannot be matched with the columns.
                if (reader.FieldCount > columns.Length || reader.FieldCount * 2 < columns.Length)
                {
                    state.BadRows++;
                    state.FirstBadRow ??= $"line {reader.Line} has {reader.FieldCount} fields where {columns.Length} are expected";
                    continue;
                }

                state.FirstBadRow ??= $"line {reader.Line} has {reader.FieldCount} fields where {columns.Length} are expected; the missing ones count as null";
            }

            state.Rows++;
            for (var i = 0; i < columns.Length; i++)
            {
                if (i < reader.FieldCount)
                    columns[i].AddCell(reader.Field(i));
                else
                    columns[i].AddNulls(1);
            }

            state.EndRow();
        }

        state.BadRows += reader.TooLong;
        if (reader.TooLong > 0)
            state.FirstBadRow ??= "a line is longer than 32 MiB";
    }

    // Delimiters at a line's end that open empty fields.
    private static bool IsPadding(DelimitedReader reader, int columns)
    {
        if (reader.FieldCount <= columns || reader.FieldCount > DelimitedReader.MostFields)
            return false;
        for (var i = columns; i < reader.FieldCount; i++)
        {
            if (!reader.Field(i).IsEmpty)
                return false;
        }

        return true;
    }

    private static void ReadTextLines(string path, FileLayout layout, TableState state, CancellationToken cancellation)
    {
        var column = state.Column(layout.Columns.Count > 0 ? layout.Columns[0] : "line");
        using var reader = new DelimitedReader(LayoutSniffer.Open(path, layout), delimiter: null, quoted: false);
        while (reader.Read())
        {
            if ((state.Rows & 4095) == 0)
                cancellation.ThrowIfCancellationRequested();
            state.Rows++;
            column.AddCell(reader.Field(0));
            state.EndRow();
        }

        state.BadRows += reader.TooLong;
    }
}
