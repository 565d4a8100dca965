namespace Platform.Catalog.Lineage;

/// <summary>What depends on an asset or a column of it.</summary>
public sealed record ImpactReport
{
    /// <summary>Key of the asset that was asked for.</summary>
    public required string Asset { get; init; }

    /// <summary>The column; null for the asset as a whole.</summary>
    public required string? Column { get; init; }

    /// <summary>The answer in a sentence or two: how much of what kind, what fails already, whom to tell.</summary>
    public required string Summary { get; init; }

    /// <summary>The same in Chinese.</summary>
    public required string SummaryZh { get; init; }

    /// <summary>What is felt first where it breaks, five at most: endpoints that are asked, what fails already, what is used most, each with the reason. Empty where nothing stands out.</summary>
    public required IReadOnlyList<ImpactedFirst> First { get; init; }

    /// <summary>Everything downstream, nearest first, then by name.</summary>
    public required IReadOnlyList<ImpactedAsset> Assets { get; init; }

    /// <summary>Whom to tell: owners with how many of the assets are theirs, most first. The empty owner counts those without one.</summary>
    public required IReadOnlyList<ImpactedOwner> Owners { get; init; }

    /// <summary>Whether more depends on it than the limit allowed to look at.</summary>
    public required bool Truncated { get; init; }
}

/// <summary>An asset that depends on another.</summary>
public sealed record ImpactedAsset
{
    public required string Asset { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Steps from what was asked for, from 1 on.</summary>
    public required int Distance { get; init; }

    /// <summary>Key of the asset one step nearer through which it depends.</summary>
    public required string? Via { get; init; }

    /// <summary>Its columns that depend on the column asked for, by name. Empty where the asset depends as a whole (a filter, a join, a model), or where no column was asked for.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public required string? Owner { get; init; }

    public required string? Domain { get; init; }

    public required string? Tier { get; init; }

    public required DateTimeOffset? LastWrittenAt { get; init; }

    public required long? LastRun { get; init; }

    public required string? LastWorkflow { get; init; }

    public required string? LastTask { get; init; }

    /// <summary>When a run read it last; null when none did.</summary>
    public required DateTimeOffset? LastReadAt { get; init; }

    /// <summary>Checks whose last result failed.</summary>
    public required int FailingChecks { get; init; }

    public required int OpenIncidents { get; init; }

    /// <summary>Reads by runs, queries, looks and requests in the last 30 days.</summary>
    public required long Uses { get; init; }

    /// <summary>Requests to an endpoint (or a model by its name) in the last 30 days; 0 of others.</summary>
    public required long Requests { get; init; }

    /// <summary>Whether it is not there any more.</summary>
    public required bool Gone { get; init; }
}

/// <summary>An asset to look at first.</summary>
/// <param name="Asset">Its key.</param>
/// <param name="Owner">Who answers for it; null for nobody.</param>
/// <param name="Why">Why it comes first, in words.</param>
/// <param name="WhyZh">The same in Chinese.</param>
public sealed record ImpactedFirst(string Asset, string? Owner, string Why, string WhyZh);

/// <summary>An owner of assets that depend on another.</summary>
/// <param name="Owner">Empty for assets without one.</param>
/// <param name="Assets">How many.</param>
public sealed record ImpactedOwner(string Owner, int Assets);
