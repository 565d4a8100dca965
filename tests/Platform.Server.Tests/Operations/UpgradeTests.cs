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
    public async Task A_running_node_keeps_a_migration_that_it_could_not_live_with_away_and_is_named()
    {
        await using var server = await ServerProcess.StartAsync(_platform);
        await using var connection = new NpgsqlConnection(HomeDatabase.ConnectionString(_platform.Home));
        // The node holds the schema for as long as it lives, and not a moment longer.
        string? holder = null;
        while (holder is null)
            holder = await HolderAsync(connection);
        Assert.Contains($":{server.ProcessId}:", holder, StringComparison.Ordinal);
        await server.KillAsync();
        while (await HolderAsync(connection) is not null)
            await Task.Yield();
    }

    /// <summary>The name of who holds the advisory lock of the schema; null where nobody does.</summary>
    private static Task<string?> HolderAsync(NpgsqlConnection connection) => connection.QueryFirstOrDefaultAsync<string?>("""
        select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.granted and (l.classid::bigint << 32 | l.objid::bigint) = x'506C617453636865'::bigint
        """);
}
