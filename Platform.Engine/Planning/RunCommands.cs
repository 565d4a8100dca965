using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Planning;

/// <summary>Commands to the engine: trigger, backfill, cancel, clear. Any process with the database can give them; a worker anywhere does the work.</summary>
public sealed class RunCommands(Database database, WorkflowDefinitions definitions, TimeProvider? clock = null)
{
    private readonly RunStart _start = new(definitions, new RunLedger(definitions));
    private readonly RunControl _control = new(database, definitions);

    /// <summary>
    /// Makes a run, which starts at once where the workflow's limit of active runs allows. Without an interval, a workflow that runs by time gets
    /// the newest interval that has ended, as its schedule would; before its first one, none.
    /// </summary>
    /// <exception cref="EngineException">There is no such workflow or version (<c>not-found</c>), it cannot be run any more (<c>invalid-workflow</c>), the parameters do not fit (<c>bad-input</c>), it is retired (<c>conflict</c>), or the key belongs to a run that differs from what is asked for (<c>other-request</c>).</exception>
    public async Task<Triggered> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken) =>
        (await TriggerManyAsync([request], cancellationToken))[0];

    /// <summary>Makes many runs in one transaction, all or none: a thousand cost little more than one, for each transaction waits for the disk once.</summary>
    /// <returns>Their runs, in the order of the requests.</returns>
    /// <exception cref="EngineException">As <see cref="TriggerAsync"/> for one of them, or two requests have the same key (<c>bad-input</c>); none was made.</exception>
    public async Task<IReadOnlyList<Triggered>> TriggerManyAsync(IReadOnlyList<TriggerRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0)
            return [];
        if (requests.Where(r => r.IdempotencyKey is not null).GroupBy(r => (r.Workflow, r.IdempotencyKey)).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw new EngineException("bad-input", $"Two requests for '{twice.Key.Workflow}' have the idempotency key '{twice.Key.IdempotencyKey}'. Give each run its own, or ask once.");
        var rows = new NewRuns();
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var versions = new Dictionary<(string, int?), LoadedVersion>();
        foreach (var request in requests)
        {
            if (!versions.TryGetValue((request.Workflow, request.Version), out var found))
                versions[(request.Workflow, request.Version)] = found = await VersionAsync(request.Workflow, request.Version, cancellationToken);
            var interval = request.Interval ?? Schedule.Of(found.Definition!.Schedule)?.NewestComplete(now);
            rows.Add(request, found, interval, Parameters(found.Definition!, request.Params, request.DefaultFolder));
        }
        var workflows = requests.Select(r => r.Workflow).Distinct().ToArray();

        await using var connection = await database.OpenSteadyAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new SqlBatch(connection, transaction);
        // Only then the insert, whose snapshot sees what whoever held the locks has written.
        RunStart.AddLocks(batch, workflows);
        rows.AddInsert(batch);
        List<Triggered> triggered;
        List<Begun> begun;
        await using (var reader = await batch.ReadAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(1))
                    throw WorkflowRemoval.Refused(reader.GetString(0));
            }
            await reader.NextResultAsync(cancellationToken);
            (triggered, begun) = await rows.ReadAsync(reader, cancellationToken);
        }
        for (var i = 0; i < requests.Count; i++)
        {
            if (!triggered[i].Created)
                triggered[i] = new Triggered(await KnownRuns.FindAsync(connection, transaction, definitions, requests[i], cancellationToken), Created: false);
        }
        await AddPreviewsAsync(connection, transaction, requests, triggered, cancellationToken);
        var started = begun.ConvertAll(b => b.Id);
        var ended = await RunStart.BeginAsync(connection, transaction, begun, cancellationToken);
        // Those that found no room, or must look at the runs before them.
        if (ended || triggered.Count(t => t.Created) > begun.Count)
            started.AddRange(await _start.StartQueuedAsync(connection, transaction, workflows, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        if (triggered.Any(t => t.Created))
            await EngineSignals.SendAsync(connection, [.. triggered.Where(t => t.Created).Select(t => t.RunId), .. started], ready: started.Count > 0, cancellationToken);
        return triggered;
    }

    /// <summary>Makes the runs of a range of intervals, one each, which start in order as the limit allows.</summary>
    /// <exception cref="EngineException">There is no such workflow or version (<c>not-found</c>), it cannot be run any more (<c>invalid-workflow</c>), or the parameters do not fit (<c>bad-input</c>).</exception>
    public async Task<Backfilled> BackfillAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        if (request.Intervals.Count == 0)
            throw new EngineException("bad-input", "The backfill has no interval. Give a range in which the schedule has one.");
        if (request.ActiveRuns is < 1)
            throw new EngineException("bad-input", $"A backfill needs at least 1 active run, not {request.ActiveRuns}.");
        var loaded = await VersionAsync(request.Workflow, request.Version, cancellationToken);
        var (version, definition) = (loaded.Version, loaded.Definition!);
        // As in Airflow: the newest run would wait for the one before it, which would not start.
        if (request.NewestFirst && definition.Tasks.FirstOrDefault(t => t.DependsOnPast) is { } past)
            throw new EngineException("bad-input", $"Task '{past.Id}' of workflow '{request.Workflow}' depends on the run before, so the newest interval cannot go first. Run the backfill oldest first.");
        var parameters = Parameters(definition, request.Params, request.DefaultFolder);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The workflow's row keeps two backfills and the planner from taking the same interval.
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition("select retired_at is not null from workflow where name = @Workflow for no key update", new { request.Workflow }, transaction, cancellationToken: cancellationToken)))
            throw WorkflowRemoval.Refused(request.Workflow);
        var existing = (await connection.QueryAsync<(DateTimeOffset Start, long RunId, string State)>(new CommandDefinition("""
            select i.interval_start, i.run_id, r.state
            from run_interval i
            join run r on r.id = i.run_id
            where i.workflow = @Workflow and i.interval_start = any(@starts)
            """, new { request.Workflow, starts = request.Intervals.Select(i => i.Start.UtcDateTime).ToArray() }, transaction, cancellationToken: cancellationToken)))
            .ToDictionary(r => r.Start);
        var left = new List<(DataInterval, long)>();
        var chosen = new List<DataInterval>();
        foreach (var interval in request.Intervals.DistinctBy(i => i.Start).OrderBy(i => i.Start))
        {
            if (!existing.TryGetValue(interval.Start, out var run) || Again(request.Repeat, run.State))
                chosen.Add(interval);
            else
                left.Add((interval, run.RunId));
        }
        var before = existing.ToDictionary(e => e.Key, e => new IntervalRun(e.Value.RunId, e.Value.State));
        if (request.DryRun || chosen.Count == 0)
            return new Backfilled(null, [], chosen, left) { Before = before };

        var backfill = await connection.QuerySingleAsync<long>(new CommandDefinition("""
            insert into backfill (workflow, version, range_start, range_end, active_runs, newest_first, repeat, created_by)
            values (@Workflow, @version, @start, @end, @active, @NewestFirst, @repeat, @By)
            returning id
            """, new
        {
            request.Workflow,
            version,
            start = chosen[0].Start,
            end = chosen[^1].End,
            active = request.ActiveRuns ?? definition.Limits.ActiveRuns,
            request.NewestFirst,
            repeat = request.Repeat.ToString().ToLowerInvariant(),
            request.By,
        }, transaction, cancellationToken: cancellationToken));
        var ids = await RunIntervals.InsertAsync(connection, transaction, [(new RunTemplate(request.Workflow, version, RunKinds.Backfill, parameters, definition.RunTimeout, request.By, backfill), chosen)], replace: true, cancellationToken);
        var started = await _start.StartQueuedAsync(connection, transaction, [request.Workflow], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, ids.Count > 500 ? started : ids, ready: true, cancellationToken);
        return new Backfilled(backfill, ids, chosen, left) { Before = before };
    }

    /// <summary>Asks for the end of a run: what has not started is canceled at once, what runs is asked to stop (its activity sees it within 2 s, and is abandoned after 30 s).</summary>
    /// <returns>False where the run had ended or was already stopping.</returns>
    /// <exception cref="EngineException">There is no such run (<c>not-found</c>).</exception>
    public Task<bool> CancelAsync(long runId, string by, CancellationToken cancellationToken) =>
        _control.StopAsync(runId, RunStates.Canceled, by, null, cancellationToken);

    /// <summary>Asks for the end of a task's instances. Downstream they count as failed.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="mapIndex">One instance; null for all.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>How many instances were canceled or asked to stop.</returns>
    /// <exception cref="EngineException">There is no such run (<c>not-found</c>).</exception>
    public Task<int> CancelTaskAsync(long runId, string taskId, int? mapIndex, string by, CancellationToken cancellationToken) =>
        _control.CancelTaskAsync(runId, taskId, mapIndex, by, cancellationToken);

    /// <summary>Runs tasks of a run again, in a new generation. The run goes back to queued, and starts as the limit allows.</summary>
    /// <returns>Ids of the tasks that run again.</returns>
    /// <exception cref="EngineException">There is no such run or task (<c>not-found</c>), a task runs at this moment (<c>conflict</c>), or its version cannot be run any more (<c>invalid-workflow</c>).</exception>
    public Task<IReadOnlyList<string>> ClearAsync(ClearRequest request, CancellationToken cancellationToken) =>
        _control.ClearAsync(request, cancellationToken);

    /// <summary>With the run itself: a worker that has claimed a task of a preview finds how much it reads.</summary>
    private static async Task AddPreviewsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<TriggerRequest> requests, List<Triggered> triggered, CancellationToken cancellationToken)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            if (requests[i].Preview is not { } preview || !triggered[i].Created)
                continue;
            await connection.ExecuteAsync(new CommandDefinition("""
                insert into preview (run_id, workflow, task_id, sample_rows, created_by, expires_at)
                values (@RunId, @workflow, @TaskId, @SampleRows, @By, now() + @Kept)
                """, new { triggered[i].RunId, workflow = RunKinds.PlainName(requests[i].Workflow), preview.TaskId, preview.SampleRows, requests[i].By, preview.Kept }, transaction, cancellationToken: cancellationToken));
        }
    }

    private static bool Again(Repeat repeat, string state) => repeat switch
    {
        Repeat.All => RunStates.Ended.Contains(state),
        Repeat.Failed => state is RunStates.Failed or RunStates.Canceled,
        _ => false,
    };

    private static string Parameters(WorkflowDefinition definition, IReadOnlyDictionary<string, JsonNode?> given, string? defaultFolder)
    {
        var bound = ParameterBinder.Bind(definition.Parameters, given, Environment.CurrentDirectory, defaultFolder);
        if (bound.Errors.Count > 0)
            throw new EngineException("bad-input", string.Join(Environment.NewLine, bound.Errors));
        return JsonSerializer.Serialize(bound.Values);
    }

    private async Task<LoadedVersion> VersionAsync(string workflow, int? version, CancellationToken cancellationToken)
    {
        if (version is null)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var row = await connection.QuerySingleOrDefaultAsync<(string Name, int? Version)?>(new CommandDefinition(
                "select name, version from workflow where name = @workflow", new { workflow }, cancellationToken: cancellationToken))
                ?? throw new EngineException("not-found", $"There is no workflow '{workflow}'. './platform workflows' lists what there is.");
            version = row.Version ?? throw new EngineException("not-found", $"Workflow '{workflow}' was never published. Publish it with './platform apply FILE', or run its file.");
        }
        var loaded = await definitions.GetAsync(workflow, version.Value, cancellationToken);
        return loaded.Definition is null ? throw new EngineException("invalid-workflow", loaded.Broken!) : loaded;
    }
}
