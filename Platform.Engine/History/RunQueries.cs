using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Postgres;
using Platform.Workflows.Definition;

namespace Platform.Engine.History;

/// <summary>Reads runs, task instances, attempts and logs, for the pages, the API and the command line.</summary>
public sealed class RunQueries(Database database, WorkflowDefinitions definitions)
{
    private const string RunColumns = """
        r.id, r.workflow, w.title, r.version, r.kind, r.state, r.interval_start, r.interval_end, r.backfill_id, r.partitioned,
        case when r.assets is not null then (select jsonb_object_agg(a.key, a.value - 'intervals') from jsonb_each(r.assets) a) end as assets,
        r.created_by, r.queued_at, r.started_at, r.ended_at, r.cancel_requested_at, r.canceled_by, r.note, r.deadline_at, r.late_at,
        t.tasks, t.tasks_ended, t.tasks_running, t.tasks_failed, f.failed_task, f.failed_error
        """;

    /// <summary>Counts of a run's instances: from the row once it ended, so that lists do not read the instances of old runs; only a failed run is asked for its first failure.</summary>
    private const string TaskCounts = """
        cross join lateral (
            select
                coalesce(sum(n), 0)::int as tasks,
                coalesce(sum(n) filter (where state in ('success', 'failed', 'skipped', 'upstream_failed', 'canceled', 'removed')), 0)::int as tasks_ended,
                coalesce(sum(n) filter (where state = 'running'), 0)::int as tasks_running,
                coalesce(sum(n) filter (where state = 'failed'), 0)::int as tasks_failed
            from (
                select c.key as state, c.value::int as n from jsonb_each_text(r.task_counts) c where r.ended_at is not null
                union all
                select i.state, count(*)::int from task_instance i where r.state = 'running' and i.run_id = r.id and i.state <> 'removed' group by i.state
            ) s) t
        left join lateral (
            select i.task_id as failed_task, i.error as failed_error
            from task_instance i
            where r.state = 'failed' and i.run_id = r.id and i.state = 'failed'
            order by i.ended_at, i.task_id, i.map_index
            limit 1) f on true
        """;

