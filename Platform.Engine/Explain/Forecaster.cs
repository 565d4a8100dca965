using Dapper;
using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Simulate;
using Platform.Workflows.Definition;

namespace Platform.Engine.Explain;

/// <summary>Forecasts by simulating what is running and queued now: once with median durations and once with those that nine of ten successes kept.</summary>
internal sealed class Forecaster(NpgsqlConnection connection, NpgsqlTransaction transaction, WorkflowDefinitions definitions, Scene scene)
{
    // Beyond these a forecast would read and reckon for longer than a page should wait, and be worth little.
    private const int MostReady = 5_000;
    private const int MostRuns = 100;

    /// <summary>When a task starts and when its run ends; null where the run has ended.</summary>
    /// <param name="taskId">The task; null asks for the start of the run.</param>
    /// <param name="mapIndex">Its element, -1 for none.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<Forecast?> ForecastAsync(string? taskId, int mapIndex, CancellationToken cancellationToken)
    {
        var run = scene.Run.Row;
        if (RunStates.Ended.Contains(run.State) || scene.Run.Version.Graph is not { } graph)
            return null;
        if (run.StopState is not null)
            return new Forecast { Basis = "The run is stopping." };
        var ready = await LiveReader.ReadyAsync(connection, transaction, MostReady, cancellationToken);
        if (ready.Count == MostReady)
            return new Forecast { Basis = $"More than {MostReady} tasks are ready: nothing is forecast." };
        var queued = run.State == RunStates.Queued ? (await scene.PlacesAsync()).Before : [];
        var running = (await connection.QueryAsync<long>(new CommandDefinition(
            "select id from run where workflow = @Workflow and state = 'running' order by id limit @most", new { run.Workflow, most = MostRuns }, transaction, cancellationToken: cancellationToken))).AsList();
        if (queued.Count >= RunPlaces.MostBefore || running.Count == MostRuns)
            return new Forecast { Basis = $"More than {MostRuns} runs of the workflow are before it: nothing is forecast." };

        var view = new View
        {
            Runs = await ExplainedRun.ReadAsync(connection, transaction, definitions, [.. running.Union(queued).Append(run.Id).Distinct()], cancellationToken),
            Elements = (await connection.QueryAsync<(long RunId, string TaskId, int? Next)>(new CommandDefinition("""
                select run_id, task_id, min(map_index) filter (where state = 'none')
                from task_instance where run_id = any(@ids) and map_index >= 0 and state <> 'removed'
                group by run_id, task_id
                """, new { ids = running.ToArray() }, transaction, cancellationToken: cancellationToken))).AsList(),
            Deferred = (await connection.QueryAsync<(long RunId, string TaskId, int MapIndex, DateTimeOffset Since)>(new CommandDefinition(
                "select run_id, task_id, map_index, waiting_since from deferral where run_id = any(@ids)", new { ids = running.ToArray() }, transaction, cancellationToken: cancellationToken))).AsList(),
            Ready = ready,
            Limits = (await connection.QueryAsync<WorkflowLimits>(new CommandDefinition(
                "select name, version, active_runs, active_tasks from workflow where name = any(@names)",
                new { names = scene.State.Leases.Concat(ready).Select(q => q.Workflow).Append(run.Workflow).Distinct().ToArray() }, transaction, cancellationToken: cancellationToken))).AsList(),
            Places = run.BackfillId is null ? null : await scene.PlacesAsync(),
        };
        var history = await HistoryReader.ReadAsync(connection, transaction, [.. view.Limits.Select(l => l.Name)], cancellationToken);
        var open = run.State == RunStates.Queued ? graph.Ordered : graph.Ordered.Where(t => scene.Run.Progress![t.Id].Waiting + scene.Run.Progress[t.Id].Open > 0);
        var unknown = open.Where(t => history.GetValueOrDefault((run.Workflow, t.Id))?.Known != true).Select(t => t.Id).ToList();
        var (starts, ends) = Simulate(view, history, 50, taskId, mapIndex, cancellationToken);
        var (startsLate, endsLate) = Simulate(view, history, 90, taskId, mapIndex, cancellationToken);
        return new Forecast
        {
            Starts = starts,
            StartsLate = startsLate,
            RunEnds = ends,
            RunEndsLate = endsLate,
            Unknown = unknown,
            Basis = ends is not null ? $"From the newest successes of each task, {TaskHistory.Successes} at most, and from what runs and is queued now."
                : unknown.Count > 0 ? $"Unknown: {string.Join(", ", unknown.Take(5).Select(u => $"'{u}'"))}{(unknown.Count > 5 ? ", …" : "")} never succeeded before."
                : "Unknown: as things are it does not come to an end; see the causes.",
        };
    }

