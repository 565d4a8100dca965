using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Tables.Files;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>Files that are in place and wait for their commit.</summary>
internal sealed record PreparedWrite(TableWrite Write, string Folder, Snapshot? Base, StructType Data, StructType Fitted, IReadOnlyList<AddFile> Files, long Rows, long Bytes);

/// <summary>
/// Commits by putting the next version's file in place if nobody else has (protocol section "Delta Log Entries"). A writer that loses looks
/// at what won: it goes on top of it, or fails with a conflict if it had decided on something that has changed.
/// If the process dies before the file is in place, the table is as before and the data files are orphans for vacuum; after it, the commit
/// stands and a repeated task finds its transaction.
/// </summary>
internal sealed class Committer(SnapshotCache snapshots, DuckDbPool databases, TimeProvider time)
{
    private const int CheckpointEvery = 10;
    private const string Engine = "Platform/1";

    /// <exception cref="TableConflictException">Another writer changed what this write replaces, or the columns.</exception>
    public CommitResult Commit(PreparedWrite prepared, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var current = snapshots.TryGet(prepared.Folder);
            if (current is not null && EarlierCommit.Find(current, prepared.Write.Transaction) is { } earlier)
                return earlier;
            var removed = Removed(prepared, current);
            CheckConflicts(prepared, current, removed);
            var version = (current?.Version ?? -1) + 1;
            var now = Later(time.GetUtcNow(), current?.Timestamp);
            var actions = Actions(prepared, current, removed, now);
            var log = new LogFolder(prepared.Folder);
            DurableFiles.CreateFolder(log.Path);
            if (!DurableFiles.PutIfAbsent(log.CommitPath(version), ActionJson.WriteLines(actions)))
                continue;
            var builder = current?.Continue() ?? new SnapshotBuilder(prepared.Folder, null);
            builder.Apply(version, actions, fromCheckpoint: false, () => now.UtcDateTime);
            var after = builder.Build();
            snapshots.Put(after);
            return new CommitResult(version, prepared.Rows, prepared.Bytes, prepared.Files.Count, removed.Sum(file => file.Rows ?? 0), false, prepared.Write.Outputs, new TableSnapshot(after).Columns)
            {
                CheckpointProblem = version > 0 && version % CheckpointEvery == 0 ? WriteCheckpoint(after, now) : null,
            };
        }
    }

    private string? WriteCheckpoint(Snapshot after, DateTimeOffset now)
    {
        try
        {
            CheckpointWriter.Write(databases, after, now);
            return null;
        }
        catch (Exception error) when (error is IOException or DuckDbException or UnauthorizedAccessException)
        {
            // The commit is done and must be reported as such; readers only replay more of the log.
            return error.Message;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset now, DateTimeOffset? previous)
    {
        var next = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return previous is { } before && next <= before ? DateTimeOffset.FromUnixTimeMilliseconds(before.ToUnixTimeMilliseconds() + 1) : next;
    }

    /// <summary>The files whose rows go. An interval's write takes whole files: those of intervals within it.</summary>
    private static List<AddFile> Removed(PreparedWrite prepared, Snapshot? snapshot)
    {
        if (snapshot is null || prepared.Write.Mode == WriteMode.Append)
            return [];
        if (prepared.Write.Mode == WriteMode.Replace)
            return [.. snapshot.OrderedFiles];
        var interval = prepared.Write.Interval!.Value;
        var removed = new List<AddFile>();
        foreach (var file in snapshot.OrderedFiles)
        {
            if (!file.Tags.TryGetValue(AddFile.IntervalTag, out var tag) || DataInterval.TryParse(tag) is not { } written || !interval.Overlaps(written))
                continue;
            if (!interval.Contains(written))
            {
                throw new TableException(
                    $"Table '{prepared.Write.Table}' has rows of the interval {written}, which reaches over the interval {interval} that is to be replaced. Replace an interval that holds it whole, or replace the table.");
            }
            removed.Add(file);
        }
        return removed;
    }

    private static void CheckConflicts(PreparedWrite prepared, Snapshot? current, List<AddFile> removed)
    {
        if (current?.Version == prepared.Base?.Version)
            return;
        var table = prepared.Write.Table;
        if (current is null)
            throw new TableConflictException($"Table '{table}' was deleted while it was written.");
        ReaderProtocol.CheckWritable(current, removesData: prepared.Write.Mode != WriteMode.Append);
        if (current.Metadata.SchemaString != prepared.Base?.Metadata.SchemaString || !current.Metadata.PartitionColumns.SequenceEqual(prepared.Base.Metadata.PartitionColumns))
        {
            // The files were written with the columns of the base; they fit if today's columns hold them unchanged.
            var fits = prepared.Fitted.Fields.All(column => current.Schema.Find(column.Name)?.Type.Sql == column.Type.Sql)
                && current.Metadata.PartitionColumns.SequenceEqual(prepared.Base?.Metadata.PartitionColumns ?? prepared.Write.PartitionBy);
            if (!fits)
                throw new TableConflictException($"The columns of table '{table}' changed while it was written (now version {current.Version}). Run the task again.");
        }
        if (prepared.Write.Mode == WriteMode.Append)
            return;
        var before = Removed(prepared, prepared.Base).Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
        if (!before.SetEquals(removed.Select(file => file.Key)))
        {
            var what = prepared.Write.Mode == WriteMode.Replace ? "The rows" : $"The rows of {prepared.Write.Interval}";
            throw new TableConflictException($"{what} in table '{table}' changed while they were to be replaced (now version {current.Version}). Run the task again.");
        }
    }

    private static List<LogAction> Actions(PreparedWrite prepared, Snapshot? current, List<AddFile> removed, DateTimeOffset now)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        var actions = new List<LogAction> { Info(prepared, current, removed, milliseconds) };
        if (current is null)
            actions.Add(Protocol.Own);
        var columns = prepared.Fitted;
        if (current is null)
            actions.Add(new TableMetadata(Guid.NewGuid().ToString(), columns.ToString(), prepared.Write.PartitionBy, new Dictionary<string, string>(), milliseconds, prepared.Write.Table.ToString()));
        else if (current.Metadata.SchemaString == prepared.Base?.Metadata.SchemaString && !ReferenceEquals(columns, prepared.Base.Schema) && columns.ToString() != current.Schema.ToString())
            actions.Add(current.Metadata with { SchemaString = columns.ToString() });
        if (prepared.Write.Transaction is { } transaction)
            actions.Add(new Transaction(transaction.AppId, transaction.Version, milliseconds));
        foreach (var file in removed)
            actions.Add(new RemoveFile(file.Path, milliseconds, true, file.PartitionValues, file.Size, file.DeletionVector));
        actions.AddRange(prepared.Files);
        return actions;
    }

    private static CommitInfo Info(PreparedWrite prepared, Snapshot? current, List<AddFile> removed, long milliseconds)
    {
        var write = prepared.Write;
        static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
        var parameters = new JsonObject
        {
            ["mode"] = write.Mode == WriteMode.Append ? "Append" : "Overwrite",
            ["partitionBy"] = new JsonArray([.. write.PartitionBy.Select(column => JsonValue.Create(column))]).ToJsonString(),
        };
        if (write.Interval is { } interval)
            parameters["interval"] = interval.ToString();
        var info = new JsonObject
        {
            ["timestamp"] = milliseconds,
            ["operation"] = "WRITE",
            ["operationParameters"] = parameters,
            ["operationMetrics"] = new JsonObject
            {
                ["numFiles"] = Number(prepared.Files.Count),
                ["numOutputRows"] = Number(prepared.Rows),
                ["numOutputBytes"] = Number(prepared.Bytes),
                ["numRemovedFiles"] = Number(removed.Count),
                ["numDeletedRows"] = Number(removed.Sum(file => file.Rows ?? 0)),
            },
            ["isolationLevel"] = "Serializable",
            ["isBlindAppend"] = write.Mode == WriteMode.Append,
            ["engineInfo"] = Engine,
            ["txnId"] = Guid.NewGuid().ToString(),
        };
        if (current is not null)
            info["readVersion"] = prepared.Base?.Version ?? current.Version;
        if (write.Outputs is { } outputs)
            info["outputs"] = outputs.DeepClone();
        return new CommitInfo(info);
    }
}
