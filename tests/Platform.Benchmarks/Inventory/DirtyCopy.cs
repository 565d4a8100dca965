using System.Globalization;
using System.Text;

namespace Platform.Benchmarks.Inventory;

/// <summary>
/// A clean table made dirty in known cells, the way tables get dirty: in some columns, each in one or two ways, in one to ten of a hundred cells.
/// </summary>
internal sealed class DirtyCopy
{
    private static readonly string[] Kinds = ["typo", "missing", "stand_in", "format", "swap", "outlier", "spacing", "encoding", "unit"];
    private readonly Random _random;

    private DirtyCopy(List<string[]> rows, int seed)
    {
        _random = new Random(seed);
        Rows = [.. rows.Select(row => (string[])row.Clone())];
        Wrong = [.. rows.Select(row => new bool[row.Length])];
    }

    public List<string[]> Rows { get; }

    /// <summary>By row and column whether the cell differs from the clean one.</summary>
    public List<bool[]> Wrong { get; }

    /// <summary>How many cells each kind of error has changed.</summary>
    public SortedDictionary<string, int> Changed { get; } = new(StringComparer.Ordinal);

    /// <param name="clean">The rows without their header.</param>
    /// <param name="settled">Columns whose value others settle: only there can another row's value be told from the right one.</param>
    /// <param name="seed">Decides everything.</param>
    public static DirtyCopy Of(List<string[]> clean, IReadOnlySet<int> settled, int seed)
    {
        var copy = new DirtyCopy(clean, seed);
        for (var column = 0; column < clean[0].Length; column++)
        {
            if (copy._random.NextDouble() < 0.35)
                continue;
            var values = clean.Select(row => row[column]).Where(value => value.Length > 0).ToList();
            if (values.Count < clean.Count / 2)
                continue;
            var kinds = Kinds.Where(kind => Fits(kind, values, settled.Contains(column))).ToArray();
            for (var n = copy._random.Next(1, 3); n > 0 && kinds.Length > 0; n--)
                copy.Spoil(clean, column, kinds[copy._random.Next(kinds.Length)], Math.Exp(copy._random.NextDouble() * Math.Log(10)) / 100, values);
        }

        return copy;
    }

    private static bool Fits(string kind, List<string> values, bool settled) => kind switch
    {
        "swap" => settled,
        "outlier" or "unit" => values.Take(50).All(value => double.TryParse(value, CultureInfo.InvariantCulture, out _)) && values.Distinct().Count() > 5,
        "format" => true,
        "typo" or "encoding" => values.Take(50).Count(value => value.Count(char.IsLetter) >= 4) >= 40,
        _ => true,
    };

    private void Spoil(List<string[]> clean, int column, string kind, double share, List<string> values)
    {
        var standIn = new[] { "N/A", "NULL", "unknown", "-", "nan" }[_random.Next(5)];
        for (var row = 0; row < clean.Count; row++)
        {
            var value = clean[row][column];
            if (value.Length == 0 || Wrong[row][column] || _random.NextDouble() >= share)
                continue;
            var spoilt = kind switch
            {
                "typo" => Typo(value),
                "missing" => "",
                "stand_in" => standIn,
                "format" => Reformat(value),
                "swap" => values[_random.Next(values.Count)],
                "outlier" => (double.Parse(value, CultureInfo.InvariantCulture) * 1000 + 9999).ToString(CultureInfo.InvariantCulture),
                "spacing" => _random.Next(2) == 0 ? " " + value : value + "  ",
                "encoding" => Mangle(value),
                _ => value + " kg",
            };
            if (spoilt == value)
                continue;
            Rows[row][column] = spoilt;
            Wrong[row][column] = true;
            Changed[kind] = Changed.GetValueOrDefault(kind) + 1;
        }
    }

    private string Typo(string value)
    {
        var text = new StringBuilder(value);
        var at = _random.Next(value.Length);
        var letter = (char)('a' + _random.Next(26));
        switch (_random.Next(4))
        {
            case 0: text[at] = letter; break;
            case 1: text.Insert(at, letter); break;
            case 2: text.Remove(at, 1); break;
            default:
                var next = Math.Min(at + 1, value.Length - 1);
                (text[at], text[next]) = (text[next], text[at]);
                break;
        }

        return text.ToString();
    }

    private static string Reformat(string value)
    {
        if (DateTime.TryParseExact(value, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
        if (double.TryParse(value, CultureInfo.InvariantCulture, out _))
            return value.Contains('.', StringComparison.Ordinal) ? value.Replace('.', ',') : "#" + value;
        return value.Any(char.IsLower) ? value.ToUpperInvariant() : value.ToLowerInvariant();
    }

    private static string Mangle(string value)
    {
        var at = value.Length / 2;
        return string.Concat(value.AsSpan(0, at), "Ã©", value.AsSpan(at));
    }
}