    private (DateTimeOffset? Starts, DateTimeOffset? RunEnds) Simulate(
        View view, Dictionary<(string, string), TaskHistory> history, int percentile, string? taskId, int mapIndex, CancellationToken cancellationToken)
    {
        double Seconds(string workflow, string task) => history.GetValueOrDefault((workflow, task))?.At(percentile) ?? double.PositiveInfinity;
        var now = scene.State.Now;
        var world = new SimulatedWorld
        {
            Nodes = [.. scene.State.Nodes.Where(n => n.Claims).Select(n => n.Simulated())],
            Pools = scene.State.Pools,
            Workflows = view.Limits.ToDictionary(l => l.Name, l => (l.ActiveRuns, l.ActiveTasks)),
            Backfills = scene.Run.Row.BackfillId is { } backfill && view.Places is { } places ? new Dictionary<long, (int, bool)> { [backfill] = (places.Limit, places.NewestFirst) } : new Dictionary<long, (int, bool)>(),
            Duration = (run, task) => Seconds(run.Workflow, task.Id),
            Elements = (run, task) => history.GetValueOrDefault((run.Workflow, task.Id))?.Elements ?? 1,
        };
        var simulator = new Simulator(world);
        var runs = view.Runs.ToDictionary(r => r.Row.Id, r => Of(r, view));
        foreach (var explained in view.Runs)
            Link(explained, runs);
        foreach (var run in runs.Values)
            simulator.Add(run);
        foreach (var lease in scene.State.Leases)
        {
            var task = Of(lease, runs);
            var took = lease.StartedAt is { } at ? (now - at).TotalSeconds : 0;
            simulator.AddRunning(task, world.Nodes.FirstOrDefault(n => n.Name == lease.Node), -took, task.Task.Map is not null && task.MapIndex < 0 ? 0 : Remaining(lease, took));
        }
        foreach (var row in view.Ready)
            simulator.AddReady(Of(row, runs), Math.Max(0, (row.ReadyAt - now).TotalSeconds));
        foreach (var (runId, waitingTask, index, since) in view.Deferred)
        {
            // What is deferred holds no worker. Its history holds its waits too.
            if (runs.GetValueOrDefault(runId) is { Graph: { } graph } run && graph.Find(waitingTask) is { } task)
                simulator.AddRunning(new SimulatedTask(run, task, index), null, (since - now).TotalSeconds, Math.Max(0, Seconds(run.Workflow, waitingTask) - (now - since).TotalSeconds));
        }
        var target = runs[scene.Run.Row.Id];
        simulator.Run(() => !double.IsNaN(target.Ended), cancellationToken);

        var started = taskId is null ? target.Started
            : simulator.Tasks.Where(t => t.Run == target && t.Task.Id == taskId && (t.MapIndex == mapIndex || mapIndex < 0) && !double.IsNaN(t.Started)).Select(t => t.Started).DefaultIfEmpty(double.NaN).Min();
        return (double.IsNaN(started) || (taskId is null ? target.Running : started < 0) ? null : now.AddSeconds(started), double.IsNaN(target.Ended) ? null : now.AddSeconds(target.Ended));

        double Remaining(QueuedTask lease, double took)
        {
            var usual = Seconds(lease.Workflow, lease.TaskId);
            if (took < usual)
                return usual - took;
            // Late already: by the p90, and then a tenth of what it has taken.
            var late = history.GetValueOrDefault((lease.Workflow, lease.TaskId))?.At(90) ?? 0;
            return took < late ? late - took : took / 10;
        }
    }

