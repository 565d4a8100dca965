using Platform.Engine.History;

namespace Platform.Server.Api;

/// <summary>Nodes and pools over HTTP.</summary>
internal static class NodeApi
{
    public static void MapNodesAndPools(this RouteGroupBuilder api)
    {
        api.MapGet("/nodes", async (WorkflowQueries queries, CancellationToken cancellationToken) => Results.Ok(await queries.NodesAsync(cancellationToken)))
            .WithSummary("Processes that were heard of in the last day, newest first").Produces<IReadOnlyList<NodeRow>>();

        api.MapGet("/pools", async (PoolQueries pools, CancellationToken cancellationToken) => Results.Ok(await pools.ListAsync(cancellationToken)))
            .WithSummary("Pools with their use").Produces<IReadOnlyList<PoolRow>>();

        api.MapGet("/pools/{name}", async (PoolQueries pools, HttpContext context, string name, CancellationToken cancellationToken) =>
                (await pools.ListAsync(cancellationToken)).FirstOrDefault(p => p.Name == name) is { } pool ? ETags.Tagged(context, pool) : Missing(name))
            .WithSummary("One pool").Produces<PoolRow>().Produces(304).Fails(404);
    }

    private static IResult Missing(string name) => ApiJson.NotFound($"There is no pool '{name}'.", "List pools with GET /api/v1/pools.");
}
