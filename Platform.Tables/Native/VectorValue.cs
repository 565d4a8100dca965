using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Tables.Native;

/// <summary>An interval as DuckDB keeps it: its parts are not interchangeable (a month has no fixed number of days).</summary>
public readonly record struct DuckDbInterval(int Months, int Days, long Microseconds)
{
    /// <summary>ISO 8601, such as P1M2DT3.5S.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"P{Months}M{Days}DT{Microseconds / 1e6:0.######}S");
}

/// <summary>
/// Turns one value of a vector into .NET: bool, sbyte to ulong, Int128, UInt128, float, double, decimal (the exact text where 28 digits do
/// not hold it), string, byte[] for BLOB, DateOnly, TimeOnly, DateTime of unspecified kind for TIMESTAMP, DateTimeOffset in UTC for
/// TIMESTAMPTZ, Guid, string for ENUM, BIT and TIMETZ, <see cref="DuckDbInterval"/>, BigInteger, object?[] for lists and arrays,
/// Dictionary&lt;string, object?&gt; for structs, List&lt;KeyValuePair&lt;object, object?&gt;&gt; for maps, the member's value for unions.
/// Times outside .NET's years 1 to 9999, infinities too, become its minimum or maximum; nanoseconds are cut to 100.
/// </summary>
internal static unsafe class VectorValue
{
    /// <summary>DateOnly's day number of 1970-01-01.</summary>
    internal const int EpochDay = 719162;

    public static object? Read(in ColumnVector vector, int row)
    {
        var data = vector.Data;
        switch (vector.Type.Kind)
        {
            case DuckDbKind.Boolean: return data[row] != 0;
            case DuckDbKind.TinyInt: return ((sbyte*)data)[row];
            case DuckDbKind.SmallInt: return ((short*)data)[row];
            case DuckDbKind.Integer: return ((int*)data)[row];
            case DuckDbKind.BigInt: return ((long*)data)[row];
            case DuckDbKind.UTinyInt: return data[row];
            case DuckDbKind.USmallInt: return ((ushort*)data)[row];
            case DuckDbKind.UInteger: return ((uint*)data)[row];
            case DuckDbKind.UBigInt: return ((ulong*)data)[row];
            case DuckDbKind.HugeInt: return ((Int128*)data)[row];
            case DuckDbKind.UHugeInt: return ((UInt128*)data)[row];
            case DuckDbKind.Float: return ((float*)data)[row];
            case DuckDbKind.Double: return ((double*)data)[row];
            case DuckDbKind.Decimal: return Decimal(vector.Type, data, row);
            case DuckDbKind.Varchar: return Encoding.UTF8.GetString(Bytes(data, row));
            case DuckDbKind.Blob: return Bytes(data, row).ToArray();
            case DuckDbKind.Date: return Date(((int*)data)[row]);
            case DuckDbKind.Time: return Time(((long*)data)[row] * TimeSpan.TicksPerMicrosecond);
            case DuckDbKind.TimeNanoseconds: return Time(((long*)data)[row] / TimeSpan.NanosecondsPerTick);
            case DuckDbKind.TimeTz: return TimeWithZone(((ulong*)data)[row]);
            case DuckDbKind.Timestamp: return Instant(((long*)data)[row], TimeSpan.TicksPerMicrosecond, 1);
            case DuckDbKind.TimestampSeconds: return Instant(((long*)data)[row], TimeSpan.TicksPerSecond, 1);
            case DuckDbKind.TimestampMilliseconds: return Instant(((long*)data)[row], TimeSpan.TicksPerMillisecond, 1);
            case DuckDbKind.TimestampNanoseconds: return Instant(((long*)data)[row], 1, TimeSpan.NanosecondsPerTick);
            case DuckDbKind.TimestampTz: return new DateTimeOffset(Instant(((long*)data)[row], TimeSpan.TicksPerMicrosecond, 1), TimeSpan.Zero);
            case DuckDbKind.Interval: return Interval(data + 16L * row);
            case DuckDbKind.Uuid: return Uuid(((UInt128*)data)[row]);
            case DuckDbKind.Enum: return vector.Type.Words[EnumPosition(vector.Type, data, row)];
            case DuckDbKind.Bit: return Bits(Bytes(data, row));
            case DuckDbKind.BigNum: return BigNum(Bytes(data, row));
            case DuckDbKind.List: return List(vector, row);
            case DuckDbKind.Array: return Elements(vector.ArrayElements(), row * vector.Type.Length, vector.Type.Length);
            case DuckDbKind.Struct: return Struct(vector, row);
            case DuckDbKind.Map: return Map(vector, row);
            case DuckDbKind.Union: return Union(vector, row);
            case DuckDbKind.Null: return null;
            default: throw new DuckDbException(DuckDbErrorKind.Conversion, $"Values of type {vector.Type} cannot be read. Cast the column to VARCHAR in the query.");
        }
    }

    /// <summary>duckdb_string_t: up to 12 bytes inline, longer ones behind a pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Bytes(byte* data, int row)
    {
        var value = data + 16L * row;
        var length = *(uint*)value;
        return new ReadOnlySpan<byte>(length <= 12 ? value + 4 : *(byte**)(value + 8), (int)length);
    }

