using Dapper;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Simulate;

/// <summary>"What if": a range of a schedule, or a backfill, from recorded durations and without running it.</summary>
public sealed class Simulation(Database database, WorkflowDefinitions definitions, TimeProvider? clock = null)
{
    /// <summary>Days that are simulated where no range is given.</summary>
    private const int DefaultDays = 30;

    /// <summary>Most runs of one simulation.</summary>
    private const int MostRuns = 20_000;

    private static readonly string[] LimitNames = ["active_runs", "active_tasks"];

    /// <summary>Simulates. Nothing is written.</summary>
    /// <param name="request">What to simulate.</param>
    /// <param name="assumedWorker">The worker to assume where none lives and none is asked for.</param>
    /// <param name="cancellationToken">Stops the simulation.</param>
    /// <exception cref="EngineException">There is no such workflow (<c>not-found</c>), it cannot be run any more (<c>invalid-workflow</c>), or an assumption is wrong or missing (<c>bad-input</c>).</exception>
    public async Task<SimulationResult> RunAsync(SimulationRequest request, NodeOptions? assumedWorker, CancellationToken cancellationToken)
    {
        Check(request);
        await using var connection = await database.OpenAsync(cancellationToken);
        var state = await SimulationState.ReadAsync(connection, [.. request.Workflows.Select(w => w.Name)], cancellationToken);
        var chosen = new List<(SimulatedWorkflow Asked, LoadedVersion Version, WorkflowDefinition Definition)>();
        foreach (var asked in request.Workflows)
        {
            if (!state.Workflows.TryGetValue(asked.Name, out var row))
                throw new EngineException("not-found", $"There is no workflow '{asked.Name}'. './platform workflows' lists what there is.");
            var version = asked.Version ?? row.Version ?? throw new EngineException("not-found", $"Workflow '{asked.Name}' was never published. Publish it with './platform apply FILE'.");
            var loaded = await definitions.GetAsync(asked.Name, version, cancellationToken);
            chosen.Add((asked, loaded, loaded.Definition ?? throw new EngineException("invalid-workflow", loaded.Broken!)));
        }
        var history = await HistoryReader.ReadAsync(connection, null, [.. request.Workflows.Select(w => w.Name)], cancellationToken);
        var assumptions = new Assumptions(request, history, [.. chosen.SelectMany(c => c.Definition.Tasks.Select(t => (c.Asked.Name, t)))], state.Pools);

        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var partitioned = chosen.Where(c => c.Definition.Schedule?.Partitions is not null && !c.Asked.Backfill).SelectMany(c => c.Definition.Schedule!.Assets).ToList();
        var lags = partitioned.Count == 0 ? [] : await PartitionHistory.ReadAsync(connection, partitioned, cancellationToken);
        var planned = chosen.SelectMany(c => Plan(c.Asked, c.Definition, now, lags).Select(p => (c.Asked, c.Version, p.Interval, p.Due))).OrderBy(p => p.Due).ToList();
        if (planned.Count > MostRuns)
            throw new EngineException("bad-input", $"The range has {planned.Count} runs, and a simulation takes {MostRuns} at most. Give a shorter range.");
        var start = planned.Count > 0 ? planned[0].Due : now;
        var world = World(request, state, assumptions, assumedWorker ?? new NodeOptions());
        var simulator = new Simulator(world);
        var runs = new List<SimulatedRun>(planned.Count);
        foreach (var (asked, version, interval, due) in planned)
        {
            var run = new SimulatedRun(runs.Count + 1, asked.Name, version.Graph)
            {
                Arrives = (due - start).TotalSeconds,
                IntervalStart = interval?.Start,
                IntervalEnd = interval?.End,
                Assets = !asked.Backfill && version.Definition?.Schedule is { Partitions: not null } followed ? [.. followed.Assets.Distinct()] : null,
                Backfill = asked.Backfill ? BackfillId(request, asked) : null,
                PastWaits = [.. version.Definition!.Tasks.Where(t => t.DependsOnPast).Select(t => t.Id)],
            };
            runs.Add(run);
        }
        foreach (var group in runs.GroupBy(r => r.Workflow))
        {
            // The run before is the one of the interval before, in whatever order they start; the first has none.
            SimulatedRun? past = null;
            foreach (var run in group.OrderBy(r => r.IntervalStart))
            {
                if (past is null)
                    run.PastWaits.Clear();
                run.Past = past;
                past = run;
            }
        }
        foreach (var run in runs)
            simulator.Add(run);
        simulator.Run(null, cancellationToken);
        return new SimulationReport(start, runs, simulator, world, request.Parts).Result(assumptions) with { Partitions = [.. lags.Values.OrderBy(l => l.Asset, StringComparer.Ordinal)] };
    }

