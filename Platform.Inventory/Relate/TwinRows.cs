using System.Runtime.InteropServices;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>Rows that repeat another one in everything but the id that they were given: entered or loaded twice.</summary>
/// <param name="Ids">The columns that differ.</param>
/// <param name="Count">Rows beyond the first of each kind.</param>
/// <param name="Rows">Rows that were compared.</param>
/// <param name="Whole">Whether these are all of the table.</param>
/// <param name="Chance">How many pairs of equal rows chance would give.</param>
/// <param name="Examples">Ids of some pairs; empty where ids are no numbers.</param>
public sealed record TwinRows(IReadOnlyList<string> Ids, long Count, long Rows, bool Whole, double Chance, IReadOnlyList<string> Examples);

/// <summary>Counts twins. That two customers share a name is no news: pairs must be far more than those that differ in one column more let expect.</summary>
internal sealed class TwinCounter : ICellSink
{
    // Of a table with more cells the first rows are compared.
    private const int MostCells = 4_000_000;

    // Whole numbers of a range that are there: fewer are codes, that people choose.
    private const double LeastDensity = 0.25;

    // A column in which so many pairs of rows agree says nothing of a pair that does.
    private const double MostAgreement = 0.1;
    private const int FewestTelling = 2;
    private const double LeastOverChance = 4;
    private const double MostShare = 0.2;
    private const int MostExamples = 3;

    private readonly List<ulong> _cells = [];
    private readonly List<long> _ids = [];
    private readonly int _columns;
    private readonly ulong[] _row;
    private long _id = long.MinValue;

    private TwinCounter(int columns) => (_columns, _row) = (columns, new ulong[columns]);

    /// <summary>Twins of a table; null where it has none, no generated id, or another key.</summary>
    /// <param name="table">The table.</param>
    /// <param name="read">Streams some columns of its rows, as many as are asked for.</param>
    public static TwinRows? Find(RelatedTable table, Action<IReadOnlyList<string>, ICellSink, long> read)
    {
        var profile = table.Profile;
        var keys = profile.CandidateKeys.Concat(table.Asset.Keys.Where(key => key.Columns.Count == 1).Select(key => key.Columns[0])).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count is 0 or > 3 || profile.Sampled || !keys.TrueForAll(key => IsGenerated(profile, key)) || profile.Columns.DistinctBy(column => column.Name).Count() != profile.Columns.Count)
            return null;
        var others = profile.Columns.Where(column => !keys.Contains(column.Name) && column.Distinct >= 2).Select(column => column.Name).ToList();
        // What has a value of its own in nearly each row leaves no twins.
        if (others.Count < FewestTelling || others.Count > 60 || profile.Columns.Any(column => !keys.Contains(column.Name) && column.Nulls == 0 && column.Distinct >= profile.Rows * (1 - (3 * column.DistinctError)) && column.DistinctError == 0))
            return null;
        var counter = new TwinCounter(others.Count);
        var rows = Math.Max(1, MostCells / others.Count);
        read([.. others, keys[0]], counter, rows);
        return counter.Count(keys, counter._ids.Count >= profile.Rows);
    }

    public void Cell(int column, ReadOnlySpan<byte> value)
    {
        if (column < _columns)
            _row[column] = ColumnValues.HashOf(value) | 1;
        else if (CellReader.Read(value, out _, out var id, out _) == CellKind.Integer)
            _id = id;
    }

    public void EndRow()
    {
        _cells.AddRange(_row);
        _ids.Add(_id);
        Array.Clear(_row);
        _id = long.MinValue;
    }

    private static bool IsGenerated(AssetProfile profile, string key)
    {
        var place = profile.Columns.Select(column => column.Name).ToList().IndexOf(key);
        return place >= 0 && (profile.Verdicts[place].Type == "uuid" || profile.Columns[place] is { Kind: ValueKind.Integer, LeadingZeros: 0 } column
            && double.TryParse(column.Min, System.Globalization.CultureInfo.InvariantCulture, out var min) && double.TryParse(column.Max, System.Globalization.CultureInfo.InvariantCulture, out var max) && column.Distinct >= LeastDensity * (max - min + 1));
    }

    private TwinRows? Count(IReadOnlyList<string> keys, bool whole)
    {
        var (first, twins, pairs) = Equal(-1);
        if (twins == 0 || twins > MostShare * _ids.Count)
            return null;
        double chance = 0;
        var telling = 0;
        for (var column = 0; column < _columns; column++)
        {
            var agreement = Agreement(column);
            if (agreement > MostAgreement)
                continue;
            telling++;
            chance = Math.Max(chance, Equal(column).Pairs * agreement);
        }

        return telling < FewestTelling || pairs < LeastOverChance * chance ? null
            : new TwinRows(keys, twins, _ids.Count, whole, Math.Round(chance, 2), [.. first.Where(pair => _ids[pair.First] != long.MinValue && _ids[pair.Second] != long.MinValue)
                .Select(pair => FormattableString.Invariant($"{_ids[pair.First]} and {_ids[pair.Second]}"))]);
    }

    // Rows that are equal but for their ids and one column; rows with hardly a value are no twins.
    private (List<(int First, int Second)> Examples, long Twins, double Pairs) Equal(int without)
    {
        var cells = CollectionsMarshal.AsSpan(_cells);
        var groups = new Dictionary<ulong, (int First, int Rows)>(_ids.Count);
        var examples = new List<(int First, int Second)>();
        long twins = 0;
        double pairs = 0;
        for (var row = 0; row < _ids.Count; row++)
        {
            ulong hash = 0;
            var filled = 0;
            var own = cells.Slice(row * _columns, _columns);
            for (var column = 0; column < _columns; column++)
            {
                filled += own[column] == 0 ? 0 : 1;
                hash += column == without ? 0 : own[column] * (0x9E3779B97F4A7C15UL + (2UL * (ulong)column * 0xD6E8FEB86659FD93UL));
            }

            if (filled < FewestTelling || 2 * filled < _columns)
                continue;
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, ValueHash.Finish(hash), out var known);
            if (known)
            {
                twins++;
                pairs += group.Rows;
                if (examples.Count < MostExamples && group.Rows == 1)
                    examples.Add((group.First, row));
                group.Rows++;
            }
            else
            {
                group = (row, 1);
            }
        }

        return (examples, twins, pairs);
    }

    private double Agreement(int column)
    {
        var counts = new Dictionary<ulong, int>();
        for (var row = 0; row < _ids.Count; row++)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, _cells[(row * _columns) + column], out _)++;
        return counts.Values.Sum(count => (double)count * (count - 1)) / Math.Max(1, (double)_ids.Count * (_ids.Count - 1));
    }
}
