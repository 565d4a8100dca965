using System.Text.Json;
using Platform.Tables.Native;

namespace Platform.Tables.Log;

/// <summary>Reads snapshots from a table's log, from the newest whole checkpoint or from a snapshot that is already known.</summary>
internal sealed class SnapshotReader(DuckDbPool databases)
{
    /// <summary>The newest state, or that of a version.</summary>
    /// <exception cref="TableNotFoundException">There is no table in the folder, or it has no such version.</exception>
    public Snapshot Read(string tableFolder, long? version = null)
    {
        var log = new LogFolder(tableFolder);
        if (!log.Exists)
            throw new TableNotFoundException($"There is no table in '{tableFolder}': it has no folder {LogFolder.Name}.");
        var (commits, checkpoints) = log.List();
        var newest = Math.Max(commits.Count > 0 ? commits[^1] : -1, checkpoints.Count > 0 ? checkpoints[0].Version : -1);
        if (newest < 0)
            throw new BrokenTableException(LogFolder.Name, $"Table '{tableFolder}' has an empty log.");
        var target = version ?? newest;
        if (target > newest || target < 0)
            throw new TableNotFoundException($"Table '{tableFolder}' has no version {target}; its newest is {newest}.");

        var fromStart = commits.Count > 0 && commits[0] == 0;
        Exception? unreadable = null;
        foreach (var checkpoint in checkpoints.Where(checkpoint => checkpoint.Version <= target))
        {
            try
            {
                return Replay(log, checkpoint, target);
            }
            catch (DuckDbException error)
            {
                // A damaged checkpoint is no loss while an older one or the first commits are there.
                unreadable ??= error;
            }
        }
        if (fromStart)
            return Replay(log, null, target);
        var file = unreadable is not null ? log.Relative(checkpoints.First(checkpoint => checkpoint.Version <= target).Paths[0]) : $"{LogFolder.Name}/{LogFolder.CommitName(0)}";
        throw version is { } asked && commits.Count > 0 && asked < commits[0] && unreadable is null
            ? new TableNotFoundException($"Version {asked} of table '{tableFolder}' can no longer be read: its log begins with version {commits[0]}.")
            : new BrokenTableException(file, $"Table '{tableFolder}' cannot be read: '{file}' is missing or damaged.", unreadable);
    }

    /// <summary>The newest state, given an older one: reads only the commits since. Opens no database and lists nothing.</summary>
    public static Snapshot Refresh(Snapshot known)
    {
        var log = new LogFolder(known.TableFolder);
        SnapshotBuilder? builder = null;
        for (var version = known.Version + 1; log.ReadCommit(version) is { } contents; version++)
            (builder ??= known.Continue()).Apply(version, Parse(log, version, contents), fromCheckpoint: false, () => File.GetLastWriteTimeUtc(log.CommitPath(version)));
        return builder?.Build() ?? known;
    }

    /// <exception cref="BrokenTableException">The commit is not whole.</exception>
    public static List<LogAction> Parse(LogFolder log, long version, byte[] contents)
    {
        try
        {
            return ActionJson.ReadLines(contents);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            var file = $"{LogFolder.Name}/{LogFolder.CommitName(version)}";
            throw new BrokenTableException(file, $"Table '{log.TableFolder}' cannot be read: '{file}' is damaged ({error.Message}).", error);
        }
    }

    private Snapshot Replay(LogFolder log, CheckpointFiles? checkpoint, long target)
    {
        var builder = new SnapshotBuilder(log.TableFolder, null);
        if (checkpoint is not null)
        {
            var state = CheckpointReader.Read(databases, log, checkpoint);
            if (!state.Exists(action => action is Protocol) || !state.Exists(action => action is TableMetadata))
            {
                var file = log.Relative(checkpoint.Paths[0]);
                throw new BrokenTableException(file, $"Table '{log.TableFolder}' cannot be read: its checkpoint '{file}' has no protocol or no metaData action.");
            }
            builder.Apply(checkpoint.Version, state, fromCheckpoint: true, () => File.GetLastWriteTimeUtc(checkpoint.Paths[0]));
        }
        for (var version = builder.Version + 1; version <= target; version++)
        {
            if (log.ReadCommit(version) is not { } contents)
            {
                var file = $"{LogFolder.Name}/{LogFolder.CommitName(version)}";
                throw new BrokenTableException(file, $"Table '{log.TableFolder}' cannot be read: '{file}' is missing, though later versions exist.");
            }
            builder.Apply(version, Parse(log, version, contents), fromCheckpoint: false, () => File.GetLastWriteTimeUtc(log.CommitPath(version)));
        }
        return builder.Build();
    }
}
