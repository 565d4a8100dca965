using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Platform.Inventory.Profile;
using Platform.Tables.Native;

namespace Platform.Inventory.Read;

/// <summary>
/// Feeds the typed columns of a query's batches into column states: numbers and times in blocks, texts one by one. Fields of structs become columns
/// <c>a.b</c>, two levels deep; lists, maps and deeper structs are taken as their JSON text, lists and maps with their number of elements.
/// </summary>
internal sealed class BatchRecords
{
    private const int Levels = 2;
    private const long Day = 86_400_000_000;

    // Years outside 1 to 9999, infinities too, have no text of their own.
    private const long FirstMicros = -62_135_596_800_000_000;
    private const long LastMicros = 253_402_300_799_000_000;

    private long[] _longs = new long[2048];
    private double[] _doubles = new double[2048];
    private ulong[] _hashes = new ulong[2048];
    private ulong[] _rows = new ulong[2048];

    /// <summary>Adds every batch of <paramref name="reader"/>.</summary>
    public void ReadAll(BatchReader reader, TableState state, CancellationToken cancellation)
    {
        while (reader.Read(out var batch))
        {
            cancellation.ThrowIfCancellationRequested();
            state.Rows += batch.RowCount;
            Room(ref _rows, batch.RowCount).Fill(state.RowBase);
            for (var i = 0; i < reader.Columns.Count; i++)
                Add(state, reader.Columns[i].Name, batch[i], 1);
            state.Duplicates.AddSums(_rows.AsSpan(0, batch.RowCount));
            state.Correlations.EndBlock(batch.RowCount);
        }

        // No batch, no column: a table without rows has its columns all the same.
        if (state.Rows == 0)
        {
            foreach (var column in reader.Columns)
                AddEmpty(state, column.Name, column.Type, 1);
        }
    }

    private static void AddEmpty(TableState state, string name, DuckDbType type, int level)
    {
        if (type.Kind != DuckDbKind.Struct || level >= Levels)
        {
            state.Column(name, type.ToString());
            return;
        }

        foreach (var field in type.Fields)
            AddEmpty(state, $"{name}.{field.Name}", field.Type, level + 1);
    }

