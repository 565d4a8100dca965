using System.Text.Json;

namespace Platform.Catalog.Models;

/// <summary>The task instance that does something once: a repeated attempt has the same key. <see cref="Generation"/> is raised by clear.</summary>
public sealed record TaskKey(long RunId, string Workflow, string TaskId, int MapIndex, int Generation);

/// <summary>A table version that a model learned from.</summary>
/// <param name="Asset">Key of the table.</param>
/// <param name="Version">Its version; null where it has none.</param>
public sealed record TrainedOn(string Asset, long? Version);

/// <summary>A model version to register.</summary>
public sealed record NewModelVersion
{
    /// <summary>Letters, digits, '.', '_' and '-'.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the learner, for example <c>biased-mf</c>.</summary>
    public required string Learner { get; init; }

    /// <summary>Metrics, a JSON object of numbers.</summary>
    public required JsonElement Metrics { get; init; }

    /// <summary>Parameters of the training, a JSON object.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>The exact table versions.</summary>
    public required IReadOnlyList<TrainedOn> TrainedOn { get; init; }

    /// <summary>Card, signature and whatever the learner tells: a JSON object; null for none.</summary>
    public JsonElement? Card { get; init; }

    /// <summary>Version of the program that trained it.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>The task that trains; null for one that is registered by hand.</summary>
    public TaskKey? Task { get; init; }
}

/// <summary>A model in a list.</summary>
public sealed record ModelRow
{
    public required string Name { get; init; }

    public required string? Description { get; init; }

    public required string? Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Number of versions.</summary>
    public required int VersionCount { get; init; }

    /// <summary>Newest version; null when there is none yet.</summary>
    public required int? LatestVersion { get; init; }

    /// <summary>The version in service; null when none is.</summary>
    public required int? ChampionVersion { get; init; }

    /// <summary>Metrics of the champion, else of the newest version; null when there is none.</summary>
    public required JsonElement? Metrics { get; init; }

    /// <summary>Learner of the champion, else of the newest version.</summary>
    public required string? Learner { get; init; }

    public required DateTimeOffset? TrainedAt { get; init; }

    /// <summary>Endpoints that serve it.</summary>
    public required string[] Endpoints { get; init; }
}

/// <summary>A version of a model.</summary>
public sealed record ModelVersionRow
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    /// <summary><c>candidate</c>, <c>champion</c>, <c>archived</c>.</summary>
    public required string Stage { get; init; }

    public required string Learner { get; init; }

    /// <summary>Folder with the model's files.</summary>
    public required string Location { get; init; }

    public required JsonElement Metrics { get; init; }

    public required JsonElement Parameters { get; init; }

    /// <summary>A JSON array of <c>{asset, version}</c>.</summary>
    public required JsonElement TrainedOn { get; init; }

    public required JsonElement Card { get; init; }

    public required string? CodeVersion { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long? RunId { get; init; }

    public required string? Workflow { get; init; }

    public required string? TaskId { get; init; }
}

/// <summary>A change of the champion.</summary>
public sealed record PromotionRow
{
    public required string Model { get; init; }

    /// <summary>The champion before; null when there was none.</summary>
    public required int? FromVersion { get; init; }

    public required int ToVersion { get; init; }

    public required string Reason { get; init; }

    public required string PromotedBy { get; init; }

    public required DateTimeOffset PromotedAt { get; init; }

    public required long? RunId { get; init; }
}

/// <summary>An endpoint with what it serves.</summary>
public sealed record EndpointRow
{
    public required string Name { get; init; }

    /// <summary>False where the model's own name was asked for, and there is no endpoint of it.</summary>
    public required bool IsEndpoint { get; init; }

    public required string Model { get; init; }

    /// <summary>The champion's version; null when the model has none.</summary>
    public required int? Version { get; init; }

    /// <summary>Folder with the champion's files.</summary>
    public required string? Location { get; init; }

    public required DateTimeOffset DeployedAt { get; init; }
}

/// <summary>What a promotion did.</summary>
/// <param name="Model">The model.</param>
/// <param name="FromVersion">The champion before; null when there was none.</param>
/// <param name="ToVersion">The champion now.</param>
/// <param name="Changed">False when it was the champion already, or a repeated attempt found its promotion done.</param>
public sealed record Promotion(string Model, int? FromVersion, int ToVersion, bool Changed);
