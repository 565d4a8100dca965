using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Events;

namespace Platform.Engine.Maintenance;

/// <summary>
/// Deletes what is older than it is kept, in small committed batches that hold no lock for long: ended runs with their instances and attempts, events that every reader has, log lines by dropping whole days.
/// What is open is never touched, however old. Makes the log's partitions ahead of time, and writes down what was pruned so that nobody takes it for lost.
/// </summary>
internal sealed partial class Pruning(Database database, NodeOptions options, ILogger log)
{
    private const int RunsInBatch = 200;
    private const int RunsInLook = 2_000;
    private const int LinesInBatch = 5_000;
    private const int DaysAhead = 3;

    // Any numbers; two nodes must not make the same partition at once, nor prune the same runs.
    private const long PartitionLock = 0x504C4154_4C4F4753;
    private const long PruneLock = 0x504C4154_5052554E;

    /// <summary>Prunes once.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await PartitionAsync(connection, cancellationToken);
        if (!await connection.QuerySingleAsync<bool>(new CommandDefinition("select pg_try_advisory_lock(@PruneLock)", new { PruneLock }, cancellationToken: cancellationToken)))
            return;
        try
        {
            if (options.Retention is { } runs)
                await NoteAsync(connection, "runs", runs, await PruneRunsAsync(connection, runs, cancellationToken), cancellationToken);
            if (options.LogRetention is { } lines)
                await NoteAsync(connection, "logs", lines, await PruneLinesAsync(connection, lines, cancellationToken), cancellationToken);
            if (options.EventRetention is { } events)
                await NoteAsync(connection, "events", events, await Outbox.PruneAsync(database.DataSource, events, cancellationToken), cancellationToken);
            await PruneTracesAsync(connection, cancellationToken);
        }
        finally
        {
            // A closed connection has lost the lock with its session.
            if (connection.FullState == System.Data.ConnectionState.Open)
                await connection.ExecuteAsync("select pg_advisory_unlock(@PruneLock)", new { PruneLock });
        }
    }

    /// <summary>Walks the runs from the oldest, and stops at the first look whose runs are all younger: ids grow with time, so what is kept is not read.</summary>
    private static async Task<long> PruneRunsAsync(NpgsqlConnection connection, TimeSpan kept, CancellationToken cancellationToken)
    {
        long total = 0;
        long after = 0;
        while (true)
        {
            var look = (await connection.QueryAsync<(long Id, bool Old, bool Ended)>(new CommandDefinition("""
                select id, queued_at < now() - @kept, state in ('success', 'failed', 'canceled') and ended_at < now() - @kept
                from run where id > @after order by id limit @RunsInLook
                """, new { kept, after, RunsInLook }, cancellationToken: cancellationToken))).AsList();
            if (look.Count == 0)
                return total;
            after = look[^1].Id;
            foreach (var batch in look.Where(r => r.Ended).Select(r => r.Id).Chunk(RunsInBatch))
                // Locked and looked at again: somebody may have cleared one of them in between.
                total += await connection.ExecuteAsync(new CommandDefinition("""
                    with old as (
                        select id, workflow, interval_start from run
                        where id = any(@batch) and state in ('success', 'failed', 'canceled') and ended_at < now() - @kept
                        for update skip locked
                    ), intervals as (
                        delete from run_interval i using old where i.workflow = old.workflow and i.interval_start = old.interval_start and i.run_id = old.id
                    )
                    delete from run r using old where r.id = old.id
                    """, new { batch, kept }, cancellationToken: cancellationToken));
            if (!look.Any(r => r.Old))
                return total;
        }
    }

    /// <summary>Lines that are in no day's partition.</summary>
    private static async Task<long> PruneLinesAsync(NpgsqlConnection connection, TimeSpan kept, CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            var deleted = await connection.ExecuteAsync(new CommandDefinition("""
                delete from log_line_default where ctid = any(array(select ctid from log_line_default where at < now() - @kept limit @LinesInBatch))
                """, new { kept, LinesInBatch }, cancellationToken: cancellationToken));
            total += deleted;
            if (deleted < LinesInBatch)
                return total;
        }
    }

    /// <summary>What nothing refers to any more: backfills without runs, versions of files that were run once, processes of long ago, audits of last year.</summary>
    private async Task PruneTracesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("delete from node where heartbeat_at < now() - interval '7 days'", cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("delete from node_action where at < now() - interval '400 days'", cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("delete from node_session where seen_at < now() - interval '60 days'", cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("delete from workflow_pause where resumed_at < now() - interval '400 days'", cancellationToken: cancellationToken));
        // An interval that was written again is told by its newest write; the first ones say for a while how long after its end an interval is there.
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from asset_write w
            where w.at < now() - interval '60 days' and exists (
                select from asset_write n
                where n.asset = w.asset and n.interval_end = w.interval_end and n.interval_start = w.interval_start
                  and (n.version > w.version or (n.version is not distinct from w.version and n.id > w.id)))
            """, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("delete from audit where at < now() - interval '400 days'", cancellationToken: cancellationToken));
        if (options.Retention is not { } kept)
            return;
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from backfill b where b.created_at < now() - @kept and not exists (select from run r where r.backfill_id = b.id)
            """, new { kept }, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("""
            delete from workflow_version v
            where v.origin = 'run' and v.created_at < now() - @kept
              and not exists (select from run r where r.workflow = v.workflow and r.version = v.version)
              and not exists (select from backfill b where b.workflow = v.workflow and b.version = v.version)
              and exists (select from workflow_version o where o.workflow = v.workflow and o.version > v.version)
            """, new { kept }, cancellationToken: cancellationToken));
    }

    private async Task NoteAsync(NpgsqlConnection connection, string what, TimeSpan kept, long rows, CancellationToken cancellationToken)
    {
        if (rows == 0)
            return;
        LogPruned(rows, what);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into pruned as p (what, before, row_count) values (@what, now() - @kept, @rows)
            on conflict (what) do update set before = greatest(p.before, excluded.before), row_count = p.row_count + excluded.row_count, at = now()
            """, new { what, kept, rows }, cancellationToken: cancellationToken));
    }

    private async Task PartitionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.QuerySingleAsync<bool>(new CommandDefinition("select pg_try_advisory_xact_lock(@PartitionLock)", new { PartitionLock }, transaction, cancellationToken: cancellationToken)))
            return;
        // Making and dropping a partition locks the whole log for a moment. Whoever reads it for long is not waited for: writers would queue up behind us.
        await connection.ExecuteAsync(new CommandDefinition("set local lock_timeout = '2s'", transaction: transaction, cancellationToken: cancellationToken));
        var today = await connection.QuerySingleAsync<DateOnly>(new CommandDefinition("select (now() at time zone 'utc')::date", transaction: transaction, cancellationToken: cancellationToken));
        var existing = (await connection.QueryAsync<string>(new CommandDefinition(
            "select c.relname::text from pg_inherits h join pg_class c on c.oid = h.inhrelid where h.inhparent = 'log_line'::regclass", transaction: transaction, cancellationToken: cancellationToken))).ToHashSet();
        for (var day = today.AddDays(1); day <= today.AddDays(DaysAhead); day = day.AddDays(1))
        {
            // Only days to come: the default partition then holds no line of theirs, which would refuse the new one.
            if (!existing.Contains(Name(day)))
                await connection.ExecuteAsync(new CommandDefinition($"create table {Name(day)} partition of log_line for values from ('{day:yyyy-MM-dd} 00:00+00') to ('{day.AddDays(1):yyyy-MM-dd} 00:00+00')", transaction: transaction, cancellationToken: cancellationToken));
        }
        if (options.LogRetention is { } kept)
        {
            var oldest = Name(today.AddDays(-(int)Math.Ceiling(kept.TotalDays)));
            foreach (var old in existing.Where(n => n != "log_line_default" && string.CompareOrdinal(n, oldest) < 0))
                await connection.ExecuteAsync(new CommandDefinition($"drop table {old}", transaction: transaction, cancellationToken: cancellationToken));
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Name(DateOnly day) => $"log_line_{day:yyyyMMdd}";

    [LoggerMessage(Level = LogLevel.Information, Message = "Pruned {Rows} of {What}")]
    private partial void LogPruned(long rows, string what);
}
