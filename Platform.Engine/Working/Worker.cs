using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Working;

/// <summary>
/// Claims tasks and runs them. One loop exchanges with the queue: what has ended since the last time goes in, as many new tasks as there is room for come out, in one transaction.
/// While one exchange waits for the disk, further ends gather, so that the batches grow with the load.
/// </summary>
internal sealed partial class Worker(
    AttemptStore store, TaskExecutor executor, LogWriter logs, Leases leases, RunChanges changes, Notifications notifications, NodeOptions options, TimeProvider clock, ILogger log)
{
    private const int MostEnds = 256;
    private const string Exchanging = "The last exchange with the queue";

    // The number on every processor that .NET runs on under Linux; the enumeration does not name it.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    // A line may die without a word. What has no answer after this long is given up and tried again by another connection; the leases are as good as gone by then.
    private static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(10);

    // What follows an ended task waits no longer than this for it.
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan GatherStep = TimeSpan.FromMilliseconds(3);

    private readonly ConcurrentQueue<AttemptEnd> _ended = new();
    private readonly WakeSignal _wake = new();
    private readonly Ahead _ahead = new(options.Concurrency, clock);
    private volatile bool _full;

    /// <summary>Works until <paramref name="stop"/>; then claims nothing more, lets the tasks finish within the grace time, hands back what has not, and returns.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        // Activities may block their threads; the loops that renew leases must not wait for one.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, Math.Min(options.Concurrency, 64) + 6), completions);

        // Who writes beyond a limit of file sizes (ulimit -f) is killed by default, and all other tasks of the node with it. So the write fails, and only its task.
        using var fileSize = OperatingSystem.IsLinux() ? PosixSignalRegistration.Create(FileSizeExceeded, signal => signal.Cancel = true) : null;
        using var ready = notifications.Subscribe(EngineSignals.Ready, _ => WakeForTasks());
        using var background = new CancellationTokenSource();
        var loops = Task.WhenAll(leases.RunAsync(background.Token), logs.RunAsync(changes.Add, background.Token));
        try
        {
            await ExchangeUntilAsync(stop);
            await FinishAsync();
        }
        finally
        {
            await background.CancelSafelyAsync();
            await loops;
        }
    }

    private void WakeForTasks()
    {
        // While there is no room, the end of a task is what wakes.
        if (!_full)
            _wake.Set();
    }

    private async Task ExchangeUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var room = options.Concurrency + _ahead.Count - leases.Executing;
            _full = room <= 0;
            var claimed = await ExchangeAsync(room);
            // A full house again: look at once only when something has ended meanwhile.
            if (claimed is null || _ended.IsEmpty)
                await _wake.WaitAsync(claimed is null ? TimeSpan.FromSeconds(1) : options.Poll, clock, stop);
            await GatherAsync(stop);
        }
    }

    /// <summary>While half of what was claimed ahead is still at hand, no place is free for want of an exchange: ends gather a little, so that each exchange carries many.</summary>
    private async Task GatherAsync(CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        while (_ahead.Count is > 0 and var ahead && leases.Executing > options.Concurrency + (ahead / 2) && clock.GetElapsedTime(began) < LongestGather && !stop.IsCancellationRequested)
            await Task.Delay(GatherStep, clock, CancellationToken.None);
    }

    /// <summary>Waits for what runs; what is left after the grace time is told to stop and goes back to the queue.</summary>
    private async Task FinishAsync()
    {
        var asked = false;
        var deadline = clock.GetTimestamp();
        while (leases.Executing > 0 || !_ended.IsEmpty)
        {
            if (!asked && clock.GetElapsedTime(deadline) >= options.StopGrace)
            {
                asked = true;
                foreach (var attempt in leases.All)
                    attempt.Stop(StopReason.Shutdown);
            }
            else if (asked && clock.GetElapsedTime(deadline) >= options.StopGrace + options.CancelGrace + options.Lease)
            {
                // The database does not answer: the leases run out, and another node takes the tasks over.
                LogLeftBehind(leases.Executing);
                return;
            }
            if (await ExchangeAsync(0) is null || _ended.IsEmpty)
                await _wake.WaitAsync(TimeSpan.FromMilliseconds(200), clock, CancellationToken.None);
        }
    }

    /// <summary>One exchange.</summary>
    /// <returns>How many tasks came; null where the database did not answer.</returns>
    private async Task<int?> ExchangeAsync(int room)
    {
        var ends = new List<AttemptEnd>();
        while (ends.Count < MostEnds && _ended.TryDequeue(out var end))
            ends.Add(end);
        if (ends.Count == 0 && room <= 0)
            return 0;
        using var limit = new CancellationTokenSource(LongestExchange, clock);
        try
        {
            await logs.FlushAsync(ends, limit.Token);
            var claim = room > 0 ? new ClaimRequest(options.Name, [.. options.Queues], room, options.Lease, options.Resources) : null;
            var exchange = await store.ExchangeAsync(ends, claim, limit.Token);
            options.Pulse.Succeeded(Exchanging);
            Settle(ends, exchange, room);
            return exchange.Claimed.Count;
        }
        catch (Exception e) when (e is PostgresException { SqlState: ['2', '2' or '3', ..] } p && ends.Count > 0)
        {
            await WriteSinglyAsync(ends, p);
            return 0;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            // Whether it was committed is unknown. Repeating is safe: an end that was written has lost its lease.
            options.Pulse.Failed(Exchanging, e.Message);
            LogNoExchange(e.Message);
            foreach (var end in ends)
                _ended.Enqueue(end);
            return null;
        }
    }

    private void Settle(List<AttemptEnd> ends, Exchange exchange, int room)
    {
        foreach (var end in ends)
        {
            logs.Forget(end.Task);
            leases.Forget(end.Task);
        }
        foreach (var task in exchange.Claimed)
        {
            var attempt = leases.Take(task);
            _ = Task.Run(() => ExecuteAsync(attempt));
        }
        changes.Add(exchange.Changed);
        if (exchange.Accepted.Count > 0)
            notifications.Send(Platform.Postgres.Events.Outbox.Channel);
        // What this node has just taken itself need not wake the others.
        if (exchange.Released.Count > 0 && (exchange.Claimed.Count >= room || exchange.Released.Any(q => q is null || !options.Queues.Contains(q))))
            notifications.Send(EngineSignals.Ready);
    }

    private async Task ExecuteAsync(RunningAttempt attempt)
    {
        var end = await RunInPlaceAsync(attempt);
        leases.Executed(attempt);
        if (end is not null)
            _ended.Enqueue(end);
        else
            leases.Forget(attempt.Task);
        _wake.Set();
    }

    private async Task<AttemptEnd?> RunInPlaceAsync(RunningAttempt attempt)
    {
        if (!await _ahead.EnterAsync(attempt))
        {
            // What was asked to stop needs no place: it ends as it would have in one.
            return attempt.Reason == StopReason.None
                ? new AttemptEnd(attempt.Task, AttemptOutcome.HandedBack) { Error = "Its worker was busy longer than it seemed; it is tried again at once." }
                : await executor.RunAsync(attempt);
        }
        try
        {
            return await executor.RunAsync(attempt);
        }
        finally
        {
            _ahead.Leave(attempt.Task);
        }
    }

    /// <summary>The database refused a value of one of the ends: each goes alone, and the one that is refused fails its task, so that it cannot hold up the others for ever.</summary>
    private async Task WriteSinglyAsync(List<AttemptEnd> ends, PostgresException refused)
    {
        LogRefused(refused.MessageText);
        foreach (var end in ends)
        {
            using var limit = new CancellationTokenSource(LongestExchange, clock);
            try
            {
                Settle([end], await store.ExchangeAsync([end], null, limit.Token), 0);
            }
            catch (PostgresException e) when (end.ErrorKind != "bad-output")
            {
                _ended.Enqueue(new AttemptEnd(end.Task, AttemptOutcome.Failed)
                {
                    ErrorKind = "bad-output",
                    Error = $"The database refused what the task returned: {e.MessageText}",
                    Retryable = false,
                });
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                LogNoExchange(e.Message);
                _ended.Enqueue(end);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue cannot be reached, trying again: {Reason}")]
    private partial void LogNoExchange(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refused a result: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} tasks are left behind; their leases run out and others take them over")]
    private partial void LogLeftBehind(int count);
}
