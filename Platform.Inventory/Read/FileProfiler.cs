using System.Globalization;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Inventory.Read;

/// <summary>Reads one file into a state, whatever its form. Opens its own DuckDB connection for Parquet: one profiler a thread.</summary>
internal sealed class FileProfiler : IDisposable
{
    /// <summary>Bytes from which on a file may be cut into ranges.</summary>
    public const long LargeFile = 16 << 20;

    private const int RowsInRange = 5 << 18;
    private const string RowNumber = "file_row_number";

    private readonly Lazy<(DuckDbDatabase Database, DuckDbConnection Connection)> _duckDb = new(() =>
    {
        var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1, MemoryLimit = 1L << 30 });
        return (database, database.Connect());
    });

    /// <summary>The connection for typed files, opened at first use.</summary>
    public DuckDbConnection Connection => _duckDb.Value.Connection;

    /// <summary>
    /// The row groups of a Parquet file in ranges of about 1.3 million rows, an even number of nearly the same size, so that several threads read it and
    /// end together. The ranges depend on the file alone: it gives the same state on any machine. None where it cannot be cut.
    /// </summary>
    /// <exception cref="UnreadableFileException">Its footer cannot be read.</exception>
    public IReadOnlyList<RowRange> Ranges(string path, CancellationToken cancellation)
    {
        try
        {
            var ends = new List<long>();
            long to = 0;
            using var reader = Connection.Stream($"select row_group_num_rows from parquet_metadata({SqlText.Literal(path)}) where column_id = 0 order by row_group_id", null, cancellation);
            while (reader.Read(out var batch))
            {
                foreach (var rows in batch[0].Values<long>())
                    ends.Add(to += rows);
            }

            var ranges = RangesOf(ends);
            // The number of a row must not hide a column of that name.
            return ranges.Count < 2 || Connection.Query($"select name from parquet_schema({SqlText.Literal(path)}) where lower(name) = '{RowNumber}'", null, cancellation).Rows.Count > 0 ? [] : ranges;
        }
        catch (DuckDbException e)
        {
            throw new UnreadableFileException($"The file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Ranges between ends of row groups, as even as these allow.</summary>
    internal static List<RowRange> RangesOf(IReadOnlyList<long> ends)
    {
        var ranges = new List<RowRange>();
        if (ends.Count == 0)
            return ranges;
        // A piece has a state of its own, and that costs: rather a little larger than many.
        var wanted = ends[^1] < 1.5 * RowsInRange ? 1 : Math.Max(1, (int)Math.Round(ends[^1] / (2.0 * RowsInRange))) * 2;
        long from = 0;
        foreach (var end in ends)
        {
            if (end == from || (end != ends[^1] && end < ends[^1] * (ranges.Count + 1.0) / wanted))
                continue;
            ranges.Add(new RowRange(from, end));
            from = end;
        }

        return ranges;
    }

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="UnreadableFileException">It cannot be read as what it seems to be; the message says why.</exception>
    public TableState Read(string path, FileLayout layout, CancellationToken cancellation) => Read(path, layout, null, [], cancellation);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">How it is a table.</param>
    /// <param name="range">Rows of a Parquet file; null reads all.</param>
    /// <param name="partition">What its folder says of each of its rows.</param>
    /// <param name="cancellation">Ends it between blocks of rows.</param>
    /// <exception cref="UnreadableFileException">It cannot be read as what it seems to be; the message says why.</exception>
    public TableState Read(string path, FileLayout layout, RowRange? range, IReadOnlyList<PartitionValue> partition, CancellationToken cancellation)
    {
        var state = new TableState();
        state.BeginPartition(partition);
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
                    ReadQuery(
                        range is not { } rows
                            ? $"select * from read_parquet({SqlText.Literal(path)}, hive_partitioning = false)"
                            : string.Create(CultureInfo.InvariantCulture, $"select * exclude ({RowNumber}) from read_parquet({SqlText.Literal(path)}, hive_partitioning = false, file_row_number = true) where {RowNumber} >= {rows.From} and {RowNumber} < {rows.To}"),
                        state,
                        cancellation);
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
            throw new UnreadableFileException(e is FileNotFoundException or DirectoryNotFoundException ? "The file is gone." : e is InvalidDataException && layout.Gzip ? LayoutSniffer.NotUnpacked(e) : e.Message, e);
        }

        state.EndPartition(partition);
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
        string? firstShort = null;
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

                firstShort ??= $"line {reader.Line} has {reader.FieldCount} fields where {columns.Length} are expected; the missing ones count as null";
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
        // A line that counts must not be told as the first of those that do not.
        if (state.BadRows == 0)
            state.FirstBadRow ??= firstShort;
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

/// <summary>Rows of a file, from 0; <paramref name="To"/> is the one after the last.</summary>
internal readonly record struct RowRange(long From, long To);
