using System.Diagnostics.CodeAnalysis;

namespace Platform.Tables.Native;

/// <summary>A column of a result.</summary>
public sealed record DuckDbColumn(string Name, DuckDbType Type);

/// <summary>
/// The rows of a running query, a batch (at most 2,048 rows) at a time: <c>while (reader.Read(out var batch))</c>. A batch is valid until
/// the next one is read. Dispose the reader before its connection is used again.
/// </summary>
public sealed unsafe class BatchReader : IDisposable
{
    private readonly StatementHandle _statement;
    private readonly ResultHandle _result;
    private readonly DuckDbConnection.RunningStatement _running;
    private ColumnBatch? _batch;

    internal BatchReader(StatementHandle statement, ResultHandle result, DuckDbConnection.RunningStatement running)
    {
        _statement = statement;
        _result = result;
        _running = running;
        var columns = new DuckDbColumn[(int)Libduckdb.duckdb_column_count(result.Pointer)];
        for (ulong i = 0; i < (ulong)columns.Length; i++)
        {
            using var type = Libduckdb.duckdb_column_logical_type(result.Pointer, i);
            columns[i] = new DuckDbColumn(Libduckdb.Text(Libduckdb.duckdb_column_name(result.Pointer, i)), DuckDbType.Of(type));
        }
        Columns = columns;
    }

    /// <summary>Names and types in the order of the result.</summary>
    public IReadOnlyList<DuckDbColumn> Columns { get; }

    internal long RowsChanged => (long)Libduckdb.duckdb_rows_changed(_result.Pointer);

    /// <summary>Reads the next batch; false at the end.</summary>
    /// <exception cref="DuckDbException">The query fails while it runs.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    public bool Read([NotNullWhen(true)] out ColumnBatch? batch)
    {
        _batch?.Dispose();
        _batch = null;
        while (true)
        {
            var chunk = Libduckdb.duckdb_fetch_chunk(*_result.Pointer);
            if (!chunk.IsInvalid && Libduckdb.duckdb_data_chunk_get_size(chunk) > 0)
            {
                _batch = batch = new ColumnBatch(chunk, Columns);
                return true;
            }
            var ended = chunk.IsInvalid;
            chunk.Dispose();
            var error = Libduckdb.Text(Libduckdb.duckdb_result_error(_result.Pointer));
            if (error.Length > 0)
                throw _running.Error(Libduckdb.duckdb_result_error_type(_result.Pointer), error);
            if (ended)
            {
                batch = null;
                return false;
            }
        }
    }

    /// <summary>Reads the rest of the rows and returns how many there were.</summary>
    public long CountRows()
    {
        long rows = 0;
        while (Read(out var batch))
            rows += batch.RowCount;
        return rows;
    }

    /// <summary>Frees this statement's result but not what belongs to the whole SQL text.</summary>
    internal void DisposeResult()
    {
        _batch?.Dispose();
        _result.Dispose();
        _statement.Dispose();
    }

    public void Dispose()
    {
        DisposeResult();
        _running.Dispose();
    }
}
