using Npgsql;
using Platform.Postgres;

namespace Platform.Engine.Queue;

/// <summary>What an exchange with the queue brought.</summary>
/// <param name="Claimed">Tasks that this node now holds the lease of.</param>
/// <param name="Changed">Runs whose tasks moved.</param>
/// <param name="Accepted">Fencing numbers of the ends that were written; the others had lost their lease and wrote nothing.</param>
/// <param name="Released">Queues into which tasks were released; null stands for queues of runs that were started.</param>
internal sealed record Exchange(IReadOnlyList<ClaimedTask> Claimed, IReadOnlyCollection<long> Changed, IReadOnlySet<long> Accepted, IReadOnlySet<string?> Released);

/// <summary>
/// Ends attempts and claims tasks in one transaction: the results, what is released or skipped downstream, the ends of runs, the events, the runs that may start now, and the next tasks.
/// If the process dies before the commit, nothing has happened and the leases run out; if it dies behind it, everything has.
/// </summary>
internal sealed class AttemptStore(Database database, RunLedger ledger, RunStart runStart)
{
    private const string Begin = "begin isolation level read committed";

    /// <summary>Writes the ends and claims tasks.</summary>
    /// <param name="ends">Attempts that ended, of any number of runs.</param>
    /// <param name="claim">What to claim; null claims nothing.</param>
    /// <param name="cancellationToken">Stops waiting; the caller then does not know whether it was committed, and repeating it is safe because the leases are compared.</param>
    public async Task<Exchange> ExchangeAsync(IReadOnlyList<AttemptEnd> ends, ClaimRequest? claim, CancellationToken cancellationToken)
    {
        // Begin and commit go with the statements, which saves a way there and back; whatever throws between them is rolled back when the connection is given back.
        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        var accepted = new HashSet<long>();
        var changed = new HashSet<long>();
        IReadOnlyList<ClaimedTask> claimed = [];
        var released = new HashSet<string?>();

        var ended = new List<(ActiveRun Run, DateTimeOffset At)>();
        var promote = new SortedSet<string>(StringComparer.Ordinal);
        await using var writes = new SqlBatch(connection, null);
        if (ends.Count == 0)
        {
            writes.Add(Begin);
        }
        else
        {
            var (runs, owned, now, waiting) = await LockAsync(connection, ends, cancellationToken);
            var written = new AttemptWrites();
            foreach (var end in ends)
            {
                if (owned.TryGetValue(end.Task.AttemptId, out var stopping) && accepted.Add(end.Task.AttemptId))
                    written.Add(runs[end.Task.RunId], end, stopping, now);
            }
            if (accepted.Count > 0)
            {
                foreach (var run in runs.Values)
                    run.Settle();
                var children = runs.Values.Where(r => r is { Ends: true, Kind: RunKinds.Workflow }).Select(r => Signals.RunEnded(r.Id)).ToList();
                Signals.AddLocks(writes, [.. written.Events, .. children]);
                written.AddTo(writes);
                RunLedger.AddWrites(writes, runs.Values, now);
                ended.AddRange(runs.Values.Where(r => r.Ends).Select(r => (r, now)));
                changed.UnionWith(runs.Keys);
                released.UnionWith(runs.Values.SelectMany(r => r.Released.Where(m => m.State == TaskStates.Queued).Select(m => r.Version.Graph!.Find(m.TaskId)!.Queue)));
                if (written.Requeued || children.Count > 0)
                    released.Add(null);
                foreach (var run in runs.Values.Where(r => r.Ends && waiting.Contains(r.Version.Workflow)))
                    promote.Add(run.Version.Workflow);
            }
        }

        if (claim is { Room: > 0 } || promote.Count > 0)
        {
            // One statement locks every limit that this transaction will count, in name order: two of them could wait for each other in a circle.
            if (claim is { Room: > 0 })
                TaskClaim.AddLocks(writes, claim, [.. promote]);
            else
                RunStart.AddLocks(writes, [.. promote]);
        }
        if (promote.Count > 0)
        {
            await writes.ExecuteAsync(cancellationToken);
            var started = await runStart.StartQueuedAsync(connection, null, [.. promote], cancellationToken);
            changed.UnionWith(started);
            if (started.Count > 0)
                released.Add(null);
        }

        await using var last = promote.Count > 0 ? new SqlBatch(connection, null) : writes;
        if (claim is { Room: > 0 })
        {
            TaskClaim.AddClaim(last, claim);
            last.Add("commit");
            await using var reader = await last.ReadAsync(cancellationToken);
            // Only the locks and the claim return rows; the claim is the last.
            var columns = reader.FieldCount;
            while (columns != TaskClaim.Columns && await reader.NextResultAsync(cancellationToken))
                columns = reader.FieldCount;
            claimed = await TaskClaim.ReadAsync(reader, cancellationToken);
            changed.UnionWith(claimed.Select(c => c.RunId));
            // To the end, so that a commit that failed is heard of.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }
        else
        {
            last.Add("commit");
            await last.ExecuteAsync(cancellationToken);
        }
        foreach (var (run, at) in ended)
            EngineTelemetry.RunEnded(run, at);
        return new Exchange(claimed, changed, accepted, released);
    }

    private async Task<(SortedDictionary<long, ActiveRun> Runs, Dictionary<long, bool> Owned, DateTimeOffset Now, HashSet<string> Waiting)> LockAsync(
        NpgsqlConnection connection, IReadOnlyList<AttemptEnd> ends, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, null);
        batch.Add(Begin);
        RunLedger.AddRead(batch, [.. ends.Select(e => e.Task.RunId).Distinct()]);
        // Which of the leases still hold: whoever took a task over has given its row another number.
        batch.Add("""
            select q.attempt_id, q.cancel_requested, now()
            from task_queue q
            join unnest($1::bigint[], $2::bigint[], $3::bool[]) as e(id, attempt_id, only_if_expired) on q.id = e.id and q.attempt_id = e.attempt_id
            where not e.only_if_expired or q.leased_until < clock_timestamp()
            order by q.id
            for update of q
            """,
            ends.Select(e => e.Task.QueueId).ToArray(), ends.Select(e => e.Task.AttemptId).ToArray(), ends.Select(e => e.OnlyIfExpired).ToArray());
        batch.Add("""
            select w.workflow from unnest($1::text[]) w(workflow) where exists (select from run r where r.workflow = w.workflow and r.state = 'queued')
            """, ends.Select(e => e.Task.Workflow).Distinct().ToArray());

        await using var reader = await batch.ReadAsync(cancellationToken);
        var runs = await ledger.ReadAsync(reader, cancellationToken);
        var owned = new Dictionary<long, bool>();
        var now = default(DateTimeOffset);
        while (await reader.ReadAsync(cancellationToken))
        {
            owned[reader.GetInt64(0)] = reader.GetBoolean(1);
            now = reader.GetFieldValue<DateTimeOffset>(2);
        }
        await reader.NextResultAsync(cancellationToken);
        var waiting = new HashSet<string>();
        while (await reader.ReadAsync(cancellationToken))
            waiting.Add(reader.GetString(0));
        return (runs, owned, now, waiting);
    }
}
