using System.Text.Json;

namespace Platform.Catalog.Quality;

/// <summary>A check with its last result.</summary>
public sealed record CheckRow
{
    public required string Asset { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Name { get; init; }

    /// <summary>What it is of, as a headline; null where it was made before it had one.</summary>
    public string? Title { get; init; }

    public string? TitleZh { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    public required string Expected { get; init; }

    /// <summary>In Chinese; null where it is known in English only, as is what was observed.</summary>
    public string? ExpectedZh { get; init; }

    public required bool Passed { get; init; }

    public required string Observed { get; init; }

    public string? ObservedZh { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long RunId { get; init; }
}

/// <summary>A check that is declared, with its last result where there is one.</summary>
public sealed record DeclaredCheckRow
{
    public required long Id { get; init; }

    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    public required string AssetName { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Name { get; init; }

    /// <summary>What it is of, as a headline; null before its first result.</summary>
    public string? Title { get; init; }

    public string? TitleZh { get; init; }

    /// <summary><c>not_null</c>, <c>unique</c>, <c>range</c>, <c>set</c>, <c>pattern</c>, <c>reference</c>, <c>freshness</c>, <c>volume</c>, <c>growth</c>, <c>schema</c>, <c>drift</c>, <c>sql</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What holds, an object in the form of its kind.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>Whether a write that breaks it fails its task.</summary>
    public required bool Gate { get; init; }

    public required bool Enabled { get; init; }

    /// <summary><c>declared</c>, or <c>suggested</c> and accepted.</summary>
    public required string Origin { get; init; }

    public required string? Note { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null before the first result.</summary>
    public required bool? Passed { get; init; }

    public required string? Observed { get; init; }

    public string? ObservedZh { get; init; }

    public required string? Expected { get; init; }

    /// <summary>In Chinese; null where it is known in English only, as is what was observed.</summary>
    public string? ExpectedZh { get; init; }

    public required DateTimeOffset? LastAt { get; init; }

    public required long? LastRun { get; init; }

    /// <summary>The open incident; null without one.</summary>
    public required long? Incident { get; init; }
}

/// <summary>A check to declare.</summary>
public sealed record NewCheck
{
    /// <summary>Key of the asset, which a scan or a run must have made known.</summary>
    public required string Asset { get; init; }

    /// <summary>Null for the whole asset.</summary>
    public string? Column { get; init; }

    /// <summary>Unique for the asset and column.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="DeclaredCheckRow.Kind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>An object in the form of its kind; whoever declares it has looked that it can be made.</summary>
    public required JsonElement Definition { get; init; }

    public string Severity { get; init; } = "warning";

    public bool Gate { get; init; }

    public bool Enabled { get; init; } = true;

    public string? Note { get; init; }
}

/// <summary>A result of a check.</summary>
public sealed record CheckResultRow
{
    public required DateTimeOffset At { get; init; }

    public required bool Passed { get; init; }

    public required string Observed { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? ObservedZh { get; init; }

    public required long RunId { get; init; }

    public required string TaskId { get; init; }
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

    /// <summary>What it is of, as a headline; null where it was made before it had one.</summary>
    public string? Title { get; init; }

    public string? TitleZh { get; init; }

    public required string Severity { get; init; }

    /// <summary>What was seen and what was expected.</summary>
    public required string Message { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? MessageZh { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required long OpenedRun { get; init; }

    /// <summary>Failed results so far; the same content looked at once more counts once.</summary>
    public required int Failures { get; init; }

    /// <summary>Null while it is open.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary><c>open</c>, <c>acknowledged</c>, <c>assigned</c>, <c>reopened</c>, <c>resolved</c>.</summary>
    public string State { get; init; } = "open";

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Assignee { get; init; }

    /// <summary>Who resolved it; null where a later result did, or while it is open.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>What was the matter; null while nobody has said it.</summary>
    public string? Cause { get; init; }

    /// <summary>How often it came back.</summary>
    public int Reopened { get; init; }

    /// <summary>Since then the gate lets the table pass; null where it does not.</summary>
    public DateTimeOffset? WaivedAt { get; init; }

    public string? WaivedBy { get; init; }

    /// <summary>Owner of the asset; null where it has none.</summary>
    public string? Owner { get; init; }

    /// <summary>Assets that are made from this one directly.</summary>
    public int Dependents { get; init; }
}

/// <summary>Something that happened to an incident.</summary>
public sealed record IncidentEventRow
{
    public required DateTimeOffset At { get; init; }

    /// <summary>A person, or <c>platform</c>.</summary>
    public required string By { get; init; }

    /// <summary><c>opened</c>, <c>acknowledged</c>, <c>assigned</c>, <c>commented</c>, <c>resolved</c>, <c>reopened</c>, <c>waived</c>.</summary>
    public required string What { get; init; }

    public required string? Note { get; init; }

    /// <summary>What the platform noted, in Chinese; null where it is known in English only, and of people.</summary>
    public string? NoteZh { get; init; }

    public required long? RunId { get; init; }
}

/// <summary>An incident with its life and the results around it.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Events">Its life, oldest first.</param>
/// <param name="Results">Results of its check, newest first, 100 at most.</param>
public sealed record IncidentDetail(IncidentRow Incident, IReadOnlyList<IncidentEventRow> Events, IReadOnlyList<CheckResultRow> Results);

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

/// <summary>A value of an asset's metric to keep.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Column">Column, or null for the whole asset.</param>
/// <param name="Name">Name of the metric.</param>
/// <param name="Value">The value.</param>
public sealed record NewMetric(string Asset, string? Column, string Name, double Value);

/// <summary>A point of a metric's history that is not like those before.</summary>
public sealed record AnomalyRow
{
    public required string Asset { get; init; }

    public string? AssetName { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required string Metric { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long RunId { get; init; }

    /// <summary><c>spike</c>, <c>dip</c>, <c>level_shift</c>, <c>unrest</c>, <c>flat_line</c>, <c>missing</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Null where it is missing.</summary>
    public required double? Value { get; init; }

    public required double? Expected { get; init; }

    /// <summary>Below it is odd; null where unknown.</summary>
    public required double? Low { get; init; }

    /// <summary>Above it is odd; null where unknown.</summary>
    public required double? High { get; init; }

    public required double PValue { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Score { get; init; }
}

/// <summary>Scores of an asset or a column, 0 to 1; null where nothing speaks to that dimension.</summary>
public sealed record ScoreRow
{
    public required string Asset { get; init; }

    /// <summary>Column, or null for the whole asset.</summary>
    public required string? Column { get; init; }

    public required double? Completeness { get; init; }

    public required double? Uniqueness { get; init; }

    public required double? Validity { get; init; }

    public required double? Consistency { get; init; }

    public required double? Timeliness { get; init; }

    /// <summary>Mean of those that are there.</summary>
    public required double? Overall { get; init; }

    /// <summary>What each is made of: a list of <c>{dimension, what, value, score}</c>.</summary>
    public required JsonElement Parts { get; init; }

    public required DateTimeOffset At { get; init; }
}
