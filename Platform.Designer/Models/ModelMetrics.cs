using Platform.Designer.Shell;

namespace Platform.Designer.Models;

/// <summary>How the pages read a model's metrics.</summary>
internal static class ModelMetrics
{
    private static readonly string[] Order = ["hit_at_10", "ndcg_at_10", "hit_over_popularity", "new_hit_at_10", "new_ndcg_at_10", "auc", "accuracy", "f1", "coverage", "rmse", "mae"];
    private static readonly HashSet<string> Errors = ["rmse", "mae", "log_loss", "mape"];

    /// <summary>The metric that a list shows; null where there is none.</summary>
    public static string? Headline(ModelVersionView version) => Order.FirstOrDefault(version.Metrics.ContainsKey) ?? version.Metrics.Keys.Order().FirstOrDefault();

    /// <summary>Metrics of several versions, the well-known first.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<ModelVersionView> versions) =>
        [.. versions.SelectMany(v => v.Metrics.Keys).Distinct().OrderBy(m => Array.IndexOf(Order, m) is >= 0 and var i ? i : Order.Length).ThenBy(m => m)];

    /// <summary>Whether it is a share from 0 to 1, shown as a percentage.</summary>
    public static bool IsShare(string metric) => metric is "coverage" or "hit_over_popularity" or "accuracy" or "f1" || metric.Contains("_at_", StringComparison.Ordinal);

    /// <summary>A value as people read it.</summary>
    public static string Show(Formats formats, string metric, double value) => IsShare(metric) ? formats.Percent(value) : formats.Number(value);

    /// <summary>The metric's confidence interval; empty where there is none.</summary>
    public static string Range(Formats formats, ModelVersionView version, string metric) =>
        version.Ranges.TryGetValue(metric, out var range) ? $"95 %: {Show(formats, metric, range.Low)} – {Show(formats, metric, range.High)}" : "";

    /// <summary>Relative gain over the baseline, positive is better; null where it cannot be compared.</summary>
    public static double? Gain(ModelVersionView version, string metric)
    {
        if (!version.Metrics.TryGetValue(metric, out var ours) || !version.Baseline.TryGetValue(metric, out var theirs) || theirs == 0)
            return null;
        var change = ours / theirs - 1;
        return Errors.Contains(metric) ? -change : change;
    }
}
