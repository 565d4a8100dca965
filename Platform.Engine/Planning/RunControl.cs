using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>Stops runs and tasks and runs them again, under the run's lock.</summary>
internal sealed class RunControl(Database database, WorkflowDefinitions definitions)
{
    private readonly RunLedger _ledger = new(definitions);
    private readonly RunStart _start = new(definitions, new RunLedger(definitions));

    /// <summary>Asks for the end of a run. It ends at once where nothing runs, otherwise with the end of its last attempt.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stopState">The state that it takes: <c>canceled</c>, or <c>failed</c> for a time-out.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="note">One sentence for people, or null.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    public async Task<bool> StopAsync(long runId, string stopState, string by, string? note, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, now) = await LockAsync(connection, transaction, runId, cancellationToken);
        if (RunStates.Ended.Contains(run.State) || run.StopState is not null)
            return false;

        var started = run.State == RunStates.Running;
        run.StopState = stopState;
        run.Note = note;
        await connection.ExecuteAsync(new CommandDefinition("""
            update run set stop_state = @stopState, cancel_requested_at = now(), canceled_by = @by, note = coalesce(@note, note) where id = @runId;
            """, new { runId, stopState, by, note }, transaction, cancellationToken: cancellationToken));
        if (!started)
        {
            // Nothing of it was started: only the row ends.
            await using var end = new SqlBatch(connection, transaction);
            end.Add("update run set state = $2, ended_at = now(), task_counts = '{}' where id = $1", runId, stopState);
            run.State = stopState;
            if (run.Kind != RunKinds.Preview)
                end.Add("insert into outbox (type, key, payload) values ('run.ended', $1, $2::jsonb)", $"run/{runId}", EngineEvents.RunEnded(run, now));
            if (run.Kind == RunKinds.Workflow)
                Signals.Add(end, [Signals.RunEnded(runId)], ["{}"]);
            await end.ExecuteAsync(cancellationToken);
        }
        else
        {
            await StopInstancesAsync(connection, transaction, run, null, null, cancellationToken);
            await FinishAsync(connection, transaction, run, now, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken, cancel: true);
        return true;
    }

