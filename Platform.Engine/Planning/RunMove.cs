using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>
/// Moves a run to another version of its workflow: what has begun stays as it is, what waits is as the new version says. Refused with every reason where that does not fit.
/// </summary>
public sealed class RunMove(Database database, WorkflowDefinitions definitions)
{
    private readonly RunControl _control = new(database, definitions);

    /// <summary>Moves a run that is queued or running.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="version">The version of its workflow to run from here on.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <exception cref="EngineException">There is no such run or version (<c>not-found</c>), the version cannot be run (<c>invalid-workflow</c>), or what has begun does not fit it (<c>conflict</c>, with every reason).</exception>
    public async Task<Moved> MoveAsync(long runId, int version, string by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The run's row first, as in every transaction that moves it; then what waits, then the queue, then the instances.
        var (run, _) = await _control.LockAsync(connection, transaction, runId, cancellationToken);
        if (RunStates.Ended.Contains(run.State))
            throw new EngineException("conflict", $"Run {runId} has ended as {run.State}. {(run.State == RunStates.Success ? "Run the workflow again: a new run takes its newest version." : "Resume it under the version, or run the workflow again.")}");
        if (run.StopState is not null)
            throw new EngineException("conflict", $"Run {runId} is stopping. Run the workflow again when it has stopped.");
        if (run.Version.Version == version)
            return new Moved(runId, version, version, [], [], []);
        var moved = await ToVersionAsync(connection, transaction, run, version, by, [], cancellationToken);
        if (run.State == RunStates.Running)
        {
            var (again, at) = await _control.LockAsync(connection, transaction, runId, cancellationToken);
            await _control.FinishAsync(connection, transaction, again, at, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken);
        return moved;
    }

    /// <summary>Lets a run that failed or was canceled go on: moves it to a version, and runs what did not succeed again, with everything downstream. What succeeded stays as it is.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="version">The version of its workflow to run from here on; may be its own.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="dryRun">Only say what would happen.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <exception cref="EngineException">As <see cref="MoveAsync"/>; or the run has not ended, or nothing of it failed (<c>conflict</c>).</exception>
    public async Task<Moved> ResumeAsync(long runId, int version, string by, bool dryRun, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (run, _) = await _control.LockAsync(connection, transaction, runId, cancellationToken);
        if (!RunStates.Ended.Contains(run.State))
            throw new EngineException("conflict", $"Run {runId} has not ended. Move it to version {version} without resuming, or wait for its end.");
        if (run.State == RunStates.Success)
            throw new EngineException("conflict", $"Run {runId} succeeded: nothing of it is to be resumed. Run the workflow again, or run tasks of it again.");
        var request = new ClearRequest { RunId = runId, OnlyFailed = true, By = by };
        // What runs again anyway (a teardown, a task that runs whatever came before it) may change, though it succeeded.
        var undone = (await _control.ClearAsync(connection, transaction, run, request with { DryRun = true }, cancellationToken)).ToHashSet();
        var moved = run.Version.Version == version ? new Moved(runId, version, version, [], [], []) : await ToVersionAsync(connection, transaction, run, version, by, undone, cancellationToken);
        var (under, _) = await _control.LockAsync(connection, transaction, runId, cancellationToken);
        var again = await _control.ClearAsync(connection, transaction, under, request, cancellationToken);
        if (again.Count == 0)
            throw new EngineException("conflict", $"No task of run {runId} failed. Run tasks of it again by name.");
        // What is undone here was only tried.
        if (dryRun)
            return moved with { Again = again };
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [runId], ready: true, cancellationToken);
        return moved with { Again = again };
    }

