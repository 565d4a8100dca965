using System.Diagnostics;
using System.Globalization;
using Platform.Engine;
using Platform.Postgres;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Benchmarks.Engine;

/// <summary>A worker, in this process or in one of its own.</summary>
internal static class BenchNode
{
    public const string Argument = "--node";
    private const string DatabaseVariable = "BENCH_DATABASE";

    public static ActivityCatalog Activities { get; } = ActivityCatalog.FromAssemblies(typeof(BenchNode).Assembly);

    /// <summary>A node over a database.</summary>
    public static EngineHost Create(Database database, Notifications notifications, NodeOptions options) => new(
        new EngineServices { Database = database, Notifications = notifications, Activities = Activities, Services = new Nothing(), Secrets = new Nothing() }, options);

    /// <summary>Starts a process that works until it is killed.</summary>
    public static Process Start(string connectionString, int concurrency)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(BenchNode).Assembly.Location);
        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(concurrency.ToString(CultureInfo.InvariantCulture));
        start.Environment[DatabaseVariable] = connectionString;
        var process = Process.Start(start)!;
        // It says so when it has warmed up.
        process.StandardOutput.ReadLine();
        return process;
    }

    /// <summary>The process's program.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = "", ConnectionString = Environment.GetEnvironmentVariable(DatabaseVariable) }, CancellationToken.None);
        await using var notifications = new Notifications(database.DataSource, TimeProvider.System);
        var node = Create(database, notifications, new NodeOptions { Concurrency = int.Parse(args[0], CultureInfo.InvariantCulture), Plans = false });
        var running = node.RunAsync(CancellationToken.None);
        Console.WriteLine("ready");
        await running;
        return 0;
    }

    private sealed class Nothing : IServiceProvider, ISecrets
    {
        public object? GetService(Type serviceType) => null;

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }
}
