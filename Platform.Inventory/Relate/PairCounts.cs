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
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        // One document for all that a content refers to: hundreds of tables make tens of thousands of pairs.
        var all = candidates.GroupBy(candidate => candidate.From.Asset.Fingerprint, StringComparer.Ordinal).Select(from => (Key: KeyOf(from.Key), Candidates: from.ToList())).ToList();
        Parallel.ForEach(all, options, from =>
        {
            var known = cache.Find<Counted>(Kind, from.Key)?.Pairs;
            foreach (var candidate in from.Candidates)
                candidate.Counted = known?.GetValueOrDefault(PairOf(candidate));
        });
        var open = candidates.Where(candidate => candidate.Counted is null).ToList();
        shelf.Prepare(
            open.SelectMany(candidate => new[] { candidate.From, candidate.To }).GroupBy(end => end.Asset).Select(asset => (asset.Key, (IReadOnlyList<string>)[.. asset.Select(end => end.Column.Name).Distinct(StringComparer.Ordinal)])),
            cancellation);
        // All that may refer to one column follow each other, so that its values stay in memory.
        var targets = open.GroupBy(candidate => candidate.To).OrderBy(to => to.Key.Asset.Key, StringComparer.Ordinal).ThenBy(to => to.Key.Position).ToList();
        Parallel.ForEach(Partitioner.Create(targets, loadBalance: true), options, target =>
        {
            if (shelf.Find(target.Key.Asset, target.Key.Column.Name, cancellation) is not { } to)
                return;
            foreach (var candidate in target)
            {
                if (shelf.Find(candidate.From.Asset, candidate.From.Column.Name, cancellation) is { } from)
                    candidate.Counted = ColumnValues.Compare(from, to, candidate.Least) ?? Inclusion.None;
            }
        });
        var changed = open.Where(candidate => candidate.Counted is not null).Select(candidate => candidate.From.Asset.Fingerprint).ToHashSet(StringComparer.Ordinal);
        Parallel.ForEach(all.Where(from => changed.Contains(from.Candidates[0].From.Asset.Fingerprint)), options, from => cache.Keep(Kind, from.Key, new Counted(
            from.Candidates.Where(candidate => candidate.Counted is not null).DistinctBy(PairOf).ToDictionary(PairOf, candidate => Short(candidate), StringComparer.Ordinal))));
    }

    // What is missing is only ever told of a reference.
    private static Inclusion Short(RelationCandidate candidate) => candidate.IsIncluded || candidate.Counted!.Missing.Count == 0 ? candidate.Counted! : candidate.Counted! with { Missing = [] };

    private static string PairOf(RelationCandidate candidate) => $"{candidate.To.Asset.Fingerprint}\u0001{candidate.From.Column.Name}\u0001{candidate.To.Column.Name}{(candidate.Least < RelationCandidate.LeastInclusion ? "\u0001whole" : "")}";

    private static string KeyOf(string fingerprint)
    {
        var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{RelationFinder.Version} {fingerprint}"));
        return string.Create(CultureInfo.InvariantCulture, $"{ValueHash.Of(text):x16}{fingerprint[..Math.Min(16, fingerprint.Length)]}");
    }

    private sealed record Counted(IReadOnlyDictionary<string, Inclusion> Pairs);
}
