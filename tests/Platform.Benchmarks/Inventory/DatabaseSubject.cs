using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Relate;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Testing;

namespace Platform.Benchmarks.Inventory;

/// <summary>A PostgreSQL database with many tables of all sizes, inventoried twice; beside it the server's own ANALYZE, which samples the same tables and keeps less.</summary>
internal sealed class DatabaseSubject : ISubject
{
    private const string Source = "connection:shop";

    public string Name => "database";

    public string Help => "scan, profile and relate a PostgreSQL database: [1000] tables";

    public async Task RunAsync(string[] args)
    {
        var tables = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var postgres = await PostgresFixture.CreateAsync();
        try
        {
            var (rows, undeclared) = await CreateAsync(postgres.DataSource, tables);
            var analyze = Stopwatch.StartNew();
            await ExecuteAsync(postgres.DataSource, "analyze");
            Console.WriteLine(FormattableString.Invariant($"{tables} tables, {rows:N0} rows; ANALYZE of the server {analyze.Elapsed.TotalSeconds:0.0} s"));
            using var home = new TempFolder();
            using var store = new TableStore(new TableStoreOptions { Root = home.File("tables"), Threads = 1 });
            Night("first night", postgres, home, store, undeclared);
            await ExecuteAsync(postgres.DataSource, "update t0007 set amount = amount + 1 where id <= 10; select pg_stat_force_next_flush()");
            Night("next night, one table changed", postgres, home, store, undeclared);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    private static void Night(string name, PostgresFixture postgres, TempFolder home, TableStore store, HashSet<(string, string)> undeclared)
    {
        var address = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var databases = new Dictionary<string, PostgresAddress> { [Source] = new() { Host = address.Host!, Port = address.Port, Database = address.Database!, Username = address.Username!, Password = address.Password } };
        var cache = new InventoryCache(home.File("cache"));
        var watch = Stopwatch.StartNew();
        var scan = new InventoryScanner(store, cache, TimeProvider.System, databases).Scan([Source], [], [], default)[0];
        var scanned = watch.Elapsed.TotalSeconds;
        var profiles = new AssetProfiler(store, cache, databases).Profile(scan.Assets, null, default);
        var profiled = watch.Elapsed.TotalSeconds;
        var found = new RelationFinder(store, cache, databases).Find(scan.Assets, profiles, Console.WriteLine, default);
        var related = watch.Elapsed.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{name}: scan {scanned:0.0} s, profile {profiled - scanned:0.0} s, relate {related - profiled:0.0} s, together {related:0.0} s; {profiles.Count(profile => profile.Failure is null)} profiled, {profiles.Count(profile => profile.Sampled)} of them from a sample; peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        var said = found.References.Where(relation => !relation.Declared).Select(relation => (Table(relation.FromAsset), Table(relation.ToAsset))).ToHashSet();
        Console.WriteLine(FormattableString.Invariant($"    {found.References.Count(relation => relation.Declared)} declared references; of {undeclared.Count} that are not declared {undeclared.Count(said.Contains)} proposed, beside {said.Count(pair => !undeclared.Contains(pair))} that are none; {found.Structures.Sum(structure => structure.Dependencies.Count)} dependencies, {found.Copies.Count} copies, {found.Joins.Count} joins"));
    }

    private static string Table(string key) => key[(key.LastIndexOf('.') + 1)..];

    // One of two million rows, some large ones, many small ones; every second table refers to an earlier one, every second of those says so.
    private static async Task<(long Rows, HashSet<(string From, string To)> Undeclared)> CreateAsync(NpgsqlDataSource source, int tables)
    {
        var random = new Random(20);
        var undeclared = new HashSet<(string, string)>();
        var sizes = new int[tables];
        long all = 0;
        for (var i = 0; i < tables; i++)
        {
            sizes[i] = i == 11 ? 2_000_000 : i % 100 == 50 ? 200_000 : i % 10 == 3 ? 20_000 : i % 3 == 1 ? random.Next(2_000, 6_000) : random.Next(50, 2_000);
            all += sizes[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"t{i:0000}");
            var target = i > 10 && i % 2 == 1 ? random.Next(0, Math.Min(i, 400)) : -1;
            var to = string.Create(CultureInfo.InvariantCulture, $"t{Math.Max(0, target):0000}");
            var reference = target < 0 ? "" : FormattableString.Invariant($", {to}_id int");
            var values = target < 0 ? "" : FormattableString.Invariant($", 1 + (random() * {sizes[target] - 1})::int");
            await ExecuteAsync(source, FormattableString.Invariant($"""
                create table {name} (id int primary key, code text, amount numeric(10,2), quantity int, status text, created_at timestamptz, note text{reference});
                insert into {name} select g, md5(g::text || '{name}'), (random() * 1000)::numeric(10,2), 1 + (random() * 9)::int, (array['open', 'closed', 'lost'])[1 + (random() * 2)::int], timestamptz '2024-01-01' + g * interval '1 minute', case when g % 7 = 0 then 'called twice about order ' || g end{values} from generate_series(1, {sizes[i]}) g;
                """));
            if (target >= 0 && i % 4 == 1)
                await ExecuteAsync(source, $"alter table {name} add foreign key ({to}_id) references {to}");
            else if (target >= 0)
                undeclared.Add((name, to));
        }

        return (all, undeclared);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }
}
