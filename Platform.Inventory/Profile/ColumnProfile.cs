using System.Globalization;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>What is known of a column's values, as people and the catalog read it. Shares are between 0 and 1; a metric without meaning for the type is null.</summary>
public sealed record ColumnProfile
{
    public required string Name { get; init; }

    /// <summary>The type as the source declares it, or as its values are: <c>integer</c>, <c>decimal</c>, <c>boolean</c>, <c>date</c>, <c>timestamp</c>, <c>time</c>, <c>text</c>, <c>empty</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether the source declares the type.</summary>
    public bool TypeDeclared { get; init; }

    /// <summary>The kind that its values are, whatever the declared type.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>Values that are not of the kind that nearly all the others are: 12 texts among numbers.</summary>
    public long Misfits { get; init; }

    public required long Rows { get; init; }

    public required long Nulls { get; init; }

    /// <summary>Distinct values.</summary>
    public required long Distinct { get; init; }

    /// <summary>Relative standard error of <see cref="Distinct"/>; 0 where it is exact.</summary>
    public double DistinctError { get; init; }

    /// <summary>Smallest value as text; null without values.</summary>
    public string? Min { get; init; }

    /// <summary>Largest value as text; null without values.</summary>
    public string? Max { get; init; }

    public double? Mean { get; init; }

    public double? StandardDeviation { get; init; }

    public double? Skewness { get; init; }

    /// <summary>Excess kurtosis.</summary>
    public double? Kurtosis { get; init; }

    /// <summary>Values at 1, 5, 25, 50, 75, 95 and 99 % as text, by <c>p01</c> and so on; empty for text.</summary>
    public IReadOnlyDictionary<string, string> Quantiles { get; init; } = new Dictionary<string, string>();

    /// <summary>Rank error of the quantiles and the histogram; 0 where they are exact.</summary>
    public double QuantileError { get; init; }

    /// <summary>Counts in bins of equal width from <see cref="Min"/> to <see cref="Max"/>; empty for text.</summary>
    public IReadOnlyList<long> Histogram { get; init; } = [];

    /// <summary>The most frequent values from the top; empty where hardly any repeats.</summary>
    public IReadOnlyList<ValueCount> Frequent { get; init; } = [];

    /// <summary>By how much a count in <see cref="Frequent"/> may be too low.</summary>
    public long FrequentError { get; init; }

    /// <summary>The most frequent shapes of the texts; see <see cref="ValueShape"/>.</summary>
    public IReadOnlyList<ValueCount> Shapes { get; init; } = [];

    /// <summary>Shannon entropy in bits; an estimate where the frequent values are.</summary>
    public double? Entropy { get; init; }

    public long Zeros { get; init; }

    public long Negatives { get; init; }

    /// <summary>Empty texts, or texts of only blanks.</summary>
    public long Blank { get; init; }

    /// <summary>Values with blanks before or after.</summary>
    public long Padded { get; init; }

    /// <summary>Words such as N/A in place of a value.</summary>
    public long MissingWords { get; init; }

    /// <summary>Numbers with leading zeros.</summary>
    public long LeadingZeros { get; init; }

    /// <summary>Whether every number is whole.</summary>
    public bool Whole { get; init; }

    /// <summary>Characters of the shortest text; null without texts.</summary>
    public int? MinLength { get; init; }

    /// <summary>Characters of the longest text.</summary>
    public int? MaxLength { get; init; }

    public double? MeanLength { get; init; }

    /// <summary>Values: rows less nulls.</summary>
    public long Values => Rows - Nulls;

    /// <summary>Nulls by rows; 0 without rows.</summary>
    public double NullShare => Rows == 0 ? 0 : Nulls / (double)Rows;

    /// <summary>Distinct values by values; 0 without values. At most 1, also where the count is an estimate.</summary>
    public double UniqueShare => Values == 0 ? 0 : Math.Min(1, Distinct / (double)Values);

    /// <summary>Whether every row has a value of its own, as far as the count of distinct values can tell.</summary>
    public bool LooksUnique => Rows > 0 && Nulls == 0 && Distinct >= Rows * (1 - (3 * DistinctError));

    /// <summary>The profile with texts of values masked, for columns of personal data.</summary>
    public ColumnProfile WithoutValues() => this with
    {
        Min = Min is null || Kind is not ValueKind.Text ? Min : Classify.ColumnSample.Mask(Min),
        Max = Max is null || Kind is not ValueKind.Text ? Max : Classify.ColumnSample.Mask(Max),
        Frequent = Distinct <= 10 ? Frequent : [.. Frequent.Select(value => value with { Value = Classify.ColumnSample.Mask(value.Value) })],
    };

