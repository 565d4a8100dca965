using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Authoring;

/// <summary>A value by itself as YAML, for editors that show one.</summary>
public static class YamlValue
{
    /// <summary>The value as a person would write it; empty for null.</summary>
    public static string Format(JsonNode? value) => value switch
    {
        null => "",
        JsonObject { Count: > 0 } map => YamlText.Map(map, 0),
        JsonArray { Count: > 0 } list => string.Join('\n', list.Select(e => YamlText.Element(e, 0))),
        _ => YamlText.Flow(value),
    };

    /// <summary>Reads a value; an empty text is null.</summary>
    /// <param name="text">The YAML, or JSON.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What is wrong and where; null where nothing is.</param>
    public static bool TryParse(string text, out JsonNode? value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (null, null);
        if (string.IsNullOrWhiteSpace(text))
            return true;
        // Below a key, so that a bare text, a list and a map are all read.
        var problems = new List<Problem>();
        var root = SourceComposer.Compose("value:\n" + string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => "  " + l)), problems);
        if (problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error) is { } problem)
        {
            error = $"Line {Math.Max(1, problem.Line - 1)}: {problem.Message}";
            return false;
        }
        value = root?.Find("value")?.Value.ToJson();
        return true;
    }
}
