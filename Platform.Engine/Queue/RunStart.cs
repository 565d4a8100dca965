using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;

namespace Platform.Engine.Queue;

/// <summary>Takes queued runs to running, as many as their workflow's limit of active runs (or their backfill's own) allows, and releases their first tasks.</summary>
internal sealed class RunStart(WorkflowDefinitions definitions, RunLedger ledger)
{
    /// <summary>Adds the statement that locks the workflows whose runs are counted, in name order; its rows say which are retired.</summary>
    public static void AddLocks(SqlBatch batch, string[] workflows) =>
        batch.Add("select name, retired_at is not null from workflow where name = any($1) order by name for no key update", workflows);

    /// <summary>Starts what may start. The caller's transaction holds the workflows' rows (<see cref="AddLocks"/>), so that two nodes never both see the last place.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">Its transaction; null where the caller began it with a statement.</param>
    /// <param name="workflows">Names of the workflows.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The runs that it started, or ended because their version cannot be read any more.</returns>
    public async Task<IReadOnlyList<long>> StartQueuedAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string[] workflows, CancellationToken cancellationToken)
    {
        var started = new List<long>();
        // A run that ends at once (it has nothing to run) makes room for the next.
        while (true)
        {
            var (fresh, again) = await ChooseAsync(connection, transaction, workflows, cancellationToken);
            if (fresh.Count + again.Count == 0)
                return started;
            started.AddRange(fresh.Concat(again).Select(c => c.Id));
            await using var writes = new SqlBatch(connection, transaction);
            var runs = Begin(fresh);
            RunLedger.AddNew(writes, runs);
            if (again.Count > 0)
            {
                var loaded = await LoadAsync(connection, transaction, again, cancellationToken);
                foreach (var run in loaded.Values)
                    run.Settle();
                runs.AddRange(loaded.Values);
            }
            RunLedger.AddWrites(writes, runs, (fresh.Count > 0 ? fresh : again)[0].At);
            await writes.ExecuteAsync(cancellationToken);
            if (!runs.Any(r => r.Ends))
                return started;
        }
    }

    /// <summary>Takes runs to running.</summary>
    /// <returns>Those of which the database has nothing but the row, and those about whose tasks it has to be asked: they were cleared, wait for the past, or have a deadline to write.</returns>
    private async Task<(List<Begun> Fresh, List<Begun> Again)> ChooseAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string[] workflows, CancellationToken cancellationToken)
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
                      -- Runs of one partition go one after the other, so that the newest data are written last.
                      and (not r.partitioned or not exists (
                          select from run o
                          where o.workflow = r.workflow and o.interval_start = r.interval_start and o.interval_end = r.interval_end and o.partitioned
                            and (o.state = 'running' or (o.state = 'queued' and o.id < r.id))))
                    order by r.priority desc, case when p.newest_first then r.interval_start end desc, r.interval_start nulls first, r.id
                    limit greatest(p.free, 0)) c
                union
                -- A run that another one waits for goes at once while that one does nothing else: otherwise the last place could be held by whoever waits for this run.
                select q.id
                from run q
                where q.state = 'queued' and q.id = any(array(
                    select b.past_run_id from run b
                    where b.workflow = any($1) and b.state = 'running' and b.past_waits is not null and b.past_run_id is not null
                      and not exists (select from task_instance i where i.run_id = b.id and i.state in ('queued', 'running', 'deferred', 'up_for_retry'))))
            ), locked as (
                -- A run that somebody cancels at this moment is left to him.
                select id from run where id = any(array(select id from chosen)) and state = 'queued' for no key update skip locked
            )
            update run r set state = 'running', started_at = now(), ended_at = null, times_out_at = now() + r.timeout
            from locked where r.id = locked.id
            returning r.id, r.workflow, r.version, now(), r.kind, r.backfill_id, r.interval_start, r.interval_end, exists (select from task_instance i where i.run_id = r.id)
            """, workflows);
        await using var reader = await choose.ReadAsync(cancellationToken);
        List<Begun> fresh = [], again = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var version = await definitions.GetAsync(reader.GetString(1), reader.GetInt32(2), cancellationToken);
            var run = new Begun(reader.GetInt64(0), version, reader.GetString(4), reader.Long(5), reader.Time(6), reader.Time(7), reader.GetFieldValue<DateTimeOffset>(3));
            (reader.GetBoolean(8) || !NeedsNoLook(version) ? again : fresh).Add(run);
        }
        return (fresh, again);
    }

    /// <summary>Whether a run of this version has nothing in the database but its row when it begins, and nothing more to write into that.</summary>
    public static bool NeedsNoLook(LoadedVersion version) => version.Definition is { Deadline: null } definition && !definition.Tasks.Any(t => t.DependsOnPast);

    /// <summary>Writes the tasks of runs that this transaction has just inserted as running.</summary>
    /// <returns>Whether some of them ended at once, which makes room for others.</returns>
    public static async Task<bool> BeginAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, List<Begun> begun, CancellationToken cancellationToken)
    {
        if (begun.Count == 0)
            return false;
        await using var writes = new SqlBatch(connection, transaction);
        var runs = Begin(begun);
        RunLedger.AddNew(writes, runs);
        RunLedger.AddWrites(writes, runs, begun[0].At);
        await writes.ExecuteAsync(cancellationToken);
        return runs.Any(r => r.Ends);
    }

    /// <summary>What follows for runs that begin is decided from their definition alone.</summary>
    private static List<ActiveRun> Begin(List<Begun> chosen)
    {
        var runs = new List<ActiveRun>(chosen.Count);
        foreach (var begun in chosen)
        {
            var run = new ActiveRun(begun.Id, begun.Version)
            {
                Kind = begun.Kind,
                State = RunStates.Running,
                BackfillId = begun.BackfillId,
                IntervalStart = begun.IntervalStart,
                IntervalEnd = begun.IntervalEnd,
                StartedAt = begun.At,
                StopState = null,
            };
            foreach (var task in begun.Version.Graph!.Ordered)
                run.Progress![task.Id].Add(TaskStates.None, 1);
            run.Settle();
            runs.Add(run);
        }
        return runs;
    }

    private async Task<SortedDictionary<long, ActiveRun>> LoadAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, List<Begun> chosen, CancellationToken cancellationToken)
    {
        var rows = new List<(long Run, string Task, string Activity)>();
        var deadlines = new List<(long Run, TimeSpan Deadline)>();
        foreach (var run in chosen)
        {
            if (run.Version.Definition is not { } definition)
                continue;
            rows.AddRange(definition.Tasks.Select(t => (run.Id, t.Id, t.Activity)));
            if (definition.Deadline is { } deadline)
                deadlines.Add((run.Id, deadline));
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
        foreach (var run in chosen)
        {
            if (run.Version.Definition is { } definition)
                PastDependencies.AddEnter(batch, run.Id, definition);
        }
        RunLedger.AddRead(batch, [.. chosen.Select(c => c.Id)]);
        await using var reader = await batch.ReadAsync(cancellationToken);
        return await ledger.ReadAsync(reader, cancellationToken);
    }
}

/// <summary>A run that this transaction has just taken to running.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its definition.</param>
/// <param name="Kind">How it came to be.</param>
/// <param name="BackfillId">Its backfill, or null.</param>
/// <param name="IntervalStart">Start of its data interval, or null.</param>
/// <param name="IntervalEnd">End of its data interval, or null.</param>
/// <param name="At">When.</param>
internal sealed record Begun(long Id, LoadedVersion Version, string Kind, long? BackfillId, DateTimeOffset? IntervalStart, DateTimeOffset? IntervalEnd, DateTimeOffset At);
