using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Notices;

/// <summary>A notice, as lists show it.</summary>
public sealed record NoticeRow
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    /// <summary>Null where it tells about the run.</summary>
    public string? TaskId { get; init; }

    /// <summary><c>run.failed</c>, <c>run.late</c> or <c>task.failed</c>.</summary>
    public required string Event { get; init; }

    /// <summary><c>webhook</c>, <c>email</c> or <c>log</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Address, or the connection's name where that has it.</summary>
    public required string Target { get; init; }

    /// <summary><c>waiting</c>, <c>sent</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    public required int Tries { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; null where it ended.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why the last try failed; null where none did.</summary>
    public string? Error { get; init; }
}

/// <summary>Reads notices, and lets failed ones be tried again.</summary>
public sealed class NoticeQueries(Database database)
{
    /// <summary>Notices, newest first, 500 at most.</summary>
    /// <param name="runId">Only of this run; null for all.</param>
    /// <param name="state">Only in this state; null for all.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<NoticeRow>> ListAsync(long? runId, string? state, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NoticeRow>(new CommandDefinition("""
            select id, run_id, task_id, event, kind, coalesce(nullif(target, ''), connection, '') as target, state, tries, created_at,
                case when state = 'waiting' then next_at end as next_at, ended_at, error
            from notice
            where (@runId::bigint is null or run_id = @runId) and (@state::text is null or state = @state)
            order by id desc limit @limit
            """, new { runId, state, limit = Math.Clamp(limit, 1, 500) }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Makes one failed notice due again.</summary>
    /// <returns>False where there is none of that id, or it did not fail.</returns>
    public async Task<bool> RetryAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "update notice set state = 'waiting', ended_at = null, next_at = now(), created_at = now(), tries = 0 where state = 'failed' and id = @id", new { id }, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>Makes failed notices due again, for after what kept them was mended.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RetryFailedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "update notice set state = 'waiting', ended_at = null, next_at = now(), created_at = now(), tries = 0 where state = 'failed'", cancellationToken: cancellationToken));
    }
}
