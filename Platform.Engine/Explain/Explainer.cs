using System.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Queue;
using Platform.Postgres;

namespace Platform.Engine.Explain;

/// <summary>Answers "why is it not running?" of runs, tasks and workflows, from one moment of the database and without a lock.</summary>
public sealed class Explainer(Database database, WorkflowDefinitions definitions)
{
    private const int MostTasksOfARun = 8;

    /// <summary>Explains a run; null where there is none.</summary>
    public async Task<Explanation?> RunAsync(long runId, CancellationToken cancellationToken) =>
        await WithRunAsync(runId, async scene =>
        {
            var run = scene.Run.Row;
            var causes = run.State switch
            {
                RunStates.Queued => [(await scene.PlacesAsync()).Cause(run, scene.State)],
                RunStates.Running => await RunningAsync(scene),
                _ => [Cause.Of(CauseCodes.Ended, $"It ended as {run.State}{(run.Note is null ? "." : $": {run.Note}.")}", run.State, run.Note ?? "")],
            };
            return new Explanation { RunId = runId, Workflow = run.Workflow, State = run.State, At = scene.State.Now, StartedBy = StartedBy(run), Causes = Order(causes), Forecast = await scene.ForecastAsync(null, -1) };
        }, cancellationToken);

    /// <summary>Explains a task instance; null where there is no such run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="mapIndex">The element; null takes the first instance that has not ended.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    /// <exception cref="EngineException">The run has no such task or element (<c>not-found</c>).</exception>
    public async Task<Explanation?> TaskAsync(long runId, string taskId, int? mapIndex, CancellationToken cancellationToken) =>
        await WithRunAsync(runId, async scene =>
        {
            var run = scene.Run.Row;
            var instance = await scene.InstanceAsync(taskId, mapIndex);
            if (instance is null && (scene.Run.Version.Graph?.Find(taskId) is null || mapIndex is >= 0))
                throw new EngineException("not-found", mapIndex is >= 0 && (instance is not null || scene.Run.Version.Graph?.Find(taskId) is not null) ? $"Task '{taskId}' of run {runId} has no element {mapIndex}. Leave the element out to ask for the task."
                    : $"Run {runId} has no task '{taskId}'. {Known(taskId, [.. scene.Run.Version.Graph?.Ordered.Select(t => t.Id) ?? []])}");
            var state = instance?.State ?? TaskStates.None;
            var index = instance?.MapIndex ?? -1;
            var causes = await TaskCausesAsync(scene, taskId, index, state, instance);
            return new Explanation
            {
                RunId = runId,
                Workflow = run.Workflow,
                TaskId = taskId,
                MapIndex = index,
                State = state,
                At = scene.State.Now,
                StartedBy = StartedBy(run),
                Causes = Order(causes),
                Forecast = TaskStates.Ended.Contains(state) ? null : await scene.ForecastAsync(taskId, index),
            };
        }, cancellationToken);

