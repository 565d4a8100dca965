using Platform.Engine.Queue;

namespace Platform.Engine.Working;

/// <summary>Why an attempt was asked to stop.</summary>
internal enum StopReason
{
    None,

    /// <summary>Somebody asked for its end.</summary>
    Canceled,

    /// <summary>It took longer than its time-out.</summary>
    TimedOut,

    /// <summary>The node stops.</summary>
    Shutdown,

    /// <summary>Its lease is gone: it must write nothing.</summary>
    LeaseLost,
}

/// <summary>An attempt that this node runs. The first reason to stop wins, except that a lost lease always does.</summary>
internal sealed class RunningAttempt(ClaimedTask task) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private bool _disposed;

    public ClaimedTask Task => task;

    public CancellationToken Token => _stop.Token;

    public StopReason Reason { get; private set; }

    /// <summary>Fires the attempt's token.</summary>
    /// <returns>Whether this was its first reason to stop, while it still ran.</returns>
    public bool Stop(StopReason reason)
    {
        lock (_lock)
        {
            if (_disposed || Reason == reason)
                return false;
            if (Reason != StopReason.None && reason != StopReason.LeaseLost)
                return false;
            Reason = reason;
        }
        // Outside the lock: what the activity registered with the token runs here.
        try
        {
            _stop.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // The attempt ended meanwhile, or what it registered threw: both are its own matter.
        }
        return true;
    }

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _stop.Dispose();
    }
}
