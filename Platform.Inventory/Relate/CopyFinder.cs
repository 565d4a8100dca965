using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>Finds tables that hold the same rows, or nearly: copies, parts, and versions of each other, in whatever form and source they lie.</summary>
internal sealed class CopyFinder(InventoryCache cache, ValueShelf shelf)
{
    private const string Kind = "rows";
    private const double LeastJaccard = 0.2;
    private const double LeastContained = 0.8;
    private const int FewestRows = 10;

    // Hundreds of tables of one form are not all copies of each other: then ranges must be the same, not only meet.
    private const int ManyOfOneForm = 40;

    // Tables that are read for it although nothing was kept of their rows by these columns: beyond, only those whose ranges are the same.
    private const int MostRead = 100;

    // Of columns that nearly tell rows apart so large a part of the values is in both tables where a fifth of the rows is.
    private const double LeastCommon = 0.12;
    private const double NearlyUnique = 0.9;

    /// <summary>Pairs, the most alike first.</summary>
    public IReadOnlyList<CopyRelation> Find(IReadOnlyList<RelatedTable> tables, CancellationToken cancellation)
    {
        var pairs = Pairs([.. tables.Where(table => table.Profile.Rows >= FewestRows && !table.Profile.Sampled)], cancellation);
        pairs = [.. pairs.Where(pair => MayShareRows(pair.First, pair.Second, cancellation))];
        bool unread(Side side) => shelf.Sketch(side.Table.Asset, side.Columns) is null && cache.Find<Kept>(Kind, Key(side)) is null;
        var read = pairs.SelectMany(pair => new[] { pair.First, pair.Second }).DistinctBy(Key).Where(unread).Select(Key).ToHashSet(StringComparer.Ordinal);
        if (read.Count > MostRead)
            pairs = [.. pairs.Where(pair => !read.Contains(Key(pair.First)) && !read.Contains(Key(pair.Second)) || HaveSameRanges(pair.First, pair.Second))];
        var sketches = new ConcurrentDictionary<string, RowSketch>(StringComparer.Ordinal);
        var wanted = pairs.SelectMany(pair => new[] { pair.First, pair.Second }).DistinctBy(Key).ToList();
        foreach (var one in wanted)
        {
            if (shelf.Sketch(one.Table.Asset, one.Columns) is { } made)
                sketches[Key(one)] = made;
            else if (cache.Find<Kept>(Kind, Key(one)) is { } kept)
                sketches[Key(one)] = new RowSketch(kept.Hashes);
        }

        shelf.Read([.. wanted.Where(one => !sketches.ContainsKey(Key(one)))], (one, reader) =>
        {
            var sketch = new RowSketch(one.Columns.Count);
            reader.Read(one.Table.Asset, one.Columns, sketch, long.MaxValue, cancellation);
            cache.Keep(Kind, Key(one), new Kept([.. sketch.Hashes]));
            sketches[Key(one)] = sketch;
        }, one => one.Table.Asset.Key, cancellation);
        var found = new List<CopyRelation>();
        foreach (var pair in pairs)
        {
            if (!sketches.TryGetValue(Key(pair.First), out var first) || !sketches.TryGetValue(Key(pair.Second), out var second))
                continue;
            var (jaccard, ofFirst, ofSecond, error) = RowSketch.Compare(first, second);
            if (jaccard < LeastJaccard && Math.Max(ofFirst, ofSecond) < LeastContained)
                continue;
            var firstIsPart = ofFirst > ofSecond || ofFirst == ofSecond && pair.First.Table.Profile.Rows <= pair.Second.Table.Profile.Rows;
            var (part, whole, contained) = firstIsPart ? (pair.First, pair.Second, ofFirst) : (pair.Second, pair.First, ofSecond);
            found.Add(new CopyRelation(part.Table.Asset.Key, whole.Table.Asset.Key, part.Columns, Math.Round(jaccard, 4), Math.Round(contained, 4), Math.Round(error, 4)));
        }

        return [.. found.OrderByDescending(copy => copy.Jaccard).ThenByDescending(copy => copy.Contained).ThenBy(copy => copy.Asset, StringComparer.Ordinal)];
    }

    // What was kept of the columns' values says no more often than it costs to find out.
    private bool MayShareRows(Side first, Side second, CancellationToken cancellation)
    {
        var smaller = first.Table.Profile.Rows <= second.Table.Profile.Rows ? first : second;
        var telling = Enumerable.Range(0, first.Columns.Count)
            .Select(i => (Place: i, Column: ColumnOf(smaller, i)))
            .Where(pair => pair.Column.Distinct >= NearlyUnique * Math.Max(1, smaller.Table.Profile.Rows) && shelf.Keeps(first.Table.Asset, first.Columns[pair.Place]) && shelf.Keeps(second.Table.Asset, second.Columns[pair.Place]))
            .OrderBy(pair => pair.Column.Kind == ValueKind.Text ? 0 : 1).Take(2);
        foreach (var (place, _) in telling)
        {
            if (shelf.Find(first.Table.Asset, first.Columns[place], cancellation) is not { } left || shelf.Find(second.Table.Asset, second.Columns[place], cancellation) is not { } right)
                continue;
            var (less, more) = smaller == first ? (left, right) : (right, left);
            if (ColumnValues.Compare(less, more, LeastCommon) is not { } counted || counted.ValueShare < LeastCommon)
                return false;
        }

        return true;
    }

