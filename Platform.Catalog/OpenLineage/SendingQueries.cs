using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.OpenLineage;

/// <summary>How sending lineage events to each connection goes.</summary>
public sealed class SendingQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public SendingQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All connections that get events, by name.</summary>
    public async Task<IReadOnlyList<SendingRow>> ListAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            select c.name as connection, coalesce(q.waiting, 0) as waiting, q.oldest, coalesce(t.sent, 0) as sent, coalesce(t.refused, 0) as refused, coalesce(t.dropped, 0) as dropped, coalesce(t.tries, 0) as tries,
                   case when t.tries > 0 then t.next_at end as next_try_at, t.last_sent_at, t.last_error, t.last_error_at
            from connections c
            left join catalog.openlineage_targets t on t.connection = c.name
            left join (select connection, count(*) as waiting, min(queued_at) as oldest from catalog.openlineage_queue group by connection) q on q.connection = c.name
            where c.kind = 'openlineage'
            order by c.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<SendingRow>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A receiver of our lineage events.</summary>
public sealed record SendingRow
{
    /// <summary>Name of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>Events that wait.</summary>
    public required long Waiting { get; init; }

    /// <summary>Since when the oldest of them does; null for none.</summary>
    public required DateTimeOffset? Oldest { get; init; }

    public required long Sent { get; init; }

    /// <summary>Events that the receiver refused for good.</summary>
    public required long Refused { get; init; }

    /// <summary>Events that gave way to newer ones because too many waited.</summary>
    public required long Dropped { get; init; }

    /// <summary>Failed tries in a row; 0 while it takes events.</summary>
    public required int Tries { get; init; }

    /// <summary>When it is asked again; null while it takes events.</summary>
    public required DateTimeOffset? NextTryAt { get; init; }

    public required DateTimeOffset? LastSentAt { get; init; }

    /// <summary>What it answered, or why it was not reached; null once it took an event again.</summary>
    public required string? LastError { get; init; }

    public required DateTimeOffset? LastErrorAt { get; init; }
}
