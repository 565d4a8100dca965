using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>A formula over places of columns, to be tried on rows.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Target">Place of the column that follows.</param>
/// <param name="Terms">Places of the others with their forms.</param>
internal sealed record Formula(FormulaKind Kind, int Target, IReadOnlyList<(int Place, TermForm Form)> Terms)
{
    public double Factor { get; init; } = 1;

    public double Offset { get; init; }

    public string? Part { get; init; }

    public string? Between { get; init; }

    /// <summary>What rounding of the target explains.</summary>
    public double Tolerance { get; init; }

    /// <summary>By place in <see cref="Terms"/>: half of the last digit that the term has, where its own rounding is allowed for; else 0.</summary>
    public IReadOnlyList<double> Halves { get; init; } = [];

    /// <summary>What follows from the numbers; NaN where one is missing.</summary>
    public double Expected(ReadOnlySpan<double> row)
    {
        switch (Kind)
        {
            case FormulaKind.Product:
                var product = 1.0;
                foreach (var (place, form) in Terms)
                    product *= form switch { TermForm.OneMinus => 1 - row[place], TermForm.OnePlus => 1 + row[place], _ => row[place] };
                return product;
            case FormulaKind.Sum:
                var sum = 0.0;
                foreach (var (place, form) in Terms)
                    sum += form == TermForm.Minus ? -row[place] : row[place];
                return sum;
            case FormulaKind.Linear:
                return (Factor * row[Terms[0].Place]) + Offset;
            default:
                return PartOf(row[Terms[0].Place], Part!);
        }
    }

    /// <summary>Whether the number that stands there follows, but for rounding.</summary>
    public bool Holds(ReadOnlySpan<double> row, double expected)
    {
        var off = Math.Abs(row[Target] - expected);
        var allowed = Tolerance + (1e-9 * Math.Abs(expected));
        if (off <= allowed || Halves.Count == 0)
            return off <= allowed;
        for (var i = 0; i < Terms.Count; i++)
        {
            if (Halves[i] > 0)
                allowed += Halves[i] * (Kind == FormulaKind.Product ? Math.Abs(expected / Math.Max(1e-12, Math.Abs(row[Terms[i].Place]))) : Math.Abs(Factor));
        }

        return off <= allowed;
    }

    /// <summary>Whether the row says more than that a factor is 1 or a term is nothing.</summary>
    public bool Tells(ReadOnlySpan<double> row)
    {
        var plain = 0;
        foreach (var (place, form) in Terms)
        {
            var value = row[place];
            if (Kind == FormulaKind.Product && (value == 0 || form == TermForm.Plain && value == 1))
                return false;
            plain += value == 0 ? 0 : 1;
        }

        // Of many terms some are nothing in most rows.
        return Kind != FormulaKind.Sum || (Terms.Count <= 3 ? plain == Terms.Count : plain >= 3);
    }

    private static double PartOf(double micros, string part)
    {
        if (!(Math.Abs(micros) < 2e17))
            return double.NaN;
        var time = DateTimeOffset.UnixEpoch.AddTicks((long)micros * 10);
        return part switch
        {
            "year" => time.Year,
            "quarter" => ((time.Month - 1) / 3) + 1,
            "month" => time.Month,
            "day" => time.Day,
            "hour" => time.Hour,
            _ => (time.Date - DateTime.UnixEpoch).TotalMicroseconds,
        };
    }
}

/// <summary>Counts, row by row, how far formulas hold.</summary>
/// <param name="formulas">The formulas, over places of the columns that are read.</param>
/// <param name="columns">How many columns are read.</param>
/// <param name="key">Place of the column that names a row; -1 for none.</param>
internal sealed class FormulaCounter(IReadOnlyList<Formula> formulas, int columns, int key) : ICellSink
{
    private const int MostExamples = 5;

