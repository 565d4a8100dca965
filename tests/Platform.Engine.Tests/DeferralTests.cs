using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.History;
using Platform.Engine.Queue;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Tasks that wait for something outside.</summary>
public sealed class DeferralTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private Task SignalAsync(string name, string payload = "{}") => SignalAsync(engine, name, payload);

    internal static async Task SignalAsync(EngineFixture engine, string name, string payload)
    {
        await using var connection = await engine.Database.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new SqlBatch(connection, transaction);
        Signals.Add(batch, [name], [payload]);
        await batch.ExecuteAsync(CancellationToken.None);
        await transaction.CommitAsync();
        engine.Notifications.Send(EngineSignals.Ready);
    }

    private Task<RunDetail> DeferredAsync(long run) => engine.UntilAsync(run, r => r.Tasks.Any(t => t.State == TaskStates.Deferred));

    [Fact]
    public async Task A_deferred_task_holds_no_worker_and_goes_on_with_what_it_kept()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 3, delay: 100ms } }\n  - { id: next, activity: test.echo, after: [wait], with: { value: \"{{ tasks.wait.outputs.seen }}\" } }");
        var run = await engine.RunAsync(name);
        Assert.Equal("wait:success next:success", run.States());
        Assert.Equal(3, (int?)run.Task("next").Outputs!["value"]);
        // One attempt, however often it was looked at, and its wait said once.
        Assert.Equal(["1:success"], (await engine.Runs.AttemptsAsync(run.Run.Id, "wait", null, CancellationToken.None)).Select(a => $"{a.Number}:{a.State}"));
        var log = await engine.Runs.LogAsync(new LogFilter { RunId = run.Run.Id, TaskId = "wait" }, CancellationToken.None);
        Assert.Equal(["Waits as told."], log.Select(l => l.Message));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from deferral where run_id = @id", new { id = run.Run.Id }));
    }

    [Fact]
    public async Task While_it_waits_nothing_is_leased_and_the_page_sees_what_it_waits_for()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 1, delay: 1h } }");
        await using var node = engine.StartNode(name);
        var run = await DeferredAsync(await engine.TriggerAsync(name));
        var task = run.Task("wait");
        Assert.Equal("Waits as told.", task.Waits);
        Assert.InRange(task.DueAt!.Value - task.StartedAt!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from task_queue where run_id = @id", new { id = run.Run.Id }));
        Assert.Equal("deferred", (await engine.Runs.AttemptsAsync(run.Run.Id, null, null, CancellationToken.None)).Single().State);
        Assert.Equal((0, RunStates.Running), (run.Run.TasksEnded, run.Run.State));
    }

    [Fact]
    public async Task An_event_resumes_at_once_with_what_came()
    {
        var awaited = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer, with: {{ times: 1, event: {awaited} }} }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        Assert.Null((await DeferredAsync(id)).Task("wait").DueAt);
        await SignalAsync(awaited, """{"by":"ada"}""");
        Assert.Equal("ada", (string?)(await engine.EndedAsync(id)).Task("wait").Outputs!["signal"]!["by"]);
    }

    [Fact]
    public async Task An_event_that_came_before_anybody_waited_counts_and_only_the_first_of_its_name_does()
    {
        var awaited = EngineFixture.NewName();
        await SignalAsync(awaited, """{"by":"ada"}""");
        await SignalAsync(awaited, """{"by":"bob"}""");
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer, with: {{ times: 1, event: {awaited} }} }}");
        Assert.Equal("ada", (string?)(await engine.RunAsync(name)).Task("wait").Outputs!["signal"]!["by"]);
    }

    [Fact]
    public async Task A_hundred_events_signalled_while_their_waiters_begin_to_wait_are_all_heard()
    {
        var prefix = EngineFixture.NewName();
        var list = string.Join(", ", Enumerable.Range(0, 100).Select(i => $"{prefix}x{i}"));
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer, map: {{ over: [{list}], as: name }}, with: {{ times: 1, event: \"{{{{ name }}}}\" }} }}", "limits: { active_tasks: 100 }");
        var id = await engine.TriggerAsync(name);
        await using var node = engine.StartNode(name);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async part =>
        {
            for (var i = part; i < 100; i += 4)
                await SignalAsync($"{prefix}x{i}");
        }));
        Assert.All((await engine.EndedAsync(id)).Tasks, t => Assert.Equal(TaskStates.Success, t.State));
    }

    [Fact]
    public async Task Cancel_ends_a_wait_at_once()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 1, delay: 1h } }\n  - { id: next, activity: test.noop, after: [wait] }\n  - { id: other, activity: test.noop }");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await DeferredAsync(id);
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal(RunStates.Canceled, run.Run.State);
        Assert.Equal((TaskStates.Canceled, TaskStates.Canceled), (run.Task("wait").State, run.Task("next").State));
        Assert.Equal(["canceled"], (await engine.Runs.AttemptsAsync(id, "wait", null, CancellationToken.None)).Select(a => a.State));
    }

    [Fact]
    public async Task One_waiting_task_can_be_canceled_and_what_is_behind_it_fails_with_it()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 1, delay: 1h } }\n  - { id: next, activity: test.noop, after: [wait] }\n  - { id: after, activity: test.noop, after: [wait], trigger_rule: all_done }");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await DeferredAsync(id);
        Assert.Equal(1, await engine.Commands.CancelTaskAsync(id, "wait", null, "ada", CancellationToken.None));
        Assert.Equal("wait:canceled next:upstream_failed after:success", (await engine.EndedAsync(id)).States());
    }

    [Fact]
    public async Task The_time_out_of_a_task_counts_while_it_waits_as_in_Airflow()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 1, delay: 1h }, timeout: 300ms }");
        var task = (await engine.RunAsync(name)).Task("wait");
        Assert.Equal((TaskStates.Failed, "timeout", 1), (task.State, task.ErrorKind, task.Attempts));
    }

    [Fact]
    public async Task Clear_ends_a_wait_and_begins_anew_in_the_next_generation()
    {
        var note = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer, with: {{ times: 1, delay: 1h, note: {note} }} }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await DeferredAsync(id);
        Assert.Equal(["wait"], await engine.Commands.ClearAsync(new Planning.ClearRequest { RunId = id, TaskIds = ["wait"], By = "ada" }, CancellationToken.None));
        var again = await engine.UntilAsync(id, r => r.Tasks is [{ State: TaskStates.Deferred, Generation: 2 }]);
        Assert.Equal(["1:0", "2:0"], Seen.Of(note));
        Assert.Equal(["canceled", "deferred"], (await engine.Runs.AttemptsAsync(id, null, null, CancellationToken.None)).Select(a => a.State));
        Assert.True(await engine.Commands.CancelAsync(again.Run.Id, "ada", CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_after_a_wait_is_tried_again_from_the_beginning()
    {
        var note = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer, with: {{ times: 1, delay: 100ms, note: {note}, fail: 1 }}, retries: 1, retry_delay: 10ms }}");
        var run = await engine.RunAsync(name);
        Assert.Equal((TaskStates.Success, 2), (run.Task("wait").State, run.Task("wait").Attempts));
        Assert.Equal(["1:0", "1:1", "1:0", "1:1"], Seen.Of(note));
    }

    [Fact]
    public async Task An_activity_that_waits_for_nothing_fails_clearly()
    {
        var name = await engine.ApplyAsync("  - { id: wait, activity: test.defer, with: { times: 1 }, retries: 3 }");
        var task = (await engine.RunAsync(name)).Task("wait");
        Assert.Equal((TaskStates.Failed, "bad-deferral", 1), (task.State, task.ErrorKind, task.Attempts));
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_a_resumed_attempt_loses_nothing_that_was_kept()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "attempts");
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.defer_file, with: {{ path: {file} }} }}");
        using var child = ChildNode.Start(engine.ConnectionString, name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t.State == TaskStates.Running) && File.Exists(file) && File.ReadAllText(file).EndsWith('\n'));
        child.Kill();
        await using var node = engine.StartNode(name);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(id)).Run.State);
        Assert.Equal([$"1 kept-1", "2 kept-1"], await File.ReadAllLinesAsync(file));
        Assert.Equal(["lost", "success"], (await engine.Runs.AttemptsAsync(id, null, null, CancellationToken.None)).Select(a => a.State));
    }

    [Fact]
    public async Task Thousands_that_wait_are_found_by_one_look_at_an_index()
    {
        var list = string.Join(", ", Enumerable.Range(0, 5000));
        var name = await engine.ApplyAsync($"  - {{ id: wait, activity: test.noop, map: {{ over: [{list}], as: n }} }}", "limits: { active_tasks: 10000 }");
        var id = await engine.TriggerAsync(name);
        await using (engine.StartNode(name, o => o with { Concurrency = 1 }))
            _ = await engine.UntilAsync(id, r => r.Tasks.Count >= 5000);
        // As if all of them had deferred themselves for an hour.
        await engine.ExecuteAsync("""
            insert into deferral (run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool_slots, cpu, memory, gpu, attempt_id, due_at)
            select run_id, task_id, map_index, generation, workflow, version, queue, priority, number, excused, lost, pool_slots, cpu, memory, gpu, 0, now() + interval '1 hour'
            from task_queue where run_id = @id and node is null
            """, new { id });
        await engine.ExecuteAsync("analyze deferral");
        await using var connection = await engine.Database.OpenAsync(CancellationToken.None);
        var plan = string.Join('\n', await connection.QueryAsync<string>("explain (analyze, buffers) select run_id, task_id, map_index from deferral where due_at <= now() order by due_at limit 500 for update skip locked"));
        Assert.Matches(@"using deferral_due on deferral .*\(actual .*rows=0", plan);
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
    }
}

