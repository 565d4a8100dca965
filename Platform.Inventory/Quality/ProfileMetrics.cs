using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Learning.Anomaly;

namespace Platform.Inventory.Quality;

/// <summary>A metric of an asset at one moment.</summary>
/// <param name="Column">Column, or null for the whole asset.</param>
/// <param name="Name">Name of the metric.</param>
/// <param name="Value">The value, finite.</param>
public sealed record ProfileMetric(string? Column, string Name, double Value);

/// <summary>The metrics of an asset whose history is kept, and how each is judged.</summary>
public static class ProfileMetrics
{
    // A matrix of a thousand alike columns has no history of each.
    private const int MostColumns = 200;

    /// <summary>Metrics of the asset as a whole: <c>rows</c>, <c>bytes</c>, <c>files</c>, <c>columns</c>, <c>repeated_share</c> (rows that repeat another), <c>bad_rows</c>, <c>age_hours</c>.</summary>
    public static IEnumerable<ProfileMetric> OfAsset(FoundAsset asset, AssetProfile? profile, DateTimeOffset now)
    {
        if (profile is { Failure: null })
        {
            yield return new ProfileMetric(null, "rows", profile.Rows);
            yield return new ProfileMetric(null, "columns", profile.Columns.Count);
            if (profile is { DuplicateRows: { } repeated, Rows: > 0 })
                yield return new ProfileMetric(null, "repeated_share", (double)repeated / profile.Rows);
            if (profile.BadRows > 0)
                yield return new ProfileMetric(null, "bad_rows", profile.BadRows);
        }
        if (asset.Bytes is { } bytes)
            yield return new ProfileMetric(null, "bytes", bytes);
        if (asset.Files.Count > 0)
            yield return new ProfileMetric(null, "files", asset.Files.Count);
        if (asset.Modified is { } modified)
            yield return new ProfileMetric(null, "age_hours", Math.Max(0, (now - modified).TotalHours));
    }

    /// <summary>Metrics of its columns: <c>null_share</c>, <c>distinct</c>, <c>unique_share</c>, <c>mean</c>, <c>deviation</c>, <c>median</c>, <c>p05</c>, <c>p95</c>, <c>mean_length</c>, <c>zero_share</c>, <c>negative_share</c>, <c>misfit_share</c>.</summary>
    public static IEnumerable<ProfileMetric> OfColumns(AssetProfile profile)
    {
        if (profile.Failure is not null || profile.Rows == 0)
            return [];
        return profile.Columns.DistinctBy(column => column.Name).Take(MostColumns).SelectMany(OfColumn).Where(metric => double.IsFinite(metric.Value));
    }

    /// <summary>How a metric's history is judged; null for one that is only kept.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of one metric may bring.</param>
    public static MetricOptions? OptionsOf(string name, double falseAlarmsAYear) => name switch
    {
        "rows" or "files" => new MetricOptions { ByFactor = true, Least = 0.02, Count = true, FalseAlarmsAYear = falseAlarmsAYear },
        "unique_share" => new MetricOptions { ByFactor = true, Least = 0.02, Share = true, FalseAlarmsAYear = falseAlarmsAYear },
        "bytes" or "mean" or "median" or "deviation" or "mean_length" => new MetricOptions { ByFactor = true, Least = 0.02, FalseAlarmsAYear = falseAlarmsAYear },
        "distinct" => new MetricOptions { ByFactor = true, Least = 0.03, Count = true, FalseAlarmsAYear = falseAlarmsAYear },
        "null_share" or "zero_share" or "negative_share" or "misfit_share" or "repeated_share" => new MetricOptions { Least = 0.005, Share = true, FalseAlarmsAYear = falseAlarmsAYear },
        _ => null,
    };

    /// <summary>The least change of a metric that so many rows can show: a share of ten rows moves by a tenth at once, and one row is no trouble. 0 where the number of rows says nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Rows, or null where they are not known.</param>
    public static double LeastOf(string name, double? rows) => rows is > 0 and var counted && name.EndsWith("_share", StringComparison.Ordinal) ? FewestOddRows / counted : 0;

    // Half of what is told: an alarm is a few times the least change.
    private const double FewestOddRows = 1.5;

    private static IEnumerable<ProfileMetric> OfColumn(ColumnProfile column)
    {
        yield return new ProfileMetric(column.Name, "null_share", column.NullShare);
        yield return new ProfileMetric(column.Name, "distinct", column.Distinct);
        if (column.Values == 0)
            yield break;
        yield return new ProfileMetric(column.Name, "unique_share", column.UniqueShare);
        if (column.Misfits > 0)
            yield return new ProfileMetric(column.Name, "misfit_share", (double)column.Misfits / column.Values);
        if (column.MeanLength is { } length)
            yield return new ProfileMetric(column.Name, "mean_length", length);
        if (column.Mean is not { } mean)
            yield break;
        yield return new ProfileMetric(column.Name, "mean", mean);
        yield return new ProfileMetric(column.Name, "zero_share", (double)column.Zeros / column.Values);
        yield return new ProfileMetric(column.Name, "negative_share", (double)column.Negatives / column.Values);
        if (column.StandardDeviation is { } deviation)
            yield return new ProfileMetric(column.Name, "deviation", deviation);
        foreach (var (quantile, name) in new[] { ("p05", "p05"), ("p50", "median"), ("p95", "p95") })
        {
            if (column.Quantiles.TryGetValue(quantile, out var text) && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value))
                yield return new ProfileMetric(column.Name, name, value);
        }
    }
}
