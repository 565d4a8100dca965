using Platform.Tables.Log;

namespace Platform.Tables;

/// <summary>A column of a table. Type is DuckDB's SQL name, such as BIGINT, VARCHAR or TIMESTAMP WITH TIME ZONE.</summary>
public sealed record TableColumn(string Name, string Type, bool Nullable);

/// <summary>
/// A data file of a snapshot. Rows is null if its writer kept no statistics; Statistics is the log's JSON (numRecords, minValues, maxValues,
/// nullCount) or null; Interval is the data interval that the file was written for, null for none.
/// </summary>
public sealed record TableFile(string Path, long Bytes, long? Rows, string? Statistics, DataInterval? Interval, DateTimeOffset ModifiedAt)
{
    /// <summary>What its rows are: the same text means the same rows, since a table's data files never change. Holds name, size, deleted rows and partition.</summary>
    public string Identity { get; private init; } = Path;

    internal static TableFile Of(string folder, AddFile file) => new(
        FilePaths.Resolve(folder, file.Path), file.Size, file.Rows, file.Statistics,
        file.Tags.TryGetValue(AddFile.IntervalTag, out var tag) ? DataInterval.TryParse(tag) : null,
        DateTimeOffset.FromUnixTimeMilliseconds(file.ModificationTime))
    {
        Identity = string.Join('\n', [file.Key, $"{file.Size} {file.ModificationTime} {file.DeletionVector}", .. file.PartitionValues.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}")]),
    };
}

/// <summary>A table's state at one version, read from its log alone.</summary>
public sealed class TableSnapshot
{
    private readonly Snapshot _snapshot;
    private Dictionary<string, AddFile>? _entries;

    internal TableSnapshot(Snapshot snapshot) => _snapshot = snapshot;

    /// <summary>The table's folder.</summary>
    public string Folder => _snapshot.TableFolder;

    /// <summary>The version, from 0.</summary>
    public long Version => _snapshot.Version;

    /// <summary>When the version was committed.</summary>
    public DateTimeOffset Timestamp => _snapshot.Timestamp;

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<TableColumn> Columns => field ??= [.. _snapshot.Schema.Fields.Select(column => new TableColumn(column.Name, column.Type.Sql, column.Nullable))];

    public IReadOnlyList<string> PartitionColumns => _snapshot.Metadata.PartitionColumns;

    /// <summary>Rows by the log's statistics; null if a file has none.</summary>
    public long? Rows => _snapshot.Rows;

    /// <summary>Bytes of the data files.</summary>
    public long Bytes => _snapshot.Bytes;

    /// <summary>The data files in the order in which they were written.</summary>
    public IReadOnlyList<TableFile> Files => field ??= [.. _snapshot.OrderedFiles.Select(file => TableFile.Of(Folder, file))];

    internal Snapshot Log => _snapshot;

    /// <summary>The log's entry for one of <see cref="Files"/>.</summary>
    internal AddFile EntryOf(TableFile file) => (_entries ??= Files.Zip(_snapshot.OrderedFiles).ToDictionary(pair => pair.First.Identity, pair => pair.Second, StringComparer.Ordinal))[file.Identity];
}
