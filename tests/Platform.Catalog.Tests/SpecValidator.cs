using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Catalog.Tests;

/// <summary>Checks JSON against OpenLineage's own schemas in <c>../shared/specs/openlineage</c>: as much of JSON Schema as those use.</summary>
internal static class SpecValidator
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "specs", "openlineage"));
    private static readonly Dictionary<string, JsonNode> Schemas = [];

    /// <summary>Whether the schemas are on this machine.</summary>
    public static bool Exists => Directory.Exists(Folder);

    /// <summary>What is wrong with an event and its facets; empty where they are valid.</summary>
    public static IReadOnlyList<string> Check(string json)
    {
        var problems = new List<string>();
        var e = JsonNode.Parse(json)!;
        Check(e, Load("OpenLineage.json"), "OpenLineage.json", "", problems);
        Facets(e["run"]?["facets"], "", problems);
        Facets(e["job"]?["facets"], "", problems);
        foreach (var dataset in (e["inputs"]?.AsArray() ?? []).Concat(e["outputs"]?.AsArray() ?? []))
        {
            Facets(dataset!["facets"], "dataset", problems);
            Facets(dataset["inputFacets"], "input", problems);
            Facets(dataset["outputFacets"], "output", problems);
        }
        return problems;
    }

    /// <summary>Each facet names its schema; the file of that name is what it must be, and the field it stands in is what that file says.</summary>
    private static void Facets(JsonNode? facets, string where, List<string> problems)
    {
        foreach (var (name, facet) in facets?.AsObject() ?? [])
        {
            var file = facet!["_schemaURL"]!.GetValue<string>().Split('#')[0].Split('/')[^1];
            var schema = Load(Path.Combine("facets", file));
            var id = schema["$id"]!.GetValue<string>();
            if (id != facet["_schemaURL"]!.GetValue<string>().Split('#')[0])
                problems.Add($"{where}.{name}: its schema is {facet["_schemaURL"]}, and the file is {id}");
            // The file alone holds definitions and no schema: the address must lead to one of them.
            if (facet["_schemaURL"]!.GetValue<string>().Split('#') is not [_, ['/', '$', 'd', 'e', 'f', 's', '/', .. var definition]] || schema["$defs"]?[definition] is null)
                problems.Add($"{where}.{name}: {facet["_schemaURL"]} leads to no definition of {file}");
            if (schema["properties"]?[name] is not { } property)
                problems.Add($"{where}.{name}: {file} is no schema of '{name}'");
            else
                Check(facet, property, Path.Combine("facets", file), name, problems);
        }
    }

    private static JsonNode Load(string file)
    {
        lock (Schemas)
        {
            if (!Schemas.TryGetValue(file, out var schema))
                Schemas[file] = schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
            return schema;
        }
    }

    private static void Check(JsonNode? value, JsonNode schema, string file, string path, List<string> problems)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            var parts = reference.Split('#');
            var target = parts[0].Length == 0 ? file : parts[0].EndsWith("OpenLineage.json", StringComparison.Ordinal) ? "OpenLineage.json" : Path.Combine("facets", parts[0].Split('/')[^1]);
            var node = parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Load(target), (at, step) => at[step]!);
            Check(value, node, target, path, problems);
        }
        foreach (var part in schema["allOf"]?.AsArray() ?? [])
            Check(value, part!, file, path, problems);
        Some("anyOf", fits => fits >= 1);
        Some("oneOf", fits => fits == 1);
        if (schema["not"] is { } not && Fits(value, not))
            problems.Add($"{path}: is what it must not be");
        if (schema["type"]?.GetValue<string>() is { } type && !IsOf(value, type))
        {
            problems.Add($"{path}: is no {type}");
            return;
        }
        if (schema["enum"] is { } words && !words.AsArray().Any(word => word!.GetValue<string>() == value!.GetValue<string>()))
            problems.Add($"{path}: '{value}' is none of the words");
        if (schema["format"]?.GetValue<string>() is { } format && value is JsonValue text && !HasFormat(text.GetValue<string>(), format))
            problems.Add($"{path}: '{value}' is no {format}");
        if (value is JsonObject o)
        {
            foreach (var name in schema["required"]?.AsArray() ?? [])
            {
                if (!o.ContainsKey(name!.GetValue<string>()))
                    problems.Add($"{path}: lacks {name}");
            }
            var properties = schema["properties"]?.AsObject();
            foreach (var (name, child) in o)
            {
                if (properties?[name] is { } known)
                    Check(child, known, file, $"{path}.{name}", problems);
                else if (schema["additionalProperties"] is JsonObject others)
                    Check(child, others, file, $"{path}.{name}", problems);
            }
        }
        if (value is JsonArray array && schema["items"] is { } items)
        {
            for (var i = 0; i < array.Count; i++)
                Check(array[i], items, file, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), problems);
        }

        void Some(string word, Func<int, bool> enough)
        {
            if (schema[word] is { } options && !enough(options.AsArray().Count(option => Fits(value, option!))))
                problems.Add($"{path}: fits {options.AsArray().Count(option => Fits(value, option!))} of {word}");
        }

        bool Fits(JsonNode? candidate, JsonNode option)
        {
            var found = new List<string>();
            Check(candidate, option, file, path, found);
            return found.Count == 0;
        }
    }

    private static bool IsOf(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is var number && number == Math.Truncate(number),
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        _ => throw new NotSupportedException(type),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && text.Contains('T', StringComparison.Ordinal),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        _ => throw new NotSupportedException(format),
    };
}

/// <summary>A test on OpenLineage's schemas: skipped where they are not on this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenLineageSpecFactAttribute : Xunit.FactAttribute
{
    public OpenLineageSpecFactAttribute() => Skip = SpecValidator.Exists ? null : "The schemas of OpenLineage are not on this machine (../shared/specs/openlineage).";
}
