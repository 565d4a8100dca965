using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>Tasks that run other workflows.</summary>
public sealed class ChildRunTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private async Task<string> ParentAsync(string child, string with = "", string task = "", string head = "") =>
        await engine.ApplyAsync($"  - {{ id: sub, activity: control.workflow, with: {{ workflow: {child}{with} }}{task} }}", $"defaults: {{ queue: {child} }}\n{head}");

    private async Task<IReadOnlyList<RunRow>> ChildrenAsync(string child) =>
        [.. (await engine.Runs.ListAsync(new RunFilter { Workflow = child }, CancellationToken.None)).OrderBy(r => r.Id)];

    [Fact]
    public async Task A_child_run_gets_parameters_and_gives_its_last_outputs()
    {
        var child = await engine.ApplyAsync("  - { id: first, activity: test.echo, with: { value: \"{{ params.day }}\" } }\n  - { id: last, activity: test.echo, after: [first], with: { value: \"{{ tasks.first.outputs.value }}!\" } }", "params: { day: { type: string } }");
        var parent = await ParentAsync(child, ", params: { day: monday }");
        await using var node = engine.StartNode(child);
        var run = await engine.EndedAsync(await engine.TriggerAsync(parent));
        Assert.Equal("sub:success", run.States());
        Assert.Equal("monday!", (string?)run.Task("sub").Outputs!["tasks"]!["last"]!["value"]);
        var made = Assert.Single(await ChildrenAsync(child));
        Assert.Equal((RunKinds.Workflow, (long?)made.Id), (made.Kind, (long?)run.Task("sub").Outputs!["run"]));
        Assert.Equal((run.Run.Id, "sub", 1), (await engine.ScalarAsync<long>("select parent_run_id from run where id = @Id", made), await engine.ScalarAsync<string>("select parent_task_id from run where id = @Id", made), await engine.ScalarAsync<int>("select parent_generation from run where id = @Id", made)));
        // One attempt; it slept while the child ran.
        Assert.Equal(1, run.Task("sub").Attempts);
    }

    [Fact]
    public async Task A_failed_child_fails_its_task_and_a_retry_goes_on_in_the_same_child()
    {
        var child = await engine.ApplyAsync("  - { id: good, activity: test.noop }\n  - { id: bad, activity: test.fail, after: [good], with: { retryable: false } }");
        var parent = await ParentAsync(child, task: ", retries: 1, retry_delay: 10ms");
        await using var node = engine.StartNode(child);
        var run = await engine.EndedAsync(await engine.TriggerAsync(parent));
        Assert.Equal(("child-failed", 2), (run.Task("sub").ErrorKind, run.Task("sub").Attempts));
        Assert.Contains("Task 'bad' failed", run.Task("sub").Error, StringComparison.Ordinal);
        var made = (await engine.Runs.GetAsync(Assert.Single(await ChildrenAsync(child)).Id, CancellationToken.None))!;
        Assert.Equal((1, 2), (made.Task("good").Generation, made.Task("bad").Generation));
    }

    [Fact]
    public async Task Cancel_cascades_to_the_child_run()
    {
        var gate = EngineFixture.NewName();
        var child = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}");
        var parent = await ParentAsync(child);
        await using var node = engine.StartNode(child);
        var id = await engine.TriggerAsync(parent);
        await Meeting.Of(gate + ".began");
        _ = await engine.UntilAsync(id, r => r.Task("sub").State == TaskStates.Deferred);
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        Assert.Equal("sub:canceled", (await engine.EndedAsync(id)).States());
        var ended = await engine.EndedAsync((await ChildrenAsync(child))[0].Id);
        Assert.Equal((RunStates.Canceled, $"run {id}"), (ended.Run.State, ended.Run.CanceledBy));
    }

    [Fact]
    public async Task Clear_makes_a_child_of_its_own_for_the_new_generation_and_cancels_the_one_before()
    {
        var gate = EngineFixture.NewName();
        var child = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}", "limits: { active_runs: 2 }");
        var parent = await ParentAsync(child);
        await using var node = engine.StartNode(child);
        var id = await engine.TriggerAsync(parent);
        await Meeting.Of(gate + ".began");
        _ = await engine.UntilAsync(id, r => r.Task("sub").State == TaskStates.Deferred);
        _ = await engine.Commands.ClearAsync(new ClearRequest { RunId = id, TaskIds = ["sub"], By = "ada" }, CancellationToken.None);
        _ = await engine.EndedAsync((await ChildrenAsync(child))[0].Id);
        Meeting.Reach(gate + ".go");
        var run = await engine.EndedAsync(id);
        Assert.Equal("sub:success", run.States());
        Assert.Equal([RunStates.Canceled, RunStates.Success], (await ChildrenAsync(child)).Select(r => r.State));
    }

    [Fact]
    public async Task A_worker_that_is_killed_while_the_child_runs_leaves_one_child()
    {
        var gate = EngineFixture.NewName();
        var child = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}");
        var parent = await ParentAsync(child);
        var id = await engine.TriggerAsync(parent);
        await using (engine.StartNode(child, o => o with { Concurrency = 1, Lease = TimeSpan.FromMilliseconds(300) }))
            await Meeting.Of(gate + ".began");
        // The attempt of the parent is begun anew, as after a death in the middle of it.
        await engine.ExecuteAsync("update deferral set due_at = now() where run_id = @id", new { id });
        Meeting.Reach(gate + ".go");
        await using var node = engine.StartNode(child);
        Assert.Equal("sub:success", (await engine.EndedAsync(id)).States());
        Assert.Single(await ChildrenAsync(child));
    }

    [Fact]
    public async Task Workflows_that_run_themselves_come_to_an_end()
    {
        var name = EngineFixture.NewName();
        await engine.ApplyAsync(name, $"  - {{ id: sub, activity: control.workflow, with: {{ workflow: {name}, max_depth: 3 }} }}", "limits: { active_runs: 10 }");
        var run = await engine.RunAsync(name);
        Assert.Equal(RunStates.Failed, run.Run.State);
        Assert.Equal(3, (await ChildrenAsync(name)).Count);
        var deepest = await engine.Runs.GetAsync((await ChildrenAsync(name))[^1].Id, CancellationToken.None);
        Assert.Contains("max_depth", deepest!.Task("sub").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_that_would_wait_for_its_own_place_is_refused()
    {
        var name = EngineFixture.NewName();
        await engine.ApplyAsync(name, $"  - {{ id: sub, activity: control.workflow, with: {{ workflow: {name} }} }}", "");
        Assert.Contains("active_runs", (await engine.RunAsync(name)).Task("sub").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_quick_children_are_all_heard_of()
    {
        var child = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "limits: { active_runs: 200 }");
        var list = string.Join(", ", Enumerable.Range(0, 100));
        var parent = await ParentAsync(child, task: $", map: {{ over: [{list}], as: n }}", head: "limits: { active_tasks: 100 }");
        await using var node = engine.StartNode(child);
        var run = await engine.EndedAsync(await engine.TriggerAsync(parent));
        Assert.All(run.Tasks, t => Assert.Equal(TaskStates.Success, t.State));
        Assert.Equal(100, await engine.ScalarAsync<long>("select count(*) from run where workflow = @child and state = 'success'", new { child }));
    }

    [Fact]
    public async Task A_child_that_does_not_exist_fails_clearly()
    {
        var parent = await engine.ApplyAsync("  - { id: sub, activity: control.workflow, with: { workflow: nobody }, retries: 3 }");
        var task = (await engine.RunAsync(parent)).Task("sub");
        Assert.Equal(("not-found", 1), (task.ErrorKind, task.Attempts));
    }
}
