using Platform.Engine.Queue;

namespace Platform.Engine.Working;

/// <summary>
/// How many tasks beyond its places a node claims. Where tasks take milliseconds, an exchange with the database takes longer than they do: a node that asked only for as many as it has
/// places would wait most of the time. Only while everything that ran lately was short, and what has waited too long goes back to the queue, so that a task never waits here
/// behind a long one while another node is free.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never asked for, so that there is nothing to dispose; an attempt that was left behind gives its place back after the node is gone.")]
internal sealed class Ahead(int concurrency, TimeProvider clock)
{
    /// <summary>How long a claimed task may wait for a place before it goes back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(25);
    private const int Seen = 16;
    private const int PerPlace = 16;
    private const int Most = 192;

    private readonly SemaphoreSlim _places = new(concurrency);
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _running = [];
    private int _shortInTurn;

    /// <summary>Tasks to claim beyond the free places at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _shortInTurn < Seen || _running.Values.Any(began => clock.GetElapsedTime(began) > Short) ? 0 : Math.Min(Most, concurrency * PerPlace);
            }
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <returns>False where none came free in time, or the attempt was asked to stop.</returns>
    public async Task<bool> EnterAsync(RunningAttempt attempt)
    {
        try
        {
            if (!_places.Wait(0) && !await _places.WaitAsync(Patience, attempt.Token))
                return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        lock (_lock)
            _running[attempt.Task.AttemptId] = clock.GetTimestamp();
        return true;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave(ClaimedTask task)
    {
        lock (_lock)
        {
            if (_running.Remove(task.AttemptId, out var began))
                _shortInTurn = clock.GetElapsedTime(began) <= Short ? _shortInTurn + 1 : 0;
        }
        _places.Release();
    }
}
