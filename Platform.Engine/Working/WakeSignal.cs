namespace Platform.Engine.Working;

/// <summary>Wakes one waiter; being set often before it waits counts once.</summary>
internal sealed class WakeSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        lock (_lock)
            _ = _signal.TrySetResult();
    }

    /// <summary>Waits until set, for <paramref name="most"/>, or until cancelled, and never throws.</summary>
    public async Task WaitAsync(TimeSpan most, TimeProvider clock, CancellationToken cancellationToken)
    {
        Task signal;
        lock (_lock)
            signal = _signal.Task;
        if (!signal.IsCompleted)
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(signal, Task.Delay(most, clock, timer.Token));
            await timer.CancelAsync();
        }
        lock (_lock)
        {
            if (_signal.Task.IsCompleted)
                _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
