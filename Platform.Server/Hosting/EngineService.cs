using Platform.Engine;
using Platform.Engine.Audit;
using Platform.Postgres;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Server.Hosting;

/// <summary>Runs the engine's node beside the pages until the host stops.</summary>
internal sealed class EngineService(IServiceProvider services, NodeOptions options) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Create(services, options).RunAsync(stoppingToken);

    /// <summary>A node over a process's services.</summary>
    public static EngineHost Create(IServiceProvider services, NodeOptions options) => new(new EngineServices
    {
        Database = services.GetRequiredService<Database>(),
        Notifications = services.GetRequiredService<Notifications>(),
        Activities = services.GetRequiredService<ActivityCatalog>(),
        Services = services,
        Secrets = services.GetRequiredService<ISecrets>(),
        Connections = services.GetRequiredService<IConnections>(),
        AuditChecks = [.. services.GetServices<IAuditCheck>()],
        LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
    }, options);

    /// <summary>Tasks at once where nothing is said: twice the cores, 4 to 16, since many tasks wait for the disk or the database.</summary>
    public static int DefaultConcurrency { get; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);
}
