using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>A running run goes on under another version of its workflow.</summary>
public sealed class MoveTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private RunMove Moves => new(engine.Database, engine.Definitions);

    [Fact]
    public async Task What_has_begun_stays_and_what_waits_is_as_the_new_version_says()
    {
        var name = EngineFixture.NewName();
        await engine.ApplyAsync(name, """
              - { id: read, activity: test.echo, with: { value: old } }
              - { id: gate, activity: test.gate, after: [read], with: { name: move } }
              - { id: work, activity: test.echo, after: [gate], with: { value: old } }
              - { id: gone, activity: test.noop, after: [gate] }
            """, "");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await Meeting.Of("move.began");
        await engine.ApplyAsync(name, """
              - { id: read, activity: test.echo, with: { value: old } }
              - { id: gate, activity: test.gate, after: [read], retries: 3, with: { name: move } }
              - { id: work, activity: test.echo, after: [gate, fresh], with: { value: new } }
              - { id: fresh, activity: test.echo, after: [read], with: { value: fresh } }
              - { id: last, activity: test.noop, after: [work] }
            """, "");
        var moved = await Moves.MoveAsync(run, 2, "ada", CancellationToken.None);
        Assert.Equal((1, 2), (moved.From, moved.To));
        Assert.Equal(["fresh", "last"], moved.Added);
        Assert.Equal(["gone"], moved.Removed);
        Assert.Equal(["gate", "work"], moved.Changed);
        // What is upstream of the new task is done already: it is released by the move itself.
        await engine.UntilAsync(run, r => r.Task("fresh").State == TaskStates.Success);
        Meeting.Reach("move.go");
        var ended = await engine.EndedAsync(run);
        Assert.Equal((RunStates.Success, 2), (ended.Run.State, ended.Run.Version));
        Assert.Equal("new", (string?)ended.Task("work").Outputs!["value"]);
        Assert.DoesNotContain(ended.Tasks, t => t.TaskId == "gone");
        Assert.Equal("1 2 ada", await engine.ScalarAsync<string>("select from_version || ' ' || to_version || ' ' || moved_by from run_move where run_id = @run", new { run }));
    }

    [Fact]
    public async Task A_task_that_fails_is_mended_by_the_version_that_the_run_is_moved_to()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.fail, retries: 1, retry_delay: 2s, with: { message: wrong } }");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await engine.UntilAsync(run, r => r.Task("a").State == TaskStates.UpForRetry);
        await engine.ApplyAsync(name, "  - { id: a, activity: test.echo, with: { value: right } }", "");
        await Moves.MoveAsync(run, 2, "test", CancellationToken.None);
        var ended = await engine.EndedAsync(run);
        Assert.Equal(RunStates.Success, ended.Run.State);
        Assert.Equal(("test.echo", "right"), (ended.Task("a").Activity, (string?)ended.Task("a").Outputs!["value"]));
    }

    [Fact]
    public async Task A_run_that_failed_is_resumed_under_the_version_that_mends_it_and_keeps_what_succeeded()
    {
        const string Good = "  - { id: good, activity: test.echo, with: { value: kept } }\n";
        var name = await engine.ApplyAsync(Good + "  - { id: bad, activity: test.fail, after: [good], with: { retryable: false } }\n  - { id: last, activity: test.noop, after: [bad] }\n  - { id: gone, activity: test.noop, after: [bad] }");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        var failed = await engine.EndedAsync(run);
        Assert.Equal("good:success bad:failed last:upstream_failed gone:upstream_failed", failed.States());
        await engine.ApplyAsync(name, Good + "  - { id: bad, activity: test.echo, after: [good, fresh], with: { value: right } }\n  - { id: fresh, activity: test.noop }\n  - { id: last, activity: test.noop, after: [bad] }\n  - { id: gone, activity: test.noop, after: [bad] }", "");
        await engine.ApplyAsync(name, Good.Replace("kept", "other", StringComparison.Ordinal) + "  - { id: bad, activity: test.noop }", "");

        // What succeeded must be the same; a dry run writes nothing.
        Assert.Contains("'good' has begun and the new version changes its fields", (await Assert.ThrowsAsync<EngineException>(() => Moves.ResumeAsync(run, 3, "ada", dryRun: true, CancellationToken.None))).Message, StringComparison.Ordinal);
        var plan = await Moves.ResumeAsync(run, 2, "ada", dryRun: true, CancellationToken.None);
        Assert.Equal((1, 2), (plan.From, plan.To));
        Assert.Equal(["bad", "last", "gone"], plan.Again.Where(t => t != "fresh"));
        Assert.Equal(["fresh"], plan.Added);
        Assert.Equal(["bad"], plan.Changed);
        Assert.Equal((RunStates.Failed, 1), (await engine.Runs.GetAsync(run, CancellationToken.None))!.Run is var same ? (same.State, same.Version) : default);

        await Moves.ResumeAsync(run, 2, "ada", dryRun: false, CancellationToken.None);
        var ended = await engine.EndedAsync(run);
        Assert.Equal((RunStates.Success, 2), (ended.Run.State, ended.Run.Version));
        Assert.All(ended.Tasks, t => Assert.Equal(TaskStates.Success, t.State));
        Assert.Equal(("right", 1, 2), ((string?)ended.Task("bad").Outputs!["value"], ended.Task("good").Generation, ended.Task("bad").Generation));
        Assert.Equal(failed.Task("good").EndedAt, ended.Task("good").EndedAt);
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => Moves.ResumeAsync(run, 2, "ada", dryRun: false, CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task A_version_that_changes_what_has_begun_is_refused_with_every_reason_and_nothing_is_written()
    {
        var name = EngineFixture.NewName();
        const string Old = """
              - { id: read, activity: test.echo, with: { value: 1 } }
              - { id: gate, activity: test.gate, after: [read], with: { name: refuse } }
              - { id: work, activity: test.noop, after: [gate] }
            """;
        await engine.ApplyAsync(name, Old, "");
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await Meeting.Of("refuse.began");
        await engine.ApplyAsync(name, """
              - { id: before, activity: test.noop }
              - { id: gate, activity: test.gate, after: [before], with: { name: refuse } }
              - { id: work, activity: test.noop, after: [gate] }
            """, "");
        var refused = await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(run, 2, "test", CancellationToken.None));
        Assert.Equal("conflict", refused.Kind);
        Assert.Contains("'read' has begun and the new version does not have it", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'gate' has begun and the new version changes its upstream tasks", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'before' goes before task 'gate'", refused.Message, StringComparison.Ordinal);
        await engine.ApplyAsync(name, Old.Replace("value: 1", "value: 2", StringComparison.Ordinal), "");
        Assert.Contains("'read' has begun and the new version changes its fields", (await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(run, 3, "test", CancellationToken.None))).Message, StringComparison.Ordinal);
        await engine.ApplyAsync(name, Old, "params: { day: { type: string } }");
        Assert.Contains("day", (await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(run, 4, "test", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(run, 99, "test", CancellationToken.None))).Kind);
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(long.MaxValue, 2, "test", CancellationToken.None))).Kind);
        Meeting.Reach("refuse.go");
        var ended = await engine.EndedAsync(run);
        Assert.Equal((RunStates.Success, 1), (ended.Run.State, ended.Run.Version));
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => Moves.MoveAsync(run, 2, "test", CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task A_queued_run_and_a_queued_task_take_the_new_version_whole()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.echo, with: { value: old }, queue: nobody-takes-it }\n  - { id: b, activity: test.noop, after: [a] }");
        var first = await engine.TriggerAsync(name);
        var second = await engine.TriggerAsync(name);
        await engine.ApplyAsync(name, "  - { id: a, activity: test.echo, with: { value: new } }", "");
        Assert.Equal(["b"], (await Moves.MoveAsync(first, 2, "test", CancellationToken.None)).Removed);
        await Moves.MoveAsync(second, 2, "test", CancellationToken.None);
        await using var node = engine.StartNode(name);
        foreach (var run in new[] { first, second })
        {
            var ended = await engine.EndedAsync(run);
            Assert.Equal("a:success", ended.States());
            Assert.Equal("new", (string?)ended.Task("a").Outputs!["value"]);
        }
    }

    [Fact]
    public async Task Moves_at_the_same_moment_as_claims_and_ends_never_stop_a_run()
    {
        var name = EngineFixture.NewName();
        string Tasks(int version) => string.Join('\n', Enumerable.Range(0, 20).Select(i => $"  - {{ id: t{i}, activity: test.noop{(i == 0 ? "" : $", after: [t{i - 1}]")}, priority: {version} }}"));
        await engine.ApplyAsync(name, Tasks(1), "limits: { active_runs: 20, active_tasks: 50 }");
        await engine.ApplyAsync(name, Tasks(2), "limits: { active_runs: 20, active_tasks: 50 }");
        await using var node = engine.StartNode(name);
        await using var other = engine.StartNode(name);
        var runs = new List<long>();
        for (var i = 0; i < 10; i++)
            runs.Add((await engine.Commands.TriggerAsync(new TriggerRequest { Workflow = name, Version = 1, By = "test" }, CancellationToken.None)).RunId);
        await Task.WhenAll(runs.SelectMany(r => new[] { 2, 1, 2 }.Select(async version =>
        {
            try
            {
                await Moves.MoveAsync(r, version, "test", CancellationToken.None);
            }
            catch (EngineException e) when (e.Kind == "conflict")
            {
                // It had ended.
            }
        })));
        foreach (var run in runs)
        {
            var ended = await engine.EndedAsync(run);
            Assert.Equal(RunStates.Success, ended.Run.State);
            Assert.All(ended.Tasks, t => Assert.Equal(1, t.Attempts));
        }
    }
}
