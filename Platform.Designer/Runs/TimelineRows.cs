using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Runs;

/// <summary>What the time line draws: a row for each task, its earlier attempts and waits as bars; the instances of a mapped task under a row that sums them.</summary>
internal static class TimelineRows
{
    /// <summary>So many instances show at once; more wait until somebody opens their task.</summary>
    public const int OpenAtOnce = 4;

    /// <summary>The rows, in the run's order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="retries">Attempts of the instances that were tried more than once.</param>
    /// <param name="folded">Whether the instances of a mapped task show, where somebody said so.</param>
    /// <param name="now">The end of what has none.</param>
    /// <param name="only">Only these instances; null is all.</param>
    public static IReadOnlyList<TimelineRow> Of(RunDetail run, IReadOnlyList<AttemptRow> retries, IReadOnlyDictionary<string, bool> folded, DateTimeOffset now, IReadOnlySet<(string, int)>? only = null)
    {
        var attempts = retries.ToLookup(a => (a.TaskId, a.MapIndex));
        var rows = new List<TimelineRow>();
        foreach (var task in run.Tasks.Where(t => t.State != TaskStates.Removed && only?.Contains((t.TaskId, t.MapIndex)) != false).GroupBy(t => t.TaskId))
        {
            var instances = task.ToList();
            var mapped = instances.Count > 1 || instances[0].MapIndex >= 0;
            var open = !mapped || (folded.TryGetValue(task.Key, out var said) ? !said : instances.Count <= OpenAtOnce);
            if (mapped)
                rows.Add(Sum(instances, open, now));
            if (open)
                rows.AddRange(instances.Select(i => new TimelineRow(i, Bars(i, attempts[(i.TaskId, i.MapIndex)], now), RunBoard.Took(i, now)) { Inside = mapped }));
        }
        return rows;
    }

    private static TimelineRow Sum(List<TaskRow> instances, bool open, DateTimeOffset now)
    {
        var state = TaskStates.ByUrgency.First(s => instances.Exists(i => i.State == s));
        var first = instances.Min(i => i.StartedAt);
        var last = instances.TrueForAll(i => i.EndedAt is not null) ? instances.Max(i => i.EndedAt)!.Value : now;
        return new TimelineRow(instances[0] with { State = state }, first is { } from ? [new TimelineBar(TimelineBar.Work, state, from, last, 0)] : [], last - first) { Open = open, Ended = instances.Count(i => TaskStates.Ended.Contains(i.State)), Instances = instances.Count };
    }

    /// <summary>The parts of an instance's time, from left to right: in the queue, at work, waiting for something outside, waiting for its next attempt.</summary>
    /// <param name="task">The instance.</param>
    /// <param name="attempts">Its attempts, where it was tried more than once.</param>
    /// <param name="now">The end of what has none.</param>
    public static List<TimelineBar> Bars(TaskRow task, IEnumerable<AttemptRow> attempts, DateTimeOffset now)
    {
        var bars = new List<TimelineBar>();
        var (waits, kind) = (task.QueuedAt, TimelineBar.Queue);
        foreach (var attempt in attempts.Where(a => a.EndedAt is not null && (a.StartedAt != task.StartedAt || task.State == TaskStates.UpForRetry)).OrderBy(a => a.Number))
        {
            if (waits is { } since && since < attempt.StartedAt)
                bars.Add(new TimelineBar(kind, TaskStates.Queued, since, attempt.StartedAt, 0));
            bars.Add(new TimelineBar(TimelineBar.Work, attempt.State, attempt.StartedAt, attempt.EndedAt!.Value, attempt.Number));
            (waits, kind) = (attempt.EndedAt, TimelineBar.Retry);
        }
        var started = task.StartedAt;
        // Between two attempts the newest has ended already: it is among those drawn, and the wait goes on.
        if (task.State == TaskStates.UpForRetry)
            started = null;
        if (waits is { } from && (started ?? (TaskStates.Ended.Contains(task.State) ? null : now)) is { } to && from < to && task.State != TaskStates.None)
            bars.Add(new TimelineBar(kind, TaskStates.Queued, from, to, 0));
        if (started is { } start && (task.EndedAt is not null || task.State is TaskStates.Running or TaskStates.Deferred || task.WaitedUntil > start))
            AddTried(bars, task, start, task.EndedAt ?? now, bars.Exists(b => b.Attempt > 0) ? task.Attempts : 0);
        return bars;
    }

    /// <summary>The newest attempt: its work, and in it the time that it waited for something outside.</summary>
    private static void AddTried(List<TimelineBar> bars, TaskRow task, DateTimeOffset start, DateTimeOffset end, int attempt)
    {
        if (task.WaitedFrom is not { } from || from < start || from >= end)
        {
            bars.Add(new TimelineBar(task.State == TaskStates.Deferred ? TimelineBar.Outside : TimelineBar.Work, task.State, start, end, attempt));
            return;
        }
        var until = task.WaitedUntil is { } woken && woken < end ? woken : end;
        if (start < from)
            bars.Add(new TimelineBar(TimelineBar.Work, task.State, start, from, attempt));
        bars.Add(new TimelineBar(TimelineBar.Outside, TaskStates.Deferred, from, until, attempt));
        if (until < end)
            bars.Add(new TimelineBar(task.State == TaskStates.Queued ? TimelineBar.Queue : TimelineBar.Work, task.State, until, end, attempt));
    }
}

/// <summary>A row: an instance, or a mapped task.</summary>
/// <param name="Task">The instance; of a mapped task the first, in the state of them all.</param>
/// <param name="Bars">What is drawn, from left to right.</param>
/// <param name="Took">How long it ran; null where it has not started.</param>
public sealed record TimelineRow(TaskRow Task, IReadOnlyList<TimelineBar> Bars, TimeSpan? Took)
{
    /// <summary>Of a mapped task, whether its instances show; null is an instance.</summary>
    public bool? Open { get; init; }

    /// <summary>Instances that ended, of a mapped task.</summary>
    public int Ended { get; init; }

    /// <summary>Instances of a mapped task.</summary>
    public int Instances { get; init; }

    /// <summary>Whether it is an instance of a mapped task.</summary>
    public bool Inside { get; init; }

    /// <summary>Whether another row would be drawn the same.</summary>
    public bool LooksLike(TimelineRow other) =>
        Task.TaskId == other.Task.TaskId && Task.MapIndex == other.Task.MapIndex && Task.State == other.Task.State && Took == other.Took
            && Open == other.Open && Ended == other.Ended && Instances == other.Instances && Inside == other.Inside && Bars.SequenceEqual(other.Bars);
}

/// <summary>A part of a row.</summary>
/// <param name="Kind">What the time was: <see cref="Work"/>, <see cref="Queue"/>, <see cref="Outside"/> or <see cref="Retry"/>; it is its style too.</param>
/// <param name="State">Its colour.</param>
/// <param name="From">Begin.</param>
/// <param name="To">End.</param>
/// <param name="Attempt">Number of the attempt, where there was more than one; 0 otherwise.</param>
public sealed record TimelineBar(string Kind, string State, DateTimeOffset From, DateTimeOffset To, int Attempt)
{
    /// <summary>A worker was at it.</summary>
    public const string Work = "b";

    /// <summary>It was ready, and no worker had a place.</summary>
    public const string Queue = "w";

    /// <summary>It waited for something outside, and held no worker.</summary>
    public const string Outside = "o";

    /// <summary>It waited for its next attempt.</summary>
    public const string Retry = "w retry";

    public TimeSpan Length => To - From;
}
