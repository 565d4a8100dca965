using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;

namespace Platform.Inventory.Relate;

/// <summary>
/// Proposes foreign keys between the assets of a group. Profiles leave few pairs possible; only their columns are read again, and inclusion is counted
/// on all values. A reference may be broken: up to a quarter of the values may be missing, and they are listed.
/// </summary>
public sealed class RelationFinder(TableStore store, InventoryCache cache)
{
    /// <summary>Raised when the same data would give other proposals.</summary>
    public const int Version = 1;

    private const string Kind = "relations";
    private const int MostTables = 200;

    /// <summary>Relations of all groups, the surest first.</summary>
    /// <param name="assets">Assets with their profiles, in the same order.</param>
    /// <param name="profiles">The profiles.</param>
    /// <param name="problem">Called with a sentence for each group whose data could not be read again.</param>
    /// <param name="cancellation">Ends the work.</param>
    public IReadOnlyList<Relation> Find(IReadOnlyList<FoundAsset> assets, IReadOnlyList<AssetProfile> profiles, Action<string>? problem, CancellationToken cancellation)
    {
        var relations = new List<Relation>();
        using var profiler = new FileProfiler();
        var tables = assets.Zip(profiles).Where(pair => pair.First.Condition == AssetCondition.Readable && pair.First.Database is null && pair.Second.Failure is null && pair.Second.Columns.Count is > 0 and <= 400);
        foreach (var group in tables.GroupBy(pair => (pair.First.Source, pair.First.Group)).Where(group => group.Count() > 1))
        {
            cancellation.ThrowIfCancellationRequested();
            var members = group.OrderBy(pair => pair.First.Key, StringComparer.Ordinal).Take(MostTables).ToList();
            var key = Fingerprint(members.Select(pair => pair.First));
            if (cache.Find<Found>(Kind, key) is { } known)
            {
                relations.AddRange(known.Relations);
                continue;
            }

            try
            {
                var found = FindIn(members, profiler, cancellation);
                cache.Keep(Kind, key, new Found(found));
                relations.AddRange(found);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnreadableFileException or TableException or DuckDbException or InvalidDataException)
            {
                problem?.Invoke($"The relations of '{group.Key.Group}' could not be looked for: {e.Message}");
            }
        }

        // A database says its references itself; its values are not compared with each other.
        relations.AddRange(DeclaredRelations.Of(assets));
        return [.. relations.OrderByDescending(relation => relation.Confidence).ThenBy(relation => relation.FromAsset, StringComparer.Ordinal).ThenBy(relation => relation.FromColumn, StringComparer.Ordinal)];
    }

    private sealed record Found(IReadOnlyList<Relation> Relations);

    private List<Relation> FindIn(List<(FoundAsset Asset, AssetProfile Profile)> members, FileProfiler profiler, CancellationToken cancellation)
    {
        var candidates = Candidates(members);
        if (candidates.Count == 0)
            return [];
        Count(candidates, profiler, cancellation);
        var chosen = Choose(candidates);
        var texts = MissingTexts(chosen.Select(pair => pair.Candidate), profiler, cancellation);
        return [.. chosen.Select(pair => ToRelation(pair.Candidate, pair.Confidence, texts))];
    }

    private static List<RelationCandidate> Candidates(List<(FoundAsset Asset, AssetProfile Profile)> members)
    {
        var ends = members.SelectMany(member => member.Profile.Columns.Select((column, i) => new RelationEnd(member.Asset, member.Profile, column, member.Profile.Verdicts[i], i))).ToList();
        var keys = ends.Where(end => end.IsKey && end.Verdict.Type is not ("price" or "measure" or "timestamp" or "date" or "unix_time" or "free_text" or "free_text_zh")).ToList();
        var sources = ends.Where(CanRefer).ToList();
        var candidates = new List<RelationCandidate>();
        foreach (var from in sources)
        {
            foreach (var to in keys)
            {
                if (ReferenceEquals(from.Asset, to.Asset) ? !RefersToItself(from, to) : AreVersions(from.Table, to.Table))
                    continue;
                if (from.IsNumber != to.IsNumber)
                    continue;
                var candidate = new RelationCandidate(from, to);
                if (candidate.IsPossible())
                    candidates.Add(candidate);
            }
        }

        return candidates;
    }

