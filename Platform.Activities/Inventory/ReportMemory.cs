using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Catalog.Usage;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Report;

namespace Platform.Activities.Inventory;

/// <summary>Says what the catalog remembers in the report's words.</summary>
internal static class ReportMemory
{
    private const int Nights = 60;

    // Of the population stability index, as is usual.
    private const double LargeShift = 0.25;

    /// <param name="memory">The catalog.</param>
    /// <param name="workflows">Names of the workflows that are deployed; null where nobody can say, and nothing is told of what they do.</param>
    /// <param name="run">The run that made the inventory.</param>
    /// <param name="inventoryRun">The inventory that is reported.</param>
    /// <param name="snapshot">What it found: only of these assets is told.</param>
    /// <param name="differences">What is different since the inventory before.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<CatalogFacts> ReadAsync(InventoryMemory memory, IReadOnlyList<string>? workflows, long run, long inventoryRun, InventorySnapshot snapshot, InventoryDifferences differences, CancellationToken cancellationToken)
    {
        var (taken, since) = (snapshot.Taken, differences.Since);
        var here = snapshot.Assets.Select(asset => asset.Key).ToHashSet(StringComparer.Ordinal);
        // What is judged otherwise because people said so is their word, and no news to them.
        var taught = snapshot.Flips.Where(flip => flip.Because == "people").Select(flip => (flip.Asset, flip.Column)).ToHashSet();
        var covered = await memory.CoverageAsync(cancellationToken);
        var worth = (await memory.WorthAsync(cancellationToken)).Where(w => here.Contains(w.Asset)).ToList();
        var names = snapshot.Assets.DistinctBy(asset => asset.Key).ToDictionary(asset => asset.Key, asset => asset.Name, StringComparer.Ordinal);
        var made = await memory.MadeFromAsync(here, cancellationToken);
        var copies = await memory.RelationsAsync("near_duplicate", cancellationToken);
        var dependencies = await memory.RelationsAsync("dependency", cancellationToken);
        // Found by this run, of days that are new or were written anew: a day of the past whose file is another since last night is odd now, whatever day it is.
        var odd = (await memory.AnomaliesAsync(run, cancellationToken)).Where(a => here.Contains(a.Asset)).ToList();
        // The mean of a few rows strays by itself, but not to twice or half of what is usual.
        var counted = odd.Where(a => a.Metric == "day_rows").Select(a => (a.Asset, a.At)).ToHashSet();
        var anomalies = odd.Where(a => a.Metric is not ("day_mean" or "day_median" or "day_null_share") || !counted.Contains((a.Asset, a.At)) || Math.Abs((a.Value ?? 0) / (a.Expected is > 0 or < 0 ? a.Expected.Value : 1)) is < 0.5 or > 2);
        return new CatalogFacts
        {
            Coverage = new Coverage { Taken = taken, Assets = covered.Assets, Owned = covered.Owned, Described = covered.Described, Checked = covered.Checked, Columns = covered.Columns, Classified = covered.Classified, Reviewed = covered.Reviewed },
            History = [.. (await memory.EarlierCoverageAsync(inventoryRun, Nights, cancellationToken)).Select(json => json.Deserialize<Coverage>(ReportFiles.Json)!)],
            Failing = [.. (await memory.IncidentsAsync(cancellationToken)).Where(i => here.Contains(i.Asset)).OrderBy(i => i.Severity == "critical" ? 0 : 1).Select(i => new FailingLine(i.Asset, NameOf(i.Asset), i.Column, i.Check, i.Message, i.MessageZh ?? i.Message, i.Severity, i.OpenedAt) { Title = i.Title, TitleZh = i.TitleZh })],
            Anomalies = [.. anomalies.OrderByDescending(a => a.Score).Select(a => (a.Asset, a.Column, a.Metric, a.At, Figures: MetricWords.Figures(a.Metric, a.Kind, a.Value, a.Expected, a.Low, a.High))).Select(a => new FailingLine(a.Asset, NameOf(a.Asset), a.Column, a.Metric, a.Figures.En, a.Figures.Zh, "warning", a.At))],
            Breaches = [.. (await memory.BrokenContractsAsync(cancellationToken)).Where(c => here.Contains(c.Asset)).SelectMany(c => c.Breaches.Select(b => new FailingLine(c.Asset, NameOf(c.Asset), b.Column, c.Owner ?? "", b.Message, b.MessageZh, "critical", null)))],
            Unmasked = workflows is null ? [] : [.. (await memory.UnmaskedAsync(workflows, cancellationToken)).Where(u => here.Contains(u.Asset)).DistinctBy(u => (u.Asset, u.ColumnName, u.ToAsset, u.Workflow))
                .Select(u => new FailingLine(u.Asset, NameOf(u.Asset), u.ColumnName, u.Workflow, $"{u.PersonalClass.Replace('_', ' ')}, to {u.ToColumn} of {ReportNames.Of(u.ToAsset, u.ToAsset)}", $"写入 {ReportNames.Of(u.ToAsset, u.ToAsset)} 的 {u.ToColumn}", "warning", u.LastSeenAt))],
            Flips = since is { } before ? [.. (await memory.FlipsAsync(before, cancellationToken)).Where(f => here.Contains(f.Asset) && !taught.Contains((f.Asset, f.Column))).Select(f => new FlipLine(f.Asset, NameOf(f.Asset), f.Column, f.Before, f.After))] : [],
            Unclassified = [.. (await memory.UnclassifiedAsync(cancellationToken)).Where(u => here.Contains(u.Asset)).Select(u => new UnknownLine(u.Asset, NameOf(u.Asset), u.Column, u.DataType, u.Guess))],
            Unowned = [.. worth.Where(w => w.Owner is null).OrderByDescending(Uses).ThenBy(w => w.Asset, StringComparer.Ordinal).Select(w => Care(w, null, taken))],
            Stale = [.. worth.Where(w => w.Stale).OrderByDescending(Uses).ThenBy(w => w.RenewedAt).Select(w => Care(w, w.RenewedAt, taken))],
            Unused = [.. worth.Where(w => w.Unused).OrderByDescending(w => w.Bytes ?? 0).Select(w => Care(w, w.LastUsedAt, taken))],
            MadeFrom = [.. made.Select(pair => new MadeLine(pair.From, pair.To))],
            Copies = [.. copies.Where(r => here.Contains(r.FromAsset) && r.ToAsset is not null && !made.Contains((r.FromAsset, r.ToAsset)) && !made.Contains((r.ToAsset, r.FromAsset)) && r.Confidence >= 0.8).Select(r => new CopyLine(r.FromAsset, NameOf(r.FromAsset), r.ToAsset!, ReportNames.Of(r.ToAsset!, r.ToName!), r.Inclusion ?? r.Confidence))],
            Dependencies = DependencyRules.Lines(dependencies.Where(r => here.Contains(r.FromAsset) && r.ToColumns.Length == 1).Select(r => new FoundRule(r.FromAsset, r.FromColumns, r.ToColumns[0], r.BrokenRows ?? 0, r.Confidence, Example(r)) { Support = SupportOf(r) }), snapshot, NameOf),
            Drifted = await DriftAsync(memory, snapshot, cancellationToken),
            ToReview = await memory.ToReviewAsync(cancellationToken),
        };

        string NameOf(string asset) => ReportNames.Of(asset, names.GetValueOrDefault(asset, asset));
    }

