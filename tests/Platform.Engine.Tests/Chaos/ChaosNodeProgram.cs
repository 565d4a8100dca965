using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests.Chaos;

/// <summary>How a node of the chaos tests is set up; travels to its process as JSON.</summary>
internal sealed record ChaosNodeSettings
{
    /// <summary>The way of the engine to the database.</summary>
    public required string Database { get; init; }

    /// <summary>The way of the activities to the database.</summary>
    public required string Effects { get; init; }

    public required string Tables { get; init; }

    public required string Queue { get; init; }

    public int Concurrency { get; init; } = 4;

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Renewal { get; init; } = TimeSpan.FromMilliseconds(750);

    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How far its clock is ahead of the machine's.</summary>
    public TimeSpan ClockAhead { get; init; }
}

/// <summary>A node in a process of its own: all roles, and a log on its standard error.</summary>
internal static class ChaosNodeProgram
{
    public const string Argument = "chaos-node";
    public const string Variable = "CHAOS_NODE";

    /// <summary>The line that says that it listens to signals.</summary>
    public const string Listens = "listens";

    public static async Task<int> RunAsync()
    {
        var settings = JsonSerializer.Deserialize<ChaosNodeSettings>(Environment.GetEnvironmentVariable(Variable)!)!;
        var clock = new WrongClock(settings.ClockAhead);
        using var log = new StandardErrorLog();
        await using var database = await Database.OpenAsync(new DatabaseOptions { Home = "", ConnectionString = settings.Database, Clock = clock }, CancellationToken.None);
        await using var notifications = new Notifications(database.DataSource, clock);
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _ = stop.CancelSafelyAsync();
        });
        await Console.Out.WriteLineAsync(Listens);
        await using var effects = new ChaosEffects(
            NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.Effects) { MaxPoolSize = 5, Timeout = 5, CommandTimeout = 10 }),
            new TableStore(new TableStoreOptions { Root = settings.Tables, MemoryLimit = 128 << 20, Threads = 1 }));
        await new EngineHost(
            new EngineServices
            {
                Database = database,
                Notifications = notifications,
                Activities = ActivityCatalog.FromAssemblies(typeof(ChaosNodeProgram).Assembly),
                Services = new Services(effects),
                Secrets = new NoSecrets(),
                Clock = clock,
                LoggerFactory = log,
            },
            new NodeOptions
            {
                Queues = [settings.Queue],
                Concurrency = settings.Concurrency,
                Lease = settings.Lease,
                Renewal = settings.Renewal,
                Poll = settings.Poll,
                StopGrace = settings.StopGrace,
                CancelGrace = TimeSpan.FromSeconds(1),
            }).RunAsync(stop.Token);
        return 0;
    }

    private sealed class Services(ChaosEffects effects) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ChaosEffects) ? effects : null;
    }

    private sealed class NoSecrets : ISecrets
    {
        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken) => throw new SecretNotFoundException(name);
    }

    /// <summary>A clock that is off; its timers run at the right speed, as those of a machine with a wrong date do.</summary>
    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    private sealed class StandardErrorLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Console.Error.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel}: {formatter(state, exception)}{(exception is null ? "" : " " + exception.Message)}");

        public void Dispose()
        {
        }
    }
}
