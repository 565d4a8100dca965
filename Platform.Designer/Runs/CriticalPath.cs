using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Runs;

/// <summary>
/// The chain of instances that set a run's length: from the last that ended (of an open run, the one that it has waited for longest) back through whatever upstream ended last before each became ready.
/// To make the run shorter, one of these must become shorter, or wait less.
/// </summary>
internal sealed class CriticalPath
{
    // An instance is ready in the transaction that ends its upstream, but not to the microsecond.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(5);

    private readonly HashSet<(string, int)> _keys;

    private CriticalPath(IReadOnlyList<CriticalStep> steps, TimeSpan length)
    {
        Steps = steps;
        Length = length;
        _keys = [.. steps.Select(s => (s.Task.TaskId, s.Task.MapIndex))];
    }

    /// <summary>The chain, first to last; empty before anything has started.</summary>
    public IReadOnlyList<CriticalStep> Steps { get; }

    /// <summary>The run's length until its end, or now.</summary>
    public TimeSpan Length { get; }

    /// <summary>Instances of the chain.</summary>
    public IReadOnlySet<(string TaskId, int MapIndex)> Keys => _keys;

    /// <summary>How much of the length each kind of time was on the chain, longest first; what is missing to the length was between tasks.</summary>
    public IReadOnlyList<(string Kind, TimeSpan Length)> Parts =>
        [.. Steps.SelectMany(s => s.Bars).GroupBy(b => b.Kind).Select(g => (g.Key, Length: TimeSpan.FromTicks(g.Sum(b => b.Length.Ticks)))).Where(p => p.Length > TimeSpan.Zero).OrderByDescending(p => p.Length)];

    /// <summary>What of the length was on no task of the chain: the engine decided, expanded a mapped task, or waited for the run's own turn. Nothing where it is less than a hundredth.</summary>
    public TimeSpan Between
    {
        get
        {
            var between = Length - TimeSpan.FromTicks(Steps.Sum(s => s.Bars.Sum(b => b.Length.Ticks)));
            return between > Length / 100 ? between : TimeSpan.Zero;
        }
    }

    /// <summary>The chain of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="retries">Attempts of the instances that were tried more than once.</param>
    /// <param name="now">The end of what has none.</param>
    public static CriticalPath Of(RunDetail run, IReadOnlyList<AttemptRow> retries, DateTimeOffset now)
    {
        var begin = run.Run.StartedAt ?? run.Run.QueuedAt;
        var attempts = retries.ToLookup(a => (a.TaskId, a.MapIndex));
        var instances = run.Tasks.Where(t => t.State != TaskStates.Removed).ToLookup(t => t.TaskId);
        var upstream = run.Graph.ToDictionary(g => g.Id, g => g.After);
        var steps = new List<CriticalStep>();
        var seen = new HashSet<(string, int)>();
        var at = Last(run);
        while (at is not null && seen.Add((at.TaskId, at.MapIndex)))
        {
            var bars = TimelineRows.Bars(at, attempts[(at.TaskId, at.MapIndex)], now);
            // What never started (skipped, its upstream failed) took no time: the chain goes on through it.
            var ready = bars.Count > 0 ? bars[0].From : at.EndedAt ?? now;
            if (bars.Count > 0)
                steps.Add(new CriticalStep(at, bars));
            at = upstream.GetValueOrDefault(at.TaskId, []).SelectMany(id => instances[id]).Where(t => t.EndedAt >= begin && t.EndedAt <= ready + Slack).MaxBy(t => t.EndedAt);
        }
        steps.Reverse();
        return new CriticalPath(steps, (run.Run.EndedAt ?? now) - begin);
    }

    private static TaskRow? Last(RunDetail run) =>
        run.Tasks.Where(t => t.QueuedAt is not null && !TaskStates.Ended.Contains(t.State)).MinBy(t => t.QueuedAt)
            ?? run.Tasks.Where(t => t is { StartedAt: not null, EndedAt: not null } && t.State != TaskStates.Removed).MaxBy(t => t.EndedAt);
}

/// <summary>An instance on the chain.</summary>
/// <param name="Task">The instance.</param>
/// <param name="Bars">The parts of its time, from when it became ready.</param>
internal sealed record CriticalStep(TaskRow Task, IReadOnlyList<TimelineBar> Bars)
{
    /// <summary>From when it became ready until its end.</summary>
    public TimeSpan Length => Bars[^1].To - Bars[0].From;
}
