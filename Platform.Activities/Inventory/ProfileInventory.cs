using System.Text.Json;
using Platform.Catalog.Inventory;
using Platform.Inventory.Cache;
using Platform.Inventory.Classify;
using Platform.Inventory.Compare;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;
using AssetProfile = Platform.Inventory.Profile.AssetProfile;

namespace Platform.Activities.Inventory;

/// <summary>Profiles the assets that the run's scan found.</summary>
[Activity("inventory.profile", Title = "Profile assets", TitleZh = "分析数据资产", Stage = Stage.Inventory, Icon = "chart-histogram", Preview = PreviewSupport.Stops,
    Would = "profile every asset and keep the profiles in the catalog", WouldZh = "分析每个数据资产并将结果存入目录",
    Help = "Profiles every asset that the run's scan found: rows, growth, repeated rows, correlations, and of each column nulls, distinct values, ranges, moments, quantiles, histogram, frequent values, shapes and entropy, each estimate with its error. Judges what each column holds and whether it is personal. Reads only files and tables whose content is new; of a large table of a database a sample, and says so. An asset that cannot be read is reported and does not stop the rest.",
    HelpZh = "分析扫描到的每个资产：行数、增长、重复行、相关性，以及各列的空值、去重数、范围、矩、分位数、直方图、高频值、形态和熵，估算值均给出误差；判断每列的语义和是否为个人信息。只读取内容有变化的文件和表；数据库大表只抽样读取并注明。无法读取的资产会被报告，不影响其他资产。",
    Outputs = typeof(ProfileInventoryOutputs))]
public sealed class ProfileInventory(TableStore tables, Workspace workspace, InventoryCommands commands, InventoryQueries queries, IConnections? connections = null) : IActivity
{
    // Profiles of so many assets are in the memory as texts at once.
    private const int AssetsAtOnce = 100;

