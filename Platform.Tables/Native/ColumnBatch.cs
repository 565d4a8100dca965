namespace Platform.Tables.Native;

/// <summary>Some rows of a result, column by column, in DuckDB's own memory: valid until the reader reads on.</summary>
public sealed class ColumnBatch : IDisposable
{
    private readonly DataChunkHandle _chunk;

    internal ColumnBatch(DataChunkHandle chunk, IReadOnlyList<DuckDbColumn> columns)
    {
        _chunk = chunk;
        Columns = columns;
        RowCount = (int)Libduckdb.duckdb_data_chunk_get_size(chunk);
    }

    /// <summary>Rows in this batch, at least 1 and at most 2,048.</summary>
    public int RowCount { get; }

    /// <summary>Names and types in the order of the result.</summary>
    public IReadOnlyList<DuckDbColumn> Columns { get; }

    /// <summary>The column at a position.</summary>
    public ColumnVector this[int column]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_chunk.IsClosed, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Count, nameof(column));
            return new ColumnVector(Columns[column].Type, Libduckdb.duckdb_data_chunk_get_vector(_chunk, (ulong)column), RowCount);
        }
    }

    public void Dispose() => _chunk.Dispose();
}
