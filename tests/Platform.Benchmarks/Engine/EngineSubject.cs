using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Benchmarks.Queue;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Benchmarks.Engine;

/// <summary>The engine's targets, each with its physical limit or a peer beside it in the same run.</summary>
internal sealed class EngineSubject : ISubject
{
    public string Name => "engine";

    public string Help => "[one-off tasks] [quartz jobs] [only]: what the engine promises about speed: one-off tasks over two nodes, chain, processor work, latency, mapped tasks, fair share, statements";

    public async Task RunAsync(string[] args)
    {
        var tasks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var jobs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000;
        var only = args.Length > 2 ? args[2] : null;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            var settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements", ["pg_stat_statements.track_planning"] = "on" };
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home, Settings = settings }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            await using var bench = new EngineBench(database, server.ConnectionString);
            await using (var connection = await database.OpenAsync(CancellationToken.None))
            {
                await connection.ExecuteAsync("create extension if not exists pg_stat_statements");
                Console.WriteLine($"PostgreSQL {connection.PostgreSqlVersion}, fsync {await connection.ExecuteScalarAsync<string>("show fsync")}, synchronous_commit {await connection.ExecuteScalarAsync<string>("show synchronous_commit")}");
            }
            Console.WriteLine($"one fdatasync of 8 KiB in the database's folder: {DiskSync.Median(home):0.00} ms (median of 200)");
            (string Name, Func<Task> Measure)[] parts =
            [
                ("chain", () => bench.ChainAsync(40, 7)),
                ("latency", () => bench.LatencyAsync(300)),
                ("mapped", () => bench.MappedAsync(tasks)),
                ("fair", () => bench.FairAsync(tasks)),
                ("cpu", bench.ProcessorWorkAsync),
                ("oneoff", async () =>
                {
                    var rate = await bench.OneOffAsync(tasks, 2, 8);
                    var quartz = await QuartzPeer.MeasureAsync(server.ConnectionString, jobs, 8);
                    Console.WriteLine($"one-off: {rate / quartz:0.0} times Quartz.NET");
                }),
            ];
            foreach (var (name, measure) in parts)
            {
                if (only is not null && only != name)
                    continue;
                await bench.ForgetStatementsAsync();
                await measure();
                if (only is not null)
                    await bench.PrintStatementsAsync();
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}

/// <summary>The measurements.</summary>
internal sealed class EngineBench(Database database, string connectionString) : IAsyncDisposable
{
    private readonly Notifications _notifications = new(database.DataSource, TimeProvider.System);
    private readonly WorkflowDefinitions _definitions = new(database);
    private const int Warm = 8_000;
    private const int ChainWarm = 5;

    private RunCommands Commands => new(database, _definitions);

    public ValueTask DisposeAsync() => _notifications.DisposeAsync();

    public Task ForgetStatementsAsync() => ScalarAsync("select pg_stat_statements_reset()::text");

    /// <summary>Where the server's time went.</summary>
    public async Task PrintStatementsAsync()
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        foreach (var (calls, plan, execution, query) in await connection.QueryAsync<(long, double, double, string)>("""
            select calls, total_plan_time, total_exec_time, left(regexp_replace(query, '\s+', ' ', 'g'), 110)
            from pg_stat_statements order by total_plan_time + total_exec_time desc limit 14
            """))
            Console.WriteLine($"  {calls,7:n0} calls  {plan / calls,7:0.000} ms plan  {execution / calls,7:0.000} ms run  {query}");
    }

