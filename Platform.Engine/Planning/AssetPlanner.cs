using System.Text.Json;
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
/// Makes the runs of schedules that follow assets without partitions (<see cref="PartitionPlanner"/> has those). All writes since the run before become one run, which is told the versions; while one such run is queued the next writes wait, and join the run after it.
/// The workflow's row keeps planners apart, and the writes are deleted in the transaction that makes the run: neither a second planner nor a crash tells one twice or loses it.
/// </summary>
internal sealed class AssetPlanner(Database database, WorkflowDefinitions definitions, RunStart start)
{
    private const int MostWorkflows = 200;

    /// <summary>Plans what is due.</summary>
    /// <param name="failed">Hears of workflows that cannot be planned, with the reason.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <returns>The runs, and whether there may be more to do at once.</returns>
    public async Task<(IReadOnlyList<long> Created, IReadOnlyList<long> Started, bool More)> PlanAsync(Action<string, string> failed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // What an asset's version says was told already is not new. Nearly always there is no row at all.
        var candidates = (await connection.QueryAsync<string>(new CommandDefinition("""
            select s.workflow
            from asset_subscription s
            join workflow w on w.name = s.workflow and not w.paused and w.version is not null and w.plan_error is null
            left join lateral (
                select true as fresh from asset_update u
                where u.workflow = s.workflow and u.asset = s.asset and not u.partitioned and (u.version is null or u.version is distinct from s.version)
                limit 1) u on true
            where s.partitions is null and s.workflow in (select workflow from asset_update where not partitioned)
              and not exists (select from run r where r.workflow = s.workflow and r.kind = 'asset' and r.state = 'queued')
            group by s.workflow
            having case when bool_or(s.any_asset) then bool_or(u.fresh is not null) else bool_and(u.fresh is not null) end
            limit @MostWorkflows
            """, new { MostWorkflows }, cancellationToken: cancellationToken))).ToArray();
        if (candidates.Length == 0)
            return ([], [], false);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var locked = (await connection.QueryAsync<(string Name, int Version, DateTimeOffset Now)>(new CommandDefinition("""
            select name, version, now() from workflow where name = any(@candidates) and not paused and version is not null order by name for no key update skip locked
            """, new { candidates }, transaction, cancellationToken: cancellationToken))).AsList();
        // A later statement, so that it sees what a planner before this one has taken.
        var updates = (await connection.QueryAsync<UpdateRow>(new CommandDefinition("""
            select u.id, u.workflow, u.asset, u.version, u.run_id, u.task_id, u.interval_start, u.interval_end, u.at, s.version as told_version
            from asset_update u
            join asset_subscription s on s.workflow = u.workflow and s.asset = u.asset
            where u.workflow = any(@names) and not u.partitioned
            order by u.id
            """, new { names = locked.Select(l => l.Name).ToArray() }, transaction, cancellationToken: cancellationToken))).ToLookup(u => u.Workflow);
        var runs = new List<AssetRun>();
        await new LockedWorkflows(connection, transaction, definitions, failed).PlanEachAsync([.. locked.Select(l => (l.Name, l.Version))], (definition, version) =>
        {
            if (AssetRun.Of(definition, version, [.. updates[definition.Name]], locked[0].Now) is { } run)
                runs.Add(run);
        }, cancellationToken);
        IReadOnlyList<long> created = runs.Count == 0 ? [] : await InsertAsync(connection, transaction, runs, cancellationToken);
        IReadOnlyList<long> started = runs.Count == 0 ? [] : await start.StartQueuedAsync(connection, transaction, [.. runs.Select(r => r.Definition.Name)], cancellationToken);
        // If the process dies before this, the writes are there and no run is; behind it, the run is there and the writes are not.
        await transaction.CommitAsync(cancellationToken);
        return (created, started, created.Count > 0 && candidates.Length == MostWorkflows);
    }

