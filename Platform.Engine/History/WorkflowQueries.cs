using System.Text.Json;
using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Lists workflows and nodes, for the pages, the API and the command line. One workflow's text and versions come from <see cref="Definitions.WorkflowStore"/>.</summary>
public sealed class WorkflowQueries(Database database)
{
    private static readonly JsonSerializerOptions LastRunJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>All workflows by name, each with its newest runs, in one query. Workflows that were never published (only files of theirs were run) are left out unless asked for.</summary>
    public async Task<IReadOnlyList<WorkflowRow>> ListAsync(bool includeUnpublished, CancellationToken cancellationToken)
    {
        const string sql = """
            select w.name, w.title, w.description, w.owner, w.tags, w.version, w.paused, w.schedule, w.next_due, w.plan_error, w.active_runs, w.updated_at,
                (select count(*) from run r where r.workflow = w.name and r.state = 'queued')::int as queued_runs,
                (select count(*) from run r where r.workflow = w.name and r.state = 'running')::int as running_runs,
                (select coalesce(json_agg(json_build_object('id', l.id, 'state', l.state, 'queued_at', l.queued_at, 'started_at', l.started_at, 'ended_at', l.ended_at, 'interval_start', l.interval_start) order by l.id desc), '[]')::text
                 from (select * from run r where r.workflow = w.name order by r.id desc limit 12) l) as last_runs_json
            from workflow w
            where @includeUnpublished or w.version is not null
            order by w.name
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { includeUnpublished }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToRow())];
    }

    /// <summary>Processes that were heard of in the last day, newest first.</summary>
    public async Task<IReadOnlyList<NodeRow>> NodesAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            select n.name, n.host, n.process_id, n.version, n.roles, n.queues, n.concurrency, n.started_at, n.heartbeat_at, n.stopping,
                n.heartbeat_at > now() - interval '30 seconds' as alive,
                (select count(*) from task_queue q where q.node = n.name)::int as running
            from node n
            where n.heartbeat_at > now() - interval '1 day'
            order by n.started_at desc
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeRow>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }

    private sealed record Row
    {
        public required string Name { get; init; }

        public required string Title { get; init; }

        public required string Description { get; init; }

        public string? Owner { get; init; }

        public required string[] Tags { get; init; }

        public int? Version { get; init; }

        public required bool Paused { get; init; }

        public string? Schedule { get; init; }

        public DateTimeOffset? NextDue { get; init; }

        public string? PlanError { get; init; }

        public required int ActiveRuns { get; init; }

        public required int QueuedRuns { get; init; }

        public required int RunningRuns { get; init; }

        public required DateTimeOffset UpdatedAt { get; init; }

        public required string LastRunsJson { get; init; }

        public WorkflowRow ToRow() => new()
        {
            Name = Name,
            Title = Title,
            Description = Description,
            Owner = Owner,
            Tags = Tags,
            Version = Version,
            Paused = Paused,
            Schedule = Schedule,
            NextDue = NextDue,
            PlanError = PlanError,
            ActiveRuns = ActiveRuns,
            QueuedRuns = QueuedRuns,
            RunningRuns = RunningRuns,
            UpdatedAt = UpdatedAt,
            LastRuns = JsonSerializer.Deserialize<List<LastRun>>(LastRunsJson, LastRunJson)!,
        };
    }
}
