using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Definition;

/// <summary>Checks what a run is given against the workflow's parameters.</summary>
public static class ParameterBinder
{
    /// <summary>The run's parameters: given values converted and checked, defaults for the others.</summary>
    /// <param name="definitions">The workflow's parameters.</param>
    /// <param name="given">Values by name, as JSON; a text is converted where the parameter is of another type.</param>
    /// <param name="folder">Base of relative paths that are given; a full path.</param>
    /// <param name="defaultFolder">Base of relative paths that are defaults; null leaves those as they are written.</param>
    public static ParameterValues Bind(IReadOnlyList<ParameterDefinition> definitions, IReadOnlyDictionary<string, JsonNode?> given, string folder, string? defaultFolder = null)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        var errors = new List<string>();
        foreach (var name in given.Keys.Where(n => definitions.All(d => d.Name != n)))
        {
            errors.Add(definitions.Count == 0
                ? $"The workflow has no parameter '{name}'; it takes none. Leave it out."
                : $"The workflow has no parameter '{name}'.{Naming.DidYouMean(name, definitions.Select(d => d.Name))}");
        }
        foreach (var definition in definitions)
        {
            if (given.TryGetValue(definition.Name, out var value) && value is not null)
            {
                if (Convert(definition, value, folder, out var converted) is { } error)
                    errors.Add(error);
                values[definition.Name] = converted;
            }
            else if (definition.Required)
            {
                errors.Add($"Parameter '{definition.Name}' is missing. Give it: --param {definition.Name}={Example(definition)}");
            }
            else
            {
                var standard = definition.Default?.DeepClone();
                if (definition.Type == ParameterType.Path && defaultFolder is not null && JsonScalars.TryText(standard, out var path) && path.Length > 0)
                    standard = JsonValue.Create(Absolute(path, defaultFolder));
                values[definition.Name] = standard;
            }
        }
        return new ParameterValues(values, errors);
    }

    /// <summary>The same for values given as text: <c>--param k=v</c>.</summary>
    public static ParameterValues Bind(IReadOnlyList<ParameterDefinition> definitions, IReadOnlyDictionary<string, string> given, string folder, string? defaultFolder = null) =>
        Bind(definitions, given.ToDictionary(p => p.Key, p => (JsonNode?)JsonValue.Create(p.Value)), folder, defaultFolder);

    /// <summary>What is wrong with a value, and the value in the parameter's type; null where nothing is wrong.</summary>
    internal static string? Convert(ParameterDefinition definition, JsonNode value, string? folder, out JsonNode? converted)
    {
        var isText = JsonScalars.TryText(value, out var text);
        converted = definition.Type switch
        {
            ParameterType.String when isText => JsonValue.Create(text),
            ParameterType.String when value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => JsonValue.Create(value.ToJsonString()),
            ParameterType.Integer when isText => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole) : null,
            ParameterType.Integer => JsonScalars.TryLong(value, out var whole) ? JsonValue.Create(whole) : null,
            ParameterType.Number when isText => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)) : null,
            ParameterType.Number => value.GetValueKind() == JsonValueKind.Number ? value.DeepClone() : null,
            ParameterType.Boolean when isText => text switch { "true" => JsonValue.Create(true), "false" => JsonValue.Create(false), _ => null },
            ParameterType.Boolean => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
            ParameterType.Date when isText => IsDate(text) ? JsonValue.Create(text) : null,
            ParameterType.Path when isText => text.Length == 0 ? null : JsonValue.Create(folder is null ? text : Absolute(text, folder)),
            ParameterType.List when isText => List(text),
            ParameterType.List => value is JsonArray ? value.DeepClone() : null,
            ParameterType.Any when isText => Any(text),
            ParameterType.Any => value.DeepClone(),
            _ => null,
        };
        if (converted is null && !(definition.Type == ParameterType.Any && text == "null"))
            return $"Parameter '{definition.Name}' is {JsonScalars.Describe(value)}, which is no {Name(definition.Type)}. Write {Example(definition)}.";
        if (definition.Options.Count == 0)
            return null;
        foreach (var element in converted is JsonArray list ? list : [converted?.DeepClone()])
        {
            var written = element?.ToString() ?? "";
            if (!definition.Options.Contains(written))
                return $"Parameter '{definition.Name}' is '{JsonScalars.Shorten(written)}', which is not one of {string.Join(", ", definition.Options)}.{(Naming.Nearest(written, definition.Options) is { } near ? $" Did you mean '{near}'?" : "")}";
        }
        return null;
    }

    // An address such as s3://bucket/folder is absolute already.
    // connection:NAME names a database where a folder could stand.
    private static string Absolute(string path, string folder) =>
        path.Contains("://", StringComparison.Ordinal) || path.StartsWith("connection:", StringComparison.Ordinal) ? path : Path.GetFullPath(path, Path.GetFullPath(folder));

    private static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        || (text.Length > 10 && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));

    private static JsonArray? List(string text)
    {
        if (text.TrimStart().StartsWith('['))
            return Any(text) as JsonArray;
        var elements = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new JsonArray([.. elements.Select(e => JsonValue.Create(e))]);
    }

    private static JsonNode? Any(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Name(ParameterType type) => type switch
    {
        ParameterType.String => "text",
        ParameterType.Integer => "whole number",
        ParameterType.Boolean => "true or false",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static string Example(ParameterDefinition definition) => definition.Options.Count > 0 ? definition.Options[0] : definition.Type switch
    {
        ParameterType.Integer => "10",
        ParameterType.Number => "0.5",
        ParameterType.Boolean => "true",
        ParameterType.Date => "2026-01-31",
        ParameterType.Path => "./folder",
        ParameterType.List => "a,b or [\"a\", \"b\"]",
        _ => "value",
    };
}

/// <summary>A run's parameters, or what is wrong with them.</summary>
/// <param name="Values">Value of each parameter; usable only where there are no errors.</param>
/// <param name="Errors">Everything that is wrong; empty is fine.</param>
public sealed record ParameterValues(IReadOnlyDictionary<string, JsonNode?> Values, IReadOnlyList<string> Errors);
