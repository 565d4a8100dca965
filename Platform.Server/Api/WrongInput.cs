using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Platform.Tables.Sources;

namespace Platform.Server.Api;

/// <summary>Says of a parameter or body that cannot be read which field is wrong, what was expected and what was given, in the words of the API rather than of the framework.</summary>
internal static partial class WrongInput
{
    /// <summary>Longest body of which a copy is kept, in bytes: only of it is said what was given.</summary>
    private const long LongestKept = 64 << 10;

    /// <summary>Keeps a JSON body to be looked at again.</summary>
    public static void Keep(HttpRequest request)
    {
        if (request.ContentLength is > 0 and <= LongestKept && request.HasJsonContentType())
            request.EnableBuffering((int)LongestKept);
    }

    /// <summary>The detail of the refusal.</summary>
    public static async Task<string> ExplainAsync(HttpContext context, BadHttpRequestException e)
    {
        var endpoint = context.GetEndpoint();
        if (Bound().Match(e.Message) is { Success: true } bound)
        {
            var name = bound.Groups["name"].Value;
            var type = endpoint?.Metadata.GetMetadata<MethodInfo>()?.GetParameters().FirstOrDefault(p => p.Name == name)?.ParameterType;
            return $"'{name}' is '{ApiJson.Short(bound.Groups["value"].Value)}'. Give {(type is null ? "another value" : Expected(type, null))}. See /api/openapi.json for the parameters.";
        }
        if (Required().Match(e.Message) is { Success: true } required)
        {
            var name = required.Groups["name"].Value;
            return required.Groups["from"].Value.Contains("body", StringComparison.Ordinal)
                ? "The request has no body. Send a JSON object with 'Content-Type: application/json'; see /api/openapi.json for the fields."
                : $"'{name}' is missing from the {required.Groups["from"].Value}. Give it; see /api/openapi.json for the parameters.";
        }
        if (e.InnerException is JsonException json)
            return $"{await ExplainAsync(context, endpoint, json)} See /api/openapi.json for the fields.";
        if (e.Message.StartsWith("Implicit body", StringComparison.Ordinal))
            return "The request has no body. Send a JSON object with 'Content-Type: application/json'; see /api/openapi.json for the fields.";
        return e.StatusCode switch
        {
            StatusCodes.Status415UnsupportedMediaType => $"The body is of the kind '{ApiJson.Short(context.Request.ContentType ?? "none")}'. Send JSON with 'Content-Type: application/json'.",
            _ when e.Message.Contains(" parameter \"", StringComparison.Ordinal) => "The body cannot be read. Send JSON; see /api/openapi.json for the fields.",
            _ => $"{e.Message} See /api/openapi.json for the parameters.",
        };
    }

