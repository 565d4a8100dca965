namespace Platform.Tables.Native;

/// <summary>How one DuckDB instance is opened.</summary>
public sealed record DuckDbOptions
{
    /// <summary>The most memory that DuckDB's buffers may take, in bytes; null for DuckDB's default (80 % of the machine).</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Threads that work on a query; null for DuckDB's default (one a core).</summary>
    public int? Threads { get; init; }

    /// <summary>A folder of this instance alone, for what does not fit into memory; it is made when needed. Null spills nothing.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>
    /// The most bytes that the spill folder may hold; null for no limit. DuckDB 1.5 does not hold to its own setting in every operator,
    /// so the folder is watched, and the statement is interrupted when it grows over the limit.
    /// </summary>
    public long? SpillLimit { get; init; }

    /// <summary>Whether SQL may reach files and attach databases. True by default; it cannot be changed back later.</summary>
    public bool ExternalAccess { get; init; } = true;

    /// <summary>Opens the file for reading only. False by default.</summary>
    public bool ReadOnly { get; init; }
}
