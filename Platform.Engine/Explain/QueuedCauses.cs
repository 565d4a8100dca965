using System.Globalization;

namespace Platform.Engine.Explain;

/// <summary>Why a task that was released is not claimed: the claim's own conditions, one after the other.</summary>
internal static class QueuedCauses
{
    /// <summary>The causes; one at least.</summary>
    /// <param name="row">Its row in the queue, not leased.</param>
    /// <param name="state">What holds and limits tasks.</param>
    /// <param name="activeTasks">The workflow's limit.</param>
    /// <param name="before">Ready tasks of its queue that go before it.</param>
    /// <param name="error">Why its last attempt failed; null where none did.</param>
    public static IReadOnlyList<Cause> Of(QueuedTask row, LiveState state, int activeTasks, IReadOnlyList<TasksBefore> before, string? error)
    {
        var causes = new List<Cause>();
        if (row.ReadyAt > state.Now)
            causes.Add(Cause.Of(CauseCodes.RetryAt, $"Attempt {row.Number} starts at {Time(row.ReadyAt)}.{(error is null ? "" : $" The one before failed: {error}")}", Time(row.ReadyAt), Number(row.Number), error ?? ""));
        var takers = state.Nodes.Where(n => n.Claims && n.Queues.Contains(row.Queue)).ToList();
        if (takers.Count == 0 && state.Nodes.Where(n => n is { Alive: true, Stopping: false, Drained: true } && n.Queues.Contains(row.Queue)).Select(n => n.Name).ToList() is { Count: > 0 } drained)
        {
            causes.Add(Cause.Action(CauseCodes.Drained,
                $"Every live worker of queue '{row.Queue}' is drained and takes nothing: {string.Join(", ", drained)}. Let it go on with './platform nodes resume {drained[0]}', or start another.", row.Queue, string.Join(", ", drained)));
        }
        else if (takers.Count == 0)
        {
            var taken = string.Join(", ", state.Nodes.Where(n => n.Claims).SelectMany(n => n.Queues).Distinct().Order());
            causes.Add(Cause.Action(CauseCodes.NoWorker,
                $"No live worker takes queue '{row.Queue}' ({(taken.Length == 0 ? "no worker lives" : $"the live ones take {taken}")}). Start one with './platform worker --queues {row.Queue}'.", row.Queue, taken));
        }
        else if (!takers.Any(n => Fits(row, n.Declared)))
        {
            var most = Describe(new(takers.Max(n => n.Declared.Cpu), takers.Max(n => n.Declared.Memory), takers.Max(n => n.Declared.Gpu)), all: true);
            causes.Add(Cause.Action(CauseCodes.NoResources,
                $"It needs {Describe(row.Needs)}, and no live worker of queue '{row.Queue}' declares that (at most {most}). Start one with './platform worker --queues {row.Queue} --resource {Option(row.Needs)}', or ask for less.",
                row.Queue, Describe(row.Needs), most));
        }
        Pool(row, state, causes);
        if (row.ReadyAt <= state.Now)
        {
            var own = state.Leases.Where(l => l.Workflow == row.Workflow).ToList();
            if (own.Count >= activeTasks)
                causes.Add(Cause.Of(CauseCodes.TaskLimit, $"The workflow runs {Number(activeTasks)} tasks at once, its limit; now those of run {LiveState.Holders(own)}.", Number(activeTasks), LiveState.Holders(own)));
            if (causes.Count == 0)
                causes.Add(Busy(row, state, takers, before, activeTasks - own.Count));
            if (row.Raised > 0)
                causes.Add(Cause.Of(CauseCodes.Raised, $"It is ready since {Time(row.ReadyAt)}; while it waited its priority has risen from {Number(row.Priority - row.Raised)} to {Number(row.Priority)}.", Time(row.ReadyAt), Number(row.Priority - row.Raised), Number(row.Priority)));
        }
        return causes;
    }

    private static void Pool(QueuedTask row, LiveState state, List<Cause> causes)
    {
        if (row.Pool is not { } pool)
            return;
        if (!state.Pools.TryGetValue(pool, out var slots))
        {
            causes.Add(Cause.Action(CauseCodes.PoolMissing, $"It takes slots of pool '{pool}', which there is not. Make the pool, or take it out of the workflow.", pool));
            return;
        }
        if (slots < row.PoolSlots)
        {
            causes.Add(Cause.Action(CauseCodes.PoolTooSmall, $"It takes {Number(row.PoolSlots)} slots of pool '{pool}', which has {Number(slots)} in all. Give the pool more slots.", pool, Number(slots), Number(row.PoolSlots)));
            return;
        }
        var holders = state.Leases.Where(l => l.Pool == pool).ToList();
        var used = holders.Sum(l => l.PoolSlots);
        if (slots - used < row.PoolSlots)
            causes.Add(Cause.Of(CauseCodes.PoolFull, $"Pool '{pool}' is full ({Number(used)} of {Number(slots)} slots), held by run {LiveState.Holders(holders)}.", pool, Number(used), Number(slots), LiveState.Holders(holders)));
    }

