using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Backfills beside the schedule, and pools.</summary>
public sealed class BackfillTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static IReadOnlyList<DataInterval> Days(int count) => RunRange.Intervals(null, null, "2026-01-01", new DateOnly(2026, 1, 1).AddDays(count).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    private async Task<BackfillRow> BackfillAsync(long id) => (await new BackfillQueries(engine.Database).GetAsync(id, CancellationToken.None))!;

    [Fact]
    public async Task A_backfill_never_starves_the_schedule()
    {
        var note = EngineFixture.NewName();
        var name = await engine.ApplyAsync(
            $"  - {{ id: each, activity: test.echo, map: {{ over: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], as: n }}, with: {{ value: \"{{{{ n }}}}\", note: {note} }} }}",
            "schedule: { cron: '@daily', start: 2025-06-01 }\nlimits: { active_runs: 1, active_tasks: 2 }");
        var made = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = Days(20), ActiveRuns = 10, By = "test" }, CancellationToken.None);
        // The backfill has every place it may have, and its tasks are ready before the schedule's run exists.
        await using var node = engine.StartNode(name, o => o with { Concurrency = 1, Plans = false });
        _ = await engine.UntilAsync(made.RunIds[0], r => r.Tasks.Any(t => t.State == TaskStates.Success));
        var planner = new Planner(engine.Database, engine.Definitions, new RunStart(engine.Definitions, new RunLedger(engine.Definitions)), new RunChanges(engine.Notifications, TimeProvider.System),
            engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        IReadOnlyList<RunRow> planned = [];
        // A planner passes over a workflow whose row a claim holds at this moment, and looks again at its next turn.
        for (var turn = 0; turn < 50 && planned.Count == 0; turn++)
        {
            await planner.PlanAsync(CancellationToken.None);
            planned = await engine.Runs.ListAsync(new RunFilter { Workflow = name, Kind = RunKinds.Scheduled }, CancellationToken.None);
        }
        var scheduled = Assert.Single(planned);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(scheduled.Id)).Run.State);
        var before = await BackfillAsync(made.BackfillId!.Value);
        Assert.True(before.Success < 19, $"{before.Success} of 20 runs of the backfill ended before the schedule's one");
        _ = await engine.EndedAsync(made.RunIds[^1]);
    }

    [Fact]
    public async Task Its_own_limit_its_order_and_its_end_are_kept()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.gate, with: {{ name: {gate} }} }}", "limits: { active_runs: 1 }");
        var made = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = Days(600), ActiveRuns = 3, NewestFirst = true, Repeat = Repeat.Failed, By = "ada" }, CancellationToken.None);
        var id = made.BackfillId!.Value;
        var row = await BackfillAsync(id);
        Assert.Equal(("running", 600, 597, 3, 3, true, "failed"), (row.State, row.Runs, row.Queued, row.Running, row.ActiveRuns, row.NewestFirst, row.Repeat));
        var running = await engine.Runs.ListAsync(new RunFilter { Workflow = name, State = RunStates.Running }, CancellationToken.None);
        Assert.Equal(made.Intervals.TakeLast(3).Select(i => i.Start), running.Select(r => r.IntervalStart!.Value).Order());

        // A manual run has the workflow's own place.
        Assert.Equal(RunStates.Running, (await engine.Runs.GetAsync(await engine.TriggerAsync(name), CancellationToken.None))!.Run.State);
        Assert.Equal(600, await new BackfillControl(engine.Database, engine.Definitions).CancelAsync(id, "ada", CancellationToken.None));
        row = await BackfillAsync(id);
        Assert.Equal(("canceled", 600, "ada"), (row.State, row.Canceled, row.CanceledBy));
        Assert.Equal(600, await engine.ScalarAsync<long>("select count(*) from outbox o join run r on o.key = 'run/' || r.id where o.type = 'run.ended' and r.backfill_id = @id", new { id }));
        Assert.Equal(0, await new BackfillControl(engine.Database, engine.Definitions).CancelAsync(id, "ada", CancellationToken.None));
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => new BackfillControl(engine.Database, engine.Definitions).CancelAsync(-1, "ada", CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task A_dry_run_tells_the_runs_that_the_intervals_have_and_makes_nothing()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }");
        await using var node = engine.StartNode(name);
        var request = new BackfillRequest { Workflow = name, Intervals = Days(2), By = "test" };
        var made = await engine.Commands.BackfillAsync(request, CancellationToken.None);
        foreach (var run in made.RunIds)
            _ = await engine.EndedAsync(run);

        // Whoever cancels what has ended changes nothing of what is told of it.
        Assert.Equal(0, await new BackfillControl(engine.Database, engine.Definitions).CancelAsync(made.BackfillId!.Value, "ada", CancellationToken.None));
        Assert.Null((await BackfillAsync(made.BackfillId.Value)).CanceledAt);

        var dry = await engine.Commands.BackfillAsync(request with { Intervals = Days(3), Repeat = Repeat.All, DryRun = true }, CancellationToken.None);
        Assert.Equal((3, 0, (long?)null), (dry.Intervals.Count, dry.RunIds.Count, dry.BackfillId));
        Assert.Equal(made.Intervals.Zip(made.RunIds, (i, run) => (i.Start, new IntervalRun(run, RunStates.Success))), dry.Before.OrderBy(b => b.Key).Select(b => (b.Key, b.Value)));
        Assert.Equal(2, (await engine.Runs.ListAsync(new RunFilter { Workflow = name }, CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Tasks_that_wait_for_a_slot_do_not_hold_up_the_others_of_their_workflow(int slots)
    {
        var pools = new PoolStore(engine.Database);
        var pool = EngineFixture.NewName();
        await pools.SetAsync(pool, slots, null, CancellationToken.None);
        // Of one slot, the first element takes it and keeps it.
        var name = await engine.ApplyAsync($$$"""
              - { id: blocked, activity: test.gate, pool: {{{pool}}}, map: { over: "{{ [1, 2, 3, 4, 5, 6] }}", as: x }, with: { name: {{{pool}}} } }
              - { id: free, activity: test.noop }
              - { id: late, activity: test.noop, after: [free] }
            """, $"limits: {{ active_tasks: {1 + slots} }}");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);

        var seen = await engine.UntilAsync(run, r => r.Tasks.Any(t => t is { TaskId: "late", State: TaskStates.Success }));

        // Without any slot, not even the list is looked at.
        Assert.Equal(slots == 0 ? 1 : 5, seen.Tasks.Count(t => t is { TaskId: "blocked", State: TaskStates.Queued }));
        await engine.Commands.CancelAsync(run, "test", CancellationToken.None);
    }

    [Fact]
    public async Task A_task_of_a_pool_that_is_not_there_waits_and_runs_when_it_is_made()
    {
        var (pools, queries) = (new PoolStore(engine.Database), new PoolQueries(engine.Database));
        var pool = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: a, activity: test.noop, pool: {pool} }}\n  - {{ id: b, activity: test.noop }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t is { TaskId: "b", State: TaskStates.Success }));
        var missing = Assert.Single(await queries.ListAsync(CancellationToken.None), p => p.Name == pool);
        Assert.Equal(((int?)null, 1), (missing.Slots, missing.Waiting));
        Assert.True(await pools.SetAsync(pool, 1, "Calls of the shop", CancellationToken.None));
        Assert.Equal("a:success b:success", (await engine.EndedAsync(id)).States());
        Assert.False(await pools.SetAsync(pool, 0, null, CancellationToken.None));
        Assert.Equal((0, "Calls of the shop"), Assert.Single(await queries.ListAsync(CancellationToken.None), p => p.Name == pool) is var set ? (set.Slots ?? -1, set.Description) : default);

        var held = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(held, r => r.Tasks.Any(t => t is { TaskId: "b", State: TaskStates.Success }));
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => pools.DeleteAsync(pool, CancellationToken.None))).Kind);
        _ = await engine.Commands.CancelAsync(held, "test", CancellationToken.None);
        _ = await engine.EndedAsync(held);
        await pools.DeleteAsync(pool, CancellationToken.None);
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => pools.DeleteAsync(pool, CancellationToken.None))).Kind);
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<EngineException>(() => pools.SetAsync("Bad Name", 1, null, CancellationToken.None))).Kind);
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<EngineException>(() => pools.SetAsync(pool, -1, null, CancellationToken.None))).Kind);
    }
}
