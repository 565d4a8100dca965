namespace Platform.Catalog.Lineage;

/// <summary>Which way to walk.</summary>
public enum LineageDirection
{
    /// <summary>To what it is made from.</summary>
    Upstream,

    /// <summary>To what is made from it.</summary>
    Downstream,

    /// <summary>Both ways from the root; not to siblings.</summary>
    Both,
}

/// <summary>What to walk.</summary>
public sealed record LineageRequest
{
    /// <summary>Key of the asset to begin at.</summary>
    public required string Asset { get; init; }

    /// <summary>A column of it; null for the asset as a whole.</summary>
    public string? Column { get; init; }

    /// <summary>Default: both.</summary>
    public LineageDirection Direction { get; init; } = LineageDirection.Both;

    /// <summary>Steps from the root, 1 to 50. Default: 2.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>With a column: also filters, joins, groupings and the like, which lead to the asset as a whole. Default: yes.</summary>
    public bool IncludeIndirect { get; init; } = true;

    /// <summary>Most nodes to return; nearer ones first. Default: 2000.</summary>
    public int Limit { get; init; } = 2000;

    /// <summary>The lineage as it was at this time, its nodes with the figures, owners and types of then where they were kept; null is as it is now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>A part of the lineage, ready to draw.</summary>
public sealed record LineageGraph
{
    /// <summary>Id of the node it was asked for.</summary>
    public required string Root { get; init; }

    /// <summary>The root first, then by distance.</summary>
    public required IReadOnlyList<LineageNode> Nodes { get; init; }

    /// <summary>All edges between the nodes, each from source to what is made of it.</summary>
    public required IReadOnlyList<LineageEdge> Edges { get; init; }

    /// <summary>Whether nodes were left out because of the limit.</summary>
    public required bool Truncated { get; init; }

    /// <summary>How many assets or columns there are within <see cref="Steps"/>, those left out among them.</summary>
    public required int Met { get; init; }

    /// <summary>Steps that were walked and counted whole: fewer than asked for where the limit was met before, or where there is nothing farther.</summary>
    public required int Steps { get; init; }
}

/// <summary>An asset, or a column of one.</summary>
public sealed record LineageNode
{
    /// <summary>The asset's key, and after <c>#</c> the column's name if it is a column.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>The column; null for the asset as a whole.</summary>
    public required string? Column { get; init; }

    /// <summary><c>table</c>, <c>file_set</c>, <c>model</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>The asset's short name.</summary>
    public required string Name { get; init; }

    /// <summary>Steps from the root: below 0 upstream, above 0 downstream.</summary>
    public required int Distance { get; init; }

    /// <summary>The column's type; null for an asset or where unknown.</summary>
    public required string? DataType { get; init; }

    /// <summary>Class of personal data of the column; for an asset, whether any column has one is told by a value. Null for none.</summary>
    public required string? PersonalClass { get; init; }

    public required long? RowCount { get; init; }

    public required string? Owner { get; init; }

    public required string? Domain { get; init; }

    public required DateTimeOffset? LastWrittenAt { get; init; }

    /// <summary>The run that wrote the asset last.</summary>
    public required long? LastRun { get; init; }

    public required string? LastWorkflow { get; init; }

    public required string? LastTask { get; init; }

    /// <summary>Whether it is not there any more.</summary>
    public required bool Gone { get; init; }

    /// <summary>Of a past time: whether it was not there yet. Only the asset that was asked for can be; what the lineage of then leads to was there.</summary>
    public bool NotYet { get; init; }

    /// <summary>Direct sources that it has in all; more than the graph shows means that some are hidden. Not counted beyond 1,000.</summary>
    public required int UpstreamCount { get; init; }

    /// <summary>What is made from it directly, in all; not counted beyond 1,000.</summary>
    public required int DownstreamCount { get; init; }
}

/// <summary>One step of the lineage.</summary>
public sealed record LineageEdge
{
    /// <summary>Id of the source node.</summary>
    public required string From { get; init; }

    /// <summary>Id of the node made from it.</summary>
    public required string To { get; init; }

    /// <summary><c>asset</c> for an edge between assets; else the kinds of the column edge: <c>identity</c>, <c>transformation</c>, <c>aggregation</c>, <c>filter</c>, <c>join</c>, <c>group_by</c>, <c>sort</c>, <c>conditional</c>, <c>window</c>.</summary>
    public required string[] Kinds { get; init; }

    /// <summary>Workflow that connects the two.</summary>
    public required string Workflow { get; init; }

    /// <summary>Task that connects the two.</summary>
    public required string TaskId { get; init; }

    /// <summary>The last run that did.</summary>
    public required long LastRun { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Since when it holds.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When a newer version of the task stopped making it; null while it holds.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The job of another system that told of it over OpenLineage, as <c>namespace/name</c>; null for our own tasks. <see cref="LastRun"/> is then 0 or below and no run of ours.</summary>
    public string? Job { get; init; }
}
