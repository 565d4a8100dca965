using Microsoft.AspNetCore.Http.Json;
using Platform.Server.CommandLine;

namespace Platform.Server.Api;

/// <summary>The HTTP API's JSON: the same as the command line's, so that both can be documented once.</summary>
internal static class ApiJson
{
    public static void AddApiJson(this IServiceCollection services) => services.Configure<JsonOptions>(o =>
    {
        o.SerializerOptions.PropertyNamingPolicy = Cli.JsonOptions.PropertyNamingPolicy;
        o.SerializerOptions.Encoder = Cli.JsonOptions.Encoder;
        o.SerializerOptions.NumberHandling = Cli.JsonOptions.NumberHandling;
        foreach (var converter in Cli.JsonOptions.Converters)
            o.SerializerOptions.Converters.Add(converter);
    });

    /// <summary>A problem answer (RFC 9457) whose detail says what to do.</summary>
    public static IResult NotFound(string what, string toDo) => Results.Problem(title: what, detail: toDo, statusCode: StatusCodes.Status404NotFound);

    /// <summary>The request is wrong.</summary>
    public static IResult Bad(string what, string toDo) => Results.Problem(title: what, detail: toDo, statusCode: StatusCodes.Status400BadRequest);
}
