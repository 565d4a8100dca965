using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Reads backfills with what has become of their runs.</summary>
public sealed class BackfillQueries(Database database)
{
    private const string Columns = """
        b.id, b.workflow, b.version, b.range_start, b.range_end, b.active_runs, b.newest_first, b.repeat, b.created_at, b.created_by, b.canceled_at, b.canceled_by,
        c.runs, c.queued, c.running, c.success, c.failed, c.canceled
        """;

    private const string Counts = """
        cross join lateral (
            select count(*)::int as runs,
                (count(*) filter (where r.state = 'queued'))::int as queued,
                (count(*) filter (where r.state = 'running'))::int as running,
                (count(*) filter (where r.state = 'success'))::int as success,
                (count(*) filter (where r.state = 'failed'))::int as failed,
                (count(*) filter (where r.state = 'canceled'))::int as canceled
            from run r where r.backfill_id = b.id) c
        """;

    /// <summary>Backfills, newest first.</summary>
    /// <param name="workflow">Only of this workflow; null is all.</param>
    /// <param name="beforeId">Only with a smaller id: the cursor; null begins with the newest.</param>
    /// <param name="limit">Rows in a page, from 1 to 500.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<BackfillRow>> ListAsync(string? workflow, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        const string sql = $"""
            select {Columns}
            from (
                select * from backfill
                where (@workflow::text is null or workflow = @workflow) and (@beforeId::bigint is null or id < @beforeId)
                order by id desc limit @limit
            ) b
            {Counts}
            order by b.id desc
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<BackfillRow>(new CommandDefinition(sql, new { workflow, beforeId, limit = Math.Clamp(limit, 1, 500) }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One backfill; null where there is none.</summary>
    public async Task<BackfillRow?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<BackfillRow>(new CommandDefinition($"select {Columns} from backfill b {Counts} where b.id = @id", new { id }, cancellationToken: cancellationToken));
    }
}

/// <summary>A range of intervals that was asked for at once.</summary>
public sealed record BackfillRow
{
    public required long Id { get; init; }

    public required string Workflow { get; init; }

    public required int Version { get; init; }

    /// <summary>Start of the first interval.</summary>
    public required DateTimeOffset RangeStart { get; init; }

    /// <summary>End of the last interval.</summary>
    public required DateTimeOffset RangeEnd { get; init; }

    /// <summary>Runs at once.</summary>
    public required int ActiveRuns { get; init; }

    public required bool NewestFirst { get; init; }

    /// <summary>Which intervals that had a run it repeats: <c>missing</c> (none), <c>failed</c>, <c>all</c>.</summary>
    public required string Repeat { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When somebody ended it before its time; null where nobody did.</summary>
    public DateTimeOffset? CanceledAt { get; init; }

    public string? CanceledBy { get; init; }

    /// <summary><c>running</c> while a run is open, else <c>canceled</c>, <c>failed</c> (some run failed) or <c>success</c>.</summary>
    public string State => Queued + Running > 0 ? RunStates.Running : CanceledAt is not null ? RunStates.Canceled : Failed > 0 ? RunStates.Failed : RunStates.Success;

    /// <summary>Runs in all.</summary>
    public required int Runs { get; init; }

    public required int Queued { get; init; }

    public required int Running { get; init; }

    public required int Success { get; init; }

    public required int Failed { get; init; }

    public required int Canceled { get; init; }
}
