using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;
using Platform.Tables.Native;

namespace Platform.Inventory.Read;

/// <summary>Feeds the typed columns of a query's batches into column states.</summary>
internal sealed class BatchRecords
{
    private long[] _longs = new long[2048];
    private double[] _doubles = new double[2048];

    /// <summary>Adds every batch of <paramref name="reader"/>.</summary>
    public void ReadAll(BatchReader reader, TableState state, CancellationToken cancellation)
    {
        var columns = reader.Columns.Select(column => state.Column(column.Name, column.Type.ToString())).ToArray();
        while (reader.Read(out var batch))
        {
            cancellation.ThrowIfCancellationRequested();
            state.Rows += batch.RowCount;
            for (var i = 0; i < columns.Length; i++)
                Add(columns[i], batch[i]);
        }
    }

    private void Add(ColumnState state, ColumnVector vector)
    {
        switch (vector.Type.Kind)
        {
            case DuckDbKind.Varchar:
                for (var row = 0; row < vector.Count; row++)
                {
                    if (vector.IsNull(row))
                        state.AddNulls(1);
                    else
                        state.AddTypedText(vector.Utf8(row));
                }

                break;
            case DuckDbKind.Boolean:
                var flags = vector.Values<byte>();
                for (var row = 0; row < vector.Count; row++)
                {
                    if (vector.IsNull(row))
                        state.AddNulls(1);
                    else
                        state.AddBoolean(flags[row] != 0);
                }

                break;
            case DuckDbKind.TinyInt or DuckDbKind.UTinyInt or DuckDbKind.SmallInt or DuckDbKind.USmallInt or DuckDbKind.Integer or DuckDbKind.UInteger or DuckDbKind.BigInt:
                AddIntegers(state, vector);
                break;
            case DuckDbKind.Float or DuckDbKind.Double or DuckDbKind.Decimal or DuckDbKind.UBigInt or DuckDbKind.HugeInt or DuckDbKind.UHugeInt:
                vector.CopyDoubles(Room(ref _doubles, vector.Count));
                for (var row = 0; row < vector.Count; row++)
                {
                    if (vector.IsNull(row))
                        state.AddNulls(1);
                    else
                        state.AddDecimal(_doubles[row]);
                }

                break;
            case DuckDbKind.Date or DuckDbKind.Timestamp or DuckDbKind.TimestampTz or DuckDbKind.TimestampSeconds or DuckDbKind.TimestampMilliseconds or DuckDbKind.TimestampNanoseconds:
                AddTimes(state, vector);
                break;
            default:
                for (var row = 0; row < vector.Count; row++)
                {
                    if (vector.Text(row) is { } text)
                        state.AddTypedText(Encoding.UTF8.GetBytes(text));
                    else
                        state.AddNulls(1);
                }

                break;
        }
    }

    private void AddIntegers(ColumnState state, ColumnVector vector)
    {
        var longs = Room(ref _longs, vector.Count);
        var count = 0;
        for (var row = 0; row < vector.Count; row++)
        {
            if (vector.IsNull(row))
                continue;
            longs[count++] = vector.Type.Kind switch
            {
                DuckDbKind.TinyInt => vector.Values<sbyte>()[row],
                DuckDbKind.UTinyInt => vector.Values<byte>()[row],
                DuckDbKind.SmallInt => vector.Values<short>()[row],
                DuckDbKind.USmallInt => vector.Values<ushort>()[row],
                DuckDbKind.Integer => vector.Values<int>()[row],
                DuckDbKind.UInteger => vector.Values<uint>()[row],
                _ => vector.Values<long>()[row],
            };
        }

        state.AddNulls(vector.Count - count);
        state.AddIntegers(longs[..count]);
    }

    private void AddTimes(ColumnState state, ColumnVector vector)
    {
        vector.CopyDoubles(Room(ref _doubles, vector.Count));
        Span<byte> text = stackalloc byte[32];
        for (var row = 0; row < vector.Count; row++)
        {
            if (vector.IsNull(row))
            {
                state.AddNulls(1);
                continue;
            }

            var isDate = vector.Type.Kind == DuckDbKind.Date;
            var micros = isDate ? _doubles[row] * 86_400e6 : _doubles[row] * 1e6;
            // Years outside 1 to 9999, infinities too, have no text of their own.
            var seconds = Math.Clamp(micros / 1e6, -62_135_596_800, 253_402_300_799);
            var time = DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * 1e6) * TimeSpan.TicksPerMicrosecond);
            time.TryFormat(text, out var length, isDate ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
            state.AddTime(isDate ? CellKind.Date : CellKind.Timestamp, seconds * 1e6, text[..length]);
        }
    }

    private static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = new T[count];
        return array.AsSpan(0, count);
    }
}