    private static void Check(SimulationRequest request)
    {
        if (request.Workflows.Count == 0)
            throw new EngineException("bad-input", "The simulation names no workflow. Name at least one.");
        if (request.Workflows.GroupBy(w => w.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new EngineException("bad-input", $"The simulation names workflow '{twice.Key}' twice. Name each workflow once.");
        Range("workers", request.Workers ?? 1, 1, 10_000);
        Range("concurrency", request.Concurrency ?? 1, 1, 10_000);
        Range("percentile", request.Percentile, 1, 100);
        Range("parts", request.Parts, 1, 1000);
        foreach (var (name, value) in request.With)
            Range($"with {name}", value, LimitNames.Contains(name) ? 1 : 0, 1_000_000);
        foreach (var (name, value) in request.Elements)
            Range($"elements of {name}", value, 0, 1_000_000);
        foreach (var workflow in request.Workflows)
            Range("active_runs", workflow.ActiveRuns ?? 1, 1, 100_000);
    }

    private static void Range(string what, int value, int least, int most)
    {
        if (value < least || value > most)
            throw new EngineException("bad-input", $"The simulation's {what} is {value}. Give a number from {least} to {most}.");
    }

    /// <summary>The runs with the time at which each is asked for.</summary>
    private static IEnumerable<(DataInterval? Interval, DateTimeOffset Due)> Plan(SimulatedWorkflow asked, WorkflowDefinition definition, DateTimeOffset now, Dictionary<string, PartitionLag> lags)
    {
        var timed = Schedule.Of(definition.Schedule) is not null || definition.Schedule?.Partitions is not null;
        // What a backfill refuses cannot be simulated either.
        if (asked.NewestFirst && definition.Tasks.FirstOrDefault(t => t.DependsOnPast) is { } past)
            throw new EngineException("bad-input", $"Task '{past.Id}' of workflow '{asked.Name}' depends on the run before, so the newest interval cannot go first. Simulate the backfill oldest first.");
        if (asked.From is null && asked.To is null && !timed && !asked.Backfill)
            return [(null, now)];
        try
        {
            // A partition is there when the last of its assets is written (the first, where any is enough).
            var after = definition.Schedule is { Partitions: not null } followed ? followed.Assets.Select(a => lags.GetValueOrDefault(a)?.LagSeconds ?? 0).ToList() : [];
            var lag = TimeSpan.FromSeconds(after.Count == 0 ? 0 : definition.Schedule!.AnyAsset ? after.Min() : after.Max());
            var zone = definition.Schedule?.TimeZone ?? TimeZoneInfo.Utc;
            var from = asked.From ?? now.UtcDateTime.ToString("O");
            var to = asked.To ?? RunRange.ReadTime(from, zone).AddDays(DefaultDays).UtcDateTime.ToString("O");
            return [.. RunRange.Intervals(definition.Schedule, null, from, to).Select(i => ((DataInterval?)i, asked.Backfill ? now : i.End + lag))];
        }
        catch (FormatException e)
        {
            throw new EngineException("bad-input", e.Message);
        }
    }

    private static SimulatedWorld World(SimulationRequest request, SimulationState state, Assumptions assumptions, NodeOptions assumed)
    {
        var pools = state.Pools.ToDictionary(p => p.Key, p => request.With.GetValueOrDefault(p.Key, p.Value));
        return new SimulatedWorld
        {
            Nodes = state.Workers(request.Workers, request.Concurrency, assumed),
            Pools = pools,
            Workflows = request.Workflows.ToDictionary(w => w.Name, w =>
            {
                var row = state.Workflows[w.Name];
                return (w.ActiveRuns ?? request.With.GetValueOrDefault("active_runs", row.ActiveRuns), request.With.GetValueOrDefault("active_tasks", row.ActiveTasks));
            }),
            Backfills = request.Workflows.Where(w => w.Backfill).ToDictionary(
                w => BackfillId(request, w),
                w => (w.ActiveRuns ?? request.With.GetValueOrDefault("active_runs", state.Workflows[w.Name].ActiveRuns), w.NewestFirst)),
            Duration = (run, task) => assumptions.Duration(run.Workflow, task.Id),
            Elements = (run, task) => assumptions.ElementsOf(run.Workflow, task.Id),
        };
    }

    private static long BackfillId(SimulationRequest request, SimulatedWorkflow workflow) =>
        request.Workflows.TakeWhile(w => w != workflow).Count() + 1;
}

/// <summary>What the database says of limits and workers.</summary>
internal sealed record SimulationState
{
    public required Dictionary<string, WorkflowLimits> Workflows { get; init; }

    public required Dictionary<string, int> Pools { get; init; }

    public required IReadOnlyList<SimulatedNode> Nodes { get; init; }

    public static async Task<SimulationState> ReadAsync(Npgsql.NpgsqlConnection connection, string[] workflows, CancellationToken cancellationToken)
    {
        var limits = await connection.QueryAsync<WorkflowLimits>(new CommandDefinition(
            "select name, version, active_runs, active_tasks from workflow where name = any(@workflows)", new { workflows }, cancellationToken: cancellationToken));
        var pools = await connection.QueryAsync<(string Name, int Slots)>(new CommandDefinition("select name, slots from pool", cancellationToken: cancellationToken));
        return new SimulationState
        {
            Workflows = limits.ToDictionary(w => w.Name),
            Pools = pools.ToDictionary(p => p.Name, p => p.Slots),
            Nodes = [.. (await Explain.LiveReader.NodesAsync(connection, null, cancellationToken)).Where(n => n.Claims).Select(n => n.Simulated())],
        };
    }

    /// <summary>The workers to simulate: so many like the first live one, or those that live, or one that is assumed.</summary>
    public IReadOnlyList<SimulatedNode> Workers(int? count, int? concurrency, NodeOptions assumed)
    {
        var first = Nodes.Count > 0 ? Nodes[0] : new SimulatedNode("assumed", null, assumed.Concurrency, assumed.Resources);
        if (count is null && concurrency is null)
            return Nodes.Count > 0 ? Nodes : [first];
        return [.. Enumerable.Range(1, count ?? Math.Max(1, Nodes.Count)).Select(i => new SimulatedNode($"worker {i}", Nodes.Count > 0 ? first.Queues : null, concurrency ?? first.Concurrency, first.Declared))];
    }
}

/// <summary>A workflow's limits.</summary>
internal sealed record WorkflowLimits
{
    public required string Name { get; init; }

    public int? Version { get; init; }

    public required int ActiveRuns { get; init; }

    public required int ActiveTasks { get; init; }
}
