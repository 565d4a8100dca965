using System.Text.Json;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Notices;
using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>
/// Reads runs under their row locks and writes what follows from the states of their tasks. Every transaction that moves a run goes through here, in one order of locks:
/// run rows by id, then queue rows, then instances, then workflow rows by name, then queued runs (skipping locked ones). So two of them can wait for each other but never in a circle.
/// </summary>
internal sealed class RunLedger(WorkflowDefinitions definitions)
{
    /// <summary>Adds the statements that lock the runs and count the states of their instances.</summary>
    public static void AddRead(SqlBatch batch, long[] runIds)
    {
        batch.Add("""
            select id, workflow, version, kind, state, backfill_id, interval_start, interval_end, started_at, stop_state, past_waits
            from run where id = any($1) order by id for no key update
            """, runIds);
        // Removed instances do not count. A mapped task's first row is removed when it is expanded.
        batch.Add("""
            select run_id, task_id, state, count(*)::int, max(follow), max(map_index)
            from task_instance where run_id = any($1) and state <> 'removed'
            group by run_id, task_id, state
            """, runIds);
        // Instances that follow one that has ended, and were held back then. Those that a limit holds back may be many: the first are enough.
        batch.Add("""
            select r.id, i.task_id, i.map_index, i.pred_state
            from unnest($1::bigint[]) r(id)
            cross join lateral (
                select task_id, map_index, pred_state from task_instance
                where run_id = r.id and state = 'none' and pred_state is not null
                order by task_id, map_index limit 500) i
            """, runIds);
    }

