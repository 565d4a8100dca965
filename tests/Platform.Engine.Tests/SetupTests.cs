using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>Setups and teardowns, and groups, as in Airflow 3.</summary>
public sealed class SetupTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Cluster = """
          - { id: create, activity: test.noop, role: setup }
          - { id: work, activity: WORK, after: [create] }
          - { id: more, activity: test.noop, after: [work], trigger_rule: all_done }
          - { id: delete, activity: TEARDOWN, role: teardown, after: [create, more] }
        """;

    private async Task<string> RunAsync(string yaml) => (await engine.RunAsync(await engine.ApplyAsync(yaml))) is var run ? $"{run.Run.State} {run.States()}" : "";

    [Fact]
    public async Task A_teardown_runs_whatever_happened_after_its_setup_succeeded()
    {
        Assert.Equal("success create:success work:success more:success delete:success", await RunAsync(Cluster.Replace("WORK", "test.noop", StringComparison.Ordinal).Replace("TEARDOWN", "test.noop", StringComparison.Ordinal)));
        Assert.Equal("failed create:success work:failed more:success delete:success bad:failed", await RunAsync(Cluster.Replace("WORK", "test.fail", StringComparison.Ordinal).Replace("TEARDOWN", "test.noop", StringComparison.Ordinal) + "\n  - { id: bad, activity: test.fail, after: [work], trigger_rule: always }"));
    }

    [Fact]
    public async Task A_run_does_not_fail_because_its_teardown_did() =>
        Assert.StartsWith("success ", await RunAsync(Cluster.Replace("WORK", "test.noop", StringComparison.Ordinal).Replace("TEARDOWN", "test.fail", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("test.fail", "create:failed work:upstream_failed more:upstream_failed delete:upstream_failed")]
    [InlineData("test.skip", "create:skipped work:skipped more:skipped delete:skipped")]
    public async Task A_setup_that_did_not_succeed_stops_everything_between_it_and_its_teardown_whatever_their_rules(string setup, string states) =>
        Assert.EndsWith(states, await RunAsync($"""
              - id: create
                activity: {setup}
                role: setup
              - id: work
                activity: test.noop
                after: [create]
              - id: more
                activity: test.noop
                after: [work]
                trigger_rule: all_done
              - id: delete
                activity: test.noop
                role: teardown
                after: [create, more]
            """), StringComparison.Ordinal);

    [Fact]
    public async Task A_canceled_run_still_tears_down_what_was_set_up()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - { id: create, activity: test.noop, role: setup }
              - { id: work, activity: test.gate, with: { name: {{gate}} }, after: [create] }
              - { id: more, activity: test.noop, after: [work] }
              - { id: delete, activity: test.fail, role: teardown, after: [create, more], with: { times: 1 }, retries: 1, retry_delay: 10ms }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        var run = await engine.EndedAsync(id);
        Assert.Equal("create:success work:canceled more:canceled delete:success", run.States());
        Assert.Equal((RunStates.Canceled, 2), (run.Run.State, run.Task("delete").Attempts));
    }

    [Fact]
    public async Task A_teardown_whose_setup_never_ran_does_not_run_when_the_run_is_canceled()
    {
        var gate = EngineFixture.NewName();
        var name = await engine.ApplyAsync($$"""
              - { id: create, activity: test.gate, with: { name: {{gate}} }, role: setup }
              - { id: work, activity: test.noop, after: [create] }
              - { id: delete, activity: test.noop, role: teardown, after: [create, work] }
            """);
        await using var node = engine.StartNode(name);
        var id = await engine.TriggerAsync(name);
        await Meeting.Of(gate + ".began");
        Assert.True(await engine.Commands.CancelAsync(id, "ada", CancellationToken.None));
        Assert.Equal("create:canceled work:canceled delete:upstream_failed", (await engine.EndedAsync(id)).States());
    }

    [Fact]
    public async Task Clear_of_a_task_clears_its_setups_and_their_teardowns_too()
    {
        var name = await engine.ApplyAsync("""
              - { id: create, activity: test.noop, role: setup }
              - { id: other, activity: test.noop }
              - { id: work, activity: test.noop, after: [create, other] }
              - { id: beside, activity: test.noop, after: [create] }
              - { id: delete, activity: test.noop, role: teardown, after: [create, work, beside] }
              - { id: forever, activity: test.noop, role: setup }
              - { id: user, activity: test.noop, after: [forever] }
            """);
        var run = await engine.RunAsync(name);
        await using var node = engine.StartNode(name);
        Assert.Equal(["create", "work", "delete"], await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, TaskIds = ["work"], Downstream = false, By = "ada" }, CancellationToken.None));
        _ = await engine.EndedAsync(run.Run.Id);
        Assert.Equal(["create", "delete"], await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, TaskIds = ["create"], Downstream = false, By = "ada" }, CancellationToken.None));
        _ = await engine.EndedAsync(run.Run.Id);
        Assert.Equal(["forever", "user"], await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, TaskIds = ["user"], Downstream = false, By = "ada" }, CancellationToken.None));
    }

    [Fact]
    public async Task A_group_is_cleared_as_one_with_the_groups_inside_it()
    {
        var name = await engine.ApplyAsync("""
              - { id: a, activity: test.noop }
              - { id: b, activity: test.noop, after: [a], group: load }
              - { id: c, activity: test.noop, after: [b], group: load/raw }
              - { id: d, activity: test.noop, after: [c], group: loader }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal([null, "load", "load/raw", "loader"], run.Graph.Select(g => g.Group));
        await using var node = engine.StartNode(name);
        Assert.Equal(["b", "c"], await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, Groups = ["load"], Downstream = false, By = "ada" }, CancellationToken.None));
        _ = await engine.EndedAsync(run.Run.Id);
        Assert.Equal(["b", "c", "d"], await engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, Groups = ["load"], By = "ada" }, CancellationToken.None));
        _ = await engine.EndedAsync(run.Run.Id);
        var unknown = await Assert.ThrowsAsync<EngineException>(() => engine.Commands.ClearAsync(new ClearRequest { RunId = run.Run.Id, Groups = ["x"], By = "ada" }, CancellationToken.None));
        Assert.Contains("'load', 'load/raw', 'loader'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teardown_has_no_other_rule()
    {
        var result = await engine.Store.ApplyAsync($"name: {EngineFixture.NewName()}\ntasks:\n  - {{ id: a, activity: test.noop, role: teardown, trigger_rule: always }}\n  - {{ id: b, activity: test.noop, group: No Group }}", new Definitions.ApplyOptions { Origin = Definitions.WorkflowOrigin.Applied, By = "test" }, CancellationToken.None);
        Assert.Equal(["trigger_rule", "group"], result.Problems.Select(p => p.Field));
    }
}
