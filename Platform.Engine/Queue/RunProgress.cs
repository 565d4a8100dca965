using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>How many instances of one task are in which state. Removed ones are not counted.</summary>
internal sealed class TaskCounts
{
    private readonly Dictionary<string, int> _states = [];

    /// <summary>Ids of the tasks downstream that the task's activity chose; null follows all.</summary>
    public IReadOnlyList<string>? Follow { get; set; }

    /// <summary>Whether it has an instance for each element already.</summary>
    public bool Expanded { get; set; }

    /// <summary>Of a task that follows another: waiting instances whose followed one has ended, with its state.</summary>
    public SortedDictionary<int, string> Ready { get; } = [];

    /// <summary>Indexes of <see cref="Ready"/> that the database does not know yet.</summary>
    public HashSet<int> Fresh { get; } = [];

    /// <summary>The state in which the followed instances of all other waiting ones ended together; null where they have not.</summary>
    public string? RestReady { get; set; }

    public int this[string state] => _states.GetValueOrDefault(state);

    public int Total => _states.Values.Sum();

    /// <summary>Instances that wait for upstream tasks.</summary>
    public int Waiting => this[TaskStates.None];

    /// <summary>Instances that were released and have not ended.</summary>
    public int Open => this[TaskStates.Queued] + this[TaskStates.Running] + this[TaskStates.Deferred] + this[TaskStates.UpForRetry];

    public int Unsuccessful => this[TaskStates.Failed] + this[TaskStates.UpstreamFailed] + this[TaskStates.Canceled];

    public IEnumerable<KeyValuePair<string, int>> States => _states.Where(s => s.Value > 0);

    public void Add(string state, int count) => _states[state] = this[state] + count;

    public void Move(string from, string to, int count)
    {
        _states[from] = this[from] - count;
        Add(to, count);
    }
}

/// <summary>Waiting instances of a task that a decision moves on.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="State"><c>queued</c>, <c>skipped</c>, <c>upstream_failed</c> or <c>canceled</c>.</param>
/// <param name="Count">How many, those with the lowest map index first.</param>
/// <param name="Reason">For people; null for queued.</param>
/// <param name="Indexes">Only of these; null takes all.</param>
/// <param name="Except">None of these; null leaves none out.</param>
internal sealed record Released(string TaskId, string State, int Count, string? Reason, IReadOnlyList<int>? Indexes = null, IReadOnlyList<int>? Except = null);

/// <summary>The states of a run's task instances, and what follows from them. Pure: reads and writes are the caller's.</summary>
internal sealed class RunProgress(RunGraph graph)
{
    private readonly Dictionary<string, TaskCounts> _tasks = [];

    /// <summary>Tasks that wait for the same task of the run before, whatever is upstream: they are not released, but may be skipped or fail with their upstream.</summary>
    public IReadOnlyList<string> PastWaits { get; init; } = [];

    /// <summary>The counts of a task, empty where it has no instance.</summary>
    public TaskCounts this[string taskId]
    {
        get
        {
            if (!_tasks.TryGetValue(taskId, out var counts))
                _tasks[taskId] = counts = new TaskCounts();
            return counts;
        }
    }

    /// <summary>Whether nothing waits and nothing is open.</summary>
    public bool Ended => _tasks.Values.All(t => t.Waiting + t.Open == 0);

    /// <summary>Decides every waiting instance that can be decided, upstream first so that one walk settles a whole cascade, and moves the counts accordingly.</summary>
    public IReadOnlyList<Released> Advance() => Advance(onlyTeardowns: false);

    private List<Released> Advance(bool onlyTeardowns)
    {
        var released = new List<Released>();
        foreach (var task in graph.Ordered.Where(t => !onlyTeardowns || t.Role == TaskRole.Teardown))
        {
            var counts = this[task.Id];
            if (counts.Waiting == 0)
                continue;
            if (counts.Expanded && task.Map?.Follows is not null)
            {
                AdvanceChain(task, counts, released);
                continue;
            }
            // It gets its instances with the task that it follows, whatever its rule.
            if (task.Map?.Follows is { } followed && this[followed] is var list && list.Waiting + list.Open > 0)
                continue;
            var (release, reason) = Decide(task);
            if (release == Release.Wait || (release == Release.Run && PastWaits.Contains(task.Id)))
                continue;
            var (state, count) = release switch
            {
                Release.Run => (TaskStates.Queued, task.Map?.Limit is { } limit ? Math.Min(counts.Waiting, limit - counts.Open) : counts.Waiting),
                Release.Skip => (TaskStates.Skipped, counts.Waiting),
                _ => (TaskStates.UpstreamFailed, counts.Waiting),
            };
            if (count <= 0)
                continue;
            counts.Move(TaskStates.None, state, count);
            released.Add(new Released(task.Id, state, count, reason));
        }
        return released;
    }

