using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Reads what waits for people: tasks that ask, and notices that reached nobody.</summary>
public sealed class AttentionQueries(Database database)
{
    /// <summary>Questions, the oldest first, with how many there are in all, and the number of notices that failed for good.</summary>
    /// <param name="limit">Questions at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<Attention> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        const string sql = """
            select d.run_id, d.workflow, w.title, d.task_id, d.map_index, d.question ->> 'message' as message, d.waiting_since as since,
                case when jsonb_typeof(d.question -> 'who') = 'array' then array(select jsonb_array_elements_text(d.question -> 'who')) else '{}' end as who
            from deferral d join workflow w on w.name = d.workflow
            where d.question is not null and d.event is not null and not starts_with(d.workflow, 'preview:')
            order by d.waiting_since, d.run_id, d.task_id, d.map_index
            limit @limit;
            select (select count(*) from deferral d where d.question is not null and d.event is not null and not starts_with(d.workflow, 'preview:')) as questions,
                (select count(*) from notice where state = 'failed') as failed_notices
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, new { limit = Math.Clamp(limit, 1, 500) }, cancellationToken: cancellationToken));
        var oldest = (await results.ReadAsync<OpenQuestion>()).AsList();
        var (questions, failed) = await results.ReadSingleAsync<(long, long)>();
        return new Attention(questions, oldest, failed);
    }
}

/// <summary>What waits for people.</summary>
/// <param name="Questions">Tasks that ask.</param>
/// <param name="Oldest">The first of them.</param>
/// <param name="FailedNotices">Notices that were given up.</param>
public sealed record Attention(long Questions, IReadOnlyList<OpenQuestion> Oldest, long FailedNotices);

/// <summary>A task that asks people.</summary>
public sealed record OpenQuestion
{
    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Title of the workflow.</summary>
    public required string Title { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where it is not mapped.</summary>
    public required int MapIndex { get; init; }

    public required string? Message { get; init; }

    /// <summary>Who may answer, people or roles; empty for everybody who may edit.</summary>
    public required string[] Who { get; init; }

    public required DateTimeOffset Since { get; init; }
}
