using Microsoft.AspNetCore.Http.Json;
using Platform.Engine;
using Platform.Server.CommandLine;

namespace Platform.Server.Api;

/// <summary>The HTTP API's JSON: the same as the command line's, so that both can be documented once.</summary>
internal static class ApiJson
{
    public static void AddApiJson(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(o =>
        {
            o.SerializerOptions.PropertyNamingPolicy = Cli.JsonOptions.PropertyNamingPolicy;
            o.SerializerOptions.Encoder = Cli.JsonOptions.Encoder;
            o.SerializerOptions.NumberHandling = Cli.JsonOptions.NumberHandling;
            foreach (var converter in Cli.JsonOptions.Converters)
                o.SerializerOptions.Converters.Add(converter);
        });
        // Wrong parameters and bodies become problem answers, see ApiProblems.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
    }

    /// <summary>A problem answer (RFC 9457) whose detail says what to do.</summary>
    public static IResult NotFound(string what, string toDo) => Results.Problem(title: what, detail: toDo, statusCode: StatusCodes.Status404NotFound);

    /// <summary>The request is wrong.</summary>
    public static IResult Bad(string what, string toDo) => Results.Problem(title: what, detail: toDo, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>A number within bounds.</summary>
    /// <exception cref="EngineException">It is not (<c>bad-input</c>).</exception>
    public static int Within(string name, int? given, int otherwise, int least, int most) =>
        given is not { } value ? otherwise
        : value >= least && value <= most ? value
        : throw new EngineException("bad-input", $"'{name}' is {value}. Give a number from {least} to {most}.");

    /// <summary>One of some words, or none.</summary>
    /// <exception cref="EngineException">It is another (<c>bad-input</c>).</exception>
    public static string? OneOf(string name, string? given, params string[] words) =>
        given is null || words.Contains(given) ? given
        : throw new EngineException("bad-input", $"'{name}' is '{given}'. Give one of {string.Join(", ", words)}.");

    /// <summary>What somebody gave, cut where it is long.</summary>
    public static string Short(string given) => given.Length <= 100 ? given : given[..100] + "…";
}
