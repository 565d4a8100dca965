using Platform.Designer.Shell;

namespace Platform.Designer.Tests;

public sealed class SharedReadingTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Clock _clock = new();
    private int _reads;

    private SharedReading<int> Shared => new(_ => Task.FromResult(Interlocked.Increment(ref _reads)), Interval, _clock);

    [Fact]
    public async Task All_who_ask_within_an_interval_get_the_same_reading()
    {
        var shared = Shared;
        var first = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => shared.GetAsync(CancellationToken.None)));
        Assert.Equal([1, 1, 1], first);
        _clock.Pass(Interval);
        var second = await Task.WhenAll(shared.GetAsync(CancellationToken.None), shared.GetAsync(CancellationToken.None));
        Assert.Equal([2, 2], second);
    }

    [Fact]
    public async Task Who_was_told_of_a_change_gets_a_reading_that_began_after_it()
    {
        var shared = Shared;
        Assert.Equal(1, await shared.GetAsync(CancellationToken.None));
        _clock.Pass(Interval / 2);
        var (first, second) = (shared.NextAsync(CancellationToken.None), shared.NextAsync(CancellationToken.None));
        Assert.False(first.IsCompleted);
        await _clock.WaitedForAsync(2);
        _clock.Pass(Interval);
        var both = await Task.WhenAll(first, second);
        Assert.Equal([2, 2], both);
    }

    [Fact]
    public async Task A_reading_that_failed_is_made_again_by_the_next_who_asks()
    {
        var fail = true;
        var shared = new SharedReading<int>(_ => fail ? throw new InvalidOperationException("away") : Task.FromResult(7), Interval, _clock);
        await Assert.ThrowsAsync<InvalidOperationException>(() => shared.GetAsync(CancellationToken.None));
        fail = false;
        Assert.Equal(7, await shared.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_leaves_does_not_end_the_reading_of_the_others()
    {
        var gate = new TaskCompletionSource<int>();
        var shared = new SharedReading<int>(_ => gate.Task, Interval, _clock);
        using var leaving = new CancellationTokenSource();
        var (left, stays) = (shared.GetAsync(leaving.Token), shared.GetAsync(CancellationToken.None));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        gate.SetResult(3);
        Assert.Equal(3, await stays);
    }

    /// <summary>A clock that only the test moves.</summary>
    private sealed class Clock : TimeProvider
    {
        private readonly Lock _lock = new();
        private readonly List<Timer> _timers = [];
        private readonly SemaphoreSlim _made = new(0);
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(callback, state, _now + dueTime);
            // The limit of a reading is no wait of the test's.
            if (dueTime <= Interval)
            {
                lock (_lock)
                    _timers.Add(timer);
                _made.Release();
            }
            return timer;
        }

        public async Task WaitedForAsync(int timers)
        {
            for (var i = 0; i < timers; i++)
                await _made.WaitAsync();
        }

        public void Pass(TimeSpan time)
        {
            _now += time;
            List<Timer> due;
            lock (_lock)
            {
                due = [.. _timers.Where(t => t.Due <= _now)];
                _timers.RemoveAll(due.Contains);
            }
            foreach (var timer in due)
                timer.Ring();
        }

        private sealed class Timer(TimerCallback callback, object? state, TimeSpan due) : ITimer
        {
            public TimeSpan Due => due;

            public void Ring() => callback(state);

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