    internal static int EnumPosition(DuckDbType type, byte* data, int row) => type.Width switch
    {
        1 => data[row],
        2 => ((ushort*)data)[row],
        _ => (int)((uint*)data)[row],
    };

    internal static Int128 UuidBits(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (Int128)BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>DuckDB flips the first bit so that UUIDs sort as signed numbers.</summary>
    private static Guid Uuid(UInt128 stored)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, stored ^ (UInt128.One << 127));
        return new Guid(bytes, bigEndian: true);
    }

    private static object Decimal(DuckDbType type, byte* data, int row)
    {
        var unscaled = type.Width switch
        {
            2 => ((short*)data)[row],
            4 => ((int*)data)[row],
            8 => ((long*)data)[row],
            _ => ((Int128*)data)[row],
        };
        var magnitude = UInt128.CreateTruncating(Int128.Abs(unscaled));
        if (magnitude >> 96 == 0 && type.Scale <= 28)
            return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), unscaled < 0, (byte)type.Scale);
        return DecimalText(magnitude, unscaled < 0, type.Scale);
    }

    private static string DecimalText(UInt128 magnitude, bool negative, int scale)
    {
        var digits = magnitude.ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var point = digits.Length - scale;
        return (negative ? "-" : "") + digits[..point] + (scale > 0 ? "." + digits[point..] : "");
    }

    private static DateOnly Date(int days) => days switch
    {
        < -EpochDay => DateOnly.MinValue,
        > 2932896 => DateOnly.MaxValue,
        _ => DateOnly.FromDayNumber(days + EpochDay),
    };

    /// <summary>DuckDB allows 24:00:00, .NET does not.</summary>
    private static TimeOnly Time(long ticks) => new(Math.Min(ticks, TimeOnly.MaxValue.Ticks));

    private static string TimeWithZone(ulong bits)
    {
        var time = Time((long)(bits >> 24) * TimeSpan.TicksPerMicrosecond);
        var offset = TimeSpan.FromSeconds(57599 - (int)(bits & 0xFFFFFF));
        return string.Create(CultureInfo.InvariantCulture, $"{time:HH:mm:ss.FFFFFF}{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
    }

    private static DateTime Instant(long value, long ticksPerUnit, long unitsPerTick)
    {
        var ticks = (Int128)value * ticksPerUnit / unitsPerTick + DateTime.UnixEpoch.Ticks;
        return ticks <= 0 ? DateTime.MinValue : ticks >= DateTime.MaxValue.Ticks ? DateTime.MaxValue : new DateTime((long)ticks, DateTimeKind.Unspecified);
    }

    private static DuckDbInterval Interval(byte* value) => new(*(int*)value, *(int*)(value + 4), *(long*)(value + 8));

    /// <summary>The first byte counts the unused bits in front.</summary>
    private static string Bits(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var i = (int)bytes[0]; i < (bytes.Length - 1) * 8; i++)
            text.Append((bytes[1 + i / 8] >> (7 - i % 8) & 1) == 1 ? '1' : '0');
        return text.ToString();
    }

    /// <summary>Three bytes of header (the first bit is 1 for positive), then the magnitude, big end first; negative ones are inverted.</summary>
    private static BigInteger BigNum(ReadOnlySpan<byte> bytes)
    {
        var positive = (bytes[0] & 0x80) != 0;
        var magnitude = bytes[3..].ToArray();
        if (!positive)
        {
            for (var i = 0; i < magnitude.Length; i++)
                magnitude[i] = (byte)~magnitude[i];
        }
        var number = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        return positive ? number : -number;
    }

    private static object?[] List(in ColumnVector vector, int row)
    {
        var elements = vector.ListElements(out var entries);
        return Elements(elements, (int)entries[row].Offset, (int)entries[row].Length);
    }

    private static object?[] Elements(in ColumnVector elements, int offset, int length)
    {
        var items = new object?[length];
        for (var i = 0; i < length; i++)
            items[i] = elements.Value(offset + i);
        return items;
    }

    private static Dictionary<string, object?> Struct(in ColumnVector vector, int row)
    {
        var values = new Dictionary<string, object?>(vector.Type.Fields.Count);
        for (var i = 0; i < vector.Type.Fields.Count; i++)
            values[vector.Type.Fields[i].Name] = vector.StructField(i).Value(row);
        return values;
    }

    private static List<KeyValuePair<object, object?>> Map(in ColumnVector vector, int row)
    {
        var elements = vector.ListElements(out var entries);
        var entry = entries[row];
        var pairs = new List<KeyValuePair<object, object?>>((int)entry.Length);
        for (var i = (int)entry.Offset; i < entry.Offset + entry.Length; i++)
            pairs.Add(new(elements.StructField(0).Value(i)!, elements.StructField(1).Value(i)));
        return pairs;
    }

    private static object? Union(in ColumnVector vector, int row)
    {
        var tags = (byte*)Libduckdb.duckdb_vector_get_data(Libduckdb.duckdb_struct_vector_get_child(vector.Vector, 0));
        return vector.StructField(tags[row]).Value(row);
    }
}
