using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Catalog.OpenLineage;
using Platform.Designer.SignIn;
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
                var request = new LineageRequest { Asset = asset, Column = column, Direction = way, Depth = ApiJson.Within("depth", depth, 2, 1, 50), Limit = ApiJson.Within("limit", limit, 2000, 1, 20_000), At = at };
                return await lineage.WalkAsync(request, cancellationToken) is { } graph ? Results.Ok(graph) : Missing(asset);
            })
            .WithSummary("The lineage around an asset or a column").WithDescription("`direction` is upstream, downstream or both; `at` asks for the lineage as it was at a time.").Produces<LineageGraph>().Fails(400, 404);

        api.MapPost("/lineage", async (OpenLineageInbox inbox, JsonElement body, CancellationToken cancellationToken) =>
            {
                var answer = await inbox.TakeAsync(body, cancellationToken);
                return answer.Problems.Count == 0 ? Results.Json(new Taken(answer.Taken), statusCode: StatusCodes.Status201Created)
                    : Results.Problem(title: "The event is not valid", detail: string.Join(" ", answer.Problems.Select(p => $"{p.Path} {p.Message}")), statusCode: StatusCodes.Status422UnprocessableEntity,
                        extensions: new Dictionary<string, object?> { ["problems"] = answer.Problems });
            })
            .RequireAuthorization(Permissions.Govern).WithMetadata(new RequestSizeLimitAttribute(OpenLineageInbox.MostBytes))
            .WithSummary("Take events of OpenLineage")
            .WithDescription("A RunEvent, JobEvent or DatasetEvent of OpenLineage 2-0-2, or an array of up to 1,000, all or none. In any order and as often as you like: the same events end in the same lineage. 422 names the field that is wrong.")
            .Accepts<JsonElement>("application/json").Produces<Taken>(201).Fails(400, 413, 422);

        api.MapGet("/lineage/external-runs", async (ExternalRunQueries runs, [Description("Only of this job: namespace/name")] string? job, int? limit, CancellationToken cancellationToken) =>
                await runs.ListAsync(job, ApiJson.Within("limit", limit, 50, 1, 500), cancellationToken))
            .WithSummary("Runs of other systems, newest first").Produces<IReadOnlyList<ExternalRunRow>>().Fails(400);

        api.MapGet("/lineage/facets", async (ExternalRunQueries runs, AssetQueries assets, string asset, CancellationToken cancellationToken) =>
                !await assets.IsKnownAsync(asset, cancellationToken) ? Missing(asset) : Results.Ok((await runs.FacetsAsync(asset, cancellationToken)).Select(facet => new Facet(facet.Scope.Length == 0 ? null : facet.Scope, facet.Name, facet.At, facet.Read()))))
            .WithSummary("What other systems told of an asset").WithDescription("The newest facet of each name, as sent; unknown ones too.").Produces<IReadOnlyList<Facet>>().Fails(404);

        api.MapGet("/lineage/sending", async (SendingQueries sending, CancellationToken cancellationToken) => await sending.ListAsync(cancellationToken))
            .WithSummary("How sending our events to each connection of the kind openlineage goes").WithDescription("What waits, was sent, refused or left out, and the last error.").Produces<IReadOnlyList<SendingRow>>();

        api.MapGet("/lineage/impact", async (ImpactQueries impact, string asset, string? column, int? depth, DateTimeOffset? at, CancellationToken cancellationToken) =>
                await impact.DownstreamAsync(asset, column, ApiJson.Within("depth", depth, 20, 1, 50), at, cancellationToken) is { } report ? Results.Ok(report) : Missing(asset))
            .WithSummary("What depends on an asset or a column").WithDescription("Everything downstream, nearest first, with owners, last runs, failing checks and open incidents, and the owners to tell.").Produces<ImpactReport>().Fails(400, 404);

        api.MapGet("/lineage/impact.csv", async (ImpactQueries impact, string asset, string? column, int? depth, DateTimeOffset? at, CancellationToken cancellationToken) =>
                await impact.DownstreamAsync(asset, column, ApiJson.Within("depth", depth, 20, 1, 50), at, cancellationToken) is { } report
                    ? Results.File(ImpactCsv.Of(report), "text/csv; charset=utf-8", $"impact-{string.Concat(asset.Split('/')[^1].Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'))}.csv") : Missing(asset))
            .WithSummary("What depends on an asset or a column, as a table").WithDescription("A row for each asset, with its owner, last write, failing checks and use: UTF-8 with a byte order mark, as spreadsheets want it.").Produces(200, contentType: "text/csv").Fails(400, 404);

        api.MapGet("/lineage/path", async (PathQueries paths, [Description("Key of an asset")] string from, [Description("Key of another, upstream or downstream of it")] string to, DateTimeOffset? at, CancellationToken cancellationToken) =>
                await paths.BetweenAsync(from, to, at, cancellationToken) is { } path ? Results.Ok(path) : ApiJson.NotFound($"There is no asset '{ApiJson.Short(from)}', or no '{ApiJson.Short(to)}'.", "GET /api/v1/assets lists them."))
            .WithSummary("All shortest ways between two assets").WithDescription("`steps` is null where neither is made from the other.").Produces<LineagePath>().Fails(400, 404);

        api.MapGet("/lineage/moments", async (LineageChangeQueries changes, string asset, string? direction, int? depth, CancellationToken cancellationToken) =>
            {
                if (!Enum.TryParse<LineageDirection>(direction ?? "both", ignoreCase: true, out var way) || !Enum.IsDefined(way))
                    return ApiJson.Bad($"The direction '{direction}' is not known.", "Use upstream, downstream or both.");
                return await changes.MomentsAsync(asset, way, ApiJson.Within("depth", depth, 2, 1, 50), cancellationToken) is { } moments ? Results.Ok(moments) : Missing(asset);
            })
            .WithSummary("When the lineage around an asset changed").WithDescription("Oldest first; ask for the lineage `at` one of them.").Produces<IReadOnlyList<LineageMoment>>().Fails(400, 404);

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

    /// <summary>How many events were taken.</summary>
    internal sealed record Taken(int Accepted);

    /// <summary>A facet of OpenLineage; the scope is input or output where it is of a use of the asset.</summary>
    internal sealed record Facet(string? Scope, string Name, DateTimeOffset At, JsonElement Value);

    private static IResult Missing(string key) => CatalogApi.Missing(key);
}
