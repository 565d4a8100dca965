using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Postgres;
using Platform.Testing;
using Platform.Workflows.Activities;
using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>A database, a folder of tables, workflows and nodes that a test harms; at the end it counts what became of everything.</summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    private readonly ChaosServer _server;
    private readonly ITestOutputHelper _output;
    private readonly string _name;
    private readonly TempFolder _folder = new();
    private readonly List<ChaosNode> _nodes = [];
    private readonly WorkflowDefinitions _definitions;
    private readonly ActivityCatalog _activities = ActivityCatalog.FromAssemblies(typeof(ChaosWorld).Assembly);
    private readonly long _began = TimeProvider.System.GetTimestamp();

    private ChaosWorld(ChaosServer server, ITestOutputHelper output, string name, Database database)
    {
        (_server, _output, _name, Database) = (server, output, name, database);
        _definitions = new WorkflowDefinitions(database);
    }

    public Database Database { get; }

    public WorkflowDefinitions Definitions => _definitions;

    /// <summary>Where the nodes' Delta tables lie.</summary>
    public string Tables => _folder.Path;

    /// <summary>For nodes. The server ends a transaction whose client says nothing for the time of a lease, as it does by default with the default lease of 10 s.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionStringTo(_name)) { Options = $"-c idle_in_transaction_session_timeout={Patience.TotalSeconds:0}s" }.ConnectionString;

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(3);

    public IReadOnlyList<ChaosNode> Nodes => _nodes;

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_began);

    public static async Task<ChaosWorld> CreateAsync(ChaosServer server, ITestOutputHelper output)
    {
        var name = await server.CreateDatabaseAsync();
        // The test's own look must not wait for connections that the test takes away.
        var database = await Database.OpenAsync(
            new DatabaseOptions { Home = "", ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionStringTo(name)) { MaxPoolSize = 10, ApplicationName = "observer" }.ConnectionString }, CancellationToken.None);
        return new ChaosWorld(server, output, name, database);
    }

    /// <summary>Starts a node of the queue <c>chaos</c>.</summary>
    public ChaosNode StartNode(Func<ChaosNodeSettings, ChaosNodeSettings>? change = null)
    {
        var settings = new ChaosNodeSettings { Database = ConnectionString, Effects = ConnectionString, Tables = _folder.Path, Queue = "chaos" };
        var node = ChaosNode.Start(change?.Invoke(settings) ?? settings);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Publishes a workflow of the queue <c>chaos</c>.</summary>
    public async Task ApplyAsync(string name, string tasks, string head = "")
    {
        // An activity whose connection breaks fails and is tried again by its retries.
        var yaml = $"name: {name}\n{head}\ndefaults: {{ queue: chaos, retries: 50, retry_delay: 200ms, retry_max_delay: 2s }}\nlimits: {{ active_runs: 60, active_tasks: 200 }}\ntasks:\n{tasks}";
        var applied = await new WorkflowStore(Database, _activities).ApplyAsync(yaml, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.True(applied.Outcome == ApplyOutcome.Applied, string.Join("; ", applied.Problems.Select(p => p.Message)));
    }

    /// <summary>Publishes the workflow <c>chain</c>: rows one after the other, and a table's commit at the end.</summary>
    /// <param name="rows">Rows of a run.</param>
    /// <param name="milliseconds">Work of each.</param>
    public Task ApplyChainAsync(int rows, int milliseconds) =>
        ApplyAsync("chain", string.Concat(Enumerable.Range(0, rows).Select(i =>
            $"  - {{ id: r{i}, activity: chaos.row, with: {{ milliseconds: {milliseconds} }}{(i == 0 ? "" : $", after: [r{i - 1}]")} }}\n")) + $"  - {{ id: commit, activity: chaos.table, after: [r{rows - 1}] }}\n");

    public async Task<IReadOnlyList<long>> TriggerAsync(string workflow, int runs = 1)
    {
        var commands = new RunCommands(Database, _definitions);
        var ids = new List<long>();
        for (var i = 0; i < runs; i++)
            ids.Add((await commands.TriggerAsync(new TriggerRequest { Workflow = workflow, By = "test" }, CancellationToken.None)).RunId);
        return ids;
    }

    /// <summary>Gives work of the workflow <c>chain</c>, so many runs at a time, until the node has some.</summary>
    /// <returns>Runs that were made for it.</returns>
    public async Task<int> WorkUntilItHoldsAsync(ChaosNode node, int runs)
    {
        var made = 0;
        await UntilAsync($"work of node {node.Id}", async () =>
        {
            if (await ScalarAsync<bool>($"select exists (select from task_queue where node like '%:{node.Id}:%' and leased_until > clock_timestamp())"))
                return (1, true);
            if (await ScalarAsync<long>("select count(*) from task_queue where node is null") < 4)
                made += (await TriggerAsync("chain", runs)).Count;
            return (0, false);
        }, null);
        return made;
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    /// <summary>Looks again and again, also while the database is away.</summary>
    public Task UntilAsync(string what, string sql, Func<long, bool> condition, TimeSpan? limit = null) =>
        UntilAsync(what, async () =>
        {
            var value = await ScalarAsync<long>(sql);
            return (value, condition(value));
        }, limit);

    private async Task UntilAsync(string what, Func<Task<(long Value, bool Done)>> look, TimeSpan? limit)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        using var over = new CancellationTokenSource(limit ?? ChaosScale.Limit, TimeProvider.System);
        var last = "no answer";
        try
        {
            while (true)
            {
                try
                {
                    var (value, done) = await look();
                    last = value.ToString(CultureInfo.InvariantCulture);
                    if (done)
                        return;
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    last = e.Message;
                }
                _ = await timer.WaitForNextTickAsync(over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what}: still {last} after {(limit ?? ChaosScale.Limit).TotalSeconds:0} s.\n{await DescribeAsync()}");
        }
    }

    /// <summary>Waits until so many task instances have ended well.</summary>
    public Task DoneAsync(long tasks) => UntilAsync($"{tasks} tasks done", "select count(*) from task_instance where state = 'success'", n => n >= tasks);

    /// <summary>Waits until no run is open.</summary>
    public Task EndedAsync() => UntilAsync("open runs", "select count(*) from run where state in ('queued', 'running')", n => n == 0);

    /// <summary>Stops the nodes that live, which must obey, and counts what became of everything.</summary>
    public async Task<ChaosCounts> CountAsync(string title)
    {
        foreach (var node in _nodes.Where(n => n.Lives))
            Assert.True(await node.TerminateAsync() == 0, $"Node {node.Id} did not stop in order.\n{string.Join('\n', node.Log)}");
        var counts = await ChaosCounts.TakeAsync(this, [.. _nodes]);
        // The operator's own means must see the same.
        var audit = await new EngineAudit(Database, _definitions).RunAsync(null, new AuditOptions { Lease = _nodes[^1].Settings.Lease, Poll = _nodes[^1].Settings.Poll }, CancellationToken.None);
        Assert.True(audit.Clean, string.Join('\n', audit.Findings.Select(f => $"{f.Check}: {f.What} {string.Join("; ", f.Evidence)}")));
        Print($"{title}: {counts}, audit of {audit.Checks.Count} checks clean ({Elapsed.TotalSeconds:0.0} s)");
        return counts;
    }

    public void Print(string line)
    {
        _output.WriteLine(line);
        Console.WriteLine("chaos: " + line);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            node.Dispose();
        await Database.DisposeAsync();
        await _server.DropDatabaseAsync(_name);
        _folder.Dispose();
    }

    /// <summary>What there is to see where something hangs.</summary>
    private async Task<string> DescribeAsync()
    {
        var lines = new List<string>();
        try
        {
            await using var connection = await Database.OpenAsync(CancellationToken.None);
            lines.AddRange(await connection.QueryAsync<string>("""
                select format('run %s %s %s', id, state, note) from run where state <> 'success'
                union all select format('task %s/%s %s %s', run_id, task_id, state, error) from task_instance where state not in ('success', 'none')
                union all select format('queue %s/%s on %s until %s ready %s', run_id, task_id, node, leased_until, ready_at) from task_queue
                union all select format('backend %s %s %s %s: %s', pid, state, wait_event, now() - state_change, left(query, 100)) from pg_stat_activity where datname = current_database()
                limit 100
                """));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            lines.Add(e.Message);
        }
        foreach (var node in _nodes)
            lines.AddRange(node.Log.TakeLast(30).Select(l => $"node {node.Id}: {l}"));
        return string.Join('\n', lines);
    }
}
