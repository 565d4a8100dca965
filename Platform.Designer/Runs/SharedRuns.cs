using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Platform.Engine.History;

namespace Platform.Designer.Runs;

/// <summary>What is known of a run at a moment, read once for everybody who looks at it.</summary>
/// <param name="Detail">The run with its instances.</param>
/// <param name="Retries">Attempts of the instances that were tried more than once.</param>
/// <param name="NewestLine">Id of the newest line of its log; 0 without one, null where it was not asked for.</param>
public sealed record RunSnapshot(RunDetail Detail, IReadOnlyList<AttemptRow> Retries, long? NewestLine);

/// <summary>
/// Reads each run that somebody watches once a change, however many watch it: fifty people at one run cost the database as much as one. The first watcher of a run begins the reading, the last one ends it.
/// </summary>
internal sealed class SharedRuns(RunQueries queries, RunWatch watch, TimeProvider clock)
{
    /// <summary>Least time between two reads of a run: a busy engine says more than a reader can see.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<long, Watched> _runs = [];
    private readonly Lock _lock = new();

    /// <summary>What is known of a run, and again after each change, until the token fires. A slow reader misses what is older than the newest. Ends at once where there is no such run.</summary>
    public async IAsyncEnumerable<RunSnapshot> WatchAsync(long run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mine = Channel.CreateBounded<RunSnapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Watched watched;
        lock (_lock)
        {
            if (!_runs.TryGetValue(run, out watched!))
            {
                _runs[run] = watched = new Watched(new CancellationTokenSource());
                watched.Reading = ReadAsync(run, watched);
            }
            watched.Readers.Add(mine);
            if (watched.Newest is { } newest)
                mine.Writer.TryWrite(newest);
        }
        try
        {
            await foreach (var snapshot in mine.Reader.ReadAllAsync(cancellationToken))
                yield return snapshot;
        }
        finally
        {
            var last = false;
            lock (_lock)
            {
                watched.Readers.Remove(mine);
                if (watched.Readers.Count == 0 && _runs.GetValueOrDefault(run) == watched)
                {
                    _runs.Remove(run);
                    last = true;
                }
            }
            if (last)
                await watched.Ending.CancelAsync();
        }
    }

    private async Task ReadAsync(long run, Watched watched)
    {
        // Whoever began the watch goes on at once.
        await Task.Yield();
        var ending = watched.Ending.Token;
        Exception? failure = null;
        try
        {
            await using var changes = watch.WatchAsync(run, ending).GetAsyncEnumerator(ending);
            // The watch begins with the question for its first change: before the first read, so that nothing between is lost.
            var next = changes.MoveNextAsync().AsTask();
            try
            {
                do
                {
                    var calm = Task.Delay(Calm, clock, ending);
                    if (await SnapshotAsync(run, ending) is not { } snapshot)
                        break;
                    lock (_lock)
                    {
                        watched.Newest = snapshot;
                        foreach (var reader in watched.Readers)
                            reader.Writer.TryWrite(snapshot);
                    }
                    await calm;
                    if (!await next)
                        break;
                    next = changes.MoveNextAsync().AsTask();
                }
                while (true);
            }
            finally
            {
                // An open question must end before the watch does.
                await watched.Ending.CancelAsync();
                await Task.WhenAny(next);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The last watcher has gone.
        }
        catch (Exception e)
        {
            // The watchers are told: each shows it on its own page.
            failure = e;
        }
        lock (_lock)
        {
            if (_runs.GetValueOrDefault(run) == watched)
                _runs.Remove(run);
            foreach (var reader in watched.Readers)
                reader.Writer.TryComplete(failure);
        }
    }

    private async Task<RunSnapshot?> SnapshotAsync(long run, CancellationToken cancellationToken)
    {
        if (await queries.GetAsync(run, cancellationToken) is not { } detail)
            return null;
        var retries = detail.Tasks.Any(t => t.Attempts > 1) ? await queries.RetriesAsync(run, cancellationToken) : [];
        return new RunSnapshot(detail, retries, await queries.NewestLineAsync(run, cancellationToken));
    }

    /// <summary>A run that somebody watches.</summary>
    private sealed class Watched(CancellationTokenSource ending)
    {
        public List<Channel<RunSnapshot>> Readers { get; } = [];

        public CancellationTokenSource Ending => ending;

        public RunSnapshot? Newest { get; set; }

        public Task? Reading { get; set; }
    }
}
