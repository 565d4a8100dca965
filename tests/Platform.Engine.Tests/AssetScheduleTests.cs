using System.Text.Json.Nodes;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Schedules that follow assets.</summary>
public sealed class AssetScheduleTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private Planner NewPlanner() => new(engine.Database, engine.Definitions, new RunStart(engine.Definitions, new RunLedger(engine.Definitions)),
        new RunChanges(engine.Notifications, TimeProvider.System), engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private async Task<IReadOnlyList<RunRow>> RunsAsync(string workflow) =>
        [.. (await engine.Runs.ListAsync(new RunFilter { Workflow = workflow, Limit = 500 }, CancellationToken.None)).OrderBy(r => r.Id)];

    private Task FollowAsync() => NewPlanner().FollowAssetsAsync(CancellationToken.None);

    /// <summary>A workflow whose only task writes a version of an asset.</summary>
    private Task<string> WriterAsync(string head = "") =>
        engine.ApplyAsync("  - { id: write, activity: test.asset, with: { asset: \"{{ params.asset }}\", version: \"{{ params.version }}\", fail: \"{{ params.fail }}\" }, retries: 0 }",
            "params: { asset: raw.t, version: 0, fail: false }\n" + head);

    private async Task<long> WriteAsync(string writer, string asset, int version, bool fail = false, DataInterval? interval = null)
    {
        await using var node = engine.StartNode(writer, o => o with { Plans = false });
        var run = await engine.Commands.TriggerAsync(new TriggerRequest
        {
            Workflow = writer,
            By = "test",
            Interval = interval,
            Params = new Dictionary<string, JsonNode?> { ["asset"] = asset, ["version"] = version, ["fail"] = fail },
        }, CancellationToken.None);
        _ = await engine.EndedAsync(run.RunId);
        return run.RunId;
    }

    private static string Asset() => $"clean.{EngineFixture.NewName()}";

    [Fact]
    public async Task A_new_version_starts_a_run_that_knows_it_and_planners_that_race_make_one()
    {
        var asset = Asset();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.echo, with: {{ value: \"{{{{ run.assets['{asset}'].version }}}} {{{{ run.trigger }}}} {{{{ interval.start | date 'yyyy-MM-dd' }}}}\" }} }}", $"schedule: {{ assets: [{asset}] }}");
        var writer = await WriterAsync();
        await FollowAsync();
        Assert.Empty(await RunsAsync(name));

        // The producer ends while no planner runs, as after a kill -9 in between: nothing is lost.
        var day = new DataInterval(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        var source = await WriteAsync(writer, asset, 7, interval: day);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => FollowAsync()));
        await FollowAsync();
        var run = Assert.Single(await RunsAsync(name));
        Assert.Equal((RunKinds.Asset, "assets", (DateTimeOffset?)day.Start, (DateTimeOffset?)day.End), (run.Kind, run.CreatedBy, run.IntervalStart, run.IntervalEnd));
        await using var node = engine.StartNode(name, o => o with { Plans = false });
        var detail = await engine.EndedAsync(run.Id);
        Assert.Equal("7 assets 2026-01-01", (string?)detail.Task("a").Outputs!["value"]);
        Assert.Equal((7, 7, 1, source, "write"), ((int)detail.Assets![asset]!["version"]!, (int)detail.Assets[asset]!["from_version"]!, (int)detail.Assets[asset]!["updates"]!, (long)detail.Assets[asset]!["run"]!, (string)detail.Assets[asset]!["task"]!));
    }

    [Fact]
    public async Task A_node_that_plans_starts_the_run_by_itself_when_the_producer_ends()
    {
        var asset = Asset();
        var writer = await WriterAsync();
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{asset}] }}\ndefaults: {{ queue: {writer} }}");
        // So seldom by itself that only the change of the run can have woken it.
        await using var node = engine.StartNode(writer, o => o with { Poll = TimeSpan.FromMinutes(2) });
        await engine.Notifications.ListeningAsync(CancellationToken.None);
        _ = await engine.TriggerAsync(writer, ("asset", asset), ("version", 1));
        await EngineFixture.UntilAsync(async () => (await RunsAsync(name)) is [{ State: RunStates.Success }]);
    }

    [Fact]
    public async Task All_assets_are_needed_unless_any_is_enough()
    {
        var (one, two) = (Asset(), Asset());
        var all = await engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{one}, {two}] }}");
        var any = await engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{one}, {two}], any_asset: true }}");
        var writer = await WriterAsync();
        _ = await WriteAsync(writer, one, 1);
        await FollowAsync();
        Assert.Empty(await RunsAsync(all));
        var first = await engine.Runs.GetAsync(Assert.Single(await RunsAsync(any)).Id, CancellationToken.None);
        Assert.Equal([one], first!.Assets!.Select(a => a.Key));
        _ = await WriteAsync(writer, two, 1);
        await FollowAsync();
        var run = await engine.Runs.GetAsync(Assert.Single(await RunsAsync(all)).Id, CancellationToken.None);
        Assert.Equal(new[] { one, two }.Order(), run!.Assets!.Select(a => a.Key).Order());
        _ = await WriteAsync(writer, two, 2);
        await FollowAsync();
        Assert.Single(await RunsAsync(all));
    }

    [Fact]
    public async Task Writes_while_paused_or_while_a_run_is_queued_become_one_run()
    {
        var asset = Asset();
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{asset}] }}");
        var writer = await WriterAsync();
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        for (var version = 1; version <= 3; version++)
            _ = await WriteAsync(writer, asset, version);
        await FollowAsync();
        Assert.Empty(await RunsAsync(name));
        await engine.Store.SetPausedAsync(name, false, CancellationToken.None);
        await FollowAsync();
        var first = Assert.Single(await RunsAsync(name));
        var told = (await engine.Runs.GetAsync(first.Id, CancellationToken.None))!.Assets![asset]!;
        Assert.Equal((3, 1, 3), ((int)told["version"]!, (int)told["from_version"]!, (int)told["updates"]!));

        // The first one runs, the second waits for its place, and what is written now joins the third.
        _ = await WriteAsync(writer, asset, 4);
        await FollowAsync();
        _ = await WriteAsync(writer, asset, 5);
        _ = await WriteAsync(writer, asset, 6);
        await FollowAsync();
        Assert.Equal([RunStates.Running, RunStates.Queued], (await RunsAsync(name)).Select(r => r.State));
        await using var node = engine.StartNode(name);
        await EngineFixture.UntilAsync(async () => (await RunsAsync(name)) is { Count: 3 } runs && runs.All(r => r.State == RunStates.Success));
        told = (await engine.Runs.GetAsync((await RunsAsync(name))[2].Id, CancellationToken.None))!.Assets![asset]!;
        Assert.Equal((6, 5), ((int)told["version"]!, (int)told["from_version"]!));
    }

    [Fact]
    public async Task The_same_version_again_a_failed_task_and_a_workflow_s_own_write_start_nothing()
    {
        var asset = Asset();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.asset, with: {{ asset: {asset}, version: 99 }} }}", $"schedule: {{ assets: [{asset}] }}");
        var writer = await WriterAsync();
        _ = await WriteAsync(writer, asset, 1, fail: true);
        await FollowAsync();
        Assert.Empty(await RunsAsync(name));
        _ = await WriteAsync(writer, asset, 1);
        await FollowAsync();
        await using (engine.StartNode(name, o => o with { Plans = false }))
            _ = await engine.EndedAsync(Assert.Single(await RunsAsync(name)).Id);
        await FollowAsync();
        _ = await WriteAsync(writer, asset, 1);
        await FollowAsync();
        Assert.Single(await RunsAsync(name));
        _ = await engine.RunAsync(await engine.ApplyAsync($"  - {{ id: a, activity: test.asset, with: {{ asset: {asset} }} }}"));
        await FollowAsync();
        Assert.Equal(2, (await RunsAsync(name)).Count);
    }

    [Fact]
    public async Task A_new_version_of_the_workflow_forgets_the_assets_that_it_does_not_follow_any_more()
    {
        var (one, two) = (Asset(), Asset());
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{one}, {two}] }}");
        var writer = await WriterAsync();
        _ = await WriteAsync(writer, one, 1);
        await engine.ApplyAsync(name, "  - { id: a, activity: test.noop }", $"schedule: {{ assets: [{two}] }}");
        await FollowAsync();
        Assert.Empty(await RunsAsync(name));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from asset_update where workflow = @name", new { name }));
        _ = await WriteAsync(writer, two, 1);
        await FollowAsync();
        Assert.Single(await RunsAsync(name));
    }

    [Theory]
    [InlineData("schedule: { assets: [Orders] }", "bad-asset", ProblemSeverityName.Error)]
    [InlineData("schedule: { assets: [raw.t], catchup: true }", "bad-schedule", ProblemSeverityName.Warning)]
    public async Task A_schedule_that_cannot_be_meant_is_said_with_its_place(string head, string code, string severity)
    {
        var result = await engine.Store.ApplyAsync($"name: {EngineFixture.NewName()}\n{head}\ntasks:\n  - {{ id: a, activity: test.noop }}\n", new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        var problem = Assert.Single(result.Problems, p => p.Code == code);
        Assert.Equal((severity, 2), (problem.Severity.ToString(), problem.Line));
    }

    private static class ProblemSeverityName
    {
        public const string Error = "Error";
        public const string Warning = "Warning";
    }
}

/// <summary>Says that it wrote an asset.</summary>
[Activity("test.asset", Title = "Asset", Help = "Notes that it wrote a version of an asset.", Stage = Stage.Control)]
public sealed class WriteAsset : IActivity
{
    [Field]
    public required string Asset { get; set; }

    [Field]
    public long? Version { get; set; }

    [Field]
    public string? Operation { get; set; }

    [Field]
    public bool Fail { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        context.Facts.Add(new AssetWritten(Asset, AssetKind.Table, Version, Operation));
        return Fail ? throw new ActivityException("broken", "As told.") : Task.FromResult(ActivityResult.Success());
    }
}
