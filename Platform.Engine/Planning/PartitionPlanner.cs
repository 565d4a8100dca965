using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>
/// Makes the runs of schedules that follow assets by partition. What was written waits in its partition until the partition is there; then it becomes a run, or joins the partition's run that is still queued.
/// As with <see cref="AssetPlanner"/> the workflow's row keeps planners apart, and writes are taken up in the transaction that makes or changes the run: neither a second planner nor a crash tells one twice or loses it.
/// </summary>
internal sealed class PartitionPlanner(Database database, WorkflowDefinitions definitions, RunStart start)
{
    private const int MostWorkflows = 200;

    // A write that touches very many partitions goes in bites, so that no transaction grows without bound.
    private const int MostDivided = 2_000;
    private const int MostPartitions = 500;

    /// <summary>Plans what came since it was looked at last.</summary>
    /// <param name="failed">Hears of workflows that cannot be planned, with the reason.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <returns>The runs, and whether there is more to do at once.</returns>
    public async Task<(IReadOnlyList<long> Changed, IReadOnlyList<long> Started, bool More)> PlanAsync(Action<string, string> failed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var candidates = (await connection.QueryAsync<string>(new CommandDefinition("""
            select w.name from workflow w
            where not w.paused and w.version is not null and w.plan_error is null and w.name in (select workflow from asset_update where partitioned and not seen)
            order by w.name limit @MostWorkflows
            """, new { MostWorkflows }, cancellationToken: cancellationToken))).ToArray();
        if (candidates.Length == 0)
            return ([], [], false);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var locked = (await connection.QueryAsync<(string Name, int Version)>(new CommandDefinition("""
            select name, version from workflow where name = any(@candidates) and not paused and version is not null order by name for no key update skip locked
            """, new { candidates }, transaction, cancellationToken: cancellationToken))).AsList();
        if (locked.Count == 0)
            return ([], [], false);
        var workflows = new Dictionary<string, Followed>();
        await new LockedWorkflows(connection, transaction, definitions, failed).PlanEachAsync(
            locked, (definition, version) => workflows[definition.Name] = new Followed(definition, version, Planner.Parameters(definition)), cancellationToken);
        var divided = await DivideAsync(connection, transaction, workflows, cancellationToken);
        var (looks, moved, most) = await LookAsync(connection, transaction, workflows, cancellationToken);
        var (changed, created, wrote) = await WriteAsync(connection, transaction, workflows, looks, cancellationToken);
        IReadOnlyList<long> started = created.Length == 0 ? [] : await start.StartQueuedAsync(connection, transaction, created, cancellationToken);
        // If the process dies before this, the writes wait and no run was told; behind it, the run knows them and they wait no more.
        await transaction.CommitAsync(cancellationToken);
        return (changed, started, divided || moved || (wrote && (most || candidates.Length == MostWorkflows)));
    }

