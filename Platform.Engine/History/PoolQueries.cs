using Dapper;
using Platform.Postgres;

namespace Platform.Engine.History;

/// <summary>Reads pools with their use.</summary>
public sealed class PoolQueries(Database database)
{
    /// <summary>All pools by name, and those that tasks wait for although there are none of the name.</summary>
    public async Task<IReadOnlyList<PoolRow>> ListAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            select coalesce(p.name, q.pool) as name, p.slots, coalesce(p.description, '') as description,
                coalesce(q.used, 0)::int as used, coalesce(q.running, 0)::int as running, coalesce(q.waiting, 0)::int as waiting
            from pool p
            full join (
                select pool, sum(pool_slots) filter (where node is not null) as used, count(*) filter (where node is not null) as running, count(*) filter (where node is null) as waiting
                from task_queue where pool is not null group by pool
            ) q on q.pool = p.name
            order by 1
            """;
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<PoolRow>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A pool.</summary>
public sealed record PoolRow
{
    public required string Name { get; init; }

    /// <summary>Null where there is no such pool although tasks wait for it.</summary>
    public int? Slots { get; init; }

    public required string Description { get; init; }

    /// <summary>Slots that running tasks hold. More than <see cref="Slots"/> after the pool was made smaller.</summary>
    public required int Used { get; init; }

    /// <summary>Tasks that hold them.</summary>
    public required int Running { get; init; }

    /// <summary>Tasks that are released and not running.</summary>
    public required int Waiting { get; init; }
}
