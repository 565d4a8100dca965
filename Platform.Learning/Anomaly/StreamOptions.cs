namespace Platform.Learning.Anomaly;

/// <summary>How <see cref="StreamDetector"/> looks at a series. The defaults are for machine and traffic metrics of minutes to hours.</summary>
public sealed record StreamOptions
{
    /// <summary>Points whose residuals are remembered. Default 3,000.</summary>
    public int Memory { get; init; } = 3000;

    /// <summary>Points before anything is told. Default 50.</summary>
    public int Warmup { get; init; } = 50;

    /// <summary>Points over which the mean and the spread of a stretch are taken. Default 24.</summary>
    public int Stretch { get; init; } = 24;

    /// <summary>Points after which an anomaly that was told is half forgotten. Default 100.</summary>
    public int Quiet { get; init; } = 100;

    /// <summary>How much odder than what was told already a point must be to be told again, as a factor of <c>-log10(p)</c>. Default 1.05.</summary>
    public double Again { get; init; } = 1.05;

    /// <summary>Weight of the newest point in the fast level, over 0 and at most 1. Default 0.3.</summary>
    public double Fast { get; init; } = 0.3;

    /// <summary>Weight of the newest point in the slow level, over 0 and at most 1. Default 0.02.</summary>
    public double Slow { get; init; } = 0.02;

    /// <summary>Weight of the newest day in the daily profile, over 0 and at most 1. Default 0.3.</summary>
    public double Season { get; init; } = 0.3;

    /// <summary>How much each view counts, by name: <c>step</c>, <c>level</c>, <c>season</c>, <c>stretch</c>, <c>spread</c>, <c>range</c>; one that is missing counts 1.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}
