using Dapper;
using Npgsql;

namespace Platform.Postgres.Events;

/// <summary>Events written in the transaction of the change they tell about: they exist exactly if the change does.</summary>
public static class Outbox
{
    /// <summary>The channel on which a writer may say that there is something new: <see cref="Notifications.Send"/> after the commit.</summary>
    public const string Channel = "outbox";

    /// <summary>
    /// The insert, for a caller who wants it inside a statement of their own (<c>with …, events as (…)</c>).
    /// Parameters: <c>event_types text[]</c>, <c>event_keys text[]</c>, <c>event_payloads text[]</c> of the same length, payloads being JSON.
    /// </summary>
    public const string InsertSql = """
        insert into outbox (type, key, payload)
        select type, key, payload::jsonb
        from unnest(@event_types, @event_keys, @event_payloads) as e(type, key, payload)
        """;

    private const int PruneBatch = 5_000;

    /// <summary>Appends events, in their order, in the caller's transaction with one statement.</summary>
    public static async Task AppendAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyCollection<OutboxEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
            return;
        await using var command = new NpgsqlCommand(InsertSql, connection, transaction);
        command.Parameters.AddWithValue("event_types", events.Select(e => e.Type).ToArray());
        command.Parameters.AddWithValue("event_keys", events.Select(e => e.Key).ToArray());
        command.Parameters.AddWithValue("event_payloads", events.Select(e => e.Payload).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes events that every consumer has and that are older than <paramref name="keep"/>, in small transactions. Without a consumer nothing is deleted.</summary>
    /// <returns>How many were deleted.</returns>
    public static async Task<long> PruneAsync(NpgsqlDataSource dataSource, TimeSpan keep, CancellationToken cancellationToken)
    {
        const string Sql = """
            with consumed as (
                select transaction_id, id from outbox_consumers order by transaction_id, id limit 1
            ), old as (
                select o.transaction_id, o.id
                from outbox o, consumed c
                where (o.transaction_id, o.id) <= (c.transaction_id, c.id)
                  and o.created_at < now() - @keep
                order by o.transaction_id, o.id
                limit @batch
            )
            delete from outbox o using old where (o.transaction_id, o.id) = (old.transaction_id, old.id)
            """;
        long total = 0;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        while (true)
        {
            var deleted = await connection.ExecuteAsync(new CommandDefinition(Sql, new { keep, batch = PruneBatch }, cancellationToken: cancellationToken));
            total += deleted;
            if (deleted < PruneBatch)
                return total;
        }
    }
}

/// <summary>An event to append.</summary>
/// <param name="Type">What happened, for example <c>task.ended</c>.</param>
/// <param name="Key">What it happened to.</param>
/// <param name="Payload">JSON.</param>
public sealed record OutboxEvent(string Type, string Key, string Payload);

/// <summary>An event as a consumer gets it.</summary>
public sealed record DeliveredEvent
{
    /// <summary>The transaction that appended it; with <see cref="Id"/> its identity and its place.</summary>
    public required ulong TransactionId { get; init; }

    /// <summary>Order within the transaction.</summary>
    public required long Id { get; init; }

    /// <summary>What happened.</summary>
    public required string Type { get; init; }

    /// <summary>What it happened to.</summary>
    public required string Key { get; init; }

    /// <summary>JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>Start of the transaction that appended it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