    [Field(Title = "Connections", TitleZh = "数据库连接数", Min = 1, Max = 16, Help = "How many tables of databases are read at the same time, each over a connection of its own.")]
    public int Connections { get; set; } = new PostgresReadLimits().Connections;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await commands.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun)
            ?? throw new ActivityException("not-found", $"Run {context.RunId} has scanned nothing that could be profiled. Put a task with the activity inventory.scan before '{context.TaskId}'.", retryable: false);
        var started = context.Clock.GetTimestamp();
        var databases = await DatabaseSources.FindAsync(snapshot.Sources.Where(source => source.Failure is null).Select(source => source.Source), connections, cancellationToken);
        var people = CatalogMapping.ToPeople(await queries.ExamplesAsync(cancellationToken));
        snapshot = await Task.Run(() => Profile(snapshot, databases, people, new InventoryCache(runs.CacheFolder), context, cancellationToken), cancellationToken);
        context.Log.Info($"Profiled {Plural.Of(snapshot.Profiles.Count, "asset")} with {Plural.Of(snapshot.Profiles.Values.Sum(profile => profile.Rows), "row")} in {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        var known = await queries.ProfiledFingerprintsAsync(cancellationToken);
        snapshot = await WithGrowthAsync(snapshot, known, context.Clock.GetUtcNow(), cancellationToken);
        runs.Keep(inventoryRun, snapshot);
        var recorded = await RecordAsync(inventoryRun, snapshot, known, context, cancellationToken);
        snapshot = snapshot with { Flips = [.. (await queries.FlipsAsync(inventoryRun, cancellationToken)).Select(CatalogMapping.ToSnapshot)] };
        runs.Keep(inventoryRun, snapshot);
        if (snapshot.Flips.Count > 0)
            context.Log.Info($"{Plural.Of(snapshot.Flips.Count, "column")} {Plural.Word(snapshot.Flips.Count, "is", "are")} judged otherwise than before: {string.Join(", ", snapshot.Flips.GroupBy(flip => flip.Because).Select(flips => $"{flips.Count():N0} by {flips.Key}"))}.");
        var personal = snapshot.Profiles.Values.Sum(profile => profile.Verdicts.Count(CatalogMapping.IsPersonal));
        return ActivityResult.Success(new ProfileInventoryOutputs
        {
            InventoryRun = inventoryRun,
            Assets = snapshot.Profiles.Count,
            Profiled = recorded,
            Rows = snapshot.Profiles.Values.Sum(profile => profile.Rows),
            Columns = snapshot.Profiles.Values.Sum(profile => profile.Columns.Count),
            PersonalColumns = personal,
            Failed = snapshot.Profiles.Values.Count(profile => profile.Failure is not null),
        });
    }

    private InventorySnapshot Profile(InventorySnapshot snapshot, DatabaseSources databases, JudgedByPeople people, InventoryCache cache, ActivityContext context, CancellationToken cancellationToken)
    {
        var assets = snapshot.Assets.Where(asset => asset.HasRows).ToList();
        var problems = new List<string>(databases.Failures.Values);
        var profiler = new AssetProfiler(tables, cache, databases.Addresses, new PostgresReadLimits { Connections = Connections }, people);
        var finished = 0;
        context.Log.Info($"Profiling {assets.Count:N0} {(assets.Count == 1 ? "asset" : "assets")}, {InventoryLog.Size(assets.Sum(asset => asset.Bytes ?? 0))}; what has not changed since it was read last is not read again.");
        IReadOnlyList<AssetProfile> profiles;
        using (InventoryLog.Every5Seconds(context, () => $"{Volatile.Read(ref finished):N0} of {Plural.Of(assets.Count, "asset")} done{(profiler.Largest is { } largest ? $"; reading {largest.Name}{(largest.Bytes is { } bytes ? $" ({InventoryLog.Size(bytes)})" : "")}" : "")}."))
        {
            profiles = profiler.Profile(
                assets,
                (done, all) =>
                {
                    Volatile.Write(ref finished, done);
                    context.Progress.Report(new ActivityProgress(done, all, "assets"));
                },
                cancellationToken);
        }

        InventoryLog.Unreadable(context.Log, [.. assets.Zip(profiles).Where(pair => pair.Second.Failure is not null).Select(pair => $"{pair.First.Name} could not be read: {pair.Second.Failure}")]);
        foreach (var problem in problems)
            context.Log.Warning(problem);
        return snapshot with
        {
            Profiles = profiles.DistinctBy(profile => profile.Key).ToDictionary(profile => profile.Key, StringComparer.Ordinal),
            Problems = problems,
        };
    }

    // Only what was profiled before and is another now has grown.
    private async Task<InventorySnapshot> WithGrowthAsync(InventorySnapshot snapshot, IReadOnlyDictionary<string, string> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var profiles = new Dictionary<string, AssetProfile>(snapshot.Profiles, StringComparer.Ordinal);
        var changed = snapshot.Profiles.Values.Where(profile => profile.Failure is null && known.TryGetValue(profile.Key, out var fingerprint) && fingerprint != CatalogMapping.FingerprintOf(profile)).ToList();
        var earlier = await queries.NewestProfilesAsync([.. changed.Select(profile => profile.Key)], cancellationToken);
        foreach (var profile in changed)
        {
            if (!earlier.TryGetValue(profile.Key, out var before))
                continue;
            long? bytesBefore = before.Profile.TryGetProperty("bytes", out var bytes) && bytes.ValueKind == JsonValueKind.Number ? bytes.GetInt64() : null;
            var rows = profile.Rows - before.RowCount;
            var days = (now - before.ProfiledAt).TotalDays;
            profiles[profile.Key] = profile with { Growth = new AssetGrowth(before.ProfiledAt, before.RowCount, bytesBefore, rows, profile.Bytes - bytesBefore, days > 1 / 1440.0 ? rows / days : null) };
        }

        return snapshot with { Profiles = profiles };
    }

    // Each statement of the catalog may be repeated; what is known already is not written again, so that a quiet night costs little.
    private async Task<int> RecordAsync(long inventoryRun, InventorySnapshot snapshot, IReadOnlyDictionary<string, string> known, ActivityContext context, CancellationToken cancellationToken)
    {
        var fresh = new List<(FoundAsset Asset, AssetProfile Profile)>();
        foreach (var asset in snapshot.Assets)
        {
            if (snapshot.Profiles.TryGetValue(asset.Key, out var profile) && profile.Failure is null && known.GetValueOrDefault(asset.Key) != CatalogMapping.FingerprintOf(profile))
                fresh.Add((asset, profile));
        }

        foreach (var source in snapshot.Sources.Where(source => source.Failure is null))
            await commands.RecordScanAsync(inventoryRun, source.Source, [.. source.Assets.Select(asset => CatalogMapping.ToCatalog(asset, snapshot.Profiles.GetValueOrDefault(asset.Key)))], cancellationToken);
        var judged = await queries.JudgementsAsync(cancellationToken);
        foreach (var some in snapshot.Profiles.Values.Where(profile => profile.Failure is null && CatalogMapping.IsJudgedOtherwise(profile, judged[profile.Key])).Chunk(AssetsAtOnce))
            await commands.RecordJudgementsAsync(inventoryRun, [.. some.Select(profile => new AssetJudgements(profile.Key, CatalogMapping.ToJudgements(profile), CatalogMapping.ToFlips(profile, judged[profile.Key])))], cancellationToken);
        foreach (var (asset, profile) in fresh)
        {
            context.Facts.Add(new MetricMeasured(asset.Key, null, "rows", profile.Rows));
            if (asset.Bytes is { } bytes)
                context.Facts.Add(new MetricMeasured(asset.Key, null, "bytes", bytes));
            if (profile.BadRows > 0)
                context.Facts.Add(new MetricMeasured(asset.Key, null, "bad_rows", profile.BadRows));
        }

        // Last: an asset whose profile is written counts as done.
        foreach (var some in fresh.Chunk(AssetsAtOnce))
            await commands.RecordProfilesAsync(inventoryRun, [.. some.Select(pair => CatalogMapping.ToProfile(pair.Asset, pair.Profile))], cancellationToken);
        return fresh.Count;
    }
}

/// <summary>What profiling found.</summary>
public sealed record ProfileInventoryOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    /// <summary>Assets with a profile.</summary>
    public required int Assets { get; init; }

    /// <summary>Assets whose profile is new or another than before.</summary>
    public required int Profiled { get; init; }

    public required long Rows { get; init; }

    public required int Columns { get; init; }

    public required int PersonalColumns { get; init; }

    /// <summary>Assets that could not be read.</summary>
    public required int Failed { get; init; }
}
