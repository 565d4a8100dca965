namespace Platform.Learning.Anomaly;

/// <summary>Metrics of one thing that all repeat their last value at once: yesterday's data once more.</summary>
public static class MetricRepeat
{
    // Metrics of one table move together, so their repeats are far from independent.
    private const int MostCounted = 3;

    /// <summary>
    /// Probability that metrics which usually change all stay as they were: that of the three that change most often, as if they were independent.
    /// Null where fewer than three of them usually change, or one of these did.
    /// </summary>
    /// <param name="metrics">Detectors that have seen the new values, and whether the value is that before.</param>
    public static double? PValue(IReadOnlyCollection<(MetricDetector Detector, bool Same)> metrics)
    {
        var lively = metrics.Where(metric => metric.Detector.UnchangedShare < 0.2).ToList();
        if (lively.Count < MostCounted || lively.Any(metric => !metric.Same))
            return null;
        return lively.Select(metric => metric.Detector.UnchangedShare).Order().Take(MostCounted).Aggregate(1d, (p, share) => p * share);
    }
}