[Activity("test.defer", Title = "Defer", Help = "Defers itself so many times.", Stage = Stage.Control)]
public sealed class Defer : IActivity
{
    [Field]
    public int Times { get; set; } = 1;

    [Field]
    public TimeSpan? Delay { get; set; }

    [Field]
    public string? Event { get; set; }

    [Field]
    public string? Note { get; set; }

    [Field]
    public int Fail { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var seen = (int?)context.Resumed?.State?["seen"] ?? 0;
        if (Note is not null)
            Seen.Of(Note).Enqueue($"{context.Generation}:{seen}");
        if (seen < Times)
            return Task.FromResult(ActivityResult.Deferred(new Deferral { Delay = Delay, Event = Event, Waits = "Waits as told.", State = new JsonObject { ["seen"] = seen + 1 } }));
        if (context.Attempt <= Fail)
            throw new ActivityException("unavailable", "It failed after its wait.");
        return Task.FromResult(ActivityResult.Success(new Dictionary<string, object?> { ["seen"] = seen, ["signal"] = context.Resumed!.Signal, ["waited"] = context.Resumed.Waited.TotalSeconds }));
    }
}

[Activity("test.defer_file", Title = "Defer", Help = "Defers itself, then writes its attempt into a file; the first attempt then never ends by itself.", Stage = Stage.Control)]
public sealed class DeferFile : IActivity
{
    [Field]
    public required string Path { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (context.Resumed is null)
            return ActivityResult.Deferred(new Deferral { Delay = TimeSpan.FromMilliseconds(100), State = new JsonObject { ["kept"] = $"kept-{context.Attempt}" } });
        await File.AppendAllTextAsync(Path, $"{context.Attempt} {context.Resumed.State!["kept"]}\n", cancellationToken);
        if (context.Attempt == 1)
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, cancellationToken);
        return ActivityResult.Success();
    }
}
