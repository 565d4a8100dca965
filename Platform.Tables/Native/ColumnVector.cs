using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Platform.Tables.Native;

/// <summary>
/// One column of a batch. Spans point into DuckDB's memory and allocate nothing. What a row holds where <see cref="IsNull"/> is
/// undefined in the spans; the conversions below say what they give for null.
/// </summary>
public readonly unsafe ref struct ColumnVector
{
    private readonly nint _vector;
    private readonly byte* _data;
    private readonly ulong* _validity;

    internal ColumnVector(DuckDbType type, nint vector, int count)
    {
        Type = type;
        Count = count;
        _vector = vector;
        _data = (byte*)Libduckdb.duckdb_vector_get_data(vector);
        _validity = Libduckdb.duckdb_vector_get_validity(vector);
    }

    /// <summary>The column's type.</summary>
    public DuckDbType Type { get; }

    /// <summary>Rows in the vector.</summary>
    public int Count { get; }

    /// <summary>False if surely no row is null.</summary>
    public bool MayHaveNulls => _validity != null;

    /// <summary>A bit a row, 1 where there is a value; empty if no row is null.</summary>
    public ReadOnlySpan<ulong> Validity => _validity == null ? [] : new(_validity, (Count + 63) / 64);

    internal byte* Data => _data;

    internal nint Vector => _vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int row) => _validity != null && (_validity[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>
    /// The values as they lie in memory: T must have their width. Times are microseconds since 1970 in long, dates days since 1970 in int,
    /// decimals unscaled whole numbers, enums positions in <see cref="DuckDbType.Words"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">T has another width than the column's values.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged
    {
        if (Type.Width != sizeof(T))
            throw new InvalidOperationException($"A column of type {Type} cannot be read as {typeof(T).Name}.");
        return new ReadOnlySpan<T>(_data, Count);
    }

    /// <summary>A text's or blob's bytes; empty for null. Valid as long as the batch.</summary>
    /// <exception cref="InvalidOperationException">The column holds no text and no blob.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> Utf8(int row)
    {
        if (Type.Kind is DuckDbKind.Varchar)
            return IsNull(row) ? [] : VectorValue.Bytes(_data, row);
        if (Type.Kind is DuckDbKind.Enum)
            return IsNull(row) ? [] : Encoding.UTF8.GetBytes(Type.Words[VectorValue.EnumPosition(Type, _data, row)]);
        if (Type.Kind is not (DuckDbKind.Varchar or DuckDbKind.Blob or DuckDbKind.Bit or DuckDbKind.BigNum))
            throw new InvalidOperationException($"A column of type {Type} holds no text. Cast it to VARCHAR in the query.");
        return IsNull(row) ? [] : VectorValue.Bytes(_data, row);
    }

    /// <summary>A value as text; null for null. Texts as they are, other types as <see cref="Value"/> prints.</summary>
    public string? Text(int row)
    {
        if (IsNull(row))
            return null;
        return Type.Kind is DuckDbKind.Varchar ? Encoding.UTF8.GetString(VectorValue.Bytes(_data, row)) : DuckDbJson.Text(Value(row));
    }

    /// <summary>A value in .NET's type for it; null for null. See <see cref="VectorValue.Read"/> for the types.</summary>
    public object? Value(int row) => IsNull(row) ? null : VectorValue.Read(in this, row);

    /// <summary>Writes a value as JSON: numbers as numbers, times in ISO 8601, lists and structs nested, blobs in base64.</summary>
    public void WriteJson(Utf8JsonWriter writer, int row) => DuckDbJson.Write(writer, Value(row));

    /// <summary>
    /// Copies numbers, flags (0 and 1), dates (days) and times (seconds since 1970) as doubles; null becomes NaN.
    /// </summary>
    /// <exception cref="InvalidOperationException">The column holds none of these, or the target is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyDoubles(Span<double> target)
    {
        if (target.Length < Count)
            throw new InvalidOperationException($"The target holds {target.Length} values, the batch {Count}.");
        VectorNumbers.Copy(in this, target);
        if (_validity == null)
            return;
        for (var row = 0; row < Count; row++)
        {
            if (IsNull(row))
                target[row] = double.NaN;
        }
    }

    /// <summary>A list's elements in one vector over all rows, with where each row's begin and how many there are.</summary>
    /// <exception cref="InvalidOperationException">The column holds no lists.</exception>
    public ColumnVector ListElements(out ReadOnlySpan<ListEntry> entries)
    {
        if (Type.Kind is not (DuckDbKind.List or DuckDbKind.Map))
            throw new InvalidOperationException($"A column of type {Type} holds no lists.");
        entries = new ReadOnlySpan<ListEntry>(_data, Count);
        long total = 0;
        for (var row = 0; row < Count; row++)
        {
            if (!IsNull(row))
                total = Math.Max(total, entries[row].Offset + entries[row].Length);
        }
        var type = Type.Kind == DuckDbKind.List ? Type.Element : new DuckDbType(DuckDbKind.Struct) { Fields = Type.Fields };
        return new ColumnVector(type, Libduckdb.duckdb_list_vector_get_child(_vector), (int)total);
    }

    /// <summary>A struct's field (or a union's member) over all rows.</summary>
    public ColumnVector StructField(int field)
        => new(Type.Fields[field].Type, Libduckdb.duckdb_struct_vector_get_child(_vector, (ulong)(Type.Kind == DuckDbKind.Union ? field + 1 : field)), Count);

    internal ColumnVector ArrayElements() => new(Type.Element, Libduckdb.duckdb_array_vector_get_child(_vector), Count * Type.Length);
}

/// <summary>Where one row's list lies in the vector of elements.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ListEntry(long Offset, long Length);
