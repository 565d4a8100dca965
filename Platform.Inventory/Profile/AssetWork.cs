using System.Collections.Concurrent;
using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Something to read on one thread.</summary>
/// <param name="Work">The asset it belongs to.</param>
/// <param name="Part">The part of the asset; -1 where there is nothing to read but to finish, or a table of a database.</param>
/// <param name="Bytes">How much it is, to begin with the most.</param>
/// <param name="Range">The rows of the part; null for all.</param>
/// <param name="Piece">Which piece of the part it is.</param>
internal sealed record ReadUnit(AssetWork Work, int Part, long Bytes, RowRange? Range = null, int Piece = 0);

/// <summary>
/// An asset being profiled. What earlier nights kept is not even opened before the end; its parts arrive on several threads, and the one that
/// brings the last finishes it.
/// </summary>
internal sealed class AssetWork(int index, FoundAsset asset, AssetReaders readers, InventoryCache cache, Classify.JudgedByPeople? people = null)
{
    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly StateStore _kept = cache.States;
    private IReadOnlyList<DataPart> _parts = [];
    private IReadOnlyList<PartGroup> _groups = [];
    private TableState?[] _states = [];
    private FilePieces?[] _pieces = [];
    private TableSnapshot? _snapshot;
    private TableState? _database;
    private PostgresReading? _reading;
    private Relate.RowTrace? _trace;
    private int _left;

    public int Index => index;

    public FoundAsset Asset => asset;

    /// <summary>True for exactly one caller, after the last unit.</summary>
    public bool IsLast() => Interlocked.Decrement(ref _left) == 0;

    /// <summary>What has to be read; at least one unit.</summary>
    public IReadOnlyList<ReadUnit> Plan(FileProfiler profiler, CancellationToken cancellation)
    {
        var units = new List<ReadUnit>();
        try
        {
            if (asset.Database is null)
            {
                _snapshot = asset.Files.Count == 0 ? readers.Snapshot(asset) : null;
                _parts = _snapshot is null ? DataPart.Of(asset) : DataPart.Of(_snapshot);
            }
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _failures[asset.Location ?? asset.Key] = e.Message;
        }

        _groups = DataPart.Groups(_parts);
        _states = new TableState?[_parts.Count];
        _pieces = new FilePieces?[_parts.Count];
        foreach (var group in _groups)
        {
            if (_groups.Count > 1 && _kept.Has(group.StateKey))
                continue;
            for (var i = group.From; i < group.To; i++)
            {
                if (!_kept.Has(_parts[i].StateKey))
                    units.AddRange(UnitsOf(i, profiler, cancellation));
            }
        }

        if (units.Count == 0)
            units.Add(new ReadUnit(this, -1, asset.Bytes ?? 0));
        _left = units.Count;
        return units;
    }

    public void Read(ReadUnit unit, FileProfiler profiler, CancellationToken cancellation)
    {
        if (unit.Part < 0 && asset.Database is null)
            return;
        try
        {
            if (unit.Part < 0)
            {
                (_database, _reading, _trace) = readers.ReadDatabase(asset, cache.Folder is not null, cancellation);
                return;
            }

            var part = _parts[unit.Part];
            var state = readers.Read(asset, part, _snapshot, unit.Range, profiler, cancellation);
            if (unit.Range is not null)
                state = _pieces[unit.Part]!.Add(unit.Piece, state);
            if (state is null)
                return;
            _kept.Keep(part.StateKey, state);
            // Many small states would fill the memory: they wait on disk until all are there.
            if (_parts.Count == 1 || !_kept.Keeps)
                _states[unit.Part] = state;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _failures[unit.Part < 0 ? asset.Location ?? asset.Key : _parts[unit.Part].Path] = e.Message;
        }
    }

    public AssetProfile Finish(CancellationToken cancellation)
    {
        var whole = asset.Database is null ? MergeAll(cancellation) : _database;
        var failures = _failures.OrderBy(failure => failure.Key, StringComparer.Ordinal).Select(failure => new FileFailure(failure.Key, failure.Value)).ToList();
        if (whole is not null && _reading is not null)
        {
            var profile = DatabaseReader.Profile(asset, whole, _reading, people);
            _trace?.Keep(cache, asset, profile, cancellation);
            // Hundreds of tables wait for the last to be done.
            (_database, _trace) = (null, null);
            return profile;
        }

        return whole is null
            ? new AssetProfile { Key = asset.Key, Fingerprint = asset.Fingerprint, Failures = failures, Failure = failures.Count > 0 ? failures[0].Reason : "Nothing of it could be read." }
            : AssetProfile.From(asset.Key, asset.Name, asset.Fingerprint, whole, failures, people, nested: asset.Layout?.Form is FileForm.JsonLines or FileForm.JsonArray or FileForm.JsonObject) with { Files = _parts.Count };
    }

    private IEnumerable<ReadUnit> UnitsOf(int part, FileProfiler profiler, CancellationToken cancellation)
    {
        IReadOnlyList<RowRange> ranges = [];
        try
        {
            ranges = AssetReaders.Ranges(asset, _parts[part], profiler, cancellation);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _failures[_parts[part].Path] = e.Message;
            return [];
        }

        if (ranges.Count < 2)
            return [new ReadUnit(this, part, _parts[part].Bytes)];
        _pieces[part] = new FilePieces(ranges.Count);
        return ranges.Select((range, piece) => new ReadUnit(this, part, _parts[part].Bytes, range, piece));
    }

    /// <summary>One state of all parts. Groups are merged on all cores, each in the order of its parts, and then the groups in theirs: the same data give the same state.</summary>
    private TableState? MergeAll(CancellationToken cancellation)
    {
        // A table without data files has its columns all the same.
        if (_snapshot is not null && _parts.Count == 0 && _failures.IsEmpty)
            return readers.ReadEmpty(_snapshot, cancellation);
        var merged = new TableState?[_groups.Count];
        Parallel.For(0, merged.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, group => merged[group] = MergeGroup(_groups[group], cancellation));
        TableState? whole = null;
        foreach (var group in merged)
        {
            if (whole is not null && group is not null)
                whole.Merge(group);
            whole ??= group;
        }

        return whole;
    }

    private TableState? MergeGroup(PartGroup group, CancellationToken cancellation)
    {
        if (_groups.Count > 1 && _kept.Find(group.StateKey) is { } kept)
            return kept;
        TableState? merged = null;
        var whole = true;
        using var profiler = new FileProfiler();
        for (var i = group.From; i < group.To; i++)
        {
            var part = _parts[i];
            try
            {
                if (_failures.ContainsKey(part.Path))
                {
                    whole = false;
                    continue;
                }

                var state = _states[i] ?? _kept.Find(part.StateKey);
                _states[i] = null;
                if (state is null)
                {
                    // What was kept may be damaged by now: then the part is read after all.
                    state = readers.Read(asset, part, _snapshot, null, profiler, cancellation);
                    _kept.Keep(part.StateKey, state);
                }

                if (merged is null)
                    merged = state;
                else
                    merged.Merge(state);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                _failures[part.Path] = e.Message;
                whole = false;
            }
        }

        if (_groups.Count > 1 && whole && merged is not null && group.To - group.From > 1)
            _kept.Keep(group.StateKey, merged);
        return merged;
    }

    private static bool IsUnreadable(Exception e) => e is UnreadableFileException or SourceException or TableException or DuckDbException or IOException or UnauthorizedAccessException;
}
