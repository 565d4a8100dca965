namespace Platform.Inventory.Relate;

/// <summary>Rows that agree in some columns agree in another: a postcode determines its city.</summary>
public sealed record Dependency
{
    /// <summary>Columns that determine, one or two.</summary>
    public required IReadOnlyList<string> Determinants { get; init; }

    /// <summary>The column that is determined.</summary>
    public required string Dependent { get; init; }

    /// <summary>Share of the compared rows whose value is the most frequent one of its group, 0 to 1 (1 less the error g3 of Kivinen and Mannila, over groups of two rows and more).</summary>
    public required double Share { get; init; }

    /// <summary>By how much more often two rows of a group agree than two rows of the table, 0 (not at all) to 1 (always).</summary>
    public required double Gain { get; init; }

    /// <summary>Rows in groups of two and more: only they can speak for or against.</summary>
    public required long Rows { get; init; }

    /// <summary>Such groups.</summary>
    public required long Groups { get; init; }

    /// <summary>Rows whose value is another than the most frequent one of their group.</summary>
    public required long Violations { get; init; }

    /// <summary>Some violations, the groups with the most rows first.</summary>
    public IReadOnlyList<DependencyViolation> Examples { get; init; } = [];

    /// <summary>How sure it is that this is a rule of the data and not chance, 0 to 1: the gain, less where few groups speak for it.</summary>
    public double Confidence => Math.Round(Math.Min(0.99, Gain * (1 - Math.Exp(-Groups / 12.0))), 3);
}

/// <summary>A group in which the dependent value differs.</summary>
/// <param name="Given">Values of the determinants, in their order.</param>
/// <param name="Expected">The most frequent value of the group.</param>
/// <param name="ExpectedRows">Rows with it.</param>
/// <param name="Found">The most frequent of the other values.</param>
/// <param name="FoundRows">Rows with that.</param>
public sealed record DependencyViolation(IReadOnlyList<string> Given, string Expected, long ExpectedRows, string Found, long FoundRows);

/// <summary>Which dependencies are worth telling.</summary>
public sealed record DependencyOptions
{
    /// <summary>Least <see cref="Dependency.Share"/>. 0.95 by default: rules with a few wrong cells.</summary>
    public double LeastShare { get; init; } = 0.95;

    /// <summary>Least <see cref="Dependency.Gain"/>.</summary>
    public double LeastGain { get; init; } = 0.85;

    /// <summary>Least groups of two rows and more.</summary>
    public int LeastGroups { get; init; } = 8;

    /// <summary>Least part of all rows that lie in such groups; a near-key determines everything and nothing.</summary>
    public double LeastCompared { get; init; } = 0.1;

    /// <summary>Columns that determine together at most: 1 or 2.</summary>
    public int MostDeterminants { get; init; } = 2;

    /// <summary>Columns looked at, the first ones where there are more.</summary>
    public int MostColumns { get; init; } = 60;

    /// <summary>Columns up to which pairs of determinants are tried.</summary>
    public int MostColumnsInPairs { get; init; } = 24;

    /// <summary>Violations kept as examples.</summary>
    public int MostExamples { get; init; } = 5;

    /// <summary>Dependencies of one table, the surest first.</summary>
    public int MostFound { get; init; } = 40;
}
