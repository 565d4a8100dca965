using System.Text.Json.Nodes;
using Platform.Workflows.Definition;

namespace Platform.Designer.Workflows;

/// <summary>Parameters as somebody typed them into a page.</summary>
internal static class GivenParameters
{
    /// <summary>A path is made absolute by whoever gives it: what is typed here is read from the host's folder.</summary>
    public static Dictionary<string, JsonNode?> Absolute(JsonObject parameters, WorkflowDefinition? definition, string? folder)
    {
        var paths = definition?.Parameters.Where(p => p.Type == ParameterType.Path).Select(p => p.Name).ToHashSet() ?? [];
        return parameters.ToDictionary(p => p.Key, p =>
            paths.Contains(p.Key) && folder is not null && p.Value?.GetValue<string>() is { Length: > 0 } path && !path.StartsWith("connection:", StringComparison.Ordinal) ? Path.GetFullPath(path, folder) : p.Value?.DeepClone());
    }
}
