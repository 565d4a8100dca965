using Platform.Tables.Files;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>
/// Writes a query's rows as parquet files aside, then moves them to the table's folder, flushed. Until their commit nobody reads them; if the
/// process dies, they are orphans for vacuum.
/// </summary>
internal sealed class StagedFiles(DuckDbConnection connection, string stagingFolder)
{
    private const long FileBytes = 128L << 20;

    /// <summary>Writes the rows of a SELECT with exactly these columns and moves the files into place.</summary>
    public (List<AddFile> Files, long Rows, long Bytes) Write(
        string select, IReadOnlyDictionary<string, object?>? parameters, StructType schema, IReadOnlyList<string> partitionBy, string tableFolder, DataInterval? interval,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var folder = Path.Combine(stagingFolder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(stagingFolder);
        try
        {
            var partition = partitionBy.Count == 0
                ? $", file_size_bytes {FileBytes}"
                : $", partition_by ({string.Join(", ", partitionBy.Select(SqlText.Identifier))})";
            var written = connection.Query($"copy (\n{select}\n) to {SqlText.Literal(folder)} (format parquet, compression zstd, return_stats{partition})", parameters, cancellation);
            return Place(written, schema, partitionBy, tableFolder, interval, now);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static (List<AddFile> Files, long Rows, long Bytes) Place(
        QueryResult written, StructType schema, IReadOnlyList<string> partitionBy, string tableFolder, DataInterval? interval, DateTimeOffset now)
    {
        var tags = new Dictionary<string, string> { [AddFile.ColumnsTag] = ColumnsFingerprint.Of(schema) };
        if (interval is { } span)
            tags[AddFile.IntervalTag] = span.ToString();
        var files = new List<AddFile>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        long rows = 0, bytes = 0;
        for (var row = 0; row < written.Rows.Count; row++)
        {
            var count = Convert.ToInt64(written[row, "count"], System.Globalization.CultureInfo.InvariantCulture);
            if (count == 0)
                continue;
            var values = PartitionValues(written[row, "partition_keys"], partitionBy);
            var relative = string.Join('/', partitionBy.Select(column => FilePaths.PartitionFolder(column, values[column])).Append($"part-{Guid.NewGuid()}.zstd.parquet"));
            var target = Path.Combine(tableFolder, relative);
            DurableFiles.CreateFolder(Path.GetDirectoryName(target)!);
            DurableFiles.MoveFlushed((string)written[row, "filename"]!, target);
            folders.Add(Path.GetDirectoryName(target)!);
            var size = Convert.ToInt64(written[row, "file_size_bytes"], System.Globalization.CultureInfo.InvariantCulture);
            var statistics = FileStatistics.ToJson(count, Statistics(written[row, "column_statistics"]), schema);
            files.Add(new AddFile(FilePaths.Encode(relative), values, size, now.ToUnixTimeMilliseconds(), true, statistics, tags, null));
            rows += count;
            bytes += size;
        }
        foreach (var changed in folders)
            DurableFiles.FlushFolder(changed);
        return (files, rows, bytes);
    }

    private static Dictionary<string, string?> PartitionValues(object? keys, IReadOnlyList<string> partitionBy)
    {
        var values = new Dictionary<string, string?>();
        var given = (keys as List<KeyValuePair<object, object?>> ?? []).ToDictionary(pair => (string)pair.Key, pair => pair.Value as string, StringComparer.OrdinalIgnoreCase);
        foreach (var column in partitionBy)
            values[column] = given.GetValueOrDefault(column) is { Length: > 0 } value && value != "__HIVE_DEFAULT_PARTITION__" ? value : null;
        return values;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Statistics(object? columns)
    {
        var statistics = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, values) in columns as List<KeyValuePair<object, object?>> ?? [])
            statistics[(string)column] = ((List<KeyValuePair<object, object?>>)values!).ToDictionary(pair => (string)pair.Key, pair => pair.Value as string ?? "");
        return statistics;
    }
}
