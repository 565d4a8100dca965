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

    // A database is hundreds of small files, and every class has one: in memory they are made many times faster than on a disk.
    private const string Memory = "/dev/shm";
    private const long Room = 4L << 30;

    /// <summary>A folder by clone and account, so that clones and accounts do not meet: in memory where the machine has such a place with room, otherwise among the temporary files.</summary>
    internal static string Home { get; } = Path.Combine(
        OperatingSystem.IsLinux() && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room ? Memory : Path.GetTempPath(),
        $"platform-tests-{Environment.UserName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Repository.Root)))[..8]}");

    internal static string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder(Started.Value.Result.ConnectionString) { Database = database, MaxPoolSize = 50 }.ConnectionString;

    /// <summary>Makes a database under a name that no other test has.</summary>
    /// <param name="template">What it is a copy of; null for an empty one. Nobody may be connected to it.</param>
    internal static async Task<string> CreateDatabaseAsync(string? template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref s_number)}");
        await DropDatabaseAsync(name);
        await CreateDatabaseAsync(name, template);
        return name;
    }

    internal static async Task CreateDatabaseAsync(string name, string? template) => await ExecuteAsync(await Started.Value, $"create database {name}{(template is null ? "" : " template " + template)}");

    /// <summary>A connection outside every pool to the database that always exists.</summary>
    internal static async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection((await Started.Value).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    internal static async Task DropDatabaseAsync(string name) => await ExecuteAsync(await Started.Value, $"drop database if exists {name} with (force)");

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                Home = Home,
                // Test data need not outlive a power cut, and what stays behind for the next run is kept small; nothing else is different from the real settings.
                Settings = new Dictionary<string, string> { ["fsync"] = "off", ["full_page_writes"] = "off", ["synchronous_commit"] = "off", ["max_connections"] = "300", ["min_wal_size"] = "32MB", ["max_wal_size"] = "64MB" },
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
