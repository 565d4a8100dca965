using System.Text.Json.Nodes;
using Platform.Activities.Control;
using Platform.Catalog.Inventory;
using Platform.Catalog.Models;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Finds the assets of sources.</summary>
[Activity("inventory.scan", Title = "Scan sources", TitleZh = "扫描数据源", Stage = Stage.Inventory, Icon = "radar-2", Preview = PreviewSupport.Stops,
    Would = "scan the sources and note what is there in the catalog", WouldZh = "扫描数据源并将结果记入目录",
    Help = "Finds the data assets of folders (CSV, TSV, JSON, Parquet, Delta), of PostgreSQL databases (connection:NAME), of HTTP services with JSON that pages (an address, or connection:NAME/path) and of the platform's own tables, models and endpoints, and says which are new, changed or gone. Day files and partition folders are one asset. Reads nothing of a file that has not changed, and of a database only its catalogs, in a read-only transaction. A source that fails is reported and does not stop the others; the task fails only when none could be scanned.",
    HelpZh = "查找文件夹（CSV、TSV、JSON、Parquet、Delta）、PostgreSQL 数据库（connection:名称）、分页返回 JSON 的 HTTP 服务（地址或 connection:名称/路径）以及平台自身的表、模型和端点中的数据资产，并指出新增、变化和消失的资产。按天的文件和分区文件夹视为一个资产。未变化的文件不会重读；数据库只以只读事务读取系统目录。某个数据源失败会被报告，但不影响其他数据源；全部失败时任务失败。",
    Outputs = typeof(ScanInventoryOutputs),
    Example = "sources: [/data/shop, connection:shop, tables]\nexclude: [\"**/archive\"]")]
public sealed class ScanInventory(TableStore tables, Workspace workspace, InventoryCommands commands, IConnections? connections = null, ModelStateQueries? models = null) : IActivity
{
    [Field(Title = "Sources", TitleZh = "数据源", Required = true, Help = "A folder or file, a PostgreSQL database as connection:NAME, an HTTP service's collection as its address or connection:NAME/path, or several of them as a list or one a line; 'tables', 'models' and 'endpoints' stand for the platform's own. A relative path begins in the platform's home folder.", Example = "/data/shop")]
    public JsonNode? Sources { get; set; }

    [Field(Title = "Own tables too", TitleZh = "包含平台表", Help = "Whether the platform's own tables are scanned beside the sources.")]
    public bool Tables { get; set; } = true;

    [Field(Title = "Models too", TitleZh = "包含模型", Help = "Whether the models that the platform has trained are assets of the inventory.")]
    public bool Models { get; set; } = true;

    [Field(Title = "Endpoints too", TitleZh = "包含端点", Help = "Whether the endpoints that serve models are assets of the inventory.")]
    public bool Endpoints { get; set; } = true;

    [Field(Title = "Include", TitleZh = "包含", Help = "Patterns with *, ? and ** below a folder, or of schema.table in a database; model:shop-* and endpoint:* choose among models and endpoints. Without any, everything is looked at.", Example = "**/*.csv")]
    public IReadOnlyList<string> Include { get; set; } = [];

