using System.Globalization;
using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>A column as an end of a relation, with the figures that every comparison needs.</summary>
internal sealed class RelationEnd
{
    // The profile's own sign of a column that gives every row a value, but for slips.
    private const double NearlyUnique = 0.97;

    public RelationEnd(FoundAsset asset, AssetProfile table, int position)
    {
        Asset = asset;
        Table = table;
        Position = position;
        Column = table.Columns[position];
        Verdict = table.Verdicts[position];
        IsNumber = Column.Kind == ValueKind.Integer || Column is { Kind: ValueKind.Decimal, Whole: true };
        Min = Number(Column.Min);
        Max = Number(Column.Max);
        P05 = Column.Quantiles.TryGetValue("p05", out var low) ? Number(low) : Min;
        Quantile25 = Column.Quantiles.TryGetValue("p25", out var quarter) ? Number(quarter) : Min;
        Quantile50 = Column.Quantiles.TryGetValue("p50", out var middle) ? Number(middle) : (Min + Max) / 2;
        Quantile75 = Column.Quantiles.TryGetValue("p75", out var rest) ? Number(rest) : Max;
        P95 = Column.Quantiles.TryGetValue("p95", out var high) ? Number(high) : Max;
        Names = new RelationNames(asset, Column.Name);
        // Asked for each pair of the columns of a thousand tables.
        CanName = MayName(Column, Verdict);
        IsMeasure = Measures(Verdict);
        IsKey = table.CandidateKeys.Contains(Column.Name) || !table.Sampled && LooksLikeKey();
        LeastDistinct = Column.Distinct * (1 - (3 * Column.DistinctError));
        MostDistinct = Column.Distinct * (1 + (3 * Column.DistinctError));
        IsDeclaredKey = asset.Keys.Any(key => key.Columns.Count == 1 && key.Columns[0] == Column.Name);
        IsPrimaryKey = asset.Keys.Any(key => key.IsPrimary && key.Columns.Count == 1 && key.Columns[0] == Column.Name);
        (KeyMin, KeyMax) = Inner();
        Density = IsNumber ? Math.Min(1, Column.Distinct / Math.Max(1, KeyMax - KeyMin + 1)) : 0;
        IsCounter = IsKey && IsNumber && Density > 0.95 && Min is 0 or 1 && (Names.IsMissing ? Position == 0 : Names.SaysNothing || Names.IsOfOwnTable);
    }

    public FoundAsset Asset { get; }

    public AssetProfile Table { get; }

    public ColumnProfile Column { get; }

    public ColumnVerdict Verdict { get; }

    /// <summary>From 0.</summary>
    public int Position { get; }

    public RelationNames Names { get; }

    public bool IsNumber { get; }

    public double Min { get; }

    public double Max { get; }

    public double P05 { get; }

    public double P95 { get; }

    public double Quantile25 { get; }

    public double Quantile50 { get; }

    public double Quantile75 { get; }

    /// <summary>Distinct values at least, for all that is likely.</summary>
    public double LeastDistinct { get; }

    /// <summary>Distinct values at most, for all that is likely.</summary>
    public double MostDistinct { get; }

    /// <summary>Whether it tells the rows of its table apart, but for a few that repeat.</summary>
    public bool IsKey { get; }

    /// <summary>Whether the database declares that it alone tells rows apart.</summary>
    public bool IsDeclaredKey { get; }

    /// <summary>Whether it alone is the primary key that the database declares.</summary>
    public bool IsPrimaryKey { get; }

    /// <summary>Whether its table shows what others hold.</summary>
    public bool IsView => Asset.Database is { IsView: true };

    /// <summary>Whether it does no more than count the rows of its table, from 0 or 1: its name says nothing else, or it has none.</summary>
    public bool IsCounter { get; }

    /// <summary>Least value, without the few that lie far below all others.</summary>
    public double KeyMin { get; }

    /// <summary>Largest value, without the few that lie far beyond all others, such as ids that somebody made by hand from 900000 on.</summary>
    public double KeyMax { get; }

    /// <summary>Distinct values by the whole numbers of its range, but for the few that lie far outside: 1 where ids are counted without gaps.</summary>
    public double Density { get; }

    /// <summary>Whether it is of a kind that can name rows: whole numbers and short texts.</summary>
    public bool CanName { get; }

