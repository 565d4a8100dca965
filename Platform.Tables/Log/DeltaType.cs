using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>A column's type as the Delta protocol writes it ("Schema Serialization Format").</summary>
internal abstract record DeltaType
{
    /// <summary>DuckDB's type for values of this type.</summary>
    public abstract string Sql { get; }

    public abstract JsonNode ToJson();

    /// <summary>Parses a type of a table's schema.</summary>
    /// <exception cref="UnsupportedTableException">The type is not known.</exception>
    public static DeltaType Parse(JsonNode? node)
    {
        if (node is JsonValue value)
            return PrimitiveType.Of(value.GetValue<string>());
        return node?["type"]?.GetValue<string>() switch
        {
            "struct" => new StructType([.. node["fields"]!.AsArray().Select(StructField.Parse)]),
            "array" => new ArrayType(Parse(node["elementType"]), node["containsNull"]?.GetValue<bool>() ?? true),
            "map" => new MapType(Parse(node["keyType"]), Parse(node["valueType"]), node["valueContainsNull"]?.GetValue<bool>() ?? true),
            var other => throw Unknown(other ?? "null"),
        };
    }

    /// <summary>
    /// The type in which DuckDB's values are kept. Delta has no unsigned, 128-bit, time-of-day or interval types: whole numbers take the next
    /// that holds them (128 bits must fit into 64, else the write fails), the others are kept as text. Naive timestamps are taken as UTC,
    /// so that the table needs no reader feature.
    /// </summary>
    public static DeltaType Of(DuckDbType type) => type.Kind switch
    {
        DuckDbKind.Boolean => PrimitiveType.Boolean,
        DuckDbKind.TinyInt => PrimitiveType.Byte,
        DuckDbKind.SmallInt or DuckDbKind.UTinyInt => PrimitiveType.Short,
        DuckDbKind.Integer or DuckDbKind.USmallInt => PrimitiveType.Integer,
        DuckDbKind.BigInt or DuckDbKind.UInteger or DuckDbKind.HugeInt => PrimitiveType.Long,
        DuckDbKind.UBigInt => PrimitiveType.Decimal(20, 0),
        DuckDbKind.UHugeInt or DuckDbKind.BigNum => PrimitiveType.Decimal(38, 0),
        DuckDbKind.Float => PrimitiveType.Float,
        DuckDbKind.Double => PrimitiveType.Double,
        DuckDbKind.Decimal => PrimitiveType.Decimal(type.Precision, type.Scale),
        DuckDbKind.Date => PrimitiveType.Date,
        DuckDbKind.Blob => PrimitiveType.Binary,
        DuckDbKind.Timestamp or DuckDbKind.TimestampTz or DuckDbKind.TimestampSeconds or DuckDbKind.TimestampMilliseconds or DuckDbKind.TimestampNanoseconds => PrimitiveType.Timestamp,
        DuckDbKind.List or DuckDbKind.Array => new ArrayType(Of(type.Element), true),
        DuckDbKind.Map => new MapType(Of(type.Fields[0].Type), Of(type.Fields[1].Type), true),
        DuckDbKind.Struct => new StructType([.. type.Fields.Select(field => new StructField(field.Name, Of(field.Type), true, null))]),
        _ => PrimitiveType.String,
    };

    internal static UnsupportedTableException Unknown(string type) => new($"type {type}", $"The table has a column of type '{type}', which cannot be read.");

    public sealed override string ToString() => this is PrimitiveType primitive ? primitive.Name : ToJson().ToJsonString();
}

internal sealed record PrimitiveType(string Name) : DeltaType
{
    public static readonly PrimitiveType String = new("string");
    public static readonly PrimitiveType Long = new("long");
    public static readonly PrimitiveType Integer = new("integer");
    public static readonly PrimitiveType Short = new("short");
    public static readonly PrimitiveType Byte = new("byte");
    public static readonly PrimitiveType Float = new("float");
    public static readonly PrimitiveType Double = new("double");
    public static readonly PrimitiveType Boolean = new("boolean");
    public static readonly PrimitiveType Binary = new("binary");
    public static readonly PrimitiveType Date = new("date");
    public static readonly PrimitiveType Timestamp = new("timestamp");