    /// <summary>Reads the results of <see cref="AddRead"/>; the reader stands on the first of them, and afterwards on the one behind.</summary>
    public async Task<SortedDictionary<long, ActiveRun>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var runs = new SortedDictionary<long, ActiveRun>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt64(0);
            runs[id] = new ActiveRun(id, await definitions.GetAsync(reader.GetString(1), reader.GetInt32(2), cancellationToken))
            {
                Kind = reader.GetString(3),
                State = reader.GetString(4),
                BackfillId = reader.Long(5),
                IntervalStart = reader.Time(6),
                IntervalEnd = reader.Time(7),
                StartedAt = reader.Time(8),
                StopState = reader.Text(9),
                PastWaits = reader.IsDBNull(10) ? [] : reader.GetFieldValue<string[]>(10),
            };
        }
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (runs[reader.GetInt64(0)].Progress is not { } progress)
                continue;
            var counts = progress[reader.GetString(1)];
            counts.Add(reader.GetString(2), reader.GetInt32(3));
            if (!reader.IsDBNull(4))
                counts.Follow = reader.GetFieldValue<string[]>(4);
            counts.Expanded |= reader.GetInt32(5) >= 0;
        }
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (runs[reader.GetInt64(0)].Progress is { } progress)
                progress[reader.GetString(1)].Ready[reader.GetInt32(2)] = reader.GetString(3);
        }
        await reader.NextResultAsync(cancellationToken);
        return runs;
    }

    /// <summary>Adds the writes that settled runs need: their released instances with their queue rows, and the ends of those that ended with their events.</summary>
    public static void AddWrites(SqlBatch batch, IReadOnlyCollection<ActiveRun> runs, DateTimeOffset now)
    {
        var moves = new List<(ActiveRun Run, Released Move, TaskDefinition Task)>();
        var ended = new List<ActiveRun>();
        foreach (var run in runs)
        {
            foreach (var move in run.Released)
                moves.Add((run, move, run.Version.Graph!.Find(move.TaskId)!));
            if (run.Ends)
                ended.Add(run);
        }
        if (moves.Count > 0)
            AddMoves(batch, moves);
        AddHeldBack(batch, runs);
        if (ended.Count > 0)
            AddEnds(batch, ended, now);
    }

    /// <summary>Adds the statements that write the instances of runs that begin, each in the state that <see cref="ActiveRun.Settle"/> has decided, and the queue rows of those that may run at once; what else was decided is left to <see cref="AddWrites"/>.</summary>
    public static void AddNew(SqlBatch batch, IReadOnlyCollection<ActiveRun> runs)
    {
        var rows = new List<(ActiveRun Run, TaskDefinition Task, string State)>();
        foreach (var run in runs.Where(r => r.Version.Graph is not null))
        {
            var queued = run.Released.Where(r => r.State == TaskStates.Queued).Select(r => r.TaskId).ToHashSet();
            rows.AddRange(run.Version.Graph!.Ordered.Select(t => (run, t, queued.Contains(t.Id) ? TaskStates.Queued : TaskStates.None)));
            _ = run.Released.RemoveAll(r => r.State == TaskStates.Queued);
        }
        if (rows.Count == 0)
            return;
        batch.Add("""
            insert into task_instance (run_id, task_id, activity, state, queued_at)
            select e.run_id, e.task_id, e.activity, e.state, case when e.state = 'queued' then now() end
            from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as e(run_id, task_id, activity, state)
            """,
            rows.Select(r => r.Run.Id).ToArray(), rows.Select(r => r.Task.Id).ToArray(), rows.Select(r => r.Task.Activity).ToArray(), rows.Select(r => r.State).ToArray());
        var ready = rows.Where(r => r.State == TaskStates.Queued).Select(r => (r.Run, r.Task)).ToList();
        if (ready.Count == 0)
            return;
        batch.Add("""
            insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue, priority, pool, pool_slots, cpu, memory, gpu)
            select e.run_id, e.task_id, -1, 1, e.workflow, e.version, e.queue, e.priority::smallint, e.pool, e.pool_slots, e.cpu, e.memory, e.gpu
            from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::int[], $9::float8[], $10::float8[], $11::float8[])
                as e(run_id, task_id, workflow, version, queue, priority, pool, pool_slots, cpu, memory, gpu)
            """,
            [ready.Select(r => r.Run.Id).ToArray(), ready.Select(r => r.Task.Id).ToArray(), .. QueueColumns(ready)]);
    }

    /// <summary>Adds the statement that looks anew how the followed instances ended, for commands that end instances in bulk.</summary>
    public static void AddChains(SqlBatch batch, long runId, RunGraph graph)
    {
        if (graph.Follows.Count == 0)
            return;
        batch.Add("""
            update task_instance f set pred_state = a.state
            from unnest($2::text[], $3::text[]) as p(follower, followed)
            join task_instance a on a.run_id = $1 and a.task_id = p.followed and a.map_index >= 0 and a.state in ('success', 'failed', 'skipped', 'upstream_failed', 'canceled')
            where f.run_id = $1 and f.task_id = p.follower and f.map_index = a.map_index and f.state = 'none' and f.pred_state is null
            """, runId, graph.Follows.Select(f => f.Follower).ToArray(), graph.Follows.Select(f => f.Followed).ToArray());
    }

    private static void AddMoves(SqlBatch batch, List<(ActiveRun Run, Released Move, TaskDefinition Task)> moves) =>
        batch.Add("""
            with move as (
                select * from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::text[], $9::int[], $10::text[], $11::int[], $12::float8[], $13::float8[], $14::float8[], $15::text[], $16::text[])
                    as m(run_id, task_id, state, count, reason, workflow, version, queue, priority, pool, pool_slots, cpu, memory, gpu, chosen, besides)
            ), moved as (
                update task_instance i set
                    state = w.state,
                    queued_at = case when w.state = 'queued' then now() end,
                    ended_at = case when w.state <> 'queued' then now() end,
                    error = w.reason,
                    pred_state = null
                from (
                    select m.state, m.reason, t.run_id, t.task_id, t.map_index
                    from move m
                    cross join lateral (
                        select run_id, task_id, map_index from task_instance t
                        where t.run_id = m.run_id and t.task_id = m.task_id and t.state = 'none'
                          and (m.chosen is null or t.map_index = any(m.chosen::int[])) and (m.besides is null or t.map_index <> all(m.besides::int[]))
                        order by map_index limit m.count) t
                ) w
                where i.run_id = w.run_id and i.task_id = w.task_id and i.map_index = w.map_index
                returning i.run_id, i.task_id, i.map_index, i.generation, i.state
            )
            insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue, priority, pool, pool_slots, cpu, memory, gpu)
            select d.run_id, d.task_id, d.map_index, d.generation, m.workflow, m.version, m.queue, m.priority::smallint, m.pool, m.pool_slots, m.cpu, m.memory, m.gpu
            from moved d
            join move m on m.run_id = d.run_id and m.task_id = d.task_id and m.state = d.state
            where d.state = 'queued'
            """,
            [
                moves.Select(m => m.Run.Id).ToArray(),
                moves.Select(m => m.Move.TaskId).ToArray(),
                moves.Select(m => m.Move.State).ToArray(),
                moves.Select(m => m.Move.Count).ToArray(),
                moves.Select(m => m.Move.Reason).ToArray(),
                .. QueueColumns(moves.ConvertAll(m => (m.Run, m.Task))),
                moves.Select(m => Indexes(m.Move.Indexes)).ToArray(),
                moves.Select(m => Indexes(m.Move.Except)).ToArray(),
            ]);

    /// <summary>What a queue row keeps of its run and task: workflow, version, queue, priority, pool, slots, and the resources.</summary>
    private static SqlValue[] QueueColumns(List<(ActiveRun Run, TaskDefinition Task)> rows) =>
    [
        rows.Select(m => m.Run.Version.Workflow).ToArray(),
        rows.Select(m => m.Run.Version.Version).ToArray(),
        rows.Select(m => m.Task.Queue).ToArray(),
        // A backfill's tasks stand behind those of the same priority, so that however many there are, they never starve the schedule.
        rows.Select(m => Math.Clamp(m.Task.Priority - (m.Run.BackfillId is null ? 0 : 1), short.MinValue, short.MaxValue)).ToArray(),
        rows.Select(m => m.Task.Pool).ToArray(),
        rows.Select(m => Math.Max(1, m.Task.PoolSlots)).ToArray(),
        rows.Select(m => m.Task.Resources.GetValueOrDefault("cpu")).ToArray(),
        rows.Select(m => m.Task.Resources.GetValueOrDefault("memory")).ToArray(),
        rows.Select(m => m.Task.Resources.GetValueOrDefault("gpu")).ToArray(),
    ];

    private static string? Indexes(IReadOnlyList<int>? indexes) => indexes is null ? null : $"{{{string.Join(',', indexes)}}}";

    /// <summary>Adds the statements that keep, for instances that could be decided but for something else, how the ones that they follow ended.</summary>
    private static void AddHeldBack(SqlBatch batch, IEnumerable<ActiveRun> runs)
    {
        var single = new List<(long Run, string Task, int Index, string State)>();
        var rest = new List<(long Run, string Task, string State)>();
        foreach (var run in runs.Where(r => !r.Ends && r.Version.Graph is { Follows.Count: > 0 }))
        {
            foreach (var (follower, _) in run.Version.Graph!.Follows)
            {
                var counts = run.Progress![follower];
                single.AddRange(counts.Fresh.Select(i => (run.Id, follower, i, counts.Ready[i])));
                if (counts.RestReady is { } state && counts.Waiting > counts.Ready.Count)
                    rest.Add((run.Id, follower, state));
            }
        }
        if (single.Count > 0)
        {
            batch.Add("""
                update task_instance i set pred_state = e.state
                from unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) as e(run_id, task_id, map_index, state)
                where i.run_id = e.run_id and i.task_id = e.task_id and i.map_index = e.map_index and i.state = 'none'
                """, single.Select(s => s.Run).ToArray(), single.Select(s => s.Task).ToArray(), single.Select(s => s.Index).ToArray(), single.Select(s => s.State).ToArray());
        }
        if (rest.Count > 0)
        {
            batch.Add("""
                update task_instance i set pred_state = e.state
                from unnest($1::bigint[], $2::text[], $3::text[]) as e(run_id, task_id, state)
                where i.run_id = e.run_id and i.task_id = e.task_id and i.map_index >= 0 and i.state = 'none' and i.pred_state is null
                """, rest.Select(s => s.Run).ToArray(), rest.Select(s => s.Task).ToArray(), rest.Select(s => s.State).ToArray());
        }
    }

    private static void AddEnds(SqlBatch batch, List<ActiveRun> ended, DateTimeOffset now)
    {
        var counts = ended.Select(r => JsonSerializer.Serialize(r.Progress?.Totals() ?? [])).ToArray();
        batch.Add("""
            update run r set state = e.state, ended_at = now(), task_counts = e.counts::jsonb, note = coalesce(e.note, r.note)
            from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as e(id, state, counts, note)
            where r.id = e.id
            """,
            ended.Select(r => r.Id).ToArray(), ended.Select(r => r.State).ToArray(), counts, ended.Select(r => r.Note).ToArray());
        var told = ended.FindAll(r => r.Kind != RunKinds.Preview);
        if (told.Count > 0)
        {
            batch.Add("insert into outbox (type, key, payload) select 'run.ended', e.key, e.payload::jsonb from unnest($1::text[], $2::text[]) as e(key, payload)",
                told.Select(r => $"run/{r.Id}").ToArray(), told.Select(r => EngineEvents.RunEnded(r, now)).ToArray());
        }
        Notice.Add(batch, [.. ended.Where(r => r.State == RunStates.Failed).SelectMany(r => (r.Version.Definition?.OnFailure ?? []).Select(to => new Notice(r, Notice.RunFailed, to, Error: r.Note)))], now);
        var children = ended.Where(r => r.Kind == RunKinds.Workflow).ToList();
        if (children.Count > 0)
            Signals.Add(batch, [.. children.Select(r => Signals.RunEnded(r.Id))], [.. children.Select(r => JsonSerializer.Serialize(new { state = r.State, note = r.Note }))]);
    }
}
