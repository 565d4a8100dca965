using System.Collections.Concurrent;
using Platform.Engine.Queue;

namespace Platform.Engine.Tests;

/// <summary>Who holds a task, and who may write its end.</summary>
public sealed class LeaseTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static readonly NodeResources Plenty = new(100, 1e12, 10);

    private AttemptStore Attempts => new(engine.Database, new RunLedger(engine.Definitions), new RunStart(engine.Definitions, new RunLedger(engine.Definitions)));

    private static ClaimRequest Claim(string node, string queue, int room, TimeSpan? lease = null) => new(node, [queue], room, lease ?? TimeSpan.FromSeconds(10), Plenty);

    private async Task<string> ReadyAsync(int runs, string head = "limits: { active_runs: 1000, active_tasks: 1000 }")
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }", head);
        for (var i = 0; i < runs; i++)
            _ = await engine.TriggerAsync(name);
        return name;
    }

    [Fact]
    public async Task Two_workers_never_lease_the_same_task()
    {
        var queue = await ReadyAsync(300);
        var claimed = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            while (true)
            {
                var exchange = await Attempts.ExchangeAsync([], Claim($"{queue}-{worker}", queue, 1 + worker * 3), CancellationToken.None);
                if (exchange.Claimed.Count == 0)
                    return;
                foreach (var task in exchange.Claimed)
                    claimed.Add(task.QueueId);
            }
        }));
        Assert.Equal(300, claimed.Count);
        Assert.Equal(300, claimed.Distinct().Count());
    }

    [Fact]
    public async Task The_limit_of_active_tasks_holds_however_many_workers_claim_at_once()
    {
        var queue = await ReadyAsync(60, "limits: { active_runs: 1000, active_tasks: 7 }");
        var most = 0;
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            var exchange = await Attempts.ExchangeAsync([], Claim($"{queue}-{worker}", queue, 5), CancellationToken.None);
            var now = await engine.ScalarAsync<int>("select count(*) from task_queue where workflow = @queue and node is not null", new { queue });
            InterlockedMax(ref most, now);
            return exchange.Claimed.Count;
        }));
        Assert.Equal(7, claims.Sum());
        Assert.Equal(7, most);
    }

    [Fact]
    public async Task The_end_of_an_attempt_that_lost_its_lease_is_not_written()
    {
        var queue = await ReadyAsync(1);
        var first = Assert.Single((await Attempts.ExchangeAsync([], Claim("slow", queue, 1, TimeSpan.FromMilliseconds(1)), CancellationToken.None)).Claimed);
        var reaped = await Attempts.ExchangeAsync([new AttemptEnd(first, AttemptOutcome.Lost) { OnlyIfExpired = true }], null, CancellationToken.None);
        Assert.Single(reaped.Accepted);
        var second = Assert.Single((await Attempts.ExchangeAsync([], Claim("quick", queue, 1), CancellationToken.None)).Claimed);
        Assert.Equal((first.QueueId, 2, 1), (second.QueueId, second.Number, second.Excused));

        var late = await Attempts.ExchangeAsync([new AttemptEnd(first, AttemptOutcome.Success) { OutputsJson = """{"by":"slow"}""" }], null, CancellationToken.None);
        Assert.Empty(late.Accepted);
        Assert.Equal(TaskStates.Running, (await engine.Runs.GetAsync(first.RunId, CancellationToken.None))!.Task("a").State);

        _ = await Attempts.ExchangeAsync([new AttemptEnd(second, AttemptOutcome.Success) { OutputsJson = """{"by":"quick"}""" }], null, CancellationToken.None);
        var run = (await engine.Runs.GetAsync(first.RunId, CancellationToken.None))!;
        Assert.Equal((RunStates.Success, "quick"), (run.Run.State, (string?)run.Task("a").Outputs!["by"]));
        var attempts = await engine.Runs.AttemptsAsync(first.RunId, null, null, CancellationToken.None);
        Assert.Equal(["lost", "success"], attempts.Select(a => a.State));
    }

    [Fact]
    public async Task An_end_that_is_written_twice_counts_once()
    {
        var queue = await ReadyAsync(1);
        var task = Assert.Single((await Attempts.ExchangeAsync([], Claim("n", queue, 1), CancellationToken.None)).Claimed);
        var end = new AttemptEnd(task, AttemptOutcome.Success);
        var both = await Task.WhenAll(Attempts.ExchangeAsync([end], null, CancellationToken.None), Attempts.ExchangeAsync([end, end], null, CancellationToken.None));
        Assert.Equal(1, both.Sum(b => b.Accepted.Count));
        Assert.Equal(1, await engine.ScalarAsync<long>("select count(*) from outbox where type = 'task.ended' and key = @key", new { key = $"{task.RunId}/a/-1" }));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_not_reaped()
    {
        var queue = await ReadyAsync(1);
        var task = Assert.Single((await Attempts.ExchangeAsync([], Claim("n", queue, 1), CancellationToken.None)).Claimed);
        Assert.Empty((await Attempts.ExchangeAsync([new AttemptEnd(task, AttemptOutcome.Lost) { OnlyIfExpired = true }], null, CancellationToken.None)).Accepted);
        _ = await Attempts.ExchangeAsync([new AttemptEnd(task, AttemptOutcome.Success)], null, CancellationToken.None);
    }

    [Fact]
    public async Task A_lost_worker_costs_no_retries_but_the_task_that_kills_its_workers_fails()
    {
        var queue = await ReadyAsync(1);
        long run = 0;
        for (var i = 1; i <= Retry.MostLost; i++)
        {
            var task = Assert.Single((await Attempts.ExchangeAsync([], Claim($"n{i}", queue, 1, TimeSpan.FromMicroseconds(1)), CancellationToken.None)).Claimed);
            Assert.Equal((i, i - 1), (task.Number, task.Lost));
            run = task.RunId;
            _ = await Attempts.ExchangeAsync([new AttemptEnd(task, AttemptOutcome.Lost) { OnlyIfExpired = true }], null, CancellationToken.None);
        }
        var ended = (await engine.Runs.GetAsync(run, CancellationToken.None))!;
        Assert.Equal((TaskStates.Failed, "worker-lost"), (ended.Task("a").State, ended.Task("a").ErrorKind));
        Assert.Contains($"died {Retry.MostLost} times", ended.Task("a").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_ready_tasks_of_one_workflow_do_not_hold_back_another()
    {
        var queue = EngineFixture.NewName();
        var (big, small) = (EngineFixture.NewName(), EngineFixture.NewName());
        await engine.ApplyAsync(big, "  - { id: a, activity: test.noop }", $"defaults: {{ queue: {queue} }}\nlimits: {{ active_runs: 10000, active_tasks: 1000 }}");
        await engine.ApplyAsync(small, "  - { id: a, activity: test.noop }", $"defaults: {{ queue: {queue} }}");
        var seed = await engine.TriggerAsync(big);
        await engine.ExecuteAsync("""
            with runs as (
                insert into run (workflow, version, kind, state, created_by, started_at) select workflow, version, kind, state, created_by, started_at from run, generate_series(1, 10000) where id = @seed returning id, workflow, version
            ), instances as (
                insert into task_instance (run_id, task_id, activity, state, queued_at) select id, 'a', 'test.noop', 'queued', now() from runs
            )
            insert into task_queue (run_id, task_id, map_index, generation, workflow, version, queue) select id, 'a', -1, 1, workflow, version, @queue from runs
            """, new { seed, queue });
        _ = await engine.TriggerAsync(small);
        var claimed = (await Attempts.ExchangeAsync([], Claim("n", queue, 4), CancellationToken.None)).Claimed;
        Assert.Contains(claimed, c => c.Workflow == small);
        Assert.Equal(3, claimed.Count(c => c.Workflow == big));
        await engine.ExecuteAsync("delete from task_queue where workflow = @big; delete from run where workflow = @big", new { big });
    }

    [Fact]
    public async Task Higher_priority_goes_first()
    {
        var name = await engine.ApplyAsync("""
              - { id: low, activity: test.noop, priority: -1 }
              - { id: high, activity: test.noop, priority: 5 }
              - { id: usual, activity: test.noop }
            """);
        _ = await engine.TriggerAsync(name);
        var order = new List<string>();
        for (var i = 0; i < 3; i++)
            order.Add((await Attempts.ExchangeAsync([], Claim("n", name, 1), CancellationToken.None)).Claimed[0].TaskId);
        Assert.Equal(["high", "usual", "low"], order);
    }

    [Fact]
    public async Task A_node_takes_no_more_than_the_resources_it_declares()
    {
        var name = await engine.ApplyAsync("""
              - { id: a, activity: test.noop, resources: { gpu: 1 } }
              - { id: b, activity: test.noop, resources: { gpu: 1 } }
              - { id: c, activity: test.noop, resources: { gpu: 3 } }
              - { id: d, activity: test.noop }
            """);
        _ = await engine.TriggerAsync(name);
        var node = new ClaimRequest("gpu-node" + name, [name], 10, TimeSpan.FromSeconds(10), new NodeResources(8, 1e9, 1));
        var first = (await Attempts.ExchangeAsync([], node, CancellationToken.None)).Claimed;
        Assert.Equal(2, first.Count);
        Assert.Contains(first, t => t.TaskId == "d");
        Assert.Empty((await Attempts.ExchangeAsync([], node, CancellationToken.None)).Claimed);
        _ = await Attempts.ExchangeAsync([.. first.Select(t => new AttemptEnd(t, AttemptOutcome.Success))], null, CancellationToken.None);
        Assert.Equal("b", Assert.Single((await Attempts.ExchangeAsync([], node, CancellationToken.None)).Claimed).TaskId);
    }

    [Fact]
    public async Task A_pool_gives_no_more_slots_than_it_has_whoever_claims()
    {
        await engine.ExecuteAsync("insert into pool (name, slots) values ('api', 3)");
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop, pool: api, pool_slots: 2 }", "limits: { active_runs: 100, active_tasks: 100 }");
        for (var i = 0; i < 5; i++)
            _ = await engine.TriggerAsync(name);
        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Attempts.ExchangeAsync([], Claim($"p{i}", name, 5), CancellationToken.None)));
        Assert.Equal(1, claims.Sum(c => c.Claimed.Count));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref most);
        }
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen);
    }
}