    /// <summary>Asks for the end of a task's instances.</summary>
    public async Task<int> CancelTaskAsync(long runId, string taskId, int? mapIndex, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, now) = await LockAsync(connection, transaction, runId, cancellationToken);
        if (run.State != RunStates.Running)
            return 0;
        var canceled = await StopInstancesAsync(connection, transaction, run, (taskId, mapIndex), $"Canceled by {by}.", cancellationToken);
        await FinishAsync(connection, transaction, run, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken, cancel: true);
        return canceled;
    }

    /// <summary>Takes tasks back to waiting in a new generation, and the run to queued.</summary>
    public async Task<IReadOnlyList<string>> ClearAsync(ClearRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, _) = await LockAsync(connection, transaction, request.RunId, cancellationToken);
        var cleared = await ClearAsync(connection, transaction, run, request, cancellationToken);
        if (request.DryRun || cleared.Count == 0)
            return cleared;
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [run.Id], ready: true, cancellationToken);
        return cleared;
    }

    /// <summary>The same in the caller's transaction, which holds the run's lock; the caller commits and tells.</summary>
    internal async Task<IReadOnlyList<string>> ClearAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, ClearRequest request, CancellationToken cancellationToken)
    {
        if (run.Version.Graph is not { } graph)
            throw new EngineException("invalid-workflow", run.Version.Broken!);
        if (run.State == RunStates.Queued)
            return [];
        if (RunStates.Ended.Contains(run.State) && await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select retired_at is not null from workflow where name = @Workflow", new { run.Version.Workflow }, transaction, cancellationToken: cancellationToken)))
            throw WorkflowRemoval.Refused(run.Version.Workflow);
        if (run.State == RunStates.Running && run.StopState is not null)
            throw new EngineException("conflict", $"Run {run.Id} is stopping. Clear it when it has stopped.");
        if (request.TaskIds?.FirstOrDefault(id => graph.Find(id) is null) is { } unknown)
            throw new EngineException("not-found", $"Workflow '{run.Version.Workflow}' has no task '{unknown}' in version {run.Version.Version}. It has {string.Join(", ", graph.Ordered.Select(t => $"'{t.Id}'"))}.");

        var progress = run.Progress!;
        var named = request.TaskIds?.ToList();
        foreach (var group in request.Groups)
        {
            var inside = graph.InGroup(group);
            if (inside.Count == 0)
                throw new EngineException("not-found", $"Workflow '{run.Version.Workflow}' has no group '{group}' in version {run.Version.Version}. {Groups(graph)}");
            (named ??= []).AddRange(inside);
        }
        var chosen = (named ?? [.. graph.Ordered.Select(t => t.Id)]).Where(id => !request.OnlyFailed || progress[id].Unsuccessful > 0);
        var tasks = graph.WithSetups(request.Downstream ? graph.WithDownstream(chosen) : chosen).ToArray();
        if (tasks.Length == 0)
            return [];
        IReadOnlyList<string> ordered = [.. graph.Ordered.Select(t => t.Id).Where(tasks.Contains)];
        if (request.DryRun)
            return ordered;
        var busy = tasks.FirstOrDefault(id => progress[id][TaskStates.Running] > 0);
        var parameters = request.Params.Count == 0 ? null : await ParametersAsync(connection, transaction, run, request.Params, cancellationToken);

        await using (var free = new SqlBatch(connection, transaction))
        {
            Deferrals.AddEnd(free, run.Id, tasks, null, null);
            free.Add("""
                with gone as (
                    delete from task_queue where run_id = $1 and task_id = any($2) and node is null returning resumes
                )
                update attempt a set state = 'canceled', ended_at = now(), error_kind = 'canceled' from gone g where a.id = g.resumes
                """, run.Id, tasks);
            // What a worker took at this very moment shows only now.
            free.Add("select task_id from task_queue where run_id = $1 and task_id = any($2) limit 1", run.Id, tasks);
            await using var reader = await free.ReadAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
                busy = reader.GetString(0);
        }
        if (busy is not null)
            throw new EngineException("conflict", $"Task '{busy}' of run {run.Id} runs at this moment. Cancel it first, or clear it when it has ended.");

        await using (var batch = new SqlBatch(connection, transaction))
        {
            if (parameters is not null)
                batch.Add("update run set params = $2::jsonb where id = $1", run.Id, parameters);
            // A mapped task is expanded again: its first instance waits, the others are taken up by the expansion or stay removed.
            // One that follows another keeps its instances where the list of their chain stays as it is.
            var kept = tasks.Where(id => graph.Find(id)!.Map?.Follows is not null && !tasks.Contains(graph.ChainHead(id))).ToArray();
            batch.Add("""
                update task_instance i set
                    state = case when i.task_id = any($3) then (case when i.state = 'removed' then 'removed' else 'none' end) when i.map_index >= 0 then 'removed' else 'none' end,
                    ended_at = case when i.task_id = any($3) then (case when i.state = 'removed' then i.ended_at end) when i.map_index >= 0 then now() end,
                    generation = case when i.state = 'none' then i.generation else i.generation + 1 end, pred_state = null,
                    attempts = 0, queued_at = null, started_at = null, outputs = null, follow = null, error_kind = null, error = null,
                    progress_done = null, progress_total = null, progress_unit = null
                where i.run_id = $1 and i.task_id = any($2)
                """, run.Id, tasks, kept);
            RunLedger.AddChains(batch, run.Id, graph);
            if (run.State != RunStates.Running)
            {
                batch.Add("""
                    update run set state = 'queued', started_at = null, ended_at = null, times_out_at = null, deadline_at = null, late_at = null,
                        stop_state = null, cancel_requested_at = null, canceled_by = null, task_counts = null, note = null
                    where id = $1
                    """, run.Id);
            }
            else
            {
                PastDependencies.AddEnter(batch, run.Id, run.Version.Definition!);
            }
            // Its end is still to come.
            batch.Add("delete from signal where event = $1", Signals.RunEnded(run.Id));
            RunStart.AddLocks(batch, [run.Version.Workflow]);
            await batch.ExecuteAsync(cancellationToken);
        }
        if (run.State == RunStates.Running)
        {
            var (again, now) = await LockAsync(connection, transaction, run.Id, cancellationToken);
            await FinishAsync(connection, transaction, again, now, cancellationToken);
        }
        else
        {
            await _start.StartQueuedAsync(connection, transaction, [run.Version.Workflow], cancellationToken);
        }
        return ordered;
    }

    /// <summary>Lets the tasks of a run go on that need not wait for the run before any more.</summary>
    public async Task ReleasePastAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, now) = await LockAsync(connection, transaction, runId, cancellationToken);
        await using (var batch = new SqlBatch(connection, transaction))
        {
            PastDependencies.AddRelease(batch, runId);
            await batch.ExecuteAsync(cancellationToken);
        }
        await FinishAsync(connection, transaction, run, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken);
    }

    /// <summary>Decides again on a run in which nothing is queued or leased although it runs; a repair that should never find anything.</summary>
    public async Task RepairAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, now) = await LockAsync(connection, transaction, runId, cancellationToken);
        await FinishAsync(connection, transaction, run, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken);
    }

    internal async Task<(ActiveRun Run, DateTimeOffset Now)> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long runId, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, transaction);
        RunLedger.AddRead(batch, [runId]);
        batch.Add("select now()");
        await using var reader = await batch.ReadAsync(cancellationToken);
        var runs = await _ledger.ReadAsync(reader, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        return runs.TryGetValue(runId, out var run) ? (run, now) : throw new EngineException("not-found", $"There is no run {runId}. './platform runs' lists the newest.");
    }

    /// <summary>The run's parameters with some changed, checked as a trigger checks them.</summary>
    private static async Task<string> ParametersAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, IReadOnlyDictionary<string, JsonNode?> changed, CancellationToken cancellationToken)
    {
        var json = await connection.QuerySingleAsync<string>(new CommandDefinition("select params::text from run where id = @Id", new { run.Id }, transaction, cancellationToken: cancellationToken));
        var kept = JsonNode.Parse(json)!.AsObject();
        var given = kept.ToDictionary(p => p.Key, p => p.Value);
        foreach (var (name, value) in changed)
            given[name] = value;
        var bound = ParameterBinder.Bind(run.Version.Definition!.Parameters, given, Environment.CurrentDirectory);
        if (bound.Errors.Count > 0)
            throw new EngineException("bad-input", string.Join(Environment.NewLine, bound.Errors));
        // What nobody changes stays as it is stored, relative paths included.
        return JsonSerializer.Serialize(bound.Values.ToDictionary(v => v.Key, v => changed.ContainsKey(v.Key) || !kept.ContainsKey(v.Key) ? v.Value : kept[v.Key]));
    }

    private static string Groups(RunGraph graph) =>
        graph.Ordered.Select(t => t.Group).OfType<string>().Distinct().ToList() is { Count: > 0 } groups ? $"It has {string.Join(", ", groups.Select(g => $"'{g}'"))}." : "It has no groups.";

    private static async Task<int> StopInstancesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, (string TaskId, int? MapIndex)? only, string? reason, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, transaction);
        // A run that stops lets its teardowns clean up; one of them ends only where it is named.
        var tasks = only is { TaskId: var one } ? [one] : run.Version.Graph?.Ordered.Where(t => t.Role != TaskRole.Teardown).Select(t => t.Id).ToArray();
        Deferrals.AddEnd(batch, run.Id, tasks, only?.MapIndex, reason ?? "The run was stopped.");
        batch.Add("""
            with marked as (
                update task_queue set cancel_requested = true
                where run_id = $1 and ($2::text[] is null or task_id = any($2)) and ($3::int is null or map_index = $3) and node is not null
                returning 1
            ), gone as (
                delete from task_queue
                where run_id = $1 and ($2::text[] is null or task_id = any($2)) and ($3::int is null or map_index = $3) and node is null
                returning run_id, task_id, map_index, resumes
            ), closed as (
                update attempt a set state = 'canceled', ended_at = now(), error_kind = 'canceled' from gone g where a.id = g.resumes
            ), stopped as (
                update task_instance i set state = 'canceled', ended_at = now(), error = coalesce($4::text, 'The run was stopped.'), error_kind = null
                from gone g where i.run_id = g.run_id and i.task_id = g.task_id and i.map_index = g.map_index
                returning i.task_id, i.state
            ), waiting as (
                update task_instance i set state = 'canceled', ended_at = now(), error = $4
                where $5 and i.run_id = $1 and i.task_id = any($2) and ($3::int is null or i.map_index = $3) and i.state = 'none'
                returning i.task_id, i.state
            )
            select (select count(*) from marked)::int + (select count(*) from stopped)::int + (select count(*) from waiting)::int
            """, run.Id, tasks, only?.MapIndex, reason, only is not null);
        var canceled = 0;
        await using (var reader = await batch.ReadAsync(cancellationToken))
        {
            do
            {
                await reader.ReadAsync(cancellationToken);
                canceled += reader.GetInt32(0);
            }
            while (await reader.NextResultAsync(cancellationToken));
        }
        return canceled;
    }

    /// <summary>Reads the states anew, decides what follows, writes it, and starts the runs that get a place.</summary>
    internal async Task FinishAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (run.Version.Graph is { Follows.Count: > 0 } graph)
        {
            await using var chains = new SqlBatch(connection, transaction);
            RunLedger.AddChains(chains, run.Id, graph);
            await chains.ExecuteAsync(cancellationToken);
        }
        var (fresh, _) = await LockAsync(connection, transaction, run.Id, cancellationToken);
        fresh.Note = run.Note;
        fresh.Settle();
        await using var writes = new SqlBatch(connection, transaction);
        RunLedger.AddWrites(writes, [fresh], now);
        if (fresh.Ends)
            RunStart.AddLocks(writes, [fresh.Version.Workflow]);
        await writes.ExecuteAsync(cancellationToken);
        if (fresh.Ends)
            await _start.StartQueuedAsync(connection, transaction, [fresh.Version.Workflow], cancellationToken);
    }
}
