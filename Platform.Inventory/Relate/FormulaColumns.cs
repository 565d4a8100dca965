using System.Globalization;
using System.Text;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>What the search for formulas needs to know of the columns of a sample: which are numbers, times and texts, how they are rounded, and a few rows.</summary>
internal sealed class FormulaColumns
{
    private const int MostFraction = 9;
    private const double LeastNumbers = 0.95;

    // A few whole numbers without a name look like ids and like quantities.
    private const double LeastConfidence = 0.8;
    private const double LeastDensity = 0.95;

    private readonly RowSample _sample;
    private readonly double[][] _values;
    private readonly double[] _half;
    private readonly double[] _spread;
    private readonly ColumnProfile[] _profiles;
    private readonly int[] _rows;
    private readonly bool[] _isTotal;

    private FormulaColumns(RelatedTable table, RowSample sample, int probes)
    {
        _sample = sample;
        Names = sample.Names;
        var byName = table.Profile.Columns.Zip(table.Profile.Verdicts).DistinctBy(pair => pair.First.Name).ToDictionary(pair => pair.First.Name, StringComparer.Ordinal);
        _profiles = [.. Names.Select(name => byName[name].First)];
        var verdicts = Names.Select(name => byName[name].Second).ToList();
        _values = new double[Names.Count][];
        _half = new double[Names.Count];
        _spread = new double[Names.Count];
        _isTotal = [.. Names.Select(name => name.Contains("total", StringComparison.OrdinalIgnoreCase) || name.Contains("net", StringComparison.OrdinalIgnoreCase) || name.Contains("amount", StringComparison.OrdinalIgnoreCase) || name.Contains('总', StringComparison.Ordinal) || name.Contains("合计", StringComparison.Ordinal))];
        var (numbers, integers, times, texts) = (new List<int>(), new List<int>(), new List<int>(), new List<int>());
        for (var i = 0; i < Names.Count; i++)
        {
            var column = sample.Columns[i];
            var profile = _profiles[i];
            var isTime = profile.Kind is ValueKind.Date or ValueKind.Timestamp;
            var fits = Read(column, isTime, out _values[i], out var fraction);
            _half[i] = fraction == 0 ? 0.5 : 0.5 * Math.Pow(10, -Math.Min(fraction, MostFraction));
            _spread[i] = profile.StandardDeviation ?? 0;
            if (column.Distinct >= 2 && (profile.MeanLength ?? 0) <= 80 && profile.Kind is ValueKind.Text or ValueKind.Date or ValueKind.Time or ValueKind.Timestamp or ValueKind.Integer)
                texts.Add(i);
            if (column.Distinct < 3 || fits < LeastNumbers)
                continue;
            if (isTime)
                times.Add(i);
            else if (profile.Kind is ValueKind.Integer)
                integers.Add(i);
            // Ids and codes are no amounts, whatever their numbers happen to add up to.
            if (profile.Kind is ValueKind.Integer or ValueKind.Decimal && !(verdicts[i] is { Role: ColumnRole.Key or ColumnRole.Reference or ColumnRole.Time, Confidence: >= LeastConfidence })
                && verdicts[i].Type is not ("postcode" or "phone" or "latitude" or "longitude" or "coordinates") && !IsCounter(table.Profile, profile))
                numbers.Add(i);
        }

        (Numbers, Integers, Times, Texts) = (numbers, integers, times, texts);
        var key = table.Asset.Keys.Where(one => one.Columns.Count == 1).Select(one => one.Columns[0]).Concat(table.Profile.CandidateKeys)
            .FirstOrDefault(name => byName.GetValueOrDefault(name).Second is { Personal: PersonalClass.None } && byName[name].First.Kind != ValueKind.Decimal && (byName[name].First.MaxLength ?? 0) <= 40);
        Key = key is null ? -1 : Place(key);
        var step = Math.Max(1, sample.Rows / probes);
        _rows = [.. Enumerable.Range(0, sample.Rows).Where(row => row % step == step / 2).Take(probes)];
    }

