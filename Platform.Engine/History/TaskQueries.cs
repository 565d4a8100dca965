using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Pages through the task instances of a run: a mapped task may have ten thousand.</summary>
public sealed class TaskQueries(Database database)
{
    private const string Columns = """
        i.run_id, i.task_id, i.map_index, i.generation, i.activity, i.state, i.attempts,
        i.queued_at, i.started_at, i.ended_at, i.outputs, i.error_kind, i.error,
        i.progress_done, i.progress_total, i.progress_unit,
        case when i.state = 'up_for_retry' then q.ready_at end as next_attempt_at, q.node,
        d.waits, d.due_at, d.question,
        coalesce(d.waiting_since, i.waited_from) as waited_from, case when d.run_id is null then i.waited_until end as waited_until
        """;

    /// <summary>Instances by task and index, after a cursor.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<TaskRow>> ListAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        const string sql = $"""
            select {Columns}
            from task_instance i
            left join deferral d on d.run_id = i.run_id and d.task_id = i.task_id and d.map_index = i.map_index
            left join task_queue q on q.run_id = i.run_id and q.task_id = i.task_id and q.map_index = i.map_index
            where i.run_id = @RunId and i.state <> 'removed'
              and (@TaskId::text is null or i.task_id = @TaskId)
              and (@MapIndex::int is null or i.map_index = @MapIndex)
              and (@State::text is null or i.state = @State)
              and (@AfterTask::text is null or (i.task_id, i.map_index) > (@AfterTask, @AfterIndex))
            order by i.task_id, i.map_index
            limit @Limit
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<TaskRow>(new CommandDefinition(sql, filter, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>Which instances; null fields do not filter.</summary>
public sealed record TaskFilter
{
    public required long RunId { get; init; }

    public string? TaskId { get; init; }

    public int? MapIndex { get; init; }

    /// <summary>A state of <see cref="TaskStates"/>.</summary>
    public string? State { get; init; }

    /// <summary>With <see cref="AfterIndex"/> the cursor: only instances behind this one.</summary>
    public string? AfterTask { get; init; }

    public int AfterIndex { get; init; }

    /// <summary>Rows in a page.</summary>
    public int Limit { get; init; } = 100;
}
