using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Working;

namespace Platform.Engine.Maintenance;

/// <summary>Something that every node does again and again. Duties of several nodes may run at once: row locks keep them apart.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Every">Pause between two times.</param>
/// <param name="DoAsync">Does it once.</param>
internal sealed record Duty(string Name, TimeSpan Every, Func<CancellationToken, Task> DoAsync)
{
    /// <summary>Wakes it before its time; null is never.</summary>
    public WakeSignal? Wake { get; init; }

    /// <summary>Does it until cancelled. The database being away costs a warning and a second.</summary>
    public async Task RunAsync(TimeProvider clock, ILogger log, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = Every;
            try
            {
                await DoAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or EngineException or OperationCanceledException)
            {
                log.LogWarning("{Duty} could not be done, trying again: {Reason}", Name, e.Message);
                pause = TimeSpan.FromSeconds(1);
            }
            if (Wake is not null)
            {
                await Wake.WaitAsync(pause, clock, cancellationToken);
                continue;
            }
            try
            {
                await Task.Delay(pause, clock, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
