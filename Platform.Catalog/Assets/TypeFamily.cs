using System.Text.RegularExpressions;

namespace Platform.Catalog.Assets;

/// <summary>What a type's name means, whoever names it: DuckDB says <c>VARCHAR</c>, PostgreSQL <c>character varying(20)</c> and the inventory <c>text</c> for the same.</summary>
internal static partial class TypeFamily
{
    /// <summary>Whether two names mean the same: the same kind of value, as wide or not.</summary>
    internal static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase) || Of(one) == Of(other);

    /// <summary><c>text</c>, <c>integer</c>, <c>decimal</c>, <c>boolean</c>, <c>date</c>, <c>timestamp</c>, <c>time</c>, <c>binary</c>; a name that is none of these is its own family.</summary>
    internal static string Of(string type)
    {
        var name = Size().Replace(type.Trim().ToLowerInvariant(), "");
        // Lists, structs and maps are what they hold: their names are compared as they are.
        if (name.EndsWith(']') || name.Contains('<', StringComparison.Ordinal))
            return name;
        return name switch
        {
            "text" or "string" or "varchar" or "char" or "bpchar" or "character" or "character varying" or "nvarchar" or "nchar" or "citext" or "name" or "utf8" or "clob" => "text",
            "tinyint" or "smallint" or "integer" or "int" or "bigint" or "hugeint" or "utinyint" or "usmallint" or "uinteger" or "ubigint" or "uhugeint" or "long" or "short" or "byte" or "serial" or "bigserial"
                or "int1" or "int2" or "int4" or "int8" or "int16" or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" => "integer",
            "decimal" or "numeric" or "number" or "real" or "float" or "double" or "double precision" or "float4" or "float8" or "float32" or "float64" or "money" => "decimal",
            "boolean" or "bool" or "bit" => "boolean",
            "date" or "date32" => "date",
            "timestamp" or "timestamptz" or "timestamp_ntz" or "timestampntz" or "timestamp_s" or "timestamp_ms" or "timestamp_us" or "timestamp_ns" or "datetime" or "timestamp with time zone" or "timestamp without time zone" => "timestamp",
            "time" or "timetz" or "time with time zone" or "time without time zone" => "time",
            "blob" or "bytea" or "binary" or "varbinary" => "binary",
            _ => name,
        };
    }

    /// <summary>
    /// Whether values of <paramref name="narrow"/> fit into <paramref name="wide"/>: one day's file may hold only whole numbers where the column is decimal or text, and that is no change of the column.
    /// </summary>
    internal static bool Fits(string narrow, string wide) => Of(narrow) == Of(wide) || Of(wide) == "text" || Of(narrow) == "empty" || (Of(narrow), Of(wide)) is ("integer", "decimal") or ("boolean", "integer") or ("boolean", "decimal") or ("date", "timestamp");

    [GeneratedRegex(@"\s*\(\s*\d+(\s*,\s*\d+)?\s*\)")]
    private static partial Regex Size();
}
