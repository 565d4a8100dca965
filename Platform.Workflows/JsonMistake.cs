using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Platform.Workflows;

/// <summary>Says of JSON that does not have the form of its type what is wrong, in the words of who wrote it rather than of .NET.</summary>
public static partial class JsonMistake
{
    /// <summary>A sentence that names the field.</summary>
    /// <param name="e">What reading it threw: a <see cref="JsonException"/>, or <see cref="NotSupportedException"/> where its kind is not said.</param>
    /// <param name="options">How it was read.</param>
    /// <param name="type">What it was read as; null where that depends on what it says.</param>
    public static string Of(Exception e, JsonSerializerOptions options, Type? type = null)
    {
        var path = (e as JsonException)?.Path is { Length: > 2 } place && place.StartsWith("$.", StringComparison.Ordinal) ? place[2..] : null;
        if (Stranger().Match(e.Message) is { Success: true } stranger)
        {
            var name = stranger.Groups["name"].Value;
            // The path holds the stranger itself, or only the object that it is in.
            var holder = path is null || path == name ? null : path.EndsWith($".{name}", StringComparison.Ordinal) ? path[..^(name.Length + 1)] : path;
            var fields = type is null || holder is not null ? [] : Fields(type, options);
            return $"There is no field '{name}'{(holder is null ? "" : $" in '{holder}'")}.{(fields.Count == 0 ? "" : $" There are: {string.Join(", ", fields)}.")}";
        }
        if (Missing().Match(e.Message) is { Success: true } missing)
            return $"{(path is null ? "It" : $"'{path}'")} lacks {missing.Groups["names"].Value}.";
        if (Discriminator().Match(e.Message) is { Success: true } kind)
            return $"'{kind.Groups["name"].Value}' is no type.";
        if (e.Message.Contains("type discriminator", StringComparison.Ordinal))
            return "Its type is not said.";
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal) || e.Message.Contains(" type '", StringComparison.Ordinal))
            return path is null ? "It has another form." : $"The field '{path}' has another form{(type is null ? "" : Expected(type, path, options))}.";
        return e is JsonException { LineNumber: { } line, BytePositionInLine: { } at } ? string.Create(CultureInfo.InvariantCulture, $"It is no JSON (line {line + 1}, byte {at + 1}).") : e.Message;
    }

    private static string Expected(Type type, string path, JsonSerializerOptions options)
    {
        var field = options.GetTypeInfo(type).Properties.FirstOrDefault(p => p.Name == path)?.PropertyType;
        return (field is null ? null : Nullable.GetUnderlyingType(field) ?? field) switch
        {
            null => "",
            var text when text == typeof(string) => ": it is a text",
            var yes when yes == typeof(bool) => ": it is true or false",
            var whole when whole == typeof(int) || whole == typeof(long) => ": it is a whole number",
            var number when number == typeof(double) || number == typeof(decimal) => ": it is a number",
            var time when time == typeof(DateTimeOffset) => ": it is a time in ISO 8601, such as 2026-01-31T08:00:00Z",
            var list when typeof(System.Collections.IEnumerable).IsAssignableFrom(list) => ": it is a list",
            _ => "",
        };
    }

    private static List<string> Fields(Type type, JsonSerializerOptions options) =>
        options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info ? [.. info.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).Select(p => p.Name)] : [];

    [GeneratedRegex("""^The JSON property '(?<name>.*?)' could not be mapped""", RegexOptions.Singleline)]
    private static partial Regex Stranger();

    [GeneratedRegex("""missing required properties including: (?<names>[^.]+)""")]
    private static partial Regex Missing();

    [GeneratedRegex("""unrecognized type discriminator id '(?<name>[^']*)'""")]
    private static partial Regex Discriminator();
}
