using Platform.Activities.Control;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Quality;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;
using AssetProfile = Platform.Inventory.Profile.AssetProfile;

namespace Platform.Activities.Inventory;

/// <summary>
/// Looks at one asset as the night would. It is no inventory: nothing else is found new, changed or gone by it, and the next night compares with the night before.
/// </summary>
[Activity("inventory.asset", Title = "Look at one asset", TitleZh = "查看单个资产", Stage = Stage.Inventory, Icon = "zoom-scan", Preview = PreviewSupport.Stops,
    Would = "profile one asset and keep the profile in the catalog", WouldZh = "分析一个数据资产并将结果存入目录",
    Help = "Profiles one asset that the inventory knows, judges what its columns hold and whether that is personal, and makes its checks, without waiting for the night: a table of the platform, files, or a table of a database. Relations, scores, anomalies and what compares with the night before are left to the nightly inventory.",
    HelpZh = "立即分析一个已登记的资产（平台表、文件或数据库表）：画像、各列语义与个人信息判断，并执行其检查，无需等待每夜盘点。关系、评分、异常以及与前一夜的比较仍由每夜盘点完成。",
    Outputs = typeof(LookAtAssetOutputs),
    Example = "asset: clean.orders")]
public sealed class LookAtAsset(TableStore tables, Workspace workspace, AssetQueries assets, InventoryCommands commands, InventoryQueries inventories, QualityCommands quality, QualityQueries checks, IConnections? connections = null) : IActivity
{
    private const int MostChecks = 1_000;

    // What these kinds compare with, the night knows.
    private static readonly string[] OfNights = ["growth", "drift"];

