namespace Platform.Engine.Simulate;

/// <summary>What would happen.</summary>
public sealed record SimulationResult
{
    /// <summary>When the first run is asked for.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When the last run ends; null where a run never does, see <see cref="Stuck"/>.</summary>
    public required DateTimeOffset? End { get; init; }

    /// <summary>Seconds from the first start of a run to the last end; null where a run never ends.</summary>
    public required double? MakespanSeconds { get; init; }

    /// <summary>Task instances that run.</summary>
    public required int Tasks { get; init; }

    /// <summary>Runs in the order in which they were asked for.</summary>
    public required IReadOnlyList<SimulatedRunResult> Runs { get; init; }

    /// <summary>The chain of tasks that sets the last end, first to last: each waited for the one before.</summary>
    public required IReadOnlyList<CriticalStep> CriticalPath { get; init; }

    /// <summary>Use of each pool that a task takes slots of.</summary>
    public required IReadOnlyList<Load> Pools { get; init; }

    /// <summary>Use of each queue: its workers' places.</summary>
    public required IReadOnlyList<Load> Queues { get; init; }

    /// <summary>Lateness over all runs.</summary>
    public required Lateness Lateness { get; init; }

    /// <summary>What each task was taken to last, and why.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }

    /// <summary>The workers that were assumed, for people.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    /// <summary>When partitions of assets were taken to be there; empty where no simulated schedule follows any.</summary>
    public IReadOnlyList<PartitionLag> Partitions { get; init; } = [];

    /// <summary>Tasks that would never start, with the reason; empty where all do.</summary>
    public required IReadOnlyList<string> Stuck { get; init; }
}

/// <summary>A run of a simulation.</summary>
/// <param name="Workflow">Its workflow.</param>
/// <param name="IntervalStart">Null for a run without an interval.</param>
/// <param name="IntervalEnd">Not in it.</param>
/// <param name="Due">When it is asked for: the end of its interval, when its partition is there, or the start of the backfill.</param>
/// <param name="Started">Null where it never does.</param>
/// <param name="Ended">Null where it never does.</param>
/// <param name="LateSeconds">From due to started; null where it never starts.</param>
/// <param name="Assets">The assets whose partition, its interval, starts it; null where none does.</param>
public sealed record SimulatedRunResult(
    string Workflow, DateTimeOffset? IntervalStart, DateTimeOffset? IntervalEnd, DateTimeOffset Due, DateTimeOffset? Started, DateTimeOffset? Ended, double? LateSeconds, IReadOnlyList<string>? Assets = null);

/// <summary>A task on the critical path.</summary>
/// <param name="Workflow">Its workflow.</param>
/// <param name="IntervalStart">Its run's interval; null where it has none.</param>
/// <param name="TaskId">The task.</param>
/// <param name="MapIndex">-1 where it is not mapped.</param>
/// <param name="Ready">When it could have started for its run's part.</param>
/// <param name="Started">When it started.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="WaitedFor">What kept it: <c>pool NAME</c>, <c>workers</c>, <c>active_tasks</c>, <c>resources</c>, <c>active_runs</c>; null where nothing.</param>
public sealed record CriticalStep(
    string Workflow, DateTimeOffset? IntervalStart, string TaskId, int MapIndex, DateTimeOffset Ready, DateTimeOffset Started, DateTimeOffset Ended, string? WaitedFor);

/// <summary>Use of a pool or a queue.</summary>
/// <param name="Name">Pool or queue.</param>
/// <param name="Capacity">Slots, or places of the workers that take the queue.</param>
/// <param name="Peak">Most in use.</param>
/// <param name="Mean">Mean in use, over the time.</param>
/// <param name="MostWaiting">Most tasks that were ready and did not run; null for a pool.</param>
/// <param name="Curve">Use over the time, in equal parts.</param>
public sealed record Load(string Name, int Capacity, double Peak, double Mean, double? MostWaiting, IReadOnlyList<LoadPart> Curve);

/// <summary>Use in a part of the time.</summary>
/// <param name="From">Start of the part.</param>
/// <param name="Mean">Mean in use.</param>
/// <param name="Peak">Most in use.</param>
public sealed record LoadPart(DateTimeOffset From, double Mean, double Peak);

/// <summary>How late runs start behind their time, in seconds.</summary>
/// <param name="Median">Half of the runs are less late.</param>
/// <param name="P90">Nine of ten are less late.</param>
/// <param name="Most">The latest.</param>
/// <param name="Overlapping">Runs that still run when the next run of their workflow is due.</param>
public sealed record Lateness(double Median, double P90, double Most, int Overlapping);

/// <summary>What a task was taken to last.</summary>
/// <param name="Workflow">Its workflow.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Seconds">The duration; with a seed the median of what is drawn from.</param>
/// <param name="Basis">Where it comes from: <c>recorded</c>, <c>given</c>, <c>default</c> or <c>skipped</c> (it always was).</param>
/// <param name="Successes">Recorded successes behind it.</param>
/// <param name="Elements">Elements of a mapped task; null where it is not mapped.</param>
public sealed record Assumption(string Workflow, string TaskId, double Seconds, string Basis, int Successes, int? Elements);
