using System.Text.Json.Nodes;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>Mapped tasks: joins, limits, and chains that go on index by index.</summary>
public sealed class MappedTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static string Of(RunDetail run, string task) => string.Join(' ', run.Tasks.Where(t => t.TaskId == task).Select(t => t.MapIndex < 0 ? t.State : $"{t.MapIndex}:{t.State}"));

    [Theory]
    [InlineData("all_success", "upstream_failed")]
    [InlineData("all_failed", "skipped")]
    [InlineData("all_done", "success")]
    [InlineData("all_done_min_one_success", "success")]
    [InlineData("all_skipped", "skipped")]
    [InlineData("one_success", "success")]
    [InlineData("one_failed", "success")]
    [InlineData("one_done", "success")]
    [InlineData("none_failed", "upstream_failed")]
    [InlineData("none_failed_min_one_success", "upstream_failed")]
    [InlineData("none_skipped", "success")]
    [InlineData("always", "success")]
    public async Task One_failed_element_counts_as_one_failed_task_for_the_join(string rule, string join)
    {
        var name = await engine.ApplyAsync($$$"""
              - { id: each, activity: test.fail, map: { over: [0, 1, 0], as: n }, with: { times: "{{ n }}", retryable: false } }
              - { id: join, activity: test.noop, after: [each], trigger_rule: {{{rule}}} }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal(("0:success 1:failed 2:success", join), (Of(run, "each"), Of(run, "join")));
    }

    [Theory]
    [InlineData("all_success", "skipped")]
    [InlineData("all_done", "success")]
    [InlineData("all_skipped", "success")]
    [InlineData("one_success", "skipped")]
    [InlineData("none_failed", "success")]
    [InlineData("none_failed_min_one_success", "skipped")]
    public async Task An_empty_list_counts_as_one_skipped_task_for_the_join(string rule, string join)
    {
        var name = await engine.ApplyAsync($"  - {{ id: each, activity: test.noop, map: {{ over: [], as: n }} }}\n  - {{ id: join, activity: test.noop, after: [each], trigger_rule: {rule} }}");
        Assert.Equal($"each:skipped join:{join}", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task No_more_instances_are_open_at_once_than_the_limit()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($"  - {{ id: each, activity: test.gate, map: {{ over: [1, 2, 3, 4, 5, 6], as: n, limit: 2 }}, with: {{ name: {gate} }} }}");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        var run = await engine.UntilAsync(id, r => r.Tasks.Count(t => t.State == TaskStates.Running) == 2);
        Assert.Equal(4, run.Tasks.Count(t => t.State == TaskStates.None));
        Meeting.Reach(gate + ".go");
        Assert.Equal(6, (await engine.EndedAsync(id)).Tasks.Count(t => t.State == TaskStates.Success));
        Assert.Equal(6, Seen.Of(gate).Distinct().Count());
    }

    [Fact]
    public async Task A_chain_goes_on_index_by_index_and_what_is_behind_it_joins_all()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$$"""
              - { id: load, activity: test.echo, map: { over: [a, b, c], as: day }, with: { value: "{{ day }}1" } }
              - id: slow
                activity: test.gate_but
                map: { follows: load }
                after: [load]
                with: { name: {{{gate}}}, free: "{{ day in ['a', 'c'] }}" }
              - { id: clean, activity: test.echo, map: { follows: slow, as: d }, after: [slow, load], with: { value: "{{ tasks.slow.outputs.value }}-{{ d }}" } }
              - { id: join, activity: test.echo, after: [clean], with: { value: "{{ tasks.clean.outputs }}" } }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        // b is held up; a and c go through to the end of the chain all the same.
        var half = await engine.UntilAsync(id, r => r.Tasks.Count(t => t is { TaskId: "clean", State: TaskStates.Success }) == 2);
        Assert.Equal(("0:success 1:running 2:success", "0:success 1:none 2:success", "none"), (Of(half, "slow"), Of(half, "clean"), Of(half, "join")));
        Meeting.Reach(gate + ".go");
        var run = await engine.EndedAsync(id);
        Assert.Equal(["0-a", "1-b", "2-c"], run.Tasks.Where(t => t.TaskId == "clean").Select(t => (string?)t.Outputs!["value"]));
        Assert.Equal(3, run.Task("join").Outputs!["value"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_failed_element_stops_its_own_chain_only()
    {
        var name = await engine.ApplyAsync("""
              - { id: load, activity: test.fail, map: { over: [0, 1, 0], as: n }, with: { times: "{{ n }}", retryable: false } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load] }
              - { id: score, activity: test.noop, map: { follows: clean }, after: [clean] }
              - { id: tidy, activity: test.noop, map: { follows: score }, after: [score], trigger_rule: all_done }
              - { id: join, activity: test.noop, after: [tidy] }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("0:success 1:failed 2:success", Of(run, "load"));
        Assert.Equal("0:success 1:upstream_failed 2:success", Of(run, "clean"));
        Assert.Equal("0:success 1:upstream_failed 2:success", Of(run, "score"));
        Assert.Equal("0:success 1:success 2:success", Of(run, "tidy"));
        Assert.Equal(("success", RunStates.Success), (Of(run, "join"), run.Run.State));
    }

    [Fact]
    public async Task A_chain_with_a_limit_takes_up_what_it_held_back()
    {
        var gate = EngineFixture.NewName();
        var list = string.Join(", ", Enumerable.Range(0, 40));
        var name = await engine.ApplyAsync($$"""
              - { id: load, activity: test.noop, map: { over: [{{list}}], as: n } }
              - { id: clean, activity: test.gate, map: { follows: load, limit: 3 }, after: [load], with: { name: {{gate}} } }
            """, "limits: { active_tasks: 100 }");
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        var run = await engine.UntilAsync(id, r => r.Tasks.Count(t => t is { TaskId: "load", State: TaskStates.Success }) == 40 && r.Tasks.Count(t => t.State == TaskStates.Running) == 3);
        Assert.Equal(37, run.Tasks.Count(t => t is { TaskId: "clean", State: TaskStates.None }));
        Meeting.Reach(gate + ".go");
        Assert.Equal(80, (await engine.EndedAsync(id)).Tasks.Count(t => t.State == TaskStates.Success));
    }

    [Fact]
    public async Task A_chain_waits_for_other_tasks_upstream_and_goes_by_its_rule_when_they_fail()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - { id: load, activity: test.noop, map: { over: [1, 2, 3], as: n } }
              - { id: prepare, activity: test.gate, with: { name: {{gate}} } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load, prepare] }
              - { id: score, activity: test.noop, map: { follows: clean }, after: [clean] }
              - { id: always, activity: test.noop, map: { follows: load }, after: [load, prepare], trigger_rule: one_done }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        var held = await engine.UntilAsync(id, r => r.Tasks.Count(t => t is { TaskId: "always", State: TaskStates.Success }) == 3);
        Assert.Equal("0:none 1:none 2:none", Of(held, "clean"));
        Assert.Equal(1, await engine.Commands.CancelTaskAsync(id, "prepare", null, "ada", CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal("0:upstream_failed 1:upstream_failed 2:upstream_failed", Of(run, "clean"));
        Assert.Equal("0:upstream_failed 1:upstream_failed 2:upstream_failed", Of(run, "score"));
    }

    [Fact]
    public async Task Every_instance_has_the_parameters_of_its_run_though_many_are_claimed_at_once()
    {
        var name = await engine.ApplyAsync("""
              - { id: m, activity: test.echo, map: { over: "{{ params.list }}", as: x }, with: { value: "{{ params.tag }}{{ x }}" } }
            """, "params: { list: { type: list }, tag: { type: string } }");
        await using var node = engine.StartNode(name);
        var ids = new List<long>();
        foreach (var tag in new[] { "a", "b" })
            ids.Add(await engine.TriggerAsync(name, ("list", new JsonArray([.. Enumerable.Range(0, 40).Select(i => (JsonNode)i)])), ("tag", tag)));
        foreach (var (id, tag) in ids.Zip(["a", "b"]))
        {
            var run = await engine.EndedAsync(id);
            Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{tag}{i}"), run.Tasks.Where(t => t.MapIndex >= 0).OrderBy(t => t.MapIndex).Select(t => (string?)t.Outputs!["value"]));
        }
    }

    [Fact]
    public async Task A_chain_over_nothing_is_skipped()
    {
        var name = await engine.ApplyAsync("""
              - { id: load, activity: test.noop, map: { over: [], as: n } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load] }
              - { id: tidy, activity: test.noop, map: { follows: clean }, after: [clean], trigger_rule: all_done }
            """);
        Assert.Equal("load:skipped clean:skipped tidy:skipped", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task Clear_of_a_follower_runs_its_instances_again_and_of_the_head_finds_the_list_anew()
    {
        var name = await engine.ApplyAsync("""
              - { id: list, activity: test.echo, with: { value: "{{ params.days }}" } }
              - { id: load, activity: test.noop, after: [list], map: { over: "{{ tasks.list.outputs.value }}", as: n } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load] }
              - { id: score, activity: test.noop, map: { follows: clean }, after: [clean] }
            """, "params: { days: { type: list, default: [1, 2, 3] } }");
        var run = await engine.RunAsync(name);
        await using var node = engine.StartNode(name);
        _ = await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, TaskIds = ["clean"], By = "ada" }, CancellationToken.None);
        var again = await engine.EndedAsync(run.Run.Id);
        Assert.Equal("1 1 1 2 2 2 2 2 2", string.Join(' ', again.Tasks.Where(t => t.MapIndex >= 0).Select(t => t.Generation)));
        Assert.All(again.Tasks, t => Assert.Equal(TaskStates.Success, t.State));
        _ = await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, By = "ada", Params = new Dictionary<string, JsonNode?> { ["days"] = new JsonArray(1, 2) } }, CancellationToken.None);
        var shorter = await engine.EndedAsync(run.Run.Id);
        Assert.Equal(("0:success 1:success 2:removed", RunStates.Success), (Of(shorter, "score"), shorter.Run.State));
    }

    [Fact]
    public async Task Canceling_one_element_stops_its_chain_and_no_other()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - { id: load, activity: test.gate, map: { over: [1, 2], as: n, limit: 1 }, with: { name: {{gate}} } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load] }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        _ = await engine.UntilAsync(id, r => r.Tasks.Any(t => t is { MapIndex: 0, State: TaskStates.Running }));
        Assert.Equal(1, await engine.Commands.CancelTaskAsync(id, "load", 1, "ada", CancellationToken.None));
        Meeting.Reach(gate + ".go");
        var run = await engine.EndedAsync(id);
        Assert.Equal(("0:success 1:canceled", "0:success 1:upstream_failed"), (Of(run, "load"), Of(run, "clean")));
    }

    [Fact]
    public async Task A_long_chain_is_not_slower_than_its_parts()
    {
        var list = string.Join(", ", Enumerable.Range(0, 1000));
        var name = await engine.ApplyAsync($$"""
              - { id: load, activity: test.noop, map: { over: [{{list}}], as: n } }
              - { id: clean, activity: test.noop, map: { follows: load }, after: [load] }
              - { id: join, activity: test.noop, after: [clean] }
            """, "limits: { active_tasks: 1000 }");
        var run = await engine.RunAsync(name);
        Assert.Equal((RunStates.Success, 2001), (run.Run.State, run.Tasks.Count(t => t.State == TaskStates.Success)));
    }

    [Theory]
    [InlineData("[ok1, ok2, skip, ok4]", "none_failed", """["ok1","ok2","ok4"]""", """["ok1","ok2",null,"ok4"]""")]
    [InlineData("[skip, ok2, skip, skip]", "none_failed", """["ok2"]""", """[null,"ok2"]""")]
    [InlineData("[skip, skip]", "none_failed", "[]", "[]")]
    [InlineData("[]", "none_failed", "[]", "[]")]
    [InlineData("[ok1, fail, ok3, fail]", "all_done", """["ok1","ok3"]""", """["ok1",null,"ok3"]""")]
    [InlineData("[fail]", "all_done", "[]", "[]")]
    public async Task A_join_reads_the_outputs_of_those_elements_that_have_some(string list, string rule, string named, string places)
    {
        // The join is behind a task that follows the mapped one; it reads the outputs of both.
        var name = await engine.ApplyAsync($$$"""
              - { id: each, activity: test.some, map: { over: {{{list}}}, as: n }, with: { value: "{{ n }}" } }
              - { id: next, activity: test.echo, map: { follows: each }, after: [each], with: { value: "{{ tasks.each.outputs.value }}" } }
              - { id: own, activity: test.echo, map: { follows: each }, after: [each], trigger_rule: all_done, with: { value: "{{ tasks.each.outputs.value | default 'none' }}" } }
              - id: join
                activity: test.echo
                after: [each]
                trigger_rule: {{{rule}}}
                with: { value: { named: "{{ tasks.each.outputs.value }}", places: "{{ tasks.each.outputs }}" } }
              - { id: behind, activity: test.echo, after: [next, own], trigger_rule: all_done, with: { value: { next: "{{ tasks.next.outputs.value }}", own: "{{ tasks.own.outputs.value | length }}" } } }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal((TaskStates.Success, TaskStates.Success), (run.Task("join").State, run.Task("behind").State));
        var value = run.Task("join").Outputs!["value"]!;
        Assert.Equal(named, value["named"]!.ToJsonString());
        Assert.Equal(places, new JsonArray([.. value["places"]!.AsArray().Select(e => e?["value"]?.DeepClone())]).ToJsonString());
        var behind = run.Task("behind").Outputs!["value"]!;
        Assert.Equal(named, behind["next"]!.ToJsonString());
        Assert.Equal(run.Tasks.Count(t => t is { TaskId: "own", MapIndex: >= 0 }), (int)behind["own"]!);
    }

    [Fact]
    public async Task A_mapped_task_that_never_had_elements_has_no_outputs_for_its_join()
    {
        var name = await engine.ApplyAsync("""
              - { id: list, activity: test.fail, with: { retryable: false } }
              - { id: each, activity: test.noop, after: [list], map: { over: [1], as: n } }
              - { id: join, activity: test.echo, after: [each], trigger_rule: all_done, with: { value: "{{ tasks.each.outputs.value | default 'none' }}" } }
            """);
        Assert.Equal("none", (string?)(await engine.RunAsync(name)).Task("join").Outputs!["value"]);
    }

    [Theory]
    [InlineData("map: { follows: nobody }, after: [load]", "unknown-task")]
    [InlineData("map: { follows: load }", "not-upstream")]
    [InlineData("map: { follows: plain }, after: [plain]", "bad-option")]
    [InlineData("map: { follows: load, over: [1] }, after: [load]", "bad-option")]
    public async Task What_cannot_be_followed_is_refused(string map, string code)
    {
        var result = await engine.Store.ApplyAsync($"name: {EngineFixture.NewName()}\ntasks:\n  - {{ id: load, activity: test.noop, map: {{ over: [1], as: n }} }}\n  - {{ id: plain, activity: test.noop }}\n  - {{ id: next, activity: test.noop, {map} }}", new Definitions.ApplyOptions { Origin = Definitions.WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.Contains(code, result.Problems.Select(p => p.Code));
    }
}
