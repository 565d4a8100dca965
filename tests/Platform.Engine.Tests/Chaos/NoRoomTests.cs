using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>There is no room left to write: for a table, and for the log of the database. File size limits stand for a full disk.</summary>
[Collection(ChaosCollection.Name)]
public sealed class NoRoomTests(ChaosServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task A_table_without_room_fails_its_task_with_a_reason_and_the_others_go_on()
    {
        var runs = ChaosScale.Pick(8, 100);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyAsync("big", "  - { id: commit, activity: chaos.table, retries: 1, with: { rows: 2000000 } }");
        await world.ApplyChainAsync(rows: 2, milliseconds: 50);
        var node = world.StartNode();
        await world.UntilAsync("nodes", "select count(*) from node", n => n == 1);
        ChaosSignals.LimitFiles(node.Id, 1 << 20);
        var big = await world.TriggerAsync("big", 2);
        _ = await world.TriggerAsync("chain", runs);
        await world.EndedAsync();
        Assert.Equal(2, await world.ScalarAsync<long>("select count(*) from run where workflow = 'big' and state = 'failed'"));
        Assert.Equal(runs, await world.ScalarAsync<long>("select count(*) from run where workflow = 'chain' and state = 'success'"));
        var error = await world.ScalarAsync<string>("select error from task_instance where run_id = any(@big) limit 1", new { big = big.ToArray() });
        Assert.Contains("too large", error, StringComparison.OrdinalIgnoreCase);
        Assert.True(node.Lives);
        (await world.CountAsync($"no room for a table of 2 tasks ({error})")).MustBeOnce();
    }

    [Fact]
    public async Task A_database_without_room_for_its_log_is_waited_for()
    {
        var runs = ChaosScale.Pick(10, 100);
        await using var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(rows: 4, milliseconds: 100);
        _ = world.StartNode();
        _ = world.StartNode();
        _ = await world.TriggerAsync("chain", runs);
        for (var time = 1; time <= ChaosScale.Pick(1, 5); time++)
        {
            await world.DoneAsync(runs * 5 * time / ChaosScale.Pick(3, 7));
            await server.FillAsync();
        }
        await world.EndedAsync();
        (await world.CountAsync("no room for the database's log")).MustBeWhole(runs);
    }
}
