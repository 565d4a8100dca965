using Platform.Engine.History;
using Platform.Engine.Waiting;

namespace Platform.Engine.Tests;

/// <summary>Tasks that ask people.</summary>
public sealed class ApprovalTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private async Task<RunDetail> AskedAsync(string with)
    {
        var name = await engine.ApplyAsync($"  - {{ id: ask, activity: control.approval, with: {{ message: 'Deploy it?'{with} }}, retries: 2 }}\n  - {{ id: deploy, activity: test.echo, after: [ask], with: {{ value: \"{{{{ tasks.ask.outputs.by }}}}\" }} }}");
        var id = await engine.TriggerAsync(name);
        await using (engine.StartNode(name))
            return await engine.UntilAsync(id, r => r.Task("ask").State == TaskStates.Deferred);
    }

    private Task DecideAsync(RunDetail run, bool approved, string by = "ada", string? note = null, params string[] roles) =>
        engine.Approvals.DecideAsync(new Decision { RunId = run.Run.Id, TaskId = "ask", Approved = approved, By = by, Note = note, Roles = roles }, CancellationToken.None);

    private async Task<RunDetail> EndedAsync(RunDetail run)
    {
        await using var node = engine.StartNode(run.Run.Workflow);
        return await engine.EndedAsync(run.Run.Id);
    }

    [Fact]
    public async Task A_yes_lets_the_run_go_on_and_who_said_it_and_why_are_outputs_and_in_the_log()
    {
        var asked = await AskedAsync("");
        Assert.Equal("Deploy it?", (string?)asked.Task("ask").Question!["message"]);
        await DecideAsync(asked, approved: true, note: "looks fine");
        var run = await EndedAsync(asked);
        Assert.Equal("ask:success deploy:success", run.States());
        var outputs = run.Task("ask").Outputs!;
        Assert.Equal((true, "ada", "looks fine"), ((bool)outputs["approved"]!, (string?)outputs["by"], (string?)outputs["note"]));
        Assert.Equal("ada", (string?)run.Task("deploy").Outputs!["value"]);
        var log = await engine.Runs.LogAsync(new LogFilter { RunId = run.Run.Id, TaskId = "ask" }, CancellationToken.None);
        Assert.Equal("Approved by ada: looks fine", log[^1].Message);
        // The time of the question is told apart from the time at work.
        var ask = run.Task("ask");
        Assert.True(asked.Task("ask") is { WaitedFrom: not null, WaitedUntil: null });
        Assert.True(ask.StartedAt <= ask.WaitedFrom && ask.WaitedFrom <= ask.WaitedUntil && ask.WaitedUntil <= ask.EndedAt, $"{ask.StartedAt:O} {ask.WaitedFrom:O} {ask.WaitedUntil:O} {ask.EndedAt:O}");
    }

    [Fact]
    public async Task A_no_fails_the_task_without_asking_again()
    {
        var asked = await AskedAsync("");
        await DecideAsync(asked, approved: false, note: "not today");
        var run = await EndedAsync(asked);
        Assert.Equal("ask:failed deploy:upstream_failed", run.States());
        Assert.Equal(("rejected", "Rejected by ada: not today", 1), (run.Task("ask").ErrorKind, run.Task("ask").Error, run.Task("ask").Attempts));
    }

    [Fact]
    public async Task What_asks_is_listed_for_everybody_until_it_is_answered()
    {
        var asked = await AskedAsync(", who: [ada, administrator]");
        var queries = new AttentionQueries(engine.Database);
        async Task<OpenQuestion?> FoundAsync() => (await queries.ReadAsync(500, CancellationToken.None)).Oldest.SingleOrDefault(q => q.RunId == asked.Run.Id);

        var question = (await FoundAsync())!;
        Assert.Equal(("ask", -1, "Deploy it?", asked.Run.Title), (question.TaskId, question.MapIndex, question.Message, question.Title));
        Assert.Equal(["ada", "administrator"], question.Who);
        Assert.True((await queries.ReadAsync(1, CancellationToken.None)).Questions >= 1);

        await DecideAsync(asked, approved: true);
        Assert.Null(await FoundAsync());
    }

    [Fact]
    public async Task A_no_skips_where_it_should()
    {
        var asked = await AskedAsync(", on_reject: skip");
        await DecideAsync(asked, approved: false);
        var run = await EndedAsync(asked);
        Assert.Equal("ask:skipped deploy:skipped", run.States());
        Assert.False((bool)run.Task("ask").Outputs!["approved"]!);
    }

    [Theory]
    [InlineData("bob", "", false)]
    [InlineData("bob", "viewer", false)]
    [InlineData("Ada", "", true)]
    [InlineData("bob", "administrator", true)]
    public async Task Only_those_who_are_asked_may_answer(string by, string role, bool may)
    {
        var asked = await AskedAsync(", who: [ada, administrator]");
        if (may)
        {
            await DecideAsync(asked, approved: true, by, null, role);
            return;
        }
        var refused = await Assert.ThrowsAsync<EngineException>(() => DecideAsync(asked, approved: true, by, null, role));
        Assert.Equal("refused", refused.Kind);
        Assert.Equal(TaskStates.Deferred, (await engine.Runs.GetAsync(asked.Run.Id, CancellationToken.None))!.Task("ask").State);
    }

    [Fact]
    public async Task Of_many_answers_at_once_one_counts_and_the_others_hear_so()
    {
        var asked = await AskedAsync("");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await DecideAsync(asked, approved: i % 2 == 0, $"user{i}");
                return $"user{i}";
            }
            catch (EngineException e) when (e.Kind == "conflict")
            {
                return null;
            }
        }));
        var first = Assert.Single(answers.OfType<string>());
        var run = await EndedAsync(asked);
        Assert.Contains($"by {first}", (await engine.Runs.LogAsync(new LogFilter { RunId = run.Run.Id, TaskId = "ask" }, CancellationToken.None))[^1].Message + run.Task("ask").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_answers_and_the_task_is_skipped_where_it_should()
    {
        var asked = await AskedAsync(", timeout: 400ms, on_timeout: skip");
        var run = await EndedAsync(asked);
        Assert.Equal("ask:skipped deploy:skipped", run.States());
        Assert.Contains("Nobody answered", run.Task("ask").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_asks_again_and_the_answer_of_before_does_not_count()
    {
        var asked = await AskedAsync("");
        await DecideAsync(asked, approved: false);
        var failed = await EndedAsync(asked);
        _ = await engine.Commands.ClearAsync(new Planning.ClearRequest { RunId = failed.Run.Id, TaskIds = ["ask"], By = "ada" }, CancellationToken.None);
        await using (engine.StartNode(failed.Run.Workflow))
            _ = await engine.UntilAsync(failed.Run.Id, r => r.Task("ask").State == TaskStates.Deferred);
        await DecideAsync(asked, approved: true, "bob");
        Assert.Equal("bob", (string?)(await EndedAsync(asked)).Task("ask").Outputs!["by"]);
    }

    [Fact]
    public async Task An_answer_where_nothing_asks_says_so()
    {
        var none = new Decision { RunId = 999_999, TaskId = "ask", Approved = true, By = "ada" };
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => engine.Approvals.DecideAsync(none, CancellationToken.None))).Kind);
        var asked = await AskedAsync("");
        Assert.Equal("conflict", (await Assert.ThrowsAsync<EngineException>(() => engine.Approvals.DecideAsync(none with { RunId = asked.Run.Id, TaskId = "deploy" }, CancellationToken.None))).Kind);
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<EngineException>(() => engine.Approvals.DecideAsync(none with { RunId = asked.Run.Id, Note = new string('x', 3000) }, CancellationToken.None))).Kind);
    }
}
