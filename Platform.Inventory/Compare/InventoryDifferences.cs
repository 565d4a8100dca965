namespace Platform.Inventory.Compare;

/// <summary>What is different from the inventory before.</summary>
public sealed record InventoryDifferences
{
    /// <summary>When the inventory before was taken; null where this is the first of its sources.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Keys of assets that were not there.</summary>
    public IReadOnlyList<string> New { get; init; } = [];

    /// <summary>Assets whose content is another.</summary>
    public IReadOnlyList<AssetChange> Changed { get; init; } = [];

    /// <summary>Keys of assets that are no longer there.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>Assets that are now called otherwise; they are neither new nor gone.</summary>
    public IReadOnlyList<AssetRename> Renamed { get; init; } = [];

    /// <summary>New assets with the same content as gone ones, where more than one of either has it, so that nobody can say which became which.</summary>
    public IReadOnlyList<SameContent> Alike { get; init; } = [];
}

/// <summary>An asset with another name and the same content.</summary>
/// <param name="From">Its key before.</param>
/// <param name="FromName">Its name before.</param>
/// <param name="To">Its key now.</param>
/// <param name="ToName">Its name now.</param>
public sealed record AssetRename(string From, string FromName, string To, string ToName);

/// <summary>Gone and new assets of one content.</summary>
/// <param name="Gone">Names of those that are gone.</param>
/// <param name="New">Names of those that are new.</param>
public sealed record SameContent(IReadOnlyList<string> Gone, IReadOnlyList<string> New);

/// <summary>How an asset changed.</summary>
public sealed record AssetChange
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>Rows before; null where unknown.</summary>
    public long? RowsBefore { get; init; }

    /// <summary>Rows now; null where unknown.</summary>
    public long? Rows { get; init; }

    public long? BytesBefore { get; init; }

    public long? Bytes { get; init; }

    /// <summary>Data files whose content is another.</summary>
    public IReadOnlyList<string> FilesChanged { get; init; } = [];

    public IReadOnlyList<string> FilesNew { get; init; } = [];

    public IReadOnlyList<string> FilesGone { get; init; } = [];

    /// <summary>Data files that have other columns now than the rest of their series: they are there, as assets of their own.</summary>
    public IReadOnlyList<string> FilesReshaped { get; init; } = [];

    public IReadOnlyList<string> ColumnsNew { get; init; } = [];

    public IReadOnlyList<string> ColumnsGone { get; init; } = [];

    /// <summary>Columns of another type: <c>price: integer to decimal</c>.</summary>
    public IReadOnlyList<string> ColumnsRetyped { get; init; } = [];

    /// <summary>Metrics that moved more than usual noise.</summary>
    public IReadOnlyList<MetricMove> Moves { get; init; } = [];

    /// <summary>Its condition before, where it is another now.</summary>
    public string? ConditionBefore { get; init; }
}

/// <summary>A metric that moved.</summary>
/// <param name="Column">The column.</param>
/// <param name="Metric"><c>null_share</c>, <c>distinct</c>, <c>mean</c>, <c>min</c>, <c>max</c>, <c>semantic_type</c>.</param>
/// <param name="Before">Value before, as text.</param>
/// <param name="After">Value now, as text.</param>
public sealed record MetricMove(string Column, string Metric, string Before, string After);
