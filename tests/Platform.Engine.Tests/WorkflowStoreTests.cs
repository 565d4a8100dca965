using Platform.Engine.Definitions;

namespace Platform.Engine.Tests;

public sealed class WorkflowStoreTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static string Text(string name, string title = "One") => $"# kept as written\nname: {name}\ntitle: {title}\ntasks:\n  - {{ id: a, activity: test.noop }}\n";

    private Task<ApplyResult> ApplyAsync(string text, WorkflowOrigin origin = WorkflowOrigin.Applied, int? expected = null) =>
        engine.Store.ApplyAsync(text, new ApplyOptions { Origin = origin, By = "ada", ExpectedVersion = expected }, CancellationToken.None);

    [Fact]
    public async Task A_version_is_made_only_where_the_text_differs_and_is_exported_as_written()
    {
        var name = EngineFixture.NewName();
        Assert.Equal((ApplyOutcome.Applied, 1), await ApplyAsync(Text(name)) is var a ? (a.Outcome, a.Version ?? 0) : default);
        Assert.Equal((ApplyOutcome.Unchanged, 1), await ApplyAsync(Text(name)) is var b ? (b.Outcome, b.Version ?? 0) : default);
        Assert.Equal((ApplyOutcome.Applied, 2), await ApplyAsync(Text(name, "Two")) is var c ? (c.Outcome, c.Version ?? 0) : default);
        Assert.Equal(Text(name, "Two"), await engine.Store.ExportAsync(name, CancellationToken.None));
        Assert.Equal(Text(name), (await engine.Store.GetAsync(name, 1, CancellationToken.None))!.Yaml);
        Assert.Equal([2, 1], (await engine.Store.VersionsAsync(name, CancellationToken.None)).Select(v => v.Version));
    }

    [Fact]
    public async Task A_shipped_text_updates_a_workflow_only_if_nobody_has_edited_it_since()
    {
        var name = EngineFixture.NewName();
        _ = await ApplyAsync(Text(name), WorkflowOrigin.Shipped);
        Assert.Equal(ApplyOutcome.Applied, (await ApplyAsync(Text(name, "Shipped 2"), WorkflowOrigin.Shipped)).Outcome);
        Assert.Equal(ApplyOutcome.Applied, (await ApplyAsync(Text(name, "Mine"), WorkflowOrigin.Edited)).Outcome);
        Assert.Equal(ApplyOutcome.KeptEdited, (await ApplyAsync(Text(name, "Shipped 3"), WorkflowOrigin.Shipped)).Outcome);
        Assert.Equal("Mine", (await engine.Store.GetAsync(name, null, CancellationToken.None))!.Title);
    }

    [Fact]
    public async Task An_edit_that_started_from_an_older_version_is_a_conflict()
    {
        var name = EngineFixture.NewName();
        Assert.Equal(ApplyOutcome.Applied, (await ApplyAsync(Text(name), WorkflowOrigin.Edited, 0)).Outcome);
        Assert.Equal(ApplyOutcome.Applied, (await ApplyAsync(Text(name, "Two"), WorkflowOrigin.Edited, 1)).Outcome);
        var late = await ApplyAsync(Text(name, "Three"), WorkflowOrigin.Edited, 1);
        Assert.Equal((ApplyOutcome.Conflict, 2), (late.Outcome, late.Version ?? 0));
    }

    [Fact]
    public async Task A_text_with_errors_is_not_published()
    {
        var name = EngineFixture.NewName();
        var result = await ApplyAsync($"name: {name}\ntasks:\n  - {{ id: a, activity: no.such }}\n");
        Assert.Equal(ApplyOutcome.Invalid, result.Outcome);
        Assert.Contains(result.Problems, p => p.Line == 3);
        Assert.Null(await engine.Store.GetAsync(name, null, CancellationToken.None));
    }

    [Fact]
    public async Task An_unpublished_version_of_a_file_runs_and_the_workflow_stays_as_it_is()
    {
        var name = EngineFixture.NewName();
        var text = Text(name).Replace("activity: test.noop", $"activity: test.noop, queue: {name}", StringComparison.Ordinal);
        var kept = await engine.Store.KeepAsync(text, "ada", CancellationToken.None);
        Assert.Equal(kept.Version, (await engine.Store.KeepAsync(text, "ada", CancellationToken.None)).Version);
        await using var node = engine.StartNode(name);
        var run = await engine.Commands.TriggerAsync(new Planning.TriggerRequest { Workflow = name, Version = kept.Version, Kind = RunKinds.File, By = "ada" }, CancellationToken.None);
        Assert.Equal(RunStates.Success, (await engine.EndedAsync(run.RunId)).Run.State);
        Assert.Null((await engine.Store.GetAsync(name, null, CancellationToken.None))!.PublishedVersion);
        Assert.DoesNotContain(await new History.WorkflowQueries(engine.Database).ListAsync(false, CancellationToken.None), w => w.Name == name);
        Assert.Equal("not-found", (await Assert.ThrowsAsync<EngineException>(() => engine.TriggerAsync(name))).Kind);
    }

    [Fact]
    public async Task A_pool_that_is_not_there_is_said_and_does_not_stop_publishing()
    {
        var result = await ApplyAsync($"name: {EngineFixture.NewName()}\ntasks:\n  - {{ id: a, activity: test.noop, pool: nowhere }}\n");
        Assert.Equal(ApplyOutcome.Applied, result.Outcome);
        var problem = Assert.Single(result.Problems, p => p.Code == "unknown-pool");
        Assert.Equal((Platform.Workflows.Definition.ProblemSeverity.Warning, 3), (problem.Severity, problem.Line));
        Assert.Contains("./platform pools set nowhere", problem.Message, StringComparison.Ordinal);
    }
}
