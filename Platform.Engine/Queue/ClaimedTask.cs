namespace Platform.Engine.Queue;

/// <summary>A task instance that this node holds the lease of, with what it takes to run it.</summary>
internal sealed record ClaimedTask
{
    /// <summary>The queue row.</summary>
    public required long QueueId { get; init; }

    /// <summary>The fencing number: every write of the attempt compares it.</summary>
    public required long AttemptId { get; init; }

    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    /// <summary>1 for the first try of the generation.</summary>
    public required int Number { get; init; }

    /// <summary>Attempts before this one that do not count against the retries.</summary>
    public required int Excused { get; init; }

    /// <summary>Attempts before this one that died with their worker.</summary>
    public required int Lost { get; init; }

    public required string Workflow { get; init; }

    public required int Version { get; init; }

    /// <summary>Start of the attempt by the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required string RunKind { get; init; }

    public required DateTimeOffset? RunStartedAt { get; init; }

    public required DateTimeOffset? IntervalStart { get; init; }

    public required DateTimeOffset? IntervalEnd { get; init; }

    /// <summary>The run's parameters after defaults, a JSON object.</summary>
    public required string ParamsJson { get; init; }

    /// <summary>The element that it maps over; null where it is not mapped.</summary>
    public required string? ElementJson { get; init; }

    /// <summary>When it was claimed, by the database's clock: later than <see cref="StartedAt"/> where the attempt was deferred in between.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>What a deferral before kept; null where there was none.</summary>
    public ResumedWait? Resumed { get; init; }
}

/// <summary>A wait that is over.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Times">How often it was looked at, this time included.</param>
/// <param name="SavedJson">What the activity kept; null is nothing.</param>
/// <param name="SignalJson">What came with its event; null where that has not come.</param>
internal sealed record ResumedWait(DateTimeOffset Since, int Times, string? SavedJson, string? SignalJson);

/// <summary>How an attempt ended.</summary>
internal enum AttemptOutcome
{
    Success,
    Skipped,

    /// <summary>An error, or its time-out.</summary>
    Failed,

    /// <summary>Somebody asked for its end.</summary>
    Canceled,

    /// <summary>Its lease ran out: the worker died or lost the database.</summary>
    Lost,

    /// <summary>A stopping worker gave it back.</summary>
    HandedBack,

    /// <summary>It was the first instance of a mapped task and only found the elements.</summary>
    Expanded,

    /// <summary>It waits for something outside and goes on later.</summary>
    Deferred,
}

/// <summary>The end of an attempt, to be written in one transaction with all that follows from it.</summary>
internal sealed record AttemptEnd(ClaimedTask Task, AttemptOutcome Outcome)
{
    /// <summary>A JSON object of 64 KiB at most; null for none.</summary>
    public string? OutputsJson { get; init; }

    /// <summary>Ids of the tasks downstream to follow; null for all.</summary>
    public IReadOnlyList<string>? Follow { get; init; }

    /// <summary>Short word for <c>retry_on</c>; null where it did not fail.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>Why it failed or was skipped.</summary>
    public string? Error { get; init; }

    /// <summary>Stack trace; null where the message says it all.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>Whether another attempt could succeed.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>What the attempt noted, a JSON array; null for nothing.</summary>
    public string? FactsJson { get; init; }

    /// <summary>In a preview: what the attempt read and wrote, a <see cref="Platform.Workflows.Activities.PreviewReport"/>; null otherwise.</summary>
    public string? PreviewJson { get; init; }

    /// <summary>For <see cref="AttemptOutcome.Expanded"/>: each element as JSON.</summary>
    public IReadOnlyList<string> Elements { get; init; } = [];

    /// <summary>For <see cref="AttemptOutcome.Deferred"/>: what it waits for.</summary>
    public DeferredWait? Wait { get; init; }

    /// <summary>Position in [0, 1) of the retry's delay in its range, drawn by the worker.</summary>
    public double Jitter { get; init; }

    /// <summary>For <see cref="AttemptOutcome.Lost"/>: accept it only while the lease is still past its time, as whoever reaps is not its holder.</summary>
    public bool OnlyIfExpired { get; init; }
}
