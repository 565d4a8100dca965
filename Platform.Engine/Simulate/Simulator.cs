using Platform.Engine.Queue;
using Platform.Workflows.Definition;

namespace Platform.Engine.Simulate;

/// <summary>
/// Runs the engine's rules on a list of events instead of a database: promotion of queued runs, release by the graph, and claims in the engine's order
/// (priority, fair share, age) within pools, limits of active tasks, workers' places and resources. Every task succeeds and takes what <see cref="SimulatedWorld.Duration"/> says.
/// </summary>
internal sealed class Simulator(SimulatedWorld world)
{
    /// <summary>Most task instances of one simulation.</summary>
    public const int MostTasks = 500_000;

    // Seconds in which a waiting task rises by one, as NodeOptions.Aging has it by default.
    private const double AgingStep = 60;

    private readonly PriorityQueue<Event, (double Time, long Order)> _events = new();
    private readonly Dictionary<Bucket, Queue<SimulatedTask>> _ready = [];
    private readonly Dictionary<(string Workflow, long? Backfill), SortedSet<SimulatedRun>> _waiting = [];
    private readonly Dictionary<(string Workflow, long? Backfill), int> _activeRuns = [];
    private readonly Dictionary<string, int> _activeTasks = [];
    private readonly Dictionary<string, int> _pools = [];
    private readonly Dictionary<SimulatedRun, List<SimulatedRun>> _behind = [];
    private readonly List<SimulatedTask> _tasks = [];
    private double _now;
    private long _order;
    private SimulatedTask? _lastEnded;

    /// <summary>Every instance that was released, in order of release.</summary>
    public IReadOnlyList<SimulatedTask> Tasks => _tasks;

    /// <summary>Slots in use, by pool.</summary>
    public Dictionary<string, LoadMeter> PoolLoad { get; } = [];

    /// <summary>Tasks running, by queue.</summary>
    public Dictionary<string, LoadMeter> QueueLoad { get; } = [];

    /// <summary>Tasks ready and not running, by queue.</summary>
    public Dictionary<string, LoadMeter> QueueWaiting { get; } = [];

    /// <summary>Queues a run at its time of arrival.</summary>
    public void Add(SimulatedRun run)
    {
        if (run is { Past: { } past, PastWaits.Count: > 0 })
        {
            if (!_behind.TryGetValue(past, out var behind))
                _behind[past] = behind = [];
            behind.Add(run);
        }
        if (run.Running)
        {
            _activeRuns[Key(run)] = _activeRuns.GetValueOrDefault(Key(run)) + 1;
            run.Started = 0;
        }
        else
        {
            _events.Enqueue(new Event(run, null, Ends: false), (run.Arrives, _order++));
        }
    }

    /// <summary>A task that runs already: it holds its places for so many seconds more.</summary>
    /// <param name="task">Its run's progress counts it already.</param>
    /// <param name="node">Its worker; null where it holds none (deferred).</param>
    /// <param name="started">Seconds, not above 0.</param>
    /// <param name="remaining">Seconds; infinity where nobody knows.</param>
    public void AddRunning(SimulatedTask task, SimulatedNode? node, double started, double remaining)
    {
        task.Sequence = _order++;
        task.Started = started;
        _tasks.Add(task);
        if (node is not null)
            Take(task, node);
        if (!double.IsInfinity(remaining))
            _events.Enqueue(new Event(task.Run, task, Ends: true), (remaining, _order++));
    }

    /// <summary>A task that is released already and becomes ready at a time, now or later.</summary>
    public void AddReady(SimulatedTask task, double ready)
    {
        task.Ready = ready;
        Enter(task);
        _events.Enqueue(new Event(task.Run, task, Ends: false), (ready, _order++));
    }

