using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>Which columns might refer to which, by their profiles alone.</summary>
internal static class CandidatePairs
{
    // Where ids of hundreds of tables are counted from 1, each number fits them all: the best by what is known before counting are counted.
    private const int MostTargets = 20;

    // Log-odds that even a perfect inclusion would not lift to anything.
    private const double Hopeless = -4;

    /// <summary>Pairs worth counting.</summary>
    public static List<RelationCandidate> Of(IReadOnlyList<RelationEnd> ends, RelationModel model, CancellationToken cancellation)
    {
        var targets = ends.Where(end => end.IsKey && end.CanName && end.Column.Distinct >= 2).ToList();
        var versions = new Dictionary<(string, string), bool>();
        var candidates = new List<RelationCandidate>();
        foreach (var from in ends.Where(CanRefer))
        {
            cancellation.ThrowIfCancellationRequested();
            var declared = from.Asset.References.Any(reference => reference.Columns.Count == 1 && reference.Columns[0] == from.Column.Name);
            if (declared)
                continue;
            candidates.AddRange(targets
                .Where(to => Near(from, to) && (ReferenceEquals(from.Table, to.Table) ? from.Names.IsHierarchy && from.Position != to.Position && !from.IsKey : !AreVersions(from, to, versions)))
                .Select(to => new RelationCandidate(from, to)).Where(candidate => candidate.IsPossible && !candidate.IsOneCountInAnother)
                .Select(candidate => (Candidate: candidate, Odds: model.LogOdds(candidate))).Where(pair => pair.Odds > Hopeless)
                .OrderByDescending(pair => pair.Odds).Take(MostTargets).Select(pair => pair.Candidate));
        }

        return candidates;
    }

    // Numbers are kept from one table of a sample to the next only by chance; what a sample holds must be found in all of the other.
    private static bool CanRefer(RelationEnd end) => end.CanName && end.Column.Distinct >= 2 && !IsNoReference(end.Verdict) && (end.Verdict.Type is not ("price" or "amount" or "measure") || end.Column.Kind == ValueKind.Integer);

    // What is surely a year, a degree or a share names nothing, whatever other table has the same numbers.
    private static bool IsNoReference(ColumnVerdict verdict) => verdict.Confidence >= 0.8 && verdict.Type is "year" or "month" or "day" or "weekday" or "time_of_day" or "duration" or "age" or "latitude" or "longitude" or "percentage"
        or "rating" or "score" or "weight" or "discount" or "tax" or "quantity" or "flag" or "embedding" or "list" or "json" or "html" or "free_text" or "review";

    // Folders beside or within each other hold the tables of one thing; a key that was only sampled is not known whole.
    private static bool Near(RelationEnd from, RelationEnd to)
    {
        if (to.Table.Sampled)
            return false;
        if (from.Asset.Group == to.Asset.Group || from.Asset.Database is not null || !from.Asset.Group.StartsWith('/'))
            return true;
        var (a, b) = (from.Asset.Group, to.Asset.Group);
        return Path.GetDirectoryName(a) is { } parent && (parent == Path.GetDirectoryName(b) || parent == b) || Path.GetDirectoryName(b) == a;
    }

    // Train and test, dirty and clean: the same columns say two versions of one table, not a reference between two.
    private static bool AreVersions(RelationEnd from, RelationEnd to, Dictionary<(string, string), bool> known)
    {
        var key = (from.Asset.Key, to.Asset.Key);
        if (!known.TryGetValue(key, out var versions))
            known[key] = versions = AreVersions(from.Table, to.Table);
        return versions;
    }

    private static bool AreVersions(AssetProfile a, AssetProfile b)
    {
        if (a.Columns.Any(column => RelationNames.IsNumbered(column.Name)))
            return a.Columns.Count == b.Columns.Count && a.Columns.Count > 1 && a.Verdicts.Zip(b.Verdicts).All(pair => pair.First.Type == pair.Second.Type && pair.First.Role == pair.Second.Role) && a.Columns.Zip(b.Columns).All(pair => pair.First.Kind == pair.Second.Kind);
        var names = a.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var common = b.Columns.Count(column => names.Contains(column.Name));
        return common >= 2 && common >= 0.7 * Math.Max(a.Columns.Count, b.Columns.Count) || common == a.Columns.Count && common == b.Columns.Count;
    }
}