    /// <summary>A run as it is: what is released counts as queued, since a simulation knows where each of these stands.</summary>
    private static SimulatedRun Of(ExplainedRun explained, View view)
    {
        var row = explained.Row;
        var run = new SimulatedRun(row.Id, row.Workflow, explained.Version.Graph)
        {
            IntervalStart = row.IntervalStart,
            Priority = row.Priority,
            Backfill = row.BackfillId,
            Running = row.State == RunStates.Running,
            PastWaits = row.State == RunStates.Running ? [.. row.PastWaits ?? []] : [.. explained.Version.Definition?.Tasks.Where(t => t.DependsOnPast && row.IntervalStart is not null).Select(t => t.Id) ?? []],
        };
        if (explained.Version.Graph is not { } graph || !run.Running)
            return run;
        foreach (var task in graph.Ordered)
        {
            foreach (var (state, count) in explained.Progress![task.Id].States)
                run.Progress![task.Id].Add(state is TaskStates.Running or TaskStates.Deferred or TaskStates.UpForRetry ? TaskStates.Queued : state, count);
            run.Progress![task.Id].Follow = explained.Progress[task.Id].Follow;
        }
        foreach (var (_, taskId, next) in view.Elements.Where(e => e.RunId == row.Id))
        {
            run.Expanded.Add(taskId);
            run.NextIndex[taskId] = next ?? 0;
        }
        return run;
    }

    /// <summary>Finds the run before. One that has ended is not simulated: a running run then waits for what never comes, a queued one is taken to find it done.</summary>
    private static void Link(ExplainedRun explained, Dictionary<long, SimulatedRun> runs)
    {
        var run = runs[explained.Row.Id];
        if (run.PastWaits.Count == 0)
            return;
        run.Past = run.Running ? runs.GetValueOrDefault(explained.Row.PastRunId ?? 0)
            : runs.Values.Where(r => r.IntervalStart < run.IntervalStart).MaxBy(r => r.IntervalStart);
        if (run is { Running: false, Past: null })
            run.PastWaits.Clear();
    }

    private static SimulatedTask Of(QueuedTask row, Dictionary<long, SimulatedRun> runs)
    {
        if (runs.TryGetValue(row.RunId, out var run) && run.Graph?.Find(row.TaskId) is { } known)
            return new SimulatedTask(run, known, row.MapIndex);
        var task = new TaskDefinition
        {
            Id = row.TaskId,
            Activity = "",
            Queue = row.Queue,
            Pool = row.Pool,
            PoolSlots = row.PoolSlots,
            Priority = row.Priority,
            Resources = new Dictionary<string, double> { ["cpu"] = row.Cpu, ["memory"] = row.Memory, ["gpu"] = row.Gpu },
        };
        return new SimulatedTask(new SimulatedRun(row.RunId, row.Workflow, null) { Running = true }, task, row.MapIndex);
    }

    /// <summary>What is around the run.</summary>
    private sealed record View
    {
        public required IReadOnlyList<ExplainedRun> Runs { get; init; }

        public required IReadOnlyList<(long RunId, string TaskId, int? Next)> Elements { get; init; }

        public required IReadOnlyList<(long RunId, string TaskId, int MapIndex, DateTimeOffset Since)> Deferred { get; init; }

        public required IReadOnlyList<QueuedTask> Ready { get; init; }

        public required IReadOnlyList<WorkflowLimits> Limits { get; init; }

        /// <summary>The places of the run's backfill; null where it has none.</summary>
        public RunPlaces? Places { get; init; }
    }
}