    private static async Task<IReadOnlyList<long>> InsertAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<AssetRun> runs, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, transaction);
        batch.Add("""
            insert into run (workflow, version, kind, state, interval_start, interval_end, params, assets, timeout, created_by)
            select workflow, version, 'asset', 'queued', interval_start, interval_end, params::jsonb, assets::jsonb, timeout, 'assets'
            from unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::interval[])
                as e(workflow, version, interval_start, interval_end, params, assets, timeout)
            returning id
            """,
            runs.Select(r => r.Definition.Name).ToArray(), runs.Select(r => r.Version).ToArray(), runs.Select(r => r.Interval?.Start).ToArray(), runs.Select(r => r.Interval?.End).ToArray(),
            runs.Select(r => r.ParamsJson).ToArray(), runs.Select(r => r.Assets.ToJsonString()).ToArray(), runs.Select(r => r.Definition.RunTimeout).ToArray());
        batch.Add("delete from asset_update where id = any($1)", runs.SelectMany(r => r.UpdateIds).ToArray());
        var told = runs.SelectMany(r => r.Assets.Select(a => (r.Definition.Name, Asset: a.Key, Version: (long?)a.Value!["version"]))).Where(t => t.Version is not null).ToList();
        batch.Add("""
            update asset_subscription s set version = e.version from unnest($1::text[], $2::text[], $3::bigint[]) as e(workflow, asset, version)
            where s.workflow = e.workflow and s.asset = e.asset
            """, told.Select(t => t.Name).ToArray(), told.Select(t => t.Asset).ToArray(), told.Select(t => t.Version).ToArray());
        await using var reader = await batch.ReadAsync(cancellationToken);
        var ids = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt64(0));
        return ids;
    }

    /// <summary>A run to make.</summary>
    private sealed record AssetRun(WorkflowDefinition Definition, int Version, string ParamsJson, DataInterval? Interval, JsonObject Assets, IReadOnlyList<long> UpdateIds)
    {
        /// <summary>The run that the writes ask for; null where some are missing, or outside the schedule's start and end.</summary>
        public static AssetRun? Of(WorkflowDefinition definition, int version, IReadOnlyList<UpdateRow> updates, DateTimeOffset now)
        {
            if (definition.Schedule is not { Assets.Count: > 0 } schedule || now < schedule.Start || now >= schedule.End)
                return null;
            var fresh = updates.Where(u => u.Version is null || u.Version != u.ToldVersion).ToLookup(u => u.Asset);
            var written = schedule.Assets.Distinct().Where(fresh.Contains).ToList();
            if (schedule.AnyAsset ? written.Count == 0 : written.Count < schedule.Assets.Distinct().Count())
                return null;
            var assets = new JsonObject();
            foreach (var asset in written)
            {
                var writes = fresh[asset].ToList();
                assets[asset] = new JsonObject
                {
                    ["version"] = writes[^1].Version,
                    ["from_version"] = writes[0].Version,
                    ["updates"] = writes.Count,
                    ["run"] = writes[^1].RunId,
                    ["task"] = writes[^1].TaskId,
                    ["at"] = JsonSerializer.SerializeToNode(writes[^1].At.UtcDateTime),
                };
            }
            // As in Airflow: from the first start to the last end of the producing runs' intervals.
            var intervals = written.SelectMany(a => fresh[a]).Where(u => u.IntervalStart is not null).ToList();
            var interval = intervals.Count == 0 ? (DataInterval?)null : new DataInterval(intervals.Min(u => u.IntervalStart!.Value), intervals.Max(u => u.IntervalEnd!.Value));
            return new AssetRun(definition, version, Planner.Parameters(definition), interval, assets, [.. updates.Select(u => u.Id)]);
        }
    }

    private sealed record UpdateRow
    {
        public required long Id { get; init; }

        public required string Workflow { get; init; }

        public required string Asset { get; init; }

        public long? Version { get; init; }

        public required long RunId { get; init; }

        public required string TaskId { get; init; }

        public DateTimeOffset? IntervalStart { get; init; }

        public DateTimeOffset? IntervalEnd { get; init; }

        public required DateTimeOffset At { get; init; }

        /// <summary>Newest version that a run was told.</summary>
        public long? ToldVersion { get; init; }
    }
}