    /// <summary>Whether the classifier holds it for something that is measured or described, which a reference is not. A verdict hardly surer than a guess says nothing: whole numbers without a name look like both.</summary>
    public bool IsMeasure { get; }

    /// <summary>Distinct values by the whole numbers of a part of its range, from the profile's quantiles: 1 where ids are counted there without gaps, however far away the next block of ids begins. 0 where values repeat, since quantiles count rows.</summary>
    /// <param name="low">Least whole number of the part.</param>
    /// <param name="high">Largest.</param>
    public double DensityIn(double low, double high)
    {
        if (!IsNumber || Column.UniqueShare < 0.9 || !(high >= low))
            return 0;
        ReadOnlySpan<(double At, double Share)> steps = [(Min - 0.5, 0), (P05, 0.05), (Quantile25, 0.25), (Quantile50, 0.5), (Quantile75, 0.75), (P95, 0.95), (Max + 0.5, 1)];
        Span<double> densities = stackalloc double[steps.Length];
        for (var i = 1; i < steps.Length; i++)
            densities[i] = steps[i].At > steps[i - 1].At ? (steps[i].Share - steps[i - 1].Share) * Column.Distinct / (steps[i].At - steps[i - 1].At) : 0;
        var values = 0.0;
        for (var i = 1; i < steps.Length; i++)
        {
            var common = Math.Min(steps[i].At, high + 0.5) - Math.Max(steps[i - 1].At, low - 0.5);
            if (!(common > 0))
                continue;
            // A block that is counted without gaps may end anywhere in the step beside it: as many as can be there are taken to be.
            var besideBlock = densities[i - 1] > 0.9 || i + 1 < steps.Length && densities[i + 1] > 0.9;
            values += besideBlock ? Math.Min(common, (steps[i].Share - steps[i - 1].Share) * Column.Distinct) : common * densities[i];
        }
        return Math.Min(1, values / (high - low + 1));
    }

    // The values of a key are spread evenly over its range, so that its outer twentieths are as long as those in between; what lies further out by more than half of that is apart.
    private (double Min, double Max) Inner()
    {
        var tail = (P95 - P05) / 18;
        if (!IsNumber || !(tail > 0) || Column.UniqueShare < 0.9)
            return (Min, Max);
        return (Math.Max(Min, Min < P05 - (10 * tail) ? P05 - tail : Min), Max > P95 + (10 * tail) ? P95 + tail : Max);
    }

    private static bool MayName(ColumnProfile column, ColumnVerdict verdict) => (column.Kind is ValueKind.Integer or ValueKind.Text || column is { Kind: ValueKind.Decimal, Whole: true }) && (column.MaxLength ?? 0) <= 128
        && !(column.TypeDeclared && column.Type.EndsWith("[]", StringComparison.Ordinal))
        && verdict.Type is not ("timestamp" or "date" or "time_of_day" or "unix_time" or "free_text" or "review" or "html" or "embedding" or "latitude" or "longitude" or "coordinates" or "masked" or "json" or "list" or "constant" or "empty" or "percentage");

    private static bool Measures(ColumnVerdict verdict) => verdict.Confidence >= 0.75 && verdict.Type is ("quantity" or "rating" or "age" or "year" or "month" or "day" or "duration" or "price" or "amount" or "discount" or "tax" or "weight" or "score" or "measure" or "flag" or "weekday"
        or "given_name" or "family_name" or "person_name" or "street_address" or "address" or "date_of_birth" or "gender" or "city" or "region" or "postcode" or "phone" or "title" or "color");

    /// <summary>Whether its name or its values say that it is measured or counted, so that only a name that says so plainly makes it a reference. Without a name, small whole numbers look like both.</summary>
    public bool IsMeasured => !Names.IsMissing && (Names.SaysMeasure || Verdict is { Role: ColumnRole.Measure, Confidence: >= 0.5 });

    // Texts may be keys, prices are not; a few repeated rows do not make a key of something else.
    private bool LooksLikeKey()
        => Column.Values >= 2 && CanName && Column.NullShare <= 0.001 && Column.Distinct >= Column.Values * (NearlyUnique - (3 * Column.DistinctError)) && Verdict.Type is not ("price" or "amount" or "measure");

    private static double Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
