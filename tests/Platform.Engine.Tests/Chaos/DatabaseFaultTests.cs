using Npgsql;
using Xunit.Abstractions;

namespace Platform.Engine.Tests.Chaos;

/// <summary>The database restarts, loses its backends, has no connection left.</summary>
[Collection(ChaosCollection.Name)]
public sealed class DatabaseFaultTests(ChaosServer server, ITestOutputHelper output)
{
    private const int RowsOfRun = 4;

    [Fact]
    public async Task The_database_is_restarted_again_and_again_and_everything_happens_once()
    {
        var restarts = ChaosScale.Pick(2, 5);
        var runs = ChaosScale.Pick(10, 200);
        await using var world = await StartAsync(runs);
        for (var restart = 1; restart <= restarts; restart++)
        {
            await world.DoneAsync((long)runs * (RowsOfRun + 1) * restart / (restarts + 2));
            await server.EndAsync(inOrder: restart % 2 == 1);
        }
        await world.EndedAsync();
        (await world.CountAsync($"the database restarted {restarts} times under {runs * (RowsOfRun + 1)} tasks")).MustBeWhole(runs);
    }

    [Fact]
    public async Task The_backends_are_killed_again_and_again_and_everything_happens_once()
    {
        var rounds = ChaosScale.Pick(15, 300);
        var runs = ChaosScale.Pick(10, 200);
        await using var world = await StartAsync(runs);
        await world.DoneAsync(1);
        var killed = 0L;
        await using (var killer = new NpgsqlConnection(world.ConnectionString + ";Pooling=false;Application Name=observer"))
        {
            await killer.OpenAsync();
            // A few at a time, in the middle of whatever they do.
            await using var kill = new NpgsqlCommand("""
                select count(pg_terminate_backend(pid))
                from (select pid from pg_stat_activity where datname = current_database() and application_name <> 'observer' and backend_type = 'client backend' order by random() limit 3) b
                """, killer);
            for (var round = 0; round < rounds; round++)
            {
                killed += (long)(await kill.ExecuteScalarAsync())!;
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
        await world.EndedAsync();
        (await world.CountAsync($"{killed} backends killed under {runs * (RowsOfRun + 1)} tasks")).MustBeWhole(runs);
    }

    [Fact]
    public async Task The_connections_are_used_up_and_released_and_everything_happens_once()
    {
        var rounds = ChaosScale.Pick(1, 5);
        var runs = ChaosScale.Pick(10, 100);
        await using var world = await StartAsync(runs);
        var held = 0;
        for (var round = 1; round <= rounds; round++)
        {
            await world.DoneAsync((long)runs * (RowsOfRun + 1) * round / (rounds + 2));
            held = Math.Max(held, await UseUpAsync(world, hold: world.Nodes[0].Settings.Lease + TimeSpan.FromSeconds(1)));
        }
        await world.EndedAsync();
        (await world.CountAsync($"{held} of {ChaosServer.MaxConnections} connections taken {rounds} times for longer than the lease")).MustBeWhole(runs);
    }

    /// <summary>Takes every connection that there is, also those that the nodes have, holds them and lets go.</summary>
    private static async Task<int> UseUpAsync(ChaosWorld world, TimeSpan hold)
    {
        var idle = new List<NpgsqlConnection>();
        try
        {
            var until = world.Elapsed + hold;
            while (world.Elapsed < until)
            {
                var connection = new NpgsqlConnection(world.ConnectionString + ";Pooling=false;Application Name=observer");
                try
                {
                    await connection.OpenAsync();
                    idle.Add(connection);
                    await using var end = new NpgsqlCommand(
                        "select pg_terminate_backend(pid) from pg_stat_activity where application_name <> 'observer' and backend_type = 'client backend' and pid <> pg_backend_pid()", connection);
                    await end.ExecuteNonQueryAsync();
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    // That is what we want: wait for the next that gets free.
                    await connection.DisposeAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                }
            }
            return idle.Count;
        }
        finally
        {
            foreach (var connection in idle)
                await connection.DisposeAsync();
        }
    }

    private async Task<ChaosWorld> StartAsync(int runs)
    {
        var world = await ChaosWorld.CreateAsync(server, output);
        await world.ApplyChainAsync(RowsOfRun, 100);
        _ = world.StartNode();
        _ = world.StartNode();
        _ = await world.TriggerAsync("chain", runs);
        return world;
    }
}
