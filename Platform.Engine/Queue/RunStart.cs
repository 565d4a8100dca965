using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;

namespace Platform.Engine.Queue;

/// <summary>Takes queued runs to running, as many as their workflow's limit of active runs (or their backfill's own) allows, and releases their first tasks.</summary>
internal sealed class RunStart(WorkflowDefinitions definitions, RunLedger ledger)
{
    /// <summary>Adds the statement that locks the workflows whose runs are counted, in name order.</summary>
    public static void AddLocks(SqlBatch batch, string[] workflows) =>
        batch.Add("select name from workflow where name = any($1) order by name for no key update", workflows);

    /// <summary>Starts what may start. The caller's transaction holds the workflows' rows (<see cref="AddLocks"/>), so that two nodes never both see the last place.</summary>
    /// <returns>The runs that it started, or ended because their version cannot be read any more.</returns>
    public async Task<IReadOnlyList<long>> StartQueuedAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string[] workflows, CancellationToken cancellationToken)
    {
        var started = new List<long>();
        // A run that ends at once (it has nothing to run) makes room for the next.
        while (true)
        {
            var (chosen, now) = await ChooseAsync(connection, transaction, workflows, cancellationToken);
            if (chosen.Count == 0)
                return started;
            started.AddRange(chosen.Select(c => c.Id));
            var runs = await LoadAsync(connection, transaction, chosen, cancellationToken);
            await using var writes = new SqlBatch(connection, transaction);
            foreach (var run in runs.Values)
                run.Settle();
            RunLedger.AddWrites(writes, runs.Values, now);
            await writes.ExecuteAsync(cancellationToken);
            if (!runs.Values.Any(r => r.Ends))
                return started;
        }
    }

    private static async Task<(List<(long Id, string Workflow, int Version)> Chosen, DateTimeOffset Now)> ChooseAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string[] workflows, CancellationToken cancellationToken)
    {
        // A backfill has places of its own, so that it never starves the schedule. Runs go by interval, the oldest first unless their backfill says otherwise.
        await using var choose = new SqlBatch(connection, transaction);
        choose.Add("""
            with place as materialized (
                select w.name as workflow, null::bigint as backfill_id, false as newest_first,
                    w.active_runs - (select count(*)::int from run r where r.workflow = w.name and r.backfill_id is null and r.state = 'running') as free
                from workflow w where w.name = any($1)
                union all
                select b.workflow, b.id, b.newest_first,
                    b.active_runs - (select count(*)::int from run r where r.workflow = b.workflow and r.backfill_id = b.id and r.state = 'running')
                from backfill b
                where b.workflow = any($1) and exists (select from run r where r.workflow = b.workflow and r.backfill_id = b.id and r.state = 'queued')
            ), chosen as (
                select c.id
                from place p
                cross join lateral (
                    select r.id from run r
                    where r.workflow = p.workflow and r.backfill_id is not distinct from p.backfill_id and r.state = 'queued'
                    order by r.priority desc, case when p.newest_first then r.interval_start end desc, r.interval_start nulls first, r.id
                    limit greatest(p.free, 0)) c
                union
                -- A run that another one waits for goes at once while that one does nothing else: otherwise the last place could be held by whoever waits for this run.
                select q.id
                from run b
                join run q on q.id = b.past_run_id and q.state = 'queued'
                where b.workflow = any($1) and b.state = 'running' and b.past_waits is not null
                  and not exists (select from task_instance i where i.run_id = b.id and i.state in ('queued', 'running', 'deferred', 'up_for_retry'))
            ), locked as (
                -- A run that somebody cancels at this moment is left to him.
                select id from run where id in (select id from chosen) and state = 'queued' for no key update skip locked
            )
            update run r set state = 'running', started_at = now(), ended_at = null, times_out_at = now() + r.timeout
            from locked where r.id = locked.id
            returning r.id, r.workflow, r.version, now()
            """, workflows);
        await using var reader = await choose.ReadAsync(cancellationToken);
        var chosen = new List<(long, string, int)>();
        var now = default(DateTimeOffset);
        while (await reader.ReadAsync(cancellationToken))
        {
            chosen.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2)));
            now = reader.GetFieldValue<DateTimeOffset>(3);
        }
        return (chosen, now);
    }

    private async Task<SortedDictionary<long, ActiveRun>> LoadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, List<(long Id, string Workflow, int Version)> chosen, CancellationToken cancellationToken)
    {
        var rows = new List<(long Run, string Task, string Activity)>();
        var deadlines = new List<(long Run, TimeSpan Deadline)>();
        foreach (var (id, workflow, version) in chosen)
        {
            if ((await definitions.GetAsync(workflow, version, cancellationToken)).Definition is not { } definition)
                continue;
            rows.AddRange(definition.Tasks.Select(t => (id, t.Id, t.Activity)));
            if (definition.Deadline is { } deadline)
                deadlines.Add((id, deadline));
        }
        await using var batch = new SqlBatch(connection, transaction);
        if (deadlines.Count > 0)
            batch.Add("update run r set deadline_at = r.started_at + d.deadline, late_at = null from unnest($1::bigint[], $2::interval[]) as d(id, deadline) where r.id = d.id", deadlines.Select(d => d.Run).ToArray(), deadlines.Select(d => d.Deadline).ToArray());
        // A cleared run has its instances already.
        batch.Add("""
            insert into task_instance (run_id, task_id, activity, state)
            select e.run_id, e.task_id, e.activity, 'none' from unnest($1::bigint[], $2::text[], $3::text[]) as e(run_id, task_id, activity)
            on conflict (run_id, task_id, map_index) do nothing
            """, rows.Select(r => r.Run).ToArray(), rows.Select(r => r.Task).ToArray(), rows.Select(r => r.Activity).ToArray());
        foreach (var (id, workflow, version) in chosen)
        {
            if ((await definitions.GetAsync(workflow, version, cancellationToken)).Definition is { } definition)
                PastDependencies.AddEnter(batch, id, definition);
        }
        RunLedger.AddRead(batch, [.. chosen.Select(c => c.Id)]);
        await using var reader = await batch.ReadAsync(cancellationToken);
        return await ledger.ReadAsync(reader, cancellationToken);
    }
}
