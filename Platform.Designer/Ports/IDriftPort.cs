namespace Platform.Designer.Ports;

/// <summary>How far the data of an asset moved between two looks at it. The host implements it over the profiles that inventories kept.</summary>
public interface IDriftPort
{
    /// <summary>Looks that were kept, newest first, 200 at most.</summary>
    Task<IReadOnlyList<KeptProfile>> ProfilesAsync(string asset, CancellationToken cancellationToken);

    /// <summary>What is different between two of them; null where one is not of the asset, or is gone.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="before">Id of the earlier look.</param>
    /// <param name="after">Id of the later look.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<DriftView?> CompareAsync(string asset, long before, long after, CancellationToken cancellationToken);
}

/// <summary>A look that was kept.</summary>
public sealed record KeptProfile
{
    public required long Id { get; init; }

    public required DateTimeOffset ProfiledAt { get; init; }

    /// <summary>Version of the table; null where it has none.</summary>
    public required long? AssetVersion { get; init; }

    /// <summary>Null where not counted.</summary>
    public required long? RowCount { get; init; }
}

/// <summary>What is different between two looks.</summary>
/// <param name="Before">The earlier.</param>
/// <param name="After">The later.</param>
/// <param name="Columns">All columns of either, the largest movement first.</param>
public sealed record DriftView(KeptProfile Before, KeptProfile After, IReadOnlyList<DriftColumn> Columns);

/// <summary>A column in two looks.</summary>
public sealed record DriftColumn
{
    public required string Name { get; init; }

    /// <summary><c>added</c>, <c>gone</c>, <c>large</c> (population stability over 0.25), <c>some</c> (over 0.1), <c>little</c>, or <c>unknown</c> where the values say nothing by their distribution.</summary>
    public required string Change { get; init; }

    /// <summary>Population stability index; null where it says nothing.</summary>
    public double? Stability { get; init; }

    /// <summary>Mean distance that a value moved, in standard deviations of before; null where the values are no numbers.</summary>
    public double? Moved { get; init; }

    /// <summary>Shares of nulls; null where the column is not there.</summary>
    public double? NullsBefore { get; init; }

    public double? NullsAfter { get; init; }

    /// <summary>Different values; null where not counted.</summary>
    public long? DistinctBefore { get; init; }

    public long? DistinctAfter { get; init; }

    /// <summary>Mean of numbers; null where it is none.</summary>
    public double? MeanBefore { get; init; }

    public double? MeanAfter { get; init; }
}
