using Dapper;
using Npgsql;

namespace Platform.Engine.Explain;

/// <summary>Reads what holds and limits tasks. The caller's transaction sees one moment.</summary>
internal static class LiveReader
{
    private const string QueueColumns = """
        q.id, q.run_id, q.task_id, q.map_index, q.workflow, q.queue, q.priority, q.ready_at, q.number, q.pool, q.pool_slots, q.cpu, q.memory, q.gpu, q.node, q.raised
        """;

    /// <summary>Nodes, the newest first. One that was not heard of for 15 s (three heartbeats) is not alive.</summary>
    public static async Task<IReadOnlyList<LiveNode>> NodesAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        const string sql = """
            select name, roles, queues, concurrency, stopping, drained_at is not null as drained,
                (resources->>'cpu')::float8 as cpu, (resources->>'memory')::float8 as memory, (resources->>'gpu')::float8 as gpu,
                heartbeat_at > now() - interval '15 seconds' as alive
            from node
            order by started_at desc
            """;
        return (await connection.QueryAsync<LiveNode>(new CommandDefinition(sql, transaction: transaction, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Nodes, pools and leases. There are as many leases as places of workers at most, so all are read.</summary>
    public static async Task<LiveState> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var now = await connection.QuerySingleAsync<DateTimeOffset>(new CommandDefinition("select clock_timestamp()", transaction: transaction, cancellationToken: cancellationToken));
        var nodes = await NodesAsync(connection, transaction, cancellationToken);
        var pools = await connection.QueryAsync<(string Name, int Slots)>(new CommandDefinition("select name, slots from pool", transaction: transaction, cancellationToken: cancellationToken));
        var leases = await connection.QueryAsync<QueuedTask>(new CommandDefinition($"""
            select {QueueColumns}, a.started_at
            from task_queue q
            left join attempt a on a.id = q.attempt_id
            where q.node is not null
            order by q.id
            """, transaction: transaction, cancellationToken: cancellationToken));
        return new LiveState { Now = now, Nodes = nodes, Pools = pools.ToDictionary(p => p.Name, p => p.Slots), Leases = leases.AsList() };
    }

    /// <summary>For each task of a run its first row in the queue that is not leased; or the row of one instance.</summary>
    public static async Task<IReadOnlyList<QueuedTask>> WaitingAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long runId, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<QueuedTask>(new CommandDefinition($"""
            select distinct on (q.task_id) {QueueColumns}
            from task_queue q where q.run_id = @runId and q.node is null
            order by q.task_id, q.ready_at, q.map_index
            """, new { runId }, transaction, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>The row of an instance; null where it has none.</summary>
    public static Task<QueuedTask?> RowAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long runId, string taskId, int mapIndex, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<QueuedTask>(new CommandDefinition($"""
            select {QueueColumns}, a.started_at
            from task_queue q left join attempt a on a.id = q.attempt_id
            where q.run_id = @runId and q.task_id = @taskId and q.map_index = @mapIndex
            """, new { runId, taskId, mapIndex }, transaction, cancellationToken: cancellationToken));

    /// <summary>The oldest ready rows of the queue, at most so many.</summary>
    public static async Task<IReadOnlyList<QueuedTask>> ReadyAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<QueuedTask>(new CommandDefinition($"""
            select {QueueColumns} from task_queue q where q.node is null order by q.priority desc, q.ready_at, q.id limit @limit
            """, new { limit }, transaction, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>Ready tasks of the same queue that go before a row by priority and age, by pool and by whether they are of its workflow; fair share may let other workflows go before it too.</summary>
    public static async Task<IReadOnlyList<TasksBefore>> BeforeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, QueuedTask row, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<TasksBefore>(new CommandDefinition("""
            select workflow = @Workflow as own, pool, count(*)::int as count, sum(pool_slots)::int as slots from task_queue
            where queue = @Queue and node is null and ready_at <= clock_timestamp()
              and (priority > @Priority or (priority = @Priority and (ready_at, id) < (@ReadyAt, @Id)))
            group by 1, 2
            """, new { row.Workflow, row.Queue, row.Priority, row.ReadyAt, row.Id }, transaction, cancellationToken: cancellationToken))).AsList();
}
