using Platform.Catalog.Lineage;
using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Server.Api;

/// <summary>Questions about the lineage over HTTP: around an asset, what depends on it, and what went wrong before.</summary>
internal static class LineageApi
{
    public static void MapLineage(this RouteGroupBuilder api)
    {
        api.MapGet("/lineage", async (LineageQueries lineage, string asset, string? column, string? direction, int? depth, int? limit, DateTimeOffset? at, CancellationToken cancellationToken) =>
            {
                if (!Enum.TryParse<LineageDirection>(direction ?? "both", ignoreCase: true, out var way) || !Enum.IsDefined(way))
                    return ApiJson.Bad($"The direction '{direction}' is not known.", "Use upstream, downstream or both.");
                var request = new LineageRequest { Asset = asset, Column = column, Direction = way, Depth = Math.Clamp(depth ?? 2, 1, 50), Limit = ApiJson.Within("limit", limit, 2000, 1, 20_000), At = at };
                return await lineage.WalkAsync(request, cancellationToken) is { } graph ? Results.Ok(graph) : Missing(asset);
            })
            .WithSummary("The lineage around an asset or a column").WithDescription("`direction` is upstream, downstream or both; `at` asks for the lineage as it was at a time.").Produces<LineageGraph>().Fails(400, 404);

        api.MapGet("/lineage/impact", async (ImpactQueries impact, string asset, string? column, int? depth, DateTimeOffset? at, CancellationToken cancellationToken) =>
                await impact.DownstreamAsync(asset, column, ApiJson.Within("depth", depth, 20, 1, 50), at, cancellationToken) is { } report ? Results.Ok(report) : Missing(asset))
            .WithSummary("What depends on an asset or a column").WithDescription("Everything downstream, nearest first, with owners, last runs, failing checks and open incidents, and the owners to tell.").Produces<ImpactReport>().Fails(400, 404);

        api.MapGet("/lineage/causes", async (RootCauseQueries causes, RunQueries runs, TimeProvider clock, string? asset, long? run, long? incident, DateTimeOffset? at, CancellationToken cancellationToken) =>
            {
                switch (asset, run, incident)
                {
                    case ({ } key, null, null):
                        return await causes.ForAssetAsync(key, at ?? clock.GetUtcNow(), cancellationToken) is { } ofAsset ? Results.Ok(ofAsset) : Missing(key);
                    case (null, null, { } number):
                        return await causes.ForIncidentAsync(number, cancellationToken) is { } ofIncident ? Results.Ok(ofIncident) : ApiJson.NotFound($"There is no incident {number}.", "See the page Quality.");
                    case (null, { } id, null):
                        return await ForRunAsync(causes, runs, id, at ?? clock.GetUtcNow(), cancellationToken);
                    default:
                        return ApiJson.Bad("It is not clear what went wrong.", "Give one of asset, run and incident.");
                }
            })
            .WithSummary("What upstream came before a failure")
            .WithDescription("Schema changes, failed checks, failed and late tasks and jumps of volume upstream of an `asset` (at the time `at`), of what the failed tasks of a `run` write, or of an `incident`, likeliest first, each with why.")
            .Produces<RootCauseReport>().Fails(400, 404);
    }

    private static async Task<IResult> ForRunAsync(RootCauseQueries causes, RunQueries runs, long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(id, cancellationToken) is not { } run)
            return RunApi.Missing(id);
        var failed = run.Tasks.Where(t => t.State == TaskStates.Failed).ToList();
        var at = failed.Select(t => t.EndedAt).Min() ?? run.Run.EndedAt ?? now;
        return Results.Ok(await causes.ForRunAsync(id, run.Run.Workflow, [.. failed.Select(t => t.TaskId).Distinct()], at, cancellationToken));
    }

    private static IResult Missing(string key) => ApiJson.NotFound($"There is no asset '{key}'.", "Search with GET /api/v1/assets?text=….");
}
