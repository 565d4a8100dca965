namespace Platform.Catalog.Quality;

/// <summary>A check with its last result.</summary>
public sealed record CheckRow
{
    public required string Asset { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Name { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    public required string Expected { get; init; }

    public required bool Passed { get; init; }

    public required string Observed { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long RunId { get; init; }
}

/// <summary>A check that failed and has not held since, or an incident of the past.</summary>
public sealed record IncidentRow
{
    public required long Id { get; init; }

    public required string Asset { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    /// <summary>Name of the check.</summary>
    public required string Check { get; init; }

    public required string Severity { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required long OpenedRun { get; init; }

    /// <summary>Failed results so far.</summary>
    public required int Failures { get; init; }

    /// <summary>Null while it is open.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>A measured value.</summary>
public sealed record MetricRow
{
    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    public required double Value { get; init; }

    public required long RunId { get; init; }
}
