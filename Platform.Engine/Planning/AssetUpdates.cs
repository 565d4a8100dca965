namespace Platform.Engine.Planning;

/// <summary>An attempt that succeeded and noted what it wrote.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="TaskId">Its task.</param>
/// <param name="Workflow">The run's workflow.</param>
/// <param name="FactsJson">What it noted, a JSON array.</param>
internal readonly record struct AssetWriter(long RunId, string TaskId, string Workflow, string FactsJson);

/// <summary>
/// Keeps writes of assets for the schedules that follow them, in the transaction that ends the producing attempt: the write is told to each of them exactly if the attempt's success is accepted.
/// Only inserts, so that a worker never waits for a planner. A workflow's own writes do not start it.
/// </summary>
internal static class AssetUpdates
{
    /// <summary>Whether the facts may hold a write.</summary>
    public static bool Mentions(string? factsJson) => factsJson is not null && factsJson.Contains("\"asset_written\"", StringComparison.Ordinal);

    /// <summary>Adds the statement that keeps the intervals that were written, and the writes that somebody follows. An interval written with the version that it has already is no write.</summary>
    public static void AddInsert(SqlBatch batch, IReadOnlyList<AssetWriter> writers) =>
        batch.Add("""
            with fact as (
                select e.run_id, e.task_id, e.workflow, f.fact->>'asset' as asset, (f.fact->>'version')::bigint as version, r.interval_start, r.interval_end,
                    coalesce((f.fact#>>'{interval,start}')::timestamptz, case when f.fact->>'operation' = 'replace-interval' then r.interval_start end) as written_start,
                    coalesce((f.fact#>>'{interval,end}')::timestamptz, case when f.fact->>'operation' = 'replace-interval' then r.interval_end end) as written_end
                from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as e(run_id, task_id, workflow, facts)
                cross join lateral jsonb_array_elements(e.facts::jsonb) f(fact)
                join run r on r.id = e.run_id
                where f.fact->>'type' = 'asset_written'
            ), written as (
                select f.*, f.written_start < f.written_end and not exists (
                    select from asset_write o
                    where o.asset = f.asset and o.interval_end = f.written_end and o.interval_start = f.written_start and o.version = f.version) as fresh
                from fact f
            ), kept as (
                insert into asset_write (asset, interval_start, interval_end, version, run_id, task_id)
                select asset, written_start, written_end, version, run_id, task_id from written where fresh and asset <> ''
            )
            insert into asset_update (workflow, asset, version, run_id, task_id, interval_start, interval_end, partitioned, written_start, written_end)
            select s.workflow, w.asset, w.version, w.run_id, w.task_id, w.interval_start, w.interval_end, s.partitions is not null, w.written_start, w.written_end
            from written w
            join asset_subscription s on s.asset = w.asset
            where s.workflow <> w.workflow and (s.partitions is null or w.fresh)
            """,
            writers.Select(w => w.RunId).ToArray(), writers.Select(w => w.TaskId).ToArray(), writers.Select(w => w.Workflow).ToArray(), writers.Select(w => w.FactsJson).ToArray());
}
