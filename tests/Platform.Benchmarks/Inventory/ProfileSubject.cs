using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Benchmarks.Inventory;

/// <summary>
/// A full profile of a Parquet file beside DuckDB's SUMMARIZE of it, each in a process of its own with two threads: in a fresh one each time, and again
/// and again in one that runs on, as a server does; time, peak memory, and errors against the truth.
/// </summary>
internal sealed class ProfileSubject : ISubject
{
    private const string Child = "child";
    private const int Threads = 2;

    private static readonly string[] Quarters = ["p25", "p50", "p75"];

    public string Name => "profile";

    public string Help => "[rows] [times] [warm] [noerrors]: full profile of a Parquet file of 10 million rows and 8 columns in fresh processes, or (warm) so often in one that runs on, beside DuckDB's SUMMARIZE of it; peak memory; errors against the truth";

    public async Task RunAsync(string[] args)
    {
        if (args is [Child, var side, var path, var answer, var runs])
        {
            var each = int.Parse(runs, CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(answer, JsonSerializer.Serialize(Enumerable.Range(0, each).Select(_ => side == "ours" ? Ours(path) : Peer(path)).ToList()));
            return;
        }

        var rows = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 10_000_000;
        var times = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        var folder = Directory.CreateTempSubdirectory("platform-profile-").FullName;
        try
        {
            var file = Path.Combine(folder, "data.parquet");
            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = Threads });
            using var connection = database.Connect();
            connection.Execute(Generate(rows, file));
            Console.WriteLine($"{rows:N0} rows, {new FileInfo(file).Length / 1e6:N0} MB");
            var warm = args.Contains("warm");
            var ours = new List<Answer>();
            var peer = new List<Answer>();
            for (var i = 0; i < (warm ? 1 : times); i++)
            {
                ours.AddRange(await RunChildAsync("ours", file, warm ? times : 1));
                peer.AddRange(await RunChildAsync("peer", file, warm ? times : 1));
            }

            for (var i = 0; i < times; i++)
                Console.WriteLine($"profile {ours[i].Seconds:0.00} s ({ours[i].Processor:0.00} s of processor), peak {ours[i].PeakBytes / 1e6:N0} MB; SUMMARIZE {peer[i].Seconds:0.00} s ({peer[i].Processor:0.00} s), peak {peer[i].PeakBytes / 1e6:N0} MB");
            if (warm)
                Compare("first in its process", ours[..1], peer[..1]);
            if (!warm || times > 1)
                Compare(warm ? "median of the later ones" : "median of fresh processes", warm ? ours[1..] : ours, warm ? peer[1..] : peer);
            if (!args.Contains("noerrors"))
                Errors(connection, file, ours[^1].Columns, peer[^1].Columns);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string which, List<Answer> ours, List<Answer> peer)
    {
        double mine = Median(ours.Select(answer => answer.Seconds)), theirs = Median(peer.Select(answer => answer.Seconds));
        Console.WriteLine($"{which}: {mine:0.00} s against {theirs:0.00} s: {mine / theirs:0.00} of SUMMARIZE, {Median(ours.Select(answer => answer.Processor)) / Median(peer.Select(answer => answer.Processor)):0.00} of its processor time; peak {ours.Max(answer => answer.PeakBytes) / 1e6:N0} MB");
    }

    private sealed record Answer(double Seconds, double Processor, long PeakBytes, Dictionary<string, Figures> Columns);

    /// <summary>What both sides estimate of a column.</summary>
    private sealed record Figures(long Distinct, string?[] Quarters, double Error);

