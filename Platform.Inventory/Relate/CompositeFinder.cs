using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>
/// Finds foreign keys of two columns that nobody declared: order and line of a shipment among those of the order's lines. That each column's numbers are
/// found in the key's column says little, so whole pairs are counted, and beside them pairs put together from different rows: what those reach is chance.
/// </summary>
internal sealed class CompositeFinder(InventoryCache cache, ValueShelf shelf)
{
    /// <summary>Nothing that values alone say is surer.</summary>
    public const double Surest = 0.97;

    private const string Kind = "composites";
    private const int Version = 1;
    private const int MostOfTable = 4;
    private const int FewestPairs = 12;
    private const long MostRows = 2_000_000;

    /// <summary>Proposed references, the surest first.</summary>
    /// <param name="tables">Tables of one source.</param>
    /// <param name="structures">What is known of their keys.</param>
    /// <param name="cancellation">Ends the work.</param>
    public IReadOnlyList<Relation> Find(IReadOnlyList<RelatedTable> tables, IReadOnlyList<TableStructure> structures, CancellationToken cancellation)
    {
        var keys = Keys(tables, structures);
        if (keys.Count == 0)
            return [];
        var ends = tables.ToDictionary(table => table.Asset.Key, table => (IReadOnlyList<RelationEnd>)[.. table.Profile.Columns.Select((_, i) => new RelationEnd(table.Asset, table.Profile, i)).Where(end => end.CanName && end.Column.Distinct >= 2)], StringComparer.Ordinal);
        var work = keys.Select(key => (Key: key, Pairs: tables.Where(table => table != key.Table && table.Asset.Group == key.Table.Asset.Group && !AreVersions(table, key.Table)).SelectMany(table => Candidates(table, ends[table.Asset.Key], key)).ToList())).Where(pair => pair.Pairs.Count > 0).ToList();
        var counted = new ConcurrentBag<(Candidate Pair, PairInclusion Count)>();
        shelf.Read(work, (item, reader) =>
        {
            HashSet<ulong>? known = null;
            foreach (var pair in item.Pairs)
            {
                cancellation.ThrowIfCancellationRequested();
                var document = KeyOf(pair);
                var count = cache.Find<PairInclusion>(Kind, document);
                if (count is null)
                {
                    known ??= KeyPairs(item.Key, reader, cancellation);
                    var sink = new PairSink(known);
                    reader.Read(pair.First.Asset, [pair.First.Column.Name, pair.Second.Column.Name], sink, long.MaxValue, cancellation);
                    cache.Keep(Kind, document, count = sink.Count());
                }

                counted.Add((pair, count));
            }
        }, item => item.Key.Table.Asset.Key, cancellation);
        return [.. counted.Where(one => one.Count.Pairs >= FewestPairs && one.Count.Rows > 0 && one.Count.RowShare >= RelationCandidate.LeastInclusion && one.Count.PairShare >= RelationCandidate.LeastInclusion)
            .GroupBy(one => (one.Pair.First.Asset.Key, one.Pair.First.Column.Name, one.Pair.Second.Column.Name)).Select(Best)
            .Where(relation => relation.Confidence >= RelationFinder.LeastConfidence)
            .OrderByDescending(relation => relation.Confidence).ThenBy(relation => relation.FromAsset, StringComparer.Ordinal)];
    }

    private static List<PairEnd> Keys(IReadOnlyList<RelatedTable> tables, IReadOnlyList<TableStructure> structures)
    {
        var found = structures.ToDictionary(structure => structure.Asset, structure => structure.Keys.Take(1), StringComparer.Ordinal);
        var keys = new List<PairEnd>();
        foreach (var table in tables.Where(table => table.Profile is { Sampled: false, Rows: >= FewestPairs and <= MostRows }))
        {
            var pairs = table.Asset.Keys.Select(key => key.Columns).Concat((found.GetValueOrDefault(table.Asset.Key) ?? []).Select(key => key.Columns)).Where(columns => columns.Count == 2).DistinctBy(columns => string.Join('\u0001', columns));
            foreach (var columns in pairs)
            {
                if (EndOf(table, columns[0]) is { CanName: true, IsKey: false, Column.Distinct: >= 2 } first && EndOf(table, columns[1]) is { CanName: true, IsKey: false, Column.Distinct: >= 2 } second)
                    keys.Add(new PairEnd(table, first, second));
            }
        }

        return keys;
    }

    private static RelationEnd? EndOf(RelatedTable table, string column)
        => table.Profile.Columns.Select((it, i) => (it.Name, i)).Where(pair => pair.Name == column).Select(pair => new RelationEnd(table.Asset, table.Profile, pair.i)).FirstOrDefault();

