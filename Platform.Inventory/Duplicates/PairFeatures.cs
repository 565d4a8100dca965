using System.Globalization;
using Platform.Inventory.Errors;

namespace Platform.Inventory.Duplicates;

/// <summary>
/// What tells whether two records are the same, as numbers from 0 to 1: each column by several comparators, the whole records by rare words,
/// the codes and numbers that both or only one of them has, and whether each is the other's nearest among all records.
/// </summary>
internal sealed class PairFeatures
{
    private const int ForColumn = 6;
    private const int ForRecord = 20;
    private readonly List<RecordColumn> _columns;
    private readonly string[] _texts;
    private readonly string[][] _words;
    private readonly string[][] _codes;
    private readonly double[][] _numbers;
    private readonly HashSet<ulong>[] _threes;
    private readonly WordIndex _index;
    private readonly WordIndex _leading;
    private readonly Func<int, int> _side;
    private readonly (double First, int Record, double Second)?[] _nearest;
    private readonly (double First, int Record, double Second)?[] _nearestLeading;

    /// <param name="table">All records.</param>
    /// <param name="columns">Those that are compared.</param>
    /// <param name="side">Which of two tables a record is from, where two are matched; null for one table.</param>
    public PairFeatures(CellTable table, IReadOnlyCollection<int> columns, Func<int, int>? side)
    {
        _side = side ?? (_ => 0);
        IsOneTable = side is null;
        _columns = [.. Enumerable.Range(0, table.Columns.Count).Where(c => columns.Count == 0 || columns.Contains(c)).Select(c => RecordColumn.Of(table.Columns[c])).Where(c => c.Kind != RecordKind.Ignored)];
        var rows = table.Rows;
        _texts = new string[rows];
        _words = new string[rows][];
        _codes = new string[rows][];
        _numbers = new double[rows][];
        _threes = new HashSet<ulong>[rows];
        for (var row = 0; row < rows; row++)
        {
            _texts[row] = string.Join(' ', _columns.Where(c => c.Kind == RecordKind.Text).Select(c => c.At(row)).Where(value => value.Length > 0));
            _words[row] = [.. PlainText.Words(_texts[row])];
            _codes[row] = Codes(_words[row]);
            _numbers[row] = [.. _words[row].Where(word => word.Length <= 6 && word.All(c => char.IsDigit(c) || c == '.')).Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : -1).Where(number => number >= 0).Distinct()];
            _threes[row] = [.. PlainText.Threes(_columns.FirstOrDefault(c => c.Kind == RecordKind.Text)?.At(row) ?? "")];
        }

