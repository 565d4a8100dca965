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
        Quantile75 = Column.Quantiles.TryGetValue("p75", out var rest) ? Number(rest) : Max;
        P95 = Column.Quantiles.TryGetValue("p95", out var high) ? Number(high) : Max;
        Names = new RelationNames(asset, Column.Name);
        IsKey = table.CandidateKeys.Contains(Column.Name) || !table.Sampled && LooksLikeKey();
        LeastDistinct = Column.Distinct * (1 - (3 * Column.DistinctError));
        MostDistinct = Column.Distinct * (1 + (3 * Column.DistinctError));
        IsDeclaredKey = asset.Keys.Any(key => key.Columns.Count == 1 && key.Columns[0] == Column.Name);
        IsPrimaryKey = asset.Keys.Any(key => key.IsPrimary && key.Columns.Count == 1 && key.Columns[0] == Column.Name);
        Density = IsNumber ? Math.Min(1, Column.Distinct / Math.Max(1, Max - Min + 1)) : 0;
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
    public bool IsCounter => IsKey && IsNumber && Density > 0.95 && Min is 0 or 1 && (Names.IsMissing ? Position == 0 : Names.SaysNothing || Names.IsOfOwnTable);

    /// <summary>Distinct values by the whole numbers of its range: 1 where ids are counted without gaps.</summary>
    public double Density { get; }

    /// <summary>Whether it is of a kind that can name rows: whole numbers and short texts.</summary>
    public bool CanName => (Column.Kind is ValueKind.Integer or ValueKind.Text || Column is { Kind: ValueKind.Decimal, Whole: true }) && (Column.MaxLength ?? 0) <= 128
        && !(Column.TypeDeclared && Column.Type.EndsWith("[]", StringComparison.Ordinal))
        && Verdict.Type is not ("timestamp" or "date" or "time_of_day" or "unix_time" or "free_text" or "review" or "html" or "embedding" or "latitude" or "longitude" or "coordinates" or "masked" or "json" or "list" or "constant" or "empty" or "percentage");

    /// <summary>Whether the classifier holds it for something that is measured or described, which a reference is not. A verdict hardly surer than a guess says nothing: whole numbers without a name look like both.</summary>
    public bool IsMeasure => Verdict.Confidence >= 0.75 && Verdict.Type is ("quantity" or "rating" or "age" or "year" or "month" or "day" or "duration" or "price" or "amount" or "discount" or "tax" or "weight" or "score" or "measure" or "flag" or "weekday"
        or "given_name" or "family_name" or "person_name" or "street_address" or "address" or "date_of_birth" or "gender" or "city" or "region" or "postcode" or "phone" or "title" or "color");

    // Texts may be keys, prices are not; a few repeated rows do not make a key of something else.
    private bool LooksLikeKey()
        => Column.Values >= 2 && CanName && Column.NullShare <= 0.001 && Column.Distinct >= Column.Values * (NearlyUnique - (3 * Column.DistinctError)) && Verdict.Type is not ("price" or "amount" or "measure");

    private static double Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