    /// <summary>
    /// How far the features of models have moved since the profile that is nearest to their training. Times move by nature, and ids mean nothing by how they are spread.
    /// </summary>
    private static async Task<IReadOnlyList<FeatureDriftLine>> DriftAsync(InventoryMemory memory, InventorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var lines = new List<FeatureDriftLine>();
        foreach (var asset in snapshot.Assets)
        {
            if (asset.Model is not { TrainedAt: { } trained } model)
                continue;
            foreach (var table in model.Tables.Where(table => snapshot.Profiles.GetValueOrDefault(table.Asset) is { Failure: null }))
            {
                var now = snapshot.Profiles[table.Asset].Columns;
                var features = model.Features.Where(feature => feature.Table == table.Asset).Select(feature => feature.Column).ToHashSet(StringComparer.Ordinal);
                foreach (var (name, at, json) in await memory.ProfiledThenAsync(table.Asset, table.Version, trained, features, cancellationToken))
                {
                    if (now.FirstOrDefault(column => column.Name == name) is { Kind: not (ValueKind.Date or ValueKind.Timestamp or ValueKind.Time), UniqueShare: < 0.5 } column
                        && json.Deserialize<ColumnProfile>(ReportFiles.Json) is { } then && VersionDrift.Of(then, column) is { PopulationStability: > LargeShift and var moved })
                        lines.Add(new FeatureDriftLine(asset.Key, asset.Name, table.Asset, name, moved, at));
                }
            }
        }
        return lines;
    }

    // Found by an earlier version, the evidence may say nothing of it.
    private static double SupportOf(RelationRow relation)
        => relation.Evidence.ValueKind == JsonValueKind.Object && relation.Evidence.TryGetProperty("rows", out var rows) && relation.Evidence.TryGetProperty("rows_looked_at", out var looked) && looked.TryGetDouble(out var all) && all > 0 ? rows.GetDouble() / all : 1;

    private static long Uses(AssetWorth worth) => worth.Reads + worth.Queries + worth.Views;

    private static CareLine Care(AssetWorth worth, DateTimeOffset? at, DateTimeOffset taken) => new(worth.Asset, ReportNames.Of(worth.Asset, worth.Name), Uses(worth), at is { } moment ? Math.Max(0, (int)(taken - moment).TotalDays) : null, worth.Bytes);

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
