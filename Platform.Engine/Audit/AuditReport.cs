namespace Platform.Engine.Audit;

/// <summary>What kind of promise is broken.</summary>
public static class AuditKinds
{
    /// <summary>Something that should have run did not.</summary>
    public const string Missed = "missed";

    /// <summary>Something happened twice that must happen once.</summary>
    public const string Double = "double";

    /// <summary>Something waits although it could go on.</summary>
    public const string Late = "late";

    /// <summary>Something that nothing will ever move on by itself.</summary>
    public const string Stuck = "stuck";
}

/// <summary>A broken promise, with what proves it.</summary>
public sealed record AuditFinding
{
    /// <summary>A value of <see cref="AuditKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the check that found it, such as <c>double-result</c>.</summary>
    public required string Check { get; init; }

    /// <summary>One sentence: what, which.</summary>
    public required string What { get; init; }

    /// <summary>The rows and times that prove it, one line each.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>What a person can do.</summary>
    public required string ToDo { get; init; }

    /// <summary>Null where it is about none.</summary>
    public string? Workflow { get; init; }

    /// <summary>Null where it is about none.</summary>
    public long? RunId { get; init; }

    /// <summary>Null where it is about none.</summary>
    public string? TaskId { get; init; }

    /// <summary>Null where it is about no task; -1 where the task is not mapped.</summary>
    public int? MapIndex { get; init; }

    /// <summary>Start of the data interval; null where it is about none.</summary>
    public DateTimeOffset? IntervalStart { get; init; }

    /// <summary>What makes two findings the same one at two moments.</summary>
    internal (string, string?, long?, string?, int?, DateTimeOffset?) Identity => (Check, Workflow, RunId, TaskId, MapIndex, IntervalStart);
}

/// <summary>What an audit found.</summary>
public sealed record AuditReport
{
    /// <summary>The database's time of the audit.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Runs queued since then were looked at, and everything that is open.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Names of the checks that were made.</summary>
    public required IReadOnlyList<string> Checks { get; init; }

    /// <summary>Runs that were looked at.</summary>
    public required long Runs { get; init; }

    /// <summary>Task instances of these runs.</summary>
    public required long Tasks { get; init; }

    /// <summary>Broken promises; empty is clean.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>What a reader should know and what is no broken promise: nobody works, what could not be judged.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Whether no promise is broken.</summary>
    public bool Clean => Findings.Count == 0;
}

/// <summary>How an audit judges.</summary>
public sealed record AuditOptions
{
    /// <summary>The nodes' lease. Default 10 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The nodes' poll. Default 1 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much longer than promised something may take before it is reported, for what beats or polls seldom. Default 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause before what looked late or stuck is looked at again: only what is so both times is reported. Default 3 s.</summary>
    public TimeSpan SecondLook { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Readers of the outbox that must exist. Default: those that have read it before.</summary>
    public IReadOnlyList<string> Consumers { get; init; } = [];

    /// <summary>Findings of one check that are listed; the others are counted. Default 100.</summary>
    public int MostFindings { get; init; } = 100;
}
