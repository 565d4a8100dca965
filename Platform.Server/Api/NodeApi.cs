using System.Text.Json.Serialization;
using Platform.Designer.Ports;
using Platform.Designer.SignIn;
using Platform.Engine.Audit;
using Platform.Engine.History;
using Platform.Engine.Maintenance;
using Platform.Engine.Planning;

namespace Platform.Server.Api;

/// <summary>Nodes and pools over HTTP.</summary>
internal static class NodeApi
{
    public static void MapNodesAndPools(this RouteGroupBuilder api)
    {
        api.MapGet("/nodes", async (WorkflowQueries queries, CancellationToken cancellationToken) => Results.Ok(await queries.NodesAsync(cancellationToken)))
            .WithSummary("Processes that were heard of in the last day, newest first").Produces<IReadOnlyList<NodeRow>>();

        api.MapGet("/nodes/actions", async (NodeControl control, CancellationToken cancellationToken) => Results.Ok(await control.ActionsAsync(NodeControl.MostActions, cancellationToken)))
            .WithSummary("Who drained, resumed and removed nodes, the newest 200 first").Produces<IReadOnlyList<NodeActionRow>>();

        api.MapPost("/nodes/{name}/drain", async (NodeControl control, WorkflowQueries queries, HttpContext context, string name, CancellationToken cancellationToken) =>
            {
                await control.DrainAsync(name, context.User.Identity!.Name!, cancellationToken);
                return await NodeAsync(queries, name, cancellationToken);
            })
            .RequireAuthorization(Permissions.Configure).WithSummary("Let a node run empty")
            .WithDescription("It takes no new tasks and finishes what it runs; `running` in the answer and in `GET /nodes` counts down to 0. It holds until it is resumed or its process ends: one that is started anew is another node.").Produces<NodeRow>().Fails(403, 404, 409);

        api.MapPost("/nodes/{name}/resume", async (NodeControl control, WorkflowQueries queries, HttpContext context, string name, CancellationToken cancellationToken) =>
            {
                await control.ResumeAsync(name, context.User.Identity!.Name!, cancellationToken);
                return await NodeAsync(queries, name, cancellationToken);
            })
            .RequireAuthorization(Permissions.Configure).WithSummary("Let a drained node take tasks again").Produces<NodeRow>().Fails(403, 404);

        api.MapDelete("/nodes/{name}", async (NodeControl control, HttpContext context, string name, CancellationToken cancellationToken) =>
            {
                await control.RemoveAsync(name, context.User.Identity!.Name!, cancellationToken);
                return Results.NoContent();
            })
            .RequireAuthorization(Permissions.Configure).WithSummary("Take a lost node from the list")
            .WithDescription("409 while it lives. What it held is taken over when its leases run out, listed or not; should it come back, it lists itself again.").Produces(204).Fails(403, 404, 409);

        api.MapGet("/operations", ReadAsync)
            .WithSummary("How the platform fares: nodes, queues, running tasks, the database, events that could not be delivered")
            .WithDescription("Warnings are those of `./platform status`. Statements that take long, and those that keep old rows alive, are told to administrators only.").Produces<OperationsBody>();

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
            .RequireAuthorization(Permissions.Configure).WithSummary("Make a pool, or change its slots").WithDescription("With fewer slots than are taken nothing is stopped; no task starts until enough have ended.").Produces<PoolRow>().Produces<PoolRow>(201).Fails(400, 403);

        api.MapDelete("/pools/{name}", async (PoolStore store, string name, CancellationToken cancellationToken) =>
            {
                await store.DeleteAsync(name, cancellationToken);
                return Results.NoContent();
            })
            .RequireAuthorization(Permissions.Configure).WithSummary("Delete a pool").WithDescription("409 while tasks run in it or wait for it.").Produces(204).Fails(403, 404, 409);
    }

    private static async Task<IResult> NodeAsync(WorkflowQueries queries, string name, CancellationToken cancellationToken) =>
        Results.Ok((await queries.NodesAsync(cancellationToken)).FirstOrDefault(n => n.Name == name));

    private static async Task<IResult> ReadAsync(WorkflowQueries nodes, DatabaseWatch watch, OperationsQueries operations, IOperationsPort host, AuditStore audits, HttpContext context, CancellationToken cancellationToken)
    {
        var administrator = Permissions.Allow(context.User, Permissions.Configure);
        var status = await watch.ReadAsync(cancellationToken);
        if (!administrator)
            status = status with { Pins = [.. status.Pins.Select(p => p with { Statement = "" })] };
        return Results.Ok(new OperationsBody
        {
            Nodes = await nodes.NodesAsync(cancellationToken),
            Leases = await operations.LeasesAsync(cancellationToken),
            Database = status,
            Tables = await operations.LargestAsync(cancellationToken),
            Statements = administrator ? await operations.StatementsAsync(cancellationToken) : [],
            SetAside = await operations.SetAsideAsync(cancellationToken),
            Backup = await host.NewestBackupAsync(cancellationToken) is { } backup ? new BackupBody(backup.At, backup.Bytes, backup.Host) : null,
            AuditFindings = (await audits.LastAsync(null, cancellationToken))?.Findings.Count,
            Warnings = new WatchThresholds().Judge(status),
        });
    }

    /// <summary>What <c>GET /operations</c> answers.</summary>
    internal sealed record OperationsBody
    {
        public required IReadOnlyList<NodeRow> Nodes { get; init; }

        /// <summary>Tasks that run, the lease that ends first first; 500 at most.</summary>
        public required IReadOnlyList<LeaseRow> Leases { get; init; }

        /// <summary>Queues, connections, size, tables that change most, readers of events.</summary>
        public required DatabaseStatus Database { get; init; }

        /// <summary>The largest tables.</summary>
        public required IReadOnlyList<TableStatus> Tables { get; init; }

        /// <summary>Statements that take long; empty for who is no administrator.</summary>
        public required IReadOnlyList<StatementRow> Statements { get; init; }

        /// <summary>Events that a reader could not take.</summary>
        public required IReadOnlyList<SetAsideRow> SetAside { get; init; }

        /// <summary>The newest backup; null where none was made.</summary>
        public required BackupBody? Backup { get; init; }

        /// <summary>Findings of the last audit that was kept; null where there is none.</summary>
        public required int? AuditFindings { get; init; }

        public required IReadOnlyList<WatchWarning> Warnings { get; init; }
    }

    /// <summary>A backup.</summary>
    internal sealed record BackupBody(DateTimeOffset At, long Bytes, string Host);

    /// <summary>What <c>PUT /pools/{name}</c> takes.</summary>
    /// <param name="Slots">0 to 1,000,000.</param>
    /// <param name="Description">For people; left out it stays.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record PoolBody([property: JsonRequired] int Slots, string? Description);

    private static IResult Missing(string name) => ApiJson.NotFound($"There is no pool '{name}'.", "List pools with GET /api/v1/pools.");
}
