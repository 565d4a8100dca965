using System.Text.Json.Serialization;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Security;

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

        api.MapPut("/pools/{name}", async (PoolStore store, PoolQueries pools, string name, PoolBody body, CancellationToken cancellationToken) =>
            {
                var made = await store.SetAsync(name, body.Slots, body.Description, cancellationToken);
                return Results.Json((await pools.ListAsync(cancellationToken)).FirstOrDefault(p => p.Name == name), statusCode: made ? 201 : 200);
            })
            .RequireAuthorization(Roles.Administrator).WithSummary("Make a pool, or change its slots").WithDescription("With fewer slots than are taken nothing is stopped; no task starts until enough have ended.").Produces<PoolRow>().Produces<PoolRow>(201).Fails(400, 403);

        api.MapDelete("/pools/{name}", async (PoolStore store, string name, CancellationToken cancellationToken) =>
            {
                await store.DeleteAsync(name, cancellationToken);
                return Results.NoContent();
            })
            .RequireAuthorization(Roles.Administrator).WithSummary("Delete a pool").WithDescription("409 while tasks run in it or wait for it.").Produces(204).Fails(403, 404, 409);
    }

    /// <summary>What <c>PUT /pools/{name}</c> takes.</summary>
    /// <param name="Slots">0 to 1,000,000.</param>
    /// <param name="Description">For people; left out it stays.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record PoolBody([property: JsonRequired] int Slots, string? Description);

    private static IResult Missing(string name) => ApiJson.NotFound($"There is no pool '{name}'.", "List pools with GET /api/v1/pools.");
}
