using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Tables.Native;

/// <summary>Binds .NET values to a statement's named parameters.</summary>
internal static unsafe class ParameterBinding
{
    public static void Bind(StatementHandle statement, IReadOnlyDictionary<string, object?>? parameters)
    {
        var count = Libduckdb.duckdb_nparams(statement);
        for (ulong i = 1; i <= count; i++)
        {
            var name = Libduckdb.TakeText(Libduckdb.duckdb_parameter_name(statement, i));
            if (parameters is null || !Find(parameters, name, out var value))
                throw new DuckDbException(DuckDbErrorKind.Parameter, $"The statement uses the parameter ${name}, which was not given. Give it a value, or quote the text if no parameter was meant.");
            using var bound = Create(name, value);
            if (Libduckdb.duckdb_bind_value(statement, i, bound) != Libduckdb.Success)
                throw DuckDbException.From(35, Libduckdb.Text(Libduckdb.duckdb_prepare_error(statement)));
        }
    }

    /// <summary>DuckDB folds parameter names to lower case, as it does with identifiers.</summary>
    private static bool Find(IReadOnlyDictionary<string, object?> parameters, string name, out object? value)
    {
        if (parameters.TryGetValue(name, out value))
            return true;
        foreach (var (key, candidate) in parameters)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }
        return false;
    }

    private static ValueHandle Create(string name, object? value) => value switch
    {
        null or DBNull => Libduckdb.duckdb_create_null_value(),
        string text => Text(text),
        bool flag => Libduckdb.duckdb_create_bool(flag),
        int number => Libduckdb.duckdb_create_int32(number),
        long number => Libduckdb.duckdb_create_int64(number),
        short number => Libduckdb.duckdb_create_int32(number),
        sbyte number => Libduckdb.duckdb_create_int32(number),
        byte number => Libduckdb.duckdb_create_int32(number),
        ushort number => Libduckdb.duckdb_create_int32(number),
        uint number => Libduckdb.duckdb_create_int64(number),
        ulong number => Libduckdb.duckdb_create_uint64(number),
        Int128 number => Libduckdb.duckdb_create_hugeint(Bits(number)),
        float number => Libduckdb.duckdb_create_double(number),
        double number => Libduckdb.duckdb_create_double(number),
        decimal number => Number(number),
        DateTimeOffset instant => Libduckdb.duckdb_create_timestamp_tz(Microseconds(instant.UtcDateTime)),
        DateTime { Kind: DateTimeKind.Unspecified } naive => Libduckdb.duckdb_create_timestamp(Microseconds(naive)),
        DateTime instant => Libduckdb.duckdb_create_timestamp_tz(Microseconds(instant.ToUniversalTime())),
        DateOnly date => Libduckdb.duckdb_create_date(date.DayNumber - VectorValue.EpochDay),
        TimeOnly time => Libduckdb.duckdb_create_time(time.Ticks / TimeSpan.TicksPerMicrosecond),
        Guid id => Libduckdb.duckdb_create_uuid(Bits(VectorValue.UuidBits(id))),
        byte[] bytes => Blob(bytes),
        IDictionary => throw Unbound(name, value),
        IEnumerable list => List(name, list),
        _ => throw Unbound(name, value),
    };

    private static DuckDbException Unbound(string name, object value)
        => new(DuckDbErrorKind.Parameter, $"Parameter ${name} has the type {value.GetType().Name}, which cannot be given to SQL. Give a text, number, flag, date, time or a list of these.");

    private static ValueHandle Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = utf8)
            return Libduckdb.duckdb_create_varchar_length(first, (ulong)utf8.Length);
    }

    private static ValueHandle Blob(byte[] bytes)
    {
        fixed (byte* first = bytes)
            return Libduckdb.duckdb_create_blob(first, (ulong)bytes.Length);
    }

    private static ValueHandle Number(decimal number)
    {
        // 38 digits hold every System.Decimal (29 digits).
        var unscaled = (Int128)(number < 0 ? -Unscaled(number) : Unscaled(number));
        return Libduckdb.duckdb_create_decimal(new Libduckdb.Decimal { Width = 38, Scale = number.Scale, Value = Bits(unscaled) });
    }

    private static BigInteger Unscaled(decimal number)
    {
        Span<int> parts = stackalloc int[4];
        _ = decimal.GetBits(number, parts);
        return ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
    }

    private static ValueHandle List(string name, IEnumerable list)
    {
        var items = new List<ValueHandle>();
        try
        {
            foreach (var item in list)
                items.Add(Create(name, item));
            // The element's type is that of the first item that is not null; DuckDB casts the others to it.
            var typed = items.Zip(list.Cast<object?>()).FirstOrDefault(pair => pair.Second is not null).First;
            using var type = typed is null ? Libduckdb.duckdb_create_logical_type((int)DuckDbKind.Varchar) : TypeOf(typed);
            // One place too many: DuckDB takes no null address, which an empty array has.
            var pointers = items.Select(item => item.DangerousGetHandle()).Append(0).ToArray();
            fixed (nint* first = pointers)
            {
                var result = Libduckdb.duckdb_create_list_value(type, first, (ulong)items.Count);
                return result.IsInvalid
                    ? throw new DuckDbException(DuckDbErrorKind.Parameter, string.Create(CultureInfo.InvariantCulture, $"The list of {items.Count} items in parameter ${name} mixes types."))
                    : result;
            }
        }
        finally
        {
            items.ForEach(item => item.Dispose());
        }
    }

    /// <summary>A fresh type like the value's; the pointer that duckdb_get_value_type returns belongs to the value.</summary>
    private static LogicalTypeHandle TypeOf(ValueHandle value)
    {
        var borrowed = Libduckdb.duckdb_get_value_type(value);
        var kind = Libduckdb.duckdb_get_type_id(borrowed);
        return kind == (int)DuckDbKind.Decimal
            ? Libduckdb.duckdb_create_decimal_type(Libduckdb.duckdb_decimal_width(borrowed), Libduckdb.duckdb_decimal_scale(borrowed))
            : Libduckdb.duckdb_create_logical_type(kind);
    }

    private static long Microseconds(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static Libduckdb.Int128Bits Bits(Int128 number) => new() { Lower = (ulong)(UInt128)number, Upper = (ulong)((UInt128)number >> 64) };
}
