using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Templates;

/// <summary>Stands for a value that is not there, with the reason; only <c>default</c> and a comparison with null accept it.</summary>
internal sealed record Absent(string Reason);

/// <summary>
/// Values while a template is computed: null, bool, decimal, double, string, <see cref="DateTimeOffset"/>, <see cref="JsonArray"/>, <see cref="JsonObject"/> or <see cref="Absent"/>.
/// </summary>
internal static class TemplateValue
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static object? From(JsonNode? node)
    {
        if (node is JsonArray or JsonObject)
            return node;
        if (JsonScalars.TryText(node, out var text))
            return text;
        if (JsonScalars.TryDecimal(node, out var exact))
            return exact;
        if (JsonScalars.TryDouble(node, out var number))
            return number;
        return JsonScalars.KindOf(node) switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
    }

    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        decimal number => number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        DateTimeOffset time => JsonValue.Create(Iso(time)),
        JsonNode node => node.DeepClone(),
        _ => throw new InvalidOperationException($"A template cannot hold a {value.GetType().Name}."),
    };

    /// <summary>The value inside a text; null where it is a list or a map, which have no single form.</summary>
    public static string? ToText(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        IFormattable number and (long or double) => number.ToString(null, CultureInfo.InvariantCulture),
        DateTimeOffset time => Iso(time),
        _ => null,
    };

    public static string ToJsonText(object? value) => ToJson(value)?.ToJsonString(Relaxed) ?? "null";

    public static string Describe(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"the text '{JsonScalars.Shorten(text)}'",
        DateTimeOffset time => $"the time {Iso(time)}",
        JsonArray => "a list",
        JsonObject => "a map",
        _ => $"the number {ToText(value)}",
    };

    public static bool IsNumber(object? value) => value is decimal or double or long;

    public static decimal? AsDecimal(object? value) => value switch
    {
        decimal exact => exact,
        long whole => whole,
        _ => null,
    };

    public static double AsDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    /// <summary>A time, or a text that is one: a bare date or a time without an offset is read in <paramref name="zone"/>.</summary>
    public static bool TryTime(object? value, TimeZoneInfo zone, out DateTimeOffset time)
    {
        time = default;
        if (value is DateTimeOffset given)
        {
            time = given;
            return true;
        }
        if (value is not string text || text.Length < 8 || !char.IsAsciiDigit(text[0]))
            return false;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed))
            return false;
        time = parsed.Kind == DateTimeKind.Unspecified ? Schedules.ZonedTime.ToUtc(parsed, zone) : new DateTimeOffset(parsed.ToUniversalTime(), TimeSpan.Zero);
        return true;
    }

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