    /// <summary>Puts new writes into the partitions that they touch.</summary>
    /// <returns>Whether some are left for the next time.</returns>
    private static async Task<bool> DivideAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Dictionary<string, Followed> workflows, CancellationToken cancellationToken)
    {
        var updates = (await connection.QueryAsync<UndividedRow>(new CommandDefinition("""
            select id, workflow, coalesce(divided_until, written_start) as written_start, written_end
            from asset_update
            where workflow = any(@names) and partitioned and not seen and partition_start is null
            order by id limit @MostDivided
            """, new { names = workflows.Keys.ToArray(), MostDivided }, transaction, cancellationToken: cancellationToken))).AsList();
        var room = MostDivided;
        var (placed, copies, rests, gone) = (new List<(long Id, DataInterval In)>(), new List<(long Id, DataInterval In)>(), new List<(long Id, DateTimeOffset Until)>(), new List<long>());
        foreach (var update in updates)
        {
            var partitions = update is { WrittenStart: { } from, WrittenEnd: { } to } && workflows[update.Workflow].Definition.Schedule is { } schedule
                ? PartitionRun.Partitions(schedule, new DataInterval(from, to)).Take(room + 1).ToList() : [];
            if (partitions.Count == 0)
            {
                // Outside the schedule's start and end, or of no interval.
                gone.Add(update.Id);
            }
            else if (partitions is [var only])
            {
                placed.Add((update.Id, only));
            }
            else if (room > 0)
            {
                copies.AddRange(partitions.Take(room).Select(p => (update.Id, p)));
                if (partitions.Count <= room)
                    gone.Add(update.Id);
                else
                    rests.Add((update.Id, partitions[room].Start));
            }
            room = Math.Max(0, room - partitions.Count);
        }
        await using var writes = new SqlBatch(connection, transaction);
        if (placed.Count > 0)
        {
            writes.Add("update asset_update u set partition_start = e.s, partition_end = e.e from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as e(id, s, e) where u.id = e.id",
                placed.Select(p => p.Id).ToArray(), placed.Select(p => p.In.Start).ToArray(), placed.Select(p => p.In.End).ToArray());
        }
        if (copies.Count > 0)
        {
            writes.Add("""
                insert into asset_update (workflow, asset, version, run_id, task_id, interval_start, interval_end, at, partitioned, written_start, written_end, partition_start, partition_end)
                select u.workflow, u.asset, u.version, u.run_id, u.task_id, u.interval_start, u.interval_end, u.at, true, u.written_start, u.written_end, e.s, e.e
                from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as e(id, s, e) join asset_update u on u.id = e.id
                """, copies.Select(p => p.Id).ToArray(), copies.Select(p => p.In.Start).ToArray(), copies.Select(p => p.In.End).ToArray());
        }
        if (rests.Count > 0)
            writes.Add("update asset_update u set divided_until = e.t from unnest($1::bigint[], $2::timestamptz[]) as e(id, t) where u.id = e.id", rests.Select(r => r.Id).ToArray(), rests.Select(r => r.Until).ToArray());
        if (gone.Count > 0)
            writes.Add("delete from asset_update where id = any($1)", gone.ToArray());
        await writes.ExecuteAsync(cancellationToken);
        return updates.Count == MostDivided || rests.Count > 0 || room == 0;
    }

    /// <summary>The partitions in which something is new, with what waits in them and how far they are there.</summary>
    /// <returns>The partitions, whether some are left because they changed meanwhile, and whether there may be more of them.</returns>
    private static async Task<(IReadOnlyList<Look> Looks, bool Moved, bool Most)> LookAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Dictionary<string, Followed> workflows, CancellationToken cancellationToken)
    {
        var partitions = (await connection.QueryAsync<(string Workflow, DateTimeOffset Start, DateTimeOffset End)>(new CommandDefinition("""
            select distinct workflow, partition_start, partition_end
            from asset_update
            where workflow = any(@names) and partitioned and not seen and partition_start is not null
            order by workflow, partition_start, partition_end
            limit @MostPartitions
            """, new { names = workflows.Keys.ToArray(), MostPartitions }, transaction, cancellationToken: cancellationToken))).AsList();
        if (partitions.Count == 0)
            return ([], false, false);
        var which = new { names = partitions.Select(p => p.Workflow).ToArray(), starts = partitions.Select(p => p.Start).ToArray(), ends = partitions.Select(p => p.End).ToArray() };
        var waiting = (await connection.QueryAsync<WaitingRow>(new CommandDefinition("""
            select u.id, u.workflow, u.partition_start, u.partition_end, u.asset, u.version, u.run_id, u.task_id, u.written_start, u.written_end, u.at
            from unnest(@names, @starts, @ends) as p(workflow, s, e)
            join asset_update u on u.workflow = p.workflow and u.partition_start = p.s and u.partition_end = p.e
            where u.partitioned
            order by u.version nulls first, u.at, u.id
            """, which, transaction, cancellationToken: cancellationToken))).ToLookup(u => (u.Workflow, u.PartitionStart, u.PartitionEnd));
        // Read after what waits: each write that waits is in here too, for both were committed together.
        var covers = (await connection.QueryAsync<CoverRow>(new CommandDefinition("""
            select p.workflow, p.s as start, p.e as "end", a.asset, coalesce(c.whole, false) as whole, c.any_row as any, c.version, c.run_id, c.task_id, c.at
            from unnest(@names, @starts, @ends) as p(workflow, s, e)
            join asset_subscription a on a.workflow = p.workflow
            cross join lateral (
                select range_agg(tstzrange(w.interval_start, w.interval_end)) @> tstzrange(p.s, p.e) as whole, count(*) > 0 as any_row, max(w.version) as version,
                    (array_agg(w.run_id order by w.version desc nulls last, w.id desc))[1] as run_id,
                    (array_agg(w.task_id order by w.version desc nulls last, w.id desc))[1] as task_id,
                    (array_agg(w.at order by w.version desc nulls last, w.id desc))[1] as at
                from asset_write w
                where w.asset = a.asset and w.interval_end > p.s and w.interval_start < p.e) c
            """, which, transaction, cancellationToken: cancellationToken))).ToLookup(c => (c.Workflow, c.Start, c.End));
        // A write that was committed meanwhile may be in what is there and not in what waits: its partition would get a run that is not told of it, and another for it. That partition is looked at again at once.
        var moved = (await connection.QueryAsync<(string Workflow, DateTimeOffset Start, DateTimeOffset End)>(new CommandDefinition("""
            select p.workflow, p.s, p.e
            from unnest(@names, @starts, @ends) as p(workflow, s, e)
            where exists (
                select from asset_update u
                where u.workflow = p.workflow and u.partitioned and not u.seen and u.partition_start is null and u.written_end > p.s and coalesce(u.divided_until, u.written_start) < p.e)
            """, which, transaction, cancellationToken: cancellationToken))).ToHashSet();
        return ([.. partitions.Where(p => !moved.Contains(p)).Select(p => new Look(p.Workflow, new DataInterval(p.Start, p.End),
            [.. waiting[p].Select(u => new PartitionUpdate(u.Id, u.Asset, new DataInterval(u.WrittenStart, u.WrittenEnd), u.Version, u.RunId, u.TaskId, u.At))],
            covers[p].ToDictionary(c => c.Asset, c => new PartitionCover(c.Whole, c.Any, c.Version, c.RunId, c.TaskId, c.At))))], moved.Count > 0, partitions.Count == MostPartitions);
    }

    /// <summary>Makes the runs of the partitions that are there, or lets queued ones know; the others are marked as looked at.</summary>
    private static async Task<(IReadOnlyList<long> Changed, string[] Created, bool Wrote)> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Dictionary<string, Followed> workflows, IReadOnlyList<Look> looks, CancellationToken cancellationToken)
    {
        var ready = looks.Select(l => (Look: l, Run: PartitionRun.Of(workflows[l.Workflow].Definition.Schedule!, l.Waiting, l.Covers))).ToList();
        var queued = await QueuedAsync(connection, transaction, [.. ready.Where(r => r.Run is not null).Select(r => r.Look)], cancellationToken);
        var (seen, taken, changed) = (new List<long>(), new List<long>(), new List<long>());
        var (folds, made) = (new List<(long Id, JsonObject Assets)>(), new List<(Look Look, PartitionRun Run)>());
        foreach (var (look, run) in ready)
        {
            var known = queued.GetValueOrDefault((look.Workflow, look.Partition.Start, look.Partition.End));
            if (run is null)
                seen.AddRange(look.Waiting.Select(u => u.Id));
            else if (known is null)
                made.Add((look, run));
            else if (known.Held)
                folds.Add((known.Id, PartitionRun.Fold(JsonNode.Parse(known.Assets)!.AsObject(), run.Assets)));
            else
                continue; // Somebody cancels it at this moment: the next look knows whether it is still queued.
            if (run is not null)
            {
                taken.AddRange(run.Taken);
                seen.AddRange(look.Waiting.Select(u => u.Id).Except(run.Taken));
            }
        }
        await using var writes = new SqlBatch(connection, transaction);
        if (made.Count > 0)
            AddRuns(writes, workflows, made);
        if (folds.Count > 0)
            writes.Add("update run r set assets = e.assets::jsonb from unnest($1::bigint[], $2::text[]) as e(id, assets) where r.id = e.id", folds.Select(f => f.Id).ToArray(), folds.Select(f => f.Assets.ToJsonString()).ToArray());
        if (taken.Count > 0)
            writes.Add("delete from asset_update where id = any($1)", taken.ToArray());
        if (seen.Count > 0)
            writes.Add("update asset_update set seen = true where id = any($1) and not seen", seen.ToArray());
        if (writes.Count > 0)
        {
            await using var reader = await writes.ReadAsync(cancellationToken);
            while (made.Count > 0 && await reader.ReadAsync(cancellationToken))
                changed.Add(reader.GetInt64(0));
        }
        changed.AddRange(folds.Select(f => f.Id));
        return (changed, [.. made.Select(m => m.Look.Workflow).Distinct()], writes.Count > 0);
    }

    private static void AddRuns(SqlBatch batch, Dictionary<string, Followed> workflows, List<(Look Look, PartitionRun Run)> made) =>
        batch.Add("""
            with made as (
                insert into run (workflow, version, kind, state, interval_start, interval_end, params, assets, timeout, created_by, partitioned)
                select workflow, version, 'asset', 'queued', interval_start, interval_end, params::jsonb, assets::jsonb, timeout, 'assets', true
                from unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::interval[]) with ordinality
                    as e(workflow, version, interval_start, interval_end, params, assets, timeout, place)
                order by place
                returning id, workflow, interval_start
            ), known as (
                -- The newest run of its interval: a backfill of what is missing passes over it.
                insert into run_interval (workflow, interval_start, run_id)
                select distinct on (workflow, interval_start) workflow, interval_start, id from made order by workflow, interval_start, id desc
                on conflict (workflow, interval_start) do update set run_id = excluded.run_id
            )
            select id from made order by id
            """,
            made.Select(m => m.Look.Workflow).ToArray(), made.Select(m => workflows[m.Look.Workflow].Version).ToArray(),
            made.Select(m => m.Look.Partition.Start).ToArray(), made.Select(m => m.Look.Partition.End).ToArray(),
            made.Select(m => workflows[m.Look.Workflow].ParamsJson).ToArray(), made.Select(m => m.Run.Assets.ToJsonString()).ToArray(),
            made.Select(m => workflows[m.Look.Workflow].Definition.RunTimeout).ToArray());

    /// <summary>The queued run of each partition that never ran, locked where nobody else holds it. The workflow's row is ours, so that none of them starts meanwhile.</summary>
    private static async Task<Dictionary<(string, DateTimeOffset, DateTimeOffset), QueuedRow>> QueuedAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Look> looks, CancellationToken cancellationToken)
    {
        if (looks.Count == 0)
            return [];
        // A run that was cleared has instances: what it did before would not know what joins it now.
        var queued = (await connection.QueryAsync<QueuedRow>(new CommandDefinition("""
            select r.id, r.workflow, r.interval_start, r.interval_end, r.assets::text as assets
            from unnest(@names, @starts, @ends) as p(workflow, s, e)
            join run r on r.workflow = p.workflow and r.state = 'queued' and r.partitioned and r.interval_start = p.s and r.interval_end = p.e
            where not exists (select from task_instance i where i.run_id = r.id)
            order by r.id
            """, new { names = looks.Select(l => l.Workflow).ToArray(), starts = looks.Select(l => l.Partition.Start).ToArray(), ends = looks.Select(l => l.Partition.End).ToArray() }, transaction, cancellationToken: cancellationToken))).AsList();
        if (queued.Count == 0)
            return [];
        // In the order of locks of every transaction that moves runs, queued ones come last and locked ones are skipped.
        var held = (await connection.QueryAsync<long>(new CommandDefinition("select id from run where id = any(@ids) and state = 'queued' order by id for no key update skip locked",
            new { ids = queued.Select(q => q.Id).ToArray() }, transaction, cancellationToken: cancellationToken))).ToHashSet();
        return queued.GroupBy(q => (q.Workflow, q.IntervalStart, q.IntervalEnd)).ToDictionary(g => g.Key, g => g.Last() with { Held = held.Contains(g.Last().Id) });
    }

    private sealed record Followed(WorkflowDefinition Definition, int Version, string ParamsJson);

    private sealed record Look(string Workflow, DataInterval Partition, IReadOnlyList<PartitionUpdate> Waiting, IReadOnlyDictionary<string, PartitionCover> Covers);

    private sealed record UndividedRow
    {
        public required long Id { get; init; }

        public required string Workflow { get; init; }

        public DateTimeOffset? WrittenStart { get; init; }

        public DateTimeOffset? WrittenEnd { get; init; }
    }

    private sealed record WaitingRow
    {
        public required long Id { get; init; }

        public required string Workflow { get; init; }

        public required DateTimeOffset PartitionStart { get; init; }

        public required DateTimeOffset PartitionEnd { get; init; }

        public required string Asset { get; init; }

        public long? Version { get; init; }

        public required long RunId { get; init; }

        public required string TaskId { get; init; }

        public required DateTimeOffset WrittenStart { get; init; }

        public required DateTimeOffset WrittenEnd { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    private sealed record CoverRow
    {
        public required string Workflow { get; init; }

        public required DateTimeOffset Start { get; init; }

        public required DateTimeOffset End { get; init; }

        public required string Asset { get; init; }

        public required bool Whole { get; init; }

        public required bool Any { get; init; }

        public long? Version { get; init; }

        public long? RunId { get; init; }

        public string? TaskId { get; init; }

        public DateTimeOffset? At { get; init; }
    }

    private sealed record QueuedRow
    {
        public required long Id { get; init; }

        public required string Workflow { get; init; }

        public required DateTimeOffset IntervalStart { get; init; }

        public required DateTimeOffset IntervalEnd { get; init; }

        public required string Assets { get; init; }

        /// <summary>Whether it is locked for this transaction.</summary>
        public bool Held { get; init; }
    }
}
