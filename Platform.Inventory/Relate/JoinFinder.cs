using System.Collections.Concurrent;

namespace Platform.Inventory.Relate;

/// <summary>
/// Finds columns of different tables that have values in common and can name things, although neither refers to the other: two logs with one
/// customer number, a mailing list and the customers. Only columns whose names or meanings agree are compared, and not where counted ids meet by chance.
/// </summary>
internal sealed class JoinFinder(ValueShelf shelf)
{
    private const double LeastContained = 0.3;
    private const int FewestCommon = 10;
    private const int FewestDistinct = 20;
    private const int MostOfAsset = 20;

    private static readonly HashSet<string> Naming = new(StringComparer.Ordinal)
    {
        "email", "phone", "national_id", "bank_card", "iban", "ip_address", "mac_address", "url", "uuid", "hash", "identifier", "code", "sku", "order_id", "user_id", "product_id",
    };

    /// <summary>Joinable columns, those whose values find each other most fully first.</summary>
    public IReadOnlyList<JoinRelation> Find(IReadOnlyList<RelatedTable> tables, IReadOnlyList<Relation> references, IReadOnlyList<CopyRelation> copies, CancellationToken cancellation)
    {
        var ends = tables.SelectMany(table => table.Profile.Columns.Select((_, i) => new RelationEnd(table.Asset, table.Profile, i)))
            .Where(end => end.CanName && end.Column.Distinct >= FewestDistinct && end.Verdict.Type is not ("price" or "amount" or "discount" or "tax" or "weight" or "score" or "measure" or "quantity" or "age" or "year" or "duration" or "rating")).ToList();
        var pairs = Pairs(ends, Known(references, copies));
        shelf.Prepare(pairs.SelectMany(pair => new[] { pair.First, pair.Second }).GroupBy(end => end.Asset).Select(asset => (asset.Key, (IReadOnlyList<string>)[.. asset.Select(end => end.Column.Name).Distinct(StringComparer.Ordinal)])), cancellation);
        var found = new ConcurrentBag<JoinRelation>();
        // Pairs of one column follow each other, so that its values stay in memory.
        Parallel.ForEach(Partitioner.Create(pairs, loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, pair =>
        {
            var (first, second) = pair;
            if (shelf.Find(first.Asset, first.Column.Name, cancellation) is not { } left || shelf.Find(second.Asset, second.Column.Name, cancellation) is not { } right)
                return;
            // Seen from the smaller one, it soon shows where hardly any value is common.
            var isTurned = right.Distinct < left.Distinct;
            if (ColumnValues.Compare(isTurned ? right : left, isTurned ? left : right, LeastContained) is null)
                return;
            var counted = ColumnValues.Compare(left, right);
            if (counted.Common < FewestCommon || Math.Max(counted.ValueShare, counted.Coverage) < LeastContained)
                return;
            found.Add(counted.ValueShare >= counted.Coverage
                ? new JoinRelation(first.Asset.Key, first.Column.Name, second.Asset.Key, second.Column.Name, Math.Round(counted.ValueShare, 4), counted.Common)
                : new JoinRelation(second.Asset.Key, second.Column.Name, first.Asset.Key, first.Column.Name, Math.Round(counted.Coverage, 4), counted.Common));
        });
        return [.. found.OrderByDescending(join => join.Contained).ThenByDescending(join => join.Common).ThenBy(join => join.Asset, StringComparer.Ordinal).ThenBy(join => join.Column, StringComparer.Ordinal).ThenBy(join => join.Other, StringComparer.Ordinal).ThenBy(join => join.OtherColumn, StringComparer.Ordinal).GroupBy(join => join.Asset).SelectMany(asset => asset.Take(MostOfAsset)).OrderByDescending(join => join.Contained).ThenBy(join => join.Asset, StringComparer.Ordinal)];
    }

    private static List<(RelationEnd First, RelationEnd Second)> Pairs(List<RelationEnd> ends, HashSet<(string, string, string, string)> known)
    {
        var pairs = new Dictionary<(string, string, string, string), (RelationEnd, RelationEnd)>();
        // Columns of one name, and columns of one meaning.
        var groups = ends.Where(end => !end.Names.IsMissing && !end.Names.IsGeneric).GroupBy(end => "name " + end.Column.Name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal))
            .Concat(ends.Where(end => Naming.Contains(end.Verdict.Type) && !end.IsNumber).GroupBy(end => "type " + end.Verdict.Type));
        foreach (var group in groups)
        {
            var members = group.OrderByDescending(end => end.Column.Distinct).Take(60).ToList();
            for (var a = 0; a < members.Count; a++)
            {
                for (var b = a + 1; b < members.Count; b++)
                {
                    var (first, second) = (members[a], members[b]);
                    if (ReferenceEquals(first.Table, second.Table) || first.IsNumber != second.IsNumber || !Meet(first, second))
                        continue;
                    var key = (first.Asset.Key, first.Column.Name, second.Asset.Key, second.Column.Name);
                    if (!known.Contains(key) && !known.Contains((key.Item3, key.Item4, key.Item1, key.Item2)))
                        pairs[key] = (first, second);
                }
            }
        }

        return [.. pairs.Values];
    }

    private static bool Meet(RelationEnd a, RelationEnd b) => !a.IsNumber || a.Min <= b.Max && b.Min <= a.Max;

    // What refers to the same key is joinable through it, and a copy's columns all are: neither needs to be said.
    private static HashSet<(string, string, string, string)> Known(IReadOnlyList<Relation> references, IReadOnlyList<CopyRelation> copies)
    {
        var known = new HashSet<(string, string, string, string)>();
        foreach (var target in references.GroupBy(relation => (relation.ToAsset, relation.ToColumn)))
        {
            var ends = target.Select(relation => (relation.FromAsset, relation.FromColumn)).Append(target.Key).ToList();
            foreach (var a in ends)
            {
                foreach (var b in ends)
                    known.Add((a.Item1, a.Item2, b.Item1, b.Item2));
            }
        }

        foreach (var copy in copies)
        {
            foreach (var column in copy.Columns)
                known.Add((copy.Asset, column, copy.Other, column));
        }

        return known;
    }
}
