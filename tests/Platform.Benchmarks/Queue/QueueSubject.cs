using System.Diagnostics;
using System.Globalization;
using Dapper;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Benchmarks.Queue;

/// <summary>No-op tasks a second through the queue in one process, beside Quartz.NET clustered on the same server; and the hop from task to task of a chain.</summary>
internal sealed class QueueSubject : ISubject
{
    public string Name => "queue";

    public string Help => "[tasks] [concurrency] [quartz jobs]: durable one-off no-op tasks a second, beside Quartz.NET clustered on the same server (fsync on); a chain of 40";

    public async Task RunAsync(string[] args)
    {
        var tasks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var concurrency = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 64;
        var jobs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2_000;
        var home = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        try
        {
            await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = home }, CancellationToken.None);
            await using var database = await Database.OpenAsync(new DatabaseOptions { Home = home, ConnectionString = server.ConnectionString }, CancellationToken.None);
            await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
            await using (var connection = await database.OpenAsync(CancellationToken.None))
                Console.WriteLine($"PostgreSQL {connection.PostgreSqlVersion}, fsync {await connection.ExecuteScalarAsync<string>("show fsync")}, synchronous_commit {await connection.ExecuteScalarAsync<string>("show synchronous_commit")}");
            await using var engine = new BenchEngine(database);
            await engine.WarmUpAsync();
            var rate = await engine.OneOffAsync(tasks, concurrency);
            await engine.ChainAsync(40, 5);
            var quartz = await QuartzPeer.MeasureAsync(server.ConnectionString, jobs, concurrency);
            Console.WriteLine($"ratio: {rate.Tasks / quartz:0.0} times Quartz.NET");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}

/// <summary>An engine with one activity that does nothing.</summary>
internal sealed class BenchEngine(Database database) : IAsyncDisposable
{
    private readonly Notifications _notifications = new(database.DataSource, TimeProvider.System);
    private readonly ActivityCatalog _activities = ActivityCatalog.Empty.WithTypes(typeof(NoOperation));
    private readonly WorkflowDefinitions _definitions = new(database);

    public async Task WarmUpAsync()
    {
        await ApplyAsync("warm-up", "  - { id: a, activity: bench.noop }");
        await RunAllAsync("warm-up", 200, 16, print: false);
    }

    /// <summary>Tasks a second from the start of the node to the end of the last run; each has its run, instance, attempt and two events.</summary>
    public async Task<BenchRate> OneOffAsync(int count, int concurrency, string workflow = "one-off")
    {
        await ApplyAsync(workflow, "  - { id: a, activity: bench.noop }");
        return await RunAllAsync(workflow, count, concurrency, print: true);
    }

    /// <summary>Milliseconds from task to task where each waits for the one before.</summary>
    public async Task<double> ChainAsync(int length, int times, string workflow = "chain")
    {
        await ApplyAsync(workflow, string.Join('\n', Enumerable.Range(0, length).Select(i => $"  - {{ id: t{i}, activity: bench.noop{(i == 0 ? "" : $", after: [t{i - 1}]")} }}")));
        var commands = new RunCommands(database, _definitions);
        using var stop = new CancellationTokenSource();
        var node = Node(concurrency: 4).RunAsync(stop.Token);
        var hops = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var run = await commands.TriggerAsync(new TriggerRequest { Workflow = workflow, By = "bench" }, CancellationToken.None);
            await EndedAsync(workflow, 1 + i);
            await using var connection = await database.OpenAsync(CancellationToken.None);
            var span = await connection.QuerySingleAsync<TimeSpan>("select max(ended_at) - min(started_at) from task_instance where run_id = @id", new { id = run.RunId });
            hops.Add(span.TotalMilliseconds / (length - 1));
        }
        await stop.CancelAsync();
        await node;
        Console.WriteLine($"chain of {length}: {hops.Order().ElementAt(hops.Count / 2):0.00} ms a hop (median of {times}; best {hops.Min():0.00})");
        return hops.Order().ElementAt(hops.Count / 2);
    }

    public ValueTask DisposeAsync() => _notifications.DisposeAsync();

    private async Task<BenchRate> RunAllAsync(string workflow, int count, int concurrency, bool print)
    {
        var commands = new RunCommands(database, _definitions);
        var clock = Stopwatch.StartNew();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= count)
                await commands.TriggerAsync(new TriggerRequest { Workflow = workflow, By = "bench" }, CancellationToken.None);
        }));
        var triggered = clock.Elapsed;
        using var stop = new CancellationTokenSource();
        clock.Restart();
        var node = Node(concurrency).RunAsync(stop.Token);
        await EndedAsync(workflow, count);
        var elapsed = clock.Elapsed;
        await stop.CancelAsync();
        await node;
        if (print)
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            var (attempts, events) = await connection.QuerySingleAsync<(long, long)>(
                "select (select count(*) from attempt a join run r on r.id = a.run_id where r.workflow = @workflow and a.state = 'success'), (select count(*) from outbox where payload->>'workflow' = @workflow)", new { workflow });
            Console.WriteLine($"trigger: {count / triggered.TotalSeconds:n0} runs/s from 8 callers, a commit each");
            Console.WriteLine($"queue: {count / elapsed.TotalSeconds:n0} tasks/s ({count:n0} tasks in {elapsed.TotalSeconds:0.00} s at concurrency {concurrency}; {attempts:n0} attempts, {events:n0} events)");
        }
        return new BenchRate(count / triggered.TotalSeconds, count / elapsed.TotalSeconds);
    }

    private async Task EndedAsync(string workflow, int count)
    {
        var changed = new SemaphoreSlim(0);
        using var subscription = _notifications.Subscribe("engine_changed", _ => changed.Release());
        while (true)
        {
            await using (var connection = await database.OpenAsync(CancellationToken.None))
            {
                if (await connection.ExecuteScalarAsync<long>("select count(*) from run where workflow = @workflow and state in ('queued', 'running')", new { workflow }) == 0
                    && await connection.ExecuteScalarAsync<long>("select count(*) from run where workflow = @workflow", new { workflow }) >= count)
                    return;
            }
            _ = await changed.WaitAsync(100);
        }
    }

    public async Task ApplyAsync(string name, string tasks)
    {
        var applied = await new WorkflowStore(database, _activities).ApplyAsync(
            $"name: {name}\nlimits: {{ active_runs: 10000, active_tasks: 1000 }}\ntasks:\n{tasks}\n", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "bench" }, CancellationToken.None);
        if (applied.Outcome == ApplyOutcome.Invalid)
            throw new InvalidOperationException(applied.Problems[0].Message);
    }

    private EngineHost Node(int concurrency) => new(
        new EngineServices { Database = database, Notifications = _notifications, Activities = _activities, Services = new NoServices(), Secrets = new NoSecrets() },
        new NodeOptions { Concurrency = concurrency });

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class NoSecrets : ISecrets
    {
        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}

/// <summary>How fast it went.</summary>
/// <param name="Triggered">Runs asked for a second, 8 callers, a commit each.</param>
/// <param name="Tasks">Tasks a second.</param>
internal readonly record struct BenchRate(double Triggered, double Tasks);

/// <summary>Does nothing.</summary>
[Activity("bench.noop", Title = "Nothing", Help = "Does nothing.", Stage = Stage.Control)]
public sealed class NoOperation : IActivity
{
    public Task<ActivityResult> RunAsync(Platform.Workflows.Activities.ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}
