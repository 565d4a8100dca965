using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Reads pools with their use.</summary>
public sealed class PoolQueries(Database database)
{
    /// <summary>All pools by name.</summary>
    public async Task<IReadOnlyList<PoolRow>> ListAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            select p.name, p.slots, p.description,
                (select coalesce(sum(q.pool_slots), 0) from task_queue q where q.pool = p.name and q.node is not null)::int as used,
                (select count(*) from task_queue q where q.pool = p.name and q.node is not null)::int as running,
                (select count(*) from task_queue q where q.pool = p.name and q.node is null)::int as waiting
            from pool p
            order by p.name
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<PoolRow>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A pool.</summary>
public sealed record PoolRow
{
    public required string Name { get; init; }

    public required int Slots { get; init; }

    public required string Description { get; init; }

    /// <summary>Slots that running tasks hold. More than <see cref="Slots"/> after the pool was made smaller.</summary>
    public required int Used { get; init; }

    /// <summary>Tasks that hold them.</summary>
    public required int Running { get; init; }

    /// <summary>Tasks that are released and not running.</summary>
    public required int Waiting { get; init; }
}
