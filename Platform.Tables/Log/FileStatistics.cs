using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Tables.Log;

/// <summary>
/// Turns what DuckDB counted while it wrote a parquet file into the statistics of an add action (protocol section "Per-file Statistics").
/// Kept for top-level columns of ordered types; a bound that DuckDB left out is left out here, which only prunes less.
/// </summary>
internal static class FileStatistics
{
    public static string ToJson(long rows, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> columns, StructType schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("numRecords", rows);
            WriteBounds(writer, "minValues", "min", columns, schema);
            WriteBounds(writer, "maxValues", "max", columns, schema);
            writer.WriteStartObject("nullCount");
            foreach (var (field, statistics) in Columns(columns, schema))
            {
                if (field.Type is PrimitiveType && statistics.TryGetValue("null_count", out var nulls))
                    writer.WriteNumber(field.Name, long.Parse(nulls, CultureInfo.InvariantCulture));
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static IEnumerable<(StructField Field, IReadOnlyDictionary<string, string> Statistics)> Columns(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> columns, StructType schema)
    {
        foreach (var field in schema.Fields)
        {
            if (columns.TryGetValue(SqlText.Identifier(field.Name), out var statistics))
                yield return (field, statistics);
        }
    }

    private static void WriteBounds(Utf8JsonWriter writer, string name, string bound, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> columns, StructType schema)
    {
        writer.WriteStartObject(name);
        foreach (var (field, statistics) in Columns(columns, schema))
        {
            if (field.Type is PrimitiveType type && statistics.TryGetValue(bound, out var text) && !statistics.ContainsKey("has_nan"))
                WriteBound(writer, field.Name, type, text, roundUp: bound == "max");
        }
        writer.WriteEndObject();
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, PrimitiveType type, string text, bool roundUp)
    {
        switch (type.Name)
        {
            case "byte" or "short" or "integer" or "long":
                writer.WriteNumber(name, long.Parse(text, CultureInfo.InvariantCulture));
                break;
            case "float" or "double":
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                    writer.WriteNumber(name, number);
                break;
            case "string" or "date":
                writer.WriteString(name, text);
                break;
            case "timestamp":
                if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
                    writer.WriteString(name, Milliseconds(instant, roundUp).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                break;
            default:
                if (type.IsDecimal)
                {
                    writer.WritePropertyName(name);
                    writer.WriteRawValue(text);
                }
                break;
        }
    }

    /// <summary>The log holds milliseconds and the files microseconds: a maximum cut down would hide rows.</summary>
    private static DateTimeOffset Milliseconds(DateTimeOffset instant, bool roundUp)
    {
        var over = instant.Ticks % TimeSpan.TicksPerMillisecond;
        return over == 0 ? instant : instant.AddTicks(-over + (roundUp ? TimeSpan.TicksPerMillisecond : 0));
    }
}
