using System.Text.Json.Nodes;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Schedules, limits, backfills, clears.</summary>
public sealed class PlanningTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Noop = "  - { id: a, activity: test.noop }";

    private Planner NewPlanner() => new(engine.Database, engine.Definitions, new RunStart(engine.Definitions, new RunLedger(engine.Definitions)),
        new RunChanges(engine.Notifications, TimeProvider.System), engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private async Task<IReadOnlyList<RunRow>> RunsAsync(string workflow) =>
        [.. (await engine.Runs.ListAsync(new RunFilter { Workflow = workflow, Limit = 500 }, CancellationToken.None)).OrderBy(r => r.Id)];

    [Fact]
    public async Task Catch_up_makes_one_run_an_interval_oldest_first_whatever_nodes_race()
    {
        var name = await engine.ApplyAsync(Noop, "schedule: { cron: '0 0 * * *', start: 2026-01-01, end: 2026-01-31, catchup: true }\nlimits: { active_runs: 2 }");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => NewPlanner().PlanAsync(CancellationToken.None)));
        var runs = await RunsAsync(name);
        Assert.Equal(30, runs.Count);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(i)), runs.Select(r => r.IntervalStart!.Value));
        Assert.Equal([RunStates.Running, RunStates.Running], runs.Take(2).Select(r => r.State));
        Assert.All(runs.Skip(2), r => Assert.Equal(RunStates.Queued, r.State));
        Assert.All(runs, r => Assert.Equal((RunKinds.Scheduled, "schedule"), (r.Kind, r.CreatedBy)));

        await using (engine.StartNode(name, o => o with { Plans = false }))
            _ = await engine.EndedAsync(runs[^1].Id);
        Assert.All(await RunsAsync(name), r => Assert.Equal(RunStates.Success, r.State));
        await NewPlanner().PlanAsync(CancellationToken.None);
        Assert.Equal(30, (await RunsAsync(name)).Count);
    }

    [Fact]
    public async Task Without_catch_up_only_the_newest_complete_interval_runs()
    {
        var name = await engine.ApplyAsync(Noop, "schedule: { every: 1h, start: 2020-01-01 }");
        await NewPlanner().PlanAsync(CancellationToken.None);
        await NewPlanner().PlanAsync(CancellationToken.None);
        var run = Assert.Single(await RunsAsync(name));
        Assert.Equal(TimeSpan.FromHours(1), run.IntervalEnd - run.IntervalStart);
        var workflow = await engine.Store.GetAsync(name, null, CancellationToken.None);
        Assert.Equal(run.IntervalEnd + TimeSpan.FromHours(1), workflow!.NextDue);
    }

    [Fact]
    public async Task A_shipped_workflow_is_not_run_for_the_past_and_runs_when_the_open_interval_ends()
    {
        var name = EngineFixture.NewName();
        _ = await engine.Store.ApplyAsync($"name: {name}\nschedule: {{ every: 1h, start: 2020-01-01 }}\ntasks:\n{Noop}\n", new ApplyOptions { Origin = WorkflowOrigin.Shipped, By = "platform" }, CancellationToken.None);
        await NewPlanner().PlanAsync(CancellationToken.None);
        Assert.Empty(await RunsAsync(name));
        var next = (await engine.Store.GetAsync(name, null, CancellationToken.None))!.NextDue!.Value;
        Assert.InRange(next - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(-1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_paused_workflow_plans_nothing_until_it_goes_on()
    {
        var name = await engine.ApplyAsync(Noop, "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-04, catchup: true }");
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        await NewPlanner().PlanAsync(CancellationToken.None);
        Assert.Empty(await RunsAsync(name));
        await engine.Store.SetPausedAsync(name, false, CancellationToken.None);
        await NewPlanner().PlanAsync(CancellationToken.None);
        Assert.Equal(3, (await RunsAsync(name)).Count);
    }

    [Fact]
    public async Task The_limit_of_active_runs_holds_and_the_end_of_one_starts_the_next()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.gate, with: {{ name: {gate} }} }}", "limits: { active_runs: 2 }");
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Add(await engine.TriggerAsync(name));
        Assert.Equal([RunStates.Running, RunStates.Running, RunStates.Queued, RunStates.Queued, RunStates.Queued], (await RunsAsync(name)).Select(r => r.State));
        await using var node = engine.StartNode(name, o => o with { Plans = false });
        await Meeting.Of(gate + ".began");
        Meeting.Reach(gate + ".go");
        foreach (var id in ids)
            Assert.Equal(RunStates.Success, (await engine.EndedAsync(id)).Run.State);
    }

    [Fact]
    public async Task The_same_idempotency_key_gets_the_same_run_however_many_ask_at_once()
    {
        var name = await engine.ApplyAsync(Noop);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.Commands.TriggerAsync(new TriggerRequest { Workflow = name, By = "test", IdempotencyKey = "order-7" }, CancellationToken.None)));
        Assert.Single(all.Select(t => t.RunId).Distinct());
        Assert.Single(all, t => t.Created);
        Assert.Single(await RunsAsync(name));
    }

    [Fact]
    public async Task A_trigger_with_wrong_parameters_says_what_is_wrong_and_makes_no_run()
    {
        var name = await engine.ApplyAsync(Noop, "params: { day: { type: integer } }");
        var missing = await Assert.ThrowsAsync<EngineException>(() => engine.TriggerAsync(name));
        Assert.Contains("'day' is missing", missing.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<EngineException>(() => engine.TriggerAsync(name, ("day", "x"), ("month", 2)));
        Assert.Equal("bad-input", wrong.Kind);
        Assert.Contains("no parameter 'month'", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => engine.TriggerAsync("nobody"))).Kind);
        Assert.Empty(await RunsAsync(name));
    }

    [Fact]
    public async Task A_backfill_runs_its_range_in_order_beside_the_schedule_and_repeats_what_it_is_told()
    {
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.echo, with: {{ value: \"{{{{ interval.start | date 'yyyy-MM-dd' }}}}\", note: {EngineFixture.NewName()} }} }}", "schedule: { cron: '@daily', timezone: Asia/Shanghai }");
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        var intervals = RunRange.Intervals((await engine.Definitions.GetAsync(name, 1, CancellationToken.None)).Definition!.Schedule, null, "2026-03-01", "2026-03-11");
        var request = new BackfillRequest { Workflow = name, Intervals = intervals, By = "test" };

        var dry = await engine.Commands.BackfillAsync(request with { DryRun = true }, CancellationToken.None);
        Assert.Equal((10, 0), (dry.Intervals.Count, dry.RunIds.Count));
        Assert.Empty(await RunsAsync(name));

        var made = await engine.Commands.BackfillAsync(request, CancellationToken.None);
        Assert.Equal(10, made.RunIds.Count);
        await using var node = engine.StartNode(name);
        foreach (var id in made.RunIds)
            Assert.Equal(RunStates.Success, (await engine.EndedAsync(id)).Run.State);
        var details = await engine.Runs.GetManyAsync([.. made.RunIds], CancellationToken.None);
        Assert.Equal(["2026-03-01", "2026-03-02", "2026-03-10"], new[] { 0, 1, 9 }.Select(i => (string?)details[i].Task("a").Outputs!["value"]));
        Assert.Equal(details.Select(d => d.Run.StartedAt).Order(), details.Select(d => d.Run.StartedAt));

        Assert.Equal(10, (await engine.Commands.BackfillAsync(request, CancellationToken.None)).Left.Count);
        Assert.Equal(10, (await engine.Commands.BackfillAsync(request with { Repeat = Repeat.Failed }, CancellationToken.None)).Left.Count);
        var again = await engine.Commands.BackfillAsync(request with { Repeat = Repeat.All }, CancellationToken.None);
        Assert.Equal(10, again.RunIds.Count);
        _ = await engine.EndedAsync(again.RunIds[^1]);
        Assert.Equal(again.RunIds[0], await engine.ScalarAsync<long>("select run_id from run_interval where workflow = @name order by interval_start limit 1", new { name }));
    }

    [Fact]
    public async Task Clearing_a_task_runs_it_and_what_is_behind_it_again_in_a_new_generation()
    {
        var note = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - { id: a, activity: test.echo, with: { value: 1, note: {{note}} } }
              - { id: b, activity: test.echo, after: [a], with: { value: 2, note: {{note}} } }
              - { id: c, activity: test.echo, after: [b], with: { value: 3, note: {{note}} } }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.EndedAsync(id);
        Assert.Equal(["b", "c"], await engine.Commands.ClearAsync(new ClearRequest { RunId = id, TaskIds = ["b"], By = "test" }, CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal(RunStates.Success, run.Run.State);
        Assert.Equal([$"{id}/a/-1/1/1", $"{id}/b/-1/1/1", $"{id}/c/-1/1/1", $"{id}/b/-1/2/1", $"{id}/c/-1/2/1"], Seen.Of(note));
    }

    [Fact]
    public async Task Clearing_what_failed_leaves_the_rest_and_a_mapped_task_is_expanded_again()
    {
        var name = await engine.ApplyAsync("""
              - { id: ok, activity: test.noop }
              - { id: each, activity: test.fail, map: { over: [0, 9], as: times }, with: { times: "{{ times }}", retryable: false } }
              - { id: join, activity: test.noop, after: [each] }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        Assert.Equal("ok:success each[0]:success each[1]:failed join:upstream_failed", (await engine.EndedAsync(id)).States());
        Assert.Equal(["each", "join"], await engine.Commands.ClearAsync(new ClearRequest { RunId = id, OnlyFailed = true, By = "test" }, CancellationToken.None));
        var run = await engine.UntilAsync(id, r => RunStates.Ended.Contains(r.Run.State));
        Assert.Equal("ok:success each[0]:success each[1]:failed join:upstream_failed", run.States());
        Assert.Equal([1, 2, 2, 2], run.Tasks.Select(t => t.Generation));
    }

    [Fact]
    public async Task What_runs_cannot_be_cleared()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.gate, with: {{ name: {gate} }} }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => engine.Commands.ClearAsync(new ClearRequest { RunId = id, By = "test" }, CancellationToken.None))).Kind);
        Meeting.Reach(gate + ".go");
        _ = await engine.EndedAsync(id);
    }

    [Fact]
    public async Task A_schedule_whose_parameter_has_no_default_says_so_and_plans_nothing()
    {
        var name = await engine.ApplyAsync(Noop, "schedule: { every: 1h, start: 2020-01-01 }\nparams: { day: { type: string, default: x } }");
        await engine.ExecuteAsync("update workflow_version set yaml = replace(yaml, ', default: x', '') where workflow = @name", new { name });
        await new Planner(engine.Database, new WorkflowDefinitions(engine.Database), new RunStart(engine.Definitions, new RunLedger(engine.Definitions)),
            new RunChanges(engine.Notifications, TimeProvider.System), engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).PlanAsync(CancellationToken.None);
        var workflow = await engine.Store.GetAsync(name, null, CancellationToken.None);
        Assert.Contains("'day'", workflow!.PlanError, StringComparison.Ordinal);
        Assert.Empty(await RunsAsync(name));
    }
}
