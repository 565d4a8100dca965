using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Attempts as others follow them: those that run now, and those that stopped without a result.</summary>
public sealed class AttemptFeed(Database database)
{
    private const int Most = 5_000;

    private const string Select = """
        select a.id, a.run_id, r.workflow, a.task_id, a.map_index, a.generation, a.number, a.state, a.started_at, a.ended_at, a.error, r.interval_start, r.interval_end
        from attempt a join run r on r.id = a.run_id and r.kind <> 'preview'
        """;

    /// <summary>The highest id of an attempt; 0 without any.</summary>
    public async Task<long> HighestAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition("select coalesce(max(id), 0) from attempt", cancellationToken: cancellationToken));
    }

    /// <summary>Attempts that run or wait now, the oldest first, 5,000 at most. Found by what is leased or waits, which is little.</summary>
    public Task<IReadOnlyList<FollowedAttempt>> RunningAsync(CancellationToken cancellationToken) =>
        ReadAsync($"{Select} where a.id = any(array(select attempt_id from task_queue where node is not null union select attempt_id from deferral)) and a.state in ('running', 'deferred') order by a.id limit @Most", new { Most }, cancellationToken);

    /// <summary>Attempts above an id that failed, were lost or canceled, the lowest first, 5,000 at most.</summary>
    public Task<IReadOnlyList<FollowedAttempt>> StoppedAsync(long after, CancellationToken cancellationToken) =>
        ReadAsync($"{Select} where a.id > @after and a.state in ('failed', 'lost', 'canceled') order by a.id limit @Most", new { after, Most }, cancellationToken);

    /// <summary>Attempts by id; one that is gone is left out.</summary>
    public Task<IReadOnlyList<FollowedAttempt>> FindAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        ReadAsync($"{Select} where a.id = any(@ids) order by a.id", new { ids = ids.ToArray() }, cancellationToken);

    private async Task<IReadOnlyList<FollowedAttempt>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<FollowedAttempt>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>An attempt for those who follow it.</summary>
public sealed record FollowedAttempt
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where the task is not mapped.</summary>
    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    /// <summary>1 for the first try of a generation.</summary>
    public required int Number { get; init; }

    /// <summary>See the table <c>attempt</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs or waits.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    public required string? Error { get; init; }

    public required DateTimeOffset? IntervalStart { get; init; }

    public required DateTimeOffset? IntervalEnd { get; init; }
}