    private void Add(TableState table, string name, ColumnVector vector, int level)
    {
        if (vector.Type.Kind == DuckDbKind.Struct && level < Levels)
        {
            for (var field = 0; field < vector.Type.Fields.Count; field++)
                Add(table, $"{name}.{vector.Type.Fields[field].Name}", vector.StructField(field), level + 1);
            return;
        }

        var state = table.Column(name, vector.Type.ToString());
        switch (vector.Type.Kind)
        {
            case DuckDbKind.Varchar:
                AddTexts(state, vector);
                break;
            case DuckDbKind.Boolean:
                AddBooleans(state, vector);
                break;
            case DuckDbKind.TinyInt or DuckDbKind.UTinyInt or DuckDbKind.SmallInt or DuckDbKind.USmallInt or DuckDbKind.Integer or DuckDbKind.UInteger or DuckDbKind.BigInt:
                AddIntegers(table, state, vector);
                break;
            case DuckDbKind.Float or DuckDbKind.Double or DuckDbKind.Decimal or DuckDbKind.UBigInt or DuckDbKind.HugeInt or DuckDbKind.UHugeInt:
                AddDecimals(table, state, vector);
                break;
            case DuckDbKind.Date or DuckDbKind.Timestamp or DuckDbKind.TimestampTz or DuckDbKind.TimestampSeconds or DuckDbKind.TimestampMilliseconds or DuckDbKind.TimestampNanoseconds:
                AddTimes(state, vector);
                break;
            default:
                AddOthers(state, vector);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTexts(ColumnState state, ColumnVector vector)
    {
        var salt = state.RowSalt;
        for (var row = 0; row < vector.Count; row++)
        {
            if (vector.IsNull(row))
            {
                state.AddNulls(1);
                continue;
            }

            state.AddTypedText(vector.Utf8(row));
            _rows[row] += state.LastHash * salt;
        }
    }

    private void AddOthers(ColumnState state, ColumnVector vector)
    {
        var isList = vector.Type.Kind is DuckDbKind.List or DuckDbKind.Map;
        ReadOnlySpan<ListEntry> entries = default;
        if (isList)
            vector.ListElements(out entries);
        for (var row = 0; row < vector.Count; row++)
        {
            if (vector.Text(row) is not { } text)
            {
                state.AddNulls(1);
                continue;
            }

            state.AddTypedText(Encoding.UTF8.GetBytes(text));
            _rows[row] += state.LastHash * state.RowSalt;
            if (isList)
                state.AddItems(entries[row].Length);
        }
    }

    private void AddBooleans(ColumnState state, ColumnVector vector)
    {
        var flags = vector.Values<byte>();
        ulong yes = ColumnState.HashOf(true) * state.RowSalt, no = ColumnState.HashOf(false) * state.RowSalt;
        var nulls = 0;
        var trues = 0;
        for (var row = 0; row < flags.Length; row++)
        {
            if (vector.IsNull(row))
            {
                nulls++;
                continue;
            }

            trues += flags[row] != 0 ? 1 : 0;
            _rows[row] += flags[row] != 0 ? yes : no;
        }

        state.AddNulls(nulls);
        state.AddBooleans(true, trues);
        state.AddBooleans(false, flags.Length - nulls - trues);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddIntegers(TableState table, ColumnState state, ColumnVector vector)
    {
        var longs = Room(ref _longs, vector.Count);
        CopyLongs(vector, longs);
        var count = Compact(vector, longs);
        state.AddNulls(vector.Count - count);
        var doubles = Room(ref _doubles, vector.Count);
        for (var i = 0; i < count; i++)
            doubles[i] = longs[i];
        var hashes = Room(ref _hashes, vector.Count);
        state.AddIntegers(longs[..count], doubles[..count], hashes);
        NoteRows(state, vector, hashes, count);
        Correlate(table, state, vector, doubles, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddDecimals(TableState table, ColumnState state, ColumnVector vector)
    {
        var doubles = Room(ref _doubles, vector.Count);
        vector.CopyDoubles(doubles);
        var count = Compact(vector, doubles);
        state.AddNulls(vector.Count - count);
        var hashes = Room(ref _hashes, vector.Count);
        state.AddDecimals(doubles[..count], hashes);
        NoteRows(state, vector, hashes, count);
        Correlate(table, state, vector, doubles, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTimes(ColumnState state, ColumnVector vector)
    {
        var isDate = vector.Type.Kind == DuckDbKind.Date;
        var micros = Room(ref _longs, vector.Count);
        if (isDate)
            CopyDays(vector.Values<int>(), micros);
        else
            CopyMicros(vector, micros);
        var count = Compact(vector, micros);
        state.AddNulls(vector.Count - count);
        var doubles = Room(ref _doubles, vector.Count);
        for (var i = 0; i < count; i++)
        {
            micros[i] = Math.Clamp(micros[i], FirstMicros, LastMicros);
            doubles[i] = micros[i];
        }

        var hashes = Room(ref _hashes, vector.Count);
        state.AddTimes(isDate ? CellKind.Date : CellKind.Timestamp, micros[..count], doubles[..count], hashes);
        NoteRows(state, vector, hashes, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyDays(ReadOnlySpan<int> days, Span<long> micros)
    {
        for (var i = 0; i < days.Length; i++)
            micros[i] = Math.Clamp(days[i], (int)(FirstMicros / Day), (int)(LastMicros / Day)) * Day;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyMicros(ColumnVector vector, Span<long> micros)
    {
        var values = vector.Values<long>();
        for (var i = 0; i < values.Length; i++)
        {
            micros[i] = vector.Type.Kind switch
            {
                DuckDbKind.TimestampSeconds => Math.Clamp(values[i], FirstMicros / 1_000_000, LastMicros / 1_000_000) * 1_000_000,
                DuckDbKind.TimestampMilliseconds => Math.Clamp(values[i], FirstMicros / 1_000, LastMicros / 1_000) * 1_000,
                DuckDbKind.TimestampNanoseconds => values[i] / 1_000,
                _ => values[i],
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyLongs(ColumnVector vector, Span<long> longs)
    {
        switch (vector.Type.Kind)
        {
            case DuckDbKind.BigInt:
                vector.Values<long>().CopyTo(longs);
                break;
            case DuckDbKind.Integer:
                var integers = vector.Values<int>();
                for (var i = 0; i < integers.Length; i++)
                    longs[i] = integers[i];
                break;
            default:
                for (var i = 0; i < vector.Count; i++)
                {
                    longs[i] = vector.Type.Kind switch
                    {
                        DuckDbKind.TinyInt => vector.Values<sbyte>()[i],
                        DuckDbKind.UTinyInt => vector.Values<byte>()[i],
                        DuckDbKind.SmallInt => vector.Values<short>()[i],
                        DuckDbKind.USmallInt => vector.Values<ushort>()[i],
                        _ => vector.Values<uint>()[i],
                    };
                }

                break;
        }
    }

    // Moves the values that are not null together, in order, and returns how many they are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Compact<T>(ColumnVector vector, Span<T> values)
    {
        if (!vector.MayHaveNulls)
            return values.Length;
        var count = 0;
        for (var row = 0; row < values.Length; row++)
        {
            if (!vector.IsNull(row))
                values[count++] = values[row];
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NoteRows(ColumnState state, ColumnVector vector, ReadOnlySpan<ulong> hashes, int count)
    {
        var salt = state.RowSalt;
        var rows = _rows.AsSpan(0, vector.Count);
        if (count == rows.Length)
        {
            for (var row = 0; row < rows.Length; row++)
                rows[row] += hashes[row] * salt;
            return;
        }

        var at = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            if (!vector.IsNull(row))
                rows[row] += hashes[at++] * salt;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Correlate(TableState table, ColumnState state, ColumnVector vector, ReadOnlySpan<double> numbers, int count)
    {
        if (state.CorrelationPlace == -1)
            state.CorrelationPlace = table.Correlations.Place(state.Name);
        if (state.CorrelationPlace < 0)
            return;
        var room = table.Correlations.Room(state.CorrelationPlace, vector.Count);
        if (count == vector.Count)
        {
            numbers[..count].CopyTo(room);
            return;
        }

        var at = 0;
        for (var row = 0; row < room.Length; row++)
            room[row] = vector.IsNull(row) ? double.NaN : numbers[at++];
    }

    private static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = new T[count];
        return array.AsSpan(0, count);
    }
}
