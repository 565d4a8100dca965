using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Models;
using Platform.Designer.SignIn;
using Platform.Learning.Serving;
using Platform.Server.Data;
using Platform.Tables.Sources;

namespace Platform.Server.Api;

/// <summary>Models over HTTP: the registry, promotion, roll-back, and the endpoints themselves.</summary>
internal static class ModelApi
{
    private const long LargestRequest = 4 << 20;

    public static void MapModels(this RouteGroupBuilder api)
    {
        api.MapGet("/models", async (ModelRegistry registry, CancellationToken cancellationToken) => await registry.ListAsync(cancellationToken))
            .WithSummary("Models with the version in service");

        api.MapGet("/models/{name}/versions", async (ModelRegistry registry, string name, int? limit, CancellationToken cancellationToken) =>
                await registry.VersionsAsync(name, Math.Clamp(limit ?? 50, 1, 500), cancellationToken))
            .WithSummary("Versions of a model, newest first");

        api.MapPost("/models/{name}/promote", async (ModelRegistry registry, HttpContext context, string name, int version, string? reason, CancellationToken cancellationToken) =>
                await registry.PromoteAsync(name, version, reason ?? "by hand", context.User.Identity!.Name!, null, cancellationToken))
            .RequireAuthorization(Permissions.Deploy).WithSummary("Put a version into service");

        api.MapPost("/models/{name}/rollback", async (ModelRegistry registry, HttpContext context, string name, CancellationToken cancellationToken) =>
                await registry.RollBackAsync(name, context.User.Identity!.Name!, cancellationToken))
            .RequireAuthorization(Permissions.Deploy).WithSummary("Put the champion before into service again");

        api.MapPost("/models/{name}/score", ScoreAsync)
            .WithSummary("Score").WithDescription("""Takes {"inputs": [{"user": "17850", "k": 10}, {"items": ["85123A"], "k": 10}]}, 1 to 1,000 inputs; answers with the version in service, or with `version`.""")
            .Accepts<JsonObject>("application/json").Produces<JsonObject>();
    }

    private static async Task<IResult> ScoreAsync(ModelScorer scorer, HttpContext context, string name, int? version, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > LargestRequest)
            return Results.Problem(title: "The request is too large", detail: "Send at most 4 MiB; ask in several requests.", statusCode: StatusCodes.Status413PayloadTooLarge);
        JsonNode? request;
        try
        {
            request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancellationToken);
        }
        catch (JsonException e)
        {
            return ApiJson.Bad("The request is no JSON", $$"""{{JsonSyntax.Explain(e)}}. Send {"inputs": [{"user": "17850", "k": 10}]}.""");
        }
        return await scorer.ScoreAsync(name, version, request, cancellationToken) is { } answer
            ? Results.Text(answer.ToJsonString(), "application/json")
            : ApiJson.NotFound($"No version of the model '{name}' is in service.", "List models with GET /api/v1/models, and deploy one with the activity deploy.model.");
    }
}
