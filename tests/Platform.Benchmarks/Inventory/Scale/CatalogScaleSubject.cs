using System.Diagnostics;
using System.Globalization;
using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Engine;
using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Benchmarks.Inventory.Scale;

/// <summary>A catalog of 100,000 assets and 1,000,000 edges with hubs of thousands: two hops of the lineage, impact, and search beside a lookup by key, which is the least that any question costs.</summary>
internal sealed class CatalogScaleSubject : ISubject
{
    public string Name => "catalog-scale";

    public string Help => "[assets] [edges] [questions]: a generated catalog (100000, 1000000) and the p50, p95, p99 of 300 questions each: two hops of assets and columns, from hubs too, impact, search; memory of this process";

    public async Task RunAsync(string[] args)
    {
        var assets = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var edges = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        var questions = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 300;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly, typeof(AssetQueries).Assembly], CancellationToken.None);
            var clock = Stopwatch.StartNew();
            var catalog = new ScaleCatalog(database.DataSource, assets, edges);
            await catalog.WriteAsync(CancellationToken.None);
            Console.WriteLine($"{assets:n0} assets, {edges:n0} edges of assets, as many of columns, written in {clock.Elapsed.TotalSeconds:0} s");
            await AskAsync(new Questions(database, catalog, questions));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task AskAsync(Questions questions)
    {
        var lineage = new LineageQueries(questions.Database.DataSource);
        var impact = new ImpactQueries(questions.Database.DataSource);
        var search = new AssetQueries(questions.Database.DataSource);
        async Task<int> Hops(string key, string? column, int limit) =>
            (await lineage.WalkAsync(new LineageRequest { Asset = key, Column = column, Depth = 2, Limit = limit }, CancellationToken.None))!.Nodes.Count;
        await questions.MeasureAsync("lookup by key (the least)", hubs: false, async key => await ExistsAsync(questions.Database, key));
        await questions.MeasureAsync("two hops, 400 nodes at most (a page)", hubs: false, key => Hops(key, null, 400));
        await questions.MeasureAsync("… from the 1,000 largest hubs", hubs: true, key => Hops(key, null, 400));
        await questions.MeasureAsync("two hops, 2,000 nodes at most (the API)", hubs: false, key => Hops(key, null, 2_000));
        await questions.MeasureAsync("… from the 1,000 largest hubs", hubs: true, key => Hops(key, null, 2_000));
        await questions.MeasureAsync("two hops of a column, both ways", hubs: false, async key => (await lineage.WalkAsync(new LineageRequest { Asset = key, Column = await ColumnAsync(questions.Database, key), Depth = 2, Limit = 400 }, CancellationToken.None))!.Nodes.Count);
        await questions.MeasureAsync("impact, everything downstream", hubs: false, async key => (await impact.DownstreamAsync(key, null, 50, null, CancellationToken.None))!.Assets.Count);
        foreach (var text in new[] { "orders", "custmers emea", "订单", "invoices uk monthly", "discount", "dd", "report" })
            await questions.MeasureAsync($"search '{text}'", hubs: false, async _ => (await search.SearchAsync(new AssetSearch { Text = text, Limit = 50 }, CancellationToken.None)).Items.Count);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"memory of this process {process.WorkingSet64 >> 20} MB (the generator's lists among it)");
    }

    private static async Task<int> ExistsAsync(Database database, string key)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = new Npgsql.NpgsqlCommand("select id from catalog.assets where key = $1", connection) { Parameters = { new() { Value = key } } };
        return await command.ExecuteScalarAsync() is null ? 0 : 1;
    }

    private static async Task<string> ColumnAsync(Database database, string key)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = new Npgsql.NpgsqlCommand("select c.name from catalog.columns c join catalog.assets a on a.id = c.asset_id where a.key = $1 order by c.ordinal offset 2 limit 1", connection) { Parameters = { new() { Value = key } } };
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Asks the same of many assets, one after the other, and prints how long it took.</summary>
    private sealed class Questions(Database database, ScaleCatalog catalog, int count)
    {
        public Database Database { get; } = database;

        public async Task MeasureAsync(string what, bool hubs, Func<string, Task<int>> ask)
        {
            var random = new Random(11);
            var keys = Enumerable.Range(0, count).Select(_ => catalog.Keys[hubs ? catalog.Hubs[random.Next(catalog.Hubs.Count)] : random.Next(catalog.Keys.Count)]).ToList();
            // Once around before: neither the compiler nor a cold cache is what is asked about.
            for (var i = 0; i < 20; i++)
                _ = await ask(keys[i % keys.Count]);
            var times = new List<double>();
            long found = 0;
            foreach (var key in keys)
            {
                var clock = Stopwatch.GetTimestamp();
                found += await ask(key);
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            }
            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} p50 {At(times, 0.5):0.0} ms  p95 {At(times, 0.95):0.0} ms  p99 {At(times, 0.99):0.0} ms  ({(double)found / count:0} found each)"));
        }

        private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }
}
