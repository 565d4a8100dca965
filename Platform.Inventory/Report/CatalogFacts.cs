using System.Text.Json.Serialization;

namespace Platform.Inventory.Report;

/// <summary>What the catalog remembers beyond this night's scan: for the report, which knows no database.</summary>
public sealed record CatalogFacts
{
    /// <summary>How much of the data is owned, described, classified and checked now.</summary>
    public required Coverage Coverage { get; init; }

    /// <summary>The same of earlier inventories, oldest first.</summary>
    public IReadOnlyList<Coverage> History { get; init; } = [];

    /// <summary>Incidents that are open, the gravest first.</summary>
    public IReadOnlyList<FailingLine> Failing { get; init; } = [];

    /// <summary>Metrics that were not like their history since the inventory before.</summary>
    public IReadOnlyList<FailingLine> Anomalies { get; init; } = [];

    /// <summary>Promises that are not kept.</summary>
    public IReadOnlyList<FailingLine> Breaches { get; init; } = [];

    /// <summary>Columns that the rules judge otherwise than at the inventory before.</summary>
    public IReadOnlyList<FlipLine> Flips { get; init; } = [];

    /// <summary>Columns of which nobody knows what they mean, those of the most used assets first.</summary>
    public IReadOnlyList<UnknownLine> Unclassified { get; init; } = [];

    /// <summary>Assets for which nobody answers, the most used first.</summary>
    public IReadOnlyList<CareLine> Unowned { get; init; } = [];

    /// <summary>Assets that nobody uses.</summary>
    public IReadOnlyList<CareLine> Unused { get; init; } = [];

    /// <summary>Assets that are not renewed as usual.</summary>
    public IReadOnlyList<CareLine> Stale { get; init; } = [];

    /// <summary>Assets that are made from others directly, as runs have told.</summary>
    [JsonIgnore]
    public IReadOnlyList<MadeLine> MadeFrom { get; init; } = [];

    /// <summary>Tables with the same rows, or nearly, of which none is made from the other.</summary>
    public IReadOnlyList<CopyLine> Copies { get; init; } = [];

    /// <summary>Rules between columns that some rows break.</summary>
    public IReadOnlyList<DependencyLine> Dependencies { get; init; } = [];

    /// <summary>Columns whose class asks for masking and that a workflow reads unmasked.</summary>
    public IReadOnlyList<FailingLine> Unmasked { get; init; } = [];

    /// <summary>Features whose values are not spread as they were when a model learned from them.</summary>
    public IReadOnlyList<FeatureDriftLine> Drifted { get; init; } = [];

    /// <summary>Decisions that wait in the review queue.</summary>
    public long ToReview { get; init; }
}

/// <summary>How much is known of the data, counted at an inventory.</summary>
public sealed record Coverage
{
    public required DateTimeOffset Taken { get; init; }

    public required long Assets { get; init; }

    /// <summary>Assets for which somebody answers.</summary>
    public required long Owned { get; init; }

    /// <summary>Assets with a description.</summary>
    public required long Described { get; init; }

    /// <summary>Assets with a check.</summary>
    public required long Checked { get; init; }

    public required long Columns { get; init; }

    /// <summary>Columns whose meaning is known.</summary>
    public required long Classified { get; init; }

    /// <summary>Columns whose meaning a person has decided.</summary>
    public required long Reviewed { get; init; }
}

/// <summary>Something that fails.</summary>
public sealed record FailingLine(string Asset, string Name, string? Column, string What, string Message, string MessageZh, string Severity, DateTimeOffset? Since)
{
    /// <summary>What it is of, as a headline that names the column; null where it has none.</summary>
    public string? Title { get; init; }

    /// <summary>The headline in Chinese; null where it has none.</summary>
    public string? TitleZh { get; init; }
}

/// <summary>A column that is judged otherwise than before.</summary>
public sealed record FlipLine(string Asset, string Name, string Column, string? Before, string? After);

/// <summary>A column of which nobody knows what it means.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column.</param>
/// <param name="DataType">Its type as the source names it.</param>
/// <param name="Guess">What the rules guess; null where they do not.</param>
public sealed record UnknownLine(string Asset, string Name, string Column, string DataType, string? Guess);

/// <summary>An asset that wants somebody.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uses">Uses in 30 days.</param>
/// <param name="Days">Days since it was renewed, or used; null where unknown.</param>
/// <param name="Bytes">Its size; null where unknown.</param>
public sealed record CareLine(string Asset, string Name, long Uses, int? Days, long? Bytes);

/// <summary>An asset that is made from another.</summary>
public sealed record MadeLine(string From, string To);

/// <summary>Two tables that are alike.</summary>
/// <param name="Asset">Key of the one.</param>
/// <param name="Name">Its name.</param>
/// <param name="Other">Key of the other.</param>
/// <param name="OtherName">Its name.</param>
/// <param name="Share">Share of the rows of the one that are in the other, 0 to 1.</param>
public sealed record CopyLine(string Asset, string Name, string Other, string OtherName, double Share);

/// <summary>A feature that moved since a model learned from it.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">Key of the table.</param>
/// <param name="Column">The feature.</param>
/// <param name="Stability">Population stability index between then and now.</param>
/// <param name="Since">When the profile of then was taken.</param>
public sealed record FeatureDriftLine(string Model, string Name, string Table, string Column, double Stability, DateTimeOffset Since);

/// <summary>A rule between columns with exceptions.</summary>
public sealed record DependencyLine(string Asset, string Name, string Determinants, string Dependent, long Violations, double Confidence, string? Example)
{
    /// <summary>The column whose values contradict most, by its name in the table; null where the dependent is that.</summary>
    public string? Column { get; init; }

    /// <summary>Whether the determinants decide one another; the dependent names what they decide beside, empty for nothing.</summary>
    public bool Mutual { get; init; }
}