    /// <summary>One-off tasks a second: each a run with its task, attempt, log line and events; from the start of the nodes' first exchange to the last end.</summary>
    public async Task<double> OneOffAsync(int count, int nodes, int concurrency)
    {
        await ApplyAsync("one-off", "  - { id: a, activity: bench.line }");
        var processes = Enumerable.Range(0, nodes).Select(_ => BenchNode.Start(connectionString, concurrency)).ToList();
        try
        {
            // Warm: the nodes' code is compiled in the background while they run their first thousands of tasks; that is a node's first seconds, not its speed.
            await TriggerManyAsync("one-off", Warm);
            await AllEndedAsync("one-off");
            await ScalarAsync("select pg_stat_statements_reset()::text");
            var clock = Stopwatch.StartNew();
            await TriggerManyAsync("one-off", count);
            var enqueued = clock.Elapsed;
            await AllEndedAsync("one-off");
            var elapsed = clock.Elapsed;
            await using var connection = await database.OpenAsync(CancellationToken.None);
            // Transaction control and notifications are statements too.
            var calls = await connection.ExecuteScalarAsync<long>("select sum(calls)::bigint from pg_stat_statements");
            var (attempts, lines, events) = await connection.QuerySingleAsync<(long, long, long)>(
                "select (select count(*) from attempt a join run r on r.id = a.run_id where r.workflow = 'one-off' and a.state = 'success'), (select count(*) from log_line l join run r on r.id = l.run_id where r.workflow = 'one-off'), (select count(*) from outbox where payload->>'workflow' = 'one-off')");
            Console.WriteLine($"one-off: {count / elapsed.TotalSeconds:n0} tasks/s from the first request to the last end ({count:n0} runs asked for in {enqueued.TotalSeconds:0.00} s while {nodes} nodes x {concurrency} worked, ended after {elapsed.TotalSeconds:0.00} s; {attempts:n0} attempts, {lines:n0} log lines, {events:n0} events in all)");
            Console.WriteLine($"one-off: {(double)calls / count:0.00} SQL statements a task, with begin, commit, notifications and the requests");
            return count / elapsed.TotalSeconds;
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    /// <summary>A chain of tasks of 10 ms, from the request to the end of the run.</summary>
    public async Task ChainAsync(int length, int times)
    {
        await ApplyAsync("chain", string.Join('\n', Enumerable.Range(0, length).Select(i => $"  - {{ id: t{i}, activity: bench.ten{(i == 0 ? "" : $", after: [t{i - 1}]")} }}")));
        await WithNodeAsync(4, async () =>
        {
            // The timer's own lateness is no fault of an engine: the same waits one after the other without one.
            var bare = Stopwatch.StartNew();
            for (var i = 0; i < length; i++)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            var waits = bare.Elapsed.TotalSeconds;
            var took = new List<double>();
            for (var i = 0; i < times + ChainWarm; i++)
            {
                var clock = Stopwatch.StartNew();
                await Commands.TriggerAsync(new TriggerRequest { Workflow = "chain", By = "bench" }, CancellationToken.None);
                await EndedAsync("chain");
                took.Add(clock.Elapsed.TotalSeconds);
            }
            var measured = took.Skip(ChainWarm).Order().ToList();
            Console.WriteLine($"chain: {measured[times / 2]:0.000} s for {length} tasks of 10 ms from request to end (median of {times}; best {measured[0]:0.000}, worst {measured[^1]:0.000}); the waits alone take {waits:0.000} s");
        });
    }

    /// <summary>Idle: from the return of the request, whose commit is behind it, to the first line of the activity.</summary>
    public async Task LatencyAsync(int times)
    {
        await ApplyAsync("latency", "  - { id: a, activity: bench.mark }");
        await WithNodeAsync(4, async () =>
        {
            var requested = new List<double>();
            var committed = new List<double>();
            for (var i = 0; i < times + 20; i++)
            {
                var began = Stopwatch.GetTimestamp();
                var run = await Commands.TriggerAsync(new TriggerRequest { Workflow = "latency", By = "bench" }, CancellationToken.None);
                var returned = Stopwatch.GetTimestamp();
                await EndedAsync("latency");
                var started = Mark.Began[run.RunId];
                if (i < 20)
                    continue;
                requested.Add(Stopwatch.GetElapsedTime(began, started).TotalMilliseconds);
                committed.Add(Stopwatch.GetElapsedTime(returned, started).TotalMilliseconds);
            }
            Console.WriteLine($"latency: ready to started p50 {Percentile(committed, 0.5):0.00} ms, p99 {Percentile(committed, 0.99):0.00} ms; request to started p50 {Percentile(requested, 0.5):0.00} ms, p99 {Percentile(requested, 0.99):0.00} ms ({times} runs, one at a time)");
        });
    }

    /// <summary>A mapped task of no-ops.</summary>
    public async Task MappedAsync(int count)
    {
        await ApplyAsync("mapped", """
              - { id: list, activity: bench.list, with: { count: "{{ params.count }}" } }
              - { id: a, activity: bench.line, after: [list], map: { over: "{{ tasks.list.outputs.items }}", as: item } }
            """, "params:\n  count: { type: integer, default: 200 }\n");
        await WithNodeAsync(8, async () =>
        {
            for (var round = 0; round < 4; round++)
            {
                var clock = Stopwatch.StartNew();
                await Commands.TriggerAsync(new TriggerRequest { Workflow = "mapped", By = "bench", Params = new Dictionary<string, JsonNode?> { ["count"] = round == 0 ? 200 : count } }, CancellationToken.None);
                await EndedAsync("mapped");
                if (round > 0)
                    Console.WriteLine($"mapped: {clock.Elapsed.TotalSeconds:0.00} s for {count:n0} no-ops from request to end, one node x 8");
            }
        });
    }

    /// <summary>How long a small workflow's task waits while another has many ready ones.</summary>
    public async Task FairAsync(int backlog)
    {
        await ApplyAsync("backlog", "  - { id: a, activity: bench.ten }");
        await ApplyAsync("small", "  - { id: a, activity: bench.mark }");
        await TriggerManyAsync("backlog", backlog);
        await WithNodeAsync(8, async () =>
        {
            var delays = new List<double>();
            for (var i = 0; i < 20; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
                var began = Stopwatch.GetTimestamp();
                var run = await Commands.TriggerAsync(new TriggerRequest { Workflow = "small", By = "bench" }, CancellationToken.None);
                await EndedAsync("small");
                delays.Add(Stopwatch.GetElapsedTime(began, Mark.Began[run.RunId]).TotalMilliseconds);
            }
            var left = await ScalarAsync<long>("select count(*) from run where workflow = 'backlog' and state in ('queued', 'running')");
            Console.WriteLine($"fair: a small workflow starts {Percentile(delays, 0.5):0} ms (worst {delays.Max():0} ms) after its request while another had {backlog:n0} ready tasks ({left:n0} left at the end)");
        });
        await ExecuteAsync("delete from task_queue where workflow = 'backlog'; update run set state = 'canceled', stop_state = 'canceled', cancel_requested_at = now(), started_at = coalesce(started_at, now()), ended_at = now() where workflow = 'backlog' and state in ('queued', 'running')");
    }

    /// <summary>Ten tasks of one second of processor work on all cores, beside the same work without an engine.</summary>
    public async Task ProcessorWorkAsync()
    {
        OneSecondOfWork.Calibrate();
        await ApplyAsync("work", string.Join('\n', Enumerable.Range(0, 10).Select(i => $"  - {{ id: t{i}, activity: bench.spin }}")));
        var bare = new List<double>();
        var engine = new List<double>();
        await WithNodeAsync(Environment.ProcessorCount, async () =>
        {
            for (var round = 0; round < 4; round++)
            {
                var clock = Stopwatch.StartNew();
                Parallel.For(0, 10, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, _ => OneSecondOfWork.Compute(OneSecondOfWork.Steps));
                bare.Add(clock.Elapsed.TotalSeconds);
                clock.Restart();
                await Commands.TriggerAsync(new TriggerRequest { Workflow = "work", By = "bench" }, CancellationToken.None);
                // Looking often would be work beside the work that is measured.
                await EndedAsync("work", 250);
                engine.Add(clock.Elapsed.TotalSeconds);
            }
        });
        Console.WriteLine($"work: {engine.Min():0.00} s for 10 x 1 s of work on {Environment.ProcessorCount} cores; {bare.Min():0.00} s without an engine: {(engine.Min() / bare.Min() - 1) * 100:0.0} % over");
    }

    private async Task WithNodeAsync(int concurrency, Func<Task> measure)
    {
        using var stop = new CancellationTokenSource();
        var node = BenchNode.Create(database, _notifications, new NodeOptions { Concurrency = concurrency, Plans = false, StopGrace = TimeSpan.FromSeconds(1) }).RunAsync(stop.Token);
        try
        {
            await measure();
        }
        finally
        {
            await stop.CancelAsync();
            await node;
        }
    }

    private async Task TriggerManyAsync(string workflow, int count)
    {
        foreach (var requests in Enumerable.Range(0, count).Select(_ => new TriggerRequest { Workflow = workflow, By = "bench" }).Chunk(1000))
            await Commands.TriggerManyAsync(requests, CancellationToken.None);
    }

    private async Task ApplyAsync(string name, string tasks, string head = "")
    {
        var applied = await new WorkflowStore(database, BenchNode.Activities).ApplyAsync(
            $"name: {name}\n{head}limits: {{ active_runs: 10000, active_tasks: 1000 }}\ntasks:\n{tasks}\n", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "bench" }, CancellationToken.None);
        if (applied.Outcome == ApplyOutcome.Invalid)
            throw new InvalidOperationException(applied.Problems[0].Message);
    }

    /// <summary>Waits for many runs without taking part in the load: a look each 50 ms.</summary>
    private async Task AllEndedAsync(string workflow)
    {
        while (await ScalarAsync<bool>($"select exists (select from run where workflow = '{workflow}' and state = 'running') or exists (select from run where workflow = '{workflow}' and state = 'queued')"))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
    }

    /// <summary>Waits for the end of a run, of which it is told; and looks by itself after the fallback.</summary>
    private async Task EndedAsync(string workflow, int fallbackMilliseconds = 20)
    {
        using var changed = new SemaphoreSlim(0);
        using var subscription = _notifications.Subscribe("engine_changed", _ => changed.Release());
        while (await ScalarAsync<bool>($"select exists (select from run where workflow = '{workflow}' and state in ('queued', 'running'))"))
            _ = await changed.WaitAsync(fallbackMilliseconds);
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private Task<string> ScalarAsync(string sql) => ScalarAsync<string>(sql);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql);
    }

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)Math.Min(values.Count - 1, values.Count * share));
}