    /// <summary>Explains why a workflow has no next run; null where there is no such workflow.</summary>
    public async Task<WorkflowExplanation?> WorkflowAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<WorkflowScheduleRow>(new CommandDefinition(
            "select name, version, paused, retired_at is not null as retired, schedule, next_due, plan_error from workflow where name = @name", new { name }, cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var causes = new List<Cause>();
        var nodes = await LiveReader.NodesAsync(connection, null, cancellationToken);
        if (row.Version is null)
            causes.Add(Cause.Action(CauseCodes.NotPublished, $"Workflow '{name}' was never published; only files of it were run. Publish it with './platform apply FILE'."));
        if (row.Retired)
            causes.Add(Cause.Action(CauseCodes.Retired, $"Workflow '{name}' is retired: nothing is planned and no run begins. './platform unretire {name}' brings it back."));
        else if (row.Paused)
            causes.Add(Cause.Action(CauseCodes.Paused, $"Workflow '{name}' is paused: nothing is planned. './platform resume {name}' lets it go on."));
        if (row.PlanError is not null)
            causes.Add(Cause.Action(CauseCodes.PlanError, $"It could not be planned: {row.PlanError}", row.PlanError));
        if (row.Version is { } version && (await definitions.GetAsync(name, version, cancellationToken)).Definition?.Schedule is { Assets.Count: > 0 } schedule)
        {
            if (schedule.Partitions is not null)
                causes.AddRange([PartitionWaits.Schedule(schedule), .. await PartitionWaits.ReadAsync(connection, name, schedule, cancellationToken)]);
            else
                causes.Add(Cause.Of(CauseCodes.Assets, $"It runs when {(schedule.AnyAsset ? "any" : "all")} of {string.Join(", ", schedule.Assets)} have a new version.", string.Join(", ", schedule.Assets)));
        }
        else if (row.Schedule is null && row.Version is not null)
            causes.Add(Cause.Of(CauseCodes.NoSchedule, $"It has no schedule: it runs when somebody asks, with './platform run {name}'."));
        else if (row.NextDue is { } due && !row.Paused)
            causes.Add(Cause.Of(CauseCodes.NextDue, $"Its next interval ends at {QueuedCauses.Time(due)}.", QueuedCauses.Time(due)));
        else if (!row.Paused && row.Version is { } published)
            causes.Add(ScheduleEnded(name, (await definitions.GetAsync(name, published, cancellationToken)).Definition?.Schedule?.End));
        if (row.Schedule is not null && !nodes.Any(n => n.Alive && !n.Stopping && n.Roles.Contains("scheduler")))
            causes.Add(Cause.Action(CauseCodes.NoScheduler, "No live node plans. Start a server with './platform serve', or a worker with './platform worker'."));
        return new WorkflowExplanation(name, row.Paused ? null : row.NextDue, Order(causes));
    }

    private async Task<Explanation?> WithRunAsync(long runId, Func<Scene, Task<Explanation>> explain, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // One moment for all the queries: a cause and its holders belong together.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (await ExplainedRun.ReadAsync(connection, transaction, definitions, [runId], cancellationToken) is not [var run])
            return null;
        var state = await LiveReader.ReadAsync(connection, transaction, cancellationToken);
        return await explain(new Scene(connection, transaction, definitions, run, state, cancellationToken));
    }

    /// <summary>What a person must do something about comes first; otherwise the order in which things must happen.</summary>
    private static List<Cause> Order(IEnumerable<Cause> causes) => [.. causes.OrderByDescending(c => c.NeedsAction)];

    private static async Task<IReadOnlyList<Cause>> RunningAsync(Scene scene)
    {
        var run = scene.Run.Row;
        if (run.StopState is not null)
            return [Stopping(run)];
        if (scene.Run.Version.Graph is not { } graph)
            return [Cause.Action(CauseCodes.Broken, scene.Run.Version.Broken!, scene.Run.Version.Broken!)];
        var causes = new List<Cause>();
        foreach (var task in graph.Ordered.Where(t => scene.Run.Progress![t.Id].Open > 0).Take(MostTasksOfARun))
        {
            var state = WaitingCauses.State(scene.Run.Progress![task.Id]);
            if (state == TaskStates.Running)
                causes.Add(Cause.Of(CauseCodes.Running, $"Task '{task.Id}' is running.", "", "") with { TaskId = task.Id });
            else
                causes.AddRange((await scene.ReleasedAsync(task.Id, state)).Select(c => c with { TaskId = task.Id, Text = $"Task '{task.Id}': {c.Text}" }));
        }
        foreach (var task in (run.PastWaits ?? []).Where(id => scene.Run.Progress![id].Waiting > 0).Take(MostTasksOfARun))
            causes.AddRange((await scene.PastAsync(task)).Select(c => c with { TaskId = task, Text = $"Task '{task}': {c.Text}" }));
        return causes.Count > 0 ? causes : [Cause.Of(CauseCodes.Deciding, "All that can be released is being released in a moment.")];
    }

    private static async Task<IReadOnlyList<Cause>> TaskCausesAsync(Scene scene, string taskId, int index, string state, InstanceRow? instance)
    {
        var run = scene.Run.Row;
        if (TaskStates.Ended.Contains(state))
            return [Cause.Of(CauseCodes.Ended, $"It ended as {state}{(instance?.Error is { } error ? $": {error}" : ".")}", state, instance?.Error ?? "")];
        if (run.State == RunStates.Queued)
            return [(await scene.PlacesAsync()).Cause(run, scene.State) is var cause ? cause with { Text = $"Its run is queued. {cause.Text}" } : null!];
        if (state == TaskStates.Running)
        {
            var lease = await scene.RowAsync(taskId, index);
            return [Cause.Of(CauseCodes.Running, $"It is running{(lease?.Node is { } node ? $" on {node}" : "")}{(instance?.StartedAt is { } since ? $" since {QueuedCauses.Time(since)}" : "")}.", lease?.Node ?? "", instance?.StartedAt is { } at ? QueuedCauses.Time(at) : "")];
        }
        if (run.StopState is not null)
            return [Stopping(run)];
        if (scene.Run.Version.Graph is not { } graph || graph.Find(taskId) is not { } task)
            return [Cause.Action(CauseCodes.Broken, scene.Run.Version.Broken ?? $"Version {run.Version} has no task '{taskId}'.", scene.Run.Version.Broken ?? "")];
        if (state != TaskStates.None)
            return await scene.ReleasedAsync(taskId, state, index, instance?.Error);

        var released = new Dictionary<string, IReadOnlyList<Cause>>();
        foreach (var id in graph.Ordered.Select(t => t.Id).Where(id => scene.Run.Progress![id].Open > scene.Run.Progress[id][TaskStates.Running]))
            released[id] = await scene.ReleasedAsync(id, WaitingCauses.State(scene.Run.Progress![id]));
        var causes = WaitingCauses.Of(graph, scene.Run.Progress!, task, (id, _) => released.GetValueOrDefault(id) ?? []).ToList();
        causes.AddRange(await scene.PastAsync(taskId));
        if (causes.Count > 0)
            return causes;
        if (task.Map?.Limit is { } limit && scene.Run.Progress![taskId].Open >= limit)
            return [Cause.Of(CauseCodes.MapLimit, $"{limit} of its elements are under way, as many as its map allows at once.", QueuedCauses.Number(limit))];
        return [Cause.Of(CauseCodes.Deciding, "Everything upstream is done: the engine releases it in a moment.")];
    }

    private static string? StartedBy(ExplainedRunRow run) =>
        run.Assets is null ? null : AssetCause.Sentence(JsonNode.Parse(run.Assets)!.AsObject(), run.Partition);

    private static Cause ScheduleEnded(string name, DateTimeOffset? end)
    {
        var time = end is { } e ? QueuedCauses.Time(e) : "";
        return Cause.Of(CauseCodes.ScheduleEnded,
            $"{(end is null ? "Its schedule has no further interval" : $"Its schedule ended at {time}")}: nothing more is planned. Publish a version with a later 'end', or ask for runs: './platform run {name}', './platform backfill {name} --from DATE --to DATE'.", time);
    }

    /// <summary>What the run has instead.</summary>
    private static string Known(string wanted, IReadOnlyList<string> ids)
    {
        const int MostNamed = 16;
        var near = ids.FirstOrDefault(id => string.Equals(id, wanted, StringComparison.OrdinalIgnoreCase))
            ?? ids.FirstOrDefault(id => id.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || wanted.StartsWith(id, StringComparison.OrdinalIgnoreCase));
        var all = string.Join(", ", ids.Take(MostNamed).Select(id => $"'{id}'")) + (ids.Count > MostNamed ? $", +{ids.Count - MostNamed}" : "");
        return (near is null ? "" : $"Did you mean '{near}'? ") + $"It has {all}.";
    }

    private static Cause Stopping(ExplainedRunRow run) =>
        Cause.Of(CauseCodes.Stopping, $"{run.CanceledBy ?? "Somebody"} asked for the end of its run; it starts nothing more.", run.CanceledBy ?? "");

    private sealed record WorkflowScheduleRow
    {
        public required string Name { get; init; }

        public int? Version { get; init; }

        public required bool Paused { get; init; }

        public required bool Retired { get; init; }

        public string? Schedule { get; init; }

        public DateTimeOffset? NextDue { get; init; }

        public string? PlanError { get; init; }
    }
}
