using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Platform.Engine.Maintenance;
using Platform.Engine.Queue;

namespace Platform.Engine;

/// <summary>
/// What a node tells about its work: a trace a run with a span for each attempt below it, and metrics. Costs nothing until somebody listens.
/// The trace's id and the id of the run's span follow from the run and its start, so that attempts on any node hang below a span that is written when the run has ended.
/// </summary>
public static class EngineTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Platform.Engine";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("platform.attempts", "{attempt}", "Attempts that ended on this node");
    private static readonly Histogram<double> AttemptSeconds = Meter.CreateHistogram<double>("platform.attempt.duration", "s", "Time of attempts");
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("platform.runs", "{run}", "Runs whose end this node wrote");
    private static readonly Histogram<double> RunSeconds = Meter.CreateHistogram<double>("platform.run.duration", "s", "Time of runs from their start to their end");
    private static readonly Counter<long> LostAttempts = Meter.CreateCounter<long>("platform.attempts.lost", "{attempt}", "Attempts that this node took back because their lease ran out");
    private static DatabaseStatus? s_seen;

    static EngineTelemetry()
    {
        Gauge("platform.queue.ready", "{task}", "Tasks that may start now", s => s.Queues.Select(q => Tagged(q.Ready, "queue", q.Queue)));
        Gauge("platform.queue.later", "{task}", "Tasks that may start later", s => s.Queues.Select(q => Tagged(q.Later, "queue", q.Queue)));
        Gauge("platform.queue.running", "{task}", "Tasks that run", s => s.Queues.Select(q => Tagged(q.Leased, "queue", q.Queue)));
        Gauge("platform.queue.places", "{task}", "Tasks that living workers can run at once", s => s.Queues.Select(q => Tagged(q.Places, "queue", q.Queue)));
        Gauge("platform.queue.oldest_ready", "s", "Waiting time of the oldest ready task", s => s.Queues.Select(q => Tagged(q.OldestReady?.TotalSeconds ?? 0, "queue", q.Queue)));
        Gauge("platform.database.dead_rows", "{row}", "Dead rows of the tables that change most", s => s.HotTables.Select(t => Tagged(t.DeadRows, "table", t.Table)));
        Gauge("platform.database.oldest_snapshot", "s", "Age of the oldest open transaction", s => [new(s.Pins.Max(p => p.Age)?.TotalSeconds ?? 0)]);
        Gauge("platform.database.connections", "{connection}", "Connections to the database server", s => [new(s.Connections)]);
        Gauge("platform.database.size", "By", "Bytes of the database", s => [new(s.Bytes)]);
        Gauge("platform.outbox.behind", "{event}", "Events that a reader has not got", s => s.Readers.Select(r => Tagged(r.Behind, "reader", r.Reader)));
        Gauge("platform.outbox.oldest", "s", "Age of the oldest event that a reader has not got", s => s.Readers.Select(r => Tagged(r.Oldest?.TotalSeconds ?? 0, "reader", r.Reader)));
    }

    /// <summary>Starts the span of an attempt; null where nobody listens.</summary>
    internal static Activity? StartAttempt(ClaimedTask task)
    {
        if (task.RunKind == RunKinds.Preview || !Source.HasListeners())
            return null;
        var span = Source.StartActivity($"task {task.TaskId}", ActivityKind.Internal, ContextOf(task.RunId, task.RunStartedAt));
        span?.SetTag("platform.workflow", task.Workflow).SetTag("platform.run", task.RunId).SetTag("platform.task", task.TaskId)
            .SetTag("platform.attempt", task.Number).SetTag("platform.generation", task.Generation);
        if (task.MapIndex >= 0)
            span?.SetTag("platform.map_index", task.MapIndex);
        return span;
    }

    /// <summary>Ends the span of an attempt and counts it.</summary>
    internal static void AttemptEnded(Activity? span, ClaimedTask task, AttemptOutcome outcome, string? error, TimeSpan took)
    {
        if (task.RunKind == RunKinds.Preview)
            return;
        var state = outcome.ToString().ToLowerInvariant();
        Attempts.Add(1, new("workflow", task.Workflow), new("state", state));
        AttemptSeconds.Record(took.TotalSeconds, new("workflow", task.Workflow), new("state", state));
        if (span is null)
            return;
        span.SetTag("platform.state", state);
        span.SetStatus(outcome is AttemptOutcome.Failed or AttemptOutcome.Lost ? ActivityStatusCode.Error : ActivityStatusCode.Ok, outcome is AttemptOutcome.Failed ? error : null);
        span.Dispose();
    }

    /// <summary>Attempts were taken back.</summary>
    internal static void Reaped(int count) => LostAttempts.Add(count);

    /// <summary>Writes the span of a run that has ended; for after the commit.</summary>
    internal static void RunEnded(ActiveRun run, DateTimeOffset now)
    {
        if (run.Kind == RunKinds.Preview)
            return;
        Runs.Add(1, new("workflow", run.Version.Workflow), new("state", run.State));
        if (run.StartedAt is not { } started)
            return;
        RunSeconds.Record((now - started).TotalSeconds, new("workflow", run.Version.Workflow), new("state", run.State));
        if (!Source.HasListeners())
            return;
        var context = ContextOf(run.Id, started);
        // A parent only hands over the trace's id; the span then takes the id that its attempts have named, and forgets the parent.
        var current = Activity.Current;
        Activity.Current = null;
        using (var span = Source.CreateActivity($"run {run.Version.Workflow}", ActivityKind.Internal, context))
        {
            if (span is not null)
            {
                span.SetStartTime(started.UtcDateTime);
                span.Start();
                SpanIds.BecomeRoot(span, context.SpanId);
                span.SetTag("platform.workflow", run.Version.Workflow).SetTag("platform.version", run.Version.Version).SetTag("platform.run", run.Id)
                    .SetTag("platform.kind", run.Kind).SetTag("platform.state", run.State);
                if (run.IntervalStart is { } start)
                    span.SetTag("platform.interval_start", start.UtcDateTime.ToString("o"));
                span.SetStatus(run.State == RunStates.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok, run.State == RunStates.Failed ? run.Note : null);
                span.SetEndTime(now.UtcDateTime);
            }
        }
        Activity.Current = current;
    }

    /// <summary>The gauges tell what the watch saw last.</summary>
    internal static void Saw(DatabaseStatus status) => s_seen = status;

    /// <summary>The trace and the span of a run. A clear starts the run anew, and with it a new trace.</summary>
    internal static ActivityContext ContextOf(long runId, DateTimeOffset? startedAt)
    {
        Span<byte> from = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(from, runId);
        BinaryPrimitives.WriteInt64BigEndian(from[8..], startedAt?.UtcTicks ?? 0);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(from, hash);
        return new ActivityContext(ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(hash[16..24]), ActivityTraceFlags.Recorded);
    }

    private static void Gauge(string name, string unit, string description, Func<DatabaseStatus, IEnumerable<Measurement<double>>> values) =>
        Meter.CreateObservableGauge(name, () => s_seen is { } seen ? values(seen) : [], unit, description);

    private static Measurement<double> Tagged(double value, string name, string tag) => new(value, new KeyValuePair<string, object?>(name, tag));

    /// <summary>.NET gives every span an id by chance and has no way to say it. A run's span needs the id that its attempts, on other nodes and before it, have taken for their parent's.</summary>
    private static class SpanIds
    {
        public static void BecomeRoot(Activity span, ActivitySpanId id)
        {
            try
            {
                SpanId(span) = id.ToHexString();
                ParentSpanId(span) = null;
                ParentId(span) = null;
            }
            catch (MissingFieldException)
            {
                // Another runtime: the run's span keeps an id of its own, in the same trace.
                span.SetTag("platform.span", id.ToHexString());
            }
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
        private static extern ref string? SpanId(Activity span);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parentSpanId")]
        private static extern ref string? ParentSpanId(Activity span);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parentId")]
        private static extern ref string? ParentId(Activity span);
    }
}
