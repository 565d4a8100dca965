using Dapper;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Reads what people who run the platform look at beside <see cref="DatabaseWatch"/>: leases, statements that take long, the largest tables, events that a reader could not take.</summary>
public sealed class OperationsQueries(Database database)
{
    private const int MostLeases = 500;
    private const int MostTables = 15;
    private const int MostStatements = 20;
    private const int MostEvents = 100;

    /// <summary>Tasks that run, the lease that ends first first; 500 at most.</summary>
    public Task<IReadOnlyList<LeaseRow>> LeasesAsync(CancellationToken cancellationToken) => ListAsync<LeaseRow>("""
        select q.node, q.run_id, q.workflow, q.task_id, q.map_index, q.queue, q.number, q.pool, a.started_at, q.leased_until, q.cancel_requested
        from task_queue q left join attempt a on a.id = q.attempt_id
        where q.node is not null
        order by q.leased_until, q.id limit @most
        """, new { most = MostLeases }, cancellationToken);

    /// <summary>Statements in this database that have run for a second or longer, the longest first. Their texts may name data: they are for administrators.</summary>
    public Task<IReadOnlyList<StatementRow>> StatementsAsync(CancellationToken cancellationToken) => ListAsync<StatementRow>("""
        select pid, concat_ws(' ', nullif(application_name, ''), usename, client_addr) as who, now() - query_start as age, case when wait_event_type = 'Lock' then 'lock' else lower(wait_event_type) end as waits_for,
            left(regexp_replace(query, '\s+', ' ', 'g'), 300) as statement
        from pg_stat_activity
        where datname = current_database() and state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend' and query_start < now() - interval '1 second'
        order by query_start limit @most
        """, new { most = MostStatements }, cancellationToken);

    /// <summary>The largest tables with what vacuum has left in them; sizes and rows are the server's own estimates.</summary>
    public Task<IReadOnlyList<TableStatus>> LargestAsync(CancellationToken cancellationToken) => ListAsync<TableStatus>("""
        select case when schemaname = 'public' then relname else schemaname || '.' || relname end as table, n_live_tup as live_rows, n_dead_tup as dead_rows, pg_total_relation_size(relid) as bytes,
            greatest(last_vacuum, last_autovacuum) as vacuumed_at
        from pg_stat_user_tables
        order by pg_total_relation_size(relid) desc, 1 limit @most
        """, new { most = MostTables }, cancellationToken);

    /// <summary>Events that a reader failed on again and again and that were set aside, newest first; 100 at most.</summary>
    public Task<IReadOnlyList<SetAsideRow>> SetAsideAsync(CancellationToken cancellationToken) => ListAsync<SetAsideRow>("""
        select consumer as reader, type, key, error, failed_at from outbox_failures order by failed_at desc, id desc limit @most
        """, new { most = MostEvents }, cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A task that a worker holds.</summary>
public sealed record LeaseRow
{
    public required string Node { get; init; }

    public required long RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TaskId { get; init; }

    /// <summary>-1 where it is not mapped.</summary>
    public required int MapIndex { get; init; }

    public required string Queue { get; init; }

    /// <summary>Number of the attempt.</summary>
    public required int Number { get; init; }

    /// <summary>Null where it needs none.</summary>
    public required string? Pool { get; init; }

    /// <summary>When the attempt began; null for a moment after the claim.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Until when the worker holds it without saying so again; afterwards another takes it.</summary>
    public required DateTimeOffset LeasedUntil { get; init; }

    /// <summary>Whether somebody asked for its end.</summary>
    public required bool CancelRequested { get; init; }
}

/// <summary>A statement that takes long.</summary>
public sealed record StatementRow
{
    /// <summary>Process of the database server.</summary>
    public required int Pid { get; init; }

    /// <summary>How the program calls itself, with user and address.</summary>
    public required string Who { get; init; }

    /// <summary>How long it has run.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>What it waits for (<c>lock</c>, <c>io</c> …); null where it works.</summary>
    public required string? WaitsFor { get; init; }

    /// <summary>Its first 300 characters.</summary>
    public required string Statement { get; init; }
}

/// <summary>An event that was set aside.</summary>
public sealed record SetAsideRow
{
    /// <summary>Who could not take it.</summary>
    public required string Reader { get; init; }

    public required string Type { get; init; }

    /// <summary>What it is about: the run and the task.</summary>
    public required string Key { get; init; }

    /// <summary>Why not.</summary>
    public required string Error { get; init; }

    public required DateTimeOffset FailedAt { get; init; }
}
