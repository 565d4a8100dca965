using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

public sealed class RemovalTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Tasks = "  - { id: a, activity: test.noop }";

    private WorkflowRemoval Removal => new(engine.Database, engine.Definitions);

    private RemovalQueries Queries => new(engine.Database, engine.Definitions, engine.Activities);

    [Fact]
    public async Task A_retired_workflow_is_in_no_list_begins_no_run_and_comes_back_as_it_was()
    {
        var name = await engine.ApplyAsync(Tasks, "schedule: { cron: '@daily' }");
        Assert.True(await Removal.RetireAsync(name, "ada", CancellationToken.None));
        Assert.False(await Removal.RetireAsync(name, "ada", CancellationToken.None));
        Assert.DoesNotContain(await new WorkflowQueries(engine.Database).ListAsync(true, CancellationToken.None), w => w.Name == name);
        Assert.DoesNotContain(name, await new PublishedWorkflows(engine.Database).NamesAsync(CancellationToken.None));
        Assert.Equal(("ada", 0L), (await Queries.RetiredAsync(CancellationToken.None)).Where(r => r.Name == name).Select(r => (r.RetiredBy, r.Runs)).Single());
        Assert.Contains((await new Explain.Explainer(engine.Database, engine.Definitions).WorkflowAsync(name, CancellationToken.None))!.Causes, c => c.Code == Explain.CauseCodes.Retired);
        foreach (var refused in new Func<Task>[]
        {
            () => engine.TriggerAsync(name),
            () => engine.Store.SetPausedAsync(name, false, CancellationToken.None),
            () => engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = [new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1))], By = "ada" }, CancellationToken.None),
        })
        {
            var error = await Assert.ThrowsAsync<EngineException>(refused);
            Assert.Equal("conflict", error.Kind);
            Assert.Contains($"./platform unretire {name}", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from run where workflow = @name", new { name }));

        Assert.True(await Removal.RestoreAsync(name, "bob", CancellationToken.None));
        Assert.False(await Removal.RestoreAsync(name, "bob", CancellationToken.None));
        var back = Assert.Single(await new WorkflowQueries(engine.Database).ListAsync(false, CancellationToken.None), w => w.Name == name);
        Assert.False(back.Paused);
        Assert.NotNull(back.NextDue);
        Assert.Equal([("restored", "bob"), ("retired", "ada")], (await Queries.ListAsync(name, 10, CancellationToken.None)).Select(r => (r.Action, r.By)));
    }

    [Fact]
    public async Task What_was_paused_comes_back_paused_and_publishing_brings_back_too()
    {
        var name = await engine.ApplyAsync(Tasks, "schedule: { cron: '@daily' }");
        await engine.Store.SetPausedAsync(name, true, CancellationToken.None);
        await Removal.RetireAsync(name, "ada", CancellationToken.None);
        await Removal.RestoreAsync(name, "ada", CancellationToken.None);
        Assert.True((await engine.Store.GetAsync(name, null, CancellationToken.None))!.Paused);

        await Removal.RetireAsync(name, "ada", CancellationToken.None);
        var text = (await engine.Store.ExportAsync(name, CancellationToken.None))!;
        Assert.Equal(ApplyOutcome.PutAway, (await engine.Store.ApplyAsync(text, new ApplyOptions { Origin = WorkflowOrigin.Shipped, By = "platform" }, CancellationToken.None)).Outcome);
        Assert.NotNull((await engine.Store.GetAsync(name, null, CancellationToken.None))!.RetiredAt);
        Assert.Equal((ApplyOutcome.Applied, 1), await ApplyAsync(text));
        Assert.Null((await engine.Store.GetAsync(name, null, CancellationToken.None))!.RetiredAt);
    }

    [Fact]
    public async Task A_run_that_ended_is_not_run_again_while_its_workflow_is_retired()
    {
        var name = await engine.ApplyAsync(Tasks);
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await engine.EndedAsync(run);
        await Removal.RetireAsync(name, "ada", CancellationToken.None);
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => engine.Commands.ClearAsync(new ClearRequest { RunId = run, By = "ada" }, CancellationToken.None))).Kind);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(run)).Run.State);
    }

    [Fact]
    public async Task A_deleted_workflow_leaves_nothing_but_a_line_and_its_version_numbers_never_come_again()
    {
        var name = await engine.ApplyAsync(Tasks);
        await using var node = engine.StartNode(name);
        var run = await engine.TriggerAsync(name);
        await engine.EndedAsync(run);
        await new WorkflowDrafts(engine.Database, engine.Store).SaveAsync(name, "name: x", "{}", 1, 0, "ada", CancellationToken.None);

        var scope = (await Queries.ScopeAsync(name, CancellationToken.None))!;
        Assert.Equal((1, 1L, 0, "ada", false), (scope.Versions, scope.Runs, scope.ActiveRuns, scope.DraftBy, scope.Shipped));
        Assert.Equal(new WorkflowDeleted(name, 1, 1), await Removal.DeleteAsync(name, "ada", CancellationToken.None));
        foreach (var left in new[] { "workflow where name = @name", "workflow_version where workflow = @name", "workflow_draft where name = @name", "run where workflow = @name", "task_instance where run_id = @run", "attempt where run_id = @run", "log_line where run_id = @run" })
            Assert.Equal(0, await engine.ScalarAsync<long>($"select count(*) from {left}", new { name, run }));
        Assert.Null(await Queries.ScopeAsync(name, CancellationToken.None));
        var line = (await Queries.ListAsync(name, 10, CancellationToken.None))[0];
        Assert.Equal(("deleted", "ada", 1, 1L), (line.Action, line.By, line.Versions, line.Runs));
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => Removal.DeleteAsync(name, "ada", CancellationToken.None))).Kind);

        // The program does not bring it along again; a person may, and the node that remembers version 1 runs the new text.
        var text = $"name: {name}\ntasks:\n  - {{ id: b, activity: test.noop, queue: {name} }}\n";
        Assert.Equal(ApplyOutcome.PutAway, (await engine.Store.ApplyAsync(text, new ApplyOptions { Origin = WorkflowOrigin.Shipped, By = "platform" }, CancellationToken.None)).Outcome);
        Assert.Equal((ApplyOutcome.Applied, 2), await ApplyAsync(text));
        Assert.Equal("b", Assert.Single((await engine.RunAsync(name)).Tasks).TaskId);
    }

    [Fact]
    public async Task A_workflow_with_open_runs_is_not_deleted_until_they_are_canceled()
    {
        var name = await engine.ApplyAsync(Tasks, "limits: { active_runs: 1 }");
        var runs = new[] { await engine.TriggerAsync(name), await engine.TriggerAsync(name) };
        var error = await Assert.ThrowsAsync<EngineException>(() => Removal.DeleteAsync(name, "ada", CancellationToken.None));
        Assert.Equal("conflict", error.Kind);
        Assert.Contains($"2 runs that are queued or running ({runs[0]}, {runs[1]})", error.Message, StringComparison.Ordinal);
        Assert.Null((await engine.Store.GetAsync(name, null, CancellationToken.None))!.RetiredAt);
        Assert.Equal(runs, (await Queries.ScopeAsync(name, CancellationToken.None))!.Active);

        Assert.Equal(2, await Removal.CancelRunsAsync(name, "ada", CancellationToken.None));
        Assert.Equal(2, (await Removal.DeleteAsync(name, "ada", CancellationToken.None)).Runs);
    }

    [Fact]
    public async Task Who_follows_what_it_writes_and_who_runs_it_is_named()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.table, with: { table: raw.followed } }");
        var follower = await engine.ApplyAsync(Tasks, "schedule: { assets: [raw.followed, raw.other] }");
        var caller = await engine.ApplyAsync($"  - {{ id: sub, activity: control.workflow, with: {{ workflow: {name} }} }}");
        await engine.ApplyAsync($"  - {{ id: sub, activity: control.workflow, with: {{ workflow: {name}-other }} }}");
        var scope = (await Queries.ScopeAsync(name, CancellationToken.None))!;
        Assert.Equal(["raw.followed"], scope.Written);
        Assert.Equal([new AssetFollower(follower, "raw.followed")], scope.Followers);
        Assert.Equal([caller], scope.Callers);
        // What is retired itself misses nothing.
        await Removal.RetireAsync(follower, "ada", CancellationToken.None);
        Assert.Empty((await Queries.ScopeAsync(name, CancellationToken.None))!.Followers);
    }

    private async Task<(ApplyOutcome, int)> ApplyAsync(string text)
    {
        var applied = await engine.Store.ApplyAsync(text, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "ada" }, CancellationToken.None);
        return (applied.Outcome, applied.Version ?? 0);
    }
}