    private static bool CanRefer(RelationEnd end) => end.Column.Distinct >= 2
        && end.Column.Kind is ValueKind.Integer or ValueKind.Text or ValueKind.Decimal && (end.Column.Kind != ValueKind.Decimal || end.Column.Whole) && (end.Column.MaxLength ?? 0) <= 128
        && (RelationNames.IsNumbered(end.Column.Name) || end.Verdict.Type is not ("quantity" or "rating" or "age" or "percentage" or "duration" or "year" or "month"))
        && end.Verdict.Type is not ("price" or "timestamp" or "date" or "time_of_day" or "unix_time" or "flag" or "free_text" or "free_text_zh" or "latitude" or "longitude" or "date_of_birth" or "given_name" or "family_name" or "person_name" or "street_address" or "masked" or "postcode" or "city" or "region" or "phone" or "list" or "json" or "constant");

    // parent_id, manager_id: a row of the same table.
    private static bool RefersToItself(RelationEnd from, RelationEnd to) => from.Column.Name != to.Column.Name && !from.IsKey
        && (from.Column.Name.Contains("parent", StringComparison.OrdinalIgnoreCase) || from.Column.Name.Contains("manager", StringComparison.OrdinalIgnoreCase) || from.Column.Name.Contains("reply", StringComparison.OrdinalIgnoreCase) || from.Column.Name.Contains('父', StringComparison.Ordinal));

    // Train and test, dirty and clean: the same columns say two versions of one table, not a reference between two.
    private static bool AreVersions(AssetProfile a, AssetProfile b)
    {
        if (a.Columns.Any(column => RelationNames.IsNumbered(column.Name)))
            return a.Columns.Count == b.Columns.Count && a.Columns.Count > 1 && a.Verdicts.Zip(b.Verdicts).All(pair => pair.First.Type == pair.Second.Type && pair.First.Role == pair.Second.Role) && a.Columns.Zip(b.Columns).All(pair => pair.First.Kind == pair.Second.Kind);
        var names = a.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var common = b.Columns.Count(column => names.Contains(column.Name));
        return common >= 2 && common >= 0.7 * Math.Max(a.Columns.Count, b.Columns.Count) || common == a.Columns.Count && common == b.Columns.Count;
    }

    private void Count(List<RelationCandidate> candidates, FileProfiler profiler, CancellationToken cancellation)
    {
        var values = new Dictionary<(string Asset, string Column), ColumnValues>();
        foreach (var asset in candidates.SelectMany(candidate => new[] { candidate.From, candidate.To }).GroupBy(end => end.Asset))
        {
            var columns = asset.Select(end => end.Column.Name).Distinct(StringComparer.Ordinal).ToList();
            foreach (var (column, found) in ColumnValues.Read(asset.Key, columns, store, profiler, null, cancellation))
                values[(asset.Key.Key, column)] = found;
        }

        foreach (var candidate in candidates)
        {
            var from = values[(candidate.From.Asset.Key, candidate.From.Column.Name)];
            var to = values[(candidate.To.Asset.Key, candidate.To.Column.Name)];
            var threshold = Math.Min(from.Threshold, to.Threshold);
            var scale = Math.Max(from.Scale, to.Scale);
            long rows = 0, missingRows = 0, distinct = 0;
            var missing = new Dictionary<ulong, int>();
            foreach (var (hash, count) in from.Counts)
            {
                if (hash > threshold)
                    continue;
                distinct++;
                rows += count;
                if (to.Counts.ContainsKey(hash))
                    continue;
                missing[hash] = count;
                missingRows += count;
            }

            var keys = threshold == ulong.MaxValue ? to.Counts.Count : to.Counts.Keys.Count(hash => hash <= threshold);
            candidate.Counted = new RelationCandidate.Counts(rows * scale, missingRows * scale, distinct * scale, missing.Count * scale, keys * scale, missing);
        }
    }