    [Field(Title = "Exclude", TitleZh = "排除", Help = "Patterns to leave out: **/archive, audit.*, *.tmp_*, model:test-*. Hidden and temporary files are left out anyway.", Example = "**/archive")]
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var sources = SourcesOf(Sources);
        foreach (var (own, wanted) in (ReadOnlySpan<(string, bool)>)[(InventoryScanner.OwnTables, Tables), (InventoryScanner.OwnModels, Models && models is not null), (InventoryScanner.OwnEndpoints, Endpoints && models is not null)])
        {
            if (wanted && !sources.Contains(own))
                sources.Add(own);
        }
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await commands.BeginAsync(context.RunId, context.Workflow, sources, cancellationToken);
        var taken = context.Clock.GetUtcNow();
        var databases = await DatabaseSources.FindAsync(sources, connections, cancellationToken);
        var reachable = sources.Where(source => !databases.Failures.ContainsKey(source)).ToList();
        context.Log.Info($"Scanning {string.Join(", ", reachable.Select(source => InventoryScanner.IsOwn(source) ? $"the platform's own {source}" : source))}.");
        var progress = new ScanProgress();
        IReadOnlyList<ScanResult> scanned;
        using (InventoryLog.Every5Seconds(context, () => progress is { Source: { } source } ? $"Scanning {source}{(progress.Files > 0 ? $": {progress.FilesLooked:N0} of {Plural.Of(progress.Files, "file")} looked at" : "")}." : null))
            scanned = await Task.Run(() => new InventoryScanner(tables, new InventoryCache(runs.CacheFolder), context.Clock, databases.Addresses, progress).Scan([.. reachable.Where(source => !databases.Services.ContainsKey(source) && source is not (InventoryScanner.OwnModels or InventoryScanner.OwnEndpoints))], Include, Exclude, cancellationToken), cancellationToken);
        var services = new HttpScanner(new HttpRecords(HttpTarget.Client, context.Clock, new HttpLimits()), Path.Combine(workspace.Home, "inventory", "http"), context.Clock);
        foreach (var (source, address) in databases.Services)
        {
            context.Log.Info($"Reading {address}.");
            scanned = [.. scanned, await services.ScanAsync(source, address, cancellationToken)];
        }

        scanned = [.. scanned, .. await OwnModelsAsync(reachable, context, cancellationToken)];
        var results = (IReadOnlyList<ScanResult>)[.. databases.Failures.Select(failed => new ScanResult { Source = failed.Key, Failure = failed.Value }), .. scanned.Select(WithSampleHint)];
        var named = results.Where(result => !InventoryScanner.IsOwn(result.Source)).ToList();
        foreach (var failed in results.Where(result => result.Failure is not null))
            context.Log.Error(failed.Failure!);
        if (named.Count > 0 && named.All(result => result.Failure is not null))
            throw named.Any(result => result.MayPass) ? new ActivityException("unavailable", named.First(result => result.MayPass).Failure!, retryable: true) : new ActivityException("not-found", named[0].Failure!, retryable: false);

        // A later task of the run reads this; written before the catalog, so that the catalog never knows of a scan that is not there.
        runs.Keep(inventoryRun, new InventorySnapshot { Taken = taken, Sources = results });
        int added = 0, changed = 0, gone = 0;
        foreach (var result in results.Where(result => result.Failure is null))
        {
            var outcome = await commands.RecordScanAsync(inventoryRun, result.Source, [.. result.Assets.Select(asset => CatalogMapping.ToCatalog(asset, null))], cancellationToken);
            added += outcome.New.Count + outcome.Returned.Count;
            changed += outcome.Changed.Count;
            gone += outcome.Gone.Count;
            context.Log.Info($"{result.Source}: {Plural.Of(result.Assets.Count, "asset")} ({outcome.New.Count:N0} new, {outcome.Changed.Count:N0} changed, {outcome.Gone.Count:N0} gone), {Plural.Of(result.Skipped.Count, "file")} passed over.");
            InventoryLog.Unreadable(context.Log, [
                .. result.Assets.Where(asset => asset.Condition != AssetCondition.Readable).Select(asset => $"{asset.Name}: {asset.Reason}"),
                .. result.Skipped.Where(path => path.IsProblem).Select(path => $"{path.Path}: {path.Reason}"),
            ]);
        }

        return ActivityResult.Success(new ScanInventoryOutputs
        {
            InventoryRun = inventoryRun,
            Assets = results.Sum(result => result.Assets.Count),
            New = added,
            Changed = changed,
            Gone = gone,
            Unreadable = results.Sum(result => result.Assets.Count(asset => asset.Condition != AssetCondition.Readable) + result.Skipped.Count(path => path.IsProblem)),
            Skipped = results.Sum(result => result.Skipped.Count(path => !path.IsProblem)),
            FailedSources = [.. results.Where(result => result.Failure is not null).Select(result => result.Source)],
        });
    }

