using Platform.Catalog.Lineage;

namespace Platform.Designer.Lineage;

/// <summary>What the pages ask of lineage. Implemented over the catalog.</summary>
public interface ILineageSource
{
    /// <summary>What an asset came from and what depends on it; null where there is none of that key.</summary>
    /// <param name="view">The asset, which way, how far, and of which time.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="ArgumentException">The asset has no such column.</exception>
    Task<LineageGraph?> ReadAsync(LineageView view, CancellationToken cancellationToken);

    /// <summary>All shortest ways between two assets, with the assets on them; null where one of them is not known.</summary>
    Task<LineageWay?> WayAsync(string from, string to, DateTimeOffset? at, CancellationToken cancellationToken);

    /// <summary>When the lineage around an asset changed, oldest first.</summary>
    Task<IReadOnlyList<LineageMoment>> MomentsAsync(LineageView view, CancellationToken cancellationToken);

    /// <summary>Everything that depends on an asset or column; null where there is none of that key.</summary>
    Task<ImpactReport?> ImpactAsync(LineageView view, CancellationToken cancellationToken);

    /// <summary>What upstream may have gone wrong in the days before a time; null where there is no such asset.</summary>
    Task<RootCauseReport?> CausesAsync(string asset, DateTimeOffset at, CancellationToken cancellationToken);
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
public sealed record LineageGraph(string Root, IReadOnlyList<LineageAsset> Assets, IReadOnlyList<LineageLink> Links, bool Truncated = false, int Met = 0, int Steps = 0)
{
    /// <summary>Of a past time: whether the root was not there yet.</summary>
    public bool NotYet { get; init; }
}

/// <summary>The shortest ways between two assets.</summary>
/// <param name="Path">The ways.</param>
/// <param name="Graph">The assets on them and their links, around the first.</param>
public sealed record LineageWay(LineagePath Path, LineageGraph Graph);

/// <summary>How something of the lineage of a past time differs from now.</summary>
public enum LineageMark
{
    /// <summary>It was there then and is now.</summary>
    None,

    /// <summary>It came after that time.</summary>
    Added,

    /// <summary>It was there then and is not any more.</summary>
    Gone,
}

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

    /// <summary>Of a past time: how it differs from now.</summary>
    public LineageMark Mark { get; init; }

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

    /// <summary>Of a past time: how it differs from now.</summary>
    public LineageMark Mark { get; init; }

    public string? Workflow { get; init; }

    public string? Task { get; init; }

    /// <summary>Newest run that made it; null where an event from outside told of it.</summary>
    public long? RunId { get; init; }
}
