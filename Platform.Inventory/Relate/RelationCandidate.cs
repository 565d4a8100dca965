using Platform.Inventory.Classify;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>A column as an end of a relation.</summary>
internal sealed record RelationEnd(FoundAsset Asset, AssetProfile Table, ColumnProfile Column, ColumnVerdict Verdict, int Position)
{
    public double Min => ColumnValues.Number(Column.Min);

    public double Max => ColumnValues.Number(Column.Max);

    public double Quantile(string name, double otherwise) => Column.Quantiles.TryGetValue(name, out var text) ? ColumnValues.Number(text) : otherwise;

    public bool IsNumber => Column.Kind == ValueKind.Integer || Column is { Kind: ValueKind.Decimal, Whole: true };

    public bool IsKey => Table.CandidateKeys.Contains(Column.Name);
}

/// <summary>
/// The evidence that one column refers to another. That small whole numbers are included in a table's counted ids happens by chance, so inclusion
/// counts little there; what counts is that the values reach over the key's whole range, cover it, repeat, and are named alike.
/// </summary>
internal sealed class RelationCandidate(RelationEnd from, RelationEnd to)
{
    /// <summary>Below it a pair is not proposed.</summary>
    public const double Least = 0.6;

    private const double LeastInclusion = 0.75;

    public RelationEnd From { get; } = from;

    public RelationEnd To { get; } = to;

    /// <summary>Rows of the source with a value, those whose value is missing, and distinct values likewise; null before counting.</summary>
    public Counts? Counted { get; set; }

    public sealed record Counts(long Rows, long MissingRows, long Values, long MissingValues, long KeyValues, IReadOnlyDictionary<ulong, int> Missing);

    /// <summary>Whether counting could still make it a proposal.</summary>
    public bool IsPossible() => Score(1, 1, Math.Min(1, From.Column.Distinct / (double)Math.Max(1, To.Column.Distinct))) >= Least;

    /// <summary>Confidence from the counts.</summary>
    public double Score()
    {
        if (Counted is not { } counts || counts.Rows == 0)
            return 0;
        var rows = 1 - (counts.MissingRows / (double)counts.Rows);
        var values = 1 - (counts.MissingValues / (double)Math.Max(1, counts.Values));
        return Score(rows, values, (counts.Values - counts.MissingValues) / (double)Math.Max(1, counts.KeyValues));
    }

    /// <summary>What spoke for it, in words.</summary>
    public IReadOnlyList<string> Reasons()
    {
        var reasons = new List<string>();
        var counts = Counted!;
        reasons.Add(counts.MissingRows == 0
            ? $"all {counts.Values:N0} distinct values are among the {counts.KeyValues:N0} of {To.Asset.Name}"
            : $"{counts.Values - counts.MissingValues:N0} of {counts.Values:N0} distinct values are among the {counts.KeyValues:N0} of {To.Asset.Name}; {counts.MissingRows:N0} rows name one that is not");
        if (IsDense)
            reasons.Add($"the ids are counted without gaps, so inclusion alone says little; the values reach over {Fit:P0} of their range");
        if (Name > 0)
            reasons.Add("the names say so");
        if (Repeats)
            reasons.Add("values repeat, as references do");
        return reasons;
    }

    private double Score(double rows, double values, double coverage)
    {
        if (rows < LeastInclusion || values < LeastInclusion)
            return 0;
        var score = 0.2 * ((Math.Min(rows, values) - LeastInclusion) / (1 - LeastInclusion));
        score += 0.25 * Math.Sqrt(Math.Min(1, coverage));
        score += 0.35 * (IsNumber ? IsDense ? Fit : 1 : 0.9);
        score += To.Position == 0 ? 0.1 : 0.03;
        score += Repeats && From.Table.Rows >= To.Table.Rows ? 0.1 : Repeats ? 0.03 : 0;
        score += Name;
        // One key inside another is how two tables of counted ids look; only names or sparse ids make it a relation.
        if (From.IsKey)
            score -= IsDense ? 0.35 : 0.15;
        if (!IsNumber && From.Column.Distinct < 5 && Name <= 0)
            score -= 0.3;
        return Math.Clamp(score, 0, 0.99);
    }

    private bool IsNumber => From.IsNumber && To.IsNumber;

    private bool Repeats => From.Column.UniqueShare < 0.98;

    // Share of the key's range that the values span. Values beyond the range do not make it better; a few far ones, such as 9999 for a missing one, are counted as missing and not here.
    private double Fit
    {
        get
        {
            var range = To.Max - To.Min;
            if (range <= 0)
                return 0;
            var low = Math.Max(From.Min, To.Min);
            var high = Math.Min(From.Max, To.Max);
            var outside = Math.Max(0, From.Quantile("p95", From.Max) - To.Max) + Math.Max(0, To.Min - From.Quantile("p05", From.Min));
            return Math.Clamp((high - low - outside) / range, 0, 1);
        }
    }

    private bool IsDense
    {
        get
        {
            if (!IsNumber)
                return false;
            var density = To.Column.Distinct / Math.Max(1, To.Max - To.Min + 1);
            // Hardly any gaps, or none within the error of the distinct count.
            if (density > 0.9)
                return true;
            // Chance that so many random numbers of the range all hit a key: below e^-20 inclusion proves itself.
            return From.Column.Distinct * -Math.Log(Math.Min(0.999999, density)) < 20;
        }
    }

    private double Name => RelationNames.Compare(From, To);
}