    private static async Task<string> ExplainAsync(HttpContext context, Endpoint? endpoint, JsonException e)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var steps = Steps(e.Path);
        var field = steps.Count == 0 ? "The body" : $"'{Name(steps)}'";
        if (Stranger().Match(e.Message) is { Success: true } stranger)
        {
            var name = stranger.Groups["name"].Value;
            // The path holds the stranger itself, or only the object that it is in.
            var holder = steps is [.., string last] && last == name ? steps[..^1] : steps;
            var fields = endpoint is null || TypeAt(endpoint, holder, options) is not { } there ? [] : Fields(there, options);
            return $"There is no field '{ApiJson.Short(name)}'{(holder.Count == 0 ? "" : $" in '{Name(holder)}'")}.{(fields.Count == 0 ? "" : $" There are: {string.Join(", ", fields)}.")}";
        }
        if (MissingFields().Match(e.Message) is { Success: true } missing)
            return $"{field} lacks {missing.Groups["names"].Value.TrimEnd('.')}. Give it.";
        if (!e.Message.Contains("could not be converted", StringComparison.Ordinal))
            return $"The body is no JSON: {JsonSyntax.Explain(e)}. Mend it.";
        var given = await GivenAsync(context, steps);
        var type = endpoint is null ? null : TypeAt(endpoint, steps, options);
        return $"{field} is {given ?? "something else"}. Give {(type is null ? "another value" : Expected(type, options))}.";
    }

    /// <summary>What a value of the type looks like.</summary>
    private static string Expected(Type type, JsonSerializerOptions? options)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(byte) || type == typeof(short) || type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(float) || type == typeof(double) || type == typeof(decimal) => "a number",
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => "a time in ISO 8601, such as 2026-01-31T08:00:00Z",
            _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(n => JsonNamingPolicy.SnakeCaseLower.ConvertName(n)))}",
            _ when typeof(JsonNode).IsAssignableFrom(type) => "JSON",
            _ when Elements(type) is { Dictionary: true } => "a JSON object",
            _ when Elements(type) is { } list => $"a JSON array, each {Expected(list.Element, options)}",
            _ when options is not null && Fields(type, options) is { Count: > 0 } fields => $"a JSON object with {(fields.Count == 1 ? "the field" : "fields of")} {string.Join(", ", fields)}",
            _ => "another value",
        };
    }

    private static List<string> Fields(Type type, JsonSerializerOptions options) =>
        options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info ? [.. info.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).Select(p => p.Name)] : [];

    /// <summary>The type that a place of the body has.</summary>
    private static Type? TypeAt(Endpoint endpoint, IReadOnlyList<object> steps, JsonSerializerOptions options)
    {
        var type = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var step in steps)
        {
            if (type is null)
                return null;
            type = Nullable.GetUnderlyingType(type) ?? type;
            type = Elements(type) is { } elements ? elements.Element
                : step is string name && options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info ? info.Properties.FirstOrDefault(p => p.Name == name)?.PropertyType
                : null;
        }
        return type;
    }

    private static (Type Element, bool Dictionary)? Elements(Type type)
    {
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) || !type.IsGenericType)
            return null;
        return type.GetGenericArguments() is [_, var value] ? (value, true) : (type.GetGenericArguments()[0], false);
    }

    /// <summary>What stands in the body at the place; null where no copy of it is kept.</summary>
    private static async Task<string?> GivenAsync(HttpContext context, IReadOnlyList<object> steps)
    {
        if (!context.Request.Body.CanSeek)
            return null;
        context.Request.Body.Position = 0;
        JsonNode? node;
        try
        {
            node = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            // Wrong behind this place too: what was given is not known.
            return null;
        }
        foreach (var step in steps)
        {
            node = (node, step) switch
            {
                (JsonObject o, string name) => o[name],
                (JsonArray a, int index) when index < a.Count => a[index],
                _ => null,
            };
        }
        return node is null ? "null" : ApiJson.Short(node.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    /// <summary>The steps of a path such as <c>$.workflows[0].from</c>: names and indexes.</summary>
    private static List<object> Steps(string? path) =>
        [.. Step().Matches(path ?? "").Select(m => m.Groups["index"].Success ? (object)int.Parse(m.Groups["index"].Value, CultureInfo.InvariantCulture) : m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Groups["name"].Value)];

    private static string Name(IReadOnlyList<object> steps) =>
        string.Concat(steps.Select((s, i) => s is int index ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : i == 0 ? s : $".{s}"));

    [GeneratedRegex("""^Failed to bind parameter ".*?(?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Bound();

    [GeneratedRegex("""^Required parameter ".*?(?<name>\w+)" was not provided from (?<from>.+)\.$""")]
    private static partial Regex Required();

    [GeneratedRegex("""^The JSON property '(?<name>.*?)' could not be mapped""", RegexOptions.Singleline)]
    private static partial Regex Stranger();

    [GeneratedRegex("""missing required properties including: (?<names>[^.]+)""")]
    private static partial Regex MissingFields();

    [GeneratedRegex("""\.(?<name>[^.\[\]]+)|\[(?<index>\d+)\]|\['(?<quoted>.*?)'\]""")]
    private static partial Regex Step();
}
