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

    /// <summary>Adds the statement that keeps the writes that somebody follows.</summary>
    public static void AddInsert(SqlBatch batch, IReadOnlyList<AssetWriter> writers) =>
        batch.Add("""
            insert into asset_update (workflow, asset, version, run_id, task_id, interval_start, interval_end)
            select s.workflow, s.asset, (f.fact->>'version')::bigint, e.run_id, e.task_id, r.interval_start, r.interval_end
            from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as e(run_id, task_id, workflow, facts)
            cross join lateral jsonb_array_elements(e.facts::jsonb) f(fact)
            join asset_subscription s on s.asset = f.fact->>'asset'
            join run r on r.id = e.run_id
            where f.fact->>'type' = 'asset_written' and s.workflow <> e.workflow
            """,
            writers.Select(w => w.RunId).ToArray(), writers.Select(w => w.TaskId).ToArray(), writers.Select(w => w.Workflow).ToArray(), writers.Select(w => w.FactsJson).ToArray());
}
