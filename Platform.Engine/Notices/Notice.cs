using System.Text.Json;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.Notices;

/// <summary>What people are told.</summary>
/// <param name="Run">The run.</param>
/// <param name="Event"><c>run.failed</c>, <c>run.late</c> or <c>task.failed</c>.</param>
/// <param name="To">To whom.</param>
/// <param name="TaskId">The task; null for the run.</param>
/// <param name="MapIndex">The instance of a mapped task; null otherwise.</param>
/// <param name="Error">What happened, in a sentence; null where nothing is known.</param>
internal sealed record Notice(ActiveRun Run, string Event, NotificationDefinition To, string? TaskId = null, int? MapIndex = null, string? Error = null)
{
    public const string RunFailed = "run.failed";
    public const string RunLate = "run.late";
    public const string TaskFailed = "task.failed";

    /// <summary>Adds the statement that keeps notices in the transaction of what they tell about: they exist exactly if it happened.</summary>
    public static void Add(SqlBatch batch, IReadOnlyList<Notice> notices, DateTimeOffset now)
    {
        if (notices.Count == 0)
            return;
        batch.Add("""
            insert into notice (run_id, task_id, map_index, event, payload, kind, target, connection, secret)
            select n.run_id, n.task_id, n.map_index, n.event, n.payload::jsonb, n.kind, n.target, n.connection, n.secret
            from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                as n(run_id, task_id, map_index, event, payload, kind, target, connection, secret)
            """,
            notices.Select(n => n.Run.Id).ToArray(), notices.Select(n => n.TaskId).ToArray(), notices.Select(n => n.MapIndex).ToArray(), notices.Select(n => n.Event).ToArray(),
            notices.Select(n => n.Payload(now)).ToArray(), notices.Select(n => n.To.Kind).ToArray(), notices.Select(n => n.To.To).ToArray(),
            notices.Select(n => n.To.Connection).ToArray(), notices.Select(n => n.To.Secret).ToArray());
    }

    private string Payload(DateTimeOffset now) => JsonSerializer.Serialize(new
    {
        @event = Event,
        workflow = Run.Version.Workflow,
        title = Run.Version.Definition?.Title,
        owner = Run.Version.Definition?.Owner,
        workflow_version = Run.Version.Version,
        run_id = Run.Id,
        kind = Run.Kind,
        task_id = TaskId,
        map_index = MapIndex,
        interval_start = Run.IntervalStart?.UtcDateTime,
        interval_end = Run.IntervalEnd?.UtcDateTime,
        started = Run.StartedAt?.UtcDateTime,
        at = now.UtcDateTime,
        error = Error,
    }, Fact.Json);
}
