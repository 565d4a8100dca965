using System.Text.Json.Nodes;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Engine.Tests;

/// <summary>What becomes of a run's tasks.</summary>
public sealed class RunTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task A_chain_runs_in_order_and_outputs_pass_downstream()
    {
        var name = await engine.ApplyAsync("""
              - { id: first, activity: test.echo, with: { value: "{{ params.day }}" } }
              - { id: second, activity: test.echo, after: [first], with: { value: "{{ tasks.first.outputs.value }}-b" } }
              - { id: third, activity: test.echo, after: [second], with: { value: "{{ tasks.second.outputs.value }}-c" } }
            """, "params: { day: { type: string } }");
        var run = await engine.RunAsync(name, ("day", "monday"));
        Assert.Equal(RunStates.Success, run.Run.State);
        Assert.Equal("monday-b-c", (string?)run.Task("third").Outputs!["value"]);
        Assert.Equal(3, run.Run.Tasks);
        Assert.Equal(3, run.Run.TasksEnded);
        Assert.True(run.Task("first").EndedAt <= run.Task("second").StartedAt);
    }

    [Fact]
    public async Task A_failure_fails_what_is_behind_it_and_all_done_runs_all_the_same()
    {
        var name = await engine.ApplyAsync("""
              - { id: bad, activity: test.fail, with: { message: "no such table" } }
              - { id: next, activity: test.noop, after: [bad] }
              - { id: last, activity: test.noop, after: [next] }
              - { id: cleanup, activity: test.noop, after: [bad], trigger_rule: all_done }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("bad:failed next:upstream_failed last:upstream_failed cleanup:success", run.States());
        Assert.Equal(RunStates.Failed, run.Run.State);
        Assert.Equal("Task 'bad' failed", run.Run.Note);
        Assert.Equal("unavailable", run.Task("bad").ErrorKind);
        Assert.Equal("no such table", run.Task("bad").Error);
        Assert.Contains("'bad' is failed", run.Task("next").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_decide_the_state_of_a_run_as_in_Airflow()
    {
        var name = await engine.ApplyAsync("""
              - { id: bad, activity: test.fail }
              - { id: report, activity: test.noop, after: [bad], trigger_rule: all_done }
            """);
        Assert.Equal(RunStates.Success, (await engine.RunAsync(name)).Run.State);
    }

    [Fact]
    public async Task A_skip_passes_downstream_and_none_failed_stops_it()
    {
        var name = await engine.ApplyAsync("""
              - { id: ingest, activity: test.skip }
              - { id: clean, activity: test.noop, after: [ingest] }
              - { id: report, activity: test.noop, after: [clean], trigger_rule: none_failed }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("ingest:skipped clean:skipped report:success", run.States());
        Assert.Equal("There was no file.", run.Task("ingest").Error);
        Assert.Equal(RunStates.Success, run.Run.State);
    }

    [Fact]
    public async Task A_run_whose_tasks_were_all_skipped_had_nothing_to_do()
    {
        var name = await engine.ApplyAsync("""
              - { id: ingest, activity: test.skip }
              - { id: clean, activity: test.noop, after: [ingest] }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal((RunStates.Success, "Nothing to do"), (run.Run.State, run.Run.Note));
    }

    [Fact]
    public async Task A_condition_that_is_false_skips_its_task()
    {
        var name = await engine.ApplyAsync("""
              - { id: count, activity: test.echo, with: { value: 3 } }
              - { id: many, activity: test.noop, after: [count], when: "tasks.count.outputs.value > 5" }
              - { id: few, activity: test.noop, after: [count], when: "tasks.count.outputs.value <= 5" }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("count:success many:skipped few:success", run.States());
        Assert.Contains("tasks.count.outputs.value > 5", run.Task("many").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_skips_what_it_does_not_follow_but_not_the_join_behind()
    {
        var name = await engine.ApplyAsync("""
              - { id: choose, activity: test.branch, with: { follow: [left] } }
              - { id: left, activity: test.noop, after: [choose] }
              - { id: right, activity: test.noop, after: [choose] }
              - { id: join, activity: test.noop, after: [choose, left, right], trigger_rule: none_failed_min_one_success }
            """);
        Assert.Equal("choose:success left:success right:skipped join:success", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task A_mapped_task_has_an_instance_an_element_and_the_task_behind_joins_them_all()
    {
        var name = await engine.ApplyAsync("""
              - { id: list, activity: test.echo, with: { value: [a, b, c, d, e] } }
              - { id: each, activity: test.echo, after: [list], map: { over: "{{ tasks.list.outputs.value }}", as: letter, limit: 2 }, with: { value: "{{ letter }}!" } }
              - { id: join, activity: test.echo, after: [each], with: { value: "{{ tasks.each.outputs }}" } }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal(RunStates.Success, run.Run.State);
        Assert.Equal(["a!", "b!", "c!", "d!", "e!"], run.Tasks.Where(t => t.TaskId == "each").Select(t => (string?)t.Outputs!["value"]));
        Assert.Equal("e!", (string?)run.Task("join").Outputs!["value"]![4]!["value"]);
    }

    [Fact]
    public async Task A_map_over_nothing_is_skipped()
    {
        var name = await engine.ApplyAsync("""
              - { id: each, activity: test.noop, map: { over: [], as: x } }
              - { id: join, activity: test.noop, after: [each] }
            """);
        var run = await engine.RunAsync(name);
        Assert.Equal("each:skipped join:skipped", run.States());
    }

    [Fact]
    public async Task One_failed_instance_of_a_map_fails_the_join()
    {
        var name = await engine.ApplyAsync("""
              - { id: each, activity: test.fail, map: { over: [1, 0, 2], as: times }, with: { times: "{{ times }}", retryable: false } }
              - { id: join, activity: test.noop, after: [each] }
            """);
        Assert.Equal("each[0]:failed each[1]:success each[2]:failed join:upstream_failed", (await engine.RunAsync(name)).States());
    }

    [Fact]
    public async Task Outputs_over_the_limit_fail_with_their_size()
    {
        var name = await engine.ApplyAsync("  - { id: big, activity: test.output, with: { characters: 70000 }, retries: 3 }");
        var task = (await engine.RunAsync(name)).Task("big");
        Assert.Equal((TaskStates.Failed, "bad-output", 1), (task.State, task.ErrorKind, task.Attempts));
        Assert.Contains("70,011 bytes; 65,536 are allowed", task.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "a list")]
    [InlineData("zero", "U+0000")]
    public async Task Outputs_that_are_no_object_for_the_database_fail_clearly(string kind, string expected)
    {
        var name = await engine.ApplyAsync($"  - {{ id: odd, activity: test.output, with: {{ kind: {kind} }} }}");
        var task = (await engine.RunAsync(name)).Task("odd");
        Assert.Equal("bad-output", task.ErrorKind);
        Assert.Contains(expected, task.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_has_no_value_at_run_time_fails_its_task_with_the_field()
    {
        var name = await engine.ApplyAsync("""
              - { id: first, activity: test.echo, with: { value: { present: 1 } } }
              - { id: second, activity: test.echo, after: [first], with: { value: "{{ tasks.first.outputs.value.absent }}" } }
            """);
        var task = (await engine.RunAsync(name)).Task("second");
        Assert.Equal((TaskStates.Failed, "bad-template"), (task.State, task.ErrorKind));
        Assert.Contains("absent", task.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_end_of_a_task_and_of_a_run_is_an_event_in_the_same_transaction()
    {
        var name = await engine.ApplyAsync("""
              - { id: first, activity: test.fail, with: { times: 1 }, retries: 1, retry_delay: 10ms }
              - { id: second, activity: test.noop, after: [first] }
            """);
        var run = await engine.RunAsync(name);
        var events = await engine.ScalarAsync<string>("select string_agg(concat(payload->>'task_id', ':', payload->>'state', ':', payload->>'attempt', ':', jsonb_array_length(payload->'facts')), ' ' order by id) from outbox where type = 'task.ended' and payload->>'run_id' = @id", new { id = run.Run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Equal("first:up_for_retry:1:1 first:success:2:1 second:success:1:0", events);
        Assert.Equal("success", await engine.ScalarAsync<string>("select payload->>'state' from outbox where type = 'run.ended' and key = @key", new { key = $"run/{run.Run.Id}" }));
    }

    [Fact]
    public async Task Of_many_requests_as_many_begin_as_the_limit_allows_and_nobody_overtakes_who_waits()
    {
        // A queue that nobody serves: what begins stays.
        var name = await engine.ApplyAsync("""
              - { id: a, activity: test.noop, queue: nobody-here }
              - { id: b, activity: test.noop, after: [a], queue: nobody-here }
            """, "limits: { active_runs: 2 }");
        var ids = (await engine.Commands.TriggerManyAsync([.. Enumerable.Range(0, 5).Select(i => new TriggerRequest { Workflow = name, By = "test", Priority = i == 3 ? 5 : 0 })], CancellationToken.None))
            .Select(t => t.RunId).ToList();
        var later = (await engine.Commands.TriggerAsync(new TriggerRequest { Workflow = name, By = "test" }, CancellationToken.None)).RunId;
        async Task<long[]> RunningAsync() => await engine.ScalarAsync<long[]>("select array_agg(id order by id) from run where workflow = @name and state = 'running'", new { name });

        Assert.Equal([ids[0], ids[3]], await RunningAsync());
        Assert.Equal("a:queued b:none", (await engine.Runs.GetAsync(ids[3], CancellationToken.None))!.States());
        Assert.Equal(2, await engine.ScalarAsync<long>("select count(*) from task_queue where workflow = @name", new { name }));

        // The end of one makes room for the one that has waited longest, not for the last.
        await engine.Commands.CancelAsync(ids[3], "test", CancellationToken.None);
        Assert.Equal([ids[0], ids[1]], await RunningAsync());
        Assert.Equal("queued", await engine.ScalarAsync<string>("select state from run where id = @later", new { later }));
    }

    [Fact]
    public async Task A_list_of_runs_pages_and_counts_in_one_query()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }\n  - { id: b, activity: test.fail }", "limits: { active_runs: 10 }");
        var ids = new List<long>();
        await using (engine.StartNode(name))
        {
            for (var i = 0; i < 5; i++)
                ids.Add(await engine.TriggerAsync(name));
            foreach (var id in ids)
                _ = await engine.EndedAsync(id);
        }
        var first = await engine.Runs.ListAsync(new RunFilter { Workflow = name, Limit = 3 }, CancellationToken.None);
        var second = await engine.Runs.ListAsync(new RunFilter { Workflow = name, Limit = 3, BeforeId = first[^1].Id }, CancellationToken.None);
        Assert.Equal(ids.AsEnumerable().Reverse(), first.Concat(second).Select(r => r.Id));
        Assert.All(first, r => Assert.Equal((2, 2, 1), (r.Tasks, r.TasksEnded, r.TasksFailed)));
        Assert.Empty(await engine.Runs.ListAsync(new RunFilter { Workflow = name, State = RunStates.Success }, CancellationToken.None));
        var workflow = (await new WorkflowQueries(engine.Database).ListAsync(false, CancellationToken.None)).Single(w => w.Name == name);
        Assert.Equal(5, workflow.LastRuns.Count);
        Assert.Equal(ids[^1], workflow.LastRuns[0].Id);
    }
}