    // Of a table the pairs whose names say most; without names the first whose ranges allow it.
    private static IEnumerable<Candidate> Candidates(RelatedTable table, IReadOnlyList<RelationEnd> ends, PairEnd key)
    {
        if (table.Asset.References.Any(reference => reference.ToAsset == key.Table.Asset.Key && reference.Columns.Count == 2))
            return [];
        var firsts = Likely(ends, key.First);
        var seconds = Likely(ends, key.Second);
        return (from first in firsts
                from second in seconds
                where first.End != second.End && (first.Names == NameEvidence.Strong || second.Names == NameEvidence.Strong || first.Names == NameEvidence.None && second.Names == NameEvidence.None)
                orderby (first.Names == NameEvidence.Strong ? 0 : 1) + (second.Names == NameEvidence.Strong ? 0 : 1), first.End.Position, second.End.Position
                select new Candidate(first.End, second.End, key, first.Names, second.Names)).Take(MostOfTable);
    }

    private static List<(RelationEnd End, NameEvidence Names)> Likely(IReadOnlyList<RelationEnd> ends, RelationEnd key)
        => [.. ends.Where(end => end.IsNumber == key.IsNumber && RelationCandidate.MayInclude(end, key)).Select(end => (End: end, Names: RelationNames.Compare(end.Names, key.Names))).Where(pair => pair.Names != NameEvidence.Against)];

    // Parts and years of one table have its columns, and refer to nothing in it.
    private static bool AreVersions(RelatedTable a, RelatedTable b)
    {
        if (a.Profile.Columns.Any(column => RelationNames.IsNumbered(column.Name)))
            return a.Profile.Columns.Count == b.Profile.Columns.Count;
        var names = a.Profile.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return b.Profile.Columns.Count(column => names.Contains(column.Name)) >= 0.7 * Math.Max(a.Profile.Columns.Count, b.Profile.Columns.Count);
    }

    private static HashSet<ulong> KeyPairs(PairEnd key, AssetCells reader, CancellationToken cancellation)
    {
        var pairs = new KeySink();
        reader.Read(key.Table.Asset, [key.First.Column.Name, key.Second.Column.Name], pairs, long.MaxValue, cancellation);
        return pairs.Seen;
    }

    // Two columns refer to one key: rivals share what is likely.
    private static Relation Best(IEnumerable<(Candidate Pair, PairInclusion Count)> rivals)
    {
        var all = rivals.Select(one => (one.Pair, one.Count, Odds: LogOdds(one.Pair, one.Count))).OrderByDescending(one => one.Odds).ThenBy(one => one.Pair.Key.Table.Asset.Key, StringComparer.Ordinal).ToList();
        var (pair, count, _) = all[0];
        var confidence = Math.Min(Surest, RelationModel.Share([.. all.Select(one => one.Odds)])[0]);
        var isPersonal = pair.First.Verdict.Personal != PersonalClass.None || pair.Second.Verdict.Personal != PersonalClass.None;
        return new Relation
        {
            FromAsset = pair.First.Asset.Key,
            FromColumn = pair.First.Column.Name,
            FromColumns = [pair.First.Column.Name, pair.Second.Column.Name],
            ToAsset = pair.Key.Table.Asset.Key,
            ToColumn = pair.Key.First.Column.Name,
            ToColumns = [pair.Key.First.Column.Name, pair.Key.Second.Column.Name],
            Confidence = Math.Round(confidence, 3),
            MissingRows = count.MissingRows,
            MissingValues = count.MissingPairs,
            MissingExamples = [.. count.Missing.Select(value => isPersonal ? new ValueCount(ColumnSample.Mask(value.Value), value.Count) : value)],
            Inclusion = Math.Round(count.PairShare, 6),
            Coverage = Math.Round(count.Coverage, 6),
            Reasons = Reasons(pair, count),
        };
    }

    // Set by hand, not fitted: names of both columns and pairs that chance does not give are sure together, either alone is likely, neither is not.
    private static double LogOdds(Candidate pair, PairInclusion count)
    {
        var strong = (pair.FirstNames == NameEvidence.Strong ? 1 : 0) + (pair.SecondNames == NameEvidence.Strong ? 1 : 0);
        var missing = 1 - Math.Min(count.RowShare, count.PairShare);
        return -3 + (1.6 * strong) + (2.6 * Surprise(count)) - (0.57 * Math.Log(1 + (50 * missing))) + (missing == 0 ? 0.8 : 0);
    }

    /// <summary>How little chance explains that the pairs are found, 0 to 1: nothing where pairs put together at random are found too.</summary>
    private static double Surprise(PairInclusion count)
    {
        if (count.Chance > 0.98 || count.PairShare - count.Chance < 0.5 * (1 - count.Chance))
            return 0;
        return Math.Min(1, (count.Pairs - count.MissingPairs) * -Math.Log(Math.Max(1e-4, count.Chance)) / 20);
    }

