using Platform.Catalog.Inventory;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Relate;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Finds how the assets that the run has profiled hang together.</summary>
[Activity("inventory.relate", Title = "Relate assets", TitleZh = "推断资产关系", Stage = Stage.Inventory, Icon = "hierarchy-3", Preview = PreviewSupport.Stops,
    Would = "relate the assets and note what it found in the catalog", WouldZh = "推断资产之间的关系并记入目录",
    Help = "Finds keys, also of two columns, and foreign keys between the assets of a source, from what their values include, how they spread over the key's range, their names and types; each with a confidence, and with the rows that break it. Finds columns that others determine, with the rows that differ, tables that hold the same rows, and columns to join by. What has not changed is not compared again. Data that cannot be read again are reported and do not stop the rest.",
    HelpZh = "根据取值包含、在键值范围内的分布、名称和类型，找出键（含两列组合键）以及同一数据源内资产之间的外键，给出置信度和违反的行数；并找出函数依赖及例外、行重复的表和可连接的列。未变化的资产不会重新比较。无法再次读取的数据会被报告，不影响其他资产。",
    Outputs = typeof(RelateInventoryOutputs))]
public sealed class RelateInventory(TableStore tables, Workspace workspace, InventoryCommands commands, InventoryQueries queries, IConnections? connections = null) : IActivity
{
    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await commands.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun) is { Profiles.Count: > 0 } found ? found
            : throw new ActivityException("not-found", $"Run {context.RunId} has profiled nothing that could be related. Put tasks with the activities inventory.scan and inventory.profile before '{context.TaskId}'.", retryable: false);
        var started = context.Clock.GetTimestamp();
        context.Log.Info("Looking for keys and references.");
        var databases = await DatabaseSources.FindAsync(snapshot.Sources.Where(source => source.Failure is null).Select(source => source.Source), connections, cancellationToken);
        var known = (await queries.ReferencesAsync([.. snapshot.Profiles.Keys], cancellationToken)).Select(RelationMapping.ToKnown).ToList();
        snapshot = await Task.Run(() => Relate(snapshot, known, databases, new InventoryCache(runs.CacheFolder), context, cancellationToken), cancellationToken);
        var sure = snapshot.Relations.Count(relation => relation.IsSure);
        var broken = snapshot.Relations.Count(relation => relation is { Holds: false, IsSure: true });
        context.Log.Info($"Found {Plural.Of(sure, "reference")} between assets, {broken:N0} of them broken, and {snapshot.Relations.Count - sure:N0} unsure ones, {Plural.Of(snapshot.Structures.Sum(structure => structure.Dependencies.Count), "dependency", "dependencies")}, {snapshot.Copies.Count:N0} near duplicates and {snapshot.Joins.Count:N0} joins in {context.Clock.GetElapsedTime(started).TotalSeconds:N1} s.");
        runs.Keep(inventoryRun, snapshot);
        await commands.RecordRelationsAsync(
            [.. snapshot.Profiles.Values.Where(profile => profile.Failure is null).Select(profile => profile.Key)],
            [
                .. snapshot.Relations.Select(RelationMapping.ToCatalog), .. snapshot.Assets.SelectMany(RelationMapping.ToKeys), .. snapshot.Profiles.Values.SelectMany(RelationMapping.ToKeys),
                .. snapshot.Structures.SelectMany(RelationMapping.ToCatalog), .. snapshot.Copies.Select(RelationMapping.ToCatalog), .. snapshot.Joins.Select(RelationMapping.ToCatalog),
            ],
            cancellationToken);
        return ActivityResult.Success(new RelateInventoryOutputs
        {
            InventoryRun = inventoryRun,
            Relations = sure,
            BrokenRelations = broken,
            Dependencies = snapshot.Structures.Sum(structure => structure.Dependencies.Count),
            NearDuplicates = snapshot.Copies.Count,
            Joinable = snapshot.Joins.Count,
        });
    }

    private InventorySnapshot Relate(InventorySnapshot snapshot, IReadOnlyList<KnownReference> known, DatabaseSources databases, InventoryCache cache, ActivityContext context, CancellationToken cancellationToken)
    {
        var pairs = snapshot.Assets.Where(asset => snapshot.Profiles.ContainsKey(asset.Key)).ToList();
        var problems = new List<string>();
        var found = new RelationFinder(tables, cache, databases.Addresses) { Known = known }.Find(pairs, [.. pairs.Select(asset => snapshot.Profiles[asset.Key])], problems.Add, cancellationToken);
        foreach (var problem in problems)
            context.Log.Warning(problem);
        // A repeated attempt says the same problems once.
        return snapshot with { Relations = found.References, Rejected = [.. known.Where(reference => reference.As == KnownAs.Rejected).Select(reference => reference.FromAsset).Distinct(StringComparer.Ordinal)], Structures = found.Structures, Copies = found.Copies, Joins = found.Joins, Problems = [.. snapshot.Problems.Union(problems, StringComparer.Ordinal)] };
    }
}

/// <summary>How the assets hang together.</summary>
public sealed record RelateInventoryOutputs
{
    /// <summary>Id of the inventory run.</summary>
    public required long InventoryRun { get; init; }

    /// <summary>Foreign keys that are declared, confirmed, or more likely than not.</summary>
    public required int Relations { get; init; }

    /// <summary>Those of them with rows whose value is missing.</summary>
    public required int BrokenRelations { get; init; }

    /// <summary>Columns that others of their table determine.</summary>
    public required int Dependencies { get; init; }

    /// <summary>Pairs of assets with the same rows, or nearly.</summary>
    public required int NearDuplicates { get; init; }

    /// <summary>Pairs of columns that tables can be joined by.</summary>
    public required int Joinable { get; init; }
}
