namespace Platform.Inventory.Relate;

/// <summary>
/// The evidence that one column refers to another. That small whole numbers are included in a table's counted ids happens by chance, so inclusion
/// counts little there; what counts is that the values reach over the key's whole range, cover it, repeat, and are named alike.
/// </summary>
internal sealed class RelationCandidate(RelationEnd from, RelationEnd to, NameEvidence names)
{
    /// <summary>Below such a share of rows or values found, a pair is no reference.</summary>
    public const double LeastInclusion = 0.75;

    // Chance that so many random numbers of the range all hit a key: below e^-20 inclusion proves itself.
    private const double Surprising = 20;

    // Pairs are weighed by the million, and each asks several times.
    private double? _local;

    public RelationEnd From { get; } = from;

    public RelationEnd To { get; } = to;

    public NameEvidence Names { get; } = names;

    /// <summary>Share of rows and values that must be found: less where the reference is known from before.</summary>
    public double Least { get; init; } = LeastInclusion;

    /// <summary>What counting found; null before.</summary>
    public Inclusion? Counted { get; set; }

    /// <summary>Whether counting could still find the inclusion: from ranges and distinct values alone.</summary>
    public static bool MayInclude(RelationEnd from, RelationEnd to)
    {
        if (from.LeastDistinct * LeastInclusion > to.MostDistinct)
            return false;
        // The middle nine tenths of the rows must lie in the key's range.
        return !from.IsNumber || !to.IsNumber || from.P05 <= to.Max && from.P95 >= to.Min && from.Max >= to.Min && (from.Quantile25 >= to.Min || from.Quantile75 <= to.Max);
    }

    /// <summary>
    /// Whether it is one table's ids in another's, which chance explains whatever is counted: both are counted without gaps and the names speak of something
    /// else, or the one only counts the rows of its own table and no name says that it refers.
    /// </summary>
    public bool IsOneCountInAnother => From.IsKey && Names == NameEvidence.Against && IsDense || From.IsCounter && Names != NameEvidence.Strong;

    /// <summary>
    /// Whether what the database declares speaks against it: its tables hold what its views show; a primary key refers at most to another table's key of that
    /// name; and where a table has a key, ids do not refer to another column of counted numbers.
    /// </summary>
    public bool IsAgainstDeclarations => To.IsView && !From.IsView
        || From.IsPrimaryKey && !(To.IsDeclaredKey && Names == NameEvidence.Strong)
        || !To.IsDeclaredKey && To.Asset.Keys.Count > 0 && BothNumbers && IsDense;

