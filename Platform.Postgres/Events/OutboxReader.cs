using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Platform.Postgres.Events;

/// <summary>Takes a batch of events and writes what follows from them with the given transaction, and with nothing else: then each event counts exactly once.</summary>
public delegate Task OutboxHandler(IReadOnlyList<DeliveredEvent> events, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken);

/// <summary>
/// Delivers the outbox to one consumer, in order and each event exactly once: the cursor moves in the transaction of the consumer's writes. Any number of nodes may run the same consumer; one of them works at a time.
/// Transactions commit out of the order of their numbers, so a batch ends at the oldest transaction that still runs: what is behind that fence cannot change any more.
/// A writing transaction that stays open for long therefore delays delivery, and never loses an event.
/// </summary>
public sealed partial class OutboxReader
{
    private const int BatchSize = 500;
    private const int TriesBeforeSetAside = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FencePause = TimeSpan.FromMilliseconds(15);

    private readonly NpgsqlDataSource _dataSource;
    private readonly string _consumer;
    private readonly OutboxHandler _handle;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <param name="dataSource">The database.</param>
    /// <param name="consumer">Name of the consumer; its cursor lives under it.</param>
    /// <param name="handle">The consumer's work.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="log">Hears of events that fail.</param>
    public OutboxReader(NpgsqlDataSource dataSource, string consumer, OutboxHandler handle, TimeProvider clock, ILogger<OutboxReader>? log = null)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
        _consumer = consumer;
        _handle = handle;
        _clock = clock;
        _log = log ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Delivers until <paramref name="cancellationToken"/>: wakes on <see cref="Outbox.Channel"/>, and looks each second. Comes back after failures of the database.</summary>
    public async Task RunAsync(Notifications notifications, CancellationToken cancellationToken)
    {
        using var wake = new SemaphoreSlim(0, 1);
        using var subscription = notifications.Subscribe(Outbox.Channel, _ => Wake(wake));
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var delivery = await DeliverBatchAsync(cancellationToken);
                if (delivery.Delivered > 0)
                    continue;
                if (delivery.Waiting)
                    await Task.Delay(FencePause, _clock, cancellationToken);
                else
                    await WaitAsync(wake, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The reader outlives whatever its consumer or the database throws; it is logged and tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(_consumer, e);
                await Task.Delay(Poll, _clock, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Delivers everything that is committed now, for commands that end and for tests. Waits up to ten seconds for older transactions that hold it back, those of other databases of the server among them.</summary>
    /// <returns>How many events were delivered.</returns>
    public async Task<long> DrainAsync(CancellationToken cancellationToken)
    {
        long total = 0;
        var since = _clock.GetTimestamp();
        while (true)
        {
            var delivery = await DeliverBatchAsync(cancellationToken);
            total += delivery.Delivered;
            if (delivery.Delivered > 0)
                continue;
            if (!delivery.Waiting || _clock.GetElapsedTime(since) > DrainLimit)
                return total;
            await Task.Delay(FencePause, _clock, cancellationToken);
        }
    }

    /// <summary>Delivers one batch. When the consumer throws, its events are given one by one, and one that fails five times is set aside in <c>outbox_failures</c>.</summary>
    /// <exception cref="Exception">What the consumer threw on a single event, while it has tries left.</exception>
    internal async Task<Delivery> DeliverBatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DeliverAsync(BatchSize, cancellationToken);
        }
        catch (ConsumerFailedException e) when (e.Events.Count > 1)
        {
            // Nothing was written. Find out which of them it is: those before it are delivered, and it fails alone.
            var before = 0;
            while (before < e.Events.Count)
            {
                var one = await DeliverOneAsync(cancellationToken);
                if (one.Delivered == 0)
                    break;
                before++;
            }

            return new Delivery(before, Waiting: false);
        }
        catch (ConsumerFailedException e)
        {
            await NoteFailureAsync(e, cancellationToken);
            throw;
        }
    }

    private async Task<Delivery> DeliverOneAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DeliverAsync(1, cancellationToken);
        }
        catch (ConsumerFailedException e)
        {
            await NoteFailureAsync(e, cancellationToken);
            throw;
        }
    }

    private async Task<Delivery> DeliverAsync(int limit, CancellationToken cancellationToken)
    {
        // One statement, so cursor, fence and events are of one snapshot. The transaction has no number of its own until the consumer writes, so it is not its own fence.
        const string Sql = """
            with cursor as (
                select coalesce(c.transaction_id, '0'::xid8) as transaction_id, coalesce(c.id, 0) as id
                from (values (@consumer)) as me(name)
                left join outbox_consumers c on c.name = me.name
            )
            select o.transaction_id, o.id, o.type, o.key, o.payload::text as payload, o.created_at
            from outbox o, cursor
            where (o.transaction_id, o.id) > (cursor.transaction_id, cursor.id)
              and o.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
            order by o.transaction_id, o.id
            limit @limit
            """;
        const string WaitingSql = """
            select exists (
                select 1 from outbox o
                left join outbox_consumers c on c.name = @consumer
                where (o.transaction_id, o.id) > (coalesce(c.transaction_id, '0'::xid8), coalesce(c.id, 0)))
            """;
        const string MoveSql = """
            insert into outbox_consumers as c (name, transaction_id, id)
            values (@consumer, @transactionId, @id)
            on conflict (name) do update
            set transaction_id = excluded.transaction_id, id = excluded.id, failures = 0, last_error = null, updated_at = now()
            where (c.transaction_id, c.id) < (excluded.transaction_id, excluded.id)
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(Command("select pg_try_advisory_xact_lock(hashtextextended('outbox:' || @consumer, 0))", new { consumer = _consumer })))
            return new Delivery(0, Waiting: false);
        var events = (await connection.QueryAsync<DeliveredEvent>(Command(Sql, new { consumer = _consumer, limit }))).AsList();
        if (events.Count == 0)
            return new Delivery(0, await connection.ExecuteScalarAsync<bool>(Command(WaitingSql, new { consumer = _consumer })));

        try
        {
            await _handle(events, connection, transaction, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && e is not NpgsqlException { IsTransient: true } && connection.FullState == System.Data.ConnectionState.Open)
        {
            throw new ConsumerFailedException(events, e);
        }

        var moved = await connection.ExecuteAsync(Command(MoveSql, new { consumer = _consumer, transactionId = events[^1].TransactionId, id = events[^1].Id }));
        if (moved != 1)
            throw new DatabaseException($"Another node moved the outbox cursor of '{_consumer}' in between. Nothing was written; the batch is read again.");
        // If the process dies before this, neither the consumer's writes nor the cursor's move have happened.
        await transaction.CommitAsync(cancellationToken);
        return new Delivery(events.Count, Waiting: false);

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }

    private async Task NoteFailureAsync(ConsumerFailedException failure, CancellationToken cancellationToken)
    {
        const string CountSql = """
            insert into outbox_consumers as c (name, failures, last_error)
            values (@consumer, 1, @error)
            on conflict (name) do update set failures = c.failures + 1, last_error = excluded.last_error, updated_at = now()
            returning failures
            """;
        const string SetAsideSql = """
            with aside as (
                insert into outbox_failures (consumer, transaction_id, id, type, key, payload, error)
                select @consumer, transaction_id, id, type, key, payload, @error
                from outbox where transaction_id = @transactionId and id = @id
                on conflict do nothing
            )
            update outbox_consumers
            set transaction_id = @transactionId, id = @id, failures = 0, updated_at = now()
            where name = @consumer and (transaction_id, id) < (@transactionId, @id)
            """;
        var e = failure.Events[0];
        var error = failure.InnerException!.Message;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new { consumer = _consumer, error, transactionId = e.TransactionId, id = e.Id };
        var failures = await connection.ExecuteScalarAsync<int>(new CommandDefinition(CountSql, parameters, transaction, cancellationToken: cancellationToken));
        if (failures >= TriesBeforeSetAside)
        {
            await connection.ExecuteAsync(new CommandDefinition(SetAsideSql, parameters, transaction, cancellationToken: cancellationToken));
            LogSetAside(e.Type, e.Key, _consumer, failures, failure.InnerException);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task WaitAsync(SemaphoreSlim wake, CancellationToken cancellationToken)
    {
        using var poll = new CancellationTokenSource(Poll, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A second has passed: look.
        }
    }

    private static void Wake(SemaphoreSlim wake)
    {
        if (wake.CurrentCount > 0)
            return;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else released it in between: awake is awake.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivering the outbox to {Consumer} failed; trying again.")]
    private partial void LogFailed(string consumer, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Type} of {Key} was set aside in outbox_failures: {Consumer} failed on it {Failures} times.")]
    private partial void LogSetAside(string type, string key, string consumer, int failures, Exception exception);

    /// <summary>What a look at the outbox brought.</summary>
    /// <param name="Delivered">Events delivered.</param>
    /// <param name="Waiting">Whether there are events that are not behind the fence yet.</param>
    internal readonly record struct Delivery(int Delivered, bool Waiting);

    private sealed class ConsumerFailedException(IReadOnlyList<DeliveredEvent> events, Exception cause)
        : Exception($"The consumer failed on event {events[0].Type} of {events[0].Key}" + (events.Count > 1 ? $" or one of the {events.Count - 1} after it" : "") + $": {cause.Message}", cause)
    {
        internal IReadOnlyList<DeliveredEvent> Events { get; } = events;
    }
}
