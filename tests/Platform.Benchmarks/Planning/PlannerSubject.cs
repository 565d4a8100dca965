using System.Diagnostics;
using System.Globalization;
using Dapper;
using Platform.Benchmarks.Queue;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Benchmarks.Planning;

/// <summary>Workflows that are all due in the same minute: when the last of them has its run. The disk's commit stands beside it, since one commit a workflow is the least that planning them one by one could take.</summary>
internal sealed class PlannerSubject : ISubject
{
    public string Name => "planner";

    public string Help => "[workflows] [nodes]: scheduled workflows due in the same minute (1000, 1 node that only plans), from due to the last one planned and started, cold and warm; then as many that follow one table, from its only write to the last one planned, without and with partitions";

    public async Task RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var nodes = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            await ApplyAsync(database, count);
            await CommitAsync(database, count);
            // Cold: a node that has read none of the definitions. Warm: the same node a minute later.
            await using var notifications = new Notifications(database.DataSource, TimeProvider.System);
            using var stop = new CancellationTokenSource();
            await DueAsync(database);
            var clock = Stopwatch.StartNew();
            var running = Enumerable.Range(0, nodes).Select(_ => new EngineHost(
                new EngineServices { Database = database, Notifications = notifications, Activities = ActivityCatalog.Empty.WithTypes(typeof(NoOperation)), Services = new Nobody(), Secrets = new Nobody() },
                new NodeOptions { Works = false, Maintains = false }).RunAsync(stop.Token)).ToList();
            await PlannedAsync(database, count);
            Print("cold", count, clock.Elapsed, await StartedAsync(database, 1));
            for (var round = 2; round <= 4; round++)
            {
                clock.Restart();
                await DueAsync(database);
                await PlannedAsync(database, count * round);
                Print("warm", count, clock.Elapsed, await StartedAsync(database, round));
            }
            await FollowAsync(database, count);
            await stop.CancelAsync();
            await Task.WhenAll(running);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task ApplyAsync(Database database, int count)
    {
        var store = new WorkflowStore(database, ActivityCatalog.Empty.WithTypes(typeof(NoOperation)));
        for (var i = 0; i < count; i++)
        {
            var tasks = string.Join('\n', Enumerable.Range(0, 5).Select(t => $"  - {{ id: t{t}, activity: bench.noop{(t == 0 ? "" : $", after: [t{t - 1}]")} }}"));
            var applied = await store.ApplyAsync($"name: w{i}\nschedule: {{ cron: '0 2 * * *', timezone: Europe/Berlin, start: 2020-01-01 }}\nlimits: {{ active_runs: 100 }}\ntasks:\n{tasks}\n",
                new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "bench" }, CancellationToken.None);
            if (applied.Outcome != ApplyOutcome.Applied)
                throw new InvalidOperationException(applied.Problems[0].Message);
        }
    }

    /// <summary>One write of one table that every workflow follows. Nobody is notified: the poll finds it.</summary>
    private static async Task FollowAsync(Database database, int count)
    {
        var store = new WorkflowStore(database, ActivityCatalog.Empty.WithTypes(typeof(NoOperation)));
        foreach (var (prefix, schedule) in new[] { ("a", "{ assets: [raw.t] }"), ("p", "{ assets: [raw.p], partitions: '@daily' }") })
        {
            for (var i = 0; i < count; i++)
            {
                var applied = await store.ApplyAsync($"name: {prefix}{i}\nschedule: {schedule}\nlimits: {{ active_runs: 100 }}\ntasks:\n  - {{ id: t, activity: bench.noop }}\n", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "bench" }, CancellationToken.None);
                if (applied.Outcome != ApplyOutcome.Applied)
                    throw new InvalidOperationException(applied.Problems[0].Message);
            }
            await using var connection = await database.OpenAsync(CancellationToken.None);
            for (var round = 1; round <= 3; round++)
            {
                var clock = Stopwatch.StartNew();
                // What the end of the producing attempt writes.
                await connection.ExecuteAsync("""
                    with w as (
                        insert into asset_write (asset, interval_start, interval_end, version, run_id, task_id)
                        values ('raw.' || case @prefix when 'p' then 'p' else 't' end, date_trunc('day', now(), 'UTC') - interval '1 day' * @round, date_trunc('day', now(), 'UTC') - interval '1 day' * (@round - 1), @round, 1, 'write')
                        returning *
                    )
                    insert into asset_update (workflow, asset, version, run_id, task_id, interval_start, interval_end, partitioned, written_start, written_end)
                    select s.workflow, w.asset, w.version, 1, 'write', w.interval_start, w.interval_end, s.partitions is not null, w.interval_start, w.interval_end
                    from w join asset_subscription s on s.asset = w.asset
                    """, new { prefix, round });
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                while (await connection.ExecuteScalarAsync<long>("select count(*) from run where kind = 'asset' and workflow like @like", new { like = prefix + "%" }) < count * round)
                    _ = await timer.WaitForNextTickAsync();
                Console.WriteLine($"{(prefix == "a" ? "one table" : "a partition of one table")}: {count:n0} workflows follow it, the last one planned {clock.Elapsed.TotalSeconds:0.00} s after its write");
            }
        }
    }

    /// <summary>Makes every workflow due for an interval that it has not had.</summary>
    private static async Task DueAsync(Database database)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("delete from run_interval; update workflow set planned_until = null, next_due = now()");
    }

    private static async Task PlannedAsync(Database database, int runs)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        while (await connection.ExecuteScalarAsync<long>("select count(*) from run") < runs)
            _ = await timer.WaitForNextTickAsync();
    }

    private static async Task<long> StartedAsync(Database database, int round)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("select count(*) / @round from run where state = 'running'", new { round });
    }

    private static async Task CommitAsync(Database database, int count)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("create table commit_probe (n int)");
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 200; i++)
            await connection.ExecuteAsync("insert into commit_probe values (@i)", new { i });
        var each = clock.Elapsed.TotalMilliseconds / 200;
        Console.WriteLine($"disk: {each:0.00} ms a commit (fsync on), so {each * count / 1000:0.00} s for {count:n0} of them one after the other");
    }

    private static void Print(string what, int count, TimeSpan elapsed, long started) =>
        Console.WriteLine($"{what}: {count:n0} workflows due at once, the last one planned after {elapsed.TotalSeconds:0.00} s ({started:n0} of their runs started)");

    private sealed class Nobody : IServiceProvider, ISecrets
    {
        public object? GetService(Type serviceType) => null;

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}
