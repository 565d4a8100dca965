using System.Collections.Concurrent;

namespace Platform.Tables.Log;

/// <summary>
/// The newest snapshot of each table that this process has seen. Looking again reads only the commits since, so that a table with hundreds of
/// them opens in well under a millisecond.
/// </summary>
internal sealed class SnapshotCache(SnapshotReader reader)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The newest state; null if there is no table in the folder.</summary>
    public Snapshot? TryGet(string folder)
    {
        var entry = _entries.GetOrAdd(folder, _ => new Entry());
        lock (entry)
        {
            if (entry.Snapshot is { } known && File.Exists(new LogFolder(folder).CommitPath(known.Version)))
                return entry.Snapshot = SnapshotReader.Refresh(known);
            entry.Snapshot = null;
            var log = new LogFolder(folder);
            if (!log.Exists || !Directory.EnumerateFiles(log.Path).Any(IsLogFile))
                return null;
            return entry.Snapshot = reader.Read(folder);
        }
    }

    /// <summary>A version that happens to be the newest one seen; null if it is not.</summary>
    public Snapshot? Known(string folder, long version)
        => _entries.TryGetValue(folder, out var entry) && entry.Snapshot is { } known && known.Version == version && File.Exists(new LogFolder(folder).CommitPath(version)) ? known : null;

    /// <summary>Remembers what a commit of ours made, unless somebody has seen a later one.</summary>
    public void Put(Snapshot snapshot)
    {
        var entry = _entries.GetOrAdd(snapshot.TableFolder, _ => new Entry());
        lock (entry)
        {
            if (entry.Snapshot is null || entry.Snapshot.Version < snapshot.Version)
                entry.Snapshot = snapshot;
        }
    }

    /// <summary>A writer that died before its first commit leaves a log folder with hidden files: still no table.</summary>
    private static bool IsLogFile(string path) => Path.GetFileName(path)[0] != '.';

    private sealed class Entry
    {
        public Snapshot? Snapshot { get; set; }
    }
}
