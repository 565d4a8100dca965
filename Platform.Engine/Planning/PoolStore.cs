using Dapper;
using Platform.Postgres;
using Platform.Workflows;

namespace Platform.Engine.Planning;

/// <summary>Makes and deletes pools: names with slots that limit how many tasks run at once, over all workflows and nodes. <see cref="History.PoolQueries"/> reads them.</summary>
public sealed class PoolStore(Database database)
{
    /// <summary>Most slots of a pool.</summary>
    public const int MostSlots = 1_000_000;

    /// <summary>Makes a pool or changes it. With fewer slots than are taken, nothing is stopped; no task starts until enough have ended.</summary>
    /// <param name="name">Lower-case letters, digits, hyphens and underscores, a letter first.</param>
    /// <param name="slots">0 to 1,000,000; with 0 none of its tasks starts.</param>
    /// <param name="description">For people; null leaves it as it is.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="EngineException">The name or the number is not allowed (<c>bad-input</c>).</exception>
    public async Task<bool> SetAsync(string name, int slots, string? description, CancellationToken cancellationToken)
    {
        if (!Names.IsPool(name))
            throw new EngineException("bad-input", $"'{name}' is no name for a pool. Use lower-case letters, digits, hyphens and underscores, a letter first, 100 at most.");
        if (slots is < 0 or > MostSlots)
            throw new EngineException("bad-input", $"Pool '{name}' cannot have {slots} slots. Give 0 to {MostSlots}.");
        await using var connection = await database.OpenAsync(cancellationToken);
        var made = await connection.QuerySingleAsync<bool>(new CommandDefinition("""
            insert into pool as p (name, slots, description) values (@name, @slots, coalesce(@description, ''))
            on conflict (name) do update set slots = excluded.slots, description = coalesce(@description, p.description)
            returning xmax = 0
            """, new { name, slots, description }, cancellationToken: cancellationToken));
        await EngineSignals.SendAsync(connection, [], ready: true, cancellationToken);
        return made;
    }

    /// <summary>Deletes a pool. Tasks that run keep running; what waits for it waits on until there is a pool of the name again, so the command is refused while something does.</summary>
    /// <exception cref="EngineException">There is none (<c>not-found</c>), or tasks wait for it (<c>conflict</c>).</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition("delete from pool where name = @name", new { name }, transaction, cancellationToken: cancellationToken)) == 0)
            throw new EngineException("not-found", $"There is no pool '{name}'. './platform pools' lists them.");
        var waiting = await connection.QuerySingleAsync<int>(new CommandDefinition("select count(*)::int from task_queue where pool = @name", new { name }, transaction, cancellationToken: cancellationToken));
        if (waiting > 0)
            throw new EngineException("conflict", $"{(waiting == 1 ? $"1 task runs in pool '{name}' or waits" : $"{waiting} tasks run in pool '{name}' or wait")} for it, and would wait for ever. Let them end or cancel their runs, then delete it.");
        await transaction.CommitAsync(cancellationToken);
    }
}
