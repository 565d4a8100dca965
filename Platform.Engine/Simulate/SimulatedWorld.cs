using Platform.Engine.Queue;
using Platform.Workflows.Definition;

namespace Platform.Engine.Simulate;

/// <summary>What limits the tasks of a simulation: the same things that limit the engine's.</summary>
internal sealed class SimulatedWorld
{
    public required IReadOnlyList<SimulatedNode> Nodes { get; init; }

    /// <summary>Slots of each pool.</summary>
    public required IReadOnlyDictionary<string, int> Pools { get; init; }

    /// <summary>Limits of each workflow: its active runs and active tasks.</summary>
    public required IReadOnlyDictionary<string, (int ActiveRuns, int ActiveTasks)> Workflows { get; init; }

    /// <summary>Limits of each backfill: its active runs, and whether the newest interval goes first.</summary>
    public IReadOnlyDictionary<long, (int ActiveRuns, bool NewestFirst)> Backfills { get; init; } = new Dictionary<long, (int, bool)>();

    /// <summary>Seconds that an instance takes; infinity where nobody knows: it then holds its places for ever.</summary>
    public required Func<SimulatedRun, TaskDefinition, double> Duration { get; init; }

    /// <summary>Elements of a mapped task that is not expanded yet.</summary>
    public required Func<SimulatedRun, TaskDefinition, int> Elements { get; init; }
}

/// <summary>A worker.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Queues">Queues that it takes; null takes all.</param>
/// <param name="Concurrency">Tasks at once.</param>
/// <param name="Declared">What it declares.</param>
internal sealed record SimulatedNode(string Name, IReadOnlySet<string>? Queues, int Concurrency, NodeResources Declared)
{
    /// <summary>Tasks that it runs.</summary>
    public int Taken { get; set; }

    /// <summary>What its tasks hold.</summary>
    public NodeResources Held { get; set; } = new(0, 0, 0);

    public bool Takes(string queue) => Queues?.Contains(queue) ?? true;

    public bool Declares(NodeResources needs) => needs.Cpu <= Declared.Cpu && needs.Memory <= Declared.Memory && needs.Gpu <= Declared.Gpu;

    public bool HasFree(NodeResources needs) =>
        needs.Cpu <= Declared.Cpu - Held.Cpu && needs.Memory <= Declared.Memory - Held.Memory && needs.Gpu <= Declared.Gpu - Held.Gpu;
}

/// <summary>A run. Its graph decides as the engine's runs do, by the same code.</summary>
internal sealed class SimulatedRun(long id, string workflow, RunGraph? graph)
{
    private RunProgress? _progress;

    public long Id { get; } = id;

    public string Workflow { get; } = workflow;

    /// <summary>Null stands for a task of another workflow, whose run does not matter.</summary>
    public RunGraph? Graph { get; } = graph;

    /// <summary>Tasks that wait for the same task of <see cref="Past"/>; the simulator shortens the list.</summary>
    public List<string> PastWaits { get; init; } = [];

    /// <summary>The run before; null where nothing waits for it, or where what is waited for never comes.</summary>
    public SimulatedRun? Past { get; set; }

    public RunProgress? Progress => _progress ??= Graph is null ? null : new RunProgress(Graph) { PastWaits = PastWaits };

    /// <summary>Seconds after the simulation's start at which it is queued.</summary>
    public double Arrives { get; init; }

    public DateTimeOffset? IntervalStart { get; init; }

    public DateTimeOffset? IntervalEnd { get; init; }

    public int Priority { get; init; }

    /// <summary>The assets whose partition it waits for; null where it waits for none.</summary>
    public IReadOnlyList<string>? Assets { get; init; }

    /// <summary>The backfill whose limit holds for it; null is the workflow's own.</summary>
    public long? Backfill { get; init; }

    /// <summary>Whether it was running already when the simulation started.</summary>
    public bool Running { get; init; }

    /// <summary>Tasks that were expanded.</summary>
    public HashSet<string> Expanded { get; } = [];

    /// <summary>Elements that were made so far, by task.</summary>
    public Dictionary<string, int> NextIndex { get; } = [];

    /// <summary>NaN until it started.</summary>
    public double Started { get; set; } = double.NaN;

    /// <summary>NaN until it ended.</summary>
    public double Ended { get; set; } = double.NaN;

    /// <summary>The task whose end gave it a place; null where it started when it arrived.</summary>
    public SimulatedTask? StartedBy { get; set; }

    /// <summary>Whether all instances of a task have ended well.</summary>
    public bool Did(string taskId) => Progress is { } progress && !(double.IsNaN(Started) && !Running) && progress[taskId] is { Waiting: 0, Open: 0, Unsuccessful: 0 };
}

/// <summary>A task instance.</summary>
internal sealed class SimulatedTask(SimulatedRun run, TaskDefinition task, int mapIndex)
{
    private NodeResources? _needs;

    public SimulatedRun Run { get; } = run;

    public TaskDefinition Task { get; } = task;

    public int MapIndex { get; } = mapIndex;

    /// <summary>Order of release, which settles ties.</summary>
    public long Sequence { get; set; }

    public double Ready { get; set; }

    /// <summary>NaN until it started.</summary>
    public double Started { get; set; } = double.NaN;

    /// <summary>NaN until it ended.</summary>
    public double Ended { get; set; } = double.NaN;

    public SimulatedNode? Node { get; set; }

    /// <summary>The task whose end let it start: upstream, or in the way. Null where none did.</summary>
    public SimulatedTask? Previous { get; set; }

    /// <summary>What it waited for at last between ready and started: <c>pool p</c>, <c>workers</c>, <c>active_tasks</c>, <c>resources</c>; null where nothing.</summary>
    public string? WaitedFor { get; set; }

    public NodeResources Needs => _needs ??= new(Task.Resources.GetValueOrDefault("cpu"), Task.Resources.GetValueOrDefault("memory"), Task.Resources.GetValueOrDefault("gpu"));
}
