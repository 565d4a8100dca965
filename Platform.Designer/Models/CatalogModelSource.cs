using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Models;

namespace Platform.Designer.Models;

/// <summary>Models from the catalog's registry.</summary>
internal sealed class CatalogModelSource(ModelRegistry registry) : IModelSource
{
    private const string Champion = "champion";
    private const int MostVersions = 500;

    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = new List<ModelEntry>();
        foreach (var model in await registry.ListAsync(cancellationToken))
        {
            if (await registry.FindAsync(model.Name, model.LatestVersion, cancellationToken) is not { } newest)
                continue;
            // A champion is served where an endpoint names the model; without one it is only the best so far.
            var served = model.ChampionVersion is not null && model.Endpoints.Length > 0 ? await registry.FindAsync(model.Name, model.ChampionVersion, cancellationToken) : null;
            entries.Add(new ModelEntry(model.Name, model.VersionCount, View(newest), served is null ? null : View(served)));
        }
        return entries;
    }

    public async Task<IReadOnlyList<ModelVersionView>> VersionsAsync(string name, CancellationToken cancellationToken) =>
        [.. (await registry.VersionsAsync(name, MostVersions, cancellationToken)).Select(View)];

    private static ModelVersionView View(ModelVersionRow row)
    {
        var metrics = Numbers(row.Metrics);
        return new ModelVersionView
        {
            Version = row.Version,
            Algorithm = row.Learner,
            Stage = row.Stage == Champion ? Champion : row.Stage,
            CreatedAt = row.CreatedAt,
            RunId = row.RunId,
            Workflow = row.Workflow,
            Metrics = metrics.Where(m => !IsBaseline(m.Key)).ToDictionary(),
            Baseline = Baseline(row.Metrics, metrics),
            TrainedOn = TrainedOn(row.TrainedOn),
            Params = row.Parameters.ValueKind == JsonValueKind.Object ? JsonObject.Create(row.Parameters) : null,
        };
    }

    /// <summary>Every number of the object, also of nested ones; the well-known names are what the training activity writes.</summary>
    private static Dictionary<string, double> Numbers(JsonElement metrics) =>
        metrics.ValueKind != JsonValueKind.Object ? []
        : metrics.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).ToDictionary(m => Known(m.Name), m => m.Value.GetDouble());

    /// <summary>Popularity's figures: an object <c>popularity</c> or <c>baseline</c>, or numbers whose names begin so.</summary>
    private static Dictionary<string, double> Baseline(JsonElement json, Dictionary<string, double> metrics)
    {
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var name in (ReadOnlySpan<string>)["popularity", "baseline"])
                if (json.TryGetProperty(name, out var nested) && nested.ValueKind == JsonValueKind.Object)
                    return Numbers(nested);
        return metrics.Where(m => IsBaseline(m.Key)).ToDictionary(m => Known(m.Key[(m.Key.IndexOf('_', StringComparison.Ordinal) + 1)..]), m => m.Value);
    }

    private static bool IsBaseline(string metric) => metric.StartsWith("popularity_", StringComparison.Ordinal) || metric.StartsWith("baseline_", StringComparison.Ordinal);

    private static string Known(string metric) => metric switch { "hit_rate_at_10" or "hit10" or "hit@10" => "hit_at_10", "ndcg10" or "ndcg@10" => "ndcg_at_10", _ => metric };

    private static List<(string, long?)> TrainedOn(JsonElement json) =>
        json.ValueKind != JsonValueKind.Array ? []
        : [.. json.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("asset", out _))
            .Select(t => (t.GetProperty("asset").GetString() ?? "", t.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt64() : (long?)null))];
}
