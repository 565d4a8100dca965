using Npgsql;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>Nodes that stand still for longer than their leases, do not know it, and go on.</summary>
[Collection(ChaosCollection.Name)]
public sealed class FrozenNodeTests(ChaosServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_that_was_frozen_past_its_lease_writes_nothing_when_it_wakes()
    {
        var runs = ChaosScale.Pick(6, 100);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        // Its activities do not listen when they are told to stop: whatever they still write must be refused.
        await world.ApplyAsync("stubborn", "  - { id: row, activity: chaos.row, with: { milliseconds: 1500, stubborn: true } }\n  - { id: next, activity: chaos.row, after: [row], with: { milliseconds: 10 } }");
        var frozen = world.StartNode();
        _ = await world.TriggerAsync("stubborn", runs);
        // A claimed task whose work has not begun would rightly never begin: it must be caught at work.
        await world.UntilAsync("work that has begun", "select count(*) from chaos_begun", n => n >= frozen.Settings.Concurrency);
        frozen.Freeze();
        var asleep = TimeProvider.System.GetTimestamp();
        _ = world.StartNode();
        await world.EndedAsync();
        var stood = TimeProvider.System.GetElapsedTime(asleep);
        Assert.True(stood > frozen.Settings.Lease, $"It stood still for {stood}.");
        frozen.Resume();
        await world.UntilAsync("late writes", "select coalesce(sum(refused), 0) from chaos_row", n => n > 0);
        Assert.Equal(frozen.Id, await world.ScalarAsync<int>("select max(refused_process) from chaos_row"));
        // It is a good node again.
        await world.TriggerAsync("stubborn");
        await world.EndedAsync();
        var counts = (await world.CountAsync($"a node frozen for {stood.TotalSeconds:0.0} s")).MustBeWhole(runs + 1);
        Assert.True(counts.Lost > 0);
    }

    [Fact]
    public async Task A_node_that_is_frozen_in_the_middle_of_a_transaction_holds_nobody_up()
    {
        var runs = ChaosScale.Pick(20, 200);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(rows: 3, milliseconds: 20);
        // A slow line, so that it nearly always is in a transaction.
        var address = new NpgsqlConnectionStringBuilder(world.ConnectionString);
        await using var line = new FaultProxy("127.0.0.1", address.Port);
        line.Set(LineFault.Delay, TimeSpan.FromMilliseconds(15));
        address.Port = line.Port;
        var frozen = world.StartNode(s => s with { Database = address.ConnectionString, Concurrency = 16 });
        _ = await world.TriggerAsync("chain", runs);
        await world.DoneAsync(3);
        await FreezeInTransactionAsync(world, frozen);
        var other = world.StartNode(s => s with { Concurrency = 16 });
        var began = world.Elapsed;
        var done = await world.ScalarAsync<long>("select count(*) from task_instance where state = 'success'");
        await world.DoneAsync(done + 1);
        var waited = world.Elapsed - began;
        world.Print($"first task done {waited.TotalSeconds:0.0} s after a node froze with locks");
        await world.EndedAsync();
        frozen.Resume();
        (await world.CountAsync("a node frozen with locks in its hands")).MustBeWhole(runs);
        // A poll, and the start of the other's process.
        Assert.InRange(waited, TimeSpan.Zero, ChaosWorld.Patience + other.Settings.Poll + ChaosScale.Slack + ChaosScale.Slack);
    }

    private static async Task FreezeInTransactionAsync(ChaosWorld world, ChaosNode node)
    {
        for (var tried = 0; tried < 200; tried++)
        {
            node.Freeze();
            // What it had sent is answered by now; a transaction that is still open waits for the frozen one, and holds its locks.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            // Whoever ends attempts holds their runs until the commit: as long as one is held, nobody else can end a task of it. (A claim's locks are never held across the line: its commit goes with it.)
            if (await world.ScalarAsync<bool>("""
                with free as (select from run where state = 'running' for no key update skip locked)
                select (select count(*) from run where state = 'running') > (select count(*) from free)
                """))
                return;
            node.Resume();
            await Task.Delay(TimeSpan.FromMilliseconds(17), TimeProvider.System);
        }
        Assert.Fail("The node was never caught in a transaction.");
    }
}
