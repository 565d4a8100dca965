namespace Platform.Engine.Queue;

/// <summary>
/// Events that deferred attempts wait for. An event is kept, so that one who begins to wait a moment later has it too; whoever signals and whoever begins to wait
/// hold the event's lock until their commit, so that the second always sees what the first did.
/// </summary>
internal static class Signals
{
    /// <summary>The event of a run's end.</summary>
    public static string RunEnded(long runId) => $"run/{runId}";

    /// <summary>Adds the statement that locks the events until the transaction ends, in one order for all.</summary>
    public static void AddLocks(SqlBatch batch, IReadOnlyCollection<string> events)
    {
        if (events.Count > 0)
            batch.Add("select pg_advisory_xact_lock(l.key) from (select distinct hashtextextended('event:' || e, 0) as key from unnest($1::text[]) e order by 1) l", events.ToArray());
    }

    /// <summary>Adds the statements that signal events, the first of a name wins, and take those who wait for them back to the queue.</summary>
    /// <param name="batch">Where the statements go.</param>
    /// <param name="events">Their names.</param>
    /// <param name="payloads">A JSON object for each.</param>
    public static void Add(SqlBatch batch, string[] events, string[] payloads)
    {
        AddLocks(batch, events);
        batch.Add("insert into signal (event, payload) select e.event, e.payload::jsonb from unnest($1::text[], $2::text[]) as e(event, payload) on conflict (event) do nothing", events, payloads);
        Deferrals.AddWakeWaiting(batch, events);
    }
}
