using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Tables.Log;

/// <summary>Finds the commit of a transaction that was done before, to answer a repeated task as the first time.</summary>
internal static class EarlierCommit
{
    /// <summary>Null if the table does not know the transaction, or only an earlier generation of it.</summary>
    public static CommitResult? Find(Snapshot snapshot, TableTransaction? transaction)
    {
        if (transaction is null || !snapshot.Transactions.TryGetValue(transaction.AppId, out var known) || known.Version < transaction.Version)
            return null;
        var columns = new TableSnapshot(snapshot).Columns;
        if ((known.CommitVersion ?? Search(snapshot, known)) is not { } version || Info(snapshot.TableFolder, version) is not { } info)
        {
            // The commit's file has been cleaned up; that it was done is certain, what it measured is not known any more.
            return new CommitResult(snapshot.Version, 0, 0, 0, 0, true, null, columns);
        }
        var metrics = info.Json["operationMetrics"] as JsonObject;
        return new CommitResult(
            version, Metric(metrics, "numOutputRows"), Metric(metrics, "numOutputBytes"), (int)Metric(metrics, "numFiles"), Metric(metrics, "numDeletedRows"), true,
            info.Json["outputs"]?.DeepClone() as JsonObject, columns);
    }

    private static long? Search(Snapshot snapshot, Transaction transaction)
    {
        var log = new LogFolder(snapshot.TableFolder);
        for (var version = snapshot.Version; version >= 0 && log.ReadCommit(version) is { } contents; version--)
        {
            if (SnapshotReader.Parse(log, version, contents).OfType<Transaction>().Any(candidate => candidate.AppId == transaction.AppId && candidate.Version == transaction.Version))
                return version;
        }
        return null;
    }

    private static CommitInfo? Info(string folder, long version)
    {
        var log = new LogFolder(folder);
        return log.ReadCommit(version) is { } contents ? SnapshotReader.Parse(log, version, contents).OfType<CommitInfo>().FirstOrDefault() : null;
    }

    private static long Metric(JsonObject? metrics, string name)
        => long.TryParse(metrics?[name]?.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