    private static Cause Busy(QueuedTask row, LiveState state, List<LiveNode> takers, IReadOnlyList<TasksBefore> ahead, int workflowRoom)
    {
        var before = ahead.Sum(b => b.Count);
        var leases = state.Leases.ToLookup(l => l.Node!);
        var places = takers.Sum(n => n.Concurrency);
        var free = takers.Where(n => leases[n.Name].Count() < n.Concurrency).ToList();
        if (free.Count == 0)
        {
            // A worker may claim ahead of its places: what it took last waits in it for a place.
            var running = takers.SelectMany(n => leases[n.Name].OrderBy(l => l.StartedAt).ThenBy(l => l.Id).Take(n.Concurrency)).ToList();
            var waiting = takers.Sum(n => leases[n.Name].Count()) - running.Count;
            var holders = LiveState.Holders(running);
            return Cause.Of(CauseCodes.WorkersBusy,
                $"{(places == 1 ? "The one place" : $"All {Number(places)} places")} of the workers of queue '{row.Queue}' {(places == 1 ? "is" : "are")} taken by run {holders}{(waiting == 0 ? "" : $", and {Number(waiting)} {(waiting == 1 ? "task is" : "tasks are")} claimed ahead")}; {Number(before)} ready {(before == 1 ? "task goes" : "tasks go")} before it.",
                row.Queue, Number(places), holders, Number(before), Number(waiting));
        }
        if (!free.Any(n => Fits(row, Free(n, leases[n.Name]))))
        {
            var holders = LiveState.Holders(takers.SelectMany(n => leases[n.Name]).Where(l => (row.Cpu > 0 && l.Cpu > 0) || (row.Memory > 0 && l.Memory > 0) || (row.Gpu > 0 && l.Gpu > 0)));
            return Cause.Of(CauseCodes.ResourcesBusy, $"It needs {Describe(row.Needs)}, which others hold: run {holders}.", Describe(row.Needs), holders);
        }
        var rivals = Rivals(row, state, ahead, Math.Min(workflowRoom, free.Sum(n => n.Concurrency - leases[n.Name].Count())));
        return rivals > 0
            ? Cause.Of(CauseCodes.TasksBefore, $"{Number(rivals)} ready {(rivals == 1 ? "task" : "tasks")} of its workflow or pool {(rivals == 1 ? "goes" : "go")} before it and {(rivals == 1 ? "takes" : "take")} what is free.", Number(rivals))
            : Cause.Of(CauseCodes.Starting, "Nothing is in its way: a worker takes it in a moment.");
    }

    /// <summary>How many ready tasks take what is free before it does: those of its workflow where they fill the room, and those of its pool where they take its slots; 0 where enough is left. Tasks whose own pool is full take nothing.</summary>
    private static int Rivals(QueuedTask row, LiveState state, IReadOnlyList<TasksBefore> before, int room)
    {
        int FreeSlots(string pool) => state.Pools.GetValueOrDefault(pool) - state.Leases.Where(l => l.Pool == pool).Sum(l => l.PoolSlots);
        var own = before.Where(b => b.Own && (b.Pool is null || FreeSlots(b.Pool) > 0)).Sum(b => b.Count);
        var ofPool = row.Pool is null ? [] : before.Where(b => b.Pool == row.Pool).ToList();
        return own >= room ? own
            : ofPool.Count > 0 && FreeSlots(row.Pool!) - ofPool.Sum(b => b.Slots) < row.PoolSlots ? ofPool.Sum(b => b.Count)
            : 0;
    }

    private static NodeResources Free(LiveNode node, IEnumerable<QueuedTask> leases)
    {
        var held = leases.ToList();
        return new(node.Declared.Cpu - held.Sum(l => l.Cpu), node.Declared.Memory - held.Sum(l => l.Memory), node.Declared.Gpu - held.Sum(l => l.Gpu));
    }

    private static bool Fits(QueuedTask row, NodeResources free) => row.Cpu <= free.Cpu && row.Memory <= free.Memory && row.Gpu <= free.Gpu;

    private static string Describe(NodeResources needs, bool all = false)
    {
        var parts = new List<string>();
        if (all || needs.Cpu > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"cpu {needs.Cpu:0.##}"));
        if (all || needs.Memory > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"memory {needs.Memory / (1 << 30):0.##} GiB"));
        if (all || needs.Gpu > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"gpu {needs.Gpu:0.##}"));
        return string.Join(", ", parts);
    }

    private static string Option(NodeResources needs) => needs.Gpu > 0 ? string.Create(CultureInfo.InvariantCulture, $"gpu={needs.Gpu:0.##}")
        : needs.Memory > 0 ? string.Create(CultureInfo.InvariantCulture, $"memory={needs.Memory:0}") : string.Create(CultureInfo.InvariantCulture, $"cpu={needs.Cpu:0.##}");

    internal static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
