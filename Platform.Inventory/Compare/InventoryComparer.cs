using System.Globalization;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Compare;

/// <summary>Compares two inventories, source by source: a source that the earlier one did not look at has neither new nor gone assets to report.</summary>
public static class InventoryComparer
{
    /// <summary>A mean that moved by less than this share of itself is as it was.</summary>
    private const double LeastMove = 0.02;

    /// <summary>What is different in <paramref name="now"/>.</summary>
    /// <param name="before">The last inventory of each source; a source may be missing.</param>
    /// <param name="now">The inventory to describe.</param>
    public static InventoryDifferences Compare(IReadOnlyList<InventorySnapshot> before, InventorySnapshot now)
    {
        var added = new List<string>();
        var gone = new List<string>();
        var changed = new List<AssetChange>();
        var renamed = new List<AssetRename>();
        var alike = new List<SameContent>();
        DateTimeOffset? since = null;
        foreach (var source in now.Sources.Where(source => source.Failure is null))
        {
            var earlier = before.FirstOrDefault(snapshot => snapshot.Sources.Any(other => other.Source == source.Source && other.Failure is null));
            if (earlier is null)
            {
                added.AddRange(source.Assets.Select(asset => asset.Key));
                continue;
            }

            since = since is null || earlier.Taken > since ? earlier.Taken : since;
            // A file that left its series, or came back to it, because of its columns is neither new nor gone.
            var left = source.Assets.SelectMany(asset => asset.OtherShapes).Select(other => FolderScanner.KeyOf(other.Path)).ToHashSet(StringComparer.Ordinal);
            var stood = earlier.Sources.Where(other => other.Source == source.Source).SelectMany(other => other.Assets).ToList();
            left.IntersectWith(stood.Where(asset => asset.Files.Count > 1).SelectMany(asset => asset.Files).Select(file => FolderScanner.KeyOf(file.Path)));
            var back = stood.SelectMany(asset => asset.OtherShapes).Select(other => FolderScanner.KeyOf(other.Path)).ToHashSet(StringComparer.Ordinal);
            back.IntersectWith(source.Assets.Where(asset => asset.Files.Count > 1).SelectMany(asset => asset.Files).Select(file => FolderScanner.KeyOf(file.Path)));
            var old = earlier.Sources.First(other => other.Source == source.Source).Assets.DistinctBy(asset => asset.Key).ToDictionary(asset => asset.Key);
            foreach (var asset in source.Assets)
            {
                if (!old.Remove(asset.Key, out var was))
                {
                    if (!left.Contains(asset.Key))
                        added.Add(asset.Key);
                }
                else if (was.Fingerprint != asset.Fingerprint || was.Condition != asset.Condition)
                {
                    changed.Add(Change(was, asset, earlier.Profiles.GetValueOrDefault(asset.Key), now.Profiles.GetValueOrDefault(asset.Key)));
                }
            }

            // What has the same rows under another name is the same thing, where there is no doubt which; an empty one is like any other.
            var came = source.Assets.Where(asset => asset.ContentFingerprint is not null && added.Contains(asset.Key)).ToLookup(asset => asset.ContentFingerprint!);
            foreach (var went in old.Values.Where(asset => asset.ContentFingerprint is not null && earlier.Profiles.GetValueOrDefault(asset.Key) is { Rows: > 0 }).GroupBy(asset => asset.ContentFingerprint!).ToList())
            {
                var (earlierOnes, newOnes) = (went.ToList(), came[went.Key].ToList());
                if (earlierOnes is [var from] && newOnes is [var to])
                {
                    renamed.Add(new AssetRename(from.Key, from.Name, to.Key, to.Name));
                    old.Remove(from.Key);
                    added.RemoveAll(key => key == to.Key);
                }
                else if (newOnes.Count > 0)
                {
                    alike.Add(new SameContent([.. earlierOnes.Select(asset => asset.Name)], [.. newOnes.Select(asset => asset.Name)]));
                }
            }

            gone.AddRange(old.Keys.Where(key => !back.Contains(key)));
        }

        return new InventoryDifferences
        {
            Since = since,
            New = [.. added.Distinct().Order(StringComparer.Ordinal)],
            Changed = [.. changed.DistinctBy(change => change.Key).OrderBy(change => change.Key, StringComparer.Ordinal)],
            Renamed = renamed,
            Alike = alike,
            Gone = [.. gone.Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static AssetChange Change(FoundAsset was, FoundAsset now, AssetProfile? before, AssetProfile? after)
    {
        var oldFiles = was.Files.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        var newFiles = now.Files.ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        var reshaped = now.OtherShapes.Select(other => other.Path).ToHashSet(StringComparer.Ordinal);
        var returned = was.OtherShapes.Select(other => other.Path).ToHashSet(StringComparer.Ordinal);
        var change = new AssetChange
        {
            Key = now.Key,
            Name = now.Name,
            RowsBefore = before is { Failure: null } ? before.Rows : was.KnownRows,
            Rows = after is { Failure: null } ? after.Rows : now.KnownRows,
            BytesBefore = was.Bytes,
            Bytes = now.Bytes,
            FilesChanged = [.. newFiles.Where(file => oldFiles.TryGetValue(file.Key, out var hash) ? hash != file.Value : returned.Contains(file.Key)).Select(file => Path.GetFileName(file.Key)).Order(StringComparer.Ordinal)],
            FilesNew = [.. newFiles.Keys.Where(path => !oldFiles.ContainsKey(path) && !returned.Contains(path)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)],
            FilesGone = [.. oldFiles.Keys.Where(path => !newFiles.ContainsKey(path) && !reshaped.Contains(path)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)],
            FilesReshaped = [.. oldFiles.Keys.Where(reshaped.Contains).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)],
            ConditionBefore = was.Condition != now.Condition ? was.Condition.ToString().ToLowerInvariant() : null,
        };
        if (before is not { Failure: null } || after is not { Failure: null })
            return change;
        var old = before.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, StringComparer.Ordinal);
        var present = after.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, StringComparer.Ordinal);
        return change with
        {
            ColumnsNew = [.. present.Keys.Where(name => !old.ContainsKey(name))],
            ColumnsGone = [.. old.Keys.Where(name => !present.ContainsKey(name))],
            ColumnsRetyped = [.. present.Values.Where(column => old.TryGetValue(column.Name, out var was) && was.Type != column.Type).Select(column => $"{column.Name}: {old[column.Name].Type} to {column.Type}")],
            Moves = [.. present.Values.Where(column => old.ContainsKey(column.Name)).SelectMany(column => Moves(old[column.Name], column, Names(after, column))), .. Judged(before, after)],
        };
    }

