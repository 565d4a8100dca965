namespace Platform.Designer.Shell;

/// <summary>One reading that all pages share: however many look, it is made at most once in an interval, and never while nobody looks.</summary>
/// <param name="read">Reads. It is not tied to one page's leaving, because others wait for it too.</param>
/// <param name="interval">Least time between the beginnings of two readings.</param>
/// <param name="clock">Measures it.</param>
internal sealed class SharedReading<T>(Func<CancellationToken, Task<T>> read, TimeSpan interval, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private Reading? _last;

    /// <summary>A reading that is no older than the interval.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Last().Task.WaitAsync(cancellationToken);
    }

    /// <summary>A reading that began after this call: for somebody who was told that something changed. Those who ask within an interval get the same one, at its end.</summary>
    public async Task<T> NextAsync(CancellationToken cancellationToken)
    {
        var told = clock.GetTimestamp();
        while (true)
        {
            Reading reading;
            lock (_lock)
                reading = Last();
            var value = await reading.Task.WaitAsync(cancellationToken);
            if (reading.Began >= told)
                return value;
            if (interval - clock.GetElapsedTime(reading.Began) is { Ticks: > 0 } rest)
                await Task.Delay(rest, clock, cancellationToken);
        }
    }

    /// <summary>A new reading each interval until cancelled; all who watch see the same ones.</summary>
    public async IAsyncEnumerable<T> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            yield return await GetAsync(cancellationToken);
    }

    private Reading Last()
    {
        if (_last is null || _last.Task.IsFaulted || _last.Task.IsCanceled || (_last.Task.IsCompleted && clock.GetElapsedTime(_last.Began) >= interval))
            _last = new Reading(clock.GetTimestamp(), Task.Run(ReadAsync));
        return _last;
    }

    private async Task<T> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        return await read(limit.Token);
    }

    private sealed record Reading(long Began, Task<T> Task);
}
