namespace Platform.Catalog.Lineage;

/// <summary>Where to look for what went wrong.</summary>
public sealed record RootCauseRequest
{
    /// <summary>Keys of the assets that are wrong: one, or what a failed run was to write.</summary>
    public required IReadOnlyList<string> Assets { get; init; }

    /// <summary>When it went wrong: only what was before it counts.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How far back changes count. Default: 7 days.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Steps upstream, 1 to 50. Default: 6.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>An incident that is itself the question, and therefore no cause; null for none.</summary>
    public long? Incident { get; init; }

    /// <summary>Most causes to return. Default: 20.</summary>
    public int Limit { get; init; } = 20;
}

/// <summary>What changed or failed upstream before something went wrong, likeliest first.</summary>
public sealed record RootCauseReport
{
    /// <summary>Keys of the assets that were asked for.</summary>
    public required IReadOnlyList<string> Assets { get; init; }

    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>How many assets were looked at, those asked for included.</summary>
    public required int LookedAt { get; init; }

    /// <summary>The answer in a sentence or two: the likeliest cause, where, in which run, and who answers for it.</summary>
    public required string Summary { get; init; }

    /// <summary>The same in Chinese.</summary>
    public required string SummaryZh { get; init; }

    /// <summary>What went wrong: the assets asked for, as they are now.</summary>
    public required IReadOnlyList<WrongAsset> Subjects { get; init; }

    /// <summary>Empty when nothing stood out.</summary>
    public required IReadOnlyList<RootCause> Causes { get; init; }
}

/// <summary>An asset that is wrong.</summary>
public sealed record WrongAsset
{
    /// <summary>Its key.</summary>
    public required string Asset { get; init; }

    /// <summary>Who answers for it; null for nobody.</summary>
    public required string? Owner { get; init; }

    public required DateTimeOffset? LastWrittenAt { get; init; }

    public required long? LastRun { get; init; }

    public required string? LastWorkflow { get; init; }

    public required string? LastTask { get; init; }

    /// <summary>Checks that fail, in words, critical ones first.</summary>
    public required string[] Failing { get; init; }

    /// <summary>The same in Chinese; in English where it is known in that only.</summary>
    public required string[] FailingZh { get; init; }
}

/// <summary>Something upstream that may be the cause.</summary>
public sealed record RootCause
{
    /// <summary><c>failed_task</c>, <c>late</c>, <c>schema</c>, <c>workflow</c> (another version of what writes it), <c>check</c>, <c>volume</c> or <c>values</c> (where the wrong values of a column came in).</summary>
    public required string Kind { get; init; }

    /// <summary>The asset that it happened to.</summary>
    public required string Asset { get; init; }

    /// <summary>Who answers for the asset; null for nobody.</summary>
    public string? Owner { get; init; }

    /// <summary>The column; null for the asset as a whole.</summary>
    public string? Column { get; init; }

    /// <summary>When it happened; of what is late, when it was due.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Steps upstream; 0 is one of the assets asked for.</summary>
    public required int Distance { get; init; }

    /// <summary>What happened, with figures, and why it ranks here.</summary>
    public required string Why { get; init; }

    /// <summary>The same in Chinese.</summary>
    public required string WhyZh { get; init; }

    /// <summary>To order by, 0 to 1; no probability.</summary>
    public required double Score { get; init; }

    /// <summary>How many of the other findings lie downstream of it and came after it.</summary>
    public int Explains { get; init; }

    /// <summary>The run that it happened in; null where none is known.</summary>
    public long? RunId { get; init; }

    public string? Workflow { get; init; }

    public string? TaskId { get; init; }

    /// <summary>The way from it to what went wrong, both included.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];
}
