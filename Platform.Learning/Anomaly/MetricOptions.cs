namespace Platform.Learning.Anomaly;

/// <summary>How <see cref="MetricDetector"/> looks at the history of a metric.</summary>
public sealed record MetricOptions
{
    /// <summary>False alarms that a year of the metric may bring, about. Default 0.2.</summary>
    public double FalseAlarmsAYear { get; init; } = 0.2;

    /// <summary>Values before anything is told. Default 10.</summary>
    public int Warmup { get; init; } = 10;

    /// <summary>Whether changes count by their factor: rows, bytes, sums. Otherwise by their difference: shares, ages.</summary>
    public bool ByFactor { get; init; }

    /// <summary>The least change that means anything, as a difference or (with <see cref="ByFactor"/>) as a share: differences far below it are noise whatever the history. Default 0.01.</summary>
    public double Least { get; init; } = 0.01;

    /// <summary>Whether the metric is a count, whose own chance is about its root. Default false.</summary>
    public bool Count { get; init; }

    /// <summary>Whether the metric is a share, from 0 to 1, so that nothing outside is expected. Default false.</summary>
    public bool Share { get; init; }

    /// <summary>Residuals remembered. Default 120.</summary>
    public int Memory { get; init; } = 120;

    /// <summary>So many odd values in a row on one side are the new level. Default 4.</summary>
    public int Accept { get; init; } = 4;
}
