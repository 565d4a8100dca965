using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Tables.Native;

/// <summary>
/// Writes rows in bulk into a table, a chunk of <see cref="Capacity"/> rows at a time. Either fill columns with <see cref="Column{T}"/>,
/// <see cref="SetUtf8"/> and <see cref="SetNull"/> and then call <see cref="Flush"/>, or add whole rows with <see cref="AddRow"/>.
/// Nothing is kept unless <see cref="Complete"/> is called.
/// </summary>
public sealed unsafe class DuckDbAppender : IDisposable
{
    private readonly AppenderHandle _handle;
    private readonly DataChunkHandle _chunk;
    private readonly nint[] _vectors;
    private int _rows;

    internal DuckDbAppender(AppenderHandle handle)
    {
        _handle = handle;
        var types = new DuckDbType[(int)Libduckdb.duckdb_appender_column_count(handle)];
        var handles = new LogicalTypeHandle[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            handles[i] = Libduckdb.duckdb_appender_column_type(handle, (ulong)i);
            types[i] = DuckDbType.Of(handles[i]);
        }
        var pointers = Array.ConvertAll(handles, type => type.DangerousGetHandle());
        fixed (nint* first = pointers)
            _chunk = Libduckdb.duckdb_create_data_chunk(first, (ulong)types.Length);
        Array.ForEach(handles, type => type.Dispose());
        Types = types;
        _vectors = new nint[types.Length];
        FindVectors();
    }

    /// <summary>The most rows in a chunk (2,048).</summary>
    public int Capacity { get; } = (int)Libduckdb.duckdb_vector_size();

    /// <summary>The table's column types in order.</summary>
    public IReadOnlyList<DuckDbType> Types { get; }

    /// <summary>Rows flushed so far.</summary>
    public long RowsWritten { get; private set; }

    /// <summary>A column's memory in the chunk, for <see cref="Capacity"/> values of T as <see cref="ColumnVector.Values{T}"/> describes.</summary>
    /// <exception cref="InvalidOperationException">T has another width than the column's values.</exception>
    public Span<T> Column<T>(int column) where T : unmanaged
    {
        if (Types[column].Width != sizeof(T) || Types[column].Kind is DuckDbKind.Varchar or DuckDbKind.Blob)
            throw new InvalidOperationException($"A column of type {Types[column]} cannot be written as {typeof(T).Name}.");
        return new Span<T>(Libduckdb.duckdb_vector_get_data(_vectors[column]), Capacity);
    }

    /// <summary>Sets a text or blob of the chunk; texts must be valid UTF-8.</summary>
    public void SetUtf8(int column, int row, ReadOnlySpan<byte> bytes)
    {
        if (Types[column].Kind is not (DuckDbKind.Varchar or DuckDbKind.Blob))
            throw new InvalidOperationException($"A column of type {Types[column]} holds no text.");
        fixed (byte* first = bytes)
            Libduckdb.duckdb_vector_assign_string_element_len(_vectors[column], (ulong)row, first, (ulong)bytes.Length);
    }