    public IReadOnlyList<string> Names { get; }

    public int Count => Names.Count;

    /// <summary>Places of amounts and measures.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>Places of whole numbers.</summary>
    public IReadOnlyList<int> Integers { get; }

    /// <summary>Places of dates and times.</summary>
    public IReadOnlyList<int> Times { get; }

    /// <summary>Places of columns that may be put together as texts.</summary>
    public IReadOnlyList<int> Texts { get; }

    /// <summary>Place of the column that names a row; -1 without one.</summary>
    public int Key { get; }

    public int Probes => _rows.Length;

    public static FormulaColumns Of(RelatedTable table, RowSample sample, int probes) => new(table, sample, probes);

    public int Place(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return i;
        }

        return -1;
    }

    /// <summary>The numbers of a row that was chosen.</summary>
    public void Row(int probe, Span<double> row)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = Number(i, _rows[probe]);
    }

    /// <summary>Half of the last digit that the column is written with.</summary>
    public double Half(int place) => _half[place];

    /// <summary>The same where that is a fraction: whole numbers are counted, not rounded.</summary>
    public double HalfOfFraction(int place) => _half[place] < 0.5 ? _half[place] : 0;

    public double Spread(int place) => _spread[place];

    public bool IsShare(int place) => _profiles[place] is { Kind: ValueKind.Decimal, Negatives: 0, Whole: false } && _values[place].All(value => double.IsNaN(value) || value <= 1);

    public bool IsWithin(int place, double min, double max) => _values[place].All(value => double.IsNaN(value) || value >= min && value <= max);

    public bool IsDate(int place) => _profiles[place].Kind == ValueKind.Date;

    /// <summary>Which of two is the total: by its name, else the later one.</summary>
    public int TotalOf(int a, int b) => _isTotal[a] != _isTotal[b] ? _isTotal[a] ? a : b : Math.Max(a, b);

    /// <summary>The line through two columns; null where there is none, or one is the other.</summary>
    public Formula? Line(int a, int b)
    {
        var pairs = _rows.Select(row => (X: Number(a, row), Y: Number(b, row))).Where(pair => !double.IsNaN(pair.X + pair.Y)).ToList();
        var ratios = pairs.Where(pair => pair.X != 0).Select(pair => pair.Y / pair.X).Order().ToList();
        if (ratios.Count < 10)
            return null;
        var ratio = ratios[ratios.Count / 2];
        // Through 0 the larger numbers tell the factor best, and wrong ones move no median.
        var large = pairs.Where(pair => pair.X != 0).OrderByDescending(pair => Math.Abs(pair.X)).Take(15).Select(pair => pair.Y / pair.X).Order().ToList();
        if (Neat(large[large.Count / 2]) is var factor && Holds(pairs, factor, 0, a, b))
            return Of(a, b, factor, 0);
        if (Neat(1 / large[large.Count / 2]) is var inverse && double.IsFinite(inverse) && Holds([.. pairs.Select(pair => (pair.Y, pair.X))], inverse, 0, b, a))
            return Of(b, a, inverse, 0);
        var slopes = new List<double>();
        for (var i = 0; i < pairs.Count; i++)
        {
            for (var j = i + 1; j < pairs.Count; j++)
            {
                if (pairs[i].X != pairs[j].X)
                    slopes.Add((pairs[j].Y - pairs[i].Y) / (pairs[j].X - pairs[i].X));
            }
        }

        slopes.Sort();
        var slope = Neat(slopes[slopes.Count / 2]);
        var offsets = pairs.Select(pair => pair.Y - (slope * pair.X)).Order().ToList();
        var offset = Neat(offsets[offsets.Count / 2]);
        return ratio != 0 && slope != 0 && Holds(pairs, slope, offset, a, b) ? Of(a, b, slope, offset) : null;
    }

    /// <summary>The text between two texts that make up a third in nearly all rows that were chosen; null where they do not.</summary>
    public string? Between(int target, int first, int second)
    {
        string? between = null;
        int compared = 0, holding = 0, letters = 0;
        foreach (var row in _rows)
        {
            if (Text(target, row) is not { } whole || Text(first, row) is not { } a || Text(second, row) is not { } b)
                continue;
            compared++;
            if (whole.Length >= a.Length + b.Length && whole.Length <= a.Length + b.Length + 3 && whole.StartsWith(a, StringComparison.Ordinal) && whole.EndsWith(b, StringComparison.Ordinal) && whole[a.Length..^b.Length] is var middle && middle == (between ?? middle))
            {
                between = middle;
                holding++;
                letters += a.Length + b.Length;
            }
            else if (compared - holding > 2 + (compared / 5))
            {
                return null;
            }
        }

        return compared >= 10 && holding >= 0.8 * compared && letters >= 4 * holding ? between : null;
    }

    private static Formula? Of(int x, int y, double factor, double offset)
        => factor == 0 ? null : new Formula(FormulaKind.Linear, y, [(x, TermForm.Plain)]) { Factor = factor, Offset = offset };

    private bool Holds(List<(double X, double Y)> pairs, double factor, double offset, int x, int y)
        => pairs.Count(pair => Math.Abs(pair.Y - (factor * pair.X) - offset) <= (_half[y] * 1.0001) + (HalfOfFraction(x) * Math.Abs(factor)) + (1e-9 * Math.Abs(pair.Y))) >= 0.8 * pairs.Count;

    // 0.19 and not 0.190000003: what people wrote down.
    private static double Neat(double value)
    {
        for (var digits = 1; digits <= 7 && double.IsFinite(value) && value != 0; digits++)
        {
            var rounded = double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (Math.Abs(rounded - value) <= 2e-5 * Math.Abs(value))
                return rounded;
        }

        return value;
    }

    private double Number(int place, int row) => _sample.Columns[place].Codes[row] is >= 0 and var code ? _values[place][code] : double.NaN;

    private string? Text(int place, int row) => _sample.Columns[place].Codes[row] is >= 0 and var code ? _sample.Columns[place].Value(code) : null;

    // 1, 2, 3 in order of the rows is no amount.
    private static bool IsCounter(AssetProfile profile, ColumnProfile column) => column.Kind == ValueKind.Integer && profile.CandidateKeys.Contains(column.Name)
        && long.TryParse(column.Min, CultureInfo.InvariantCulture, out var min) && long.TryParse(column.Max, CultureInfo.InvariantCulture, out var max) && column.Distinct > LeastDensity * (max - min + 1.0);

    // Shares of the values that are of the kind, and the most digits of a fraction.
    private static double Read(DependencyColumn column, bool isTime, out double[] values, out int fraction)
    {
        values = new double[column.Distinct];
        fraction = 0;
        var fits = 0;
        for (var code = 0; code < values.Length; code++)
        {
            var text = Encoding.UTF8.GetBytes(column.Value(code));
            var kind = CellReader.Read(text, out var number, out _, out _);
            var isOfKind = isTime ? kind is CellKind.Date or CellKind.Timestamp : kind is CellKind.Integer or CellKind.Decimal;
            values[code] = isOfKind ? number : double.NaN;
            fits += isOfKind ? 1 : 0;
            if (kind == CellKind.Decimal && text.AsSpan().IndexOf((byte)'.') is >= 0 and var dot)
                fraction = Math.Max(fraction, text.AsSpan().IndexOfAny((byte)'e', (byte)'E') >= 0 ? MostFraction : text.AsSpan(dot + 1).TrimEnd((byte)'0').Length);
        }

        return values.Length == 0 ? 0 : fits / (double)values.Length;
    }
}
