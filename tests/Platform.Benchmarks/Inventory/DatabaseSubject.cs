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

/// <summary>A PostgreSQL database with many tables of all sizes and forms, inventoried twice; beside it the server's own ANALYZE, which samples the same tables and keeps less.</summary>
internal sealed class DatabaseSubject : ISubject
{
    private const string Source = "connection:shop";

    public string Name => "database";

    public string Help => "scan, profile and relate a PostgreSQL database twice: [1000] tables, [connection string of an empty database, or of one that this has made, which is kept]";

    public async Task RunAsync(string[] args)
    {
        var tables = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var postgres = args.Length > 1 ? null : await PostgresFixture.CreateAsync();
        await using var source = NpgsqlDataSource.Create(postgres?.ConnectionString ?? args[1]);
        try
        {
            var undeclared = await UndeclaredAsync(source, tables);
            var analyze = Stopwatch.StartNew();
            await ShopDatabase.ExecuteAsync(source, "analyze");
            Console.WriteLine(FormattableString.Invariant($"ANALYZE of the server {analyze.Elapsed.TotalSeconds:0.0} s"));
            using var home = new TempFolder();
            using var store = new TableStore(new TableStoreOptions { Root = home.File("tables"), Threads = 1 });
            Night("first night", postgres?.ConnectionString ?? args[1], home, store, undeclared);
            await ShopDatabase.ExecuteAsync(source, "update sales.customers set updated = updated + 1; select pg_stat_force_next_flush()");
            Night("next night, one table changed", postgres?.ConnectionString ?? args[1], home, store, undeclared);
        }
        finally
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
        }
    }

    private static async Task<HashSet<string>> UndeclaredAsync(NpgsqlDataSource source, int tables)
    {
        await using (var command = source.CreateCommand("select string_agg(line, chr(10)) from public.undeclared"))
        {
            try
            {
                if (await command.ExecuteScalarAsync() is string kept)
                    return [.. kept.Split('\n')];
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // An empty database.
            }
        }

        var watch = Stopwatch.StartNew();
        var (rows, columns, undeclared) = await ShopDatabase.CreateAsync(source, tables);
        Console.WriteLine(FormattableString.Invariant($"{tables} tables with {columns:N0} columns and {rows:N0} rows made in {watch.Elapsed.TotalSeconds:0} s"));
        await ShopDatabase.ExecuteAsync(source, $"alter table sales.customers add column updated int not null default 0; create table public.undeclared as select unnest(array[{string.Join(", ", undeclared.Select(line => $"'{line}'"))}]) as line; select pg_stat_force_next_flush()");
        return undeclared;
    }

    private static void Night(string name, string connection, TempFolder home, TableStore store, HashSet<string> undeclared)
    {
        var address = new NpgsqlConnectionStringBuilder(connection);
        var databases = new Dictionary<string, PostgresAddress> { [Source] = new() { Host = address.Host!, Port = address.Port, Database = address.Database!, Username = address.Username!, Password = address.Password } };
        var cache = new InventoryCache(home.File("cache"));
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var scan = new InventoryScanner(store, cache, TimeProvider.System, databases).Scan([Source], [], [], default)[0];
        var scanned = watch.Elapsed.TotalSeconds;
        var profiles = new AssetProfiler(store, cache, databases).Profile(scan.Assets, null, default);
        var profiled = watch.Elapsed.TotalSeconds;
        var found = new RelationFinder(store, cache, databases).Find(scan.Assets, profiles, Console.WriteLine, default);
        var related = watch.Elapsed.TotalSeconds;
        var processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{name}: scan {scanned:0.0} s, profile {profiled - scanned:0.0} s, relate {related - profiled:0.0} s, together {related:0.0} s by the clock and {processor:0.0} s of processor without the server's; {profiles.Count(profile => profile.Failure is null)} profiled, {profiles.Sum(profile => profile.Columns.Count):N0} columns, {profiles.Count(profile => profile.Sampled)} from a sample; peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        Console.WriteLine($"    relate: {string.Join(", ", found.Times.Select(step => FormattableString.Invariant($"{step.Name} {step.Took.TotalSeconds:0.0} s")))}");
        Console.WriteLine(FormattableString.Invariant($"    {Directory.EnumerateFiles(home.File("cache"), "*", SearchOption.AllDirectories).Count():N0} files of {Directory.EnumerateFiles(home.File("cache"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) >> 20} MiB kept"));
        var proposed = found.References.Where(relation => !relation.Declared).Select(relation => (Line: $"{Table(relation.FromAsset)}.{relation.FromColumn} {Table(relation.ToAsset)}", relation.Confidence)).ToList();
        foreach (var least in (ReadOnlySpan<double>)[0.1, 0.5, 0.9])
        {
            var said = proposed.Where(one => one.Confidence >= least).Select(one => one.Line).ToHashSet(StringComparer.Ordinal);
            Console.WriteLine(FormattableString.Invariant($"    from confidence {least}: of {undeclared.Count} references that are not declared {undeclared.Count(said.Contains)} proposed, beside {said.Count(line => !undeclared.Contains(line))} that are none"));
        }

        foreach (var (line, confidence) in proposed.Where(one => one.Confidence >= 0.9 && !undeclared.Contains(one.Line)).Take(5))
            Console.WriteLine(FormattableString.Invariant($"    wrong at {confidence:0.00}: {line}"));
        Console.WriteLine(FormattableString.Invariant($"    {found.References.Count(relation => relation.Declared)} declared references, {found.Structures.Sum(structure => structure.Keys.Count)} keys of two columns, {found.Structures.Sum(structure => structure.Dependencies.Count)} dependencies, {found.Copies.Count} copies, {found.Joins.Count} joins"));
    }

    private static string Table(string key) => key[(key.LastIndexOf('/') + 1)..];
}
