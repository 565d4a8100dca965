using System.Text.Json.Nodes;

namespace Platform.Tables.Log;

/// <summary>Reads who did what to a table from its commits.</summary>
internal static class TableHistory
{
    /// <summary>Newest first. A writer that gave no time gets its file's.</summary>
    public static IReadOnlyList<TableCommit> Read(string folder)
    {
        var log = new LogFolder(folder);
        var commits = new List<TableCommit>();
        var last = DateTimeOffset.MinValue;
        foreach (var version in log.List().Commits)
        {
            if (log.ReadCommit(version) is not { } contents)
                continue;
            var actions = SnapshotReader.Parse(log, version, contents);
            var info = actions.OfType<CommitInfo>().FirstOrDefault();
            var time = info?.Timestamp is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : new DateTimeOffset(File.GetLastWriteTimeUtc(log.CommitPath(version)));
            // Clocks of several writers may run back; times of versions never do (protocol section "Commit Provenance Information").
            last = time > last ? time : last.AddMilliseconds(1);
            var metrics = (info?.Json["operationMetrics"] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "");
            commits.Add(new TableCommit(version, last, info?.Operation ?? "", metrics, actions.OfType<Transaction>().FirstOrDefault()?.AppId, info?.Json["outputs"]?.DeepClone() as JsonObject));
        }
        commits.Reverse();
        return commits;
    }
}
