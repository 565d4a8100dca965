using Npgsql;
using Platform.Testing;
using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>The line between a node and the database is cut, swallows, holds back and is slow; the activities of the node still reach the outside, which is the worse case.</summary>
[Collection(ChaosCollection.Name)]
public sealed class LineFaultTests(ChaosServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_whose_line_fails_and_heals_writes_nothing_twice()
    {
        var rounds = ChaosScale.Pick(1, 5);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(rows: 3, milliseconds: 100);
        var address = new NpgsqlConnectionStringBuilder(world.ConnectionString);
        await using var line = new FaultProxy("127.0.0.1", address.Port);
        address.Port = line.Port;
        var behind = world.StartNode(s => s with { Database = address.ConnectionString });
        var other = world.StartNode();
        var runs = 0;
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var fault in new[] { LineFault.Delay, LineFault.Cut, LineFault.Hold, LineFault.BlackHole })
            {
                runs += await world.WorkUntilItHoldsAsync(behind, 4);
                line.Set(fault, TimeSpan.FromMilliseconds(200));
                var began = world.Elapsed;
                if (fault == LineFault.Delay)
                    await Task.Delay(ChaosScale.Pick(TimeSpan.FromSeconds(1), behind.Settings.Lease * 2), TimeProvider.System);
                else
                    await world.UntilAsync("leases of the cut off", $"select count(*) from task_queue where node like '%:{behind.Id}:%'", n => n == 0);
                var taken = world.Elapsed - began;
                if (fault != LineFault.Delay)
                    Assert.InRange(taken, TimeSpan.Zero, behind.Settings.Lease + behind.Settings.Poll + ChaosScale.Slack);
                line.Heal();
                var healed = world.Elapsed;
                runs += await world.WorkUntilItHoldsAsync(behind, 4);
                world.Print($"line {fault}: its tasks were taken over after {taken.TotalSeconds:0.0} s; healed, it works again after {(world.Elapsed - healed).TotalSeconds:0.0} s");
            }
        }
        await world.EndedAsync();
        // The healed one alone does what comes now.
        Assert.Equal(0, await other.TerminateAsync());
        _ = await world.TriggerAsync("chain", 2);
        await world.EndedAsync();
        (await world.CountAsync($"the line delayed, cut, held and swallowing {rounds} times each")).MustBeWhole(runs + 2);
    }
}
