using Npgsql;
using Platform.Engine;
using Platform.Learning;
using Platform.Postgres;
using Platform.Server.Security;

namespace Platform.Server.Api;

/// <summary>The HTTP API, version 1: everything below <c>/api/v1</c>, described at <c>/api/openapi.json</c>; and whether the node lives.</summary>
internal static class HttpApi
{
    public static void MapHttpApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization(Roles.Viewer).AddEndpointFilter(ExplainAsync);
        api.MapWorkflows();
        api.MapRuns();
        api.MapCatalog();
        api.MapModels();
        app.MapOpenApi("/api/openapi.json").RequireAuthorization(Roles.Viewer);

        // Alive: the process answers. Ready: it reaches its database. Both need no sign-in, as whoever watches them has none.
        app.MapGet("/health", () => Results.Json(new { status = "alive" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/ready", async (Database database, CancellationToken cancellationToken) =>
        {
            try
            {
                await using var connection = await database.OpenAsync(cancellationToken);
                return Results.Json(new { status = "ready" });
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                return Results.Json(new { status = "waiting for the database", reason = e.Message }, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Turns what a caller did wrong into a problem answer that says what to do.</summary>
    private static async ValueTask<object?> ExplainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is EngineException or LearningException or FormatException or ArgumentException)
        {
            var status = e is EngineException { Kind: "not-found" } ? StatusCodes.Status404NotFound : e is EngineException { Kind: "conflict" } ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest;
            return Results.Problem(title: "The request cannot be answered", detail: e.Message, statusCode: status);
        }
    }
}
