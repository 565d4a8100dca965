using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary><c>depends_on_past</c>, as Airflow 3 means it.</summary>
public sealed class DependsOnPastTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Daily = "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-04, catchup: true }\nlimits: { active_runs: 5 }";

    private Planner NewPlanner() => new(engine.Database, engine.Definitions, new RunStart(engine.Definitions, new RunLedger(engine.Definitions)),
        new RunChanges(engine.Notifications, TimeProvider.System), engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private async Task<IReadOnlyList<RunRow>> RunsAsync(string workflow) =>
        [.. (await engine.Runs.ListAsync(new RunFilter { Workflow = workflow, Limit = 500 }, CancellationToken.None)).OrderBy(r => r.IntervalStart)];

    private async Task<long[]> PlanAsync(string workflow)
    {
        await NewPlanner().PlanAsync(CancellationToken.None);
        return [.. (await RunsAsync(workflow)).Select(r => r.Id)];
    }

    [Fact]
    public async Task A_task_waits_for_itself_in_the_run_before_and_the_first_run_for_nothing()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.gate, with: {{ name: {gate} }}, depends_on_past: true }}\n  - {{ id: free, activity: test.noop }}", Daily);
        var ids = await PlanAsync(name);
        await using var node = engine.StartNode(name);
        await Meeting.Of(gate + ".began");
        // What does not depend on the past has ended in all three runs, and only the first run's task runs.
        foreach (var id in ids)
            _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t is { TaskId: "free", State: TaskStates.Success }));
        Assert.Equal("a:running free:success", (await engine.Runs.GetAsync(ids[0], CancellationToken.None))!.States());
        Assert.Equal("a:none free:success", (await engine.Runs.GetAsync(ids[1], CancellationToken.None))!.States());
        Assert.Equal("a:none free:success", (await engine.Runs.GetAsync(ids[2], CancellationToken.None))!.States());
        Meeting.Reach(gate + ".go");
        var ends = new List<RunDetail>();
        foreach (var id in ids)
            ends.Add(await engine.EndedAsync(id));
        Assert.All(ends, r => Assert.Equal(RunStates.Success, r.Run.State));
        Assert.True(ends[0].Task("a").EndedAt <= ends[1].Task("a").StartedAt && ends[1].Task("a").EndedAt <= ends[2].Task("a").StartedAt);
    }

    [Fact]
    public async Task A_failed_past_holds_the_next_run_until_it_is_cleared_and_succeeds_although_the_next_has_the_last_place()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, with: { times: 1 }, retries: 0, depends_on_past: true }", Daily.Replace("active_runs: 5", "active_runs: 1", StringComparison.Ordinal).Replace("01-04", "01-03", StringComparison.Ordinal));
        var ids = await PlanAsync(name);
        await using var node = engine.StartNode(name);
        Assert.Equal(RunStates.Failed, (await engine.EndedAsync(ids[0])).Run.State);
        _ = await engine.UntilAsync(ids[1], r => r.Run.State == RunStates.Running);
        Assert.Equal("a:none", (await engine.Runs.GetAsync(ids[1], CancellationToken.None))!.States());

        // The first attempt of a generation fails, so that the past succeeds only by being told so.
        _ = await engine.Commands.ClearAsync(new ClearRequest { RunId = ids[0], By = "test" }, CancellationToken.None);
        _ = await engine.UntilAsync(ids[0], r => RunStates.Ended.Contains(r.Run.State) && r.Task("a").Generation == 2);
        Assert.Equal("a:none", (await engine.Runs.GetAsync(ids[1], CancellationToken.None))!.States());
        await engine.ExecuteAsync("update task_instance set state = 'success', error_kind = null, error = null where run_id = @id", new { id = ids[0] });
        var run = await engine.EndedAsync(ids[1]);
        Assert.Equal(1, run.Task("a").Attempts);
    }

    [Fact]
    public async Task A_skipped_past_counts_as_done_and_the_trigger_rule_still_skips_early()
    {
        var name = await engine.ApplyAsync("  - { id: up, activity: test.skip }\n  - { id: a, activity: test.noop, after: [up], depends_on_past: true }", Daily);
        var ids = await PlanAsync(name);
        await using var node = engine.StartNode(name);
        foreach (var id in ids)
            Assert.Equal("up:skipped a:skipped", (await engine.EndedAsync(id)).States());
    }

    [Fact]
    public async Task With_catchup_a_manual_run_is_no_past_and_without_it_is_one()
    {
        foreach (var (catchup, expected) in new[] { ("true", "a:success"), ("false", "a:none") })
        {
            var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, with: { times: \"{{ params.times }}\" }, retries: 0, depends_on_past: true }",
                $"params: {{ times: 0 }}\nlimits: {{ active_runs: 5 }}\nschedule: {{ cron: '@daily', start: 2026-01-01, catchup: {catchup} }}");
            await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
            await using var node = engine.StartNode(name);
            DataInterval Day(int day) => new(new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, day + 1, 0, 0, 0, TimeSpan.Zero));
            var manual = await engine.Commands.TriggerAsync(new TriggerRequest { Workflow = name, By = "test", Interval = Day(1), Params = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["times"] = 9 } }, CancellationToken.None);
            Assert.Equal("a:failed", (await engine.EndedAsync(manual.RunId)).States());
            var backfill = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = [Day(2)], By = "test" }, CancellationToken.None);
            var run = catchup == "true" ? await engine.EndedAsync(backfill.RunIds[0]) : await engine.UntilAsync(backfill.RunIds[0], r => r.Run.State == RunStates.Running);
            Assert.Equal(expected, run.States());
        }
    }

    [Fact]
    public async Task A_run_without_an_interval_and_a_task_that_the_run_before_did_not_have_wait_for_nothing()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, retries: 0 }", Daily.Replace("01-04", "01-02", StringComparison.Ordinal));
        var first = (await PlanAsync(name))[0];
        // A node that plans would make the second day's run before the backfill does.
        await using var node = engine.StartNode(name, o => o with { Plans = false });
        Assert.Equal(RunStates.Failed, (await engine.EndedAsync(first)).Run.State);
        await engine.ApplyAsync(name, "  - { id: b, activity: test.noop, depends_on_past: true }", Daily.Replace("01-04", "01-03", StringComparison.Ordinal));
        var second = (await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = RunRange.Intervals(new() { Cron = "@daily" }, "2026-01-02", null, null), By = "test", Repeat = Repeat.All }, CancellationToken.None)).RunIds;
        Assert.Equal("b:success", (await engine.EndedAsync(second[0])).States());
        var other = await engine.ApplyAsync("  - { id: a, activity: test.noop, depends_on_past: true }");
        Assert.Equal("a:success", (await engine.RunAsync(other)).States());
    }

    [Fact]
    public async Task A_backfill_whose_tasks_depend_on_the_past_cannot_go_newest_first()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop, depends_on_past: true }");
        var refused = await Assert.ThrowsAsync<EngineException>(() => engine.Commands.BackfillAsync(
            new BackfillRequest { Workflow = name, Intervals = RunRange.Intervals(null, null, "2026-01-01", "2026-01-03"), NewestFirst = true, By = "test" }, CancellationToken.None));
        Assert.Contains("oldest first", refused.Message, StringComparison.Ordinal);
    }
}
