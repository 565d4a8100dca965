using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Waiting;

/// <summary>Runs that tasks of other runs start and wait for.</summary>
public sealed class ChildRuns(Database database, WorkflowDefinitions definitions, RunCommands commands) : IChildRuns
{
    /// <inheritdoc/>
    public async Task<ChildRun> StartAsync(ChildRunRequest request, CancellationToken cancellationToken)
    {
        var parent = request.Parent;
        try
        {
            await CheckAsync(request, cancellationToken);
            var triggered = await commands.TriggerAsync(new TriggerRequest
            {
                Workflow = request.Workflow,
                Params = request.Params,
                Interval = request.Interval,
                Kind = RunKinds.Workflow,
                IdempotencyKey = parent.IdempotencyKey,
                Parent = new ParentTask(parent.RunId, parent.TaskId, parent.MapIndex, parent.Generation),
                By = $"run {parent.RunId}",
            }, cancellationToken);
            var run = await FindAsync(triggered.RunId, cancellationToken) ?? throw new EngineException("not-found", $"Run {triggered.RunId} of workflow '{request.Workflow}' was deleted. Clear the task to start another.");
            return run with { Created = triggered.Created };
        }
        catch (EngineException e)
        {
            throw new ActivityException(e.Kind, e.Message, retryable: false, e);
        }
    }

    /// <inheritdoc/>
    public async Task<ChildRun?> FindAsync(long runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            "select workflow, version, state, note from run where id = @runId", new { runId }, cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var ended = RunStates.Ended.Contains(row.State);
        return new ChildRun
        {
            RunId = runId,
            State = row.State,
            Ended = ended,
            Note = row.Note,
            EndEvent = Signals.RunEnded(runId),
            Outputs = ended ? await OutputsAsync(connection, runId, await definitions.GetAsync(row.Workflow, row.Version, cancellationToken), cancellationToken) : [],
        };
    }

    /// <inheritdoc/>
    public async Task RetryAsync(long runId, CancellationToken cancellationToken)
    {
        try
        {
            _ = await commands.ClearAsync(new ClearRequest { RunId = runId, OnlyFailed = true, By = "retry" }, cancellationToken);
        }
        catch (EngineException e)
        {
            throw new ActivityException(e.Kind, e.Message, retryable: e.Kind == "conflict", e);
        }
    }

    /// <summary>Refuses what would never end: a chain that is too long, and a run that waits for a place that a run above it holds.</summary>
    private async Task CheckAsync(ChildRunRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var above = (await connection.QueryAsync<(string Workflow, int ActiveRuns)>(new CommandDefinition("""
            with recursive above(id, workflow, parent_run_id, depth) as (
                select id, workflow, parent_run_id, 1 from run where id = @id
                union all
                select r.id, r.workflow, r.parent_run_id, a.depth + 1 from above a join run r on r.id = a.parent_run_id where a.depth < 100
            )
            select a.workflow, w.active_runs from above a join workflow w on w.name = a.workflow
            """, new { id = request.Parent.RunId }, cancellationToken: cancellationToken))).AsList();
        if (above.Count >= request.MostDepth)
            throw new EngineException("bad-input", $"Workflow '{request.Workflow}' would be nested {above.Count + 1} deep, and 'max_depth' is {request.MostDepth}. Look for workflows that run each other without end, or raise it.");
        var same = above.Where(a => a.Workflow == request.Workflow).ToList();
        if (same.Count > 0 && same.Count >= same[0].ActiveRuns)
            throw new EngineException("bad-input", $"Workflow '{request.Workflow}' runs itself, and the runs above hold all {same[0].ActiveRuns} places of its limit of active runs, so that it would wait for ever. Raise 'limits: {{ active_runs: … }}'.");
    }

    private static async Task<JsonObject> OutputsAsync(NpgsqlConnection connection, long runId, LoadedVersion version, CancellationToken cancellationToken)
    {
        if (version.Graph is not { } graph)
            return [];
        var rows = await connection.QueryAsync<(string TaskId, int MapIndex, string Outputs)>(new CommandDefinition("""
            select task_id, map_index, outputs::text from task_instance
            where run_id = @runId and task_id = any(@leaves) and state = 'success' and outputs is not null
            order by task_id, map_index
            """, new { runId, leaves = graph.Leaves.ToArray() }, cancellationToken: cancellationToken));
        var outputs = new JsonObject();
        foreach (var (task, index, json) in rows)
        {
            if (index < 0)
                outputs[task] = JsonNode.Parse(json);
            else if (outputs[task] is JsonArray list)
                list.Add(JsonNode.Parse(json));
            else
                outputs[task] = new JsonArray(JsonNode.Parse(json));
        }
        return outputs;
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public required int Version { get; init; }

        public required string State { get; init; }

        public string? Note { get; init; }
    }
}
