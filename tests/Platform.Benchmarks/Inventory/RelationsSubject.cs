using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory;

/// <summary>How right the proposed references are: on real data, on the sample shop, and on generated schemas that the weights were not fitted to.</summary>
internal sealed class RelationsSubject : ISubject
{
    private const int Schemas = 120;

    public string Name => "relations";

    public string Help => "precision, recall and calibration of foreign keys: [fit] [DATA] [SHOP]; DATA and SHOP are folders, 'fit' fits the weights first and scores with them";

    public Task RunAsync(string[] args)
    {
        double[]? weights = null;
        if (args is ["fit", .. var rest])
            (weights, args) = (Fit(), rest);
        var data = args.Length > 0 ? args[0] : SharedData.Root;
        foreach (var (name, truth) in RelationTruth.OfFolders)
        {
            if (Directory.Exists(Path.Combine(data, name)))
                RelationScore.Print(name, Rank(Path.Combine(data, name), weights), truth);
        }

        var shop = args.Length > 1 ? args[1] : Path.Combine(".platform", "samples", "shop");
        if (Directory.Exists(shop))
            RelationScore.Print("sample shop", Rank(Path.GetFullPath(shop), weights), RelationTruth.OfShop);
        else
            Console.WriteLine($"sample shop: not at {Path.GetFullPath(shop)}; './platform run sample-shop' makes one");

        var all = new List<(RankedReference Pair, bool IsTrue)>();
        var missed = 0;
        for (var seed = 1; seed <= Schemas; seed++)
        {
            using var folder = new TempFolder();
            var schema = GeneratedSchema.Write(folder.Path, seed, heldOut: true);
            var ranked = Rank(folder.Path, weights);
            all.AddRange(ranked.Select(pair => (pair, schema.Truth.Contains(RelationTruth.Say(pair)))));
            missed += schema.Truth.Count(truth => ranked.All(pair => RelationTruth.Say(pair) != truth));
        }

        RelationScore.PrintGenerated(all, missed, Schemas);
        return Task.CompletedTask;
    }

    private static double[] Fit()
    {
        var pairs = new List<(RankedReference Pair, bool IsTrue)>();
        for (var seed = 1; seed <= 2 * Schemas; seed++)
        {
            using var folder = new TempFolder();
            var schema = GeneratedSchema.Write(folder.Path, seed, heldOut: false);
            pairs.AddRange(Rank(folder.Path, null).Select(pair => (pair, schema.Truth.Contains(RelationTruth.Say(pair)))));
        }

        var weights = LogisticFit.Fit([.. pairs.Select(pair => pair.Pair.Evidence)], [.. pairs.Select(pair => pair.IsTrue)], penalty: 2);
        Console.WriteLine($"{pairs.Count} pairs, {pairs.Count(pair => pair.IsTrue)} references");
        for (var i = 0; i < weights.Length; i++)
            Console.WriteLine(FormattableString.Invariant($"{RelationFinder.EvidenceNames[i],-16} {weights[i],8:0.00}"));
        // The families lie in one folder each: what a folder says is a prior.
        var folders = RelationFinder.EvidenceNames.ToList().IndexOf("same folder");
        weights[folders] = 0.7;
        weights[0] -= 0.7;
        Console.WriteLine(string.Join(", ", weights.Select(weight => FormattableString.Invariant($"{weight:0.00}"))));
        return weights;
    }

    private static IReadOnlyList<RankedReference> Rank(string folder, double[]? weights)
    {
        using var home = new TempFolder();
        using var store = new TableStore(new TableStoreOptions { Root = home.File("tables"), Threads = 1 });
        var cache = new InventoryCache(home.File("cache"));
        var assets = new InventoryScanner(store, cache, TimeProvider.System).Scan([folder], [], [], default).SelectMany(source => source.Assets).ToList();
        var profiles = new AssetProfiler(store, cache).Profile(assets, null, default);
        return new RelationFinder(store, cache, weights: weights).Rank(assets, profiles, default);
    }
}