    /// <summary>The models and endpoints that are asked for, from the registry, with a look at their folders.</summary>
    private async Task<IReadOnlyList<ScanResult>> OwnModelsAsync(List<string> sources, ActivityContext context, CancellationToken cancellationToken)
    {
        var scanner = new ModelScanner(Include, Exclude);
        var results = new List<ScanResult>();
        if (sources.Contains(InventoryScanner.OwnModels))
        {
            var found = await Registered().ModelsAsync(null, cancellationToken);
            results.Add(scanner.Models(found.Select(model => (model.Name, model.Location, ModelMapping.ToFacts(model)))));
            Link(ModelMapping.Links(found, []));
        }
        if (sources.Contains(InventoryScanner.OwnEndpoints))
        {
            var found = await Registered().EndpointsAsync(null, cancellationToken);
            results.Add(scanner.Endpoints(found.Select(endpoint => (endpoint.Name, endpoint.Location, ModelMapping.ToFacts(endpoint)))));
            Link(ModelMapping.Links([], found));
        }
        return results;

        ModelStateQueries Registered() => models ?? throw new ActivityException("bad-input", "This worker has no registry of models. Leave the sources 'models' and 'endpoints' out.", retryable: false);

        // Only of what is taken: what was left out is none of the inventory's business.
        void Link(IEnumerable<Fact> links)
        {
            var taken = results[^1].Assets.Select(asset => asset.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var link in links.OfType<AssetDerived>().Where(link => taken.Contains(link.Asset)))
                context.Facts.Add(link);
        }
    }

    /// <summary>The sample shop is what shipped workflows look at unless they are told otherwise, and only a server's first start generates it.</summary>
    private ScanResult WithSampleHint(ScanResult result) =>
        result.Failure is not null && result.Source.StartsWith(Path.Combine(workspace.Home, "samples") + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.Exists(result.Source)
            ? result with { Failure = $"The sample data '{result.Source}' are not there: only the first start of a server generates them. Generate them with './platform run sample-shop', or name what is to be scanned, as in --param sources=/data/shop." }
            : result;

    private List<string> SourcesOf(JsonNode? node)
    {
        var texts = node switch
        {
            JsonArray list => list.Select(item => item?.ToString() ?? ""),
            JsonValue value => [value.ToString()],
            _ => throw new ActivityException("bad-input", "'sources' is neither a path nor a list of paths. Write a folder, connection:NAME, or a list such as [/data/shop, tables].", retryable: false),
        };
        var sources = texts.SelectMany(text => text.Split('\n')).Select(text => text.Trim()).Where(text => text.Length > 0)
            .Select(text => InventoryScanner.IsOwn(text) || text.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal) || DatabaseSources.IsService(text) ? text : Path.TrimEndingDirectorySeparator(workspace.Resolve(text.StartsWith("file:", StringComparison.Ordinal) ? text["file:".Length..] : text)))
            .Distinct(StringComparer.Ordinal).ToList();
        return sources.Count == 0 && !Tables && (models is null || !Models && !Endpoints) ? throw new ActivityException("bad-input", "'sources' names nothing to scan. Write a folder, or 'tables'.", retryable: false) : sources;
    }
}

/// <summary>What a scan found.</summary>
public sealed record ScanInventoryOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    public required int Assets { get; init; }

    public required int New { get; init; }

    public required int Changed { get; init; }

    public required int Gone { get; init; }

    /// <summary>Assets and files that should be data and cannot be read.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Files that are no data.</summary>
    public required int Skipped { get; init; }

    public required IReadOnlyList<string> FailedSources { get; init; }
}