    /// <summary>Moves everything that waits to <c>canceled</c>, because the run stops. Teardowns are decided as ever: what a setup made is taken away again, however the run ends.</summary>
    public IReadOnlyList<Released> Stop(string reason)
    {
        var released = new List<Released>();
        foreach (var task in graph.Ordered.Where(t => t.Role != TaskRole.Teardown))
        {
            var counts = this[task.Id];
            if (counts.Waiting == 0)
                continue;
            released.Add(new Released(task.Id, TaskStates.Canceled, counts.Waiting, reason));
            counts.Move(TaskStates.None, TaskStates.Canceled, counts.Waiting);
        }
        released.AddRange(Advance(onlyTeardowns: true));
        return released;
    }

    /// <summary>The state of a run whose tasks have all ended: the leaves decide, as in Airflow.</summary>
    public string Outcome() =>
        graph.Leaves.Any(l => this[l].Unsuccessful > 0) ? RunStates.Failed : RunStates.Success;

    /// <summary>One sentence about an ended run, or null where its state says it all.</summary>
    public string? Note(string state)
    {
        if (state == RunStates.Success)
            return _tasks.Values.All(t => t[TaskStates.Skipped] == t.Total) ? "Nothing to do" : null;
        var failed = graph.Ordered.Where(t => this[t.Id][TaskStates.Failed] > 0).Select(t => $"'{t.Id}'").ToList();
        return failed.Count switch
        {
            0 => null,
            1 => $"Task {failed[0]} failed",
            _ => $"Tasks {string.Join(", ", failed.Take(5))}{(failed.Count > 5 ? ", …" : "")} failed",
        };
    }

    /// <summary>Instances by state over the whole run.</summary>
    public Dictionary<string, int> Totals() =>
        _tasks.Values.SelectMany(t => t.States).GroupBy(s => s.Key, s => s.Value).ToDictionary(g => g.Key, g => g.Sum());

    /// <summary>An instance of a mapped task ended: those that follow it at its index may be decided.</summary>
    public void End(string taskId, int mapIndex, string state)
    {
        foreach (var follower in graph.Followers(taskId))
        {
            if (this[follower.Id] is not { Expanded: true } counts)
                continue;
            counts.Ready[mapIndex] = state;
            counts.Fresh.Add(mapIndex);
        }
    }

    /// <summary>Decides the instances of a task that follows another: each by the state of the followed one at its index, and by the other tasks upstream as ever.</summary>
    private void AdvanceChain(TaskDefinition task, TaskCounts counts, List<Released> released)
    {
        var room = PastWaits.Contains(task.Id) ? 0 : task.Map!.Limit is { } limit ? Math.Max(0, limit - counts.Open) : int.MaxValue;
        var rest = counts.Waiting - counts.Ready.Count;
        var moves = new Dictionary<string, (List<int> Indexes, string? Reason)>();
        var decided = new Dictionary<string, (Release Release, string? Reason)>();
        foreach (var (index, state) in counts.Ready)
        {
            if (!decided.TryGetValue(state, out var decision))
                decided[state] = decision = Decide(task, state);
            if (decision.Release == Release.Wait || (decision.Release == Release.Run && room-- <= 0))
                continue;
            var to = StateOf(decision.Release);
            if (!moves.TryGetValue(to, out var move))
                moves[to] = move = ([], decision.Reason);
            move.Indexes.Add(index);
        }
        foreach (var (to, (indexes, reason)) in moves)
        {
            released.Add(new Released(task.Id, to, indexes.Count, reason, indexes));
            foreach (var index in indexes)
            {
                _ = counts.Ready.Remove(index);
                _ = counts.Fresh.Remove(index);
                if (to != TaskStates.Queued)
                    End(task.Id, index, to);
            }
            counts.Move(TaskStates.None, to, indexes.Count);
        }
        if (rest <= 0)
            return;
        var (release, why) = Decide(task, counts.RestReady ?? TaskStates.None);
        var count = release switch { Release.Wait => 0, Release.Run => Math.Min(rest, Math.Max(0, room)), _ => rest };
        if (count == 0)
            return;
        var all = StateOf(release);
        var others = moves.Where(m => m.Key != all).SelectMany(m => m.Value.Indexes).Concat(counts.Ready.Keys).ToList();
        // One move for a task and a state: what was named is part of it.
        var named = released.FindIndex(r => r.TaskId == task.Id && r.State == all);
        var together = count + (named < 0 ? 0 : released[named].Count);
        if (named >= 0)
            released.RemoveAt(named);
        released.Add(new Released(task.Id, all, together, why, Except: others.Count == 0 ? null : others));
        counts.Move(TaskStates.None, all, count);
        if (all == TaskStates.Queued)
            return;
        counts.RestReady = null;
        foreach (var follower in graph.Followers(task.Id).Where(f => this[f.Id].Expanded))
            this[follower.Id].RestReady = all;
    }

