namespace Platform.Engine.History;

/// <summary>A workflow, as lists show it.</summary>
public sealed record WorkflowRow
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public string? Owner { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Published version; null while only unpublished files were run.</summary>
    public int? Version { get; init; }

    public required bool Paused { get; init; }

    /// <summary>For people: <c>0 0 * * * (Asia/Shanghai)</c>; null is no schedule.</summary>
    public string? Schedule { get; init; }

    /// <summary>When its next run is due; null where none is.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Why it could not be planned; null when it could.</summary>
    public string? PlanError { get; init; }

    public required int ActiveRuns { get; init; }

    public required int QueuedRuns { get; init; }

    public required int RunningRuns { get; init; }

    /// <summary>The newest runs, newest first, at most 12.</summary>
    public IReadOnlyList<LastRun> LastRuns { get; init; } = [];

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A run as a small mark in a list.</summary>
public sealed record LastRun(long Id, string State, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? IntervalStart);

/// <summary>A version of a workflow, without its text.</summary>
public sealed record VersionRow
{
    public required int Version { get; init; }

    public required string Sha { get; init; }

    /// <summary><c>shipped</c>, <c>applied</c>, <c>edited</c> or <c>run</c> (never published, kept with its run).</summary>
    public required string Origin { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Null where it was never published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }
}

/// <summary>A process that takes part.</summary>
public sealed record NodeRow
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int ProcessId { get; init; }

    public required string Version { get; init; }

    /// <summary><c>web</c>, <c>scheduler</c>, <c>worker</c>.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Tasks that it runs at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Tasks that it runs now.</summary>
    public required int Running { get; init; }

    /// <summary>Cores that it declares for tasks that ask for some; 0 where it declares none.</summary>
    public double Cpu { get; init; }

    /// <summary>Memory that it declares, in bytes; 0 where it declares none.</summary>
    public double Memory { get; init; }

    /// <summary>Graphics processors that it declares; 0 where it declares none.</summary>
    public double Gpu { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>Whether it was heard of in the last 30 s.</summary>
    public required bool Alive { get; init; }

    public required bool Stopping { get; init; }

    /// <summary>Since when it takes no new tasks because somebody lets it run empty; null where it takes some.</summary>
    public DateTimeOffset? DrainedAt { get; init; }

    /// <summary>Who let it; null where nobody did.</summary>
    public string? DrainedBy { get; init; }
}