    /// <summary>Checks and writes the move in the caller's transaction. What is undone afterwards counts as not having succeeded.</summary>
    private async Task<Moved> ToVersionAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, int version, string by, HashSet<string> undone, CancellationToken cancellationToken)
    {
        var (runId, workflow) = (run.Id, run.Version.Workflow);
        var to = await definitions.GetAsync(workflow, version, cancellationToken);
        var definition = to.Definition ?? throw new EngineException("invalid-workflow", to.Broken!);
        var from = run.Version.Graph ?? throw new EngineException("invalid-workflow", run.Version.Broken!);

        var standing = await StandingAsync(connection, transaction, runId, cancellationToken);
        var parameters = await ParametersAsync(connection, transaction, runId, definition, cancellationToken);
        var reasons = parameters.Errors.Concat(MoveCheck.Reasons(from, to.Graph!, id => standing.GetValueOrDefault(id, Standing.Waiting) is var stands && stands == Standing.Fixed && undone.Contains(id) ? Standing.Unsuccessful : stands)).ToList();
        if (reasons.Count > 0)
            throw new EngineException("conflict", $"Run {runId} cannot go on under version {version} of workflow '{workflow}'. {string.Join(" ", reasons)} Publish a version without these changes, or let the run end under version {run.Version.Version}.");

        var added = definition.Tasks.Where(t => from.Find(t.Id) is null).ToList();
        var removed = from.Ordered.Where(t => to.Graph!.Find(t.Id) is null).Select(t => t.Id).ToArray();
        var changed = definition.Tasks.Where(t => from.Find(t.Id) is { } old && !Same(old, t)).Select(t => t.Id).ToList();
        await WriteAsync(connection, transaction, run, to, by, parameters.Values, added, removed, cancellationToken);
        return new Moved(runId, run.Version.Version, version, [.. added.Select(t => t.Id)], removed, changed);
    }

    /// <summary>What stands of each task. Holds the rows of the queue, so that no worker takes one before the move is written.</summary>
    private static async Task<Dictionary<string, Standing>> StandingAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long runId, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("""
            select 1 from deferral where run_id = @runId order by task_id, map_index for update;
            select 1 from task_queue where run_id = @runId order by id for update;
            """, new { runId }, transaction, cancellationToken: cancellationToken));
        // A row that is not leased and resumes nothing has not begun, or lost an attempt and waits for its next.
        var rows = await connection.QueryAsync<(string TaskId, int Standing)>(new CommandDefinition("""
            select i.task_id, max(case
                when i.state in ('failed', 'upstream_failed', 'canceled') then 1
                when i.state in ('success', 'skipped', 'running', 'deferred') or i.map_index >= 0 then 2
                when i.state in ('queued', 'up_for_retry') and (q.id is null or q.node is not null or q.resumes is not null) then 2
                when i.state = 'up_for_retry' or q.number > 1 then 1
                else 0 end)
            from task_instance i
            left join task_queue q on q.run_id = i.run_id and q.task_id = i.task_id and q.map_index = i.map_index
            where i.run_id = @runId and i.state <> 'removed'
            group by i.task_id
            """, new { runId }, transaction, cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.TaskId, r => (Standing)r.Standing);
    }

    /// <summary>The run's parameters under the new definition: the same values, and the defaults of those that are new.</summary>
    private static async Task<(string Values, IReadOnlyList<string> Errors)> ParametersAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long runId, WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var given = JsonNode.Parse(await connection.QuerySingleAsync<string>(new CommandDefinition("select params::text from run where id = @runId", new { runId }, transaction, cancellationToken: cancellationToken)))!.AsObject();
        var bound = ParameterBinder.Bind(definition.Parameters, given.ToDictionary(p => p.Key, p => p.Value?.DeepClone()), Environment.CurrentDirectory);
        return (JsonSerializer.Serialize(bound.Values), bound.Errors);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, ActiveRun run, LoadedVersion to, string by, string parameters, List<TaskDefinition> added, string[] removed, CancellationToken cancellationToken)
    {
        await using var batch = new SqlBatch(connection, transaction);
        batch.Add("""
            update run set version = $2, params = $3::jsonb, timeout = $4::interval,
                times_out_at = case when state = 'running' then started_at + $4::interval end, deadline_at = case when state = 'running' then started_at + $5::interval end
            where id = $1
            """, run.Id, to.Version, parameters, to.Definition!.RunTimeout, to.Definition.Deadline);
        batch.Add("insert into run_move (run_id, from_version, to_version, moved_by) values ($1, $2, $3, $4)", run.Id, run.Version.Version, to.Version, by);
        // A queued run has no instances yet.
        if (run.State != RunStates.Queued)
        {
            if (removed.Length > 0)
            {
                batch.Add("delete from task_queue where run_id = $1 and task_id = any($2) and node is null", run.Id, removed);
                // Nothing of them has begun: they are as if they had never been.
                batch.Add("delete from task_instance where run_id = $1 and task_id = any($2)", run.Id, removed);
            }
            batch.Add("""
                insert into task_instance (run_id, task_id, activity, state)
                select $1, e.task_id, e.activity, 'none' from unnest($2::text[], $3::text[]) as e(task_id, activity)
                """, run.Id, added.Select(t => t.Id).ToArray(), added.Select(t => t.Activity).ToArray());
            var tasks = to.Definition.Tasks;
            batch.Add("""
                update task_instance i set activity = e.activity from unnest($2::text[], $3::text[]) as e(task_id, activity)
                where i.run_id = $1 and i.task_id = e.task_id and i.activity <> e.activity
                """, run.Id, tasks.Select(t => t.Id).ToArray(), tasks.Select(t => t.Activity).ToArray());
            if (run.State == RunStates.Running)
            {
                batch.Add("update run set past_waits = null, past_run_id = null where id = $1 and past_waits is not null", run.Id);
                PastDependencies.AddEnter(batch, run.Id, to.Definition);
            }
            // The next attempt of what runs or waits outside is of the new version too.
            batch.Add("update deferral set version = $2 where run_id = $1", run.Id, to.Version);
            batch.Add("""
                update task_queue q set version = $2,
                    queue = case when q.node is null then e.queue else q.queue end,
                    priority = case when q.node is null then e.priority else q.priority end,
                    raised = case when q.node is null then 0 else q.raised end,
                    pool = case when q.node is null then e.pool else q.pool end,
                    pool_slots = case when q.node is null then e.pool_slots else q.pool_slots end,
                    cpu = case when q.node is null then e.cpu else q.cpu end,
                    memory = case when q.node is null then e.memory else q.memory end,
                    gpu = case when q.node is null then e.gpu else q.gpu end
                from unnest($3::text[], $4::text[], $5::smallint[], $6::text[], $7::int[], $8::float8[], $9::float8[], $10::float8[]) as e(task_id, queue, priority, pool, pool_slots, cpu, memory, gpu)
                where q.run_id = $1 and q.task_id = e.task_id
                """, run.Id, to.Version, tasks.Select(t => t.Id).ToArray(), tasks.Select(t => t.Queue).ToArray(),
                tasks.Select(t => (short)Math.Clamp(t.Priority - (run.BackfillId is null ? 0 : 1), short.MinValue, short.MaxValue)).ToArray(), tasks.Select(t => t.Pool).ToArray(), tasks.Select(t => Math.Max(1, t.PoolSlots)).ToArray(),
                tasks.Select(t => t.Resources.GetValueOrDefault("cpu")).ToArray(), tasks.Select(t => t.Resources.GetValueOrDefault("memory")).ToArray(), tasks.Select(t => t.Resources.GetValueOrDefault("gpu")).ToArray());
        }
        await batch.ExecuteAsync(cancellationToken);
    }

    private static bool Same(TaskDefinition a, TaskDefinition b) =>
        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(a), JsonSerializer.SerializeToNode(b));
}

/// <summary>A run that was moved.</summary>
/// <param name="Run">The run.</param>
/// <param name="From">The version that it ran.</param>
/// <param name="To">The version that it runs now; the same where there was nothing to move.</param>
/// <param name="Added">Tasks that are new, and wait.</param>
/// <param name="Removed">Tasks that are not in the new version, of which nothing had begun.</param>
/// <param name="Changed">Tasks that are different from here on.</param>
public sealed record Moved(long Run, int From, int To, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed)
{
    /// <summary>Tasks that run again because the run was resumed; empty where it was only moved.</summary>
    public IReadOnlyList<string> Again { get; init; } = [];
}
