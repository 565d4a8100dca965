using System.Text.Json;

namespace Platform.Catalog.Models;

/// <summary>A model as the inventory tells it.</summary>
public sealed record ModelState
{
    private IReadOnlyList<TrainedTableState>? _trainedOn;
    private IReadOnlyList<FeatureState>? _features;

    public required string Name { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>Number of versions.</summary>
    public required int Versions { get; init; }

    /// <summary>Newest version; null when there is none yet.</summary>
    public required int? LatestVersion { get; init; }

    /// <summary>The version in service; null when none is.</summary>
    public required int? ChampionVersion { get; init; }

    /// <summary>The version that the rest is about: the champion, else the newest; null when there is none.</summary>
    public required int? Version { get; init; }

    /// <summary><c>candidate</c>, <c>champion</c>, <c>archived</c>; null without a version.</summary>
    public required string? Stage { get; init; }

    /// <summary>The algorithm.</summary>
    public required string? Learner { get; init; }

    /// <summary>Folder with the version's files.</summary>
    public required string? Location { get; init; }

    /// <summary>A JSON object of numbers.</summary>
    public required JsonElement Metrics { get; init; }

    /// <summary>Columns that it learned from.</summary>
    public IReadOnlyList<FeatureState> Features => _features ??= CatalogJson.Read<List<FeatureState>>(FeaturesJson);

    /// <summary>What it learned from, and what became of that since.</summary>
    public IReadOnlyList<TrainedTableState> TrainedOn => _trainedOn ??= CatalogJson.Read<List<TrainedTableState>>(TablesJson);

    public required DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The run that trained it; null where it was registered by hand.</summary>
    public required long? RunId { get; init; }

    public required string? Workflow { get; init; }

    public required string? TaskId { get; init; }

    /// <summary>When its training failed for good since the newest version; null where it did not.</summary>
    public required DateTimeOffset? TrainingFailedAt { get; init; }

    public required string? TrainingError { get; init; }

    /// <summary>Endpoints that serve it.</summary>
    public required string[] Endpoints { get; init; }

    /// <summary>When something was last made with it, or it was last asked; null where that was never seen.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether the lineage knows what it comes from.</summary>
    public required bool Linked { get; init; }

    internal string TablesJson { get; init; } = "[]";

    internal string FeaturesJson { get; init; } = "[]";
}

/// <summary>A column that a model learned from.</summary>
/// <param name="Table">Key of its table.</param>
/// <param name="Column">Its name.</param>
/// <param name="Type">Its type; null where the catalog does not know the column, or it is gone.</param>
public sealed record FeatureState(string Table, string Column, string? Type = null);

/// <summary>A table that a model learned from.</summary>
public sealed record TrainedTableState
{
    /// <summary>Key of the table.</summary>
    public required string Asset { get; init; }

    /// <summary>The version that was learned from; null where it has none.</summary>
    public long? Version { get; init; }

    /// <summary>Whether the catalog knows it.</summary>
    public bool Known { get; init; }

    public bool Gone { get; init; }

    public long? CurrentVersion { get; init; }

    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>How many versions were written after the one that was learned from.</summary>
    public long VersionsSince { get; init; }

    /// <summary>Changes of its columns since the training, oldest first.</summary>
    public IReadOnlyList<ColumnChange> SchemaChanges { get; init; } = [];

    /// <summary>Critical incidents that are open, in words.</summary>
    public IReadOnlyList<string> Incidents { get; init; } = [];

    /// <summary>The same in Chinese; in English where they are known in that only.</summary>
    public IReadOnlyList<string> IncidentsZh { get; init; } = [];

    /// <summary>When a task that writes it failed for good, since the training and without having written since; null where none did.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    public string? Failure { get; init; }

    /// <summary>The task, <c>workflow.task</c>.</summary>
    public string? FailedTask { get; init; }
}

/// <summary>A change of a column.</summary>
/// <param name="At">When it was seen.</param>
/// <param name="Change"><c>added</c>, <c>removed</c>, <c>type</c>, <c>nullable</c>.</param>
/// <param name="Column">The column.</param>
/// <param name="Before">As it was; null where it was not.</param>
/// <param name="After">As it is; null where it is not.</param>
public sealed record ColumnChange(DateTimeOffset At, string Change, string Column, string? Before, string? After);

/// <summary>An endpoint as the inventory tells it.</summary>
public sealed record EndpointState
{
    public required string Name { get; init; }

    /// <summary>It serves this model's champion.</summary>
    public required string Model { get; init; }

    /// <summary>The version that answers; null when none is in service.</summary>
    public required int? Version { get; init; }

    /// <summary>Folder with its files; null without a version.</summary>
    public required string? Location { get; init; }

    public required DateTimeOffset KnownAt { get; init; }

    public required DateTimeOffset DeployedAt { get; init; }

    /// <summary>Requests in the last 24 hours.</summary>
    public required long DayRequests { get; init; }

    /// <summary>Those of a wrong form.</summary>
    public required long DayRefused { get; init; }

    /// <summary>Those that were well-formed and got no answer.</summary>
    public required long DayFailed { get; init; }

    /// <summary>Half of the day's answers took at most about so long; null without answers.</summary>
    public double? DayHalfMs => Quantile(DayTook, 0.5, DaySlowestMs);

    /// <summary>95 of 100 of the day's answers took at most about so long; null without answers.</summary>
    public double? DayMostMs => Quantile(DayTook, 0.95, DaySlowestMs);

    /// <summary>The slowest answer of the day; null without answers.</summary>
    public required double? DaySlowestMs { get; init; }

    /// <summary>Requests in the last 30 days.</summary>
    public required long MonthRequests { get; init; }

    public required long MonthRefused { get; init; }

    public required long MonthFailed { get; init; }

    /// <summary>95 of 100 answers of the last 30 days took at most about so long; null without answers.</summary>
    public double? MonthMostMs => Quantile(MonthTook, 0.95, null);

    /// <summary>Null when it was never asked since requests are counted.</summary>
    public required DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>The newest failure in words; null without any.</summary>
    public required string? LastError { get; init; }

    /// <summary>Since when requests are counted.</summary>
    public required DateTimeOffset? CountedSince { get; init; }

    /// <summary>Whether the lineage knows what it serves.</summary>
    public required bool Linked { get; init; }

    internal long[]? DayTook { get; init; }

    internal long[]? MonthTook { get; init; }

    /// <summary>The upper bound of the class in which the quantile lies; of the last class, which has none, twice its lower bound.</summary>
    private static double? Quantile(long[]? classes, double share, double? slowest)
    {
        var all = classes?.Sum() ?? 0;
        if (all == 0)
            return null;
        var (at, seen) = (0, classes![0]);
        while (seen < share * all)
            seen += classes[++at];
        // A class's upper bound may lie beyond the slowest answer of all.
        var bound = at < EndpointRecorder.TimeBounds.Count ? EndpointRecorder.TimeBounds[at] : EndpointRecorder.TimeBounds[^1] * 2;
        return slowest < bound ? slowest : bound;
    }
}
