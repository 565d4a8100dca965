using Dapper;
using Npgsql;
using Platform.Server.Tests.CommandLine;
using Platform.Server.Tests.Hosting;

namespace Platform.Server.Tests.Operations;

/// <summary>Two versions on one database. The newer one is what it leaves in the database: its migration, applied and noted as the program itself notes it.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly PlatformProcess _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public async Task An_older_node_goes_on_and_a_second_one_starts_beside_a_compatible_migration()
    {
        var file = _platform.Write("one.yaml", "name: one\ntasks:\n  - { id: a, activity: control.noop }\n");
        await using var server = await ServerProcess.StartAsync(_platform);
        Assert.Equal(0, (await _platform.RunAsync("run", file)).ExitCode);
        await using var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home));
        await connection.ExecuteAsync("""
            alter table run add column mood text;
            create table moods (name text primary key);
            insert into migrations (number, name, checksum, compatible) values (9998, 'moods', 'of the next version', true)
            """);
        Assert.Equal(0, (await _platform.RunAsync("run", file)).ExitCode);
        await using (var second = await ServerProcess.StartAsync(_platform))
            Assert.Equal("alive", (string?)System.Text.Json.Nodes.JsonNode.Parse(await second.Http.GetStringAsync("/health"))!["status"]);
        Assert.Equal(0, (await _platform.RunAsync("run", file)).ExitCode);
        var audit = await _platform.RunAsync("audit");
        Assert.True(audit.ExitCode == 0, audit.Output);
    }

    [Fact]
    public async Task Each_node_holds_the_schema_for_as_long_as_it_lives_and_not_longer()
    {
        await using var stays = await ServerProcess.StartAsync(_platform);
        await using var dies = await ServerProcess.StartAsync(_platform);
        await using var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home));
        await UntilAsync(connection, stays.ProcessId, dies.ProcessId);
        await dies.KillAsync();
        await UntilAsync(connection, stays.ProcessId);
    }

    /// <summary>Waits until exactly these processes hold the schema's lock.</summary>
    private static async Task UntilAsync(NpgsqlConnection connection, params int[] processes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (true)
        {
            var names = (await connection.QueryAsync<string>(new CommandDefinition("""
                select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.granted and (l.classid::bigint << 32 | l.objid::bigint) = x'506C617453636865'::bigint
                """, cancellationToken: limit.Token))).ToList();
            // The name of a node is machine:process:chance.
            if (names.Select(n => n.Split(':')[1]).Order().SequenceEqual(processes.Select(p => $"{p}").Order()))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }
}
