using System.Threading.Channels;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Tells pages which runs changed, from the one listening connection of the process: no client polls. Runs that change often come at most a few times a second.</summary>
public sealed class RunWatch(Notifications notifications)
{
    /// <summary>Ids of changed runs as they come, until cancelled. An empty list means that something may have been missed: read everything anew.</summary>
    /// <param name="runId">Only of this run; null for all.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<IReadOnlyList<long>> WatchAsync(long? runId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A slow page loses ids rather than memory, and is told so by an empty list.
        var missed = 0;
        var changes = Channel.CreateBounded<IReadOnlyList<long>>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Interlocked.Exchange(ref missed, 1));
        using var subscription = notifications.Subscribe(EngineSignals.Changed, payload =>
        {
            List<long> ids = payload is null ? [] : [.. EngineSignals.Ids(payload)];
            if (payload is null || runId is null || ids.Contains(runId.Value))
                changes.Writer.TryWrite(runId is null || payload is null ? ids : [runId.Value]);
        });
        await foreach (var ids in changes.Reader.ReadAllAsync(cancellationToken))
        {
            if (Interlocked.Exchange(ref missed, 0) == 1)
                yield return [];
            yield return ids;
        }
    }
}
