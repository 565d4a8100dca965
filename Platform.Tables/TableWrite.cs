using System.Text.Json.Nodes;

namespace Platform.Tables;

/// <summary>What happens to the rows that a table has.</summary>
public enum WriteMode
{
    /// <summary>They stay.</summary>
    Append,

    /// <summary>All go.</summary>
    Replace,

    /// <summary>Those written for the same data interval, or for intervals within it, go.</summary>
    ReplaceInterval,
}

/// <summary>
/// Names a write, so that it happens once however often it is tried. AppId is {run}/{task}/{map index}; Version is the generation, from 1.
/// </summary>
public sealed record TableTransaction(string AppId, long Version);

/// <summary>One write to one table: a commit.</summary>
public sealed record TableWrite
{
    /// <summary>The table; its first write makes it.</summary>
    public required TableName Table { get; init; }

    /// <summary>Append by default.</summary>
    public WriteMode Mode { get; init; }

    /// <summary>The query whose rows are written. Give this or <see cref="TempTable"/>.</summary>
    public string? SelectSql { get; init; }

    /// <summary>A temporary table of the session whose rows are written.</summary>
    public string? TempTable { get; init; }

    /// <summary>Values of the query's $parameters.</summary>
    public IReadOnlyDictionary<string, object?>? Parameters { get; init; }

    /// <summary>The data interval of the rows; needed by <see cref="WriteMode.ReplaceInterval"/>, kept with the files in every mode.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>Makes the write happen once; null for a write that may repeat.</summary>
    public TableTransaction? Transaction { get; init; }

    /// <summary>Kept in the commit and given back to whoever repeats the transaction; null for none.</summary>
    public JsonObject? Outputs { get; init; }

    /// <summary>Adds columns that the table does not have; with <see cref="WriteMode.Replace"/> the data's columns take over. False by default.</summary>
    public bool AllowNewColumns { get; init; }

    /// <summary>Columns by whose values the files are split, set by the table's first write. Empty by default.</summary>
    public IReadOnlyList<string> PartitionBy { get; init; } = [];
}

/// <summary>What a write did, or what the same transaction did before.</summary>
/// <param name="Version">The table's version after the commit.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Bytes">Bytes of the files written.</param>
/// <param name="Files">Files written.</param>
/// <param name="RowsRemoved">Rows that went, as far as their files tell.</param>
/// <param name="AlreadyCommitted">True if the transaction had been committed before and nothing was written now.</param>
/// <param name="Outputs">The outputs of the commit; null if it had none.</param>
/// <param name="Columns">The table's columns.</param>
public sealed record CommitResult(
    long Version, long Rows, long Bytes, int Files, long RowsRemoved, bool AlreadyCommitted, JsonObject? Outputs, IReadOnlyList<TableColumn> Columns)
{
    /// <summary>Why no checkpoint could be written though one was due; null if all is well. The commit stands, and the next one tries again.</summary>
    public string? CheckpointProblem { get; init; }
}

/// <summary>An entry of a table's history. Operation is the writer's word for it, such as WRITE; Metrics are the writer's.</summary>
public sealed record TableCommit(long Version, DateTimeOffset Timestamp, string Operation, IReadOnlyDictionary<string, string> Metrics, string? AppId, JsonObject? Outputs);
