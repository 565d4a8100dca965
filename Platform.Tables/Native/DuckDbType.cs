using System.Globalization;

namespace Platform.Tables.Native;

#pragma warning disable CA1720 // The names are SQL's own.
/// <summary>DuckDB's kinds of types, with the numbers of duckdb_type.</summary>
public enum DuckDbKind
{
    Invalid = 0, Boolean = 1, TinyInt = 2, SmallInt = 3, Integer = 4, BigInt = 5, UTinyInt = 6, USmallInt = 7, UInteger = 8, UBigInt = 9,
    Float = 10, Double = 11, Timestamp = 12, Date = 13, Time = 14, Interval = 15, HugeInt = 16, Varchar = 17, Blob = 18, Decimal = 19,
    TimestampSeconds = 20, TimestampMilliseconds = 21, TimestampNanoseconds = 22, Enum = 23, List = 24, Struct = 25, Map = 26, Uuid = 27,
    Union = 28, Bit = 29, TimeTz = 30, TimestampTz = 31, UHugeInt = 32, Array = 33, Any = 34, BigNum = 35, Null = 36, TimeNanoseconds = 39,
    Geometry = 40, Variant = 41,
}
#pragma warning restore CA1720

/// <summary>A field of a struct, or a member of a union.</summary>
public sealed record DuckDbField(string Name, DuckDbType Type);

/// <summary>A column's full type. <see cref="ToString"/> gives its SQL.</summary>
public sealed record DuckDbType(DuckDbKind Kind)
{
    /// <summary>Decimal digits in all; 0 for other kinds.</summary>
    public int Precision { get; init; }

    /// <summary>Decimal digits after the point; 0 for other kinds.</summary>
    public int Scale { get; init; }

    /// <summary>The struct's fields or the union's members; for a map the key and the value; for a list or array the element.</summary>
    public IReadOnlyList<DuckDbField> Fields { get; init; } = [];

    /// <summary>An enum's words in order.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Elements of a fixed-size array; 0 for other kinds.</summary>
    public int Length { get; init; }

    /// <summary>The name of an alias such as JSON, else null.</summary>
    public string? Alias { get; init; }

    /// <summary>The element's type of a list or array.</summary>
    public DuckDbType Element => Fields[0].Type;

    /// <summary>Whether values are numbers that can be read as double.</summary>
    public bool IsNumeric => Kind is (>= DuckDbKind.TinyInt and <= DuckDbKind.Double) or DuckDbKind.HugeInt or DuckDbKind.UHugeInt or DuckDbKind.Decimal;

    /// <summary>Whether values are whole numbers.</summary>
    public bool IsInteger => Kind is (>= DuckDbKind.TinyInt and <= DuckDbKind.UBigInt) or DuckDbKind.HugeInt or DuckDbKind.UHugeInt;

    /// <summary>Whether values are dates or times of day and date.</summary>
    public bool IsTemporal => Kind is DuckDbKind.Date or DuckDbKind.Timestamp or DuckDbKind.TimestampTz or DuckDbKind.TimestampSeconds or DuckDbKind.TimestampMilliseconds or DuckDbKind.TimestampNanoseconds;

