using System.Text.Json;
using Platform.Catalog.Models;
using Platform.Inventory.Scan;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Says what the registry knows of models and endpoints in the inventory's words.</summary>
internal static class ModelMapping
{
    public static ModelFacts ToFacts(ModelState model) => new()
    {
        Versions = model.Versions,
        LatestVersion = model.LatestVersion,
        ChampionVersion = model.ChampionVersion,
        Stage = model.Stage,
        Learner = model.Learner,
        Metrics = model.Metrics.ValueKind == JsonValueKind.Object
            ? model.Metrics.EnumerateObject().Where(metric => metric.Value.ValueKind == JsonValueKind.Number).ToDictionary(metric => metric.Name, metric => metric.Value.GetDouble(), StringComparer.Ordinal)
            : [],
        Features = [.. model.Features.Select(feature => new FeatureFacts(feature.Table, feature.Column, feature.Type))],
        Tables = [.. model.TrainedOn.Select(table => ToFacts(table, model))],
        TrainedAt = model.TrainedAt,
        TrainedBy = model.Workflow is null ? null : $"{model.Workflow}.{model.TaskId}",
        TrainingFailedAt = model.TrainingFailedAt,
        TrainingError = model.TrainingError,
        Endpoints = model.Endpoints,
        KnownAt = model.KnownAt,
        LastUsedAt = model.LastUsedAt,
    };

    public static EndpointFacts ToFacts(EndpointState endpoint) => new()
    {
        Model = endpoint.Model,
        Version = endpoint.Version,
        KnownAt = endpoint.KnownAt,
        DeployedAt = endpoint.DeployedAt,
        DayRequests = endpoint.DayRequests,
        DayFailed = endpoint.DayFailed,
        DayHalfMs = endpoint.DayHalfMs,
        DayMostMs = endpoint.DayMostMs,
        MonthRequests = endpoint.MonthRequests,
        MonthFailed = endpoint.MonthFailed,
        MonthMostMs = endpoint.MonthMostMs,
        LastRequestAt = endpoint.LastRequestAt,
        LastError = endpoint.LastError,
        CountedSince = endpoint.CountedSince,
    };

    /// <summary>Lineage that no run has told: of models and endpoints that were registered by hand.</summary>
    public static IEnumerable<Fact> Links(IEnumerable<ModelState> models, IEnumerable<EndpointState> endpoints) =>
    [
        .. models.Where(model => !model.Linked).SelectMany(model => model.TrainedOn.Where(table => table.Known).Select(table => new AssetDerived($"model:{model.Name}", table.Asset))),
        .. endpoints.Where(endpoint => !endpoint.Linked).Select(endpoint => new AssetDerived($"endpoint:{endpoint.Name}", $"model:{endpoint.Model}")),
    ];

    private static TrainedTableFacts ToFacts(TrainedTableState table, ModelState model)
    {
        var features = model.Features.Where(feature => feature.Table == table.Asset).Select(feature => feature.Column).ToHashSet(StringComparer.Ordinal);
        return new TrainedTableFacts
        {
            Asset = table.Asset,
            Version = table.Version,
            Gone = table.Gone,
            WrittenAt = table.WrittenAt,
            VersionsSince = table.VersionsSince,
            FeatureChanges =
            [
                .. table.SchemaChanges.Where(change => features.Contains(change.Column) && change.Change is "removed" or "type")
                    .GroupBy(change => change.Column, StringComparer.Ordinal).Select(changes => (First: changes.First(), Last: changes.Last()))
                    .Where(change => change.Last.Change == "removed" || change.First.Before != change.Last.After)
                    .Select(change => change.Last.Change == "removed" ? $"{change.Last.Column} is gone" : $"{change.Last.Column}: {change.First.Before} to {change.Last.After}"),
            ],
            Incidents = table.Incidents,
            IncidentsZh = table.IncidentsZh,
            FailedAt = table.FailedAt,
            FailedTask = table.FailedTask,
            Failure = table.Failure,
        };
    }
}
