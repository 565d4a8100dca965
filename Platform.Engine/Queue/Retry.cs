using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>What becomes of an instance whose attempt ended: its state, and when its next attempt may start.</summary>
/// <param name="State">A state of <see cref="TaskStates"/>.</param>
/// <param name="Delay">Until the next attempt; null where there is none.</param>
/// <param name="Excused">Whether the attempt does not count against the retries.</param>
internal readonly record struct Verdict(string State, TimeSpan? Delay = null, bool Excused = false);

/// <summary>Decides on retries.</summary>
internal static class Retry
{
    /// <summary>A task whose workers died this often in one generation is taken to kill them (out of memory, a native crash) and fails.</summary>
    public const int MostLost = 4;

    /// <summary>The verdict on an attempt.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="task">The task; null where the definition cannot be read any more.</param>
    /// <param name="stopping">Whether its run or the task itself was asked to stop.</param>
    public static Verdict Decide(AttemptEnd end, TaskDefinition? task, bool stopping)
    {
        switch (end.Outcome)
        {
            case AttemptOutcome.Success:
                return new(TaskStates.Success);
            case AttemptOutcome.Skipped:
                return new(TaskStates.Skipped);
            case AttemptOutcome.Canceled:
                return new(TaskStates.Canceled);
            case AttemptOutcome.Expanded:
                return new(end.Elements.Count == 0 ? TaskStates.Skipped : TaskStates.Removed);
            case AttemptOutcome.Deferred:
                return new(stopping ? TaskStates.Canceled : TaskStates.Deferred);
            case AttemptOutcome.HandedBack or AttemptOutcome.Lost when stopping:
                return new(TaskStates.Canceled);
            // A dead worker is not the task's failure: it is tried again at once and keeps its retries.
            case AttemptOutcome.HandedBack:
                return new(TaskStates.Queued, TimeSpan.Zero, Excused: true);
            case AttemptOutcome.Lost:
                return end.Task.Lost + 1 >= MostLost ? new(TaskStates.Failed) : new(TaskStates.Queued, TimeSpan.Zero, Excused: true);
        }
        if (stopping || task is null || !end.Retryable)
            return new(TaskStates.Failed);
        var used = end.Task.Number - end.Task.Excused;
        if (used > task.Retries || (task.RetryOn.Count > 0 && !task.RetryOn.Contains(end.ErrorKind)))
            return new(TaskStates.Failed);
        return new(TaskStates.UpForRetry, Delay(task, used, end.Jitter));
    }

    /// <summary>Exponential backoff with jitter in [d/2, d], d capped.</summary>
    /// <param name="task">Its first delay and its cap.</param>
    /// <param name="used">Attempts that failed, from 1.</param>
    /// <param name="jitter">Position in the range, in [0, 1).</param>
    public static TimeSpan Delay(TaskDefinition task, int used, double jitter)
    {
        var full = Math.Min(task.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(used - 1, 40)), Math.Max(task.RetryMaxDelay.TotalSeconds, task.RetryDelay.TotalSeconds));
        return TimeSpan.FromSeconds(full / 2 + full / 2 * jitter);
    }
}
