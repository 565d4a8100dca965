using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Testing;

namespace Platform.Engine.Tests.Chaos;

/// <summary>The tests of faults run one after the other, on a database server of their own that they may kill.</summary>
[CollectionDefinition(Name)]
public sealed class ChaosCollection : ICollectionFixture<ChaosServer>
{
    public const string Name = "Chaos";
}

/// <summary>An embedded PostgreSQL with its real settings (every commit on the disk) and few connections, and a fresh database for each test.</summary>
public sealed class ChaosServer : IAsyncLifetime
{
    /// <summary>All connections that the server allows, superusers' included.</summary>
    public const int MaxConnections = 100;

    private const string Template = "chaos_template";

    private readonly TempFolder _home = new();
    private EmbeddedPostgres _server = null!;
    private int _number;

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _server.ProcessId;

    public string ConnectionString => _server.ConnectionString;

    public async Task InitializeAsync()
    {
        _server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Home = _home.Path, Settings = new Dictionary<string, string> { ["max_connections"] = MaxConnections.ToString(CultureInfo.InvariantCulture) } },
            CancellationToken.None);
        await ExecuteAsync($"create database {Template}");
        // Unpooled: a database that somebody is connected to is no template.
        var source = new NpgsqlConnectionStringBuilder(ConnectionStringTo(Template)) { Pooling = false }.ConnectionString;
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = _home.Path, ConnectionString = source }, CancellationToken.None);
        await database.MigrateAsync([typeof(EngineHost).Assembly], CancellationToken.None);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(ChaosEffects.Schema);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _home.Dispose();
    }

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    /// <summary>A fresh database with the engine's schema.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"chaos_{++_number}");
        await ExecuteAsync($"create database {name} template {Template}");
        return name;
    }

    public Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database if exists {name} with (force)");

    /// <summary>Ends the server: in order (open transactions are rolled back), or by <c>kill -9</c>. It comes back by itself on the same port.</summary>
    public async Task EndAsync(bool inOrder)
    {
        var process = ProcessId;
        using var postmaster = Process.GetProcessById(process);
        ChaosSignals.Send(process, inOrder ? ChaosSignals.Interrupt : ChaosSignals.Kill);
        using var limit = new CancellationTokenSource(ChaosScale.Limit, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (ProcessId == process)
            _ = await timer.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>
    /// Leaves the server no room for another byte, as a full disk would: it can write neither its log nor a table, goes down and comes up in a new process, which has room again.
    /// Returns when that one is there.
    /// </summary>
    public async Task FillAsync()
    {
        var process = ProcessId;
        using var limit = new CancellationTokenSource(ChaosScale.Limit, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        // What it starts later inherits the limit.
        foreach (var part in Processes(process).ToList())
            await LimitAsync(part, limit.Token);
        while (ProcessId == process)
            _ = await timer.WaitForNextTickAsync(limit.Token);
    }

    private static IEnumerable<int> Processes(int server) =>
        File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => int.Parse(c, CultureInfo.InvariantCulture)).Prepend(server);

    /// <summary>By the tool of util-linux and under the account of the server, which is another one where the tests run as root.</summary>
    private static async Task LimitAsync(int process, CancellationToken cancellationToken)
    {
        string Id(string name) => File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split('\t')[1];
        try
        {
            string[] command = ["prlimit", "--pid", process.ToString(CultureInfo.InvariantCulture), "--fsize=1024:"];
            if (Id("Uid:") != File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1])
                command = ["setpriv", "--reuid", Id("Uid:"), "--regid", Id("Gid:"), "--clear-groups", "--", .. command];
            using var tool = Process.Start(command[0], command[1..]);
            await tool.WaitForExitAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                await connection.ExecuteAsync(sql);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient && tried < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }
}
