using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Working;

/// <summary>The leases that this node holds: renews them, hears of cancels, and stops what it has lost. If renewing fails for as long as a lease holds, the attempts stop by this process's own clock, before another node may begin them.</summary>
internal sealed partial class Leases(Database database, Notifications notifications, NodeOptions options, TimeProvider clock, ILogger log)
{
    private readonly ConcurrentDictionary<long, RunningAttempt> _attempts = new();
    private readonly WakeSignal _wake = new();
    private int _executing;

    /// <summary>Attempts whose activity runs at this moment.</summary>
    public int Executing => Volatile.Read(ref _executing);

    /// <summary>Attempts whose lease is held: those that run, and those whose end is not written yet.</summary>
    public ICollection<RunningAttempt> All => _attempts.Values;

    /// <summary>A task was claimed.</summary>
    public RunningAttempt Take(ClaimedTask task)
    {
        var attempt = new RunningAttempt(task);
        _attempts[task.AttemptId] = attempt;
        _ = Interlocked.Increment(ref _executing);
        return attempt;
    }

    /// <summary>Its activity has returned.</summary>
    public void Executed(RunningAttempt attempt)
    {
        _ = Interlocked.Decrement(ref _executing);
        attempt.Dispose();
    }

    /// <summary>Its end is written, or its lease is lost. An attempt that was deferred and is here again under its number stays.</summary>
    public void Forget(ClaimedTask task)
    {
        if (_attempts.TryGetValue(task.AttemptId, out var held) && ReferenceEquals(held.Task, task))
            _ = _attempts.TryRemove(new(task.AttemptId, held));
    }

    /// <summary>Renews and looks for cancels until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var cancels = notifications.Subscribe(EngineSignals.Cancel, _ => _wake.Set());
        var renewed = clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            await _wake.WaitAsync(options.Poll, clock, cancellationToken);
            if (_attempts.IsEmpty || cancellationToken.IsCancellationRequested)
            {
                renewed = clock.GetTimestamp();
                continue;
            }
            var began = clock.GetTimestamp();
            try
            {
                var renew = clock.GetElapsedTime(renewed) >= options.Renewal;
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(options.Renewal);
                await LookAsync(renew, limit.Token);
                if (renew)
                    renewed = began;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                LogNotRenewed(e.Message);
                if (clock.GetElapsedTime(renewed) >= options.Lease)
                {
                    // Another node may take them over from now on. Ends that wait to be written are tried all the same: their fencing number decides.
                    foreach (var attempt in _attempts.Values)
                        attempt.Stop(StopReason.LeaseLost);
                }
            }
        }
    }

    private async Task LookAsync(bool renew, CancellationToken cancellationToken)
    {
        var held = _attempts.Values.ToArray();
        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        var ids = Array.ConvertAll(held, a => a.Task.QueueId);
        if (renew)
        {
            batch.Add("""
                update task_queue set leased_until = clock_timestamp() + $3
                where id = any($1) and node = $2
                returning attempt_id, cancel_requested
                """, ids, options.Name, (TimeSpan?)options.Lease);
        }
        else
        {
            batch.Add("select attempt_id, cancel_requested from task_queue where id = any($1) and node = $2", ids, options.Name);
        }
        var found = new HashSet<long>();
        await using (var reader = await batch.ReadAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add(reader.GetInt64(0));
                if (reader.GetBoolean(1) && _attempts.TryGetValue(reader.GetInt64(0), out var canceled))
                    canceled.Stop(StopReason.Canceled);
            }
        }
        foreach (var attempt in held)
        {
            // An attempt whose activity has returned is no longer stopped by this: its end may just have been written.
            if (!found.Contains(attempt.Task.AttemptId) && attempt.Stop(StopReason.LeaseLost))
                LogLost(attempt.Task.RunId, attempt.Task.TaskId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leases could not be renewed: {Reason}")]
    private partial void LogNotRenewed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of task '{TaskId}' of run {RunId} is lost; its attempt stops and writes nothing")]
    private partial void LogLost(long runId, string taskId);
}
