using System.Text.Json.Nodes;
using Platform.Engine.Explain;
using Platform.Engine.Maintenance;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests;

/// <summary>Tasks that wait behind more urgent ones rise.</summary>
public sealed class AgingTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private Task RaiseAsync() => new Aging(engine.Database, Minute).RaiseAsync(CancellationToken.None);

    private async Task<string> RanksAsync(string queue) =>
        await engine.ScalarAsync<string>("select coalesce(string_agg(task_id || ':' || priority || '+' || raised, ' ' order by task_id, id), '') from task_queue where queue = @queue", new { queue });

    /// <summary>Lets what is ready have waited for so long.</summary>
    private Task WaitedAsync(string queue, double minutes, string task = "%") =>
        engine.ExecuteAsync("update task_queue set ready_at = now() - interval '1 minute' * @minutes where queue = @queue and task_id like @task and node is null", new { queue, minutes, task });

    [Fact]
    public async Task A_task_rises_a_step_for_each_span_of_waiting_and_no_higher_than_the_top_of_its_queue()
    {
        var queue = await engine.ApplyAsync("""
              - { id: high, activity: test.noop, priority: 3 }
              - { id: low, activity: test.noop, priority: -4 }
              - { id: middle, activity: test.noop, priority: 2 }
            """);
        _ = await engine.TriggerAsync(queue);
        await RaiseAsync();
        Assert.Equal("high:3+0 low:-4+0 middle:2+0", await RanksAsync(queue));
        await WaitedAsync(queue, 1.5);
        await RaiseAsync();
        await RaiseAsync();
        Assert.Equal("high:3+0 low:-3+1 middle:3+1", await RanksAsync(queue));
        await WaitedAsync(queue, 4.5);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RaiseAsync()));
        Assert.Equal("high:3+0 low:0+4 middle:3+1", await RanksAsync(queue));
        await WaitedAsync(queue, 600);
        await RaiseAsync();
        Assert.Equal("high:3+0 low:3+7 middle:3+1", await RanksAsync(queue));
        // After an attempt it waits anew.
        await WaitedAsync(queue, 0, "low");
        await RaiseAsync();
        Assert.Equal("high:3+0 low:-4+0 middle:3+1", await RanksAsync(queue));
    }

    [Fact]
    public async Task Other_queues_and_backfills_do_not_rise_and_few_rows_are_written_at_a_time()
    {
        var other = await engine.ApplyAsync("  - { id: a, activity: test.noop }", "schedule: { cron: '@daily', start: 2026-01-01 }");
        _ = await engine.TriggerAsync(other);
        await WaitedAsync(other, 90);
        var queue = await engine.ApplyAsync("  - { id: a, activity: test.noop, priority: 1 }");
        var many = await engine.ApplyAsync("""
              - { id: list, activity: test.echo, with: { value: "{{ params.n }}" } }
            """, $"defaults: {{ queue: {queue} }}\nschedule: {{ cron: '@daily', start: 2026-01-01 }}\nparams: {{ n: 1 }}\nlimits: {{ active_runs: 1000, active_tasks: 1000 }}");
        _ = await engine.TriggerAsync(queue);
        for (var i = 0; i < 250; i++)
            _ = await engine.TriggerAsync(many);
        var days = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = many, Intervals = [.. Enumerable.Range(0, 20).Select(i => new DataInterval(days.AddDays(i), days.AddDays(i + 1)))], ActiveRuns = 20, By = "test" }, CancellationToken.None);
        await WaitedAsync(queue, 5);
        await RaiseAsync();
        Assert.Equal("a:0+0", await RanksAsync(other));
        Assert.Equal(200, await engine.ScalarAsync<int>("select count(*) from task_queue where queue = @queue and raised > 0", new { queue }));
        await RaiseAsync();
        Assert.Equal(250, await engine.ScalarAsync<int>("select count(*) from task_queue where queue = @queue and raised = 1 and priority = 1", new { queue }));
        Assert.Equal(20, await engine.ScalarAsync<int>("select count(*) from task_queue where queue = @queue and raised = 0 and priority = -1", new { queue }));
    }

    [Fact]
    public async Task A_task_of_low_priority_starts_within_bounded_time_behind_an_endless_stream_of_high_ones_in_its_workflow_and_beside_it()
    {
        var queue = EngineFixture.NewName();
        var stream = await engine.ApplyAsync("""
              - { id: high, activity: test.wait, priority: 5, with: { seconds: 0.02 } }
              - { id: low, activity: test.noop, when: "params.low" }
            """, $"defaults: {{ queue: {queue} }}\nparams: {{ low: {{ type: boolean, default: false }} }}\nlimits: {{ active_runs: 1000, active_tasks: 1000 }}");
        var beside = await engine.ApplyAsync("  - { id: low, activity: test.noop, priority: 1 }", $"defaults: {{ queue: {queue} }}");
        async Task FeedAsync(int runs) =>
            await engine.Commands.TriggerManyAsync([.. Enumerable.Range(0, runs).Select(_ => new TriggerRequest { Workflow = stream, By = "test" })], CancellationToken.None);
        await FeedAsync(100);
        var low = await engine.TriggerAsync(stream, ("low", JsonValue.Create(true)));
        var other = await engine.TriggerAsync(beside);
        await using var node = engine.StartNode(queue, o => o with { Concurrency = 1, Aging = TimeSpan.FromMilliseconds(200) });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var told = false;
        // The stream never ends before they did: there are always more urgent tasks ready.
        while (await engine.ScalarAsync<int>("select count(*) from task_instance where (run_id = @low or run_id = @other) and task_id = 'low' and state = 'success'", new { low, other }) < 2)
        {
            if (await engine.ScalarAsync<int>("select count(*) from task_queue where queue = @queue and node is null", new { queue }) < 60)
                await FeedAsync(100);
            told |= (await new Explainer(engine.Database, engine.Definitions).TaskAsync(other, "low", null, limit.Token))!.Causes.Any(c => c.Code == CauseCodes.Raised && c.Values[1] == "1");
            _ = await timer.WaitForNextTickAsync(limit.Token);
        }
        Assert.True(told);
        Assert.True(await engine.ScalarAsync<int>("select count(*) from task_queue where queue = @queue and task_id = 'high' and node is null", new { queue }) > 0);
    }
}
