using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>What an operator does to nodes: lets one run empty, lets it take tasks again, takes a lost one from the list. Each is noted with who did it.</summary>
public sealed class NodeControl(Database database)
{
    /// <summary>Most actions that a list has.</summary>
    public const int MostActions = 200;

    /// <summary>
    /// Lets a node run empty: from the commit on it claims nothing, what it runs ends as it would, and it plans and serves on. It holds until <see cref="ResumeAsync"/>,
    /// or until the process ends; one that is started anew is another node. Of a program older than this a worker does not listen.
    /// </summary>
    /// <param name="name">The node.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>False where it was drained already.</returns>
    /// <exception cref="EngineException">There is none of that name (<c>not-found</c>); it is not heard of, is stopping, or runs no tasks (<c>conflict</c>).</exception>
    public Task<bool> DrainAsync(string name, string by, CancellationToken cancellationToken) => DoAsync(name, "drain", by, node =>
    {
        Refuse(!node.Alive, $"Node '{name}' was not heard of for {node.Silent:0} s: it takes no tasks. Remove it from the list if it will not come back.");
        Refuse(node.Stopping, $"Node '{name}' is stopping: it takes no tasks anyway.");
        Refuse(node.Concurrency == 0, $"Node '{name}' runs no tasks: there is nothing to drain.");
        return node.Drained ? null : "update node set drained_at = now(), drained_by = @by where name = @name";
    }, cancellationToken);

    /// <summary>Lets a drained node take tasks again.</summary>
    /// <returns>False where it was not drained.</returns>
    /// <exception cref="EngineException">There is none of that name (<c>not-found</c>).</exception>
    public Task<bool> ResumeAsync(string name, string by, CancellationToken cancellationToken) =>
        DoAsync(name, "resume", by, node => node.Drained ? "update node set drained_at = null, drained_by = null where name = @name" : null, cancellationToken);

    /// <summary>Takes a node that is not heard of any more from the list. What it held is taken over when its leases run out, whether it is listed or not; should it come back, it lists itself again.</summary>
    /// <exception cref="EngineException">There is none of that name (<c>not-found</c>), or it lives (<c>conflict</c>).</exception>
    public Task RemoveAsync(string name, string by, CancellationToken cancellationToken) => DoAsync(name, "remove", by, node =>
    {
        Refuse(node.Alive, $"Node '{name}' lives. Stop its process, which then goes from the list by itself; or drain it, so that it takes no more tasks.");
        return "delete from node where name = @name";
    }, cancellationToken);

    /// <summary>What was done to nodes, the newest first.</summary>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<NodeActionRow>> ActionsAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeActionRow>(new CommandDefinition("select at, node, action, by from node_action order by id desc limit @limit", new { limit = Math.Clamp(limit, 1, MostActions) }, cancellationToken: cancellationToken))).AsList();
    }

    private async Task<bool> DoAsync(string name, string action, string by, Func<Row, string?> decide, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var node = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition("""
                select heartbeat_at > now() - interval '30 seconds' as alive, extract(epoch from now() - heartbeat_at)::float8 as silent, stopping, concurrency, drained_at is not null as drained
                from node where name = @name for update
                """, new { name }, transaction, cancellationToken: cancellationToken))
                ?? throw new EngineException("not-found", $"There is no node '{name}'. './platform status' lists them; a process that is started anew has another name.");
            if (decide(node) is not { } change)
                return false;
            await connection.ExecuteAsync(new CommandDefinition($"{change}; insert into node_action (node, action, by) values (@name, @action, @by)", new { name, action, by }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        // One that takes tasks again looks at the queue now instead of at its next poll.
        if (action == "resume")
            await EngineSignals.SendAsync(connection, [], ready: true, cancellationToken);
        return true;
    }

    private static void Refuse(bool refused, string why)
    {
        if (refused)
            throw new EngineException("conflict", why);
    }

    private sealed record Row
    {
        public required bool Alive { get; init; }

        public required double Silent { get; init; }

        public required bool Stopping { get; init; }

        public required int Concurrency { get; init; }

        public required bool Drained { get; init; }
    }
}

/// <summary>Something that was done to a node.</summary>
public sealed record NodeActionRow
{
    public required DateTimeOffset At { get; init; }

    public required string Node { get; init; }

    /// <summary><c>drain</c>, <c>resume</c> or <c>remove</c>.</summary>
    public required string Action { get; init; }

    public required string By { get; init; }
}