    private static Answer Ours(string path)
    {
        var home = Directory.CreateTempSubdirectory("platform-profile-home-").FullName;
        try
        {
            using var store = new TableStore(new TableStoreOptions { Root = Path.Combine(home, "tables"), Threads = 1 });
            var cache = new InventoryCache(Path.Combine(home, "cache"));
            var found = new InventoryScanner(store, cache, TimeProvider.System).Scan([path], [], [], default);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var profile = new AssetProfiler(store, cache).Profile([.. found[0].Assets], null, default)[0];
            var seconds = clock.Elapsed.TotalSeconds;
            return new Answer(seconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, Peak(), profile.Columns.ToDictionary(
                column => column.Name,
                column => new Figures(column.Distinct, [.. Quarters.Select(name => column.Quantiles.GetValueOrDefault(name))], column.QuantileError)));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Answer Peer(string path)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = Threads });
        using var connection = database.Connect();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var result = connection.Query($"select column_name, approx_unique, q25, q50, q75 from (summarize from {SqlText.Literal(path)})");
        var seconds = clock.Elapsed.TotalSeconds;
        return new Answer(seconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, Peak(), result.Rows.ToDictionary(
            row => (string)row[0]!,
            row => new Figures(Convert.ToInt64(row[1], CultureInfo.InvariantCulture), [row[2]?.ToString(), row[3]?.ToString(), row[4]?.ToString()], 0)));
    }

    private static async Task<List<Answer>> RunChildAsync(string side, string file, int runs)
    {
        var answer = Path.ChangeExtension(file, ".json");
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["profile", Child, side, file, answer, runs.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        var text = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? JsonSerializer.Deserialize<List<Answer>>(await File.ReadAllTextAsync(answer))! : throw new InvalidOperationException(text);
    }

    private static void Errors(DuckDbConnection connection, string file, Dictionary<string, Figures> ours, Dictionary<string, Figures> peer)
    {
        Console.WriteLine("column     distinct      error of ours    of SUMMARIZE   largest rank error of the quartiles, ours (stated)   of SUMMARIZE");
        foreach (var (name, figures) in ours)
        {
            var exact = Convert.ToInt64(connection.Query($"select count(distinct {name}) from {SqlText.Literal(file)}").Rows[0][0], CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-9} {exact,10:N0} {(figures.Distinct / (double)exact) - 1,16:P2} {(peer[name].Distinct / (double)exact) - 1,15:P2}   {Rank(connection, file, name, figures.Quarters),24} ({figures.Error:P3}) {Rank(connection, file, name, peer[name].Quarters),36}"));
        }
    }

    private static string Rank(DuckDbConnection connection, string file, string column, string?[] quarters)
    {
        if (quarters[0] is null)
            return "-";
        var type = column == "ts" ? "timestamp" : "double";
        var worst = 0.0;
        for (var i = 0; i < quarters.Length; i++)
        {
            var row = connection.Query($"select avg(({column} < '{quarters[i]}'::{type})::int), avg(({column} <= '{quarters[i]}'::{type})::int) from {SqlText.Literal(file)} where {column} is not null").Rows[0];
            double below = Convert.ToDouble(row[0], CultureInfo.InvariantCulture), upTo = Convert.ToDouble(row[1], CultureInfo.InvariantCulture), wanted = 0.25 * (i + 1);
            worst = Math.Max(worst, wanted < below ? below - wanted : wanted > upTo ? wanted - upTo : 0);
        }

        return worst.ToString("P3", CultureInfo.InvariantCulture);
    }

    // Numbers from hashes of the row: the same file on every machine.
    private static string Generate(long rows, string file) => string.Create(CultureInfo.InvariantCulture, $"""
        copy (
            with u as (
                select i, (hash(i) % 1000003) / 1000003.0 + 1e-7 as a, (hash(i + 7919) % 1000033) / 1000033.0 as b, hash(i + 104729) as h
                from range({rows}) t(i))
            select
                i as id,
                case when h % 20 = 0 then null else (h % 97 % 41)::integer end as lowint,
                sqrt(-2 * ln(a)) * cos(2 * pi() * b) * 15 + 100 as gauss,
                case when h % 33 = 0 then null else exp(sqrt(-2 * ln(a)) * sin(2 * pi() * b) * 1.5) * 20 end as skewed,
                timestamp '2020-01-01' + to_microseconds((h % 126144000000000)::bigint) as ts,
                ['red', 'dark green', 'blue', 'white', 'black', 'yellow', 'light blue', 'orange', 'purple', 'grey', 'brown', 'pink'][1 + sqrt(h % 144)::bigint % 12] as color,
                'user' || (h % 6000000) || '@' || ['example.com', 'mail.example.org', 'shop.example.cn'][1 + (h % 3)::bigint] as email,
                case when h % 10 = 3 then null else upper(substr(md5(i::varchar), 1, 12)) end as code
            from u
        ) to {SqlText.Literal(file)} (format parquet)
        """);

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static long Peak() => long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
}
