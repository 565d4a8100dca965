using System.Text.Json.Nodes;

namespace Platform.Designer.Models;

/// <summary>What the pages ask of models. Implemented over the catalog's registry.</summary>
public interface IModelSource
{
    /// <summary>The models, by name.</summary>
    Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A model's versions, newest first; empty where there is none of that name.</summary>
    Task<IReadOnlyList<ModelVersionView>> VersionsAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A model, as lists show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">How many it has.</param>
/// <param name="Newest">The newest version.</param>
/// <param name="Deployed">The version that its endpoint serves; null where none is.</param>
public sealed record ModelEntry(string Name, int Versions, ModelVersionView Newest, ModelVersionView? Deployed);

/// <summary>A version of a model.</summary>
public sealed record ModelVersionView
{
    public required int Version { get; init; }

    /// <summary><c>popularity</c>, <c>item-knn</c>, <c>biased-mf</c>, <c>blend</c> …; null where unknown.</summary>
    public string? Algorithm { get; init; }

    /// <summary><c>candidate</c>, <c>champion</c> or <c>archived</c>; null where unknown.</summary>
    public string? Stage { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long? RunId { get; init; }

    public string? Workflow { get; init; }

    /// <summary>Measured on data that training has not seen: <c>hit_at_10</c>, <c>ndcg_at_10</c>, <c>coverage</c>, <c>rmse</c>.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The same of the popularity baseline; empty where not measured.</summary>
    public required IReadOnlyDictionary<string, double> Baseline { get; init; }

    /// <summary>Lower and upper end of a metric's 95 % confidence interval, where it was computed.</summary>
    public IReadOnlyDictionary<string, (double Low, double High)> Ranges { get; init; } = new Dictionary<string, (double, double)>();

    /// <summary>How the metrics were measured, in a sentence; null where not told.</summary>
    public string? Protocol { get; init; }

    /// <summary>Tables that it was trained on, with their versions.</summary>
    public IReadOnlyList<(string Asset, long? Version)> TrainedOn { get; init; } = [];

    /// <summary>Null where none are kept.</summary>
    public JsonObject? Params { get; init; }
}
