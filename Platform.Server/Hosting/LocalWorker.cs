using Platform.Engine;
using Platform.Engine.History;
using Platform.Postgres;

namespace Platform.Server.Hosting;

/// <summary>The worker of a command that waits for runs: it begins as soon as no other lives, and runs tasks until it is disposed.</summary>
/// <param name="node">The process's rooms.</param>
/// <param name="queues">Queues whose tasks are waited for.</param>
internal sealed class LocalWorker(PlatformNode node, IReadOnlyList<string> queues) : IAsyncDisposable
{
    /// <summary>A worker that has not been heard of for so long is dead; nodes beat every 5 s.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(12);

    /// <summary>How often the others are looked for: one that was killed is still believed alive for a while.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private Task? _running;
    private DateTimeOffset _looked = DateTimeOffset.MinValue;

    /// <summary>Begins to work, and says so, unless living workers take all queues. Cheap to call often.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_running is { IsCompleted: true })
            await _running;
        var now = TimeProvider.System.GetUtcNow();
        if (_running is not null || now - _looked < Look)
            return;
        _looked = now;
        var taken = (await node.Get<WorkflowQueries>().NodesAsync(cancellationToken))
            .Where(n => n.Alive && !n.Stopping && n.Concurrency > 0 && now - n.HeartbeatAt < Silence)
            .SelectMany(n => n.Queues).ToHashSet();
        if (queues.All(taken.Contains))
            return;
        await Console.Error.WriteLineAsync("No worker is running: this process runs the tasks.");
        // It does not plan: whoever types 'run' asks for this run and not for what the schedules have missed.
        _running = EngineService.Create(node.Services, new NodeOptions { Plans = false, Queues = queues, Concurrency = EngineService.DefaultConcurrency, AuditAt = null }).RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelSafelyAsync();
        if (_running is not null)
            await _running;
        _stop.Dispose();
    }
}
