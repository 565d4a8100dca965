using System.Runtime.CompilerServices;
using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>Grids from the engine's queries and watch.</summary>
internal sealed class EngineGridSource(GridQueries grids, RunQueries runs, RunWatch watch, TimeProvider clock) : IGridSource
{
    /// <summary>Least time between two reads of a grid.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(500);

    public Task<RunGrid> GetAsync(string workflow, int runs, long? before, long? after, CancellationToken cancellationToken) => grids.GetAsync(workflow, runs, before, after, cancellationToken);

    public async IAsyncEnumerable<bool> ChangesAsync(string workflow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var changes = watch.WatchAsync(null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = changes.MoveNextAsync().AsTask();
        while (await next)
        {
            // Everything that has come by now is one question; an empty list means that something was missed.
            var (ids, missed) = (new HashSet<long>(), false);
            do
            {
                missed |= changes.Current.Count == 0;
                ids.UnionWith(changes.Current);
                next = changes.MoveNextAsync().AsTask();
            }
            while (next.IsCompletedSuccessfully && await next);
            if (!missed && !await runs.AnyOfAsync(workflow, ids, cancellationToken))
                continue;
            var pause = Task.Delay(Calm, clock, cancellationToken);
            yield return true;
            await pause;
        }
    }
}
