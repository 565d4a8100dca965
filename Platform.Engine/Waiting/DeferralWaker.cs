using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Waiting;

/// <summary>Takes deferred instances that are due back to the queue: one look at one index, however many wait. Events wake theirs in the transaction that signals them.</summary>
internal sealed class DeferralWaker(Database database, RunChanges changes, Notifications notifications)
{
    private const int Most = 500;

    /// <summary>Wakes what is due.</summary>
    public async Task WakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        while (true)
        {
            await using var batch = new SqlBatch(connection, null);
            Deferrals.AddWakeDue(batch, Most);
            var runs = new List<long>();
            await using (var reader = await batch.ReadAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                    runs.Add(reader.GetInt64(0));
            }
            if (runs.Count > 0)
            {
                changes.Add(runs);
                notifications.Send(EngineSignals.Ready);
            }
            if (runs.Count < Most)
                return;
        }
    }

    /// <summary>Deletes events that came long ago: who waits for one has had it.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, null);
        batch.Add("delete from signal where at < now() - interval '30 days'");
        await batch.ExecuteAsync(cancellationToken);
    }
}
