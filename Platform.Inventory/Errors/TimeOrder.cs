using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Errors;

/// <summary>Pairs of columns with dates of which one is nearly always the earlier: a delivery before its order is wrong in one of the two cells.</summary>
internal sealed class TimeOrder
{
    private const double Holds = 0.98;
    private readonly bool[]?[] _broken;

    private TimeOrder(bool[]?[] broken, IReadOnlyList<OrderedPair> pairs) => (_broken, Pairs) = (broken, pairs);

    /// <summary>Pairs of columns of which the first is nearly always the earlier, with the rows in which it is not.</summary>
    public IReadOnlyList<OrderedPair> Pairs { get; }

    public bool IsBroken(int column, int row) => _broken[column]?[row] == true;

    public static TimeOrder Find(CellTable table)
    {
        var times = table.Columns.Select(Times).ToArray();
        var broken = new bool[]?[table.Columns.Count];
        var pairs = new List<OrderedPair>();
        for (var first = 0; first < times.Length; first++)
        {
            for (var second = 0; second < times.Length; second++)
            {
                if (first == second || times[first] is not { } earlier || times[second] is not { } later)
                    continue;
                int before = 0, after = 0;
                for (var row = 0; row < table.Rows; row++)
                {
                    var difference = later[table.Columns[second].Codes[row]] - earlier[table.Columns[first].Codes[row]];
                    before += difference > 0 ? 1 : 0;
                    after += difference < 0 ? 1 : 0;
                }

                if (after == 0 || before < 50 || before < Holds * (before + after))
                    continue;
                var rows = new List<int>(after);
                for (var row = 0; row < table.Rows; row++)
                {
                    if (later[table.Columns[second].Codes[row]] >= earlier[table.Columns[first].Codes[row]] || double.IsNaN(later[table.Columns[second].Codes[row]] - earlier[table.Columns[first].Codes[row]]))
                        continue;
                    (broken[first] ??= new bool[table.Rows])[row] = (broken[second] ??= new bool[table.Rows])[row] = true;
                    rows.Add(row);
                }

                pairs.Add(new OrderedPair(first, second, before, rows));
            }
        }

        return new TimeOrder(broken, pairs);
    }

    /// <summary>The instant of each value of a column of dates, NaN where one is none; null for other columns.</summary>
    private static double[]? Times(CellColumn column)
    {
        var times = new double[column.Values.Count];
        long found = 0;
        for (var code = 0; code < times.Length; code++)
        {
            times[code] = double.NaN;
            if (column.Values[code] is { Length: >= 8 and <= 40 } value && char.IsAsciiDigit(value[0]) && TimeText.Read(Encoding.UTF8.GetBytes(value), out var instant) is CellKind.Date or CellKind.Timestamp)
            {
                times[code] = instant;
                found += column.Counts[code];
            }
            else if (code == 200 && found == 0)
            {
                return null;
            }
        }

        return found > 0.5 * (column.Codes.Length - column.Missing) ? times : null;
    }
}

/// <summary>Two columns of times of which the first is nearly always the earlier.</summary>
/// <param name="First">The column with the earlier ones.</param>
/// <param name="Second">The column with the later ones.</param>
/// <param name="Holds">Rows in which it is so.</param>
/// <param name="Broken">Rows in which it is the other way round.</param>
internal sealed record OrderedPair(int First, int Second, int Holds, IReadOnlyList<int> Broken);
