using Platform.Engine.Explain;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Why is it not running?</summary>
public sealed class ExplainTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private Explainer Explainer => new(engine.Database, engine.Definitions);

    [Fact]
    public async Task A_task_without_a_worker_for_its_queue_says_which_queue_and_what_to_start()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await engine.TriggerAsync(name);
        var why = await TaskAsync(run, "a");
        var cause = Assert.Single(why.Causes);
        Assert.Equal((CauseCodes.NoWorker, true, name), (cause.Code, cause.NeedsAction, cause.Values[0]));
        Assert.Contains($"--queues {name}", cause.Text, StringComparison.Ordinal);
        Assert.Null(why.Forecast!.Starts);
        Assert.Equal(["a"], why.Forecast.Unknown);
    }

    [Fact]
    public async Task A_task_behind_a_chain_names_the_task_upstream_and_the_one_that_holds_everything_up()
    {
        var name = await engine.ApplyAsync($$"""
              - { id: first, activity: test.gate, with: { name: chain } }
              - { id: second, activity: test.noop, after: [first] }
              - { id: third, activity: test.noop, after: [second] }
            """);
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await Meeting.Of("chain.began");
        var why = await TaskAsync(run, "third");
        Assert.Equal([("upstream", "second", "none"), ("upstream", "first", "running")], why.Causes.Select(c => (c.Code, c.Values[0], c.Values[1])));
        Assert.Equal(CauseCodes.Running, (await TaskAsync(run, "first")).Causes[0].Code);
        Meeting.Reach("chain.go");
        await engine.EndedAsync(run);
        Assert.Equal(CauseCodes.Ended, (await TaskAsync(run, "third")).Causes[0].Code);
        Assert.Null((await TaskAsync(run, "third")).Forecast);
    }

    [Fact]
    public async Task A_queued_run_names_the_run_that_holds_the_place_and_the_runs_before_it()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.gate, with: { name: place } }");
        await using var node = engine.StartNode(name);
        var first = await engine.TriggerAsync(name);
        await Meeting.Of("place.began");
        await engine.TriggerAsync(name);
        var third = await engine.TriggerAsync(name);
        var why = (await Explainer.RunAsync(third, CancellationToken.None))!;
        var cause = Assert.Single(why.Causes);
        Assert.Equal(CauseCodes.RunLimit, cause.Code);
        Assert.Equal(["1", $"#{first}", "1"], cause.Values);
        Assert.Equal(CauseCodes.RunLimit, (await TaskAsync(third, "a")).Causes[0].Code);
        Meeting.Reach("place.go");
        await engine.EndedAsync(third);
    }

    [Fact]
    public async Task A_full_pool_names_who_holds_it_and_one_that_is_too_small_asks_for_slots()
    {
        await engine.ExecuteAsync("insert into pool (name, slots) values ('narrow', 1)");
        var name = await engine.ApplyAsync("""
              - { id: holder, activity: test.gate, pool: narrow, with: { name: pool } }
              - { id: waiter, activity: test.noop, pool: narrow, priority: -1 }
              - { id: giant, activity: test.noop, pool: narrow, pool_slots: 2, priority: -2 }
            """);
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await Meeting.Of("pool.began");
        var full = Assert.Single((await TaskAsync(run, "waiter")).Causes);
        Assert.Equal((CauseCodes.PoolFull, "narrow"), (full.Code, full.Values[0]));
        Assert.Contains($"#{run} {name} (holder)", full.Text, StringComparison.Ordinal);
        var small = Assert.Single((await TaskAsync(run, "giant")).Causes);
        Assert.Equal((CauseCodes.PoolTooSmall, true), (small.Code, small.NeedsAction));
        Meeting.Reach("pool.go");
        await engine.UntilAsync(run, r => r.Task("waiter").State == TaskStates.Success);
        await engine.Commands.CancelAsync(run, "test", CancellationToken.None);
    }

    [Fact]
    public async Task The_limit_of_active_tasks_and_busy_workers_name_the_tasks_that_run()
    {
        var limited = await engine.ApplyAsync("""
              - { id: a, activity: test.gate, priority: 1, with: { name: limit } }
              - { id: b, activity: test.noop }
            """, "limits: { active_tasks: 1 }");
        await using var node = engine.StartNode(limited);
        var run = await engine.TriggerAsync(limited);
        await Meeting.Of("limit.began");
        var cause = Assert.Single((await TaskAsync(run, "b")).Causes);
        Assert.Equal((CauseCodes.TaskLimit, "1"), (cause.Code, cause.Values[0]));
        Meeting.Reach("limit.go");
        await engine.EndedAsync(run);

        var busy = await engine.ApplyAsync("""
              - { id: a, activity: test.gate, priority: 1, with: { name: busy } }
              - { id: b, activity: test.noop }
            """);
        await using var single = engine.StartNode(busy, o => o with { Concurrency = 1 });
        run = await engine.TriggerAsync(busy);
        await Meeting.Of("busy.began");
        cause = Assert.Single((await TaskAsync(run, "b")).Causes);
        Assert.Equal((CauseCodes.WorkersBusy, busy, "1"), (cause.Code, cause.Values[0], cause.Values[1]));
        Meeting.Reach("busy.go");
        await engine.EndedAsync(run);
    }

    [Fact]
    public async Task A_task_that_needs_a_gpu_says_that_no_worker_declares_one()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop, resources: { gpu: 1 } }");
        await using var node = engine.StartNode(name, o => o with { Resources = new NodeResources(4, 1e9, 0) });
        var run = await engine.TriggerAsync(name);
        await EngineFixture.UntilAsync(async () => await engine.ScalarAsync<long>("select count(*) from node where queues = array[@name]", new { name }) == 1);
        var cause = Assert.Single((await TaskAsync(run, "a")).Causes);
        Assert.Equal((CauseCodes.NoResources, true), (cause.Code, cause.NeedsAction));
        Assert.Contains("gpu 1", cause.Text, StringComparison.Ordinal);
        await engine.Commands.CancelAsync(run, "test", CancellationToken.None);
    }

    [Fact]
    public async Task A_task_between_attempts_tells_when_the_next_one_starts_and_why_the_last_failed()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, retries: 1, retry_delay: 1h, retry_max_delay: 1h, with: { message: no luck } }");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await engine.UntilAsync(run, r => r.Task("a").State == TaskStates.UpForRetry);
        var cause = Assert.Single((await TaskAsync(run, "a")).Causes);
        Assert.Equal((CauseCodes.RetryAt, "2"), (cause.Code, cause.Values[1]));
        Assert.Contains("no luck", cause.Text, StringComparison.Ordinal);
        await engine.Commands.CancelAsync(run, "test", CancellationToken.None);
        Assert.Equal(CauseCodes.Ended, (await Explainer.RunAsync(run, CancellationToken.None))!.Causes[0].Code);
    }

    [Fact]
    public async Task A_forecast_comes_from_past_durations_and_is_unknown_without_any()
    {
        var name = await engine.ApplyAsync($$"""
              - { id: work, activity: test.wait, with: { seconds: 0.4 } }
              - { id: more, activity: test.wait, after: [work], with: { seconds: 0.6 } }
            """);
        await using (engine.StartNode(name))
        {
            Assert.Null((await ForecastOfNewRunAsync(name)).RunEnds);
            for (var i = 0; i < 2; i++)
                await engine.EndedAsync(await engine.TriggerAsync(name));
        }
        await using (engine.StartNode(name))
        {
            var first = await engine.TriggerAsync(name);
            await engine.UntilAsync(first, r => r.Task("work").State == TaskStates.Running);
            var second = await engine.TriggerAsync(name);
            var why = (await Explainer.RunAsync(second, CancellationToken.None))!;
            var ended = await engine.EndedAsync(first);
            var next = await engine.EndedAsync(second);
            Assert.True(Math.Abs((why.Forecast!.Starts!.Value - next.Run.StartedAt!.Value).TotalSeconds) < 0.6, $"{why.Forecast.Starts:O} {next.Run.StartedAt:O}");
            Assert.True(Math.Abs((why.Forecast.RunEnds!.Value - next.Run.EndedAt!.Value).TotalSeconds) < 0.8, $"{why.Forecast.RunEnds:O} {next.Run.EndedAt:O}");
            Assert.True(why.Forecast.RunEndsLate >= why.Forecast.RunEnds);
            Assert.Empty(why.Forecast.Unknown);
            Assert.True(ended.Run.EndedAt <= next.Run.StartedAt);
        }
    }

    [Fact]
    public async Task A_task_that_depends_on_the_past_names_the_run_before_and_asks_to_clear_what_failed_there()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, depends_on_past: true }", "schedule: { cron: '0 0 * * *', start: 2024-01-01 }\nlimits: { active_runs: 3 }");
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        await using var node = engine.StartNode(name);
        var intervals = RunRange.Intervals((await engine.Definitions.GetAsync(name, 1, CancellationToken.None)).Definition!.Schedule, null, "2024-02-01", "2024-02-04");
        var made = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = intervals, By = "test" }, CancellationToken.None);
        await engine.EndedAsync(made.RunIds[0]);
        await engine.UntilAsync(made.RunIds[1], r => r.Run.State == RunStates.Running);
        var cause = Assert.Single((await TaskAsync(made.RunIds[1], "a")).Causes);
        Assert.Equal((CauseCodes.Past, $"{made.RunIds[0]}", "failed", true), (cause.Code, cause.Values[0], cause.Values[1], cause.NeedsAction));

        // The run as a whole says it too, and the one behind it names both.
        cause = Assert.Single((await Explainer.RunAsync(made.RunIds[1], CancellationToken.None))!.Causes);
        Assert.Equal((CauseCodes.Past, "a", true), (cause.Code, cause.TaskId, cause.NeedsAction));
        Assert.Contains($"'./platform clear {made.RunIds[0]} --failed'", cause.Text, StringComparison.Ordinal);
        Assert.Contains($"backfill {name} --from 2024-02-01 --to 2024-02-02 --rerun failed", cause.Text, StringComparison.Ordinal);
        await engine.UntilAsync(made.RunIds[2], r => r.Run.State == RunStates.Running);
        var causes = (await Explainer.RunAsync(made.RunIds[2], CancellationToken.None))!.Causes;
        Assert.Equal([$"{made.RunIds[0]}", $"{made.RunIds[1]}"], causes.Select(c => c.Values[0]));
        Assert.Equal([true, false], causes.Select(c => c.NeedsAction));
        await engine.Commands.CancelAsync(made.RunIds[2], "test", CancellationToken.None);
        await engine.Commands.CancelAsync(made.RunIds[1], "test", CancellationToken.None);
    }

    [Fact]
    public async Task A_workflow_whose_schedule_has_ended_says_when()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '0 0 * * *', start: 2024-01-01, end: 2024-01-03 }");
        await engine.ExecuteAsync("update workflow set next_due = null where name = @name", new { name });
        var cause = Assert.Single((await Explainer.WorkflowAsync(name, CancellationToken.None))!.Causes, c => c.Code == CauseCodes.ScheduleEnded);
        Assert.Equal("2024-01-03T00:00:00Z", cause.Values[0]);
        Assert.Contains("'end'", cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_claimed_ahead_holds_no_place()
    {
        var leases = Enumerable.Range(0, 5).Select(i => Queued("m", i) with { Node = "n" }).ToList();
        var cause = Assert.Single(QueuedCauses.Of(Queued("m", 9), State(2, leases), 16, [], null));
        Assert.Equal((CauseCodes.WorkersBusy, "#1 w (m[0], m[1])", "3"), (cause.Code, cause.Values[2], cause.Values[4]));
        Assert.Contains("3 tasks are claimed ahead", cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_behind_tasks_of_its_workflow_or_pool_says_so_instead_of_that_nothing_is_in_its_way()
    {
        var state = State(4, [Queued("m", 0) with { Node = "n" }]);
        string Code(QueuedTask task, int activeTasks, params TasksBefore[] before) => Assert.Single(QueuedCauses.Of(task, state, activeTasks, before, null)).Code;
        var waiting = Queued("m", 9);
        Assert.Equal(CauseCodes.Starting, Code(waiting, 16, new TasksBefore { Own = true, Count = 2, Slots = 2 }));
        Assert.Equal(CauseCodes.TasksBefore, Code(waiting, 16, new TasksBefore { Own = true, Count = 3, Slots = 3 }));
        Assert.Equal(CauseCodes.TasksBefore, Code(waiting, 2, new TasksBefore { Own = true, Count = 1, Slots = 1 }));
        Assert.Equal(CauseCodes.TaskLimit, Code(waiting, 1));
        // Other workflows may be at limits of their own, and what waits for a full pool takes no place.
        Assert.Equal(CauseCodes.Starting, Code(waiting, 16, new TasksBefore { Own = false, Count = 50, Slots = 50 }, new TasksBefore { Own = true, Pool = "gone", Count = 50, Slots = 50 }));
        var pooled = waiting with { Pool = "two" };
        Assert.Equal(CauseCodes.Starting, Code(pooled, 16, new TasksBefore { Own = false, Pool = "two", Count = 1, Slots = 1 }));
        Assert.Equal(CauseCodes.TasksBefore, Code(pooled, 16, new TasksBefore { Own = false, Pool = "two", Count = 2, Slots = 2 }));
    }

    private static QueuedTask Queued(string task, int index) => new()
    {
        Id = index + 1,
        RunId = 1,
        TaskId = task,
        MapIndex = index,
        Workflow = "w",
        Queue = "q",
        Priority = 0,
        ReadyAt = DateTimeOffset.UnixEpoch,
        Number = 1,
        PoolSlots = 1,
        Cpu = 0,
        Memory = 0,
        Gpu = 0,
    };

    private static LiveState State(int places, IReadOnlyList<QueuedTask> leases) => new()
    {
        Now = DateTimeOffset.UnixEpoch.AddDays(1),
        Leases = leases,
        Pools = new Dictionary<string, int> { ["two"] = 2 },
        Nodes = [new LiveNode { Name = "n", Roles = ["worker"], Queues = ["q"], Concurrency = places, Alive = true, Stopping = false }],
    };

    [Fact]
    public async Task A_workflow_says_that_it_is_paused_or_has_no_schedule()
    {
        var plain = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        Assert.Contains((await Explainer.WorkflowAsync(plain, CancellationToken.None))!.Causes, c => c.Code == CauseCodes.NoSchedule);
        var timed = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '0 0 * * *', start: 2099-01-01 }");
        await engine.Store.SetPausedAsync(timed, true, CancellationToken.None);
        var why = (await Explainer.WorkflowAsync(timed, CancellationToken.None))!;
        Assert.Equal(CauseCodes.Paused, why.Causes[0].Code);
        Assert.Null(await Explainer.WorkflowAsync("no-such", CancellationToken.None));
    }

    [Fact]
    public async Task What_does_not_exist_is_said()
    {
        Assert.Null(await Explainer.RunAsync(long.MaxValue, CancellationToken.None));
        Assert.Null(await Explainer.TaskAsync(long.MaxValue, "a", null, CancellationToken.None));
        var run = await engine.TriggerAsync(await engine.ApplyAsync("  - { id: a, activity: test.noop }"));
        var unknown = await Assert.ThrowsAsync<EngineException>(() => Explainer.TaskAsync(run, "b", null, CancellationToken.None));
        Assert.Equal("not-found", unknown.Kind);
        Assert.Contains("'a'", unknown.Message, StringComparison.Ordinal);
        var element = await Assert.ThrowsAsync<EngineException>(() => Explainer.TaskAsync(run, "a", 7, CancellationToken.None));
        Assert.Contains("no element 7", element.Message, StringComparison.Ordinal);
        unknown = await Assert.ThrowsAsync<EngineException>(() => Explainer.TaskAsync(run, "A", 7, CancellationToken.None));
        Assert.Contains("no task 'A'. Did you mean 'a'?", unknown.Message, StringComparison.Ordinal);
    }

    private async Task<Forecast> ForecastOfNewRunAsync(string name)
    {
        var run = await engine.TriggerAsync(name);
        var forecast = (await Explainer.RunAsync(run, CancellationToken.None))!.Forecast!;
        await engine.EndedAsync(run);
        return forecast;
    }

    private async Task<Explanation> TaskAsync(long run, string task) => (await Explainer.TaskAsync(run, task, null, CancellationToken.None))!;
}

[Activity("test.wait", Title = "Wait", Help = "Waits for some seconds.", Stage = Stage.Control)]
public sealed class Wait : IActivity
{
    [Field]
    public double Seconds { get; set; }

    [Field]
    public int Elements { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(Seconds), context.Clock, cancellationToken);
        return ActivityResult.Success(new Dictionary<string, object?> { ["list"] = Enumerable.Range(0, Elements).ToArray() });
    }
}
