using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Postgres;
using Platform.Workflows;

namespace Platform.Catalog.OpenLineage;

/// <summary>
/// Sends queued events to each connection of the kind <c>openlineage</c>, in order. A node takes a connection's queue for a minute at a time, so that nodes keep apart and another goes on where one
/// died; an event leaves the queue when the receiver has taken it, so it is sent at least once, and what receives it knows it by its run and time.
/// A receiver that fails or is away is asked again later and later, at most every five minutes; what it refuses for good is left out and counted.
/// </summary>
public sealed partial class OpenLineageSender
{
    private const int BatchSize = 100;
    private const int MostAnswer = 300;
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    // One for all: sockets are shared, and names are looked up again after some minutes.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly NpgsqlDataSource _dataSource;
    private readonly IConnections _connections;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <param name="dataSource">The database.</param>
    /// <param name="connections">Gives addresses and keys.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="log">Hears of receivers that fail.</param>
    public OpenLineageSender(NpgsqlDataSource dataSource, IConnections connections, TimeProvider clock, ILogger<OpenLineageSender>? log = null)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _connections = connections;
        _clock = clock;
        _log = log ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Sends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(cancellationToken) == 0)
                    await Task.Delay(Poll, _clock, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Sending outlives whatever the database throws; it is logged and tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
                await Task.Delay(Poll, _clock, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>One turn for each connection that has something to send and whose pause is over; a slow one does not hold up the others.</summary>
    /// <returns>How many events left the queues.</returns>
    public async Task<long> SendDueAsync(CancellationToken cancellationToken)
    {
        // A connection that was removed, or is of another kind now, has no receiver.
        const string Sql = """
            delete from catalog.openlineage_queue q where not exists (select 1 from connections c where c.name = q.connection and c.kind = 'openlineage');
            insert into catalog.openlineage_targets (connection) select name from connections where kind = 'openlineage' on conflict do nothing;
            with due as (
                select t.connection from catalog.openlineage_targets t
                where t.next_at <= now() and exists (select 1 from catalog.openlineage_queue q where q.connection = t.connection)
                for update skip locked
            )
            update catalog.openlineage_targets t set next_at = now() + @Taken
            from due where t.connection = due.connection
            returning t.connection, t.tries
            """;
        List<(string Connection, int Tries)> due;
        await using (var connection = await _dataSource.OpenConnectionAsync(cancellationToken))
        {
            if (!await connection.ExecuteScalarAsync<bool>(Command("select exists (select 1 from catalog.openlineage_queue)", null, cancellationToken)))
                return 0;
            due = (await connection.QueryAsync<(string, int)>(Command(Sql, new { Taken }, cancellationToken))).AsList();
        }
        var sent = await Task.WhenAll(due.Select(target => TurnAsync(target.Connection, target.Tries, cancellationToken)));
        return sent.Sum();
    }

    private async Task<long> TurnAsync(string name, int tries, CancellationToken cancellationToken)
    {
        var outcome = new TurnOutcome { Tries = tries };
        var since = _clock.GetTimestamp();
        try
        {
            var target = await TargetAsync(name, cancellationToken);
            while (outcome.Pause is null && _clock.GetElapsedTime(since) < Turn)
            {
                var events = await HeadAsync(name, cancellationToken);
                if (events.Count == 0)
                    break;
                var done = new List<long>();
                try
                {
                    foreach (var (id, text) in events)
                    {
                        if (!await TryAsync(target, text, outcome, cancellationToken))
                            break;
                        done.Add(id);
                        if (_clock.GetElapsedTime(since) > Turn)
                            break;
                    }
                }
                finally
                {
                    // What the receiver has is not sent again, also when this node is stopping.
                    await RemoveAsync(name, done);
                }
            }
        }
        catch (Exception e) when (e is ConnectionNotFoundException or InvalidOperationException or UriFormatException or DatabaseException)
        {
            outcome.Fail(e.Message, null);
        }
        finally
        {
            await NoteAsync(name, outcome);
        }
        if (outcome.Error is not null)
            LogNotSent(name, outcome.Tries, outcome.Error);
        return outcome.Sent + outcome.Refused;
    }

    /// <returns>Whether the event is done with: taken, or refused for good.</returns>
    private async Task<bool> TryAsync(Receiver target, string text, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new CancellationTokenSource(OneTry, _clock);
        await using var registration = timer.Token.Register(limit.Cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Platform", null));
            if (target.Key is { } key)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await Client.SendAsync(request, limit.Token);
            if (response.IsSuccessStatusCode)
            {
                outcome.Succeed();
                return true;
            }
            var said = (await response.Content.ReadAsStringAsync(limit.Token)).ReplaceLineEndings(" ").Trim();
            var error = $"The receiver answered {(int)response.StatusCode} {response.ReasonPhrase}{(said.Length == 0 ? "." : $": {said[..Math.Min(MostAnswer, said.Length)]}")}";
            // These say that this event is wrong, and will say so again. A wrong key or address can be mended, and the event waits for it.
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge)
            {
                outcome.Refuse(error);
                return true;
            }
            outcome.Fail(error, RetryAfter(response));
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome.Fail(string.Create(CultureInfo.InvariantCulture, $"No answer within {OneTry.TotalSeconds:0} s."), null);
            return false;
        }
        catch (HttpRequestException e)
        {
            outcome.Fail(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message, null);
            return false;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };

    private async Task<Receiver> TargetAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await _connections.GetAsync(name, cancellationToken);
        var address = new Uri(connection.Get("url"));
        return new Receiver(address.AbsolutePath == "/" ? new Uri(address, "/api/v1/lineage") : address, connection.Find("api_key"));
    }

    private async Task<List<(long Id, string Event)>> HeadAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(long, string)>(Command("select id, event from catalog.openlineage_queue where connection = @name order by id limit @BatchSize", new { name, BatchSize }, cancellationToken))).AsList();
    }

    private async Task RemoveAsync(string name, List<long> ids)
    {
        if (ids.Count == 0)
            return;
        using var limit = new CancellationTokenSource(OneTry, _clock);
        await using var connection = await _dataSource.OpenConnectionAsync(limit.Token);
        await connection.ExecuteAsync(Command("delete from catalog.openlineage_queue where connection = @name and id = any(@ids)", new { name, ids = ids.ToArray() }, limit.Token));
    }

    /// <summary>Writes how the turn went, under a time-out of its own, and gives the queue back.</summary>
    private async Task NoteAsync(string name, TurnOutcome outcome)
    {
        const string Sql = """
            update catalog.openlineage_targets
            set tries = @Tries, next_at = now() + @pause, sent = sent + @Sent, refused = refused + @Refused,
                last_sent_at = case when @Sent > 0 then now() else last_sent_at end,
                last_error = case when @error::text is not null then @error when @Sent > 0 then null else last_error end,
                last_error_at = case when @error::text is not null then now() else last_error_at end
            where connection = @name
            """;
        using var limit = new CancellationTokenSource(OneTry, _clock);
        await using var connection = await _dataSource.OpenConnectionAsync(limit.Token);
        var parameters = new { name, outcome.Tries, outcome.Sent, outcome.Refused, pause = outcome.Pause ?? TimeSpan.Zero, error = outcome.Error ?? outcome.Refusal };
        await connection.ExecuteAsync(Command(Sql, parameters, limit.Token));
    }

    private static CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) => new(sql, parameters, cancellationToken: cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending lineage events failed; trying again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lineage events could not be sent to connection '{Connection}', try {Tries}: {Reason}")]
    private partial void LogNotSent(string connection, int tries, string reason);

    private sealed record Receiver(Uri Address, string? Key);

    private sealed class TurnOutcome
    {
        internal int Tries { get; set; }

        internal long Sent { get; private set; }

        internal long Refused { get; private set; }

        internal string? Error { get; private set; }

        internal string? Refusal { get; private set; }

        /// <summary>How long to leave the receiver alone; null while it takes events.</summary>
        internal TimeSpan? Pause { get; private set; }

        internal void Succeed()
        {
            Sent++;
            Tries = 0;
        }

        internal void Refuse(string error)
        {
            Refused++;
            Refusal = error;
            Tries = 0;
        }

        internal void Fail(string error, TimeSpan? asked)
        {
            Tries++;
            Error = error;
            var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(Tries - 1, 20), LongestPause.Ticks));
            Pause = asked is { } wanted && wanted > pause ? (wanted < TimeSpan.FromHours(1) ? wanted : TimeSpan.FromHours(1)) : pause;
        }
    }
}
