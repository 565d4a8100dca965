using System.Text.Json.Nodes;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;

namespace Platform.Designer.Workflows;

/// <summary>What the pages ask of backfills. Implemented over the engine.</summary>
public interface IBackfillSource
{
    /// <summary>What a backfill would make: every interval of the range with the run that it has, from the engine's own dry run.</summary>
    /// <exception cref="Platform.Engine.EngineException">A value is not acceptable, or the range is; the message is shown.</exception>
    Task<BackfillPlan> PlanAsync(BackfillAsk ask, CancellationToken cancellationToken);

    /// <summary>Makes the runs that <see cref="PlanAsync"/> told of.</summary>
    /// <returns>Id of the backfill; null where nothing was left to do.</returns>
    /// <exception cref="Platform.Engine.EngineException">As <see cref="PlanAsync"/>.</exception>
    Task<long?> StartAsync(BackfillAsk ask, string user, CancellationToken cancellationToken);

    /// <summary>Backfills of a workflow, newest first.</summary>
    Task<IReadOnlyList<BackfillRow>> ListAsync(string workflow, int limit, CancellationToken cancellationToken);

    /// <summary>Ends a backfill before its time.</summary>
    /// <returns>How many runs were canceled or asked to stop.</returns>
    Task<int> CancelAsync(long id, string user, CancellationToken cancellationToken);
}

/// <summary>A range of days that somebody wants run.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="From">First day, in the workflow's zone, on which an interval starts.</param>
/// <param name="Through">Last such day.</param>
public sealed record BackfillAsk(string Workflow, DateOnly From, DateOnly Through)
{
    public Repeat Repeat { get; init; } = Repeat.Missing;

    /// <summary>Runs at once; null takes the workflow's limit.</summary>
    public int? ActiveRuns { get; init; }

    public bool NewestFirst { get; init; }

    /// <summary>Values that differ from the defaults.</summary>
    public JsonObject Params { get; init; } = [];
}

/// <summary>What a backfill would do.</summary>
/// <param name="Intervals">Every interval of the range, in the order in which they would run.</param>
public sealed record BackfillPlan(IReadOnlyList<PlannedInterval> Intervals)
{
    /// <summary>Intervals that get a run.</summary>
    public int Runs => Intervals.Count(i => i.Fate is IntervalFate.New or IntervalFate.Again);

    public int Count(IntervalFate fate) => Intervals.Count(i => i.Fate == fate);
}

/// <summary>An interval of the range.</summary>
/// <param name="Interval">The interval.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Run">The run that it has; null is none.</param>
/// <param name="State">That run's state.</param>
public sealed record PlannedInterval(DataInterval Interval, IntervalFate Fate, long? Run, string? State);

/// <summary>What a backfill does with an interval.</summary>
public enum IntervalFate
{
    /// <summary>It has no run and gets one.</summary>
    New,

    /// <summary>It has a run and gets another.</summary>
    Again,

    /// <summary>The run that it has stays.</summary>
    Left,

    /// <summary>It has not ended: its data are not complete, so it is not run.</summary>
    Open,
}