    public override string ToString() => Alias ?? Kind switch
    {
        DuckDbKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})"),
        DuckDbKind.List => $"{Element}[]",
        DuckDbKind.Array => string.Create(CultureInfo.InvariantCulture, $"{Element}[{Length}]"),
        DuckDbKind.Map => $"MAP({Fields[0].Type}, {Fields[1].Type})",
        DuckDbKind.Struct => $"STRUCT({string.Join(", ", Fields.Select(field => $"\"{field.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {field.Type}"))})",
        DuckDbKind.Union => $"UNION({string.Join(", ", Fields.Select(field => $"\"{field.Name}\" {field.Type}"))})",
        DuckDbKind.Enum => $"ENUM({string.Join(", ", Words.Select(word => $"'{word.Replace("'", "''", StringComparison.Ordinal)}'"))})",
        DuckDbKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDbKind.TimeTz => "TIME WITH TIME ZONE",
        DuckDbKind.TimestampSeconds => "TIMESTAMP_S",
        DuckDbKind.TimestampMilliseconds => "TIMESTAMP_MS",
        DuckDbKind.TimestampNanoseconds => "TIMESTAMP_NS",
        DuckDbKind.TimeNanoseconds => "TIME_NS",
        DuckDbKind.Null => "\"NULL\"",
        _ => Kind.ToString().ToUpperInvariant(),
    };

    /// <summary>Bytes of one value in a vector's data; 0 where the data are elsewhere.</summary>
    internal int Width => Kind switch
    {
        DuckDbKind.Boolean or DuckDbKind.TinyInt or DuckDbKind.UTinyInt => 1,
        DuckDbKind.SmallInt or DuckDbKind.USmallInt => 2,
        DuckDbKind.Integer or DuckDbKind.UInteger or DuckDbKind.Float or DuckDbKind.Date => 4,
        DuckDbKind.Decimal => Precision <= 4 ? 2 : Precision <= 9 ? 4 : Precision <= 18 ? 8 : 16,
        DuckDbKind.Enum => Words.Count <= 256 ? 1 : Words.Count <= 65536 ? 2 : 4,
        DuckDbKind.HugeInt or DuckDbKind.UHugeInt or DuckDbKind.Uuid or DuckDbKind.Interval or DuckDbKind.Varchar or DuckDbKind.Blob or DuckDbKind.Bit or DuckDbKind.BigNum
            or DuckDbKind.List or DuckDbKind.Map => 16,
        DuckDbKind.Struct or DuckDbKind.Union or DuckDbKind.Array or DuckDbKind.Null => 0,
        _ => 8,
    };

    internal static unsafe DuckDbType Of(LogicalTypeHandle handle)
    {
        var kind = (DuckDbKind)Libduckdb.duckdb_get_type_id(handle);
        var alias = Libduckdb.duckdb_logical_type_get_alias(handle);
        var type = new DuckDbType(kind) { Alias = alias == null ? null : Libduckdb.TakeText(alias) };
        switch (kind)
        {
            case DuckDbKind.Decimal:
                return type with { Precision = Libduckdb.duckdb_decimal_width(handle), Scale = Libduckdb.duckdb_decimal_scale(handle) };
            case DuckDbKind.Enum:
                var words = new string[Libduckdb.duckdb_enum_dictionary_size(handle)];
                for (var i = 0; i < words.Length; i++)
                    words[i] = Libduckdb.TakeText(Libduckdb.duckdb_enum_dictionary_value(handle, (ulong)i));
                return type with { Words = words };
            case DuckDbKind.List:
                return type with { Fields = [Field("element", Libduckdb.duckdb_list_type_child_type(handle))] };
            case DuckDbKind.Array:
                return type with
                {
                    Fields = [Field("element", Libduckdb.duckdb_array_type_child_type(handle))],
                    Length = (int)Libduckdb.duckdb_array_type_array_size(handle),
                };
            case DuckDbKind.Map:
                return type with { Fields = [Field("key", Libduckdb.duckdb_map_type_key_type(handle)), Field("value", Libduckdb.duckdb_map_type_value_type(handle))] };
            case DuckDbKind.Struct:
                var fields = new DuckDbField[(int)Libduckdb.duckdb_struct_type_child_count(handle)];
                for (ulong i = 0; i < (ulong)fields.Length; i++)
                    fields[i] = Field(Libduckdb.TakeText(Libduckdb.duckdb_struct_type_child_name(handle, i)), Libduckdb.duckdb_struct_type_child_type(handle, i));
                return type with { Fields = fields };
            case DuckDbKind.Union:
                var members = new DuckDbField[(int)Libduckdb.duckdb_union_type_member_count(handle)];
                for (ulong i = 0; i < (ulong)members.Length; i++)
                    members[i] = Field(Libduckdb.TakeText(Libduckdb.duckdb_union_type_member_name(handle, i)), Libduckdb.duckdb_union_type_member_type(handle, i));
                return type with { Fields = members };
            default:
                return type;
        }
    }

    private static DuckDbField Field(string name, LogicalTypeHandle type)
    {
        using (type)
            return new DuckDbField(name, Of(type));
    }
}