    // A column refers to one table. Where two fit nearly alike, neither is sure.
    private static List<(RelationCandidate Candidate, double Confidence)> Choose(List<RelationCandidate> candidates)
    {
        var chosen = new List<(RelationCandidate, double)>();
        foreach (var source in candidates.GroupBy(candidate => (candidate.From.Asset.Key, candidate.From.Column.Name)))
        {
            var ranked = source.Select(candidate => (Candidate: candidate, Score: candidate.Score())).OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Candidate.To.Position).ToList();
            var (best, score) = ranked[0];
            if (score < RelationCandidate.Least)
                continue;
            var rival = ranked.Skip(1).FirstOrDefault(pair => pair.Candidate.To.Asset.Key != best.To.Asset.Key);
            var confidence = rival.Candidate is not null && score - rival.Score < 0.08 ? score * 0.7 : score;
            chosen.Add((best, Math.Round(confidence, 3)));
        }

        return chosen;
    }

    private Dictionary<(string Asset, string Column), Dictionary<ulong, string?>> MissingTexts(IEnumerable<RelationCandidate> chosen, FileProfiler profiler, CancellationToken cancellation)
    {
        var texts = new Dictionary<(string, string), Dictionary<ulong, string?>>();
        foreach (var asset in chosen.Where(candidate => candidate.Counted!.MissingRows > 0).GroupBy(candidate => candidate.From.Asset))
        {
            var wanted = asset.ToDictionary(
                candidate => candidate.From.Column.Name,
                candidate => candidate.Counted!.Missing.OrderByDescending(pair => pair.Value).Take(20).ToDictionary(pair => pair.Key, _ => (string?)null),
                StringComparer.Ordinal);
            ColumnValues.Read(asset.Key, wanted.Keys, store, profiler, wanted, cancellation);
            foreach (var (column, found) in wanted)
                texts[(asset.Key.Key, column)] = found;
        }

        return texts;
    }

    private static Relation ToRelation(RelationCandidate candidate, double confidence, Dictionary<(string Asset, string Column), Dictionary<ulong, string?>> texts)
    {
        var counts = candidate.Counted!;
        var examples = texts.TryGetValue((candidate.From.Asset.Key, candidate.From.Column.Name), out var found)
            ? found.Where(pair => pair.Value is not null).Select(pair => new ValueCount(candidate.From.Verdict.Personal == PersonalClass.None ? pair.Value! : ColumnSample.Mask(pair.Value!), counts.Missing[pair.Key])).OrderByDescending(value => value.Count).ToList()
            : [];
        return new Relation
        {
            FromAsset = candidate.From.Asset.Key,
            FromColumn = candidate.From.Column.Name,
            ToAsset = candidate.To.Asset.Key,
            ToColumn = candidate.To.Column.Name,
            Confidence = confidence,
            MissingRows = counts.MissingRows,
            MissingValues = counts.MissingValues,
            MissingExamples = examples,
            Inclusion = Math.Round(1 - (counts.MissingValues / (double)Math.Max(1, counts.Values)), 6),
            Coverage = Math.Round((counts.Values - counts.MissingValues) / (double)Math.Max(1, counts.KeyValues), 6),
            Reasons = candidate.Reasons(),
        };
    }

    private static string Fingerprint(IEnumerable<FoundAsset> assets)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Version} {TableJudge.Version} {ColumnState.FormatVersion}");
        foreach (var asset in assets)
            text.Append('\n').Append(asset.Key).Append(' ').Append(asset.Fingerprint);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