    public bool IsDecimal => Name.StartsWith("decimal", StringComparison.Ordinal);

    /// <summary>Digits in all and after the point, of a decimal.</summary>
    public (int Precision, int Scale) Digits
    {
        get
        {
            if (Name == "decimal")
                return (10, 0);
            var parts = Name["decimal(".Length..^1].Split(',');
            return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
    }

    public static PrimitiveType Decimal(int precision, int scale) => new(string.Create(CultureInfo.InvariantCulture, $"decimal({precision},{scale})"));

    public static PrimitiveType Of(string name)
    {
        var type = new PrimitiveType(name);
        _ = type.Sql;
        return type;
    }

    public override string Sql => Name switch
    {
        "string" => "VARCHAR",
        "long" => "BIGINT",
        "integer" => "INTEGER",
        "short" => "SMALLINT",
        "byte" => "TINYINT",
        "float" => "FLOAT",
        "double" => "DOUBLE",
        "boolean" => "BOOLEAN",
        "binary" => "BLOB",
        "date" => "DATE",
        "timestamp" => "TIMESTAMP WITH TIME ZONE",
        "timestamp_ntz" => "TIMESTAMP",
        "void" => "INTEGER",
        _ when IsDecimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Digits.Precision},{Digits.Scale})"),
        _ => throw Unknown(Name),
    };

    public override JsonNode ToJson() => JsonValue.Create(Name);
}

internal sealed record ArrayType(DeltaType Element, bool ContainsNull) : DeltaType
{
    public override string Sql => Element.Sql + "[]";

    public override JsonNode ToJson() => new JsonObject { ["type"] = "array", ["elementType"] = Element.ToJson(), ["containsNull"] = ContainsNull };
}

internal sealed record MapType(DeltaType Key, DeltaType Value, bool ValueContainsNull) : DeltaType
{
    public override string Sql => $"MAP({Key.Sql}, {Value.Sql})";

    public override JsonNode ToJson() => new JsonObject { ["type"] = "map", ["keyType"] = Key.ToJson(), ["valueType"] = Value.ToJson(), ["valueContainsNull"] = ValueContainsNull };
}

internal sealed record StructType(IReadOnlyList<StructField> Fields) : DeltaType
{
    public override string Sql => $"STRUCT({string.Join(", ", Fields.Select(item => $"{SqlText.Identifier(item.Name)} {item.Type.Sql}"))})";

    public override JsonNode ToJson() => new JsonObject { ["type"] = "struct", ["fields"] = new JsonArray([.. Fields.Select(field => field.ToJson())]) };

    /// <summary>A field by its name, without regard to case as Delta has it; null if there is none.</summary>
    public StructField? Find(string name) => Fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column or a field of a struct. Metadata keep column mapping's id and physical name; null for none.</summary>
internal sealed record StructField(string Name, DeltaType Type, bool Nullable, JsonObject? Metadata)
{
    /// <summary>The name in the data files.</summary>
    public string PhysicalName => Metadata?["delta.columnMapping.physicalName"]?.GetValue<string>() ?? Name;

    /// <summary>The parquet field id; null without column mapping.</summary>
    public int? Id => (int?)Metadata?["delta.columnMapping.id"]?.GetValue<long>();

    public static StructField Parse(JsonNode? node)
    {
        var metadata = node!["metadata"] as JsonObject;
        return new StructField(
            node["name"]!.GetValue<string>(),
            DeltaType.Parse(node["type"]),
            node["nullable"]?.GetValue<bool>() ?? true,
            metadata is { Count: > 0 } ? metadata.DeepClone().AsObject() : null);
    }

    public JsonObject ToJson() => new() { ["name"] = Name, ["type"] = Type.ToJson(), ["nullable"] = Nullable, ["metadata"] = Metadata?.DeepClone() ?? new JsonObject() };
}
