namespace Platform.Inventory.Scan;

/// <summary>What is known of a model: of its champion, or of the newest version where none is in service.</summary>
public sealed record ModelFacts
{
    /// <summary>Number of versions.</summary>
    public required int Versions { get; init; }

    /// <summary>Newest version; null when there is none yet.</summary>
    public int? LatestVersion { get; init; }

    /// <summary>The version in service; null when none is.</summary>
    public int? ChampionVersion { get; init; }

    /// <summary><c>candidate</c>, <c>champion</c>, <c>archived</c>; null without a version.</summary>
    public string? Stage { get; init; }

    /// <summary>The algorithm.</summary>
    public string? Learner { get; init; }

    /// <summary>Measured values by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Columns that it learned from.</summary>
    public IReadOnlyList<FeatureFacts> Features { get; init; } = [];

    /// <summary>Tables that it learned from, and what became of them since.</summary>
    public IReadOnlyList<TrainedTableFacts> Tables { get; init; } = [];

    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The task that trained it, <c>workflow.task</c>; null where it was registered by hand.</summary>
    public string? TrainedBy { get; init; }

    /// <summary>When its training failed for good since the newest version; null where it did not.</summary>
    public DateTimeOffset? TrainingFailedAt { get; init; }

    /// <summary>Why, in words.</summary>
    public string? TrainingError { get; init; }

    /// <summary>Names of the endpoints that serve it.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>When something was last made with it, or it was last asked; null where that was never seen.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A column that a model learned from.</summary>
/// <param name="Table">Key of its table.</param>
/// <param name="Column">Its name.</param>
/// <param name="Type">Its type as the catalog has it; null where it does not know the column.</param>
public sealed record FeatureFacts(string Table, string Column, string? Type);

/// <summary>A table that a model learned from.</summary>
public sealed record TrainedTableFacts
{
    /// <summary>Key of the table.</summary>
    public required string Asset { get; init; }

    /// <summary>The version that was learned from; null where it has none.</summary>
    public long? Version { get; init; }

    public bool Gone { get; init; }

    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>How many versions were written after the one that was learned from.</summary>
    public long VersionsSince { get; init; }

    /// <summary>What happened to its columns since the training, in words: <c>weight is gone</c>, <c>weight: double to text</c>. Of features only.</summary>
    public IReadOnlyList<string> FeatureChanges { get; init; } = [];

    /// <summary>Critical incidents that are open, in words.</summary>
    public IReadOnlyList<string> Incidents { get; init; } = [];

    /// <summary>The same in Chinese; in English where they are known in that only.</summary>
    public IReadOnlyList<string> IncidentsZh { get; init; } = [];

    /// <summary>When a task that writes it failed for good, without having written since; null where none did.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>The task, <c>workflow.task</c>.</summary>
    public string? FailedTask { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Failure { get; init; }
}

/// <summary>What is known of an endpoint.</summary>
public sealed record EndpointFacts
{
    /// <summary>It serves the champion of this model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that answers; null when none is in service.</summary>
    public int? Version { get; init; }

    public required DateTimeOffset KnownAt { get; init; }

    public required DateTimeOffset DeployedAt { get; init; }

    /// <summary>Requests in the last 24 hours.</summary>
    public long DayRequests { get; init; }

    /// <summary>Those that were well-formed and got no answer.</summary>
    public long DayFailed { get; init; }

    /// <summary>Half of the day's answers took at most about so long; null without answers.</summary>
    public double? DayHalfMs { get; init; }

    /// <summary>95 of 100 of the day's answers took at most about so long; null without answers.</summary>
    public double? DayMostMs { get; init; }

    /// <summary>Requests in the last 30 days.</summary>
    public long MonthRequests { get; init; }

    public long MonthFailed { get; init; }

    /// <summary>95 of 100 answers of the last 30 days took at most about so long; null without answers.</summary>
    public double? MonthMostMs { get; init; }

    /// <summary>Null when it was never asked since requests are counted.</summary>
    public DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>The newest failure in words; null without any.</summary>
    public string? LastError { get; init; }

    /// <summary>Since when requests are counted; null where they are not.</summary>
    public DateTimeOffset? CountedSince { get; init; }
}