    private static string StateOf(Release release) => release switch
    {
        Release.Run => TaskStates.Queued,
        Release.Skip => TaskStates.Skipped,
        _ => TaskStates.UpstreamFailed,
    };

    /// <summary>Decides on a task's waiting instances.</summary>
    /// <param name="task">The task.</param>
    /// <param name="followed">State of the one instance that is followed, <c>none</c> where it has not ended; null counts all instances of the followed task as of any other.</param>
    private (Release Release, string? Reason) Decide(TaskDefinition task, string? followed = null)
    {
        UpstreamStates up = default;
        foreach (var id in task.After.Distinct())
        {
            var counts = this[id];
            if (counts.Follow is { } follow && graph.LeavesOut(follow, task.Id))
                return (Release.Skip, $"Task '{id}' chose another branch.");
            if (followed is not null && id == task.Map!.Follows)
            {
                up = up with
                {
                    Total = up.Total + 1,
                    Success = up.Success + (followed == TaskStates.Success ? 1 : 0),
                    Failed = up.Failed + (followed is TaskStates.Failed or TaskStates.Canceled ? 1 : 0),
                    UpstreamFailed = up.UpstreamFailed + (followed == TaskStates.UpstreamFailed ? 1 : 0),
                    Skipped = up.Skipped + (followed == TaskStates.Skipped ? 1 : 0),
                };
                continue;
            }
            var setup = graph.Find(id)?.Role == TaskRole.Setup;
            up = new UpstreamStates(
                up.Total + counts.Total,
                up.Success + counts[TaskStates.Success],
                up.Failed + counts[TaskStates.Failed] + counts[TaskStates.Canceled],
                up.UpstreamFailed + counts[TaskStates.UpstreamFailed],
                up.Skipped + counts[TaskStates.Skipped],
                up.Setups + (setup ? counts.Total : 0),
                up.SuccessfulSetups + (setup ? counts[TaskStates.Success] : 0),
                up.SkippedSetups + (setup ? counts[TaskStates.Skipped] : 0));
        }
        foreach (var id in graph.FarSetups(task.Id))
        {
            var counts = this[id];
            if (counts.Unsuccessful > 0)
                return (Release.UpstreamFailed, $"Its setup '{id}' did not succeed.");
            if (counts[TaskStates.Skipped] > 0)
                return (Release.Skip, $"Its setup '{id}' was skipped.");
            if (counts[TaskStates.Success] < counts.Total)
                return (Release.Wait, null);
        }
        var release = TriggerRules.Decide(task.TriggerRule, up);
        return (release, release switch
        {
            Release.Skip => $"Its trigger rule {Text(task.TriggerRule)} cannot be met: {Upstream(task, TaskStates.Skipped, TaskStates.Success)}.",
            Release.UpstreamFailed => $"Its trigger rule {Text(task.TriggerRule)} cannot be met: {Upstream(task, TaskStates.Failed, TaskStates.UpstreamFailed, TaskStates.Canceled)}.",
            _ => null,
        });
    }

    private string Upstream(TaskDefinition task, params string[] states)
    {
        var named = task.After.SelectMany(id => states.Where(s => this[id][s] > 0).Select(s => $"'{id}' is {s}")).Take(4);
        var text = string.Join(", ", named);
        return text.Length > 0 ? text : "the tasks upstream ended otherwise";
    }

    private static string Text(TriggerRule rule) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.ToString());
}
