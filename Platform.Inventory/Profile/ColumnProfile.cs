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

    /// <summary>Relative standard error of <see cref="Distinct"/>; 0 where it is exact (up to 2,048 values). Three times it is hardly ever exceeded.</summary>
    public double DistinctError { get; init; }

    /// <summary>Smallest value as text; null without values.</summary>
    public string? Min { get; init; }

    /// <summary>Largest value as text; null without values.</summary>
    public string? Max { get; init; }

    /// <summary>Sum of the numbers; null for other kinds.</summary>
    public double? Sum { get; init; }

    /// <summary>Mean of the numbers; null for other kinds.</summary>
    public double? Mean { get; init; }

    /// <summary>Standard deviation of the numbers (of a sample, n - 1); null for other kinds.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>Skewness of numbers or times (adjusted Fisher-Pearson); null below three values or where all are equal.</summary>
    public double? Skewness { get; init; }

    /// <summary>Excess kurtosis of numbers or times; null below four values or where all are equal.</summary>
    public double? Kurtosis { get; init; }

    /// <summary>Median of the numbers, within <see cref="QuantileError"/>; null for other kinds.</summary>
    public double? Median { get; init; }

    /// <summary>Number at 25 %, within <see cref="QuantileError"/>; null for other kinds.</summary>
    public double? LowerQuartile { get; init; }

    /// <summary>Number at 75 %, within <see cref="QuantileError"/>; null for other kinds.</summary>
    public double? UpperQuartile { get; init; }

    /// <summary>Mean of dates or times as text; null for other kinds.</summary>
    public string? MeanTime { get; init; }

    /// <summary>Standard deviation of dates or times in seconds; null for other kinds.</summary>
    public double? DeviationSeconds { get; init; }

    /// <summary>Values at 1, 5, 25, 50, 75, 95 and 99 % as text, by <c>p01</c> and so on; empty for text.</summary>
    public IReadOnlyDictionary<string, string> Quantiles { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// By how much the rank of a quantile may be wrong, as a share of the values: 0.001 means that the median is a value between 49.9 and 50.1 %.
    /// 0 where all are exact (up to 16,384 different values). Hardly ever reached, since inside that part the value is interpolated. A count of the histogram may be wrong by about as much.
    /// </summary>
    public double QuantileError { get; init; }

    /// <summary>Counts in bins of equal width from <see cref="Min"/> to <see cref="Max"/>; empty for text, where the lengths have one.</summary>
    public IReadOnlyList<long> Histogram { get; init; } = [];

    /// <summary>Where the histogram begins: a number, or microseconds since 1970 UTC; null without one.</summary>
    public double? HistogramFrom { get; init; }

    /// <summary>Where the histogram ends; null without one.</summary>
    public double? HistogramTo { get; init; }

    /// <summary>The most frequent values from the top; empty where hardly any repeats.</summary>
    public IReadOnlyList<ValueCount> Frequent { get; init; } = [];

    /// <summary>By how much a count in <see cref="Frequent"/> may be too low; 0 where all are exact.</summary>
    public long FrequentError { get; init; }

    /// <summary>Whether counting the frequent values was given up because hardly any repeats.</summary>
    public bool FrequentGaveUp { get; init; }

    /// <summary>Share of true among the truth values; null for other kinds.</summary>
    public double? TrueShare { get; init; }

    /// <summary>The most frequent shapes of the texts; see <see cref="ValueShape"/>.</summary>
    public IReadOnlyList<ValueCount> Shapes { get; init; } = [];

    /// <summary>By how much a count in <see cref="Shapes"/> may be too low; 0 where all are exact.</summary>
    public long ShapesError { get; init; }

    /// <summary>Shannon entropy of the values in bits; exact where <see cref="EntropyFrom"/> and <see cref="EntropyTo"/> equal it.</summary>
    public double? Entropy { get; init; }

    /// <summary>The entropy is at least this, as far as the frequent values tell; null without values.</summary>
    public double? EntropyFrom { get; init; }

    /// <summary>The entropy is at most this, as far as the frequent and distinct values tell; null without values.</summary>
    public double? EntropyTo { get; init; }

    /// <summary>Forms in which the dates are written, of a sample of the different values, the most frequent first; empty where they are no dates or their type is declared as one.</summary>
    public IReadOnlyList<DateForm> DateForms { get; init; } = [];

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

    /// <summary>NaN and infinities, which are no part of range, mean and quantiles.</summary>
    public long NotFinite { get; init; }

    /// <summary>Texts whose bytes are no UTF-8.</summary>
    public long InvalidUtf8 { get; init; }

    /// <summary>Values longer than 1 MiB, of which the rest was not looked at.</summary>
    public long TooLong { get; init; }

    /// <summary>Whether every number is whole.</summary>
    public bool Whole { get; init; }

    /// <summary>Characters of the shortest text; null without texts.</summary>
    public int? MinLength { get; init; }

    /// <summary>Characters of the longest text.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Mean number of characters; null without texts.</summary>
    public double? MeanLength { get; init; }

    /// <summary>Standard deviation of the number of characters; null below two texts.</summary>
    public double? LengthDeviation { get; init; }

    /// <summary>Median number of characters; null without texts.</summary>
    public int? MedianLength { get; init; }

    /// <summary>Counts of lengths in bins of equal width from <see cref="MinLength"/> to <see cref="MaxLength"/>; empty where all are as long.</summary>
    public IReadOnlyList<long> LengthHistogram { get; init; } = [];

    /// <summary>Elements of the shortest list or map; null for other types.</summary>
    public long? MinItems { get; init; }

    /// <summary>Elements of the longest list or map; null for other types.</summary>
    public long? MaxItems { get; init; }

    /// <summary>Mean number of elements of lists or maps; null for other types.</summary>
    public double? MeanItems { get; init; }

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
    public static ColumnProfile From(ColumnState state) => ColumnSummary.Of(state);
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
