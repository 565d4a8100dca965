using System.Collections.Concurrent;
using Platform.Inventory.Cache;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;

namespace Platform.Inventory.Profile;

/// <summary>Profiles assets: reads the files and tables whose content is not known yet, on all cores, and merges their states.</summary>
/// <param name="store">Reads Delta tables.</param>
/// <param name="cache">What earlier nights found.</param>
/// <param name="databases">Addresses of the databases by their sources; null without any.</param>
/// <param name="people">What people said of columns; null for nothing.</param>
/// <param name="limits">How much of a database's table is read; null is the default.</param>
public sealed class AssetProfiler(TableStore store, InventoryCache cache, IReadOnlyDictionary<string, PostgresAddress>? databases = null, PostgresReadLimits? limits = null, Classify.JudgedByPeople? people = null)
{
    private const string Kind = "profiles";
    private const string SamplesKind = "samples";

    private readonly ConcurrentDictionary<AssetWork, bool> _running = new();

    /// <summary>The largest asset that is being read now, to be asked from another thread; null where none is.</summary>
    public FoundAsset? Largest => _running.Keys.Select(work => work.Asset).MaxBy(asset => asset.Bytes ?? 0);

    /// <summary>A profile for each asset that can be read, in the same order; an asset that cannot has a profile that says why.</summary>
    /// <param name="assets">What a scan found.</param>
    /// <param name="progress">Called with assets done and in all.</param>
    /// <param name="cancellation">Ends the work between blocks of rows.</param>
    public IReadOnlyList<AssetProfile> Profile(IReadOnlyList<FoundAsset> assets, Action<int, int>? progress, CancellationToken cancellation)
    {
        var results = new AssetProfile?[assets.Count];
        var works = new List<AssetWork>();
        var readers = new AssetReaders(store, databases, limits);
        var kept = new AssetProfile?[assets.Count];
        Parallel.For(0, assets.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, i => kept[i] = assets[i].Condition == AssetCondition.Readable ? Known(assets[i]) : null);
        for (var i = 0; i < assets.Count; i++)
        {
            var asset = assets[i];
            if (asset.Condition != AssetCondition.Readable)
                results[i] = new AssetProfile { Key = asset.Key, Fingerprint = asset.Fingerprint, Failure = asset.Reason };
            else if (kept[i] is { } known)
                results[i] = known.For(asset);
            else
                works.Add(new AssetWork(i, asset, readers, cache, people));
        }

        var ready = works.Count > 0 ? FirstUse.Begin() : Task.CompletedTask;
        var profilers = new ConcurrentBag<FileProfiler>();
        var done = assets.Count - works.Count;
        // While a server works on a table this machine does not: some more tables than cores are read at once.
        var connections = works.Any(work => work.Asset.Database is not null) ? Math.Clamp((limits ?? new PostgresReadLimits()).Connections, 1, 16) : 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(Environment.ProcessorCount, connections), CancellationToken = cancellation };
        using var databaseReads = new SemaphoreSlim(Math.Max(1, connections));
        try
        {
            var planned = new IReadOnlyList<ReadUnit>[works.Count];
            Parallel.For(0, works.Count, options, i => With(profilers, profiler => planned[i] = works[i].Plan(profiler, cancellation)));
            // The largest first, so that no core ends up alone with one; pieces of one file keep their order.
            var units = planned.SelectMany(work => work).OrderByDescending(unit => unit.Bytes);
            Parallel.ForEach(Partitioner.Create(units, EnumerablePartitionerOptions.NoBuffering), options, unit =>
            {
                _running.TryAdd(unit.Work, true);
                if (unit.Work.Asset.Database is null)
                {
                    With(profilers, profiler => unit.Work.Read(unit, profiler, cancellation));
                }
                else
                {
                    databaseReads.Wait(cancellation);
                    try
                    {
                        With(profilers, profiler => unit.Work.Read(unit, profiler, cancellation));
                    }
                    finally
                    {
                        databaseReads.Release();
                    }
                }

                if (!unit.Work.IsLast())
                    return;
                var profile = unit.Work.Finish(cancellation).For(unit.Work.Asset);
                results[unit.Work.Index] = profile with { Samples = null };
                _running.TryRemove(unit.Work, out _);
                if (profile.Failure is null && profile.Failures.Count == 0)
                {
                    cache.Keep(Kind, KeyOf(unit.Work.Asset), profile);
                    if (profile.Samples is { } samples)
                        cache.Keep(SamplesKind, KeyOf(unit.Work.Asset), samples);
                }

                progress?.Invoke(Interlocked.Increment(ref done), assets.Count);
            });
        }
        finally
        {
            foreach (var profiler in profilers)
                profiler.Dispose();
        }

        ready.Wait(cancellation);
        cache.Budget.Prune();
        return results!;
    }

    private static void With(ConcurrentBag<FileProfiler> profilers, Action<FileProfiler> action)
    {
        var profiler = profilers.TryTake(out var free) ? free : new FileProfiler();
        try
        {
            action(profiler);
        }
        finally
        {
            profilers.Add(profiler);
        }
    }

    // What other rules judged, or was judged before people said more, is judged again from its kept samples: the data are not read.
    private AssetProfile? Known(FoundAsset asset)
    {
        if (cache.Find<AssetProfile>(Kind, KeyOf(asset)) is not { } profile)
            return null;
        if (profile.RulesVersion == Classify.TableJudge.Version && profile.PeopleVersion == (people?.Version ?? ""))
            return profile;
        if (cache.Find<Classify.KeptSamples>(SamplesKind, KeyOf(asset)) is not { } samples || profile.JudgedAgain(asset.Name, samples, people) is not { } judged)
            return null;
        cache.Keep(Kind, KeyOf(asset), judged);
        return judged;
    }

    private static string KeyOf(FoundAsset asset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{asset.Fingerprint}-{ColumnState.FormatVersion}{(asset.Database is null ? "" : "d3")}-{ValueHash.Of(System.Text.Encoding.UTF8.GetBytes(asset.Name)):x16}");
}
