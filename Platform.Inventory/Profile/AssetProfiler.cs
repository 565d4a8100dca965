using System.Collections.Concurrent;
using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Profiles assets: reads the files and tables whose content is not known yet, on all cores, and merges their states.</summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="cache">What earlier nights found.</param>
/// <param name="databases">Addresses of the databases by their sources; null without any.</param>
/// <param name="limits">How much of a database's table is read; null is the default.</param>
public sealed class AssetProfiler(TableStore store, InventoryCache cache, IReadOnlyDictionary<string, PostgresAddress>? databases = null, PostgresReadLimits? limits = null)
{
    private const string Kind = "profiles";

    private const int FilesInGroup = 32;

    private readonly ConcurrentDictionary<Work, bool> _running = new();

    /// <summary>The largest asset that is being read now, to be asked from another thread; null where none is.</summary>
    public FoundAsset? Largest => _running.Keys.Select(work => work.Asset).MaxBy(asset => asset.Bytes ?? 0);

    /// <summary>A profile for each asset that can be read, in the same order; an asset that cannot has a profile that says why.</summary>
    /// <param name="assets">What a scan found.</param>
    /// <param name="progress">Called with assets done and in all.</param>
    /// <param name="cancellation">Ends the work between blocks of rows.</param>
    public IReadOnlyList<AssetProfile> Profile(IReadOnlyList<FoundAsset> assets, Action<int, int>? progress, CancellationToken cancellation)
    {
        var results = new AssetProfile?[assets.Count];
        var works = new List<Work>();
        for (var i = 0; i < assets.Count; i++)
        {
            var asset = assets[i];
            if (asset.Condition != AssetCondition.Readable)
                results[i] = new AssetProfile { Key = asset.Key, Fingerprint = asset.Fingerprint, Failure = asset.Reason };
            else if (Known(asset) is { } known)
                results[i] = known.For(asset);
            else
                works.Add(new Work(i, asset));
        }

        // The largest pieces first, so that no core ends up alone with one.
        var units = works.SelectMany(work => work.Units()).OrderByDescending(unit => unit.Bytes).ToList();
        var profilers = new ConcurrentBag<FileProfiler>();
        var done = assets.Count - works.Count;
        try
        {
            Parallel.ForEach(
                Partitioner.Create(units, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
                unit =>
                {
                    var profiler = profilers.TryTake(out var free) ? free : new FileProfiler();
                    _running.TryAdd(unit.Work, true);
                    try
                    {
                        unit.Work.Read(unit, profiler, this, cancellation);
                    }
                    finally
                    {
                        profilers.Add(profiler);
                    }

                    if (!unit.Work.IsLast())
                        return;
                    var profile = unit.Work.Finish(this, cancellation).For(unit.Work.Asset);
                    results[unit.Work.Index] = profile;
                    _running.TryRemove(unit.Work, out _);
                    if (profile.Failure is null && profile.Failures.Count == 0)
                        cache.Keep(Kind, KeyOf(unit.Work.Asset), profile);
                    progress?.Invoke(Interlocked.Increment(ref done), assets.Count);
                });
        }
        finally
        {
            foreach (var profiler in profilers)
                profiler.Dispose();
        }

        return results!;
    }

    private AssetProfile? Known(FoundAsset asset)
        => cache.Find<AssetProfile>(Kind, KeyOf(asset)) is { } profile && profile.RulesVersion == Classify.TableJudge.Version ? profile : null;

    private static string KeyOf(FoundAsset asset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{asset.Fingerprint}-{ColumnState.FormatVersion}-{ValueHash.Of(System.Text.Encoding.UTF8.GetBytes(asset.Name)):x16}");

    private sealed record Unit(Work Work, int File, long Bytes);

    /// <summary>An asset being profiled: its files arrive on several threads, the last one finishes it.</summary>
    private sealed class Work
    {
        private readonly TableState?[] _states;
        private readonly ConcurrentBag<FileFailure> _failures = [];
        private int _left;
        private PostgresReading? _reading;

        public Work(int index, FoundAsset asset)
        {
            Index = index;
            Asset = asset;
            var count = Math.Max(1, asset.Files.Count);
            _states = new TableState?[count];
            _left = count;
        }

        public int Index { get; }

        public FoundAsset Asset { get; }

        /// <summary>True for exactly one caller, after the last piece.</summary>
        public bool IsLast() => Interlocked.Decrement(ref _left) == 0;

        public IEnumerable<Unit> Units()
        {
            if (Asset.Files.Count == 0)
                yield return new Unit(this, -1, Asset.Bytes ?? 0);
            for (var i = 0; i < Asset.Files.Count; i++)
                yield return new Unit(this, i, Asset.Files[i].Length);
        }

        public void Read(Unit unit, FileProfiler profiler, AssetProfiler owner, CancellationToken cancellation)
        {
            var path = unit.File < 0 ? Asset.Location ?? Asset.Key : Asset.Files[unit.File].Path;
            try
            {
                if (Asset.Database is not null)
                {
                    (_states[0], _reading) = owner.ReadDatabase(Asset, cancellation);
                    return;
                }

                if (unit.File < 0)
                {
                    _states[0] = owner.ReadDelta(Asset, cancellation);
                    return;
                }

                var file = Asset.Files[unit.File];
                // Many small states would fill the memory: they wait on disk until all are there, and what an earlier night kept is not even opened before.
                var waits = Asset.Files.Count > 1 && owner.States.Keeps;
                if (waits && owner.States.Has(file.Hash, Asset.Layout))
                    return;
                var state = owner.StateOf(file, Asset.Layout!, profiler, cancellation);
                if (!waits)
                    _states[unit.File] = state;
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                _failures.Add(new FileFailure(path, e.Message));
            }
        }

        public AssetProfile Finish(AssetProfiler owner, CancellationToken cancellation)
        {
            var failed = _failures.Select(failure => failure.Path).ToHashSet(StringComparer.Ordinal);
            var whole = Asset.Files.Count <= 1 ? _states[0] : MergeFiles(owner, failed, cancellation);
            var failures = _failures.OrderBy(failure => failure.Path, StringComparer.Ordinal).ToList();
            if (whole is not null && _reading is not null)
                return DatabaseReader.Profile(Asset, whole, _reading);
            return whole is null
                ? new AssetProfile { Key = Asset.Key, Fingerprint = Asset.Fingerprint, Failures = failures, Failure = failures.Count > 0 ? failures[0].Reason : "Nothing of it could be read." }
                : AssetProfile.From(Asset.Key, Asset.Name, Asset.Fingerprint, whole, failures);
        }

        /// <summary>One state of all files. Groups are merged on all cores, each in the order of its files, and then the groups in theirs: the same files give the same state.</summary>
        private TableState? MergeFiles(AssetProfiler owner, HashSet<string> failed, CancellationToken cancellation)
        {
            var groups = new TableState?[(_states.Length + FilesInGroup - 1) / FilesInGroup];
            Parallel.For(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, group =>
            {
                using var profiler = new FileProfiler();
                for (var i = group * FilesInGroup; i < Math.Min(_states.Length, (group + 1) * FilesInGroup); i++)
                {
                    if (failed.Contains(Asset.Files[i].Path))
                        continue;
                    try
                    {
                        // What was kept may be damaged by now: then the file is read after all.
                        var state = _states[i] ?? owner.StateOf(Asset.Files[i], Asset.Layout!, profiler, cancellation);
                        _states[i] = null;
                        if (groups[group] is { } merged)
                            merged.Merge(state);
                        else
                            groups[group] = state;
                    }
                    catch (Exception e) when (IsUnreadable(e))
                    {
                        _failures.Add(new FileFailure(Asset.Files[i].Path, e.Message));
                    }
                }
            });
            TableState? whole = null;
            foreach (var group in groups)
            {
                if (whole is not null && group is not null)
                    whole.Merge(group);
                whole ??= group;
            }

            return whole;
        }

        private static bool IsUnreadable(Exception e) => e is UnreadableFileException or SourceException or TableException or DuckDbException or IOException or UnauthorizedAccessException;
    }

    private StateStore States => cache.States;

    private TableState StateOf(ScannedFile file, FileLayout layout, FileProfiler profiler, CancellationToken cancellation)
    {
        if (States.Find(file.Hash, layout) is { } known)
            return known;
        var state = profiler.Read(file.Path, layout, cancellation);
        States.Keep(file.Hash, layout, state);
        return state;
    }

    private (TableState, PostgresReading) ReadDatabase(FoundAsset asset, CancellationToken cancellation)
        => databases?.GetValueOrDefault(asset.Source) is { } address
            ? new DatabaseReader(address, limits ?? new PostgresReadLimits()).Read(asset, cancellation)
            : throw new SourceException(SourceErrorKind.NotFound, $"There is no connection any more for the source '{asset.Source}'. Set it again, or leave the source out.");

    private TableState ReadDelta(FoundAsset asset, CancellationToken cancellation)
    {
        using var session = store.OpenSession(new TableSessionOptions { Threads = 1 });
        session.ExposeFolder("inventoried", asset.Location!, asset.Version);
        var state = new TableState();
        using var reader = session.Stream("select * from inventoried", null, cancellation);
        new BatchRecords().ReadAll(reader, state, cancellation);
        return state;
    }
}
