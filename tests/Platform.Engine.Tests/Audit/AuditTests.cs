using Platform.Engine.Audit;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Postgres.Events;

namespace Platform.Engine.Tests.Audit;

/// <summary>Each way to break a promise is planted by SQL in a database with real work, and the audit finds it and nothing else.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const string Pair = "  - { id: a, activity: test.noop }\n  - { id: b, activity: test.noop, after: [a] }";

    // A database a test: a planted defect must be the only one.
    private readonly EngineFixture _engine = new();

    public Task InitializeAsync() => _engine.InitializeAsync();

    public Task DisposeAsync() => _engine.DisposeAsync();

    private async Task<AuditReport> AuditAsync(AuditOptions? options = null) =>
        await new EngineAudit(_engine.Database, _engine.Definitions).RunAsync(null, options ?? new AuditOptions { SecondLook = TimeSpan.FromMilliseconds(50) }, CancellationToken.None);

    /// <summary>Some runs that succeed, some that fail, a mapped task, a clear: whatever a working night leaves.</summary>
    private async Task<(string Workflow, long Run)> WorkAsync()
    {
        var name = await _engine.ApplyAsync(Pair);
        await using var node = _engine.StartNode(name);
        var run = await _engine.TriggerAsync(name);
        await _engine.EndedAsync(run);
        var cleared = await _engine.TriggerAsync(name);
        await _engine.EndedAsync(cleared);
        await _engine.Commands.ClearAsync(new ClearRequest { RunId = cleared, By = "test" }, CancellationToken.None);
        await _engine.EndedAsync(cleared);
        return (name, run);
    }

    private async Task<AuditFinding> OnlyAsync(string check, AuditOptions? options = null)
    {
        var report = await AuditAsync(options);
        Assert.True(report.Findings.Count == 1, string.Join('\n', report.Findings.Select(f => $"{f.Check}: {f.What} ({string.Join("; ", f.Evidence)})")));
        var finding = report.Findings[0];
        Assert.Equal(check, finding.Check);
        Assert.NotEmpty(finding.Evidence);
        Assert.NotEmpty(finding.ToDo);
        return finding;
    }

    private Planner NewPlanner() => new(_engine.Database, _engine.Definitions, new RunStart(_engine.Definitions, new RunLedger(_engine.Definitions)),
        new RunChanges(_engine.Notifications, TimeProvider.System), _engine.Notifications, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    /// <summary>A node that lives and takes nothing.</summary>
    private Task LivingNodeAsync(string queue, int concurrency = 4) => _engine.ExecuteAsync("""
        insert into node (name, host, process_id, version, roles, queues, concurrency, resources, heartbeat_at)
        values ('idle', 'host', 1, '1', array['scheduler', 'worker'], array[@queue], @concurrency, '{"cpu": 2, "memory": 1000000000, "gpu": 0}', now() + interval '1 minute')
        """, new { queue, concurrency });

    [Fact]
    public async Task A_database_after_honest_work_is_clean()
    {
        _ = await WorkAsync();
        var daily = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-11, catchup: true }\nlimits: { active_runs: 3 }");
        await NewPlanner().PlanAsync(CancellationToken.None);
        var report = await AuditAsync();
        Assert.True(report.Clean, string.Join('\n', report.Findings.Select(f => f.What)));
        Assert.Equal(12, report.Runs);
        Assert.True(report.Checks.Count >= 15);
        Assert.Equal(10, await _engine.ScalarAsync<long>("select count(*) from run where workflow = @daily", new { daily }));
    }

    [Theory]
    [InlineData("delete from run where workflow = @name and interval_start = '2026-01-05'; delete from run_interval where workflow = @name and interval_start = '2026-01-05'")]
    [InlineData("delete from run where workflow = @name and interval_start = '2026-01-05'")]
    public async Task An_interval_without_a_run_is_missed(string plant)
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-11, catchup: true }");
        await NewPlanner().PlanAsync(CancellationToken.None);
        Assert.True((await AuditAsync()).Clean);
        await _engine.ExecuteAsync(plant, new { name });
        var finding = await OnlyAsync("missed-run");
        Assert.Equal((AuditKinds.Missed, name), (finding.Kind, finding.Workflow));
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), finding.IntervalStart);
        Assert.Contains($"run {name} --from 2026-01-05T00:00:00Z --to 2026-01-06T00:00:00Z", finding.ToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_catch_up_an_interval_is_missed_only_if_somebody_lived_to_plan_it()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { every: 1h, start: 2020-01-01 }");
        await NewPlanner().PlanAsync(CancellationToken.None);
        // Published and last planned some hours ago; of the hours between, nobody planned any.
        await _engine.ExecuteAsync("""
            update workflow_version set published_at = now() - interval '6 hours' where workflow = @name;
            update workflow set scheduled_since = now() - interval '6 hours' where name = @name;
            """, new { name });
        Assert.True((await AuditAsync()).Clean);

        await _engine.ExecuteAsync("insert into node_session (name, host, process_id, version, plans, works, started_at, ended_at) values ('n', 'h', 1, '1', true, false, now() - interval '7 hours', now())");
        var missed = (await AuditAsync()).Findings;
        Assert.InRange(missed.Count, 4, 5);
        Assert.All(missed, f => Assert.Equal("missed-run", f.Check));

        // Paused through all of it: nobody wanted them.
        await _engine.ExecuteAsync("insert into workflow_pause (workflow, paused_at, resumed_at) values (@name, now() - interval '8 hours', now())", new { name });
        Assert.True((await AuditAsync()).Clean);
    }

    [Fact]
    public async Task A_pause_is_noted_whoever_pauses()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { every: 1h }");
        await _engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        await _engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        Assert.Equal(1, await _engine.ScalarAsync<long>("select count(*) from workflow_pause where workflow = @name and resumed_at is null", new { name }));
        await _engine.Store.SetPausedAsync(name, false, CancellationToken.None);
        Assert.Equal(1, await _engine.ScalarAsync<long>("select count(*) from workflow_pause where workflow = @name and resumed_at is not null", new { name }));
    }

    [Fact]
    public async Task Two_scheduled_runs_of_one_interval_are_double_and_a_backfill_that_repeats_is_not()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '@daily', start: 2026-01-01, end: 2026-01-04, catchup: true }");
        await NewPlanner().PlanAsync(CancellationToken.None);
        await _engine.ExecuteAsync("update run set state = 'success', started_at = now(), ended_at = now() where workflow = @name; delete from task_queue; update task_instance set state = 'success', queued_at = now(), started_at = now(), ended_at = now()", new { name });
        await _engine.ExecuteAsync("insert into task_instance (run_id, task_id, activity, state, queued_at, started_at, ended_at) select id, 'a', 'test.noop', 'success', now(), now(), now() from run on conflict do nothing");
        var again = await _engine.Commands.BackfillAsync(new BackfillRequest
        {
            Workflow = name,
            Intervals = Platform.Workflows.Schedules.RunRange.Intervals((await _engine.Definitions.GetAsync(name, 1, CancellationToken.None)).Definition!.Schedule, null, "2026-01-01", "2026-01-03"),
            By = "test",
            Repeat = Repeat.All,
        }, CancellationToken.None);
        Assert.Equal(2, again.RunIds.Count);
        Assert.True((await AuditAsync()).Clean);

        await _engine.ExecuteAsync("""
            insert into run (workflow, version, kind, state, interval_start, interval_end, started_at, ended_at, created_by)
            select workflow, version, kind, state, interval_start, interval_end, started_at, ended_at, created_by from run where workflow = @name and interval_start = '2026-01-03';
            insert into task_instance (run_id, task_id, activity, state, queued_at, started_at, ended_at) select max(id), 'a', 'test.noop', 'success', now(), now(), now() from run
            """, new { name });
        var finding = await OnlyAsync("double-run");
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero), finding.IntervalStart);
        Assert.Equal(2, finding.Evidence.Count);
    }

    [Fact]
    public async Task Two_accepted_results_of_one_generation_are_double()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("""
            insert into attempt (run_id, task_id, map_index, generation, number, node, state, started_at, ended_at)
            select run_id, task_id, map_index, generation, 2, 'other', 'success', now(), now() from attempt where run_id = @run and task_id = 'a'
            """, new { run });
        var finding = await OnlyAsync("double-result");
        Assert.Equal((AuditKinds.Double, run, "a"), (finding.Kind, finding.RunId!.Value, finding.TaskId));
        Assert.Equal(2, finding.Evidence.Count);
    }

    [Fact]
    public async Task An_end_that_is_told_twice_is_double()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("insert into outbox (type, key, payload) select type, key, payload from outbox where key = @key", new { key = $"{run}/b/-1" });
        Assert.Equal("b", (await OnlyAsync("double-event")).TaskId);
    }

    [Fact]
    public async Task A_run_without_an_instance_of_a_task_has_missed_it()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("delete from task_instance where run_id = @run and task_id = 'b'", new { run });
        var finding = await OnlyAsync("missed-task");
        Assert.Equal((run, "b"), (finding.RunId!.Value, finding.TaskId));
        await _engine.ExecuteAsync("delete from task_instance where run_id = @run", new { run });
        Assert.Equal(["a", "b"], (await AuditAsync()).Findings.Where(f => f.Check == "missed-task").Select(f => f.TaskId));
    }

    [Fact]
    public async Task A_task_that_is_open_in_an_ended_run_is_missed()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("update task_instance set state = 'none', queued_at = null, started_at = null, ended_at = null, outputs = null where run_id = @run and task_id = 'b'", new { run });
        Assert.Equal("b", (await OnlyAsync("open-task")).TaskId);
    }

    [Fact]
    public async Task A_ready_task_is_late_only_while_a_worker_is_free_for_it()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        Assert.True((await AuditAsync()).Clean);
        await _engine.ExecuteAsync("update task_queue set ready_at = now() - interval '1 hour'");
        var waiting = await AuditAsync();
        Assert.True(waiting.Clean);
        Assert.Contains(waiting.Notes, n => n.Contains($"queue '{name}', which no living worker takes", StringComparison.Ordinal));

        await LivingNodeAsync(name);
        var finding = await OnlyAsync("late-task");
        Assert.Equal((AuditKinds.Late, run, "a"), (finding.Kind, finding.RunId!.Value, finding.TaskId));

        foreach (var (taken, back) in new[]
        {
            ("update node set concurrency = 0", "update node set concurrency = 4"),
            ("update node set stopping = true", "update node set stopping = false"),
            ("update node set heartbeat_at = now() - interval '1 minute'", "update node set heartbeat_at = now() + interval '1 minute'"),
            ("insert into pool values ('full', 0); update task_queue set pool = 'full'", "update task_queue set pool = null"),
            ("update task_queue set gpu = 1", "update task_queue set gpu = 0"),
        })
        {
            await _engine.ExecuteAsync(taken);
            Assert.True((await AuditAsync()).Clean, taken);
            await _engine.ExecuteAsync(back);
        }
        _ = await OnlyAsync("late-task");
    }

    [Fact]
    public async Task What_is_late_at_the_first_look_and_done_at_the_second_is_not_reported()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("update task_queue set ready_at = now() - interval '1 hour'");
        await LivingNodeAsync(name);
        var clock = new Platform.Testing.ManualClock();
        var audit = new EngineAudit(_engine.Database, _engine.Definitions, clock).RunAsync(null, null, CancellationToken.None);
        while (clock.Waiting == 0 && !audit.IsCompleted)
            await Task.Yield();
        await using (_engine.StartNode(name))
            await _engine.EndedAsync(run);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await audit).Clean);
    }

    [Fact]
    public async Task A_lease_past_its_end_is_held_by_the_dead()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("""
            insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at) values (1000, @run, 'a', -1, 1, 1, 'gone', 'running', now());
            update task_queue set node = 'gone', attempt_id = 1000, leased_until = now() - interval '1 minute';
            update task_instance set state = 'running', started_at = now(), attempts = 1 where run_id = @run
            """, new { run });
        Assert.Contains("node gone", (await OnlyAsync("dead-lease")).Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_runs_and_holds_no_lease_can_never_end()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at) values (1000, @run, 'a', -1, 1, 7, 'gone', 'running', now())", new { run });
        Assert.Equal(AuditKinds.Stuck, (await OnlyAsync("open-attempt")).Kind);
    }

    [Fact]
    public async Task A_released_task_that_is_not_in_the_queue_is_stuck()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("delete from task_queue where run_id = @run", new { run });
        var finding = await OnlyAsync("queue-row");
        Assert.Equal((AuditKinds.Stuck, "a"), (finding.Kind, finding.TaskId));
    }

    [Fact]
    public async Task A_deferred_task_that_is_due_is_late_and_one_that_nothing_wakes_is_stuck()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("""
            insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at) values (1000, @run, 'a', -1, 1, 1, 'n', 'deferred', now());
            update task_instance set state = 'deferred', started_at = now(), attempts = 1 where run_id = @run;
            insert into deferral (run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool_slots, cpu, memory, gpu, attempt_id, due_at)
            select run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool_slots, cpu, memory, gpu, 1000, now() + interval '1 hour' from task_queue where run_id = @run;
            delete from task_queue where run_id = @run
            """, new { run });
        await LivingNodeAsync("another");
        Assert.True((await AuditAsync()).Clean);
        await _engine.ExecuteAsync("update deferral set due_at = now() - interval '1 hour'");
        Assert.Equal((AuditKinds.Late, "a"), (await OnlyAsync("late-task")) is var late ? (late.Kind, late.TaskId) : default);
        await _engine.ExecuteAsync("update deferral set due_at = null, event = 'ring'; insert into signal (event, at) values ('ring', now() - interval '1 hour')");
        Assert.Contains("event ring", (await OnlyAsync("late-task")).Evidence[0], StringComparison.Ordinal);
        await _engine.ExecuteAsync("delete from deferral; update attempt set state = 'canceled', ended_at = now() where id = 1000");
        Assert.Contains("nobody will ever wake it", (await OnlyAsync("queue-row")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_row_of_a_task_that_has_ended_is_found()
    {
        var (name, run) = await WorkAsync();
        await _engine.ExecuteAsync("insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue) values (@run, 'a', -1, 1, @name, 1, @name)", new { run, name });
        Assert.Contains("success", (await OnlyAsync("queue-row")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_runs_with_nothing_open_is_stuck()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }");
        var run = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("delete from task_queue; update task_instance set state = 'success', started_at = now(), ended_at = now(); update run set started_at = now() - interval '1 hour'");
        var finding = await OnlyAsync("stuck-run");
        Assert.Equal((run, "task instances: 1 success; task_queue has no row of it"), (finding.RunId!.Value, finding.Evidence[0]));
    }

    [Fact]
    public async Task A_queued_run_with_a_free_place_and_a_due_schedule_are_late_while_a_planner_lives()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "limits: { active_runs: 1 }");
        var first = await _engine.TriggerAsync(name);
        var second = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("update run set queued_at = now() - interval '1 hour'");
        await LivingNodeAsync("another");
        Assert.True((await AuditAsync()).Clean);
        await _engine.ExecuteAsync("update workflow set active_runs = 2");
        Assert.Equal(second, (await OnlyAsync("late-run")).RunId);
        await _engine.ExecuteAsync("update workflow set active_runs = 1");

        var due = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { every: 1h }");
        await _engine.ExecuteAsync("update workflow set next_due = now() - interval '1 hour' where name = @due", new { due });
        Assert.Equal(due, (await OnlyAsync("late-plan")).Workflow);
        await _engine.ExecuteAsync("delete from node");
        var alone = await AuditAsync();
        Assert.True(alone.Clean);
        Assert.Contains(alone.Notes, n => n.Contains("1 workflow is due and waits for a node that plans", StringComparison.Ordinal));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(false, "assets: [clean.late]", true)]
    [InlineData(true, "assets: [clean.late]", true)]
    [InlineData(true, "assets: [clean.late, clean.other]", false)]
    [InlineData(true, "assets: [clean.late, clean.other], any_asset: true", true)]
    public async Task A_partition_that_is_there_and_has_no_run_is_late_while_a_planner_lives(bool seen, string schedule, bool found)
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", $"schedule: {{ {schedule}, partitions: '@daily' }}");
        await _engine.ExecuteAsync("""
            insert into asset_write (asset, interval_start, interval_end, version, run_id, task_id) values ('clean.late', '2026-01-05T00:00Z', '2026-01-06T00:00Z', 1, 1, 'w');
            insert into asset_update (workflow, asset, version, run_id, task_id, at, partitioned, written_start, written_end, partition_start, partition_end, seen)
            select @name, 'clean.late', 1, 1, 'w', now() - interval '1 hour', true, s, e, s, e, @seen from (values ('2026-01-05T00:00Z'::timestamptz, '2026-01-06T00:00Z'::timestamptz)) v(s, e)
            """, new { name, seen });
        await LivingNodeAsync("another");
        if (found)
            Assert.Equal(name, (await OnlyAsync("late-partition")).Workflow);
        else
            Assert.True((await AuditAsync()).Clean);
    }

    [Fact]
    public async Task A_run_over_its_time_and_one_that_does_not_stop_are_found()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "limits: { active_runs: 2 }");
        var late = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("update run set times_out_at = now() - interval '1 hour', started_at = now() - interval '2 hours' where id = @late", new { late });
        var finding = await OnlyAsync("late-stop");
        Assert.Equal((AuditKinds.Late, late), (finding.Kind, finding.RunId!.Value));
        await _engine.ExecuteAsync("update run set stop_state = 'canceled', cancel_requested_at = now() - interval '1 hour', canceled_by = 'me' where id = @late", new { late });
        Assert.Equal(AuditKinds.Stuck, (await OnlyAsync("late-stop")).Kind);
    }

    [Fact]
    public async Task Events_that_a_reader_does_not_get_are_late_and_set_aside_ones_missed()
    {
        var (_, run) = await WorkAsync();
        var options = new AuditOptions { Consumers = ["catalog"], SecondLook = TimeSpan.FromMilliseconds(50) };
        Assert.True((await AuditAsync(options)).Clean);
        await _engine.ExecuteAsync("update outbox set created_at = now() - interval '10 minutes'");
        Assert.True((await AuditAsync()).Clean);
        Assert.Contains("not delivered to 'catalog'", (await OnlyAsync("undelivered-event", options)).What, StringComparison.Ordinal);

        await new OutboxReader(_engine.Database.DataSource, "catalog", (_, _, _, _) => Task.CompletedTask, TimeProvider.System).DrainAsync(CancellationToken.None);
        Assert.True((await AuditAsync(options)).Clean);
        await _engine.ExecuteAsync("insert into outbox_failures (consumer, transaction_id, id, type, key, payload, error) select 'catalog', transaction_id, id, type, key, payload, 'no room' from outbox limit 1");
        Assert.Contains("no room", (await OnlyAsync("undelivered-event", options)).Evidence[0], StringComparison.Ordinal);
        Assert.True(run > 0);
    }

    [Fact]
    public async Task A_notice_that_nobody_sends_is_late_while_a_node_lives()
    {
        var (_, run) = await WorkAsync();
        await _engine.ExecuteAsync("insert into notice (run_id, event, payload, kind, target, next_at) values (@run, 'run.failed', '{}', 'webhook', 'ops', now() - interval '1 hour')", new { run });
        Assert.True((await AuditAsync()).Clean);
        await LivingNodeAsync("another");
        Assert.Contains("to webhook ops", (await OnlyAsync("late-notice")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_window_leaves_old_runs_alone_and_open_ones_never()
    {
        var (name, run) = await WorkAsync();
        await _engine.ExecuteAsync("""
            insert into attempt (run_id, task_id, map_index, generation, number, node, state, started_at, ended_at)
            select run_id, task_id, map_index, generation, 2, 'other', 'success', now(), now() from attempt where run_id = @run and task_id = 'a';
            update run set queued_at = now() - interval '30 days' where id <= @run
            """, new { run });
        Assert.True((await AuditAsync()).Clean);
        var all = await new EngineAudit(_engine.Database, _engine.Definitions).RunAsync(DateTimeOffset.UnixEpoch, null, CancellationToken.None);
        Assert.Equal("double-result", Assert.Single(all.Findings).Check);

        var open = await _engine.TriggerAsync(name);
        await _engine.ExecuteAsync("update run set queued_at = now() - interval '30 days'; delete from task_queue where run_id = @open", new { open });
        _ = await OnlyAsync("queue-row");

        await _engine.ExecuteAsync("""
            insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue) values (@open, 'a', -1, 1, @name, 1, @name);
            insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at) values (1000, @open, 'a', -1, 1, 7, 'gone', 'running', now())
            """, new { open, name });
        Assert.Equal(open, (await OnlyAsync("open-attempt")).RunId);
    }

    [Fact]
    public async Task Of_a_schedule_of_many_years_the_newest_intervals_are_looked_at()
    {
        var name = await _engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { every: 1m, start: 2015-01-01, catchup: true }");
        await _engine.ExecuteAsync("""
            update workflow_version set published_at = now() - interval '90 days' where workflow = @name;
            update workflow set planned_until = now() where name = @name;
            insert into run (workflow, version, kind, state, interval_start, interval_end, queued_at, started_at, ended_at, created_by)
            select @name, 1, 'scheduled', 'success', t, t + interval '1 minute', t + interval '1 minute', t + interval '1 minute', t + interval '2 minutes', 'test'
            from generate_series(date_trunc('minute', now() - interval '3 hours'), now(), interval '1 minute') t
            where t not between now() - interval '64 minutes' and now() - interval '60 minutes';
            insert into run_interval (workflow, interval_start, run_id) select workflow, interval_start, id from run where workflow = @name;
            insert into task_instance (run_id, task_id, activity, state, queued_at, started_at, ended_at) select id, 'a', 'test.noop', 'success', queued_at, started_at, ended_at from run where workflow = @name
            """, new { name });
        var report = await new EngineAudit(_engine.Database, _engine.Definitions).RunAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2), null, CancellationToken.None);
        Assert.Equal(4, report.Findings.Count);
        Assert.All(report.Findings, f => Assert.Equal("missed-run", f.Check));
    }

    [Fact]
    public async Task The_nightly_audit_is_made_once_whatever_nodes_there_are_and_its_report_is_kept()
    {
        var (name, run) = await WorkAsync();
        await _engine.ExecuteAsync("delete from task_instance where run_id = @run and task_id = 'b'; delete from audit", new { run });
        var audit = new EngineAudit(_engine.Database, _engine.Definitions);
        var options = new NodeOptions { AuditAt = new TimeOnly(0, 0) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Platform.Engine.Maintenance.NightlyAudit(_engine.Database, audit, options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).AuditAsync(CancellationToken.None)));
        Assert.Equal(1, await _engine.ScalarAsync<long>("select count(*) from audit"));
        var kept = await new AuditStore(_engine.Database).LastAsync(null, CancellationToken.None);
        var finding = Assert.Single(kept!.Findings);
        Assert.Equal((name, run, "b", "missed-task"), (finding.Workflow, finding.RunId!.Value, finding.TaskId, finding.Check));
        Assert.Null(await new AuditStore(_engine.Database).LastAsync(AuditStore.Command, CancellationToken.None));
    }
}
