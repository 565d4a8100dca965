using Npgsql;
using Platform.Catalog.Retention;
using Platform.Postgres;

namespace Platform.Server.Hosting;

/// <summary>Prunes the catalog's history each hour. Nodes that do it at once delete other rows or find none.</summary>
internal sealed partial class CatalogPruningService(Database database, Retention retention, TimeProvider clock, ILogger<CatalogPruningService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (retention.Catalog is not { } kept)
            return;
        // Not in the first minute of a start, when everything else wants the database.
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            await Task.Delay(TimeSpan.FromMinutes(1), clock, stoppingToken);
            do
            {
                try
                {
                    if (await new CatalogPruning(database.DataSource).PruneAsync(kept, stoppingToken) is > 0 and var rows)
                        LogPruned(rows);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
                {
                    LogNotPruned(e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Information, "Pruned {Rows} rows of the catalog's history.")]
    private partial void LogPruned(long rows);

    [LoggerMessage(LogLevel.Warning, "The catalog's history could not be pruned, trying again in an hour: {Reason}")]
    private partial void LogNotPruned(string reason);
}
