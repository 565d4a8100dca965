using System.Globalization;
using System.Text;

namespace Platform.Inventory.Profile;

/// <summary>Makes what people and the catalog read of a column's state.</summary>
internal static class ColumnSummary
{
    private const int Bins = 20;

    private static readonly string[] QuantileNames = ["p01", "p05", "p25", "p50", "p75", "p95", "p99"];
    private static readonly string[] StrictTypes = ["timestamp", "date", "time", "interval", "numeric", "decimal", "smallint", "integer", "bigint", "real", "double"];

    public static ColumnProfile Of(ColumnState state)
    {
        var (kind, misfits) = KindOf(state);
        var isNumber = kind is ValueKind.Integer or ValueKind.Decimal;
        var isTime = kind is ValueKind.Date or ValueKind.Timestamp or ValueKind.Time;
        var sketch = (isNumber ? state.Numbers : isTime ? state.Times : null) is { Count: > 0 } some ? some : null;
        var moments = isNumber ? state.NumberMoments : isTime ? state.TimeMoments : default;
        var whole = state.NumberMoments.Count > 0 && state.Of(CellKind.Decimal) == state.WholeDecimals;
        var answers = sketch?.QuantilesWithErrors(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99) ?? [];
        // What is interpolated between whole numbers is one itself.
        var quantiles = answers.Select(answer => isNumber && whole ? Math.Round(answer.Value) : answer.Value).ToArray();
        var spread = sketch is not null && sketch.Max > sketch.Min;
        var lengths = state.Lengths is { Count: > 0 } texts ? texts : null;
        var items = state.Items is { Count: > 0 } lists ? lists : null;
        var entropy = ValueEntropy.Of(state);
        return new ColumnProfile
        {
            Name = state.Name,
            Type = state.DeclaredType ?? kind.ToString().ToLowerInvariant(),
            TypeDeclared = state.DeclaredType is not null,
            Kind = kind,
            Misfits = HasStrictType(state) ? 0 : misfits,
            Rows = state.Rows,
            Nulls = state.Nulls,
            Distinct = Math.Min(state.Distinct.Count, state.Values),
            DistinctError = state.Distinct.IsExact ? 0 : DistinctCounter.StandardError,
            // Whole numbers beyond 2^53 are exact only as such.
            Min = sketch is null ? state.MinText : kind == ValueKind.Integer && whole && misfits == 0 && state.MinInteger is { } least ? least.ToString(CultureInfo.InvariantCulture) : Print(kind, sketch.Min),
            Max = sketch is null ? state.MaxText : kind == ValueKind.Integer && whole && misfits == 0 && state.MaxInteger is { } most ? most.ToString(CultureInfo.InvariantCulture) : Print(kind, sketch.Max),
            Sum = isNumber ? Finite(moments.Sum) : null,
            Mean = isNumber ? Finite(moments.Mean) : null,
            StandardDeviation = isNumber ? Finite(moments.StandardDeviation) : null,
            Skewness = Finite(moments.Skewness),
            Kurtosis = Finite(moments.Kurtosis),
            Median = isNumber && sketch is not null ? quantiles[3] : null,
            LowerQuartile = isNumber && sketch is not null ? quantiles[2] : null,
            UpperQuartile = isNumber && sketch is not null ? quantiles[4] : null,
            MeanTime = isTime && sketch is not null ? Print(kind, moments.Mean) : null,
            DeviationSeconds = isTime && moments.Count > 1 ? Finite(moments.StandardDeviation / 1e6) : null,
            Quantiles = sketch is not null ? QuantileNames.Zip(quantiles).ToDictionary(pair => pair.First, pair => Print(kind, pair.Second)) : new Dictionary<string, string>(),
            QuantileError = answers.Length == 0 ? 0 : answers.Max(answer => answer.RankError),
            Histogram = spread ? sketch!.Histogram(Bins) : [],
            HistogramFrom = spread ? sketch!.Min : null,
            HistogramTo = spread ? sketch!.Max : null,
            Frequent = [.. state.Frequent.Top(20).Where(value => value.AtLeast > 1 || state.Values <= 20).Select(value => new ValueCount(Encoding.UTF8.GetString(value.Value), value.AtLeast))],
            FrequentError = state.Frequent.Error,
            FrequentGaveUp = state.Frequent.GaveUp,
            TrueShare = kind == ValueKind.Boolean ? Share(state, "true") : null,
            Shapes = [.. state.Shapes.Top(8).Select(shape => new ValueCount(Encoding.UTF8.GetString(shape.Value), shape.AtLeast))],
            ShapesError = state.Shapes.Error,
            Entropy = entropy?.About,
            EntropyFrom = entropy?.From,
            EntropyTo = entropy?.To,
            Zeros = state.Zeros,
            Negatives = state.Negatives,
            Blank = state.Blank,
            Padded = state.Padded,
            MissingWords = state.MissingWords,
            LeadingZeros = state.LeadingZeros,
            NotFinite = state.NotFinite,
            InvalidUtf8 = state.InvalidUtf8,
            TooLong = state.TooLong,
            Whole = whole,
            MinLength = lengths is not null ? (int)lengths.Min : null,
            MaxLength = lengths is not null ? (int)lengths.Max : null,
            MeanLength = lengths is not null ? Finite(state.LengthMoments.Mean) : null,
            LengthDeviation = lengths is not null ? Finite(state.LengthMoments.StandardDeviation) : null,
            MedianLength = lengths is not null ? (int)lengths.Quantiles(0.5)[0] : null,
            LengthHistogram = lengths is not null && lengths.Max > lengths.Min ? lengths.Histogram(Bins) : [],
            MinItems = items is not null ? (long)items.Min : null,
            MaxItems = items is not null ? (long)items.Max : null,
            MeanItems = items is not null ? Finite(state.ItemMoments.Mean) : null,
        };
    }

    // Whatever a number or a time may be written like (infinity, 1000 years), the source has made sure that it is one.
    private static bool HasStrictType(ColumnState state)
        => state.DeclaredType is { } type && StrictTypes.Any(strict => type.StartsWith(strict, StringComparison.OrdinalIgnoreCase)) && !type.EndsWith(']');

    // A kind holds where at most one value in twenty is of another; those are misfits to report.
    private static (ValueKind Kind, long Misfits) KindOf(ColumnState state)
    {
        var present = state.Values - state.NotFinite - Math.Min(state.MissingWords, state.Of(CellKind.Text));
        if (state.Values == 0)
            return (ValueKind.Empty, 0);
        if (present <= 0)
            return (state.NotFinite == 0 ? ValueKind.Text : state.DeclaredType == "date" ? ValueKind.Date : state.DeclaredType?.StartsWith("timestamp", StringComparison.Ordinal) == true ? ValueKind.Timestamp : ValueKind.Decimal, 0);
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

    private static double Share(ColumnState state, string value)
        => state.Frequent.Top(int.MaxValue).Where(item => Encoding.UTF8.GetString(item.Value).Equals(value, StringComparison.OrdinalIgnoreCase)).Sum(item => item.AtLeast) / (double)Math.Max(1, state.Of(CellKind.Boolean));

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
