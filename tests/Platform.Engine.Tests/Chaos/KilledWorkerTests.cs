using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>Workers die without a word, or are told to go.</summary>
[Collection(ChaosCollection.Name)]
public sealed class KilledWorkerTests(ChaosServer server, ITestOutputHelper output)
{
    private const int RowsOfRun = 4;

    [Fact]
    public async Task Random_workers_are_killed_again_and_again_and_everything_happens_once()
    {
        var kills = ChaosScale.Pick(3, 50);
        var runs = ChaosScale.Pick(16, 400);
        var tasks = runs * (RowsOfRun + 1);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(RowsOfRun, ChaosScale.Pick(150, 300));
        var nodes = Enumerable.Range(0, ChaosScale.Pick(2, 3)).Select(_ => world.StartNode()).ToList();
        _ = await world.TriggerAsync("chain", runs);
        var random = new Random(42);
        for (var kill = 1; kill <= kills; kill++)
        {
            // By progress and not by time, so that every kill falls on work however quick the machine is.
            await world.DoneAsync((long)tasks * kill / (kills + 2));
            var victim = random.Next(nodes.Count);
            nodes[victim].Kill();
            nodes[victim] = world.StartNode();
        }
        await world.EndedAsync();
        (await world.CountAsync($"{kills} workers killed under {tasks} tasks")).MustBeWhole(runs).MustNotBeLate(nodes[0].Settings);
    }

    [Fact]
    public async Task The_tasks_of_a_killed_worker_run_elsewhere_within_its_lease_and_a_poll()
    {
        var longest = TimeSpan.Zero;
        var random = new Random(7);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyAsync("endless", "  - { id: row, activity: chaos.row, with: { first_never_ends: true, milliseconds: 1 } }");
        // The real settings at full size: a lease of 10 s, renewed each 3 s, and a poll each second.
        ChaosNodeSettings Set(ChaosNodeSettings s) => ChaosScale.Full ? s with { Lease = TimeSpan.FromSeconds(10), Renewal = TimeSpan.FromSeconds(3), Poll = TimeSpan.FromSeconds(1) } : s;
        var rounds = ChaosScale.Pick(1, 6);
        var runs = 0;
        for (var round = 0; round < rounds; round++)
        {
            var victim = world.StartNode(Set);
            var before = runs;
            runs += victim.Settings.Concurrency;
            _ = await world.TriggerAsync("endless", victim.Settings.Concurrency);
            await world.UntilAsync("tasks that run", "select count(*) from task_queue where node is not null", n => n == victim.Settings.Concurrency);
            var heir = world.StartNode(Set);
            await world.UntilAsync("nodes", "select count(*) from node where heartbeat_at > now() - interval '10 seconds' and not stopping", n => n >= 2);
            // Anywhere between two renewals.
            await Task.Delay(victim.Settings.Renewal * random.NextDouble(), TimeProvider.System);
            victim.Kill();
            await world.EndedAsync();
            var elsewhere = await world.ScalarAsync<double>(
                "select extract(epoch from max(started_at) - @died)::float8 from attempt where number = 2 and run_id > @before", new { died = victim.Died!.Value, before = (long)before });
            longest = TimeSpan.FromSeconds(Math.Max(longest.TotalSeconds, elsewhere));
            world.Print($"kill -9 to all of its {victim.Settings.Concurrency} tasks running elsewhere: {elsewhere:0.00} s (lease {victim.Settings.Lease.TotalSeconds:0} s, poll {victim.Settings.Poll.TotalSeconds:0.00} s)");
            _ = await heir.TerminateAsync();
        }
        var last = world.Nodes[^1].Settings;
        (await world.CountAsync($"{rounds} takeovers, the longest {longest.TotalSeconds:0.00} s")).MustBeWhole(runs).MustNotBeLate(last);
        Assert.InRange(longest, TimeSpan.Zero, last.Lease + last.Poll + ChaosScale.Slack);
    }

    [Fact]
    public async Task Workers_that_are_told_to_stop_hand_over_and_nothing_is_lost()
    {
        var stops = ChaosScale.Pick(2, 20);
        var runs = ChaosScale.Pick(10, 200);
        var tasks = runs * (RowsOfRun + 1);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(RowsOfRun, ChaosScale.Pick(150, 300));
        var nodes = new Queue<ChaosNode>([world.StartNode(), world.StartNode()]);
        _ = await world.TriggerAsync("chain", runs);
        for (var stop = 1; stop <= stops; stop++)
        {
            await world.DoneAsync((long)tasks * stop / (stops + 2));
            nodes.Enqueue(world.StartNode());
            Assert.Equal(0, await nodes.Dequeue().TerminateAsync());
        }
        await world.EndedAsync();
        var counts = (await world.CountAsync($"{stops} workers drained under {tasks} tasks")).MustBeWhole(runs);
        Assert.Equal(0, counts.Lost);
        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from node"));
    }
}