    private static bool HaveSameRanges(Side first, Side second)
        => Enumerable.Range(0, first.Columns.Count).Count(i => ColumnOf(first, i) is var a && ColumnOf(second, i) is var b && a.Min == b.Min && a.Max == b.Max) >= 0.6 * first.Columns.Count;

    private static ColumnProfile ColumnOf(Side side, int place) => side.Table.Profile.Columns.First(column => column.Name == side.Columns[place]);

    private static List<(Side First, Side Second)> Pairs(List<RelatedTable> tables, CancellationToken cancellation)
    {
        var pairs = new List<(Side, Side)>();
        var named = tables.ConvertAll(table => table.Profile.Columns.Any(column => RelationNames.IsNumbered(column.Name)) ? null : table.Profile.Columns.DistinctBy(column => column.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(column => column.Name, StringComparer.OrdinalIgnoreCase));
        var forms = tables.ConvertAll(table => string.Join('\u0001', table.Profile.Columns.Select(column => column.Name.ToLowerInvariant()).Order(StringComparer.Ordinal)));
        var many = forms.GroupBy(form => form).Where(form => form.Count() > ManyOfOneForm).Select(form => form.Key).ToHashSet(StringComparer.Ordinal);
        for (var a = 0; a < tables.Count; a++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var b = a + 1; b < tables.Count; b++)
            {
                if (Common(tables[a].Profile, named[a], tables[b].Profile, named[b], many.Contains(forms[a]) || many.Contains(forms[b])) is { } columns)
                    pairs.Add((new Side(tables[a], [.. columns.Select(pair => pair.Item1)]), new Side(tables[b], [.. columns.Select(pair => pair.Item2)])));
            }
        }

        return pairs;
    }

    // The columns that both have, in the order of the first; null where they are too few or their profiles already say that the rows differ.
    private static List<(string, string)>? Common(AssetProfile a, Dictionary<string, ColumnProfile>? namesOfA, AssetProfile b, Dictionary<string, ColumnProfile>? namesOfB, bool strict)
    {
        if (Math.Min(a.Columns.Count, b.Columns.Count) < 2 || (namesOfA is null || namesOfB is null) && a.Columns.Count != b.Columns.Count)
            return null;
        List<(ColumnProfile First, ColumnProfile Second)> common = namesOfA is null || namesOfB is null
            ? [.. a.Columns.Zip(b.Columns)]
            : [.. namesOfA.Where(pair => namesOfB.ContainsKey(pair.Key)).Select(pair => (pair.Value, namesOfB[pair.Key]))];
        if (common.Count < 2 || common.Count < 0.8 * Math.Min(a.Columns.Count, b.Columns.Count) || common.Count < 0.5 * Math.Max(a.Columns.Count, b.Columns.Count))
            return null;
        if (strict && common.Count(pair => pair.First.Min == pair.Second.Min && pair.First.Max == pair.Second.Max) < 0.6 * common.Count)
            return null;
        return common.Count(pair => Overlap(pair.First, pair.Second)) >= 0.8 * common.Count ? [.. common.Select(pair => (pair.First.Name, pair.Second.Name))] : null;
    }

    // Whether a column of the one may hold values of the other: kinds and ranges meet, and the smaller has no more than the larger.
    private static bool Overlap(ColumnProfile a, ColumnProfile b)
    {
        if (a.Values == 0 || b.Values == 0)
            return a.Values == b.Values;
        var numbers = a.Kind is ValueKind.Integer or ValueKind.Decimal && b.Kind is ValueKind.Integer or ValueKind.Decimal;
        if (!numbers && a.Kind != b.Kind)
            return false;
        if (a.Min is null || b.Min is null || a.Max is null || b.Max is null)
            return true;
        var order = numbers ? Comparer<string>.Create((x, y) => Number(x).CompareTo(Number(y))) : (IComparer<string>)StringComparer.Ordinal;
        return order.Compare(a.Min, b.Max) <= 0 && order.Compare(b.Min, a.Max) <= 0;
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Key(Side side)
        => string.Create(CultureInfo.InvariantCulture, $"{side.Table.Asset.Fingerprint}-{ValueHash.Of(Encoding.UTF8.GetBytes(string.Join('\u0001', side.Columns))):x16}");

    private sealed record Side(RelatedTable Table, IReadOnlyList<string> Columns);

    private sealed record Kept(IReadOnlyList<ulong> Hashes);
}