    /// <summary>Whether both are the same but for the place: a copy of the table that has the same key.</summary>
    public bool HasSameTarget(RelationCandidate other)
        => To.Asset.Fingerprint == other.To.Asset.Fingerprint && To.Position == other.To.Position
            || !To.Names.IsMissing && To.Column.Name == other.To.Column.Name && Counted!.KeyValues == other.Counted!.KeyValues && Counted.Common == other.Counted.Common && To.Table.Columns.Count == other.To.Table.Columns.Count
            && To.Table.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal).SetEquals(other.To.Table.Columns.Select(column => column.Name));

    /// <summary>Whether enough was found to speak of a reference at all.</summary>
    public bool IsIncluded => Counted is { Rows: > 0 } counted && counted.RowShare >= Least && counted.ValueShare >= Least && counted.Common >= 2;

    /// <summary>The evidence as the model takes it, before counting as good as counting could find it.</summary>
    public double[] Features()
    {
        var features = new double[RelationModel.Names.Length];
        Features(features);
        return features;
    }

    /// <summary>The same into room for <see cref="RelationModel.Names"/>: pairs are weighed by the million.</summary>
    public void Features(Span<double> into)
    {
        var rows = Counted?.RowShare ?? 1;
        var values = Counted?.ValueShare ?? 1;
        var common = Counted?.Common ?? Math.Min(From.Column.Distinct, To.Column.Distinct);
        var keys = Math.Max(1, Counted?.KeyValues ?? To.Column.Distinct);
        var coverage = Math.Min(1, common / (double)keys);
        var dense = IsDense;
        var repeats = From.Column.UniqueShare < 0.98;
        var missing = 1 - Math.Min(rows, values);
        ReadOnlySpan<double> features =
        [
            1,
            missing == 0 ? 0 : Math.Log(1 + (50 * missing)),
            missing == 0 ? 1 : 0,
            Math.Sqrt(coverage),
            dense ? 1 : 0,
            dense ? Fit : 1,
            dense ? Math.Min(6, Gap(common)) / 6 : 0,
            Surprise(common),
            dense && To.Min >= 100 ? Math.Min(1, Math.Log10(To.Min) / 5) : 0,
            Names == NameEvidence.Strong ? 1 : 0,
            Names == NameEvidence.Weak ? 1 : 0,
            Names == NameEvidence.Against ? 1 : 0,
            From.IsKey ? 1 : 0,
            From.IsKey && dense ? 1 : 0,
            To.Position == 0 ? 1 : 0,
            repeats && From.Table.Rows >= To.Table.Rows ? 1 : 0,
            Math.Min(1, Math.Log10(keys) / 6),
            From.Asset.Group == To.Asset.Group ? 1 : 0,
            From.Column.Distinct < 5 ? 1 : 0,
            From.IsMeasure ? 1 : 0,
            To.IsMeasure ? 1 : 0,
            From.Position == 0 ? 1 : 0,
        ];
        features.CopyTo(into);
    }

    /// <summary>What spoke for it, in words.</summary>
    public IReadOnlyList<string> Reasons()
    {
        var reasons = new List<string>();
        var counts = Counted!;
        var about = counts.IsEstimate ? "about " : "";
        reasons.Add(counts.MissingRows == 0
            ? $"all {about}{counts.Values:N0} distinct values are among the {counts.KeyValues:N0} of {To.Asset.Name}"
            : $"{about}{counts.Common:N0} of {counts.Values:N0} distinct values are among the {counts.KeyValues:N0} of {To.Asset.Name}; {about}{counts.MissingRows:N0} rows name one that is not");
        if (IsDense)
            reasons.Add($"the ids are counted without gaps, so inclusion alone says little; the values reach over {Fit:P0} of their range");
        if (Names is NameEvidence.Strong or NameEvidence.Weak)
            reasons.Add("the names say so");
        if (From.Column.UniqueShare < 0.98)
            reasons.Add("values repeat, as references do");
        return reasons;
    }

    private bool BothNumbers => From.IsNumber && To.IsNumber;

    // Hardly any gaps, or too few values for the gaps to tell.
    private bool IsDense => BothNumbers && (ToDensity > 0.9 || From.Column.Distinct * -Math.Log(Math.Min(0.999999, ToDensity)) < Surprising);

    // Lines that do not fit are no part of the profile, and yet their ids are there. Ids that are counted in blocks far from each other are dense where the values lie.
    private double ToDensity => Math.Max(Counted is { IsEstimate: false, KeyValues: > 0 } counted && To.KeyMax >= To.KeyMin ? Math.Max(To.Density, Math.Min(1, counted.KeyValues / (To.KeyMax - To.KeyMin + 1))) : To.Density, _local ??= BothNumbers ? To.DensityIn(From.P05, From.P95) : 0);

    // A few values far beyond the key's range say nothing of how far the others reach: these are taken to go on as they do between their twentieths.
    private double High => From.Max <= To.KeyMax ? From.Max : Math.Min(To.KeyMax, From.P95 + ((From.P95 - From.P05) / 18));

    // How little chance explains that all values are found: 1 where it cannot.
    private double Surprise(long common)
    {
        if (BothNumbers)
            return IsDense ? Math.Min(1, common * -Math.Log(Math.Min(0.999999, ToDensity)) / Surprising) : 1;
        // Words and codes do not hit each other by chance unless they are few and short.
        return Math.Min(1, common / 8.0) * Math.Min(1, (From.Column.MeanLength ?? 4) / 3.0);
    }

    // Share of the key's range that the values span; far values beyond it take away.
    private double Fit
    {
        get
        {
            var range = To.KeyMax - To.KeyMin;
            if (!(range > 0))
                return 0;
            var low = Math.Max(From.Min, To.KeyMin);
            var high = High;
            var outside = Math.Max(0, From.P95 - To.KeyMax) + Math.Max(0, To.KeyMin - From.P05);
            return Math.Clamp((high - low - outside) / range, 0, 1);
        }
    }

    // References spread over the key's range leave at its ends about one part of as many as there are values; how many such parts are left free.
    private double Gap(long common)
    {
        var range = To.KeyMax - To.KeyMin;
        if (!(range > 0))
            return 6;
        // Where the end is only guessed, a tenth of the range is no gap.
        var free = Math.Max(0, To.KeyMax - High - (From.Max > To.KeyMax ? range / 10 : 0)) + Math.Max(0, From.Min - To.KeyMin);
        return free / range * common;
    }
}
