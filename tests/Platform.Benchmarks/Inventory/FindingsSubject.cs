using System.Diagnostics;
using System.Globalization;
using Platform.Inventory.Cache;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory;

/// <summary>Every sentence that a first night tells of a folder, without a server and its memory, and what each step costs.</summary>
internal sealed class FindingsSubject : ISubject
{
    public string Name => "findings";

    public string Help => "FOLDER ...: every finding of a first night over each folder with its evidence, and the time of each step; without a folder all of ../shared/data";

    public Task RunAsync(string[] args)
    {
        IEnumerable<string> folders = args.Length > 0 ? args : Directory.GetDirectories(SharedData.Root).Order(StringComparer.Ordinal);
        foreach (var folder in folders)
            Tell(folder);
        return Task.CompletedTask;
    }

    private static void Tell(string folder)
    {
        using var home = new TempFolder();
        using var store = new TableStore(new TableStoreOptions { Root = home.File("tables") });
        var cache = new InventoryCache(home.File("cache"));
        var clock = Stopwatch.StartNew();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var sources = new InventoryScanner(store, cache, TimeProvider.System).Scan([Path.GetFullPath(folder)], [], [], default);
        var assets = sources.SelectMany(source => source.Assets).DistinctBy(asset => asset.Key).ToList();
        var scan = Step();
        var profiles = new AssetProfiler(store, cache).Profile(assets, null, default);
        var profile = Step();
        var relations = new RelationFinder(store, cache).Find(assets, profiles, Console.WriteLine, default);
        var relate = Step();
        var byKey = profiles.ToDictionary(one => one.Key, StringComparer.Ordinal);
        var cells = new CellWatch(store, cache).Look(assets, byKey, new CellWatchOptions(), null, default);
        var look = Step();
        var snapshot = new InventorySnapshot
        {
            Taken = TimeProvider.System.GetUtcNow(),
            Sources = sources,
            Profiles = byKey,
            Relations = relations.References,
            Structures = relations.Structures,
            Copies = relations.Copies,
            Joins = relations.Joins,
            Cells = cells.Looks,
        };
        var names = assets.ToDictionary(asset => asset.Key, asset => asset.Name, StringComparer.Ordinal);
        var facts = new CatalogFacts
        {
            Coverage = new Coverage { Taken = snapshot.Taken, Assets = assets.Count, Owned = 0, Described = 0, Checked = 0, Columns = 0, Classified = 0, Reviewed = 0 },
            Copies = [.. relations.Copies.Where(copy => copy.Confidence >= 0.8).Select(copy => new CopyLine(copy.Asset, names[copy.Asset], copy.Other, names[copy.Other], copy.Contained))],
            Dependencies = DependencyRules.Lines(relations.Structures.SelectMany(FoundRule.Of), snapshot, key => names.GetValueOrDefault(key, key)),
        };
        var report = ReportBuilder.Build(snapshot, InventoryComparer.Compare([], snapshot), facts);
        var tell = Step();
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"=== {folder}: {assets.Count} assets, {report.Totals.Rows:N0} rows, {report.Surprises.Count} findings"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    scan {scan:0.00} s, profile {profile:0.00}, relate {relate:0.00} ({string.Join(", ", relations.Times.Select(time => $"{time.Name} {time.Took.TotalSeconds:0.00}"))}), cells {look:0.00}, report {tell:0.00}; processor {(Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds:0.00} s"));
        foreach (var finding in report.Surprises)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{finding.Score,5:0.0} {finding.Kind,-18} {finding.Sentence}{Environment.NewLine}{"",25}{finding.Evidence}"));
        foreach (var relation in relations.References.Take(40))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      > {names[relation.FromAsset]}.{relation.FromColumn} -> {names[relation.ToAsset]}.{relation.ToColumn}: {relation.Confidence:0.000}, missing {relation.MissingRows:N0}, covers {relation.Coverage:P1}"));

        double Step()
        {
            var took = clock.Elapsed.TotalSeconds;
            clock.Restart();
            return took;
        }
    }
}