    [Field(Title = "Asset", TitleZh = "资产", Help = "Its key as the inventory has it: schema.table, file:/path, or the address of a database's table.", HelpZh = "资产在目录中的键：schema.table、file:/路径，或数据库表的地址。", Example = "clean.orders")]
    public required string Asset { get; set; }

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        var key = Asset.Trim();
        var known = await assets.GetAsync(key, cancellationToken) ?? throw new ActivityException("not-found", $"The inventory does not know '{key}'. Search it on the page Inventory, or let inventory.scan find it.", retryable: false);
        var source = known.Asset.Source ?? SourceOf(key, known.Asset.Kind) ?? throw new ActivityException("bad-input", $"'{key}' ({known.Asset.Kind}) has no rows to look at. Name a table, files, or a table of a database.", retryable: false);
        var cache = new InventoryCache(new InventoryRuns(Path.Combine(workspace.Home, "inventory")).CacheFolder);
        var databases = await DatabaseSources.FindAsync([source], connections, cancellationToken);
        var scanned = await ScanAsync(source, key, databases, cache, context, cancellationToken);
        var found = scanned.Assets.FirstOrDefault(asset => asset.Key == key) ?? throw new ActivityException("not-found", $"'{key}' is not in {(InventoryScanner.IsOwn(source) ? $"the platform's own {source}" : $"its source '{source}'")} any more.", retryable: false);
        var people = CatalogMapping.ToPeople(await inventories.ExamplesAsync(cancellationToken));
        var profile = await Task.Run(() => new AssetProfiler(tables, cache, databases.Addresses, new PostgresReadLimits(), people).Profile([found], null, cancellationToken)[0], cancellationToken);
        if (profile.Failure is { } failure)
            throw new ActivityException("bad-input", $"'{key}' cannot be read: {failure}", retryable: false);
        await RecordAsync(key, found, profile, known, context, cancellationToken);
        var (made, failed) = await CheckAsync(found, scanned, profile, databases, context, cancellationToken);
        var personal = profile.Verdicts.Count(verdict => CatalogMapping.IsPersonal(verdict));
        context.Log.Info($"{key}: {Plural.Of(profile.Rows, "row")}, {Plural.Of(profile.Columns.Count, "column")}, {personal:N0} of them personal; {Plural.Of(made, "check")} made, {failed:N0} failed.");
        return ActivityResult.Success(new LookAtAssetOutputs { Asset = key, Rows = profile.Rows, Columns = profile.Columns.Count, PersonalColumns = personal, Checks = made, Failed = failed });
    }, cancellationToken);

    /// <summary>Where the asset would be scanned from; null for what has no rows.</summary>
    private static string? SourceOf(string key, string kind) => kind switch
    {
        "table" => InventoryScanner.OwnTables,
        // Of day files, the folder before the part that differs.
        "file_set" when key.StartsWith("file:", StringComparison.Ordinal) => Path.GetDirectoryName(key["file:".Length..].Split('{', '*')[0] + "x"),
        _ => null,
    };

    private async Task<ScanResult> ScanAsync(string source, string key, DatabaseSources databases, InventoryCache cache, ActivityContext context, CancellationToken cancellationToken)
    {
        if (databases.Failures.TryGetValue(source, out var unusable))
            throw new ActivityException("not-found", unusable, retryable: false);
        var scanned = databases.Services.TryGetValue(source, out var address)
            ? await new HttpScanner(new HttpRecords(HttpTarget.Client, context.Clock, new HttpLimits()), Path.Combine(workspace.Home, "inventory", "http"), context.Clock).ScanAsync(source, address, cancellationToken)
            : await Task.Run(() => new InventoryScanner(tables, cache, context.Clock, databases.Addresses).Scan([source], databases.Addresses.ContainsKey(source) ? [key[(key.LastIndexOf('/') + 1)..]] : [], [], cancellationToken)[0], cancellationToken);
        return scanned.Failure is { } failure ? throw new ActivityException(scanned.MayPass ? "unavailable" : "not-found", failure, retryable: scanned.MayPass) : scanned;
    }

    private async Task RecordAsync(string key, FoundAsset found, AssetProfile profile, AssetDetail known, ActivityContext context, CancellationToken cancellationToken)
    {
        // What nobody has scanned yet has no columns of its own until somebody tells them.
        if (known.Columns.Count == 0)
            context.Facts.Add(new AssetRead(key, found.Kind, found.Version, profile.Rows, [.. profile.Columns.DistinctBy(column => column.Name).Select(column => new AssetColumn(column.Name, column.Type, column.Nulls > 0))]));
        await commands.RecordJudgementsAsync(key, CatalogMapping.ToJudgements(profile), cancellationToken);
        if ((await inventories.ProfiledFingerprintsAsync(cancellationToken)).GetValueOrDefault(key) == CatalogMapping.FingerprintOf(profile))
        {
            context.Log.Info($"{key} has not changed since it was profiled last.");
            return;
        }
        context.Facts.Add(new MetricMeasured(key, null, "rows", profile.Rows));
        if (found.Bytes is { } bytes)
            context.Facts.Add(new MetricMeasured(key, null, "bytes", bytes));
        await commands.RecordProfilesAsync(null, [CatalogMapping.ToProfile(found, profile)], cancellationToken);
    }

    private async Task<(int Made, int Failed)> CheckAsync(FoundAsset found, ScanResult scanned, AssetProfile profile, DatabaseSources databases, ActivityContext context, CancellationToken cancellationToken)
    {
        await quality.AdoptAcceptedAsync(cancellationToken);
        var beside = scanned.Assets.DistinctBy(asset => asset.Key).ToDictionary(asset => asset.Key, StringComparer.Ordinal);
        var declared = (await checks.DeclaredAsync(found.Key, enabledOnly: true, MostChecks, cancellationToken)).Where(row => !OfNights.Contains(row.Kind)).ToList();
        var results = await Task.Run(
            () =>
            {
                var rows = new RowChecks(tables, beside.GetValueOrDefault, databases: databases.Addresses, columns: key => key == found.Key ? [.. profile.Columns.Select(column => column.Name)] : null);
                var made = new List<CheckResult>();
                foreach (var row in declared)
                {
                    var (check, unreadable) = DeclaredChecks.Read(row);
                    // What another source holds, this look does not know.
                    if (check is { Kind: "reference", ReferenceAsset: { } other } && !beside.ContainsKey(other) && !(TableName.TryParse(other, out var table) && tables.Exists(table)))
                        continue;
                    var now = context.Clock.GetUtcNow();
                    var outcome = unreadable ?? ProfileChecks.Judge(check, new CheckSubject(found, profile, [], null, null, now)) ?? rows.Judge(check, found, now, cancellationToken);
                    made.Add(outcome.Result(found.Key, check) with { Content = profile.Fingerprint });
                }
                return made;
            },
            cancellationToken);
        foreach (var broken in results.Where(result => !result.Passed))
            context.Log.Warning($"{broken.Asset}: {broken.Headline}: {broken.Observed}; expected {broken.Expected}.");
        await quality.RecordResultsAsync(context, results, context.Clock.GetUtcNow(), cancellationToken);
        return (results.Count, results.Count(result => !result.Passed));
    }
}

/// <summary>What a look at one asset found.</summary>
public sealed record LookAtAssetOutputs
{
    /// <summary>Its key.</summary>
    public required string Asset { get; init; }

    public required long Rows { get; init; }

    public required int Columns { get; init; }

    public required int PersonalColumns { get; init; }

    /// <summary>Checks that were made.</summary>
    public required int Checks { get; init; }

    /// <summary>Those that do not hold, or could not be made.</summary>
    public required int Failed { get; init; }
}
