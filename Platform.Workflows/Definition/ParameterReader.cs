namespace Platform.Workflows.Definition;

/// <summary>Reads <c>params:</c>.</summary>
internal static class ParameterReader
{
    public static IReadOnlyList<ParameterDefinition> Read(MapReader workflow, ProblemCollector problems)
    {
        if (workflow.Node("params") is not { } node)
            return [];
        if (node.Kind != SourceKind.Map)
        {
            problems.Add(node.Mark, "wrong-type", $"'params' expects a map of names such as 'source: {{ type: path }}', not {node.Describe()}.", "params");
            return [];
        }
        var parameters = new List<ParameterDefinition>();
        foreach (var entry in node.Entries)
        {
            if (!Names.IsParameter(entry.Key))
                problems.Add(entry.KeyMark, "bad-name", $"The parameter name '{entry.Key}' is not allowed. Use lower-case letters, digits and underscores, no digit first.", $"params.{entry.Key}");
            parameters.Add(entry.Value.Kind == SourceKind.Map
                ? Described(entry, problems)
                : Bare(entry));
        }
        return parameters;
    }

    // 'limit: 10' is a parameter with a default whose type the value tells.
    private static ParameterDefinition Bare(SourceEntry entry)
    {
        var value = entry.Value.ToJson();
        return new ParameterDefinition
        {
            Name = entry.Key,
            Default = value,
            Type = JsonScalars.KindOf(value) switch
            {
                System.Text.Json.JsonValueKind.Number => JsonScalars.TryLong(value, out _) && !value!.ToJsonString().Contains('.', StringComparison.Ordinal) ? ParameterType.Integer : ParameterType.Number,
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => ParameterType.Boolean,
                System.Text.Json.JsonValueKind.Array => ParameterType.List,
                System.Text.Json.JsonValueKind.Null => ParameterType.Any,
                _ => ParameterType.String,
            },
        };
    }

    private static ParameterDefinition Described(SourceEntry entry, ProblemCollector problems)
    {
        var field = $"params.{entry.Key}";
        var map = new MapReader(entry.Value, $"parameter '{entry.Key}'", field + ".", problems);
        var parameter = new ParameterDefinition
        {
            Name = entry.Key,
            Type = map.Choice<ParameterType>("type") ?? ParameterType.String,
            Description = map.Text("description") ?? "",
            Options = [.. map.Texts("options").Select(o => o.Text)],
            Required = map.Boolean("required") ?? !map.Has("default"),
        };
        var standard = map.Json("default");
        map.Finish();
        if (standard is null)
            return parameter;
        if (parameter.Required)
        {
            problems.Add(map.MarkOf("default"), "bad-default", $"Parameter '{entry.Key}' is required and has a default. Remove one of the two.", field + ".default");
            return parameter;
        }
        if (ParameterBinder.Convert(parameter, standard, folder: null, out var converted) is not { } error)
            return parameter with { Default = converted };
        problems.Add(map.ValueMarkOf("default"), "bad-default", $"The default does not fit: {error}", field + ".default");
        return parameter;
    }
}