    /// <summary>A page of runs, newest first.</summary>
    public async Task<IReadOnlyList<RunRow>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        // Only the conditions that are asked for, so that each question has the plan that fits it.
        var conditions = new List<string>();
        void Where(bool asked, string condition)
        {
            if (asked)
                conditions.Add(condition);
        }
        Where(filter.Workflow is not null, "workflow = @Workflow");
        Where(filter.State is not null, "state = @State");
        Where(filter.Kind is not null, "kind = @Kind");
        // Nobody looks for previews in a list unless he says so. By workflow there are none.
        Where(filter.Kind is null && filter.Workflow is null, "kind <> 'preview'");
        Where(filter.IntervalFrom is not null, "coalesce(interval_start, queued_at) >= @IntervalFrom");
        Where(filter.IntervalTo is not null, "coalesce(interval_start, queued_at) < @IntervalTo");
        Where(filter.BackfillId is not null, "backfill_id = @BackfillId");
        Where(filter.BeforeId is not null, "id < @BeforeId");
        // Ids follow the time but for runs that are queued at the same moment: the thousand at each end of the span bound the walk from id to id, the exact times decide.
        Where(filter.From is not null, "queued_at >= @From and id >= (select coalesce(min(id), 9223372036854775807) from (select id from run where queued_at >= @From order by queued_at limit 1000) b)");
        Where(filter.To is not null, "queued_at < @To and id <= (select coalesce(max(id), 0) from (select id from run where queued_at < @To order by queued_at desc limit 1000) b)");
        var sql = $"""
            select {RunColumns}
            from (
                select * from run
                {(conditions.Count == 0 ? "" : "where " + string.Join(" and ", conditions))}
                order by id desc
                limit @limit
            ) r
            join workflow w on w.name = r.workflow
            {TaskCounts}
            order by r.id desc
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<RunRow>(new CommandDefinition(sql, new
        {
            filter.Workflow,
            filter.State,
            filter.Kind,
            filter.From,
            filter.To,
            filter.IntervalFrom,
            filter.IntervalTo,
            filter.BackfillId,
            filter.BeforeId,
            Limit = Math.Clamp(filter.Limit, 1, 500),
        }, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>Runs by id, in the order of the ids; those that do not exist, and previews, are left out. For a page that got changes from <see cref="RunWatch"/>.</summary>
    public async Task<IReadOnlyList<RunRow>> ListAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        [.. (await RowsAsync(ids, cancellationToken)).Where(r => r.Kind != RunKinds.Preview)];

    private async Task<IReadOnlyList<RunRow>> RowsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        const string sql = $"""
            select {RunColumns}
            from run r
            join workflow w on w.name = r.workflow
            {TaskCounts}
            where r.id = any(@ids)
            order by r.id
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<RunRow>(new CommandDefinition(sql, new { ids = ids.ToArray() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>A run with its parameters, graph and instances; null where there is none.</summary>
    public async Task<RunDetail?> GetAsync(long id, CancellationToken cancellationToken) =>
        await GetManyAsync([id], cancellationToken) is [var run] ? run : null;

    /// <summary>The same with the first instances only, by task and index as <see cref="TaskQueries"/> pages through them, where the run has more than that; null where there is no such run.</summary>
    /// <param name="id">The run.</param>
    /// <param name="mostTasks">Most instances.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<RunDetail?> GetAsync(long id, int mostTasks, CancellationToken cancellationToken) =>
        await ReadAsync([id], mostTasks, cancellationToken) is [var run] ? run : null;

    /// <summary>Several runs with their instances in three queries, in the order of the ids; for <c>run --json</c> over a range.</summary>
    public Task<IReadOnlyList<RunDetail>> GetManyAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) => ReadAsync(ids, null, cancellationToken);

    private async Task<IReadOnlyList<RunDetail>> ReadAsync(IReadOnlyCollection<long> ids, int? mostTasks, CancellationToken cancellationToken)
    {
        const string tasksSql = """
            select i.run_id, i.task_id, i.map_index, i.generation, i.activity, i.state, i.attempts,
                i.queued_at, i.started_at, i.ended_at, i.outputs, i.error_kind, i.error,
                i.progress_done, i.progress_total, i.progress_unit,
                case when i.state = 'up_for_retry' then q.ready_at end as next_attempt_at, q.node,
                d.waits, d.due_at, d.question,
                coalesce(d.waiting_since, i.waited_from) as waited_from, case when d.run_id is null then i.waited_until end as waited_until
            from task_instance i
            left join deferral d on d.run_id = i.run_id and d.task_id = i.task_id and d.map_index = i.map_index
            left join task_queue q on q.run_id = i.run_id and q.task_id = i.task_id and q.map_index = i.map_index
            where i.run_id = any(@ids) and not (i.state = 'removed' and i.map_index < 0)
            order by i.run_id, i.task_id, i.map_index
            limit @most
            """;
        // One more than is asked for tells whether there are more.
        var most = mostTasks + 1;
        var key = ids.ToArray();
        var runs = await RowsAsync(ids, cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        var parameters = (await connection.QueryAsync<(long Id, string Params, string? Assets)>(new CommandDefinition(
            "select id, params::text, assets::text from run where id = any(@key)", new { key }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
        var tasks = (await connection.QueryAsync<TaskRow>(new CommandDefinition(tasksSql, new { ids = key, most }, cancellationToken: cancellationToken)))
            .ToLookup(t => t.RunId);

        var details = new List<RunDetail>(runs.Count);
        foreach (var run in runs)
        {
            var version = await definitions.GetAsync(run.Workflow, run.Version, cancellationToken);
            var graph = version.Definition is { } definition ? Graph(definition) : [];
            var order = graph.Select((t, i) => (t.Id, i)).ToDictionary(t => t.Id, t => t.i);
            details.Add(new RunDetail
            {
                Run = run,
                Params = JsonNode.Parse(parameters[run.Id].Params)!.AsObject(),
                Assets = parameters[run.Id].Assets is { } assets ? JsonNode.Parse(assets)!.AsObject() : null,
                TimeZone = version.Definition?.Schedule?.TimeZone.Id ?? "UTC",
                Graph = graph,
                MoreTasks = tasks[run.Id].Count() > mostTasks,
                Tasks = [.. tasks[run.Id].Take(mostTasks ?? int.MaxValue).OrderBy(t => order.GetValueOrDefault(t.TaskId, int.MaxValue)).ThenBy(t => t.MapIndex)],
                Yaml = version.Yaml,
            });
        }
        return details;
    }

    /// <summary>The attempts of a run, oldest first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">Only of this task; null for all.</param>
    /// <param name="mapIndex">Only of this instance; null for all.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(long runId, string? taskId, int? mapIndex, CancellationToken cancellationToken)
    {
        const string sql = """
            select id, run_id, task_id, map_index, generation, number, node, state, started_at, ended_at, error_kind, error, error_detail
            from attempt
            where run_id = @runId and (@taskId::text is null or task_id = @taskId) and (@mapIndex::int is null or map_index = @mapIndex)
            order by id
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<AttemptRow>(new CommandDefinition(sql, new { runId, taskId, mapIndex }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The attempts of instances that were tried more than once since they were last cleared, oldest first, 2,000 at most: what a time line draws beside the newest.</summary>
    public async Task<IReadOnlyList<AttemptRow>> RetriesAsync(long runId, CancellationToken cancellationToken)
    {
        const string sql = """
            select a.id, a.run_id, a.task_id, a.map_index, a.generation, a.number, a.node, a.state, a.started_at, a.ended_at, a.error_kind, a.error, null::text as error_detail
            from task_instance i
            join attempt a on a.run_id = i.run_id and a.task_id = i.task_id and a.map_index = i.map_index and a.generation = i.generation
            where i.run_id = @runId and i.attempts > 1 and i.state <> 'removed'
            order by a.id
            limit 2000
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<AttemptRow>(new CommandDefinition(sql, new { runId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>When a run was moved to another version of its workflow, oldest first; empty where it never was.</summary>
    public async Task<IReadOnlyList<MoveRow>> MovesAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<MoveRow>(new CommandDefinition(
            "select moved_at, from_version, to_version, moved_by from run_move where run_id = @runId order by moved_at", new { runId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Whether one of the runs is of the workflow: what a page about it asks before it reads anew.</summary>
    public async Task<bool> AnyOfAsync(string workflow, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition("select exists (select from run where id = any(@ids) and workflow = @workflow)", new { ids = ids.ToArray(), workflow }, cancellationToken: cancellationToken));
    }

    /// <summary>Log lines after a cursor, in the order written. Within one attempt the cursor never misses a line; over a whole run with attempts on several nodes, a line that a slower node writes may come behind it, so follow by attempt or instance.</summary>
    public async Task<IReadOnlyList<LogLine>> LogAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        const string sql = """
            select id, task_id, map_index, attempt_id, at, level, message
            from log_line
            where run_id = @runId
              and (@taskId::text is null or task_id = @taskId)
              and (@mapIndex::int is null or map_index = @mapIndex)
              and (@attemptId::bigint is null or attempt_id = @attemptId)
              and id > @afterId
              and level >= @minLevel
            order by id
            limit @limit
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<LogLine>(new CommandDefinition(sql, new
        {
            filter.RunId,
            filter.TaskId,
            filter.MapIndex,
            filter.AttemptId,
            filter.AfterId,
            filter.MinLevel,
            Limit = Math.Clamp(filter.Limit, 1, 10_000),
        }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Id of the newest line of a run's log; 0 without one. A page that has read so far need not read.</summary>
    public async Task<long> NewestLineAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition("select coalesce((select id from log_line where run_id = @runId order by id desc limit 1), 0)", new { runId }, cancellationToken: cancellationToken));
    }

    /// <summary>The tasks of a definition as a graph shows them, in the file's order.</summary>
    public static IReadOnlyList<GraphTask> Graph(WorkflowDefinition definition) =>
        [.. definition.Tasks.Select(t => new GraphTask(t.Id, t.Title ?? t.Id, t.Activity, t.After, t.Map is not null, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(t.TriggerRule.ToString()), t.Group, t.Role?.ToString().ToLowerInvariant()))];
}
