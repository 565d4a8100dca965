using Platform.Engine.History;

namespace Platform.Engine.Tests;

/// <summary>Retries, time-outs, cancels, logs.</summary>
public sealed class AttemptTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task A_task_that_fails_twice_succeeds_with_two_retries_and_every_attempt_is_kept()
    {
        var name = await engine.ApplyAsync("  - { id: flaky, activity: test.fail, with: { times: 2, crash: true, message: broken pipe }, retries: 2, retry_delay: 20ms }");
        var run = await engine.RunAsync(name);
        Assert.Equal((TaskStates.Success, 3), (run.Task("flaky").State, run.Task("flaky").Attempts));
        var attempts = await engine.Runs.AttemptsAsync(run.Run.Id, "flaky", null, CancellationToken.None);
        Assert.Equal(["1:failed", "2:failed", "3:success"], attempts.Select(a => $"{a.Number}:{a.State}"));
        Assert.Equal("InvalidOperationException: broken pipe", attempts[0].Error);
        Assert.Contains("TestActivities.cs", attempts[0].ErrorDetail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retryable: false", "", 1)]
    [InlineData("kind: bad-input", ", retry_on: [unavailable, timeout]", 1)]
    [InlineData("kind: unavailable", ", retry_on: [unavailable, timeout]", 3)]
    public async Task Only_errors_worth_it_are_tried_again(string with, string more, int attempts)
    {
        var name = await engine.ApplyAsync($"  - {{ id: bad, activity: test.fail, with: {{ {with} }}, retries: 2, retry_delay: 10ms{more} }}");
        var task = (await engine.RunAsync(name)).Task("bad");
        Assert.Equal((TaskStates.Failed, attempts), (task.State, task.Attempts));
    }

    [Fact]
    public async Task A_retry_waits_for_its_delay()
    {
        var name = await engine.ApplyAsync("  - { id: flaky, activity: test.fail, with: { times: 1 }, retries: 1, retry_delay: 1h }");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        var task = (await engine.UntilAsync(id, r => r.Tasks is [{ State: TaskStates.UpForRetry }])).Task("flaky");
        // Half an hour to an hour from the end of the attempt.
        var delay = task.NextAttemptAt!.Value - (await engine.Runs.AttemptsAsync(id, null, null, CancellationToken.None))[0].EndedAt!.Value;
        Assert.InRange(delay, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60.1));
        Assert.True(await engine.Commands.CancelAsync(id, "test", CancellationToken.None));
        Assert.Equal((RunStates.Canceled, "flaky:canceled"), (await engine.EndedAsync(id) is var run ? run.Run.State : "", run.States()));
    }

    [Fact]
    public async Task An_attempt_that_takes_longer_than_its_time_out_fails_with_that_kind()
    {
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {EngineFixture.NewName()} }}, timeout: 200ms, retries: 1, retry_delay: 10ms }}");
        var task = (await engine.RunAsync(name)).Task("slow");
        Assert.Equal((TaskStates.Failed, "timeout", 2), (task.State, task.ErrorKind, task.Attempts));
    }

    [Fact]
    public async Task Cancel_stops_what_runs_and_what_waits()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }}, retries: 3 }}\n  - {{ id: next, activity: test.noop, after: [slow] }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        Assert.False(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal("slow:canceled next:canceled", run.States());
        Assert.Equal((RunStates.Canceled, "ada"), (run.Run.State, run.Run.CanceledBy));
        Assert.True(run.Run.EndedAt - run.Run.CancelRequestedAt < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task An_activity_that_does_not_stop_is_left_behind_after_the_grace_time()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: stubborn, activity: test.gate, with: {{ name: {gate}, stubborn: true }} }}");
        await using var node = engine.StartNode(name, o => o with { CancelGrace = TimeSpan.FromMilliseconds(200) });
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        var task = (await engine.EndedAsync(id)).Task("stubborn");
        Meeting.Reach(gate + ".go");
        Assert.Equal(TaskStates.Canceled, task.State);
        Assert.Contains("left behind", task.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canceled_task_counts_as_failed_downstream()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"""
              - id: slow
                activity: test.gate
                with: {"{"} name: {gate} {"}"}
              - id: next
                activity: test.noop
                after: [slow]
              - id: cleanup
                activity: test.noop
                after: [slow]
                trigger_rule: all_done
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.Equal(1, await engine.Commands.CancelTaskAsync(id, "slow", null, "ada", CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal("slow:canceled next:upstream_failed cleanup:success", run.States());
        Assert.Equal(RunStates.Failed, run.Run.State);
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_the_workflow_allows_fails()
    {
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {EngineFixture.NewName()} }} }}", "run_timeout: 300ms");
        var run = await engine.RunAsync(name);
        Assert.Equal(RunStates.Failed, run.Run.State);
        Assert.Contains("time-out", run.Run.Note, StringComparison.Ordinal);
        Assert.Equal("slow:canceled", run.States());
    }

    [Fact]
    public async Task Log_lines_come_while_the_attempt_runs_in_order_and_without_secrets()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - id: chatty
                activity: test.write
                with: { lines: 3, text: "pass {{"{{ secret 'password' }}"}}", gate: {{gate}} }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        var running = await engine.UntilAsync(id, r => r.Tasks is [{ ProgressDone: 3 }]);
        Assert.Equal((3, 10, "lines"), (running.Tasks[0].ProgressDone, running.Tasks[0].ProgressTotal, running.Tasks[0].ProgressUnit));
        var early = await engine.Runs.LogAsync(new LogFilter { RunId = id, TaskId = "chatty" }, CancellationToken.None);
        Assert.Equal(["pass *** 0", "pass *** 1", "pass *** 2"], early.Select(l => l.Message));
        Meeting.Reach(gate + ".go");
        _ = await engine.EndedAsync(id);
        var rest = await engine.Runs.LogAsync(new LogFilter { RunId = id, AfterId = early[^1].Id }, CancellationToken.None);
        Assert.Equal([(2, "done")], rest.Select(l => (l.Level, l.Message)));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from run r join task_instance i on i.run_id = r.id where r.id = @id and (r.params::text || coalesce(i.outputs::text, '')) like '%hunter2%'", new { id }));
    }

    [Fact]
    public async Task A_flood_of_lines_is_cut_and_said_so()
    {
        var name = await engine.ApplyAsync("  - { id: flood, activity: test.write, with: { lines: 1000 } }");
        await using var node = engine.StartNode(name, o => o with { MostLogLines = 100 });
        var id = await engine.TriggerAsync(name);
        _ = await engine.EndedAsync(id);
        var lines = await engine.Runs.LogAsync(new LogFilter { RunId = id }, CancellationToken.None);
        Assert.Equal(102, lines.Count);
        Assert.Contains(lines, l => l.Message.Contains("further ones are dropped", StringComparison.Ordinal));
        Assert.Equal("901 lines were dropped.", lines[^1].Message);
    }

    [Fact]
    public async Task A_missing_secret_fails_without_retries()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.echo, with: { value: \"{{ secret 'nobody' }}\" }, retries: 5 }");
        var task = (await engine.RunAsync(name)).Task("a");
        Assert.Equal(("not-found", 1), (task.ErrorKind, task.Attempts));
    }
}
