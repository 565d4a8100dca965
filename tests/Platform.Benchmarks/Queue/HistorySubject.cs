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
    private const int TasksInRun = 10;

    public string Name => "history";

    public string Help => "[million task instances = 10] [tasks = 5000] [concurrency = 64]: tasks a second and a chain's hop with an empty history and a full one; pages, audit and status over it";

    public async Task RunAsync(string[] args)
    {
        var millions = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var tasks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5_000;
        var concurrency = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 64;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            await using var engine = new BenchEngine(database);
            await engine.WarmUpAsync();
            var empty = await engine.OneOffAsync(tasks, concurrency);
            await engine.ChainAsync(40, 5);
            await FillAsync(database, (long)(millions * 1_000_000 / TasksInRun));
            var full = await engine.OneOffAsync(tasks, concurrency, "one-off-full");
            await engine.ChainAsync(40, 5, "chain-full");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio: {full / empty:0.00} of the rate with an empty history"));
            await PagesAsync(database);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Finished runs of ten tasks, each with one attempt, spread over the last year, written by the server itself; then what a running server's autovacuum would have done by then.</summary>
    private static async Task FillAsync(Database database, long runs)
    {
        var clock = Stopwatch.StartNew();
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("""
            insert into workflow (name, title) values ('history', 'History');
            insert into workflow_version (workflow, version, yaml, sha, origin, created_by) values ('history', 1, 'name: history', 'x', 'run', 'bench');
            -- What is written here refers to what is written beside it; checking each of the rows would only take time.
            set synchronous_commit = off;
            set session_replication_role = replica
            """);
        const long Batch = 50_000;
        for (long done = 0; done < runs; done += Batch)
            await connection.ExecuteAsync(new CommandDefinition("""
                with runs as (
                    insert into run (workflow, version, kind, state, queued_at, started_at, ended_at, created_by, task_counts)
                    select 'history', 1, 'manual', 'success', t, t, t + interval '1 minute', 'bench', '{"success": 10}'
                    from (select now() - interval '1 year' + interval '1 year' * (@done + n)::float8 / @runs as t from generate_series(1, least(@Batch, @runs - @done)) n) s
                    returning id, queued_at
                ), instances as (
                    insert into task_instance (run_id, task_id, activity, state, attempts, queued_at, started_at, ended_at, outputs)
                    select id, 'task_' || k, 'bench.noop', 'success', 1, queued_at, queued_at, queued_at + interval '1 second', '{}' from runs, generate_series(1, 10) k
                    returning run_id, task_id, started_at, ended_at
                )
                insert into attempt (run_id, task_id, map_index, generation, number, node, state, started_at, ended_at)
                select run_id, task_id, -1, 1, 1, 'bench', 'success', started_at, ended_at from instances
                """, new { done, runs, Batch }, commandTimeout: 600));
        await connection.ExecuteAsync(new CommandDefinition("reset synchronous_commit; reset session_replication_role", commandTimeout: 0));
        foreach (var table in new[] { "run", "task_instance", "attempt" })
            await connection.ExecuteAsync(new CommandDefinition($"vacuum (analyze) {table}", commandTimeout: 0));
        var (instances, bytes) = await connection.QuerySingleAsync<(long, long)>("select (select count(*) from task_instance), pg_database_size(current_database())");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"history: {instances:n0} finished task instances in {runs:n0} runs, {bytes / 1073741824.0:0.0} GiB, made in {clock.Elapsed.TotalSeconds:0} s"));
    }

    private static async Task PagesAsync(Database database)
    {
        var definitions = new WorkflowDefinitions(database);
        var runs = new RunQueries(database, definitions);
        await TimeAsync("runs page (50 newest)", async () => _ = await runs.ListAsync(new RunFilter { Limit = 50 }, CancellationToken.None));
        await TimeAsync("runs page of one workflow", async () => _ = await runs.ListAsync(new RunFilter { Workflow = "history", Limit = 50 }, CancellationToken.None));
        var middle = await ScalarAsync(database, "select id from run where workflow = 'history' order by id offset 1000 limit 1");
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
