using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Catalog.Assets;
using Platform.Engine;
using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Benchmarks.Inventory.Scale;

/// <summary>
/// A catalog of 100,000 assets and 1,000,000 edges with hubs of thousands, served by the real server in its own process and asked over HTTP: search, two hops, impact, beside one asset's page, which is the least that any question costs;
/// the first search, which builds the index; how long until a change is found; memory.
/// </summary>
internal sealed class CatalogScaleSubject : ISubject
{
    public string Name => "catalog-scale";

    public string Help => "[assets] [edges] [questions] [home]: a generated catalog (100000, 1000000) served and asked over HTTP (300 questions a kind): search, two hops, impact; the cold index, changes, memory of the server. With a folder the catalog is kept there and used again";

    public async Task RunAsync(string[] args)
    {
        var assets = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var edges = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        var questions = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 300;
        var home = args.Length > 3 ? Directory.CreateDirectory(args[3]).FullName : Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            var catalog = await WriteAsync(home, assets, edges);
            await using var server = await ServedCatalog.StartAsync(home);
            await AskAsync(server, catalog, questions);
        }
        finally
        {
            if (args.Length <= 3)
                Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<ScaleCatalog> WriteAsync(string home, int assets, int edges)
    {
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
        var clock = Stopwatch.StartNew();
        var catalog = new ScaleCatalog(database.DataSource, assets, edges);
        // A catalog that is there has been served: the server brings it up to date.
        var known = await catalog.IsKnownAsync(CancellationToken.None);
        if (!known)
            await database.MigrateAsync([typeof(EngineHost).Assembly, typeof(AssetQueries).Assembly], CancellationToken.None);
        if (known && await catalog.ReadAsync(CancellationToken.None))
        {
            Console.WriteLine($"{catalog.Keys.Count:n0} assets were there");
            return catalog;
        }

        await catalog.WriteAsync(CancellationToken.None);
        await catalog.ReadAsync(CancellationToken.None);
        Console.WriteLine($"{assets:n0} assets, {edges:n0} edges of assets, as many of columns, written in {clock.Elapsed.TotalSeconds:0} s");
        return catalog;
    }

    private static async Task AskAsync(ServedCatalog server, ScaleCatalog catalog, int count)
    {
        var questions = new CatalogQuestions(server, catalog, count);
        Memory("started", server);
        var (clock, processor) = (Stopwatch.GetTimestamp(), server.Processor());
        await server.Http.GetStringAsync("/api/v1/assets?text=orders&columns=true");
        Console.WriteLine($"first search, with the building of the index: {Stopwatch.GetElapsedTime(clock).TotalSeconds:0.0} s, {(server.Processor() - processor).TotalSeconds:0.0} s of processor");
        Memory("with the index", server);
        await questions.AskAsync("an asset's page (the least)", hubs: false, key => $"/api/v1/asset?key={Uri.EscapeDataString(key)}", answer => answer["columns"]!.AsArray().Count);
        await questions.SearchAsync();
        foreach (var hubs in (bool[])[false, true])
            foreach (var limit in (int[])[400, 2_000])
                await questions.AskAsync($"two hops, {limit} nodes at most{(hubs ? ", largest hubs" : "")}", hubs, key => $"/api/v1/lineage?depth=2&limit={limit}&asset={Uri.EscapeDataString(key)}", answer => answer["nodes"]!.AsArray().Count);
        await questions.AskAsync("two hops of a column, both ways", hubs: false, key => $"/api/v1/lineage?depth=2&limit=400&asset={Uri.EscapeDataString(key)}&column={catalog.ColumnOf(key)}", answer => answer["nodes"]!.AsArray().Count);
        await questions.AskAsync("impact, everything downstream", hubs: false, key => $"/api/v1/lineage/impact?depth=50&asset={Uri.EscapeDataString(key)}", answer => answer["assets"]!.AsArray().Count);
        await ChangeAsync(server.Http, questions, count);
        Memory("after all questions", server);
        Console.WriteLine($"PostgreSQL beside it: {server.PostgresMemory()} MB, shared pages once");
    }

    /// <summary>Describes assets with words of their own, and searches for each at once.</summary>
    private static async Task ChangeAsync(HttpClient http, CatalogQuestions questions, int count)
    {
        var (edits, searches) = (new List<double>(), new List<double>());
        var missed = 0;
        for (var i = 0; i < count; i++)
        {
            var (key, word) = (questions.Key(), $"zyx{Guid.NewGuid():N}"[..14]);
            var clock = Stopwatch.GetTimestamp();
            using var answer = await http.PatchAsJsonAsync($"/api/v1/asset?key={Uri.EscapeDataString(key)}", new { description = $"About {word}" });
            answer.EnsureSuccessStatusCode();
            edits.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            clock = Stopwatch.GetTimestamp();
            var found = JsonNode.Parse(await http.GetStringAsync($"/api/v1/assets?columns=true&text={word}"))!;
            searches.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            missed += (long)found["total"]! == 1 ? 0 : 1;
        }

        edits.Sort();
        searches.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} edits, each searched for at once: edit p50 {edits[count / 2]:0.0} ms, the search after it p50 {searches[count / 2]:0.0} ms p95 {searches[count * 95 / 100]:0.0} ms, {missed} not found"));
    }

    private static void Memory(string when, ServedCatalog server)
    {
        var (now, most) = server.Memory();
        Console.WriteLine($"memory of the server, {when}: {now} MB (at most {most} MB)");
    }
}
