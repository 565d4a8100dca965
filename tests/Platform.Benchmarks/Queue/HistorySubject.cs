using System.Diagnostics;
using System.Globalization;
using Dapper;
using Platform.Engine;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Benchmarks.Queue;

/// <summary>What a long history costs: the queue with an empty history, and with millions of finished task instances in it, in the same database.</summary>
internal sealed class HistorySubject : ISubject
{
    private const int Rounds = 3;

    public string Name => "history";

    public string Help => "[million task instances = 10] [tasks = 5000] [concurrency = 64] [home to keep]: tasks a second and a chain's hop with an empty history and a full one; pages, audit and status over it";

    public async Task RunAsync(string[] args)
    {
        var millions = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var tasks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5_000;
        var concurrency = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 64;
        var kept = args.Length > 3 ? Path.GetFullPath(args[3]) : null;
        var home = kept ?? Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            await using var engine = new BenchEngine(database);
            await engine.WarmUpAsync();
            var empty = await MeasureAsync(engine, "empty", tasks, concurrency);
            await new LongHistory(database, engine).FillAsync((long)(millions * 1_000_000));
            var full = await MeasureAsync(engine, "full", tasks, concurrency);
            // A workflow that has a hundredth of the history itself.
            var own = await engine.OneOffAsync(tasks, concurrency, "history-1");
            Console.WriteLine($"{"",-34} {"empty history",15} {"full history",15}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"runs triggered a second",-34} {empty.Rate.Triggered,15:n0} {full.Rate.Triggered,15:n0}   {full.Rate.Triggered / empty.Rate.Triggered:0.00} times; of a workflow with a hundredth of it {own.Triggered:n0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{$"tasks a second (median of {Rounds})",-34} {empty.Rate.Tasks,15:n0} {full.Rate.Tasks,15:n0}   {full.Rate.Tasks / empty.Rate.Tasks:0.00} times; of a workflow with a hundredth of it {own.Tasks:n0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"chain of 40, a hop (median of 5)",-34} {empty.Hop,12:0.0} ms {full.Hop,12:0.0} ms   {full.Hop / empty.Hop:0.00} times"));
            await PagesAsync(database);
        }
        finally
        {
            if (kept is null)
                Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<(BenchRate Rate, double Hop)> MeasureAsync(BenchEngine engine, string history, int tasks, int concurrency)
    {
        var rates = new List<BenchRate>();
        for (var round = 1; round <= Rounds; round++)
            rates.Add(await engine.OneOffAsync(tasks, concurrency, string.Create(CultureInfo.InvariantCulture, $"one-off-{history}-{round}")));
        var middle = new BenchRate(rates.Select(r => r.Triggered).Order().ElementAt(Rounds / 2), rates.Select(r => r.Tasks).Order().ElementAt(Rounds / 2));
        return (middle, await engine.ChainAsync(40, 5, $"chain-{history}"));
    }

    private static async Task PagesAsync(Database database)
    {
        var definitions = new WorkflowDefinitions(database);
        var runs = new RunQueries(database, definitions);
        await TimeAsync("runs page (50 newest)", async () => _ = await runs.ListAsync(new RunFilter { Limit = 50 }, CancellationToken.None));
        await TimeAsync("runs page of one workflow", async () => _ = await runs.ListAsync(new RunFilter { Workflow = "history-1", Limit = 50 }, CancellationToken.None));
        var middle = await ScalarAsync(database, "select id from run where workflow = 'history-1' order by id offset 1000 limit 1");
        await TimeAsync("run page (10 tasks)", async () => _ = await runs.GetAsync(middle, CancellationToken.None));
        await TimeAsync("status", async () => _ = await new Platform.Engine.Maintenance.DatabaseWatch(database, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).ReadAsync(CancellationToken.None));
        foreach (var days in new[] { 2, 30 })
        {
            var report = await new EngineAudit(database, definitions).RunAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(days), null, CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"audit of {days} days: {report.Took.TotalSeconds:0.00} s ({report.Runs:n0} runs, {report.Tasks:n0} instances)"));
        }
    }

    private static async Task TimeAsync(string what, Func<Task> doAsync)
    {
        await doAsync();
        var times = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var clock = Stopwatch.StartNew();
            await doAsync();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {times.Order().ElementAt(4):0.0} ms (median of 9)"));
    }

    private static async Task<long> ScalarAsync(Database database, string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }
}