    /// <summary>Lets the time pass until nothing happens any more, or until the caller has seen enough.</summary>
    /// <param name="enough">Asked after each moment; null runs to the end.</param>
    /// <param name="cancellationToken">Stops the simulation.</param>
    /// <exception cref="EngineException">There are more tasks than <see cref="MostTasks"/> (<c>bad-input</c>).</exception>
    public void Run(Func<bool>? enough, CancellationToken cancellationToken)
    {
        while (_events.TryPeek(out _, out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _now = next.Time;
            // All that happens at one moment is decided before anything is claimed: the engine's transaction ends many attempts at once too.
            while (_events.TryPeek(out var happening, out var at) && at.Time == _now)
            {
                _events.Dequeue();
                Happen(happening);
            }
            Claim();
            if (enough?.Invoke() == true)
                return;
        }
    }

    private void Happen(Event happening)
    {
        if (happening.Task is not { } task)
        {
            Wait(happening.Run);
            Promote(Key(happening.Run), null);
        }
        else if (happening.Ends)
        {
            End(task);
        }
        else
        {
            Meter(QueueWaiting, task.Task.Queue).Add(_now, 1);
            var bucket = Bucket.Of(task);
            if (!_ready.TryGetValue(bucket, out var queue))
                _ready[bucket] = queue = new Queue<SimulatedTask>();
            queue.Enqueue(task);
        }
    }

    private void Wait(SimulatedRun run)
    {
        var newestFirst = run.Backfill is { } id && world.Backfills.TryGetValue(id, out var backfill) && backfill.NewestFirst;
        if (!_waiting.TryGetValue(Key(run), out var waiting))
            _waiting[Key(run)] = waiting = new SortedSet<SimulatedRun>(new StartOrder(newestFirst));
        waiting.Add(run);
    }

    /// <summary>Starts queued runs while their workflow, or their backfill, has a place.</summary>
    private void Promote((string Workflow, long? Backfill) key, SimulatedTask? by)
    {
        if (!_waiting.TryGetValue(key, out var waiting))
            return;
        var limit = key.Backfill is { } id && world.Backfills.TryGetValue(id, out var backfill) ? backfill.ActiveRuns : world.Workflows[key.Workflow].ActiveRuns;
        while (waiting.Count > 0 && _activeRuns.GetValueOrDefault(key) < limit)
        {
            Start(waiting.Min!, by);
        }
    }

    private void Start(SimulatedRun run, SimulatedTask? by)
    {
        _waiting[Key(run)].Remove(run);
        _activeRuns[Key(run)] = _activeRuns.GetValueOrDefault(Key(run)) + 1;
        run.Started = _now;
        run.StartedBy = by;
        foreach (var task in run.Graph!.Ordered)
            run.Progress![task.Id].Add(TaskStates.None, 1);
        if (run.Past is { } past)
            run.PastWaits.RemoveAll(past.Did);
        Settle(run, by);
        // The run before goes at once where this one can do nothing without it: it could hold the last place otherwise.
        if (run is { PastWaits.Count: > 0, Past: { } before } && double.IsNaN(before.Started) && double.IsNaN(run.Ended) && !run.Graph.Ordered.Any(t => run.Progress![t.Id].Open > 0)
            && _waiting.TryGetValue(Key(before), out var queued) && queued.Contains(before))
            Start(before, by);
    }

    /// <summary>Releases what the run's graph lets go, and ends the run where nothing is open.</summary>
    private void Settle(SimulatedRun run, SimulatedTask? by)
    {
        if (run.Progress is not { } progress)
            return;
        foreach (var move in progress.Advance())
        {
            if (move.State != TaskStates.Queued)
                continue;
            var definition = run.Graph!.Find(move.TaskId)!;
            for (var i = 0; i < move.Count; i++)
            {
                var index = -1;
                if (run.Expanded.Contains(move.TaskId))
                {
                    index = run.NextIndex.GetValueOrDefault(move.TaskId);
                    run.NextIndex[move.TaskId] = index + 1;
                }
                var task = new SimulatedTask(run, definition, index) { Ready = _now, Previous = by };
                Enter(task);
                _events.Enqueue(new Event(run, task, Ends: false), (_now, _order++));
            }
        }
        foreach (var next in _behind.GetValueOrDefault(run) ?? [])
        {
            if (next.PastWaits.RemoveAll(run.Did) > 0 && !double.IsNaN(next.Started) && double.IsNaN(next.Ended))
                Settle(next, by);
        }
        if (!progress.Ended || !double.IsNaN(run.Ended))
            return;
        run.Ended = _now;
        _activeRuns[Key(run)]--;
        Promote(Key(run), by);
    }

    private void Enter(SimulatedTask task)
    {
        if (_tasks.Count >= MostTasks)
            throw new EngineException("bad-input", $"The simulation has more than {MostTasks} tasks. Simulate a shorter range, or fewer elements of mapped tasks.");
        task.Sequence = _order++;
        _tasks.Add(task);
    }

    /// <summary>Leases ready tasks to workers, one at a time in the engine's order.</summary>
    private void Claim()
    {
        while (true)
        {
            var top = _ready.Values.Where(q => q.Count > 0).Select(q => q.Peek().Task.Priority).DefaultIfEmpty(0).Max();
            SimulatedTask? best = null;
            SimulatedNode? bestNode = null;
            Queue<SimulatedTask>? from = null;
            foreach (var queue in _ready.Values)
            {
                if (!queue.TryPeek(out var head))
                    continue;
                var (node, waitsFor) = Place(head);
                if (node is null)
                    head.WaitedFor = waitsFor;
                else if (best is null || Before(head, best, top))
                    (best, bestNode, from) = (head, node, queue);
            }
            if (best is null)
                return;
            from!.Dequeue();
            Meter(QueueWaiting, best.Task.Queue).Add(_now, -1);
            if (best.Ready < _now)
                best.Previous = _lastEnded ?? best.Previous;
            best.Started = _now;
            Take(best, bestNode!);
            // The first instance of a mapped task only finds its elements.
            var seconds = Expands(best) ? 0 : world.Duration(best.Run, best.Task);
            if (!double.IsInfinity(seconds))
                _events.Enqueue(new Event(best.Run, best, Ends: true), (_now + seconds, _order++));
        }
    }

    private bool Before(SimulatedTask a, SimulatedTask b, int top)
    {
        var (rankA, rankB) = (Rank(a, top), Rank(b, top));
        if (rankA != rankB)
            return rankA > rankB;
        var (shareA, shareB) = (_activeTasks.GetValueOrDefault(a.Run.Workflow), _activeTasks.GetValueOrDefault(b.Run.Workflow));
        if (shareA != shareB)
            return shareA < shareB;
        return (a.Ready, a.Sequence).CompareTo((b.Ready, b.Sequence)) < 0;
    }

    /// <summary>Its priority with what it has risen while it waited; tasks of backfills do not rise.</summary>
    private int Rank(SimulatedTask task, int top) =>
        task.Run.Backfill is not null || task.Task.Priority >= top ? task.Task.Priority : (int)Math.Min(top, task.Task.Priority + Math.Floor((_now - task.Ready) / AgingStep));

    private (SimulatedNode? Node, string? WaitsFor) Place(SimulatedTask task)
    {
        if (world.Workflows.TryGetValue(task.Run.Workflow, out var limits) && _activeTasks.GetValueOrDefault(task.Run.Workflow) >= limits.ActiveTasks)
            return (null, "active_tasks");
        if (task.Task.Pool is { } pool && _pools.GetValueOrDefault(pool) + Math.Max(1, task.Task.PoolSlots) > world.Pools.GetValueOrDefault(pool))
            return (null, $"pool {pool}");
        SimulatedNode? chosen = null;
        var places = false;
        foreach (var node in world.Nodes)
        {
            if (!node.Takes(task.Task.Queue) || node.Taken >= node.Concurrency)
                continue;
            places = true;
            if (node.HasFree(task.Needs) && (chosen is null || node.Concurrency - node.Taken > chosen.Concurrency - chosen.Taken))
                chosen = node;
        }
        return chosen is not null ? (chosen, null) : (null, places ? "resources" : "workers");
    }

    private void Take(SimulatedTask task, SimulatedNode node)
    {
        task.Node = node;
        node.Taken++;
        node.Held = new(node.Held.Cpu + task.Needs.Cpu, node.Held.Memory + task.Needs.Memory, node.Held.Gpu + task.Needs.Gpu);
        _activeTasks[task.Run.Workflow] = _activeTasks.GetValueOrDefault(task.Run.Workflow) + 1;
        Meter(QueueLoad, task.Task.Queue).Add(_now, 1);
        if (task.Task.Pool is { } pool)
        {
            var slots = Math.Max(1, task.Task.PoolSlots);
            _pools[pool] = _pools.GetValueOrDefault(pool) + slots;
            Meter(PoolLoad, pool).Add(_now, slots);
        }
    }

    private void Give(SimulatedTask task, SimulatedNode node)
    {
        node.Taken--;
        node.Held = new(node.Held.Cpu - task.Needs.Cpu, node.Held.Memory - task.Needs.Memory, node.Held.Gpu - task.Needs.Gpu);
        _activeTasks[task.Run.Workflow]--;
        Meter(QueueLoad, task.Task.Queue).Add(_now, -1);
        if (task.Task.Pool is { } pool)
        {
            var slots = Math.Max(1, task.Task.PoolSlots);
            _pools[pool] -= slots;
            Meter(PoolLoad, pool).Add(_now, -slots);
        }
    }

    private static bool Expands(SimulatedTask task) => task.Task.Map is not null && task.MapIndex < 0;

    private void End(SimulatedTask task)
    {
        task.Ended = _now;
        if (task.Node is { } node)
            Give(task, node);
        _lastEnded = task;
        if (task.Run.Progress?[task.Task.Id] is { } counts)
        {
            counts.Add(TaskStates.Queued, -1);
            if (Expands(task))
            {
                task.Run.Expanded.Add(task.Task.Id);
                var elements = world.Elements(task.Run, task.Task);
                counts.Add(elements == 0 ? TaskStates.Skipped : TaskStates.None, Math.Max(1, elements));
            }
            else
            {
                counts.Add(TaskStates.Success, 1);
            }
        }
        Settle(task.Run, task);
    }

    private static (string, long?) Key(SimulatedRun run) => (run.Workflow, run.Backfill);

    private static LoadMeter Meter(Dictionary<string, LoadMeter> meters, string name)
    {
        if (!meters.TryGetValue(name, out var meter))
            meters[name] = meter = new LoadMeter();
        return meter;
    }

    /// <summary>Something that happens: a run arrives (no task), a task becomes ready, or it ends.</summary>
    private readonly record struct Event(SimulatedRun Run, SimulatedTask? Task, bool Ends);

    /// <summary>Tasks that one answer fits: where the first of them cannot be claimed, none can.</summary>
    private readonly record struct Bucket(string Workflow, string Queue, string? Pool, int Slots, int Priority, NodeResources Needs)
    {
        public static Bucket Of(SimulatedTask task) => new(task.Run.Workflow, task.Task.Queue, task.Task.Pool, task.Task.PoolSlots, task.Task.Priority, task.Needs);
    }

    /// <summary>The order in which queued runs start: priority, then the interval (the oldest first unless the backfill says otherwise), then age.</summary>
    private sealed class StartOrder(bool newestFirst) : IComparer<SimulatedRun>
    {
        public int Compare(SimulatedRun? x, SimulatedRun? y)
        {
            if (x!.Priority != y!.Priority)
                return y.Priority.CompareTo(x.Priority);
            var interval = Nullable.Compare(x.IntervalStart, y.IntervalStart);
            return interval != 0 ? newestFirst ? -interval : interval : x.Id.CompareTo(y.Id);
        }
    }
}
