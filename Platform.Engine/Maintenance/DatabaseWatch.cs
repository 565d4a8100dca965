using Dapper;
using Microsoft.Extensions.Logging;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Looks at the database as the engine needs it: the queue, dead rows and who keeps them, the outbox, connections. Says in the log when a threshold is passed, and when it is well again.</summary>
public sealed partial class DatabaseWatch(Database database, ILogger log, WatchThresholds? thresholds = null)
{
    private readonly WatchThresholds _thresholds = thresholds ?? new WatchThresholds();
    private HashSet<string> _warned = [];

    /// <summary>What the last look saw; null before the first.</summary>
    public DatabaseStatus? Last { get; private set; }

    /// <summary>Looks, and warns of what was not so the time before.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var status = await ReadAsync(cancellationToken);
        Last = status;
        EngineTelemetry.Saw(status);
        var warnings = _thresholds.Judge(status);
        foreach (var warning in warnings.Where(w => !_warned.Contains(w.Key)))
            LogWarning(warning.Text);
        var now = warnings.Select(w => w.Key).ToHashSet();
        foreach (var over in _warned.Where(w => !now.Contains(w)))
            LogOver(over);
        _warned = now;
    }

    /// <summary>Looks once. Costs some milliseconds, whatever the history holds: sizes and numbers of rows are the server's own estimates.</summary>
    public async Task<DatabaseStatus> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var whole = await connection.QuerySingleAsync<WholeRow>(Command("""
            select now() as at,
                (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as connections,
                (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int) as most_connections,
                pg_database_size(current_database()) as bytes,
                (select n_live_tup from pg_stat_user_tables where relid = 'run'::regclass) as runs,
                (select n_live_tup from pg_stat_user_tables where relid = 'task_instance'::regclass) as task_instances,
                (select n_live_tup from pg_stat_user_tables where relid = 'outbox'::regclass) as outbox_events
            """));
        var queues = await ListAsync<QueueStatus>("""
            with place as (
                select q.queue, sum(n.concurrency) as places
                from node n cross join lateral unnest(n.queues) as q(queue)
                where n.heartbeat_at > now() - interval '15 seconds' and not n.stopping and n.drained_at is null
                group by q.queue
            ), task as (
                select queue, count(*) filter (where node is null and ready_at <= now()) as ready, count(*) filter (where node is null and ready_at > now()) as later,
                    count(*) filter (where node is not null) as leased, now() - min(ready_at) filter (where node is null and ready_at <= now()) as oldest_ready
                from task_queue group by queue
            )
            select coalesce(t.queue, p.queue) as queue, coalesce(t.ready, 0) as ready, coalesce(t.later, 0) as later, coalesce(t.leased, 0) as leased, t.oldest_ready, coalesce(p.places, 0) as places
            from task t full join place p on p.queue = t.queue
            order by 1
            """);
        var tables = await ListAsync<TableStatus>("""
            select relname as table, n_live_tup as live_rows, n_dead_tup as dead_rows, pg_total_relation_size(relid) as bytes, greatest(last_vacuum, last_autovacuum) as vacuumed_at
            from pg_stat_user_tables
            where schemaname = 'public' and relname in ('task_queue', 'task_instance', 'attempt', 'run', 'outbox', 'workflow', 'node')
            order by relname
            """);
        var pins = await ListAsync<PinStatus>("""
            select kind, name, who, state, since, now() - since as age, transactions, statement from (
                select 'session' as kind, pid::text as name, concat_ws(' ', nullif(application_name, ''), usename, client_addr) as who, coalesce(state, '') as state, xact_start as since,
                    greatest(age(backend_xmin), coalesce(age(backend_xid), 0))::bigint as transactions, left(regexp_replace(coalesce(query, ''), '\s+', ' ', 'g'), 200) as statement
                from pg_stat_activity
                where pid <> pg_backend_pid() and (backend_xmin is not null or backend_xid is not null) and backend_type <> 'autovacuum worker'
                union all
                select 'prepared transaction', gid, owner::text, 'prepared', prepared, age(transaction)::bigint, '' from pg_prepared_xacts
                union all
                select 'replication slot', slot_name::text, coalesce(plugin::text, slot_type), case when active then 'active' else 'not active' end, null, greatest(age(xmin), age(catalog_xmin))::bigint, ''
                from pg_replication_slots where xmin is not null or catalog_xmin is not null
            ) p
            where since < now() - interval '1 second' or since is null
            order by since nulls first
            limit 10
            """);
        var readers = await ListAsync<ReaderStatus>("""
            select c.name as reader, coalesce(b.behind, 0) as behind, b.oldest, (select count(*) from outbox_failures f where f.consumer = c.name) as set_aside
            from outbox_consumers c
            cross join lateral (select count(*) as behind, now() - min(created_at) as oldest from outbox o where (o.transaction_id, o.id) > (c.transaction_id, c.id)) b
            order by c.name
            """);
        return new DatabaseStatus
        {
            At = whole.At,
            Queues = queues,
            HotTables = tables,
            Pins = pins,
            Readers = readers,
            OutboxEvents = whole.OutboxEvents,
            Connections = whole.Connections,
            MostConnections = whole.MostConnections,
            Bytes = whole.Bytes,
            Runs = whole.Runs,
            TaskInstances = whole.TaskInstances,
        };

        CommandDefinition Command(string sql) => new(sql, commandTimeout: 60, cancellationToken: cancellationToken);

        async Task<IReadOnlyList<T>> ListAsync<T>(string sql) => (await connection.QueryAsync<T>(Command(sql))).AsList();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Well again: {Key}")]
    private partial void LogOver(string key);

    private sealed record WholeRow
    {
        public required DateTimeOffset At { get; init; }

        public required int Connections { get; init; }

        public required int MostConnections { get; init; }

        public required long Bytes { get; init; }

        public required long Runs { get; init; }

        public required long TaskInstances { get; init; }

        public required long OutboxEvents { get; init; }
    }
}
