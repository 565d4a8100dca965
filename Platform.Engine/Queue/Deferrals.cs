using System.Text.Json;
using Platform.Workflows.Activities;

namespace Platform.Engine.Queue;

/// <summary>What a deferred attempt waits for, as it is written.</summary>
/// <param name="Until">At this time; null is no such time.</param>
/// <param name="Delay">After this time; null is no such time.</param>
/// <param name="Event">When this comes; null waits for none.</param>
/// <param name="SavedJson">What the activity kept, a JSON object; null is nothing.</param>
/// <param name="Waits">What it waits for, for people.</param>
/// <param name="QuestionJson">What people are asked; null asks nobody.</param>
internal sealed record DeferredWait(DateTimeOffset? Until, TimeSpan? Delay, string? Event, string? SavedJson, string? Waits, string? QuestionJson)
{
    private const int MostSavedBytes = 16 * 1024;

    /// <summary>Checks and writes what an activity asked for.</summary>
    /// <exception cref="ActivityException">It waits for nothing, or keeps too much (kind <c>bad-deferral</c>).</exception>
    public static DeferredWait Of(Deferral? deferral)
    {
        if (deferral is null or { Until: null, Delay: null, Event: null })
            throw new ActivityException("bad-deferral", "The activity deferred itself without a time or an event, so that it would never go on. Give 'until', 'delay' or 'event'.", retryable: false);
        var saved = deferral.State?.ToJsonString(Fact.Json);
        if (saved is not null && System.Text.Encoding.UTF8.GetByteCount(saved) > MostSavedBytes)
            throw new ActivityException("bad-deferral", $"The activity keeps {System.Text.Encoding.UTF8.GetByteCount(saved):n0} bytes while it waits; {MostSavedBytes:n0} are allowed. Keep what is large in a table or a file.", retryable: false);
        // A pause of nothing would turn the wait into a loop.
        var least = TimeSpan.FromMilliseconds(100);
        return new DeferredWait(deferral.Until, deferral.Delay is { } delay ? delay < least ? least : delay : null, deferral.Event, saved, deferral.Waits,
            deferral.Question is null ? null : JsonSerializer.Serialize(deferral.Question, Fact.Json));
    }
}

/// <summary>Moves instances out of the queue while they wait for something outside, and back when it has come. The row that exists, of the queue or of the deferral, is what owns the instance.</summary>
internal static class Deferrals
{
    /// <summary>
    /// Adds the statement that keeps what the queue rows of deferred attempts had; the caller deletes these. An event that came already makes the instance due at once:
    /// the caller's transaction holds the events' locks (<see cref="Signals.AddLocks"/>), so that none slips through in between.
    /// </summary>
    public static void AddInsert(SqlBatch batch, IReadOnlyList<(long QueueId, DeferredWait Wait, DateTimeOffset? TimesOutAt)> deferred) =>
        batch.Add("""
            insert into deferral (run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool, pool_slots, cpu, memory, gpu,
                attempt_id, waiting_since, times_resumed, due_at, event, saved, waits, question)
            select q.run_id, q.task_id, q.map_index, q.generation, q.workflow, q.version, q.queue, q.priority - q.raised, q.number, q.excused, q.lost, q.pool, q.pool_slots, q.cpu, q.memory, q.gpu,
                q.attempt_id, coalesce(q.waiting_since, now()), q.times_resumed,
                case when exists (select from signal s where s.event = e.event) then now() else least(e.until, now() + e.delay, e.times_out_at) end,
                e.event, e.saved::jsonb, e.waits, e.question::jsonb
            from unnest($1::bigint[], $2::timestamptz[], $3::interval[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[])
                as e(id, until, delay, times_out_at, event, saved, waits, question)
            join task_queue q on q.id = e.id
            """,
            deferred.Select(d => d.QueueId).ToArray(), deferred.Select(d => d.Wait.Until).ToArray(), deferred.Select(d => d.Wait.Delay).ToArray(), deferred.Select(d => d.TimesOutAt).ToArray(),
            deferred.Select(d => d.Wait.Event).ToArray(), deferred.Select(d => d.Wait.SavedJson).ToArray(), deferred.Select(d => d.Wait.Waits).ToArray(), deferred.Select(d => d.Wait.QuestionJson).ToArray());

    /// <summary>Adds the statement that takes due instances back to the queue, at most so many, and returns their runs.</summary>
    public static void AddWakeDue(SqlBatch batch, int most) => batch.Add(Wake("due_at <= now() order by due_at limit $1"), most);

    /// <summary>Adds the statement that takes the instances that wait for these events back to the queue, and returns their runs.</summary>
    public static void AddWakeWaiting(SqlBatch batch, string[] events) => batch.Add(Wake("event = any($1)"), events);

    /// <summary>Adds the statement that ends the wait of instances for good and returns them; the caller says what becomes of them. Queue rows are looked at in a later statement: one of them may just have been taken back.</summary>
    public static void AddEnd(SqlBatch batch, long runId, string[]? taskIds, int? mapIndex, string? reason) =>
        batch.Add("""
            with gone as (
                delete from deferral where run_id = $1 and ($2::text[] is null or task_id = any($2)) and ($3::int is null or map_index = $3)
                returning run_id, task_id, map_index, attempt_id
            ), ended as (
                update attempt a set state = 'canceled', ended_at = now(), error_kind = 'canceled' from gone g where a.id = g.attempt_id
            ), stopped as (
                update task_instance i set state = 'canceled', ended_at = now(), error_kind = null, error = $4
                from gone g where i.run_id = g.run_id and i.task_id = g.task_id and i.map_index = g.map_index
            )
            select count(*)::int from gone
            """, runId, taskIds, mapIndex, reason);

    // Whoever deletes the row moves the instance; rows that somebody else holds at this moment are being moved already.
    private static string Wake(string which) => $"""
        with due as (
            select run_id, task_id, map_index from deferral where {which} for update skip locked
        ), gone as (
            delete from deferral d using due where d.run_id = due.run_id and d.task_id = due.task_id and d.map_index = due.map_index returning d.*
        ), moved as (
            update task_instance i set state = 'queued', waited_from = g.waiting_since, waited_until = now() from gone g where i.run_id = g.run_id and i.task_id = g.task_id and i.map_index = g.map_index
        )
        insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool, pool_slots, cpu, memory, gpu,
            resumes, saved, waiting_since, times_resumed, signal)
        select g.run_id, g.task_id, g.map_index, g.generation, g.workflow, g.version, g.queue, g.priority, g.number, g.excused, g.lost, g.pool, g.pool_slots, g.cpu, g.memory, g.gpu,
            g.attempt_id, g.saved, g.waiting_since, g.times_resumed + 1, s.payload
        from gone g
        left join signal s on s.event = g.event
        returning run_id
        """;
}
