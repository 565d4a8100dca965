namespace Platform.Tables.Sources;

/// <summary>Rows of files in a temporary table, ready to be written.</summary>
public sealed record StagedInput
{
    /// <summary>Name of the temporary table (or view, for Parquet) that holds the rows.</summary>
    public required string Table { get; init; }

    /// <summary>Name of the temporary table of rejected lines: file, line, column, reason, raw.</summary>
    public required string RejectedTable { get; init; }

    /// <summary>Columns of <see cref="Table"/>: those of the table that exists, then new ones in the files' order.</summary>
    public required IReadOnlyList<SourceColumn> Columns { get; init; }

    /// <summary>Columns that the files have, as the files write them.</summary>
    public required IReadOnlyList<SourceColumn> FileColumns { get; init; }

    public required long Rows { get; init; }

    public required long Rejected { get; init; }

    /// <summary>Whether there are more rows than were read, because a part is enough. The files behind the part are not among <see cref="Files"/>.</summary>
    public bool Sampled { get; init; }

    /// <summary>Rows that there are, those not read included; null where nobody knows.</summary>
    public long? Of { get; init; }

    public required IReadOnlyList<StagedFile> Files { get; init; }

    /// <summary>What a person should know, such as a column that the files do not have.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What came of one file.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Format">Its format.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Rejected">Lines rejected.</param>
public sealed record StagedFile(string Path, FileFormat Format, long Rows, long Rejected);
