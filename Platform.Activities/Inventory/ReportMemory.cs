using System.Globalization;
using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Catalog.Usage;
using Platform.Inventory.Report;

namespace Platform.Activities.Inventory;

/// <summary>Says what the catalog remembers in the report's words.</summary>
internal static class ReportMemory
{
    private const int Nights = 60;

    /// <param name="memory">The catalog.</param>
    /// <param name="inventoryRun">The run that is reported.</param>
    /// <param name="taken">When it began.</param>
    /// <param name="since">When the inventory before was taken; null for the first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<CatalogFacts> ReadAsync(InventoryMemory memory, long inventoryRun, DateTimeOffset taken, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var counted = await memory.CoverageAsync(cancellationToken);
        var worth = await memory.WorthAsync(cancellationToken);
        var names = worth.ToDictionary(w => w.Asset, w => w.Name, StringComparer.Ordinal);
        var copies = await memory.RelationsAsync("near_duplicate", cancellationToken);
        var dependencies = await memory.RelationsAsync("dependency", cancellationToken);
        return new CatalogFacts
        {
            Coverage = new Coverage { Taken = taken, Assets = counted.Assets, Owned = counted.Owned, Described = counted.Described, Checked = counted.Checked, Columns = counted.Columns, Classified = counted.Classified, Reviewed = counted.Reviewed },
            History = [.. (await memory.EarlierCoverageAsync(inventoryRun, Nights, cancellationToken)).Select(json => json.Deserialize<Coverage>(ReportFiles.Json)!)],
            Failing = [.. (await memory.IncidentsAsync(cancellationToken)).OrderBy(i => i.Severity == "critical" ? 0 : 1).Select(i => new FailingLine(i.Asset, NameOf(i.Asset), i.Column, i.Check, i.Message, i.Message, i.Severity, i.OpenedAt))],
            Anomalies = [.. (await memory.AnomaliesAsync(since ?? taken.AddDays(-1), cancellationToken)).OrderByDescending(a => a.Score).Select(a => new FailingLine(a.Asset, a.AssetName ?? NameOf(a.Asset), a.Column, a.Metric.Replace('_', ' '), Figures(a.Value, a.Expected, "expected"), Figures(a.Value, a.Expected, "预期"), "warning", a.At))],
            Breaches = [.. (await memory.BrokenContractsAsync(cancellationToken)).SelectMany(c => c.Breaches.Select(b => new FailingLine(c.Asset, c.Name, b.Column, c.Owner ?? "—", b.Message, b.MessageZh, "critical", null)))],
            Flips = since is { } before ? [.. (await memory.FlipsAsync(before, cancellationToken)).Select(f => new FlipLine(f.Asset, f.Name, f.Column, f.Before, f.After))] : [],
            Unowned = [.. worth.Where(w => w.Owner is null).OrderByDescending(Uses).ThenBy(w => w.Asset, StringComparer.Ordinal).Select(w => Care(w, null, taken))],
            Stale = [.. worth.Where(w => w.Stale).OrderByDescending(Uses).ThenBy(w => w.RenewedAt).Select(w => Care(w, w.RenewedAt, taken))],
            Unused = [.. worth.Where(w => w.Unused).OrderByDescending(w => w.Bytes ?? 0).Select(w => Care(w, w.LastUsedAt, taken))],
            Copies = [.. copies.Where(r => r.ToAsset is not null && r.Confidence >= 0.8).Select(r => new CopyLine(r.FromAsset, r.FromName, r.ToAsset!, r.ToName!, r.Inclusion ?? r.Confidence))],
            Dependencies = [.. dependencies.Select(r => new DependencyLine(r.FromAsset, r.FromName, string.Join(" + ", r.FromColumns), string.Join(", ", r.ToColumns), r.BrokenRows ?? 0, r.Confidence, Example(r)))],
            ToReview = counted.Classified - counted.Reviewed,
        };

        string NameOf(string asset) => names.GetValueOrDefault(asset, asset);
    }

    private static long Uses(AssetWorth worth) => worth.Reads + worth.Queries + worth.Views;

    private static CareLine Care(AssetWorth worth, DateTimeOffset? at, DateTimeOffset taken) => new(worth.Asset, worth.Name, Uses(worth), at is { } moment ? Math.Max(0, (int)(taken - moment).TotalDays) : null, worth.Bytes);

    private static string Figures(double? value, double? expected, string word) => string.Create(CultureInfo.InvariantCulture, $"{(value is { } v ? v.ToString("G5", CultureInfo.InvariantCulture) : "–")}{(expected is { } e ? $", {word} {e.ToString("G5", CultureInfo.InvariantCulture)}" : "")}");

    /// <summary>One contradiction in words: the values that were found together, and what the others of the group have.</summary>
    private static string? Example(RelationRow relation)
    {
        if (!relation.Evidence.TryGetProperty("examples", out var examples) || examples.ValueKind != JsonValueKind.Array || examples.GetArrayLength() == 0)
            return null;
        var first = examples[0];
        return first.ValueKind == JsonValueKind.Object && first.TryGetProperty("given", out var given) && first.TryGetProperty("expected", out var expected) && first.TryGetProperty("found", out var found)
            ? $"{string.Join(", ", given.EnumerateArray().Select(g => g.ToString()))}: mostly {expected}, but also {found}"
            : null;
    }
}
