using System.Collections.Concurrent;
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
    public static List<RelationCandidate> Of(IReadOnlyList<RelationEnd> ends, RelationModel model, KnownReferences known, CancellationToken cancellation)
    {
        var targets = ends.Where(end => end.IsKey && end.CanName && end.Column.Distinct >= 2).ToArray();
        // Tables by the thousand have few different names of columns: each is compared once with each of a key.
        var names = targets.Select(to => (to.Column.Name, TableOf(to))).Distinct().Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place);
        var placeOf = Array.ConvertAll(targets, to => names[(to.Column.Name, TableOf(to))]);
        var evidence = new ConcurrentDictionary<string, sbyte[]>(StringComparer.Ordinal);
        var forms = ends.Select(end => end.Table).Distinct<AssetProfile>(ReferenceEqualityComparer.Instance).ToDictionary<AssetProfile, AssetProfile, TableForm>(table => table, table => new TableForm(table), ReferenceEqualityComparer.Instance);
        var formOf = Array.ConvertAll(targets, to => forms[to.Table]);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        var tables = ends.Where(end => (CanRefer(end) || known.Knows(end)) && !IsDeclared(end)).GroupBy(end => end.Table, ReferenceEqualityComparer.Instance).Select(table => table.ToList()).ToList();
        var found = new List<RelationCandidate>[tables.Count];
        Parallel.For(0, tables.Count, options, place =>
        {
            var own = forms[tables[place][0].Table];
            var versions = new Dictionary<TableForm, bool>(ReferenceEqualityComparer.Instance);
            found[place] = [.. tables[place].SelectMany(from => Best(from, own, versions))];
        });
        return [.. found.SelectMany(table => table)];

        IEnumerable<RelationCandidate> Best(RelationEnd from, TableForm own, Dictionary<TableForm, bool> versions)
        {
            var said = evidence.GetOrAdd(from.Column.Name, _ => [.. Enumerable.Repeat((sbyte)-1, names.Count)]);
            var certain = new List<RelationCandidate>();
            var best = new PriorityQueue<RelationCandidate, (double Odds, int Place)>();
            for (var i = 0; i < targets.Length; i++)
            {
                var to = targets[i];
                var least = known.LeastOf(from, to);
                if (least is null && (!RelationCandidate.MayInclude(from, to) || !Near(from, to)))
                    continue;
                if (least is 0)
                {
                    certain.Add(new RelationCandidate(from, to, RelationNames.Compare(from.Names, to.Names)) { Least = 0 });
                    continue;
                }

                if (ReferenceEquals(from.Table, to.Table) ? !from.Names.IsHierarchy || from.Position == to.Position || from.IsKey : AreVersions(own, formOf[i], versions))
                    continue;
                // Two threads may compare the same names and find the same.
                ref var compared = ref said[placeOf[i]];
                if (compared < 0)
                    compared = (sbyte)RelationNames.Compare(from.Names, to.Names);
                if (least is null && from.IsMeasured && (NameEvidence)compared is NameEvidence.Against or NameEvidence.None)
                    continue;
                var candidate = new RelationCandidate(from, to, (NameEvidence)compared) { Least = least ?? RelationCandidate.LeastInclusion };
                if (candidate.IsOneCountInAnother || candidate.IsAgainstDeclarations)
                    continue;
                if (least is not null)
                {
                    certain.Add(candidate);
                    continue;
                }

                if (model.LogOdds(candidate) is var odds && odds <= Hopeless)
                    continue;
                // Of equals the first.
                if (best.Count < MostTargets)
                    best.Enqueue(candidate, (odds, -i));
                else
                    best.EnqueueDequeue(candidate, (odds, -i));
            }

            return best.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element).Concat(certain);
        }
    }

    private static bool IsDeclared(RelationEnd end) => end.Asset.References.Any(reference => reference.Columns.Count == 1 && reference.Columns[0] == end.Column.Name);

    private static string TableOf(RelationEnd end) => end.Asset.Database is { } database ? database.Name : end.Asset.Key;

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
    private static bool AreVersions(TableForm from, TableForm to, Dictionary<TableForm, bool> known)
    {
        if (!known.TryGetValue(to, out var versions))
            known[to] = versions = AreVersions(from, to);
        return versions;
    }

    private static bool AreVersions(TableForm from, TableForm to)
    {
        var (a, b) = (from.Table, to.Table);
        if (from.IsNumbered)
            return a.Columns.Count == b.Columns.Count && a.Columns.Count > 1 && a.Verdicts.Zip(b.Verdicts).All(pair => pair.First.Type == pair.Second.Type && pair.First.Role == pair.Second.Role) && a.Columns.Zip(b.Columns).All(pair => pair.First.Kind == pair.Second.Kind);
        var common = b.Columns.Count(column => from.Names.Contains(column.Name));
        return common >= 2 && common >= 0.7 * Math.Max(a.Columns.Count, b.Columns.Count) || common == a.Columns.Count && common == b.Columns.Count;
    }

    /// <summary>The names of a table's columns.</summary>
    private sealed class TableForm(AssetProfile table)
    {
        public AssetProfile Table { get; } = table;

        public bool IsNumbered { get; } = table.Columns.Any(column => RelationNames.IsNumbered(column.Name));

        public HashSet<string> Names { get; } = table.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
