using Platform.Engine;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Server.Hosting;

namespace Platform.Server.CommandLine;

/// <summary>Waits for runs to end, told by the database's notifications, and sees to it that somebody works on them.</summary>
internal static class RunWaiter
{
    /// <summary>A look at the database at the latest after this, should a notification be lost.</summary>
    private static readonly TimeSpan Fallback = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when all runs have ended; <paramref name="show"/> gets each state that was seen, <paramref name="worker"/> begins where no other works.</summary>
    public static async Task WaitAsync(PlatformNode node, IReadOnlyList<long> ids, LocalWorker worker, Action<IReadOnlyList<RunRow>> show, CancellationToken cancellationToken)
    {
        var open = ids.ToHashSet();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var changed = new SemaphoreSlim(0);
        var watching = WatchAsync(node.Get<RunWatch>(), changed, stop.Token);
        try
        {
            while (open.Count > 0)
            {
                await worker.EnsureAsync(cancellationToken);
                var runs = await node.Get<RunQueries>().ListAsync([.. open], cancellationToken);
                show(runs);
                foreach (var run in runs.Where(r => RunStates.Ended.Contains(r.State)))
                    open.Remove(run.Id);
                // A run that somebody deleted will never end.
                open.IntersectWith(runs.Select(r => r.Id));
                if (open.Count > 0)
                    await changed.WaitAsync(Fallback, cancellationToken);
                // Many changes in a short while are one look: a year's backfill must not be slowed by whoever watches it.
                if (open.Count > 1)
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                while (changed.CurrentCount > 0)
                    await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            await stop.CancelSafelyAsync();
            await watching;
        }
    }

    private static async Task WatchAsync(RunWatch watch, SemaphoreSlim changed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in watch.WatchAsync(null, cancellationToken))
                changed.Release();
        }
        catch (OperationCanceledException)
        {
            // The wait is over.
        }
    }
}
