using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Writes of intervals, as the ends of attempts note them, and planners, over any database.</summary>
internal sealed class Partitions(Database database, ActivityCatalog activities, Notifications notifications)
{
    private readonly WorkflowDefinitions _definitions = new(database);

    public WorkflowStore Store { get; } = new(database, activities);

    public RunQueries Runs => new(database, _definitions);

    public Explain.Explainer Explainer => new(database, _definitions);

    public static DateTimeOffset Day(int day) => new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    /// <summary>Days from Monday 5 January 2026, in UTC.</summary>
    public static DataInterval Days(int from, int to) => new(Day(from), Day(to));

    public static string Asset() => $"clean.{EngineFixture.NewName()}";

    public async Task<string> ApplyAsync(string schedule, string? name = null, string more = "", string tasks = "  - { id: a, activity: test.noop }")
    {
        name ??= EngineFixture.NewName();
        var result = await Store.ApplyAsync($"name: {name}\ndefaults: {{ queue: {name} }}\n{more}\nschedule: {schedule}\ntasks:\n{tasks}\n", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.True(result.Outcome == ApplyOutcome.Applied, string.Join("; ", result.Problems.Select(p => p.Message)));
        return name;
    }

    /// <summary>A run that writes: its id stands in the writes.</summary>
    public async Task<long> WriterAsync(DataInterval? interval = null)
    {
        var name = EngineFixture.NewName();
        await ApplyAsync("none", name);
        return (await new RunCommands(database, _definitions).TriggerAsync(new TriggerRequest { Workflow = name, By = "test", Interval = interval }, CancellationToken.None)).RunId;
    }

    /// <summary>Notes a write by the statement that ends attempts, in a transaction of its own.</summary>
    public async Task WriteAsync(long run, string asset, DataInterval? written, long? version, string operation = "append", string workflow = "writer")
    {
        var facts = Facts(asset, written, version, operation);
        Assert.True(AssetUpdates.Mentions(facts));
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new SqlBatch(connection, transaction);
        AssetUpdates.AddInsert(batch, [new AssetWriter(run, "write", workflow, facts)]);
        await batch.ExecuteAsync(CancellationToken.None);
        await transaction.CommitAsync();
    }

    public static string Facts(string asset, DataInterval? written, long? version, string operation = "append") =>
        JsonSerializer.Serialize<IReadOnlyList<Fact>>([new AssetWritten(asset, AssetKind.Table, version, operation, Interval: written)], Fact.Json);

    /// <summary>One planner, with definitions that it has read itself.</summary>
    public Task PlanAsync()
    {
        var definitions = new WorkflowDefinitions(database);
        return new Planner(database, definitions, new RunStart(definitions, new RunLedger(definitions)), new RunChanges(notifications, TimeProvider.System), notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
            .FollowAssetsAsync(CancellationToken.None);
    }

    /// <summary>The workflow's runs, oldest first.</summary>
    public async Task<IReadOnlyList<RunDetail>> RunsAsync(string workflow)
    {
        var rows = await Runs.ListAsync(new RunFilter { Workflow = workflow, Limit = 500 }, CancellationToken.None);
        return await Runs.GetManyAsync([.. rows.Select(r => r.Id)], CancellationToken.None);
    }

    /// <summary>The runs as text: partition in days from 5 January, state, and of each asset the versions and the number of writes that it was told.</summary>
    public async Task<IReadOnlyList<string>> SayAsync(string workflow) => [.. (await RunsAsync(workflow)).Select(Say)];

    public static string Say(RunDetail run) =>
        $"{(run.Run.IntervalStart!.Value - Day(0)).TotalDays:0.##}-{(run.Run.IntervalEnd!.Value - Day(0)).TotalDays:0.##} {run.Run.State} {string.Join(' ', run.Assets!.Select(a => $"{a.Value!["from_version"]}..{a.Value["version"]}x{a.Value["updates"]}"))}";

    /// <summary>Ends a run as if its tasks had succeeded, and starts what gets its place.</summary>
    public async Task EndAsync(long run)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("""
            delete from task_queue where run_id = @run;
            update task_instance set state = 'success', attempts = 1, started_at = now(), ended_at = now() where run_id = @run;
            update run set state = 'success', ended_at = now() where id = @run
            """, new { run });
        await StartAsync();
    }

    /// <summary>Starts queued runs that have a place.</summary>
    public Task StartAsync()
    {
        var definitions = new WorkflowDefinitions(database);
        return new Planner(database, definitions, new RunStart(definitions, new RunLedger(definitions)), new RunChanges(notifications, TimeProvider.System), notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
            .PlanAsync(CancellationToken.None);
    }

    public async Task<long> CountAsync(string from)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {from}");
    }
}
