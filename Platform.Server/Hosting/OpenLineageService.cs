using Npgsql;
using Platform.Catalog.OpenLineage;

namespace Platform.Server.Hosting;

/// <summary>Sends lineage events to the connections of the kind <c>openlineage</c> while the host runs, and looks every two seconds what runs. Several nodes may; a queue is taken by one at a time.</summary>
internal sealed partial class OpenLineageService(OpenLineageSender sender, OpenLineageFollower follower, TimeProvider clock, ILogger<OpenLineageService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sender.RunAsync(stoppingToken), FollowAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await follower.LookAsync(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
                {
                    LogNotLooked(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Warning, "What runs could not be told to the receivers of lineage, trying again: {Reason}")]
    private partial void LogNotLooked(string reason);
}