    /// <summary>Makes a value of the chunk null.</summary>
    public void SetNull(int column, int row)
    {
        Libduckdb.duckdb_vector_ensure_validity_writable(_vectors[column]);
        Libduckdb.duckdb_vector_get_validity(_vectors[column])[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Adds one row of .NET values; the values of text columns are converted, others must fit. Mixes with no other way of writing.</summary>
    /// <exception cref="DuckDbException">A value does not fit its column, or a chunk cannot be appended.</exception>
    public void AddRow(params ReadOnlySpan<object?> values)
    {
        if (values.Length != Types.Count)
            throw new DuckDbException(DuckDbErrorKind.Parameter, $"The row has {values.Length} values, the table {Types.Count} columns.");
        for (var column = 0; column < values.Length; column++)
            Set(column, _rows, values[column]);
        if (++_rows == Capacity)
            Flush(_rows);
    }

    /// <summary>Appends the chunk's first rows and empties it.</summary>
    /// <exception cref="DuckDbException">The chunk cannot be appended.</exception>
    public void Flush(int rows)
    {
        Libduckdb.duckdb_data_chunk_set_size(_chunk, (ulong)rows);
        if (Libduckdb.duckdb_append_data_chunk(_handle, _chunk) != Libduckdb.Success)
            throw Error();
        Libduckdb.duckdb_data_chunk_reset(_chunk);
        FindVectors();
        _rows = 0;
        RowsWritten += rows;
    }

    /// <summary>Writes what is left and closes. Without it nothing more than whole batches may have reached the table.</summary>
    /// <exception cref="DuckDbException">The rows break a constraint of the table.</exception>
    public void Complete()
    {
        if (_rows > 0)
            Flush(_rows);
        if (Libduckdb.duckdb_appender_close(_handle) != Libduckdb.Success)
            throw Error();
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _handle.Dispose();
    }

    private DuckDbException Error() => DuckDbException.From(0, Libduckdb.Text(Libduckdb.duckdb_appender_error(_handle)));

    private void FindVectors()
    {
        for (var i = 0; i < _vectors.Length; i++)
            _vectors[i] = Libduckdb.duckdb_data_chunk_get_vector(_chunk, (ulong)i);
    }

    private void Set(int column, int row, object? value)
    {
        if (value is null)
        {
            SetNull(column, row);
            return;
        }
        try
        {
            SetValue(column, row, value);
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw new DuckDbException(DuckDbErrorKind.Conversion, $"The value '{DuckDbJson.Text(value)}' does not fit column {column + 1} of type {Types[column]}.");
        }
    }

    private void SetValue(int column, int row, object value)
    {
        var invariant = CultureInfo.InvariantCulture;
        switch (Types[column].Kind)
        {
            case DuckDbKind.Varchar: SetUtf8(column, row, Encoding.UTF8.GetBytes(DuckDbJson.Text(value))); break;
            case DuckDbKind.Blob: SetUtf8(column, row, (byte[])value); break;
            case DuckDbKind.Boolean: Column<bool>(column)[row] = (bool)value; break;
            case DuckDbKind.TinyInt: Column<sbyte>(column)[row] = Convert.ToSByte(value, invariant); break;
            case DuckDbKind.SmallInt: Column<short>(column)[row] = Convert.ToInt16(value, invariant); break;
            case DuckDbKind.Integer: Column<int>(column)[row] = Convert.ToInt32(value, invariant); break;
            case DuckDbKind.BigInt: Column<long>(column)[row] = Convert.ToInt64(value, invariant); break;
            case DuckDbKind.UTinyInt: Column<byte>(column)[row] = Convert.ToByte(value, invariant); break;
            case DuckDbKind.USmallInt: Column<ushort>(column)[row] = Convert.ToUInt16(value, invariant); break;
            case DuckDbKind.UInteger: Column<uint>(column)[row] = Convert.ToUInt32(value, invariant); break;
            case DuckDbKind.UBigInt: Column<ulong>(column)[row] = Convert.ToUInt64(value, invariant); break;
            case DuckDbKind.Float: Column<float>(column)[row] = Convert.ToSingle(value, invariant); break;
            case DuckDbKind.Double: Column<double>(column)[row] = Convert.ToDouble(value, invariant); break;
            case DuckDbKind.HugeInt: Column<Int128>(column)[row] = value is Int128 huge ? huge : Convert.ToInt64(value, invariant); break;
            case DuckDbKind.Date: Column<int>(column)[row] = ((DateOnly)value).DayNumber - VectorValue.EpochDay; break;
            case DuckDbKind.Time: Column<long>(column)[row] = ((TimeOnly)value).Ticks / TimeSpan.TicksPerMicrosecond; break;
            case DuckDbKind.Timestamp or DuckDbKind.TimestampTz: Column<long>(column)[row] = Microseconds(value); break;
            case DuckDbKind.Uuid: Column<UInt128>(column)[row] = (UInt128)VectorValue.UuidBits((Guid)value) ^ (UInt128.One << 127); break;
            case DuckDbKind.Decimal: SetDecimal(column, row, Convert.ToDecimal(value, invariant)); break;
            default: throw new DuckDbException(DuckDbErrorKind.Parameter, $"Rows with values of type {Types[column]} cannot be added one by one. Use SQL.");
        }
    }

    private static long Microseconds(object value)
    {
        var time = value is DateTimeOffset instant ? instant.UtcDateTime : (DateTime)value;
        return (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    }

    private void SetDecimal(int column, int row, decimal value)
    {
        var type = Types[column];
        var unscaled = (Int128)(BigInteger)(decimal.Round(value, type.Scale, MidpointRounding.AwayFromZero) * (decimal)Math.Pow(10, type.Scale));
        switch (type.Width)
        {
            case 2: Column<short>(column)[row] = checked((short)unscaled); break;
            case 4: Column<int>(column)[row] = checked((int)unscaled); break;
            case 8: Column<long>(column)[row] = checked((long)unscaled); break;
            default: Column<Int128>(column)[row] = unscaled; break;
        }
    }
}