    /// <summary>The profile of a state.</summary>
    public static ColumnProfile From(ColumnState state)
    {
        var (kind, misfits) = KindOf(state);
        var isNumber = kind is ValueKind.Integer or ValueKind.Decimal;
        var isTime = kind is ValueKind.Date or ValueKind.Timestamp or ValueKind.Time;
        var sketch = isNumber ? state.Numbers : isTime ? state.Times : null;
        var moments = state.NumberMoments;
        var lengths = state.Lengths;
        return new ColumnProfile
        {
            Name = state.Name,
            Type = state.DeclaredType ?? kind.ToString().ToLowerInvariant(),
            TypeDeclared = state.DeclaredType is not null,
            Kind = kind,
            Misfits = misfits,
            Rows = state.Rows,
            Nulls = state.Nulls,
            Distinct = Math.Min(state.Distinct.Count, state.Values),
            DistinctError = state.Distinct.IsExact ? 0 : DistinctCounter.StandardError,
            Min = sketch is { Count: > 0 } ? Print(kind, sketch.Min) : state.MinText,
            Max = sketch is { Count: > 0 } ? Print(kind, sketch.Max) : state.MaxText,
            Mean = isNumber ? Finite(moments.Mean) : null,
            StandardDeviation = isNumber ? Finite(moments.StandardDeviation) : null,
            Skewness = isNumber ? Finite(moments.Skewness) : null,
            Kurtosis = isNumber ? Finite(moments.Kurtosis) : null,
            Quantiles = sketch is { Count: > 0 } ? QuantilesOf(kind, sketch) : new Dictionary<string, string>(),
            QuantileError = sketch is { Count: > 400 } ? QuantileSketch.RankError : 0,
            Histogram = sketch is { Count: > 0 } && sketch.Max > sketch.Min ? sketch.Histogram(20) : [],
            Frequent = [.. state.Frequent.Top(20).Where(value => value.AtLeast > 1 || state.Values <= 20).Select(value => new ValueCount(Encoding.UTF8.GetString(value.Value), value.AtLeast))],
            FrequentError = state.Frequent.Error,
            Shapes = [.. state.Shapes.Top(8).Select(shape => new ValueCount(Encoding.UTF8.GetString(shape.Value), shape.AtLeast))],
            Entropy = EntropyOf(state),
            Zeros = state.Zeros,
            Negatives = state.Negatives,
            Blank = state.Blank,
            Padded = state.Padded,
            MissingWords = state.MissingWords,
            LeadingZeros = state.LeadingZeros,
            Whole = moments.Count > 0 && state.Of(CellKind.Decimal) == state.WholeDecimals,
            MinLength = lengths is { Count: > 0 } ? (int)lengths.Min : null,
            MaxLength = lengths is { Count: > 0 } ? (int)lengths.Max : null,
            MeanLength = lengths is { Count: > 0 } ? Finite(state.LengthMoments.Mean) : null,
        };
    }

    // A kind holds where at most one value in twenty is of another; those are misfits to report.
    private static (ValueKind Kind, long Misfits) KindOf(ColumnState state)
    {
        var present = state.Values - Math.Min(state.MissingWords, state.Of(CellKind.Text));
        if (state.Values == 0)
            return (ValueKind.Empty, 0);
        if (present <= 0)
            return (ValueKind.Text, 0);
        var codes = state.LeadingZeros > 0 && state.LeadingZeros * 200 >= present && state.DeclaredType is null;
        var integers = state.Of(CellKind.Integer);
        var numbers = integers + state.Of(CellKind.Decimal);
        var days = state.Of(CellKind.Date);
        var times = days + state.Of(CellKind.Timestamp);
        (ValueKind Kind, long Count)[] kinds =
        [
            (ValueKind.Integer, codes ? 0 : integers),
            (ValueKind.Decimal, codes ? 0 : numbers),
            (ValueKind.Boolean, state.Of(CellKind.Boolean)),
            (ValueKind.Date, days),
            (ValueKind.Timestamp, times),
            (ValueKind.Time, state.Of(CellKind.Time)),
        ];
        foreach (var (kind, count) in kinds)
        {
            if (count == present)
                return (kind, 0);
        }

        foreach (var (kind, count) in kinds)
        {
            if (count * 20 >= present * 19)
                return (kind == ValueKind.Integer && numbers > integers ? ValueKind.Decimal : kind, present - Math.Max(count, kind == ValueKind.Integer ? numbers : count));
        }

        return (ValueKind.Text, 0);
    }

    private static Dictionary<string, string> QuantilesOf(ValueKind kind, QuantileSketch sketch)
    {
        var values = sketch.Quantiles(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);
        string[] names = ["p01", "p05", "p25", "p50", "p75", "p95", "p99"];
        return names.Zip(values).ToDictionary(pair => pair.First, pair => Print(kind, pair.Second));
    }

    private static double? EntropyOf(ColumnState state)
    {
        if (state.Values == 0 || state.Frequent.GaveUp)
            return state.Values == 0 ? null : Math.Log2(Math.Max(1, state.Distinct.Count));
        double n = state.Values, entropy = 0, seen = 0;
        var known = state.Frequent.Top(int.MaxValue);
        foreach (var value in known)
        {
            var p = value.AtLeast / n;
            entropy -= p * Math.Log2(p);
            seen += p;
        }

        var rest = 1 - seen;
        var others = Math.Max(1, state.Distinct.Count - known.Count);
        if (rest > 1e-9)
            entropy -= rest * Math.Log2(rest / others);
        return Math.Max(0, entropy);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Print(ValueKind kind, double value) => kind switch
    {
        ValueKind.Date => Instant(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ValueKind.Timestamp => Instant(value).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        ValueKind.Time => TimeSpan.FromMicroseconds(value).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static DateTime Instant(double micros) => DateTime.UnixEpoch.AddTicks((long)(Math.Clamp(micros, -62_135_596_800e6, 253_402_300_799e6) * TimeSpan.TicksPerMicrosecond));
}

/// <summary>Kinds of a column's values.</summary>
public enum ValueKind
{
    Empty,
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    Timestamp,
    Time,
}

/// <summary>A value and how often it stands in the column, at least.</summary>
public sealed record ValueCount(string Value, long Count);
