namespace Platform.Engine;

/// <summary>What a node does and how.</summary>
public sealed record NodeOptions
{
    /// <summary>Unique for each start of a process. Default: machine, process id and a random part.</summary>
    public string Name { get; init; } = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid().ToString("n")[..6]}";

    /// <summary>Version of the program, shown on the page of nodes.</summary>
    public string Version { get; init; } = typeof(NodeOptions).Assembly.GetName().Version?.ToString() ?? "0";

    /// <summary>Where the node notes whether its database takes what it writes.</summary>
    public NodePulse Pulse { get; init; } = new();

    /// <summary>Whether it plans runs. Any number of nodes may; row locks keep them apart. Default true.</summary>
    public bool Plans { get; init; } = true;

    /// <summary>Whether it runs tasks. Default true.</summary>
    public bool Works { get; init; } = true;

    /// <summary>Whether it reaps leases, times runs out and prunes. Default true.</summary>
    public bool Maintains { get; init; } = true;

    /// <summary>Whether it serves pages; only shown on the page of nodes. Default false.</summary>
    public bool Serves { get; init; }

    /// <summary>Queues that it takes tasks from. Default: <c>default</c>.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>Tasks that it runs at once, at least 1. Default: the number of processors, at least 2.</summary>
    public int Concurrency { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>What it declares to tasks that ask for resources.</summary>
    public NodeResources Resources { get; init; } = NodeResources.OfThisMachine();

    /// <summary>How long a lease holds unless renewed. Default 10 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often leases are renewed. Default 3 s.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the queue is looked at when no notification came, and how often cancels are looked for. Default 1 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a ready task waits until its priority rises by one, up to the highest in its queue. Null lets none rise. Default 1 min.</summary>
    public TimeSpan? Aging { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an attempt may go on after it was asked to stop; then it is abandoned. Default 30 s.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping node lets its tasks finish before it hands them back. Default 20 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest outputs of a task, in bytes of JSON. Default 64 KiB.</summary>
    public int MostOutputBytes { get; init; } = 64 * 1024;

    /// <summary>Log lines that an attempt may write; further ones are counted and dropped, warnings and errors get a tenth more. Default 20,000.</summary>
    public int MostLogLines { get; init; } = 20_000;

    /// <summary>How long ended runs with their tasks and logs are kept. Null keeps them for ever. Default 400 days.</summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long log lines are kept. Null keeps them for ever. Default 60 days.</summary>
    public TimeSpan? LogRetention { get; init; } = TimeSpan.FromDays(60);

    /// <summary>How long events are kept after every reader has them. Null keeps them for ever. Default 7 days.</summary>
    public TimeSpan? EventRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time of day (UTC) from which the nightly audit is made, by one node. Null makes none. Default 03:00.</summary>
    public TimeOnly? AuditAt { get; init; } = new(3, 0);
}

/// <summary>Amounts of what tasks may ask for.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Gpu">Devices.</param>
public sealed record NodeResources(double Cpu, double Memory, double Gpu)
{
    /// <summary>The machine's cores and memory, no GPU.</summary>
    public static NodeResources OfThisMachine() =>
        new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, 0);
}
