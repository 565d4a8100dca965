using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>Counts inclusions, and keeps the counts of two contents: a pair of which neither has changed is not compared again.</summary>
internal sealed class PairCounts(InventoryCache cache, ValueShelf shelf)
{
    private const string Kind = "pairs";

    /// <summary>Counts all candidates whose data can be read.</summary>
    public void Count(IReadOnlyList<RelationCandidate> candidates, CancellationToken cancellation)
    {
        var open = new List<(string Key, List<RelationCandidate> Pairs, Dictionary<string, Inclusion> Known)>();
        foreach (var pair in candidates.GroupBy(candidate => KeyOf(candidate)))
        {
            var known = cache.Find<Counted>(Kind, pair.Key)?.Columns.ToDictionary(StringComparer.Ordinal) ?? [];
            foreach (var candidate in pair)
                candidate.Counted = known.GetValueOrDefault(Columns(candidate));
            if (pair.Any(candidate => candidate.Counted is null))
                open.Add((pair.Key, [.. pair], known));
        }

        var wanted = open.SelectMany(pair => pair.Pairs.Where(candidate => candidate.Counted is null)).SelectMany(candidate => new[] { candidate.From, candidate.To })
            .GroupBy(end => end.Asset).Select(asset => (asset.Key, (IReadOnlyList<string>)[.. asset.Select(end => end.Column.Name).Distinct(StringComparer.Ordinal)]));
        shelf.Prepare(wanted, cancellation);
        // Pairs of one asset follow each other, so that its values stay in memory.
        Parallel.ForEach(Partitioner.Create(open.OrderBy(pair => pair.Pairs[0].To.Asset.Key, StringComparer.Ordinal).ToList(), loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, pair =>
        {
            foreach (var candidate in pair.Pairs.Where(candidate => candidate.Counted is null))
            {
                if (shelf.Find(candidate.From.Asset, candidate.From.Column.Name, cancellation) is { } from && shelf.Find(candidate.To.Asset, candidate.To.Column.Name, cancellation) is { } to)
                    pair.Known[Columns(candidate)] = candidate.Counted = ColumnValues.Compare(from, to);
            }

            cache.Keep(Kind, pair.Key, new Counted(pair.Known));
        });
    }

    private static string Columns(RelationCandidate candidate) => $"{candidate.From.Column.Name}\u0001{candidate.To.Column.Name}";

    private static string KeyOf(RelationCandidate candidate)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{RelationFinder.Version}\n{candidate.From.Asset.Fingerprint}\n{candidate.To.Asset.Fingerprint}");
        return string.Create(CultureInfo.InvariantCulture, $"{ValueHash.Of(Encoding.UTF8.GetBytes(text)):x16}{ValueHash.Of(Encoding.UTF8.GetBytes("b" + text)):x16}");
    }

    private sealed record Counted(IReadOnlyDictionary<string, Inclusion> Columns);
}
