namespace Platform.Engine.Simulate;

/// <summary>Tells what a simulation found.</summary>
internal sealed class SimulationReport(DateTimeOffset start, IReadOnlyList<SimulatedRun> runs, Simulator simulator, SimulatedWorld world, int parts)
{
    private const int MostStuck = 20;

    public SimulationResult Result(Assumptions assumptions)
    {
        var last = runs.Where(r => !double.IsNaN(r.Ended)).Select(r => r.Ended).DefaultIfEmpty(0).Max();
        var first = runs.Where(r => !double.IsNaN(r.Started)).Select(r => r.Started).DefaultIfEmpty(0).Min();
        var complete = runs.All(r => !double.IsNaN(r.Ended));
        return new SimulationResult
        {
            Start = start,
            End = complete ? At(last) : null,
            MakespanSeconds = complete ? last - first : null,
            Tasks = simulator.Tasks.Count(t => !double.IsNaN(t.Started)),
            Runs = [.. runs.Select(r => new SimulatedRunResult(r.Workflow, r.IntervalStart, r.IntervalEnd, At(r.Arrives), Maybe(r.Started), Maybe(r.Ended), double.IsNaN(r.Started) ? null : r.Started - r.Arrives, r.Assets))],
            CriticalPath = CriticalPath(),
            Pools = [.. simulator.PoolLoad.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Load(p.Key, world.Pools.GetValueOrDefault(p.Key), p.Value, null, last))],
            Queues = [.. simulator.QueueWaiting.OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => Load(
                q.Key, world.Nodes.Where(n => n.Takes(q.Key)).Sum(n => n.Concurrency), simulator.QueueLoad.GetValueOrDefault(q.Key) ?? new LoadMeter(), q.Value, last))],
            Lateness = Late(),
            Assumptions = assumptions.All,
            Workers = [.. world.Nodes.Select(n => $"{n.Name}: {n.Concurrency} tasks at once, {(n.Queues is null ? "every queue" : string.Join(", ", n.Queues.Order()))}")],
            Stuck = Stuck(),
        };
    }

    private DateTimeOffset At(double seconds) => start.AddSeconds(seconds);

    private DateTimeOffset? Maybe(double seconds) => double.IsNaN(seconds) ? null : At(seconds);

    private Load Load(string name, int capacity, LoadMeter used, LoadMeter? waiting, double until) =>
        new(name, capacity, used.Peak, used.Mean(until), waiting?.Peak, [.. used.Curve(until, parts).Select(p => new LoadPart(At(p.From), p.Mean, p.Peak))]);

    /// <summary>Back from the last task to end, each time to the task whose end let it start.</summary>
    private List<CriticalStep> CriticalPath()
    {
        var path = new List<CriticalStep>();
        var seen = new HashSet<SimulatedTask>();
        var task = simulator.Tasks.Where(t => !double.IsNaN(t.Ended)).MaxBy(t => t.Ended);
        while (task is not null && seen.Add(task))
        {
            // The first tasks of a run may have waited for the run itself.
            var previous = task.Previous;
            var waited = task.Started > task.Ready ? task.WaitedFor : previous is not null && previous.Run != task.Run ? "active_runs" : null;
            if (!(task.Task.Map is not null && task.MapIndex < 0))
                path.Add(new CriticalStep(task.Run.Workflow, task.Run.IntervalStart, task.Task.Id, task.MapIndex, At(task.Ready), At(task.Started), At(task.Ended), waited));
            task = previous;
        }
        path.Reverse();
        return path;
    }

    private Lateness Late()
    {
        var late = runs.Where(r => !double.IsNaN(r.Started)).Select(r => r.Started - r.Arrives).Order().ToArray();
        var overlapping = runs.GroupBy(r => r.Workflow).Sum(g =>
        {
            var ordered = g.OrderBy(r => r.Arrives).ToArray();
            return ordered.Zip(ordered.Skip(1)).Count(p => p.Second.Arrives > p.First.Arrives && (double.IsNaN(p.First.Ended) || p.First.Ended > p.Second.Arrives));
        });
        return late.Length == 0 ? new Lateness(0, 0, 0, overlapping)
            : new Lateness(late[(late.Length - 1) / 2], late[Math.Clamp((int)Math.Ceiling(0.9 * late.Length) - 1, 0, late.Length - 1)], late[^1], overlapping);
    }

    private List<string> Stuck() =>
        [.. simulator.Tasks.Where(t => double.IsNaN(t.Started))
            .Select(t => $"Task '{t.Task.Id}' of workflow '{t.Run.Workflow}' {Reason(t)}")
            .Distinct().Take(MostStuck)];

    private string Reason(SimulatedTask task)
    {
        var takers = world.Nodes.Where(n => n.Takes(task.Task.Queue)).ToList();
        if (takers.Count == 0)
            return $"is in queue '{task.Task.Queue}', which no worker takes. Start a worker for it, or simulate with --workers.";
        if (!takers.Any(n => n.Declares(task.Needs)))
            return $"needs more resources (cpu {task.Needs.Cpu}, memory {task.Needs.Memory}, gpu {task.Needs.Gpu}) than a worker of queue '{task.Task.Queue}' declares.";
        return task.Task.Pool is { } pool && Math.Max(1, task.Task.PoolSlots) > world.Pools.GetValueOrDefault(pool)
            ? $"takes {Math.Max(1, task.Task.PoolSlots)} slots of pool '{pool}', which has {world.Pools.GetValueOrDefault(pool)}. Give the pool more slots."
            : "waits behind a task that never ends.";
    }
}
