using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Models;

namespace Platform.Designer.Models;

/// <summary>Models from the catalog's registry.</summary>
internal sealed class CatalogModelSource(ModelRegistry registry) : IModelSource
{
    private const string Low = "_low";
    private const string High = "_high";
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

    /// <summary>A version as the pages show it. The card holds what the registry's own columns do not: popularity's figures and how they were measured.</summary>
    internal static ModelVersionView View(ModelVersionRow row)
    {
        var metrics = Numbers(row.Metrics);
        return new ModelVersionView
        {
            Version = row.Version,
            Algorithm = row.Learner,
            Stage = row.Stage,
            CreatedAt = row.CreatedAt,
            RunId = row.RunId,
            Workflow = row.Workflow,
            Metrics = metrics.Where(m => !m.Key.EndsWith(Low, StringComparison.Ordinal) && !m.Key.EndsWith(High, StringComparison.Ordinal)).ToDictionary(),
            Ranges = metrics.Where(m => metrics.ContainsKey(m.Key + Low) && metrics.ContainsKey(m.Key + High)).ToDictionary(m => m.Key, m => (metrics[m.Key + Low], metrics[m.Key + High])),
            Baseline = Numbers(Property(row.Card, "baseline_metrics")),
            Protocol = Property(row.Card, "protocol") is { ValueKind: JsonValueKind.String } protocol ? protocol.GetString() : null,
            TrainedOn = TrainedOn(row.TrainedOn),
            Params = row.Parameters.ValueKind == JsonValueKind.Object ? JsonObject.Create(row.Parameters) : null,
        };
    }

    private static JsonElement Property(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static Dictionary<string, double> Numbers(JsonElement json) =>
        json.ValueKind != JsonValueKind.Object ? []
        : json.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).ToDictionary(m => m.Name, m => m.Value.GetDouble());

    private static List<(string, long?)> TrainedOn(JsonElement json) =>
        json.ValueKind != JsonValueKind.Array ? []
        : [.. json.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("asset", out _))
            .Select(t => (t.GetProperty("asset").GetString() ?? "", t.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt64() : (long?)null))];
}
