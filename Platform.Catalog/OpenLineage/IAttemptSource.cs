namespace Platform.Catalog.OpenLineage;

/// <summary>What the engine knows of attempts; the catalog itself knows only of those that it was told of.</summary>
public interface IAttemptSource
{
    /// <summary>The highest id of an attempt; 0 without any.</summary>
    Task<long> HighestAsync(CancellationToken cancellationToken);

    /// <summary>Attempts that run or wait now.</summary>
    Task<IReadOnlyList<AttemptSeen>> RunningAsync(CancellationToken cancellationToken);

    /// <summary>Attempts above an id that failed, were lost or canceled, the lowest first.</summary>
    Task<IReadOnlyList<AttemptSeen>> StoppedAsync(long after, CancellationToken cancellationToken);

    /// <summary>Attempts by id; one that is gone is left out.</summary>
    Task<IReadOnlyList<AttemptSeen>> FindAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);
}

/// <summary>An attempt as the engine has it.</summary>
public sealed record AttemptSeen
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where the task is not mapped.</summary>
    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    /// <summary>1 for the first try of a generation.</summary>
    public required int Number { get; init; }

    /// <summary><c>running</c>, <c>deferred</c>; ended: <c>success</c>, <c>failed</c>, <c>skipped</c>, <c>canceled</c>, <c>lost</c>, <c>expanded</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs or waits.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    public required string? Error { get; init; }

    public required DateTimeOffset? IntervalStart { get; init; }

    public required DateTimeOffset? IntervalEnd { get; init; }
}
