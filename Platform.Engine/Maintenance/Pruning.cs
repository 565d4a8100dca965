using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Engine.Maintenance;

/// <summary>Deletes what is older than it is kept: ended runs with their instances and attempts in small committed batches, log lines by dropping whole days. Makes the log's partitions ahead of time.</summary>
internal sealed class Pruning(Database database, NodeOptions options)
{
    private const int RunsInBatch = 200;
    private const int DaysAhead = 3;

    // Any number; two nodes must not make the same partition at once.
    private const long PartitionLock = 0x504C4154_4C4F4753;

    /// <summary>Prunes once.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await PartitionAsync(connection, cancellationToken);
        if (options.Retention is { } kept)
            await PruneRunsAsync(connection, kept, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("delete from node where heartbeat_at < now() - interval '7 days'", cancellationToken: cancellationToken));
    }

    private static async Task PruneRunsAsync(NpgsqlConnection connection, TimeSpan kept, CancellationToken cancellationToken)
    {
        while (true)
        {
            var pruned = await connection.ExecuteAsync(new CommandDefinition("""
                with old as (
                    select id from run
                    where ended_at < now() - @kept
                    order by id limit @RunsInBatch
                    for update skip locked
                ), intervals as (
                    delete from run_interval i using run r, old where r.id = old.id and i.workflow = r.workflow and i.interval_start = r.interval_start and i.run_id = r.id
                )
                delete from run r using old where r.id = old.id
                """, new { kept, RunsInBatch }, cancellationToken: cancellationToken));
            if (pruned < RunsInBatch)
                return;
        }
    }

    private async Task PartitionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.QuerySingleAsync<bool>(new CommandDefinition("select pg_try_advisory_xact_lock(@PartitionLock)", new { PartitionLock }, transaction, cancellationToken: cancellationToken)))
            return;
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
            await connection.ExecuteAsync(new CommandDefinition("delete from log_line_default where at < now() - @kept", new { kept }, transaction, cancellationToken: cancellationToken));
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Name(DateOnly day) => $"log_line_{day:yyyyMMdd}";
}