        _index = new WordIndex(_words);
        var first = _columns.FirstOrDefault(c => c.Kind == RecordKind.Text);
        _leading = new WordIndex([.. Enumerable.Range(0, rows).Select(row => first is null ? [] : first.Words[first.Code(row)])]);
        _nearest = new (double, int, double)?[rows];
        _nearestLeading = new (double, int, double)?[rows];
        Width = _columns.Count * ForColumn + ForRecord;
    }

    public int Width { get; }

    private bool IsOneTable { get; }

    public void Fill(int a, int b, Span<byte> features)
    {
        features.Clear();
        var at = 0;
        foreach (var column in _columns)
        {
            Column(column, a, b, features.Slice(at, ForColumn));
            at += ForColumn;
        }

        Record(a, b, features[at..]);
    }

    private static void Column(RecordColumn column, int a, int b, Span<byte> features)
    {
        var x = column.At(a);
        var y = column.At(b);
        if (x.Length == 0 || y.Length == 0)
        {
            features[0] = (byte)(x.Length == 0 && y.Length == 0 ? 2 : 1);
            return;
        }

        features[0] = 255;
        features[1] = x == y ? (byte)255 : (byte)1;
        switch (column.Kind)
        {
            case RecordKind.Text:
                var (left, right) = (column.Words[column.Code(a)], column.Words[column.Code(b)]);
                features[2] = Byte(Comparators.JaroWinkler(x.Length > 120 ? x[..120] : x, y.Length > 120 ? y[..120] : y));
                features[3] = Byte(left.Length * right.Length > 3000 ? Overlap(left, right) : Comparators.Text(x.Length > 120 ? x[..120] : x, left, y.Length > 120 ? y[..120] : y, right));
                features[4] = Byte(Overlap(left, right));
                features[5] = Byte(left.Length > 0 && right.Length > 0 && left[0] == right[0] ? 1 : 0);
                break;
            case RecordKind.Number:
                features[2] = Byte(Comparators.Number(x, y));
                break;
            default:
                features[2] = Byte(Comparators.Edits(x, y));
                break;
        }
    }

    private void Record(int a, int b, Span<byte> features)
    {
        var (left, right) = (_words[a], _words[b]);
        var both = left.Intersect(right).ToHashSet();
        double shared = both.Sum(_index.Rarity), onlyLeft = left.Distinct().Where(word => !both.Contains(word)).Sum(_index.Rarity), onlyRight = right.Distinct().Where(word => !both.Contains(word)).Sum(_index.Rarity);
        features[0] = Byte(_index.Cosine(a, b));
        features[1] = Byte(shared / Math.Max(1e-9, shared + onlyLeft + onlyRight));
        features[2] = Byte(shared / Math.Max(1e-9, shared + Math.Min(onlyLeft, onlyRight)));
        features[3] = Byte(both.Select(_index.Rarity).DefaultIfEmpty(0).Max() / 10);
        features[4] = Byte(shared / 60);
        Codes(a, b, features[5..]);
        var (x, y) = (_numbers[a], _numbers[b]);
        features[9] = x.Length == 0 || y.Length == 0 ? (byte)127 : Byte((double)x.Intersect(y).Count() / Math.Min(x.Length, y.Length));
        features[10] = Byte(x.Except(y).Count() * 0.1);
        features[11] = Byte(y.Except(x).Count() * 0.1);
        var common = _threes[a].Count(_threes[b].Contains);
        features[12] = Byte(2.0 * common / Math.Max(1, _threes[a].Count + _threes[b].Count));
        features[13] = Byte((double)common / Math.Max(1, Math.Min(_threes[a].Count, _threes[b].Count)));
        // The best of each record's own alternatives: a pair is the same thing rather when nothing else comes as near.
        var own = _index.Cosine(a, b);
        features[14] = Byte(0.5 + (own - Rival(_nearest, _index, a, b)) / 2);
        features[15] = Byte(0.5 + (own - Rival(_nearest, _index, b, a)) / 2);
        var leading = _leading.Cosine(a, b);
        features[16] = Byte(leading);
        features[17] = Byte(0.5 + (leading - Rival(_nearestLeading, _leading, a, b)) / 2);
        features[18] = Byte(0.5 + (leading - Rival(_nearestLeading, _leading, b, a)) / 2);
        features[19] = Byte(Math.Abs(left.Length - right.Length) / (double)Math.Max(1, left.Length + right.Length));
    }

    /// <summary>Model numbers and the like: those in both, a rare one only in one, one that is the beginning or end of the other's.</summary>
    private void Codes(int a, int b, Span<byte> features)
    {
        var (left, right) = (_codes[a], _codes[b]);
        if (left.Length == 0 || right.Length == 0)
        {
            features[0] = features[1] = features[2] = features[3] = 100;
            return;
        }

        var matched = left.Count(code => right.Any(other => other == code));
        var near = left.Any(code => right.Any(other => IsNear(code, other)));
        features[0] = (byte)(matched > 0 ? 255 : 0);
        features[1] = Byte((double)matched / Math.Min(left.Length, right.Length));
        features[2] = (byte)(near ? 255 : 0);
        features[3] = Byte(left.SelectMany(code => right.Select(other => Comparators.JaroWinkler(code, other))).Max());
    }

    private static bool IsNear(string code, string other) => code.Length >= 4 && other.Length >= 4 && (code.Contains(other, StringComparison.Ordinal) || other.Contains(code, StringComparison.Ordinal));

    private double Rival((double First, int Record, double Second)?[] nearest, WordIndex index, int row, int than)
    {
        var side = _side(row);
        var near = nearest[row] ??= index.Nearest(row, other => IsOneTable || _side(other) != side);
        return near.Record == than ? near.Second : near.First;
    }

    private static string[] Codes(string[] words)
    {
        var codes = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (word.Length >= 4 && word.Any(char.IsDigit) && (word.Any(char.IsLetter) || word.Length >= 5) && !word.Contains('.', StringComparison.Ordinal))
                codes.Add(word);
        }

        return [.. codes.Distinct()];
    }

    private static double Overlap(string[] left, string[] right)
    {
        if (left.Length == 0 || right.Length == 0)
            return 0;
        var both = left.Intersect(right).Count();
        return (double)both / (left.Distinct().Count() + right.Distinct().Count() - both);
    }

    private static byte Byte(double value) => (byte)Math.Clamp((int)(value * 255 + 0.5), 0, 255);
}
