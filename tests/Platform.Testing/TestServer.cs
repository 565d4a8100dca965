using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Embedded;

namespace Platform.Testing;

/// <summary>The server behind <see cref="PostgresFixture"/>: one a process, and through its shared home one for all test processes of a clone.</summary>
internal static class TestServer
{
    private static readonly Lazy<Task<EmbeddedPostgres>> Started = new(StartAsync);
    private static int s_number;

    /// <summary>A folder of the machine's temporary place, by clone and account, so that clones and accounts do not meet.</summary>
    internal static string Home { get; } = Path.Combine(
        Path.GetTempPath(),
        $"platform-tests-{Environment.UserName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Repository.Root)))[..8]}");

    internal static string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder(Started.Value.Result.ConnectionString) { Database = database, MaxPoolSize = 50 }.ConnectionString;

    internal static async Task<string> CreateDatabaseAsync()
    {
        var server = await Started.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref s_number)}");
        await ExecuteAsync(server, $"drop database if exists {name} with (force)");
        await ExecuteAsync(server, $"create database {name}");
        return name;
    }

    internal static async Task DropDatabaseAsync(string name) => await ExecuteAsync(await Started.Value, $"drop database if exists {name} with (force)");

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                Home = Home,
                // Test data need not outlive a power cut; nothing else is different from the real settings.
                Settings = new Dictionary<string, string> { ["synchronous_commit"] = "off", ["max_connections"] = "300" },
            },
            CancellationToken.None);
        await SweepAsync(server);
        return server;
    }

    /// <summary>Drops the databases of test processes that were killed.</summary>
    private static async Task SweepAsync(EmbeddedPostgres server)
    {
        List<string> names = [];
        await using (var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select datname from pg_database where datname like 'test\\_%'", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                names.Add(reader.GetString(0));
        }

        foreach (var name in names)
        {
            if (int.TryParse(name.Split('_').ElementAtOrDefault(1), out var process) && !Lives(process))
                await ExecuteAsync(server, $"drop database if exists {name} with (force)");
        }
    }

    private static bool Lives(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
