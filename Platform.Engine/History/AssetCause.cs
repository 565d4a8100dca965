using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Engine.History;

/// <summary>Says for people which assets, in which versions, started a run.</summary>
public static class AssetCause
{
    /// <summary>The sentence; null for a run that no asset started.</summary>
    /// <param name="assets">What the run was told, see <see cref="RunDetail.Assets"/>.</param>
    /// <param name="partition">The partition that it is for; null where the schedule has none.</param>
    public static string? Sentence(JsonObject? assets, DataInterval? partition)
    {
        if (assets is not { Count: > 0 })
            return null;
        var parts = assets.Select(a =>
        {
            var version = Number(a.Value!["version"]);
            var updates = Number(a.Value["updates"]) ?? 0;
            var told = updates == 0 ? "nothing new"
                : $"{(updates == 1 ? "written" : $"{Say(updates)} writes{(Number(a.Value["from_version"]) is { } from && from != version ? $" since version {Say(from)}" : "")}, the last")} by task '{(string?)a.Value["task"]}' of run {Say(Number(a.Value["run"]) ?? 0)}";
            return $"{a.Key}{(version is { } v ? $" version {Say(v)}" : "")} ({told})";
        });
        return $"{(partition is { } p ? $"Partition {p} of " : "")}{string.Join(" and ", parts)} started it.";
    }

    /// <summary>The assets with their versions, for lists: <c>clean.orders v12, clean.customers v3</c>; empty for a run that no asset started.</summary>
    public static string Short(JsonObject? assets) =>
        assets is null ? "" : string.Join(", ", assets.Select(a => Number(a.Value!["version"]) is { } version ? $"{a.Key} v{Say(version)}" : a.Key));

    private static long? Number(JsonNode? node) => node is JsonValue value ? value.TryGetValue(out long number) ? number : value.TryGetValue(out int small) ? small : null : null;

    private static string Say(long number) => number.ToString(CultureInfo.InvariantCulture);
}