    /// <summary>Whether the numbers of a column name things: what such numbers are on average says nothing.</summary>
    private static bool Names(AssetProfile profile, ColumnProfile column)
        => column is { Whole: true, UniqueShare: > 0.98 } || column.Kind == ValueKind.Integer && column.UniqueShare > 0.98
            || profile.Verdicts.FirstOrDefault(verdict => verdict.Column == column.Name) is { } verdict && (verdict.Role is ColumnRole.Key or ColumnRole.Reference || verdict.Type == "id");

    private static IEnumerable<MetricMove> Moves(ColumnProfile before, ColumnProfile after, bool names)
    {
        if (Math.Abs(before.NullShare - after.NullShare) >= 0.05)
            yield return new MetricMove(after.Name, "null_share", Percent(before.NullShare), Percent(after.NullShare));
        var distinct = after.Distinct / (double)Math.Max(1, before.Distinct);
        if (before.Distinct + after.Distinct > 20 && distinct is > 1.5 or < 0.67 && Math.Abs(before.UniqueShare - after.UniqueShare) > 0.1)
            yield return new MetricMove(after.Name, "distinct", before.Distinct.ToString("N0", CultureInfo.InvariantCulture), after.Distinct.ToString("N0", CultureInfo.InvariantCulture));
        // By more than a quarter of the spread the mean does not move by chance in a table worth the name; of large numbers that lie close together that is nothing to anybody.
        if (!names && before.Mean is { } mean && after.Mean is { } moved && before.StandardDeviation is > 0 and var spread && Math.Abs(moved - mean) > 0.25 * spread && Math.Abs(moved - mean) >= LeastMove * Math.Abs(mean))
            yield return new MetricMove(after.Name, "mean", mean.ToString("G5", CultureInfo.InvariantCulture), moved.ToString("G5", CultureInfo.InvariantCulture));
        if (before.Kind == after.Kind && after.Kind is ValueKind.Integer or ValueKind.Decimal or ValueKind.Date or ValueKind.Timestamp)
        {
            if (before.Min != after.Min)
                yield return new MetricMove(after.Name, "min", before.Min ?? "", after.Min ?? "");
            if (before.Max != after.Max)
                yield return new MetricMove(after.Name, "max", before.Max ?? "", after.Max ?? "");
        }
    }

    private static IEnumerable<MetricMove> Judged(AssetProfile before, AssetProfile after)
    {
        // Other rules, or another word of people, judge the same data otherwise: that is no change of the data.
        if (before.RulesVersion != after.RulesVersion || before.PeopleVersion != after.PeopleVersion)
            return [];
        var old = before.Verdicts.DistinctBy(verdict => verdict.Column).ToDictionary(verdict => verdict.Column, StringComparer.Ordinal);
        return after.Verdicts.Where(verdict => old.TryGetValue(verdict.Column, out var was) && was.Type != verdict.Type).Select(verdict => new MetricMove(verdict.Column, "semantic_type", old[verdict.Column].Type, verdict.Type));
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
