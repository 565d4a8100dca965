namespace Platform.Engine.Simulate;

/// <summary>How long a task took the last times that it succeeded: what forecasts and simulations reckon with.</summary>
public sealed record TaskHistory
{
    /// <summary>Successes that are looked at, the newest ones.</summary>
    public const int Successes = 20;

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    /// <summary>Seconds of the newest successful instances, newest first, at most <see cref="Successes"/>. Empty where it never succeeded.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>Whether it was looked at and always skipped: then it is reckoned with no time at all.</summary>
    public bool OnlySkipped { get; init; }

    /// <summary>For a mapped task the median number of its elements; null where it never was mapped.</summary>
    public int? Elements { get; init; }

    /// <summary>Whether anything is known.</summary>
    public bool Known => Seconds.Count > 0 || OnlySkipped;

    /// <summary>A percentile of <see cref="Seconds"/> by the nearest rank, except that 50 is the usual median; 0 for a task that was always skipped, null where nothing is known.</summary>
    /// <param name="percentile">From 1 to 100.</param>
    public double? At(int percentile)
    {
        if (Seconds.Count == 0)
            return OnlySkipped ? 0 : null;
        var sorted = Seconds.Order().ToArray();
        if (percentile == 50)
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return sorted[Math.Clamp((int)Math.Ceiling(percentile / 100d * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