    private static List<string> Reasons(Candidate pair, PairInclusion count)
    {
        var reasons = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{(count.MissingPairs == 0 ? "all" : $"{count.Pairs - count.MissingPairs:N0} of")} {count.Pairs:N0} different pairs are among the {count.KeyPairs:N0} of {pair.Key.Table.Asset.Name}; of pairs put together from different rows {count.Chance:P0} would be"),
        };
        if (pair.FirstNames == NameEvidence.Strong && pair.SecondNames == NameEvidence.Strong)
            reasons.Add("the names of both columns say so");
        else if (pair.FirstNames == NameEvidence.Strong || pair.SecondNames == NameEvidence.Strong)
            reasons.Add("the name of one column says so");
        return reasons;
    }

    private static string KeyOf(Candidate pair)
    {
        var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}\n{pair.First.Asset.Fingerprint}\n{pair.First.Column.Name}\n{pair.Second.Column.Name}\n{pair.Key.Table.Asset.Fingerprint}\n{pair.Key.First.Column.Name}\n{pair.Key.Second.Column.Name}"));
        return string.Create(CultureInfo.InvariantCulture, $"{ValueHash.Of(text):x16}{pair.First.Asset.Fingerprint[..Math.Min(16, pair.First.Asset.Fingerprint.Length)]}");
    }

    private static ulong Both(ulong first, ulong second) => ValueHash.Finish((first * 0x9E3779B97F4A7C15UL) + second);

    private sealed record PairEnd(RelatedTable Table, RelationEnd First, RelationEnd Second);

    private sealed record Candidate(RelationEnd First, RelationEnd Second, PairEnd Key, NameEvidence FirstNames, NameEvidence SecondNames);

    /// <summary>How far pairs of one table are among those of a key, and how far pairs put together at random are.</summary>
    private sealed record PairInclusion(long Rows, long MissingRows, long Pairs, long MissingPairs, long KeyPairs, double Chance, IReadOnlyList<ValueCount> Missing)
    {
        public double RowShare => Rows == 0 ? 0 : 1 - (MissingRows / (double)Rows);

        public double PairShare => Pairs == 0 ? 0 : 1 - (MissingPairs / (double)Pairs);

        public double Coverage => KeyPairs == 0 ? 0 : Math.Min(1, (Pairs - MissingPairs) / (double)KeyPairs);
    }

    private sealed class KeySink : ICellSink
    {
        private ulong _first;
        private ulong _second;

        public HashSet<ulong> Seen { get; } = [];

        public void Cell(int column, ReadOnlySpan<byte> value) => (column == 0 ? ref _first : ref _second) = ColumnValues.HashOf(value);

        public void EndRow()
        {
            if (_first != 0 && _second != 0)
                Seen.Add(Both(_first, _second));
            (_first, _second) = (0, 0);
        }
    }

    private sealed class PairSink(HashSet<ulong> known) : ICellSink
    {
        private const int MostShuffled = 4096;
        private const int MostMissing = 20;

        private readonly Dictionary<ulong, int> _counts = [];
        private readonly Dictionary<ulong, string> _texts = [];
        private readonly List<(ulong First, ulong Second)> _sample = [];
        private (ulong Hash, string? Text) _first;
        private (ulong Hash, string? Text) _second;
        private long _rows;

        public void Cell(int column, ReadOnlySpan<byte> value)
            => (column == 0 ? ref _first : ref _second) = (ColumnValues.HashOf(value), _texts.Count < MostMissing ? Encoding.UTF8.GetString(value) : null);

        public void EndRow()
        {
            if (_first.Hash != 0 && _second.Hash != 0)
            {
                _rows++;
                var both = Both(_first.Hash, _second.Hash);
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, both, out var seen);
                count++;
                if (!seen && _sample.Count < MostShuffled)
                    _sample.Add((_first.Hash, _second.Hash));
                if (!seen && _texts.Count < MostMissing && !known.Contains(both))
                    _texts[both] = $"{_first.Text}, {_second.Text}";
            }

            (_first, _second) = (default, default);
        }

        public PairInclusion Count()
        {
            var missing = _counts.Where(pair => !known.Contains(pair.Key)).ToList();
            // Each first value with the second of a row far away.
            int shuffled = 0, hits = 0;
            foreach (var step in (ReadOnlySpan<int>)[_sample.Count / 3, (_sample.Count / 2) + 1, (_sample.Count / 5) + 2])
            {
                for (var i = 0; i < _sample.Count; i++)
                {
                    var other = _sample[(i + step) % _sample.Count];
                    if (other.Second == _sample[i].Second || other.First == _sample[i].First)
                        continue;
                    shuffled++;
                    hits += known.Contains(Both(_sample[i].First, other.Second)) ? 1 : 0;
                }
            }

            return new PairInclusion(_rows, missing.Sum(pair => (long)pair.Value), _counts.Count, missing.Count, known.Count, shuffled == 0 ? 1 : hits / (double)shuffled,
                [.. _texts.Select(text => new ValueCount(text.Value, _counts[text.Key])).OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.Ordinal)]);
        }
    }
}
