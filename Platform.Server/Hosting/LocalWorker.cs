using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Server.Hosting;

/// <summary>The worker of a command that finds no other: runs tasks until it is disposed.</summary>
internal sealed class LocalWorker : IAsyncDisposable
{
    /// <summary>A worker that has not been heard of for so long is dead; nodes beat every 5 s.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private LocalWorker(EngineHost host) => _running = host.RunAsync(_stop.Token);

    /// <summary>Starts a worker unless a living one takes all of <paramref name="queues"/>.</summary>
    /// <returns>Null where there is one.</returns>
    public static async Task<LocalWorker?> StartIfNeededAsync(PlatformNode node, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var taken = (await node.Get<WorkflowQueries>().NodesAsync(cancellationToken))
            .Where(n => n.Alive && !n.Stopping && n.Concurrency > 0 && now - n.HeartbeatAt < Silence)
            .SelectMany(n => n.Queues).ToHashSet();
        if (queues.All(taken.Contains))
            return null;
        // It does not plan: whoever types 'run' asks for this run and not for what the schedules have missed.
        return new LocalWorker(EngineService.Create(node.Services, new NodeOptions { Plans = false, Queues = queues, Concurrency = EngineService.DefaultConcurrency, AuditAt = null }));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
