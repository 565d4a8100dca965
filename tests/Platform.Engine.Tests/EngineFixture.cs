using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Previews;
using Platform.Engine.Waiting;
using Platform.Postgres;
using Platform.Testing;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>An engine on a fresh database for each test class. Tests keep apart by the names of their workflows and queues.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private static int _number;

    public Database Database => _postgres.Database;

    public string ConnectionString => _postgres.ConnectionString;

    public Notifications Notifications { get; private set; } = null!;

    public ActivityCatalog Activities { get; } = ActivityCatalog.FromAssemblies(typeof(EngineFixture).Assembly);

    public WorkflowDefinitions Definitions { get; private set; } = null!;

    public WorkflowStore Store { get; private set; } = null!;

    public RunCommands Commands { get; private set; } = null!;

    public ApprovalCommands Approvals { get; private set; } = null!;

    public RunQueries Runs { get; private set; } = null!;

    public RunWatch Watch { get; private set; } = null!;

    public PreviewCommands Previews { get; private set; } = null!;

    public PreviewQueries PreviewStates { get; private set; } = null!;

    public TestPreviewRoom Room { get; } = new();

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync(typeof(EngineHost).Assembly);
        Notifications = new Notifications(Database.DataSource, TimeProvider.System);
        Definitions = new WorkflowDefinitions(Database);
        Store = new WorkflowStore(Database, Activities);
        Commands = new RunCommands(Database, Definitions);
        Approvals = new ApprovalCommands(Database);
        Runs = new RunQueries(Database, Definitions);
        Watch = new RunWatch(Notifications);
        Previews = new PreviewCommands(Database, Store, Commands);
        PreviewStates = new PreviewQueries(Database, Runs);
    }

    public async Task DisposeAsync()
    {
        await Notifications.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>A name that no other test uses, fit for workflows and queues.</summary>
    public static string NewName() => $"t{Interlocked.Increment(ref _number)}";

    /// <summary>Publishes a workflow whose tasks are in the queue of its name.</summary>
    public async Task<string> ApplyAsync(string tasks, string head = "")
    {
        var name = NewName();
        await ApplyAsync(name, tasks, head);
        return name;
    }

    public async Task ApplyAsync(string name, string tasks, string head)
    {
        var defaults = head.Contains("defaults:", StringComparison.Ordinal) ? "" : $"defaults: {{ queue: {name} }}\n";
        var result = await Store.ApplyAsync($"name: {name}\n{defaults}{head}\ntasks:\n{tasks}", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.True(result.Outcome == ApplyOutcome.Applied, string.Join("; ", result.Problems.Select(p => p.Message)));
    }

    public async Task<long> TriggerAsync(string workflow, params (string Name, JsonNode? Value)[] parameters) =>
        (await Commands.TriggerAsync(new TriggerRequest { Workflow = workflow, By = "test", Params = parameters.ToDictionary(p => p.Name, p => p.Value) }, CancellationToken.None)).RunId;

    /// <summary>Triggers on a node of its own and waits for the end.</summary>
    public async Task<RunDetail> RunAsync(string workflow, params (string Name, JsonNode? Value)[] parameters)
    {
        await using var node = StartNode(workflow);
        return await EndedAsync(await TriggerAsync(workflow, parameters));
    }

    /// <summary>Starts a node that serves these queues.</summary>
    public TestNode StartNode(string queue, Func<NodeOptions, NodeOptions>? change = null, Database? database = null, Notifications? notifications = null)
    {
        var options = new NodeOptions
        {
            Queues = [queue],
            Concurrency = 8,
            Lease = TimeSpan.FromSeconds(2),
            Renewal = TimeSpan.FromMilliseconds(500),
            Poll = TimeSpan.FromMilliseconds(200),
            StopGrace = TimeSpan.FromMilliseconds(300),
            CancelGrace = TimeSpan.FromSeconds(1),
            AuditAt = null,
        };
        var services = new EngineServices
        {
            Database = database ?? Database,
            Notifications = notifications ?? Notifications,
            Activities = Activities,
            Services = new Services(new ChildRuns(Database, Definitions, Commands), Room),
            Secrets = new FixedSecrets(),
        };
        return new TestNode(new EngineHost(services, change?.Invoke(options) ?? options));
    }

    /// <summary>Waits for the end of a run.</summary>
    public Task<RunDetail> EndedAsync(long runId) => UntilAsync(runId, r => RunStates.Ended.Contains(r.Run.State));

    /// <summary>Waits until a run is as told, looking when it changes and twice a second.</summary>
    public async Task<RunDetail> UntilAsync(long runId, Func<RunDetail, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var changed = new SemaphoreSlim(0);
        using var subscription = Notifications.Subscribe(EngineSignals.Changed, _ => changed.Release());
        while (true)
        {
            var run = await Runs.GetAsync(runId, limit.Token) ?? throw new InvalidOperationException($"no run {runId}");
            if (condition(run))
                return run;
            try
            {
                await changed.WaitAsync(500, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Run {runId} is {run.Run.State}: {string.Join(", ", run.Tasks.Select(t => $"{t.TaskId}[{t.MapIndex}] {t.State} {t.Error}"))}");
            }
        }
    }

    /// <summary>Waits until something is so, looking 20 times a second.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!await condition())
            _ = await timer.WaitForNextTickAsync(limit.Token);
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    private sealed class Services(IChildRuns children, TestPreviewRoom room) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IChildRuns) ? children : serviceType == typeof(IPreviewRoom) ? room : null;
    }

    private sealed class FixedSecrets : ISecrets
    {
        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) =>
            name == "password" ? ValueTask.FromResult("hunter2-secret") : throw new SecretNotFoundException(name);
    }
}

/// <summary>A node in this process.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public TestNode(EngineHost host)
    {
        Host = host;
        Running = host.RunAsync(_stop.Token);
    }

    public EngineHost Host { get; }

    public Task Running { get; }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}

internal static class RunDetailExtensions
{
    /// <summary>The states of the unmapped tasks: <c>a:success b:skipped</c>.</summary>
    public static string States(this RunDetail run) => string.Join(' ', run.Tasks.Select(t => t.MapIndex < 0 ? $"{t.TaskId}:{t.State}" : $"{t.TaskId}[{t.MapIndex}]:{t.State}"));

    public static TaskRow Task(this RunDetail run, string id) => run.Tasks.Single(t => t.TaskId == id);
}
