using System.Globalization;
using System.Text;
using Platform.Tables.Files;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>
/// Writes classic checkpoints (protocol section "Checkpoints"), so that a reader need not replay the whole log. The actions are written as
/// JSON lines and turned into parquet by DuckDB with the protocol's schema.
/// </summary>
internal static class CheckpointWriter
{
    private const string Columns = """
        {
            txn: 'STRUCT("appId" VARCHAR, "version" BIGINT, "lastUpdated" BIGINT)',
            "add": 'STRUCT("path" VARCHAR, "partitionValues" MAP(VARCHAR, VARCHAR), "size" BIGINT, "modificationTime" BIGINT, "dataChange" BOOLEAN, "stats" VARCHAR, "tags" MAP(VARCHAR, VARCHAR))',
            remove: 'STRUCT("path" VARCHAR, "deletionTimestamp" BIGINT, "dataChange" BOOLEAN, "extendedFileMetadata" BOOLEAN, "partitionValues" MAP(VARCHAR, VARCHAR), "size" BIGINT)',
            "metaData": 'STRUCT("id" VARCHAR, "name" VARCHAR, "format" STRUCT("provider" VARCHAR, "options" MAP(VARCHAR, VARCHAR)), "schemaString" VARCHAR, "partitionColumns" VARCHAR[], "configuration" MAP(VARCHAR, VARCHAR), "createdTime" BIGINT)',
            protocol: 'STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER)'
        }
        """;

    /// <summary>How long transactions are remembered, so that a repeated task finds its commit.</summary>
    public static readonly TimeSpan TransactionRetention = TimeSpan.FromDays(30);

    /// <summary>How long removed files are remembered (delta.deletedFileRetentionDuration's default).</summary>
    public static readonly TimeSpan TombstoneRetention = TimeSpan.FromDays(7);

    /// <summary>
    /// Writes the checkpoint of a snapshot. If the process dies on the way, hidden files are left and the log reads as before.
    /// </summary>
    public static void Write(DuckDbPool databases, Snapshot snapshot, DateTimeOffset now)
    {
        var log = new LogFolder(snapshot.TableFolder);
        var unique = Guid.NewGuid().ToString("N");
        var lines = Path.Combine(log.Path, $".{unique}.checkpoint.json.tmp");
        var parquet = Path.Combine(log.Path, $".{unique}.checkpoint.parquet.tmp");
        try
        {
            var actions = Actions(snapshot, now).ToList();
            var contents = ActionJson.WriteLines(actions);
            File.WriteAllBytes(lines, contents);
            using (var rented = databases.Rent())
            {
                rented.Connection.Execute($"""
                    copy (select * from read_json({SqlText.Literal(lines)}, format = 'newline_delimited', maximum_object_size = {LongestLine(contents)}, columns = {Columns}))
                    to {SqlText.Literal(parquet)} (format parquet, compression zstd)
                    """);
            }
            DurableFiles.MoveFlushed(parquet, log.CheckpointPath(snapshot.Version));
            var bytes = new FileInfo(log.CheckpointPath(snapshot.Version)).Length;
            var hint = string.Create(CultureInfo.InvariantCulture, $$"""{"version":{{snapshot.Version}},"size":{{actions.Count}},"sizeInBytes":{{bytes}},"numOfAddFiles":{{snapshot.Files.Count}}}""");
            DurableFiles.Replace(Path.Combine(log.Path, "_last_checkpoint"), Encoding.UTF8.GetBytes(hint));
        }
        finally
        {
            File.Delete(lines);
            File.Delete(parquet);
        }
    }

    /// <summary>DuckDB allocates twice this for each thread.</summary>
    private static int LongestLine(ReadOnlySpan<byte> lines)
    {
        var longest = 1 << 20;
        foreach (var line in lines.Split((byte)'\n'))
            longest = Math.Max(longest, line.End.Value - line.Start.Value + 2);
        return longest;
    }

    private static IEnumerable<LogAction> Actions(Snapshot snapshot, DateTimeOffset now)
    {
        yield return snapshot.Protocol;
        yield return snapshot.Metadata;
        var oldestTransaction = (now - TransactionRetention).ToUnixTimeMilliseconds();
        foreach (var transaction in snapshot.Transactions.Values.Where(transaction => transaction.LastUpdated is not { } updated || updated >= oldestTransaction))
            yield return transaction;
        foreach (var file in snapshot.OrderedFiles)
            yield return file with { DataChange = false };
        var oldestTombstone = (now - TombstoneRetention).ToUnixTimeMilliseconds();
        foreach (var removed in snapshot.Removed.Values.Where(removed => removed.DeletionTimestamp >= oldestTombstone))
            yield return removed with { DataChange = false };
    }
}
