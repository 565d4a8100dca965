using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Lists workflows and nodes, for the pages, the API and the command line. One workflow's text and versions come from <see cref="Definitions.WorkflowStore"/>.</summary>
public sealed class WorkflowQueries(Database database)
{
    private const int LastRuns = 12;

    /// <summary>All workflows that are not retired by name, each with its newest runs, in one round trip. Workflows that were never published (only files of theirs were run) are left out unless asked for.</summary>
    public Task<IReadOnlyList<WorkflowRow>> ListAsync(bool includeUnpublished, CancellationToken cancellationToken) =>
        ReadAsync("w.retired_at is null and (w.version is not null or (@includeUnpublished and not starts_with(w.name, 'preview:')))", new { includeUnpublished, LastRuns }, cancellationToken);

    /// <summary>One workflow with its newest runs, published or not, retired or not; null where there is none.</summary>
    public async Task<WorkflowRow?> GetAsync(string name, CancellationToken cancellationToken) =>
        (await ReadAsync("w.name = @name and not starts_with(w.name, 'preview:')", new { name, LastRuns }, cancellationToken)).SingleOrDefault();

    private async Task<IReadOnlyList<WorkflowRow>> ReadAsync(string which, object parameters, CancellationToken cancellationToken)
    {
        var sql = $"""
            select w.name, w.title, w.description, w.owner, w.tags, w.version, w.paused, w.schedule, w.next_due, w.plan_error, w.active_runs, w.updated_at,
                (select count(*) from run r where r.workflow = w.name and r.state = 'queued')::int as queued_runs,
                (select count(*) from run r where r.workflow = w.name and r.state = 'running')::int as running_runs
            from workflow w
            where {which}
            order by w.name;
            select w.name, l.id, l.state, l.queued_at, l.started_at, l.ended_at, l.interval_start
            from workflow w
            cross join lateral (
                select id, state, queued_at, started_at, ended_at, interval_start from run r where r.workflow = w.name order by r.id desc limit @LastRuns) l
            where {which}
            order by w.name, l.id desc
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
        var rows = (await results.ReadAsync<WorkflowRow>()).AsList();
        var last = (await results.ReadAsync<LastRunRow>()).ToLookup(l => l.Name, l => new LastRun(l.Id, l.State, l.QueuedAt, l.StartedAt, l.EndedAt, l.IntervalStart));
        return [.. rows.Select(r => r with { LastRuns = [.. last[r.Name]] })];
    }

    /// <summary>Processes that were heard of in the last day, newest first.</summary>
    public async Task<IReadOnlyList<NodeRow>> NodesAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            select n.name, n.host, n.process_id, n.version, n.roles, n.queues, n.concurrency, n.started_at, n.heartbeat_at, n.stopping, n.drained_at, n.drained_by,
                coalesce((n.resources ->> 'cpu')::float8, 0) as cpu, coalesce((n.resources ->> 'memory')::float8, 0) as memory, coalesce((n.resources ->> 'gpu')::float8, 0) as gpu,
                n.heartbeat_at > now() - interval '30 seconds' as alive,
                (select count(*) from task_queue q where q.node = n.name)::int as running
            from node n
            where n.heartbeat_at > now() - interval '1 day'
            order by n.started_at desc
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeRow>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }

    private sealed record LastRunRow
    {
        public required string Name { get; init; }

        public required long Id { get; init; }

        public required string State { get; init; }

        public required DateTimeOffset QueuedAt { get; init; }

        public DateTimeOffset? StartedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public DateTimeOffset? IntervalStart { get; init; }
    }
}
