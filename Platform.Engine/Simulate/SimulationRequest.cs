namespace Platform.Engine.Simulate;

/// <summary>What to simulate, and which assumptions to change.</summary>
public sealed record SimulationRequest
{
    /// <summary>The workflows, at least one. They share the pools and the workers.</summary>
    public required IReadOnlyList<SimulatedWorkflow> Workflows { get; init; }

    /// <summary>So many workers, each like the first live one; null takes those that live now, and one where none does.</summary>
    public int? Workers { get; init; }

    /// <summary>Tasks at once of each of <see cref="Workers"/>; null is that of the first live worker.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Other values: slots by the pool's name, and the names <c>active_runs</c> and <c>active_tasks</c> for the workflows' limits.</summary>
    public IReadOnlyDictionary<string, int> With { get; init; } = new Dictionary<string, int>();

    /// <summary>Durations by <c>task</c> or <c>workflow/task</c>, in place of the recorded ones.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Durations { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>Duration of every task that never succeeded; null refuses the simulation where there is one, as its result would be made up.</summary>
    public TimeSpan? DefaultDuration { get; init; }

    /// <summary>Elements of mapped tasks by <c>task</c> or <c>workflow/task</c>, in place of the recorded median.</summary>
    public IReadOnlyDictionary<string, int> Elements { get; init; } = new Dictionary<string, int>();

    /// <summary>Which percentile of the recorded durations every task takes, from 1 to 100. Default 50: the median.</summary>
    public int Percentile { get; init; } = 50;

    /// <summary>Draws each duration from the recorded ones instead, in an order that this number fixes; null does not.</summary>
    public int? Seed { get; init; }

    /// <summary>Equal parts of the time in which the loads are given, from 1 to 1,000. Default 60.</summary>
    public int Parts { get; init; } = 60;
}

/// <summary>A workflow of a simulation.</summary>
public sealed record SimulatedWorkflow
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Version; null is the published one.</summary>
    public int? Version { get; init; }

    /// <summary>First interval start, included: a date or a time, in the schedule's zone. Null with <see cref="To"/> is now.</summary>
    public string? From { get; init; }

    /// <summary>End of the interval starts, not included. Null with <see cref="From"/> is 30 days on.</summary>
    public string? To { get; init; }

    /// <summary>Whether the intervals are run as a backfill, all asked for at once, and not each when it ends.</summary>
    public bool Backfill { get; init; }

    /// <summary>Runs at once; null is the workflow's limit.</summary>
    public int? ActiveRuns { get; init; }

    /// <summary>For a backfill: whether the newest interval goes first.</summary>
    public bool NewestFirst { get; init; }
}
