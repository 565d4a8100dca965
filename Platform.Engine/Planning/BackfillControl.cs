using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Planning;

/// <summary>Ends backfills (<see cref="RunCommands.BackfillAsync"/>) before their time. <see cref="History.BackfillQueries"/> tells how far they are.</summary>
public sealed class BackfillControl(Database database, WorkflowDefinitions definitions)
{
    // Queued runs that are ended in one transaction.
    private const int Batch = 500;

    private readonly RunLedger _ledger = new(definitions);
    private readonly RunControl _control = new(database, definitions);

    /// <summary>Ends a backfill: its queued runs are canceled at once, its running ones are asked to stop. One whose runs have all ended stays as it is.</summary>
    /// <returns>How many runs were canceled or asked to stop.</returns>
    /// <exception cref="EngineException">There is none (<c>not-found</c>).</exception>
    public async Task<int> CancelAsync(long id, string by, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            var known = await connection.ExecuteAsync(new CommandDefinition(
                "update backfill b set canceled_at = coalesce(canceled_at, now()), canceled_by = coalesce(canceled_by, @by) where id = @id and exists (select 1 from run r where r.backfill_id = b.id and r.state in ('queued', 'running'))",
                new { id, by }, cancellationToken: cancellationToken));
            if (known == 0 && await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select exists (select 1 from backfill where id = @id)", new { id }, cancellationToken: cancellationToken)))
                return 0;
            if (known == 0)
                throw new EngineException("not-found", $"There is no backfill {id}. './platform backfill list' lists them.");
        }
        // The queued ones first, so that none of them gets the place of a running one that stops.
        var canceled = 0;
        while (await CancelQueuedAsync(id, by, cancellationToken) is var some and > 0)
            canceled += some;
        List<long> running;
        await using (var connection = await database.OpenAsync(cancellationToken))
            running = (await connection.QueryAsync<long>(new CommandDefinition("select id from run where backfill_id = @id and state in ('queued', 'running') order by id", new { id }, cancellationToken: cancellationToken))).AsList();
        foreach (var run in running)
        {
            if (await _control.StopAsync(run, RunStates.Canceled, by, null, cancellationToken))
                canceled++;
        }
        return canceled;
    }

    private async Task<int> CancelQueuedAsync(long id, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(
            "select id from run where backfill_id = @id and state = 'queued' order by id limit @Batch for no key update", new { id, Batch }, transaction, cancellationToken: cancellationToken))).ToArray();
        if (ids.Length == 0)
            return 0;
        await using var read = new SqlBatch(connection, transaction);
        RunLedger.AddRead(read, ids);
        read.Add("select now()");
        DateTimeOffset now;
        IReadOnlyList<ActiveRun> runs;
        await using (var reader = await read.ReadAsync(cancellationToken))
        {
            runs = [.. (await _ledger.ReadAsync(reader, cancellationToken)).Values];
            await reader.ReadAsync(cancellationToken);
            now = reader.GetFieldValue<DateTimeOffset>(0);
        }
        foreach (var run in runs)
            run.State = RunStates.Canceled;
        await using var writes = new SqlBatch(connection, transaction);
        writes.Add("""
            update run set state = 'canceled', stop_state = 'canceled', cancel_requested_at = now(), canceled_by = $2, ended_at = now(), task_counts = '{}' where id = any($1)
            """, ids, by);
        writes.Add("insert into outbox (type, key, payload) select 'run.ended', e.key, e.payload::jsonb from unnest($1::text[], $2::text[]) as e(key, payload)",
            runs.Select(r => $"run/{r.Id}").ToArray(), runs.Select(r => EngineEvents.RunEnded(r, now)).ToArray());
        await writes.ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, ids, ready: false, cancellationToken);
        return ids.Length;
    }
}
