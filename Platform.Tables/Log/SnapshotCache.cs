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
            if (entry.Newest is { } known && File.Exists(new LogFolder(folder).CommitPath(known.Version)))
                return entry.Add(SnapshotReader.Refresh(known));
            entry.Clear();
            var log = new LogFolder(folder);
            if (!log.Exists || !Directory.EnumerateFiles(log.Path).Any(IsLogFile))
                return null;
            return entry.Add(reader.Read(folder));
        }
    }

    /// <summary>A version that was seen lately, as the newest of its time; null if it was not.</summary>
    public Snapshot? Known(string folder, long version)
    {
        if (!_entries.TryGetValue(folder, out var entry))
            return null;
        lock (entry)
            return entry.Find(version) is { } known && File.Exists(new LogFolder(folder).CommitPath(version)) ? known : null;
    }

    /// <summary>Remembers what a commit of ours made.</summary>
    public void Put(Snapshot snapshot)
    {
        var entry = _entries.GetOrAdd(snapshot.TableFolder, _ => new Entry());
        lock (entry)
            _ = entry.Add(snapshot);
    }

    /// <summary>A writer that died before its first commit leaves a log folder with hidden files: still no table.</summary>
    private static bool IsLogFile(string path) => Path.GetFileName(path)[0] != '.';

    /// <summary>A table's latest states, ascending. They share what did not change, so that keeping some costs little.</summary>
    private sealed class Entry
    {
        private const int Most = 16;
        private readonly List<Snapshot> _recent = [];

        public Snapshot? Newest => _recent.Count > 0 ? _recent[^1] : null;

        public Snapshot? Find(long version) => _recent.Find(snapshot => snapshot.Version == version);

        public Snapshot Add(Snapshot snapshot)
        {
            if (Find(snapshot.Version) is { } known)
                return known;
            _recent.Add(snapshot);
            _recent.Sort((one, other) => one.Version.CompareTo(other.Version));
            if (_recent.Count > Most)
                _recent.RemoveAt(0);
            return snapshot;
        }

        public void Clear() => _recent.Clear();
    }
}
