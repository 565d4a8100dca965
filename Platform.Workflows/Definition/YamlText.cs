using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>Writes values as YAML, the way that a person would.</summary>
internal static class YamlText
{
    // Beyond this a list or map is easier to read a line an element.
    private const int LongestFlow = 100;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off"];

    /// <summary>The value inside brackets or on the line of its key.</summary>
    public static string Flow(JsonNode? value, bool json = false) => value switch
    {
        _ when json => value?.ToJsonString(Json) ?? "null",
        null => "null",
        JsonObject { Count: 0 } => "{}",
        JsonObject map => "{ " + string.Join(", ", map.Select(p => $"{Key(p.Key)}: {Flow(p.Value)}")) + " }",
        JsonArray list => "[" + string.Join(", ", list.Select(e => Flow(e))) + "]",
        _ when JsonScalars.TryText(value, out var text) => Text(text),
        _ => value.ToJsonString(Json),
    };

    /// <summary>What follows <c>key:</c> in a block map whose keys stand at <paramref name="indent"/>, with the space or the line break before it.</summary>
    public static string AfterKey(JsonNode? value, int indent)
    {
        if (JsonScalars.TryText(value, out var text) && text.Contains('\n', StringComparison.Ordinal) && CanBeLiteral(text))
            return " " + Literal(text, indent + 2);
        if (value is JsonObject { Count: > 0 } map && (!Fits(map) || map.Any(p => !IsShort(p.Value))))
            return "\n" + Map(map, indent + 2);
        if (value is JsonArray { Count: > 0 } list && (!Fits(list) || list.Any(e => !IsShort(e))))
            return "\n" + string.Join('\n', list.Select(e => Element(e, indent + 2)));
        return " " + Flow(value);
    }

    /// <summary>A block map, its first line indented too.</summary>
    public static string Map(JsonObject map, int indent) =>
        string.Join('\n', map.Select(p => $"{Spaces(indent)}{Key(p.Key)}:{AfterKey(p.Value, indent)}"));

    /// <summary>An element of a block list whose dashes stand at <paramref name="indent"/>.</summary>
    public static string Element(JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } map)
            return $"{Spaces(indent)}- {Map(map, indent + 2)[(indent + 2)..]}";
        return $"{Spaces(indent)}-{AfterKey(value, indent)}";
    }

    public static string Key(string key) => IsPlain(key) ? key : Quoted(key);

    /// <summary>A text on one line: plain where YAML reads it back as the same text, else in quotes.</summary>
    public static string Text(string text) => IsPlain(text) ? text : Quoted(text);

    private static string Quoted(string text)
    {
        if (text.Any(char.IsControl) || text.Contains('\uFEFF', StringComparison.Ordinal))
            return JsonSerializer.Serialize(text, Json);
        return text.AsSpan().ContainsAny('"', '\\') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";
    }

    private static string Literal(string text, int indent)
    {
        var lines = text.Split('\n');
        var ends = text.EndsWith('\n');
        var result = new StringBuilder(ends ? "|" : "|-");
        foreach (var line in ends ? lines[..^1] : lines)
            _ = result.Append('\n').Append(line.Length == 0 ? "" : Spaces(indent)).Append(line);
        return result.ToString();
    }

    // A literal needs a first line that shows its indentation, and its end must be one break or none.
    private static bool CanBeLiteral(string text) =>
        text[0] is not (' ' or '\n' or '\t') && !text.EndsWith("\n\n", StringComparison.Ordinal) && !char.IsWhiteSpace(text.TrimEnd('\n') is { Length: > 0 } body ? body[^1] : ' ')
        && text.All(c => c == '\n' || c == '\t' || !char.IsControl(c)) && !text.Contains('\uFEFF', StringComparison.Ordinal);

    private static bool Fits(JsonNode value) => Flow(value).Length <= LongestFlow;

    private static bool IsShort(JsonNode? value) => value switch
    {
        JsonObject => false,
        JsonArray list => list.All(e => e is not (JsonObject or JsonArray)),
        _ => !JsonScalars.TryText(value, out var text) || !text.Contains('\n', StringComparison.Ordinal),
    };

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || !(char.IsLetter(text[0]) || text[0] is '_' or '/') || text[^1] == ' ')
            return false;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '/' or '.' or '-' or '+' or '@' or ' ' or '$'))
                return false;
        }
        return !Words.Contains(text.ToLower(CultureInfo.InvariantCulture));
    }

    private static string Spaces(int count) => new(' ', count);
}
