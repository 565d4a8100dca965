using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Platform.Postgres;

/// <summary>
/// Wakes others through PostgreSQL's LISTEN and NOTIFY: one connection listens for the whole process and comes back by itself, and sends are gathered, at most one statement each 5 ms.
/// A notification may be lost while the database is away, so it says only "look": every listener also looks now and then by itself.
/// </summary>
public sealed partial class Notifications : IAsyncDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Action<string?>>> _heard = new(StringComparer.Ordinal);
    private HashSet<(string Channel, string Payload)> _pending = [];
    private CancellationTokenSource _changed = new();
    private TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _sender = Task.CompletedTask;
    private Task _listener = Task.CompletedTask;

    /// <summary>Opens nothing yet: the first subscription starts listening.</summary>
    public Notifications(NpgsqlDataSource dataSource, TimeProvider clock, ILogger<Notifications>? log = null)
    {
        _dataSource = dataSource;
        _clock = clock;
        _log = log ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Hears a channel until the result is disposed.</summary>
    /// <param name="channel">Name of the channel.</param>
    /// <param name="heard">Called with the payload, one at a time and not for long. Null means that the connection was away and something may have been missed.</param>
    public IDisposable Subscribe(string channel, Action<string?> heard)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (!_heard.TryGetValue(channel, out var list))
            {
                _heard[channel] = list = [];
                Changed();
            }

            list.Add(heard);
            if (_listener.IsCompleted)
                _listener = Task.Run(ListenAsync);
        }

        return new Subscription(this, channel, heard);
    }

    /// <summary>Completes when every subscription made so far is in effect.</summary>
    public Task ListeningAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _listening.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Sends soon, together with others; the same channel and payload once. Never fails and never waits.</summary>
    public void Send(string channel, string payload = "")
    {
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                return;
            _pending.Add((channel, payload));
            if (_sender.IsCompleted)
                _sender = Task.Run(SendAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelSafelyAsync();
        CancellationTokenSource changed;
        lock (_lock)
            changed = _changed;
        await changed.CancelSafelyAsync();
        await Task.WhenAll(_sender, _listener);
        _changed.Dispose();
        _closing.Dispose();
    }

    private void Changed()
    {
        if (_listening.Task.IsCompleted)
            _listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Not here: what the listener's connection registered must not run under the lock, nor throw at whoever subscribes.
        _ = _changed.CancelSafelyAsync();
    }

    private async Task SendAsync()
    {
        while (true)
        {
            HashSet<(string Channel, string Payload)> batch;
            lock (_lock)
            {
                if (_pending.Count == 0)
                {
                    // Said under the lock: a Send from now on finds a completed sender only after this task has ended.
                    _sender = Task.CompletedTask;
                    return;
                }

                batch = _pending;
                _pending = [];
            }

            try
            {
                await using var command = _dataSource.CreateCommand("select pg_notify(channel, payload) from unnest($1, $2) as n(channel, payload)");
                command.Parameters.Add(new NpgsqlParameter { Value = batch.Select(n => n.Channel).ToArray() });
                command.Parameters.Add(new NpgsqlParameter { Value = batch.Select(n => n.Payload).ToArray() });
                await command.ExecuteNonQueryAsync(_closing.Token);
                await Task.Delay(Gather, _clock, _closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
            {
                // The listeners look by themselves; a notification of a second ago is worth nothing.
                LogNotSent(batch.Count, e.Message);
            }
        }
    }

    private async Task ListenAsync()
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var first = true;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _dataSource.OpenConnectionAsync(_closing.Token);
                connection.Notification += (_, e) => Dispatch(e.Channel, e.Payload);
                await ListenOnAsync(connection, first, () => pause = TimeSpan.FromMilliseconds(100));
                return;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or TimeoutException or OperationCanceledException)
            {
                LogAway(e.Message, pause.TotalSeconds);
            }

            first = false;
            await Task.Delay(pause, _clock, _closing.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ListenOnAsync(NpgsqlConnection connection, bool first, Action connected)
    {
        var current = new HashSet<string>(StringComparer.Ordinal);
        var missed = !first;
        while (!_closing.IsCancellationRequested)
        {
            string[] wanted;
            TaskCompletionSource listening;
            CancellationToken changed;
            lock (_lock)
            {
                if (_changed.IsCancellationRequested && !_closing.IsCancellationRequested)
                    _changed = new CancellationTokenSource();
                wanted = [.. _heard.Keys];
                listening = _listening;
                changed = _changed.Token;
            }

            foreach (var channel in current.Except(wanted).ToList())
            {
                await ExecuteAsync(connection, "unlisten " + Quote(channel));
                current.Remove(channel);
            }

            foreach (var channel in wanted.Except(current).ToList())
            {
                await ExecuteAsync(connection, "listen " + Quote(channel));
                current.Add(channel);
            }

            connected();
            listening.TrySetResult();
            if (missed)
            {
                missed = false;
                foreach (var channel in wanted)
                    Dispatch(channel, null);
            }

            try
            {
                await connection.WaitAsync(changed);
            }
            catch (OperationCanceledException) when (changed.IsCancellationRequested)
            {
                // A subscription came or went, or we close.
            }
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(_closing.Token);
    }

    private void Dispatch(string channel, string? payload)
    {
        Action<string?>[] listeners;
        lock (_lock)
            listeners = _heard.TryGetValue(channel, out var list) ? [.. list] : [];
        foreach (var heard in listeners)
        {
            try
            {
                heard(payload);
            }
#pragma warning disable CA1031 // One listener's fault must not keep the others from hearing; it is logged.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogListenerFailed(channel, e);
            }
        }
    }

    private static string Quote(string channel) => "\"" + channel.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening for notifications broke off ({Reason}); trying again in {Seconds} s.")]
    private partial void LogAway(string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} notifications could not be sent: {Reason}")]
    private partial void LogNotSent(int count, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener of channel {Channel} failed.")]
    private partial void LogListenerFailed(string channel, Exception exception);

    private sealed class Subscription(Notifications owner, string channel, Action<string?> heard) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
            {
                if (!owner._heard.TryGetValue(channel, out var list) || !list.Remove(heard) || list.Count > 0)
                    return;
                owner._heard.Remove(channel);
                if (!owner._closing.IsCancellationRequested)
                    owner.Changed();
            }
        }
    }
}
