using System.Text.Json;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows;

namespace Platform.Engine.Notices;

/// <summary>Marks runs that are not done by their deadline, once, and tells those whom their workflow names. The run goes on.</summary>
internal sealed class LateRuns(Database database, WorkflowDefinitions definitions, RunChanges changes)
{
    private const int Most = 100;

    /// <summary>Marks what is late.</summary>
    public async Task MarkAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var find = new SqlBatch(connection, transaction);
        find.Add("""
            select id from run where state = 'running' and deadline_at < now() and late_at is null order by deadline_at limit $1 for no key update skip locked
            """, Most);
        var ids = new List<long>();
        await using (var reader = await find.ReadAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                ids.Add(reader.GetInt64(0));
        }
        if (ids.Count == 0)
            return;

        await using var read = new SqlBatch(connection, transaction);
        RunLedger.AddRead(read, [.. ids]);
        read.Add("select now()");
        SortedDictionary<long, ActiveRun> runs;
        DateTimeOffset now;
        await using (var reader = await read.ReadAsync(cancellationToken))
        {
            runs = await new RunLedger(definitions).ReadAsync(reader, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            now = reader.GetFieldValue<DateTimeOffset>(0);
        }
        await using var writes = new SqlBatch(connection, transaction);
        writes.Add("update run set late_at = now() where id = any($1)", ids.ToArray());
        var notices = new List<Notice>();
        var late = new List<ActiveRun>();
        foreach (var run in runs.Values)
        {
            late.Add(run);
            var definition = run.Version.Definition;
            var error = $"It is not done {Duration.Format(definition?.Deadline ?? TimeSpan.Zero)} after its start.";
            notices.AddRange((definition?.OnFailure ?? []).Select(to => new Notice(run, Notice.RunLate, to, Error: error)));
        }
        writes.Add("insert into outbox (type, key, payload) select 'run.late', e.key, e.payload::jsonb from unnest($1::text[], $2::text[]) as e(key, payload)",
            late.Select(r => $"run/{r.Id}").ToArray(), late.Select(r => JsonSerializer.Serialize(new { run_id = r.Id, workflow = r.Version.Workflow, late_at = now.UtcDateTime })).ToArray());
        Notice.Add(writes, notices, now);
        await writes.ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Add(ids);
    }
}
