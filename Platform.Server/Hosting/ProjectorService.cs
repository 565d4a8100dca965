using Platform.Catalog.Projection;
using Platform.Postgres;

namespace Platform.Server.Hosting;

/// <summary>Turns the outbox's events into lineage and inventory, once each, while the host runs. Several nodes may; the cursor's lock keeps them apart.</summary>
internal sealed class ProjectorService(LineageProjector projector, Notifications notifications) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => projector.RunAsync(notifications, stoppingToken);
}
