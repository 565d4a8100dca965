namespace Platform.Activities;

/// <summary>What every task that writes a table gives to the tasks downstream.</summary>
public record TableOutputs
{
    /// <summary>Name of the table, <c>schema.table</c>.</summary>
    public string Table { get; init; } = "";

    /// <summary>Version that the write made.</summary>
    public long Version { get; init; }

    /// <summary>Rows written.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that the write replaced.</summary>
    public long RowsReplaced { get; init; }

    /// <summary>Rows of the table afterwards; null where a file does not tell.</summary>
    public long? TableRows { get; init; }

    /// <summary>Bytes of the files written.</summary>
    public long Bytes { get; init; }

    /// <summary>The data intervals written, ISO 8601 with a slash; empty for a write without an interval.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];
}
