using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Platform.Tables.Native;

/// <summary>Writes the .NET values that DuckDB's become as JSON.</summary>
public static class DuckDbJson
{
    /// <summary>
    /// Numbers as numbers (NaN and the infinities as texts, since JSON has none), times in ISO 8601 (TIMESTAMPTZ with Z, TIMESTAMP without),
    /// structs and maps with text keys as objects, other maps as lists of {key, value}, blobs in base64.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case string text: writer.WriteStringValue(text); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case float or double: writer.WriteStringValue(Text(value)); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case sbyte or byte or short or ushort or int or long: writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case uint number: writer.WriteNumberValue(number); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case Int128 or UInt128 or BigInteger: writer.WriteRawValue(Text(value)); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            case IReadOnlyDictionary<string, object?> fields: WriteObject(writer, fields); break;
            case List<KeyValuePair<object, object?>> map: WriteMap(writer, map); break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(Text(value)); break;
        }
    }

    /// <summary>A value as a person reads it; empty for null. The same forms as in JSON.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable => Nested(value),
        _ => value.ToString() ?? "",
    };

    private static string Nested(object value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer, value);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteObject(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> fields)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, List<KeyValuePair<object, object?>> map)
    {
        if (map.All(pair => pair.Key is string))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in map)
            {
                writer.WritePropertyName((string)key);
                Write(writer, value);
            }
            writer.WriteEndObject();
            return;
        }
        writer.WriteStartArray();
        foreach (var (key, value) in map)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("key");
            Write(writer, key);
            writer.WritePropertyName("value");
            Write(writer, value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