    private readonly double[] _numbers = [.. Enumerable.Repeat(double.NaN, columns)];
    private readonly byte[][] _texts = [.. Enumerable.Range(0, columns).Select(_ => new byte[64])];
    private readonly int[] _lengths = new int[columns];
    private readonly byte[]?[] _between = [.. formulas.Select(formula => formula.Between is { } between ? Encoding.UTF8.GetBytes(between) : null)];
    private readonly HashSet<int> _times = [.. formulas.Where(formula => formula.Part is not null).SelectMany(formula => formula.Part == "date" ? [formula.Terms[0].Place, formula.Target] : new[] { formula.Terms[0].Place })];
    private long _row;

    public FormulaCount[] Counts { get; } = [.. formulas.Select(_ => new FormulaCount())];

    public void Cell(int column, ReadOnlySpan<byte> value)
    {
        if (value.Length > _texts[column].Length)
            _texts[column] = new byte[value.Length * 2];
        value.CopyTo(_texts[column]);
        _lengths[column] = value.Length;
        var kind = CellReader.Read(value, out var number, out _, out _);
        _numbers[column] = kind is CellKind.Integer or CellKind.Decimal != _times.Contains(column) && kind is CellKind.Integer or CellKind.Decimal or CellKind.Date or CellKind.Timestamp ? number : double.NaN;
    }

    public void EndRow()
    {
        _row++;
        for (var i = 0; i < formulas.Count; i++)
        {
            if (formulas[i].Kind == FormulaKind.Joined)
                Joined(formulas[i], _between[i]!, Counts[i]);
            else
                Numbers(formulas[i], Counts[i]);
        }

        Array.Fill(_numbers, double.NaN);
        Array.Clear(_lengths);
    }

    private void Numbers(Formula formula, FormulaCount count)
    {
        var expected = formula.Expected(_numbers);
        if (double.IsNaN(expected) || double.IsNaN(_numbers[formula.Target]))
            return;
        var holds = formula.Holds(_numbers, expected);
        var tells = formula.Tells(_numbers);
        count.Rows++;
        count.Telling += tells ? 1 : 0;
        if (holds)
            return;
        count.Violations++;
        count.TellingViolations += tells ? 1 : 0;
        count.Off += _numbers[formula.Target] - expected;
        if (count.Examples.Count < MostExamples)
            count.Examples.Add(Example(formula, formula.Part == "date" ? DateTimeOffset.UnixEpoch.AddTicks((long)expected * 10).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Math.Round(expected, 6).ToString("G12", CultureInfo.InvariantCulture)));
    }

    private void Joined(Formula formula, byte[] between, FormulaCount count)
    {
        var first = Text(formula.Terms[0].Place);
        var second = Text(formula.Terms[1].Place);
        var target = Text(formula.Target);
        if (first.IsEmpty || second.IsEmpty || target.IsEmpty)
            return;
        count.Rows++;
        count.Telling++;
        if (target.Length == first.Length + between.Length + second.Length && target.StartsWith(first) && target.EndsWith(second) && target[first.Length..^second.Length].SequenceEqual(between))
            return;
        count.Violations++;
        count.TellingViolations++;
        if (count.Examples.Count < MostExamples)
            count.Examples.Add(Example(formula, Encoding.UTF8.GetString(first) + formula.Between + Encoding.UTF8.GetString(second)));
    }

    private ReadOnlySpan<byte> Text(int place) => _texts[place].AsSpan(0, _lengths[place]);

    private FormulaExample Example(Formula formula, string expected)
        => new(key >= 0 && _lengths[key] > 0 ? $"\u0001{Encoding.UTF8.GetString(Text(key))}" : string.Create(CultureInfo.InvariantCulture, $"row {_row:N0}"), [.. formula.Terms.Select(term => Encoding.UTF8.GetString(Text(term.Place)))], expected, Encoding.UTF8.GetString(Text(formula.Target)));
}

/// <summary>How far a formula holds.</summary>
internal sealed class FormulaCount
{
    public long Rows { get; set; }

    /// <summary>Rows that say more than that a term is nothing.</summary>
    public long Telling { get; set; }

    public long Violations { get; set; }

    public long TellingViolations { get; set; }

    public double Off { get; set; }

    public List<FormulaExample> Examples { get; } = [];
}
