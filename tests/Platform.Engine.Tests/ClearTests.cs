using System.Text.Json.Nodes;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>Running tasks of a run again.</summary>
public sealed class ClearTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Chain = """
          - { id: a, activity: test.echo, with: { value: "{{ params.day }}" } }
          - { id: b, activity: test.fail, after: [a], with: { times: "{{ params.fails }}", retryable: false } }
          - { id: c, activity: test.echo, after: [b], with: { value: "{{ params.day }}" } }
          - { id: d, activity: test.echo, with: { value: "{{ params.day }}" } }
        """;

    private const string Head = "params: { day: { type: string, default: monday }, fails: { type: integer, default: 9 } }";

    private static string Generations(RunDetail run) => string.Join(' ', run.Tasks.Select(t => $"{t.TaskId}{t.Generation}:{t.State}"));

    private async Task<RunDetail> ClearAsync(RunDetail run, ClearRequest request)
    {
        _ = await engine.Commands.ClearAsync(request with { RunId = run.Run.Id }, CancellationToken.None);
        await using var node = engine.StartNode(run.Run.Workflow);
        return await engine.EndedAsync(run.Run.Id);
    }

    private async Task<RunDetail> FailedAsync() => await engine.RunAsync(await engine.ApplyAsync(Chain, Head));

    private static ClearRequest By(params string[] tasks) => new() { RunId = 0, TaskIds = tasks.Length == 0 ? null : tasks, By = "ada" };

    [Fact]
    public async Task One_task_runs_again_without_what_is_behind_it() =>
        Assert.Equal("a2:success b1:failed c1:upstream_failed d1:success", Generations(await ClearAsync(await FailedAsync(), By("a") with { Downstream = false })));

    [Fact]
    public async Task A_task_and_everything_downstream_run_again() =>
        Assert.Equal("a2:success b2:failed c2:upstream_failed d1:success", Generations(await ClearAsync(await FailedAsync(), By("a"))));

    [Fact]
    public async Task What_failed_runs_again_with_a_parameter_changed_and_the_rest_keeps_what_it_did()
    {
        var run = await ClearAsync(await FailedAsync(), By() with { OnlyFailed = true, Params = new Dictionary<string, JsonNode?> { ["fails"] = "0", ["day"] = "tuesday" } });
        Assert.Equal("a1:success b2:success c2:success d1:success", Generations(run));
        Assert.Equal(RunStates.Success, run.Run.State);
        Assert.Equal(("monday", "tuesday", 0), ((string?)run.Task("a").Outputs!["value"], (string?)run.Task("c").Outputs!["value"], (int)run.Params["fails"]!));
    }

    [Fact]
    public async Task What_a_clear_would_do_is_told_without_doing_it()
    {
        var run = await FailedAsync();
        Assert.Equal(["b", "c"], await engine.Commands.ClearAsync(By() with { RunId = run.Run.Id, OnlyFailed = true, DryRun = true }, CancellationToken.None));
        Assert.Equal(["a"], await engine.Commands.ClearAsync(By("a") with { RunId = run.Run.Id, Downstream = false, DryRun = true }, CancellationToken.None));
        Assert.Equal(Generations(run), Generations((await engine.Runs.GetAsync(run.Run.Id, CancellationToken.None))!));
    }

    [Theory]
    [InlineData("nobody", "x", "no parameter 'nobody'")]
    [InlineData("fails", "many", "fails")]
    public async Task A_parameter_that_does_not_fit_changes_nothing(string name, string value, string said)
    {
        var run = await FailedAsync();
        var refused = await Assert.ThrowsAsync<EngineException>(() => engine.Commands.ClearAsync(By() with { RunId = run.Run.Id, Params = new Dictionary<string, JsonNode?> { [name] = value } }, CancellationToken.None));
        Assert.Equal("bad-input", refused.Kind);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Equal(Generations(run), Generations((await engine.Runs.GetAsync(run.Run.Id, CancellationToken.None))!));
    }

    [Fact]
    public async Task A_path_that_nobody_changes_stays_as_it_is_stored()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.echo, with: { value: \"{{ params.folder }}\" } }", "params: { folder: { type: path, default: sample }, n: { type: integer, default: 1 } }");
        var run = await engine.RunAsync(name);
        var again = await ClearAsync(run, By() with { Params = new Dictionary<string, JsonNode?> { ["n"] = 2 } });
        Assert.Equal(((string?)run.Params["folder"], 2), ((string?)again.Params["folder"], (int)again.Params["n"]!));
    }

    [Fact]
    public async Task A_task_that_runs_is_not_cleared_under_its_worker()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: slow, activity: test.gate, with: {{ name: {gate} }} }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => engine.Commands.ClearAsync(By("slow") with { RunId = id }, CancellationToken.None))).Kind);
        Meeting.Reach(gate + ".go");
        Assert.Equal("slow1:success", Generations(await engine.EndedAsync(id)));
    }

    [Fact]
    public async Task Clears_that_race_with_workers_never_leave_a_run_behind()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }\n  - { id: b, activity: test.noop, after: [a] }\n  - { id: c, activity: test.noop, after: [b] }");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        for (var i = 0; i < 40; i++)
        {
            try
            {
                _ = await engine.Commands.ClearAsync(By(i % 3 == 0 ? "a" : "b") with { RunId = id }, CancellationToken.None);
            }
            catch (EngineException e) when (e.Kind == "conflict")
            {
                // A worker has it: that is said, and nothing is changed.
            }
        }
        var run = await engine.EndedAsync(id);
        Assert.Equal("a:success b:success c:success", run.States());
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from task_queue where run_id = @id", new { id }));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from attempt where run_id = @id and ended_at is null", new { id }));
    }
}
