using Microsoft.Extensions.Logging;
using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>
/// Takes tasks back whose lease ran out: their worker died, or cannot reach the database. An attempt that was lost is written as <c>lost</c> and the task is tried again at once;
/// it costs none of the task's own retries, but after <see cref="Retry.MostLost"/> of them the task fails, because it may be what kills the workers.
/// </summary>
internal sealed partial class LeaseReaper(Database database, AttemptStore store, RunChanges changes, Notifications notifications, ILogger log)
{
    private const int Most = 100;

    /// <summary>Reaps once.</summary>
    public async Task ReapAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var expired = await FindAsync(cancellationToken);
            if (expired.Count == 0)
                return;
            // Two nodes may find the same rows: the first to lock them ends the attempts, the second finds the fencing numbers gone.
            var exchange = await store.ExchangeAsync([.. expired.Select(t => new AttemptEnd(t, AttemptOutcome.Lost) { OnlyIfExpired = true })], null, cancellationToken);
            foreach (var task in expired.Where(t => exchange.Accepted.Contains(t.AttemptId)))
                LogReaped(task.RunId, task.TaskId);
            EngineTelemetry.Reaped(exchange.Accepted.Count);
            changes.Add(exchange.Changed);
            notifications.Send(EngineSignals.Ready);
            if (expired.Count < Most)
                return;
        }
    }

    private async Task<List<ClaimedTask>> FindAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        // First the rows, by a walk over what is leased; then, for the few that are found, the rest.
        batch.Add("""
            with expired as materialized (
                select * from task_queue where node is not null and leased_until < clock_timestamp() order by leased_until limit $1
            )
            select q.id, q.attempt_id, q.run_id, q.task_id, q.map_index, q.generation, q.number, q.excused, q.lost, q.workflow, q.version,
                a.started_at, r.kind, r.started_at, r.interval_start, r.interval_end, r.params::text, null::text,
                now(), null::timestamptz, 0, null::text, null::text
            from expired q
            join attempt a on a.id = q.attempt_id
            join run r on r.id = q.run_id
            order by q.leased_until
            """, Most);
        await using var reader = await batch.ReadAsync(cancellationToken);
        return await TaskClaim.ReadAsync(reader, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of task '{TaskId}' of run {RunId} ran out; the task is tried again")]
    private partial void LogReaped(long runId, string taskId);
}
