using Microsoft.Extensions.Logging.Abstractions;
using Platform.Engine.Audit;
using Platform.Engine.Definitions;
using Platform.Engine.Explain;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Engine.Previews;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Runs of what is on the screen: all of it, up to one task, and previews, which nobody but who asked for them sees.</summary>
public sealed class PreviewTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static string Text(string name, string tasks, string head = "") => $"name: {name}\ndefaults: {{ queue: {name}, retries: 3, retry_delay: 1s }}\n{head}\ntasks:\n{tasks}";

    private Task<ScreenRun> PreviewAsync(string yaml, string task, string by = "ann", int rows = 50) =>
        engine.Previews.PreviewAsync(new PreviewRequest { Yaml = yaml, TaskId = task, By = by, Rows = rows }, CancellationToken.None);

    private async Task<PreviewState> EndedAsync(long runId)
    {
        await engine.EndedAsync(runId);
        return (await engine.PreviewStates.GetAsync(runId, CancellationToken.None))!;
    }

    private PreviewPruning Pruning() => new(engine.Database, new RunControl(engine.Database, engine.Definitions), engine.Room, NullLogger.Instance);

    private static string States(PreviewState preview) => string.Join(' ', preview.Tasks.Select(t => $"{t.Task.TaskId}:{t.Task.State}"));

    [Fact]
    public async Task What_is_on_the_screen_runs_whether_it_was_published_or_not()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var started = await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = Text(name, "  - { id: a, activity: test.noop }\n  - { id: b, activity: test.noop, after: [a] }"), By = "ann" }, CancellationToken.None);

        var run = await engine.EndedAsync(started.RunId!.Value);
        Assert.Equal("a:success b:success", run.States());
        Assert.Equal(RunKinds.File, run.Run.Kind);
        Assert.Equal(name, run.Run.Workflow);
    }

    [Fact]
    public async Task The_text_that_is_published_runs_as_its_version_and_as_a_run_started_by_hand()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var yaml = Text(name, "  - { id: a, activity: test.noop }");
        var published = await engine.Store.ApplyAsync(yaml, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = "ann" }, CancellationToken.None);

        var same = (await engine.Runs.GetAsync((await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = yaml, By = "ann" }, CancellationToken.None)).RunId!.Value, CancellationToken.None))!.Run;
        var other = (await engine.Runs.GetAsync((await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = yaml + "\n", By = "ann" }, CancellationToken.None)).RunId!.Value, CancellationToken.None))!.Run;

        Assert.Equal((RunKinds.Manual, published.Version!.Value), (same.Kind, same.Version));
        Assert.Equal((RunKinds.File, published.Version!.Value + 1), (other.Kind, other.Version));
    }

    [Fact]
    public async Task A_run_up_to_a_task_has_it_and_what_is_upstream_and_writes_the_real_tables()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var yaml = Text(name, $$"""
              - { id: a, activity: test.table, with: { table: raw.{{name}} } }
              - { id: other, activity: test.table, with: { table: raw.other_{{name}} } }
              - { id: b, activity: test.noop, after: [a] }
              - { id: c, activity: test.noop, after: [b, other] }
            """);
        var started = await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = yaml, Until = "b", By = "ann" }, CancellationToken.None);

        var run = await engine.EndedAsync(started.RunId!.Value);
        Assert.Equal("a:success b:success", run.States());
        Assert.Equal(["a", "b"], run.Graph.Select(t => t.Id));
        Assert.Equal("success", run.Run.State);
        Assert.Equal(["real"], Seen.Of($"raw.{name}"));
        Assert.Empty(Seen.Of($"raw.other_{name}"));
        // Told as any run is.
        Assert.Equal(1, await engine.ScalarAsync<long>("select count(*) from outbox where type = 'run.ended' and key = @key", new { key = $"run/{started.RunId}" }));

        // The same text as a whole is another version.
        var whole = await engine.EndedAsync((await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = yaml, By = "ann" }, CancellationToken.None)).RunId!.Value);
        Assert.Equal("a:success other:success b:success c:success", whole.States());
    }

    [Fact]
    public async Task A_branch_may_choose_a_way_that_a_run_up_to_a_task_does_not_have()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        string Yaml(string follow) => Text(name, $$"""
              - { id: choose, activity: test.branch, with: { follow: [{{follow}}] } }
              - { id: left, activity: test.noop, after: [choose] }
              - { id: right, activity: test.noop, after: [choose] }
            """);
        var left = await engine.EndedAsync((await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = Yaml("left"), Until = "left", By = "ann" }, CancellationToken.None)).RunId!.Value);
        var right = await engine.EndedAsync((await engine.Previews.RunAsync(new ScreenRunRequest { Yaml = Yaml("right"), Until = "left", By = "ann" }, CancellationToken.None)).RunId!.Value);

        Assert.Equal("choose:success left:success", left.States());
        Assert.Equal("choose:success left:skipped", right.States());
    }

    [Fact]
    public async Task A_preview_runs_apart_and_is_in_no_list_figure_or_event()
    {
        var name = await engine.ApplyAsync("  - { id: published, activity: test.noop }");
        await using var node = engine.StartNode(name);
        var events = await engine.ScalarAsync<long>("select coalesce(max(id), 0) from outbox");
        var yaml = Text(name, $$$"""
              - { id: a, activity: test.table, with: { table: raw.{{{name}}} } }
              - { id: b, activity: test.echo, after: [a], with: { value: "{{ tasks.a.outputs.table }}" } }
              - { id: c, activity: test.noop, after: [b] }
            """, "on_failure: [{ kind: webhook, to: 'http://127.0.0.1:9' }]");
        var started = await PreviewAsync(yaml, "b");
        var preview = await EndedAsync(started.RunId!.Value);

        Assert.Equal("a:success b:success", States(preview));
        Assert.Equal((name, "b", 50, "ann"), (preview.Workflow, preview.TaskId, preview.Rows, preview.By));
        Assert.Equal(name, started.Workflow);
        Assert.Equal([$"{name} 50"], Seen.Of($"raw.{name}"));
        Assert.Equal($"raw.{name}", preview.Tasks[1].Task.Outputs!["value"]!.GetValue<string>());
        Assert.Equal($"raw.{name}", Assert.Single(preview.Tasks[0].Report!.Writes).Table);

        Assert.Empty(await engine.Runs.ListAsync(new RunFilter { Workflow = name }, CancellationToken.None));
        Assert.DoesNotContain(await engine.Runs.ListAsync(new RunFilter { Limit = 500 }, CancellationToken.None), r => r.Id == started.RunId);
        Assert.Contains(await engine.Runs.ListAsync(new RunFilter { Kind = RunKinds.Preview, Limit = 500 }, CancellationToken.None), r => r.Id == started.RunId);
        Assert.Empty(await engine.Runs.ListAsync([started.RunId.Value], CancellationToken.None));
        Assert.DoesNotContain((await new RunFeed(engine.Database, engine.Runs).SinceAsync(DateTimeOffset.UnixEpoch, CancellationToken.None)).Runs, r => r.Id == started.RunId);
        Assert.DoesNotContain(await new WorkflowQueries(engine.Database).ListAsync(includeUnpublished: true, CancellationToken.None), w => w.Name != name && w.Name.Contains($":{name}", StringComparison.Ordinal));
        Assert.Single(await engine.Store.VersionsAsync(name, CancellationToken.None));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from outbox where id > @events and (key = @run or key like @task)", new { events, run = $"run/{started.RunId}", task = $"{started.RunId}/%" }));
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from asset_write where asset = @asset", new { asset = $"raw.{name}" }));
    }

    [Fact]
    public async Task A_task_that_acts_on_the_world_says_what_it_would_do_and_what_is_behind_it_goes_on()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var yaml = Text(name, $$"""
              - { id: send, activity: test.send, with: { to: "someone-{{name}}" } }
              - { id: undecided, activity: test.noop, after: [send] }
              - { id: wait, activity: test.would_wait, after: [send] }
              - { id: last, activity: test.table, after: [send, undecided, wait], with: { table: raw.{{name}} } }
            """);
        var preview = await EndedAsync((await PreviewAsync(yaml, "last")).RunId!.Value);

        Assert.Equal("send:success undecided:success wait:success last:success", States(preview));
        Assert.Equal($"It would send a letter (to: someone-{name}).", preview.Tasks[0].Report!.Would);
        Assert.Equal("It would run 'test.noop'.", preview.Tasks[1].Report!.Would);
        Assert.Equal("It would wait: An hour.", preview.Tasks[2].Report!.Would);
        Assert.Null(preview.Tasks[3].Report!.Would);
        Assert.Empty(Seen.Of($"sent to someone-{name}"));
    }

    [Fact]
    public async Task A_secret_is_not_in_what_a_task_would_do()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var preview = await EndedAsync((await PreviewAsync(Text(name, "  - { id: send, activity: test.send, with: { to: \"{{ secret 'password' }}\" } }"), "send")).RunId!.Value);

        Assert.DoesNotContain("hunter2", preview.Tasks[0].Report!.Would, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await engine.ScalarAsync<string>("select report::text from preview_task where run_id = @RunId", new { preview.RunId }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_fails_at_once_and_says_what_it_lacks()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var yaml = Text(name, """
              - { id: fail, activity: test.fail, with: { times: 1 } }
              - { id: send, activity: test.send }
              - { id: needs, activity: test.echo, after: [send], with: { value: "{{ tasks.send.outputs.number }}" } }
            """);
        var failed = await EndedAsync((await PreviewAsync(yaml, "fail")).RunId!.Value);
        var needs = await EndedAsync((await PreviewAsync(yaml, "needs")).RunId!.Value);

        Assert.Equal("fail:failed", States(failed));
        Assert.Equal(1, failed.Tasks[0].Task.Attempts);
        Assert.Equal("send:success needs:failed", States(needs));
        Assert.Contains("do not run and have no outputs", needs.Tasks[1].Task.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mapped_task_shows_its_first_elements()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var preview = await EndedAsync((await PreviewAsync(Text(name, "  - { id: each, activity: test.echo, map: { over: [1, 2, 3, 4, 5], as: n }, with: { value: \"{{ n }}\" } }"), "each")).RunId!.Value);
        Assert.Equal("each:success each:success each:success", States(preview));
    }

    [Fact]
    public async Task Errors_of_tasks_that_are_not_needed_do_not_matter()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name);
        var yaml = Text(name, """
              - { id: a, activity: test.echo, with: { value: 1 } }
              - { id: broken, activity: test.some, after: [a] }
              - { id: unknown, activity: no.such, after: [broken] }
            """);
        var preview = await EndedAsync((await PreviewAsync(yaml, "a")).RunId!.Value);
        Assert.Equal("a:success", States(preview));

        var refused = await PreviewAsync(yaml, "broken");
        Assert.Null(refused.RunId);
        Assert.Contains(refused.Problems, p => p.TaskId == "broken" && p.Code == "missing-field");
    }

    [Theory]
    [InlineData("name: x\ntasks:\n  - { id: a, activity: test.noop }", "b", 10, "not-found", "It has 'a'")]
    [InlineData("name: x\ntasks: []", "b", 10, "not-found", "has no task 'b'")]
    [InlineData("name: x\ntasks:\n  - { id: a, activity: test.noop }", "a", 0, "bad-input", "1 to 50,000 rows")]
    [InlineData("name: x\ntasks:\n  - { id: a, activity: test.noop }", "a", 60_000, "bad-input", "1 to 50,000 rows")]
    public async Task What_cannot_be_previewed_is_refused_with_its_reason(string yaml, string task, int rows, string kind, string said)
    {
        var refused = await Assert.ThrowsAsync<EngineException>(() => PreviewAsync(yaml, task, rows: rows));
        Assert.Equal(kind, refused.Kind);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_no_workflow_starts_nothing()
    {
        Assert.Null((await PreviewAsync("- 1\n- 2", "a")).RunId);
        Assert.Null((await PreviewAsync(": {", "a")).RunId);
    }

    [Fact]
    public async Task A_preview_runs_the_text_that_it_was_asked_for_after_the_texts_of_all_before_it_are_gone()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name, o => o with { Maintains = false });
        var first = await EndedAsync((await PreviewAsync(Text(name, "  - { id: a, activity: test.echo, with: { value: before } }"), "a")).RunId!.Value);
        Assert.Equal("before", first.Tasks[0].Task.Outputs!["value"]!.GetValue<string>());
        await engine.Previews.LetGoAsync(first.RunId, "ann", CancellationToken.None);
        await engine.ExecuteAsync("update workflow_version set created_at = created_at - interval '5 minutes' where workflow = @name", new { name = $"preview:{name}" });
        await Pruning().PruneAsync(CancellationToken.None);
        Assert.Equal(0, await engine.ScalarAsync<long>("select count(*) from workflow_version where workflow = @name", new { name = $"preview:{name}" }));

        // Another task of a changed text, which does not come after the first one.
        var second = await EndedAsync((await PreviewAsync(Text(name, "  - { id: a, activity: test.echo, with: { value: now } }\n  - { id: b, activity: test.echo, with: { value: other } }"), "b")).RunId!.Value);
        Assert.Equal("b:success", States(second));
        Assert.Equal("other", second.Tasks[0].Task.Outputs!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_new_preview_of_the_same_user_and_workflow_ends_the_older_one()
    {
        var (name, other) = (EngineFixture.NewName(), EngineFixture.NewName());
        var yaml = Text(name, "  - { id: a, activity: test.noop }");
        var first = (await PreviewAsync(yaml, "a")).RunId!.Value;
        var ofOther = (await PreviewAsync(Text(other, "  - { id: a, activity: test.noop }"), "a")).RunId!.Value;
        var ofBob = (await PreviewAsync(yaml, "a", "bob")).RunId!.Value;
        var second = (await PreviewAsync(yaml, "a")).RunId!.Value;

        Assert.Null(await engine.PreviewStates.GetAsync(first, CancellationToken.None));
        Assert.Equal("canceled", (await engine.Runs.GetAsync(first, CancellationToken.None))!.Run.State);
        foreach (var alive in new[] { ofOther, ofBob, second })
            Assert.Equal("running", (await engine.PreviewStates.GetAsync(alive, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task A_user_has_three_running_previews_at_most()
    {
        var ids = new List<long>();
        for (var i = 0; i < PreviewCommands.MostOfUser + 1; i++)
            ids.Add((await PreviewAsync(Text(EngineFixture.NewName(), "  - { id: a, activity: test.noop }"), "a", "carol")).RunId!.Value);

        Assert.Null(await engine.PreviewStates.GetAsync(ids[0], CancellationToken.None));
        foreach (var id in ids.Skip(1))
            Assert.NotNull(await engine.PreviewStates.GetAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Letting_go_stops_it_and_deletes_every_trace()
    {
        var name = EngineFixture.NewName();
        await using var node = engine.StartNode(name, o => o with { Maintains = false });
        var runId = (await PreviewAsync(Text(name, $"  - {{ id: a, activity: test.table, with: {{ meet: let-go-{name} }} }}"), "a")).RunId!.Value;
        await Meeting.Of($"let-go-{name} began");

        Assert.True(await engine.Previews.LetGoAsync(runId, "ann", CancellationToken.None));
        Assert.Null(await engine.PreviewStates.GetAsync(runId, CancellationToken.None));
        Assert.Equal("canceled", (await engine.EndedAsync(runId)).Run.State);
        await engine.ExecuteAsync("update workflow_version set created_at = created_at - interval '5 minutes' where workflow = @name", new { name = $"preview:{name}" });
        await Pruning().PruneAsync(CancellationToken.None);

        Assert.DoesNotContain(runId, engine.Room.Left());
        Assert.Null(await engine.Runs.GetAsync(runId, CancellationToken.None));
        Assert.Equal(0, await engine.ScalarAsync<long>("""
            select (select count(*) from preview where run_id = @runId) + (select count(*) from preview_task where run_id = @runId) + (select count(*) from task_instance where run_id = @runId)
                + (select count(*) from log_line where run_id = @runId) + (select count(*) from workflow where name = @name) + (select count(*) from workflow_version where workflow = @name)
            """, new { runId, name = $"preview:{name}" }));
        Assert.False(await engine.Previews.LetGoAsync(runId, "ann", CancellationToken.None));
    }

    [Fact]
    public async Task After_its_hour_it_is_stopped_and_deleted_and_what_a_crash_left_is_too()
    {
        var name = EngineFixture.NewName();
        var runId = (await PreviewAsync(Text(name, "  - { id: a, activity: test.table }"), "a")).RunId!.Value;
        engine.Room.Leave(runId);
        engine.Room.Leave(987_654_321);
        await Pruning().PruneAsync(CancellationToken.None);
        Assert.Contains(runId, engine.Room.Left());
        Assert.DoesNotContain(987_654_321, engine.Room.Left());

        await engine.ExecuteAsync("update preview set expires_at = now() - interval '1 second' where run_id = @runId", new { runId });
        await Pruning().PruneAsync(CancellationToken.None);
        await Pruning().PruneAsync(CancellationToken.None);
        Assert.DoesNotContain(runId, engine.Room.Left());
        Assert.Null(await engine.Runs.GetAsync(runId, CancellationToken.None));
    }

    [Fact]
    public async Task The_audit_says_nothing_of_previews()
    {
        var name = EngineFixture.NewName();
        var runId = (await PreviewAsync(Text(name, "  - { id: a, activity: test.noop }"), "a")).RunId!.Value;
        await engine.ExecuteAsync("update task_queue set ready_at = now() - interval '1 hour' where run_id = @runId; update run set started_at = now() - interval '1 hour', times_out_at = now() - interval '50 minutes' where id = @runId", new { runId });
        var report = await new EngineAudit(engine.Database, engine.Definitions, TimeProvider.System, []).RunAsync(null, new AuditOptions(), CancellationToken.None);
        Assert.DoesNotContain(report.Findings, f => f.RunId == runId);
    }

    [Fact]
    public async Task A_preview_that_waits_says_for_what()
    {
        var name = EngineFixture.NewName();
        var runId = (await PreviewAsync(Text(name, "  - { id: a, activity: test.noop }"), "a", "dora")).RunId!.Value;
        var why = await new Explainer(engine.Database, engine.Definitions).TaskAsync(runId, "a", -1, CancellationToken.None);
        Assert.Contains(why!.Causes, c => c.Code == CauseCodes.NoWorker);
    }
}
