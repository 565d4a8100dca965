using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Assets;

/// <summary>What the tasks of runs read and wrote.</summary>
public sealed class RunAccessQueries
{
    private readonly NpgsqlDataSource _dataSource;

    public RunAccessQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Every asset that a task instance of these runs read or wrote, by run, task, index, asset; 2,000 at most.</summary>
    /// <param name="runs">Ids of the runs.</param>
    /// <param name="task">Only of this task; null is all.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<RunAccessRow>> ListAsync(IReadOnlyCollection<long> runs, string? task, CancellationToken cancellationToken)
    {
        // Of a task that ran again only its newest generation.
        const string Sql = """
            select c.run_id, c.task_id, c.map_index, c.mode, a.key, a.kind, c.version, coalesce(v.row_count, c.row_count) as rows, v.rows_written, v.operation
            from catalog.accesses c
            join catalog.assets a on a.id = c.asset_id
            left join catalog.asset_versions v on v.asset_id = c.asset_id and v.version = c.version and c.mode = 'write' and v.run_id = c.run_id
            where c.run_id = any(@runs) and (@task::text is null or c.task_id = @task)
              and c.generation = (select max(g.generation) from catalog.accesses g where g.run_id = c.run_id and g.task_id = c.task_id and g.map_index = c.map_index)
            order by c.run_id, c.task_id, c.map_index, c.mode, a.key
            limit 2000
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<RunAccessRow>(new CommandDefinition(Sql, new { runs = runs.ToArray(), task }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>An asset that a task instance read or wrote.</summary>
public sealed record RunAccessRow
{
    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where it is not mapped.</summary>
    public required int MapIndex { get; init; }

    /// <summary><c>read</c> or <c>write</c>.</summary>
    public required string Mode { get; init; }

    public required string Key { get; init; }

    public required string Kind { get; init; }

    /// <summary>Null where the asset has no versions.</summary>
    public required long? Version { get; init; }

    /// <summary>Rows of that version, or rows read; null where not counted.</summary>
    public required long? Rows { get; init; }

    /// <summary>Rows of the write; null for a read, or where not counted.</summary>
    public required long? RowsWritten { get; init; }

    public required string? Operation { get; init; }
}
