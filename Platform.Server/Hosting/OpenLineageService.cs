using Platform.Catalog.OpenLineage;

namespace Platform.Server.Hosting;

/// <summary>Sends lineage events to the connections of the kind <c>openlineage</c> while the host runs. Several nodes may; a queue is taken by one at a time.</summary>
internal sealed class OpenLineageService(OpenLineageSender sender) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => sender.RunAsync(stoppingToken);
}
