namespace Platform.Learning.Anomaly;

/// <summary>What a detector says of one point, knowing only the points before it.</summary>
/// <param name="PValue">Probability of something at least as odd among points like those before, over 0 and at most 1; 1 while too little is known.</param>
/// <param name="Score">From 0 (ordinary) to 1: <c>-log10(p) / 8</c>, less within an anomaly that was told already.</param>
/// <param name="Kind">What makes it odd.</param>
/// <param name="Expected">What was expected; null while too little is known.</param>
/// <param name="Low">Values below are as odd as an alarm; null while too little is known.</param>
/// <param name="High">Values above are as odd as an alarm; null while too little is known.</param>
public readonly record struct AnomalyPoint(double PValue, double Score, AnomalyKind Kind, double? Expected = null, double? Low = null, double? High = null)
{
    /// <summary>How often the value came again before now, one after the other; 0 for a value that is not that before.</summary>
    public int Repeats { get; init; }

    /// <summary>Nothing to tell.</summary>
    internal static AnomalyPoint Unknown { get; } = new(1, 0, AnomalyKind.None);

    /// <summary>The score of a p-value.</summary>
    internal static double ScoreOf(double pValue) => Math.Clamp(-Math.Log10(Math.Max(pValue, 1e-300)) / 8, 0, 1);
}

/// <summary>What makes a point odd.</summary>
public enum AnomalyKind
{
    /// <summary>Nothing does.</summary>
    None,

    /// <summary>Far above what was expected.</summary>
    Spike,

    /// <summary>Far below what was expected.</summary>
    Dip,

    /// <summary>A run of points keeps to another level than before.</summary>
    LevelShift,

    /// <summary>The points vary much more than before.</summary>
    Unrest,

    /// <summary>The points stopped varying.</summary>
    FlatLine,

    /// <summary>No point came where one was due.</summary>
    Missing,
}
