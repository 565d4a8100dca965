using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows;

/// <summary>Reads single JSON values whatever backs them: a parsed document or a value made in code.</summary>
internal static class JsonScalars
{
    public static JsonValueKind KindOf(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    public static bool TryText(JsonNode? node, out string text)
    {
        text = "";
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return false;
        text = value.TryGetValue<string>(out var plain) ? plain : value.ToString();
        return true;
    }

    public static bool TryDecimal(JsonNode? node, out decimal number)
    {
        number = 0;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return false;
        if (value.TryGetValue<long>(out var whole))
        {
            number = whole;
            return true;
        }
        return value.TryGetValue(out number)
            || decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public static bool TryDouble(JsonNode? node, out double number)
    {
        number = 0;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return false;
        return value.TryGetValue(out number)
            || double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A whole number that fits; <c>5.0</c> is 5.</summary>
    public static bool TryLong(JsonNode? node, out long number)
    {
        number = 0;
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out number))
            return true;
        if (!TryDecimal(node, out var exact) || exact != decimal.Truncate(exact) || exact is < long.MinValue or > long.MaxValue)
            return false;
        number = (long)exact;
        return true;
    }

    /// <summary>Names a value in a message: <c>the text 'abc'</c>, <c>a list</c>.</summary>
    public static string Describe(JsonNode? node) => KindOf(node) switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "nothing",
        JsonValueKind.String => $"the text '{Shorten(node!.ToString())}'",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "a map",
        _ => node!.ToJsonString(),
    };

    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : line[..57] + "…";
    }
}
