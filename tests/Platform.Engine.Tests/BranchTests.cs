namespace Platform.Engine.Tests;

/// <summary>Branches, and joins behind them under each trigger rule.</summary>
public sealed class BranchTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Theory]
    [InlineData("all_success", "skipped")]
    [InlineData("all_failed", "skipped")]
    [InlineData("all_done", "success")]
    [InlineData("all_done_min_one_success", "skipped")]
    [InlineData("all_skipped", "skipped")]
    [InlineData("one_success", "success")]
    [InlineData("one_failed", "skipped")]
    [InlineData("one_done", "success")]
    [InlineData("none_failed", "success")]
    [InlineData("none_failed_min_one_success", "success")]
    [InlineData("none_skipped", "skipped")]
    [InlineData("always", "success")]
    public async Task A_join_behind_a_branch_goes_by_its_rule(string rule, string join)
    {
        var name = await engine.ApplyAsync($$$"""
              - { id: count, activity: test.echo, with: { value: 7 } }
              - id: choose
                activity: control.branch
                after: [count]
                with:
                  cases:
                    - { when: "{{ tasks.count.outputs.value > 10 }}", follow: [right] }
                    - { when: "{{ tasks.count.outputs.value > 5 }}", follow: [left] }
                  otherwise: [right]
              - { id: left, activity: test.noop, after: [choose] }
              - { id: right, activity: test.noop, after: [choose] }
              - { id: join, activity: test.noop, after: [left, right], trigger_rule: {{{rule}}} }
            """);
        Assert.Equal($"count:success choose:success left:success right:skipped join:{join}", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task What_is_not_followed_is_skipped_whatever_its_rule_and_what_is_behind_it_goes_by_its_own()
    {
        var name = await engine.ApplyAsync("""
              - { id: choose, activity: test.branch, with: { follow: [] } }
              - { id: left, activity: test.noop, after: [choose], trigger_rule: all_done }
              - { id: behind, activity: test.noop, after: [left] }
              - { id: last, activity: test.noop, after: [behind], trigger_rule: all_done }
            """);
        Assert.Equal("choose:success left:skipped behind:skipped last:success", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task A_branch_to_a_task_that_is_not_directly_behind_it_fails_clearly()
    {
        var name = await engine.ApplyAsync("""
              - { id: choose, activity: test.branch, with: { follow: [last] }, retries: 3 }
              - { id: next, activity: test.noop, after: [choose] }
              - { id: last, activity: test.noop, after: [next] }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("choose:failed next:upstream_failed last:upstream_failed", run.States());
        Assert.Contains("'last'", run.Task("choose").Error, StringComparison.Ordinal);
    }
}
