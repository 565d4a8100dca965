namespace Platform.Designer.Lineage;

/// <summary>What the pages ask of lineage. Implemented over the catalog.</summary>
public interface ILineageSource
{
    /// <summary>What an asset came from and what depends on it; null where there is none of that key.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="column">Column to follow; null follows the whole asset.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="depth">Steps, from 1.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<LineageGraph?> ReadAsync(string asset, string? column, LineageDirection direction, int depth, CancellationToken cancellationToken);
}

/// <summary>Which way to follow lineage.</summary>
public enum LineageDirection
{
    Both,
    Upstream,
    Downstream,
}

/// <summary>Assets around one, and what feeds what.</summary>
/// <param name="Root">Key of the asset that was asked for.</param>
/// <param name="Assets">The root and what was reached.</param>
/// <param name="Links">Between these assets; asset links have no columns.</param>
/// <param name="Truncated">Whether there was more than one answer may hold.</param>
/// <param name="Met">How many assets there are within <paramref name="Steps"/>, those left out among them.</param>
/// <param name="Steps">Steps from the root that were walked whole.</param>
public sealed record LineageGraph(string Root, IReadOnlyList<LineageAsset> Assets, IReadOnlyList<LineageLink> Links, bool Truncated = false, int Met = 0, int Steps = 0);

/// <summary>An asset in a lineage.</summary>
public sealed record LineageAsset
{
    public required string Key { get; init; }

    /// <summary>In snake_case.</summary>
    public required string Kind { get; init; }

    /// <summary>Steps from the root; negative is upstream.</summary>
    public int Distance { get; init; }

    /// <summary>All assets directly upstream, drawn or not.</summary>
    public int Upstream { get; init; }

    /// <summary>All assets directly downstream, drawn or not.</summary>
    public int Downstream { get; init; }

    public long? Rows { get; init; }

    /// <summary>Columns in the order of the data; empty where not known.</summary>
    public IReadOnlyList<LineageColumnView> Columns { get; init; } = [];
}

/// <summary>A column of an asset in a lineage.</summary>
public sealed record LineageColumnView(string Name, string DataType, bool Personal);

/// <summary>One asset, or column, feeds another.</summary>
public sealed record LineageLink
{
    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>Null in an asset link.</summary>
    public string? FromColumn { get; init; }

    /// <summary>Null in an asset link, and where a column touches the whole asset (a filter).</summary>
    public string? ToColumn { get; init; }

    /// <summary>In snake_case: <c>identity</c>, <c>transformation</c>, <c>aggregation</c>, <c>filter</c>, <c>join</c> …; null in an asset link.</summary>
    public string? Kind { get; init; }

    public string? Workflow { get; init; }

    public string? Task { get; init; }

    /// <summary>Newest run that made it; null where an event from outside told of it.</summary>
    public long? RunId { get; init; }
}
