using System.Globalization;
using Platform.Engine.Simulate;

namespace Platform.Engine.Explain;

/// <summary>What holds and limits tasks at one moment.</summary>
internal sealed record LiveState
{
    public required DateTimeOffset Now { get; init; }

    public required IReadOnlyList<LiveNode> Nodes { get; init; }

    /// <summary>Slots by pool.</summary>
    public required IReadOnlyDictionary<string, int> Pools { get; init; }

    /// <summary>Every lease.</summary>
    public required IReadOnlyList<QueuedTask> Leases { get; init; }

    /// <summary>The leases' holders without words, so that every language can show them, most first: <c>#7 shop (a, b, +2), #9 nightly (c), +3</c>.</summary>
    public static string Holders(IEnumerable<QueuedTask> leases)
    {
        var groups = leases.GroupBy(l => (l.Workflow, l.RunId)).OrderByDescending(g => g.Count()).ToList();
        var named = groups.Take(4).Select(g =>
        {
            var tasks = g.Select(l => l.Name).ToList();
            return string.Create(CultureInfo.InvariantCulture, $"#{g.Key.RunId} {g.Key.Workflow} ({string.Join(", ", tasks.Take(3))}{(tasks.Count > 3 ? $", +{tasks.Count - 3}" : "")})");
        });
        return string.Join(", ", named) + (groups.Count > 4 ? $", +{groups.Count - 4}" : "");
    }
}

/// <summary>Ready tasks that go before another.</summary>
internal sealed record TasksBefore
{
    /// <summary>Whether they are of its workflow.</summary>
    public required bool Own { get; init; }

    /// <summary>The pool whose slots they take; null where they take none.</summary>
    public string? Pool { get; init; }

    public required int Count { get; init; }

    /// <summary>Slots of <see cref="Pool"/> that they take together.</summary>
    public required int Slots { get; init; }
}

/// <summary>A node, as it declared itself.</summary>
internal sealed record LiveNode
{
    public required string Name { get; init; }

    public required string[] Roles { get; init; }

    public required string[] Queues { get; init; }

    public required int Concurrency { get; init; }

    public double? Cpu { get; init; }

    public double? Memory { get; init; }

    public double? Gpu { get; init; }

    public required bool Alive { get; init; }

    public required bool Stopping { get; init; }

    /// <summary>Whether somebody lets it run empty.</summary>
    public bool Drained { get; init; }

    /// <summary>Whether it takes tasks.</summary>
    public bool Claims => Alive && !Stopping && !Drained && Concurrency > 0;

    public NodeResources Declared => new(Cpu ?? 0, Memory ?? 0, Gpu ?? 0);

    public SimulatedNode Simulated() => new(Name, Queues.ToHashSet(), Concurrency, Declared);
}

/// <summary>A row of the queue: ready, waiting for its time, or leased.</summary>
internal sealed record QueuedTask
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    public required int MapIndex { get; init; }

    public required string Workflow { get; init; }

    public required string Queue { get; init; }

    public required short Priority { get; init; }

    /// <summary>Steps of priority that it has risen while it waited; they are in <see cref="Priority"/>.</summary>
    public short Raised { get; init; }

    public required DateTimeOffset ReadyAt { get; init; }

    public required int Number { get; init; }

    public string? Pool { get; init; }

    public required int PoolSlots { get; init; }

    public required double Cpu { get; init; }

    public required double Memory { get; init; }

    public required double Gpu { get; init; }

    /// <summary>Who holds the lease; null where nobody does.</summary>
    public string? Node { get; init; }

    /// <summary>Start of the attempt that holds the lease.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public NodeResources Needs => new(Cpu, Memory, Gpu);

    public string Name => MapIndex < 0 ? TaskId : string.Create(CultureInfo.InvariantCulture, $"{TaskId}[{MapIndex}]");
}
