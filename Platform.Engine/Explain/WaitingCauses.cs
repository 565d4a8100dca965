using Platform.Engine.Queue;
using Platform.Workflows.Definition;

namespace Platform.Engine.Explain;

/// <summary>Why a task that was not released yet waits: the tasks directly upstream that have not ended, and behind them the ones that hold everything up.</summary>
internal static class WaitingCauses
{
    private const int MostFrontier = 5;

    /// <summary>Which state a task shows whose instances differ: what moves first.</summary>
    private static readonly string[] Precedence = [TaskStates.Running, TaskStates.Deferred, TaskStates.UpForRetry, TaskStates.Queued, TaskStates.None];

    /// <summary>The causes; none where everything upstream is done.</summary>
    /// <param name="graph">The run's graph.</param>
    /// <param name="progress">The states of its tasks.</param>
    /// <param name="task">The task.</param>
    /// <param name="of">The causes of a task that was released: queued, deferred or up for retry.</param>
    public static IReadOnlyList<Cause> Of(RunGraph graph, RunProgress progress, TaskDefinition task, Func<string, string, IReadOnlyList<Cause>> of)
    {
        var causes = new List<Cause>();
        var open = task.After.Distinct().Where(id => progress[id].Waiting + progress[id].Open > 0).ToList();
        foreach (var id in open)
        {
            var state = State(progress[id]);
            causes.Add(Cause.Of(CauseCodes.Upstream, $"It waits for task '{id}', which {Says(state)}.", id, state));
        }
        foreach (var id in Frontier(graph, progress, open).Take(MostFrontier))
        {
            var state = State(progress[id]);
            if (!open.Contains(id))
                causes.Add(Cause.Of(CauseCodes.Upstream, $"Behind that, task '{id}' {Says(state)}.", id, state));
            if (state is TaskStates.Queued or TaskStates.UpForRetry or TaskStates.Deferred)
                causes.AddRange(of(id, state).Select(c => c with { TaskId = id, Text = $"Task '{id}': {c.Text}" }));
        }
        return causes;
    }

    /// <summary>The tasks upstream that were released and have not ended, nearest first: they hold everything up.</summary>
    private static IEnumerable<string> Frontier(RunGraph graph, RunProgress progress, IEnumerable<string> from)
    {
        var seen = new HashSet<string>();
        var walk = new Queue<string>(from);
        while (walk.TryDequeue(out var id))
        {
            if (!seen.Add(id))
                continue;
            if (progress[id].Open > 0)
                yield return id;
            else
                foreach (var next in graph.Find(id)!.After.Where(u => progress[u].Waiting + progress[u].Open > 0))
                    walk.Enqueue(next);
        }
    }

    public static string State(TaskCounts counts) => Precedence.FirstOrDefault(s => counts[s] > 0) ?? TaskStates.None;

    public static string Says(string state) => state switch
    {
        TaskStates.Running => "is running",
        TaskStates.Deferred => "waits for something outside",
        TaskStates.UpForRetry => "waits for its next attempt",
        TaskStates.Queued => "is queued",
        _ => "has not been released either",
    };
}
