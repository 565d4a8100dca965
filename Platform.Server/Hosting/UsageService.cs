using Npgsql;
using Platform.Catalog.Models;
using Platform.Catalog.Usage;
using Platform.Server.Data;

namespace Platform.Server.Hosting;

/// <summary>Writes who looked at and queried which asset, and what endpoints were asked, every half minute and once more when the node stops.</summary>
internal sealed partial class UsageService(UsageRecorder usage, QueryNotes notes, EndpointRecorder endpoints, TimeProvider clock, ILogger<UsageService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var note in notes.Take())
                usage.Queried(note.Asset, note.By);
            await usage.FlushAsync(cancellationToken);
            await endpoints.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            LogNotWritten(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Who looked at which asset, or asked which endpoint, could not be written, trying again: {Reason}")]
    private partial void LogNotWritten(string reason);
}
