using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>A workflow's tasks as the engine walks them: topological order, both directions, and the leaves that decide a run's state.</summary>
internal sealed class RunGraph
{
    private readonly WorkflowGraph _graph;
    private readonly Dictionary<string, TaskDefinition> _tasks;
    private readonly Dictionary<string, string[]> _farSetups;
    private readonly Dictionary<string, List<TaskDefinition>> _followers;

    /// <summary>Walks a definition that the reader found without errors: ids are unique and there is no cycle.</summary>
    public RunGraph(WorkflowDefinition definition)
    {
        _graph = WorkflowGraph.Of(definition);
        _tasks = definition.Tasks.ToDictionary(t => t.Id);
        Ordered = [.. _graph.Order.Select(id => _tasks[id])];
        Follows = [.. Ordered.Where(t => t.Map?.Follows is not null).Select(t => (t.Id, t.Map!.Follows!))];
        _followers = Ordered.Where(t => t.Map?.Follows is not null).GroupBy(t => t.Map!.Follows!).ToDictionary(g => g.Key, g => g.ToList());
        _farSetups = definition.Tasks.ToDictionary(t => t.Id, t => t.Role == TaskRole.Teardown ? [] : Setups(t.Id).Where(s => !t.After.Contains(s)).ToArray());
        // Airflow: teardowns do not decide a run's state unless nothing else is a leaf.
        var leaves = definition.Tasks.Where(t => t.Role != TaskRole.Teardown && _graph.Downstream(t.Id).All(d => _tasks[d].Role == TaskRole.Teardown)).Select(t => t.Id).ToArray();
        Leaves = leaves.Length > 0 ? leaves : [.. definition.Tasks.Where(t => _graph.Downstream(t.Id).Count == 0).Select(t => t.Id)];
    }

    /// <summary>Upstream before downstream.</summary>
    public IReadOnlyList<TaskDefinition> Ordered { get; }

    /// <summary>Tasks that nothing (but a teardown) follows.</summary>
    public IReadOnlyList<string> Leaves { get; }

    /// <summary>The setups near and far upstream that stand for the task: those that a teardown behind it cleans up after, and those without any (Airflow's rule). Those directly upstream are left to the trigger rule.</summary>
    public IReadOnlyList<string> FarSetups(string taskId) => _farSetups[taskId];

    /// <summary>The mapped tasks that follow it, index to index.</summary>
    public IReadOnlyList<TaskDefinition> Followers(string taskId) => _followers.GetValueOrDefault(taskId, []);

    /// <summary>The mapped tasks that follow it, near and far, in order.</summary>
    public IEnumerable<TaskDefinition> Chain(string taskId) => Followers(taskId).SelectMany(f => Chain(f.Id).Prepend(f));

    /// <summary>The task that has the list of a chain: itself where it follows none.</summary>
    public string ChainHead(string taskId)
    {
        while (_tasks[taskId].Map?.Follows is { } followed)
            taskId = followed;
        return taskId;
    }

    /// <summary>Each follower and whom it follows; empty where the workflow has no chains.</summary>
    public IReadOnlyList<(string Follower, string Followed)> Follows { get; }

    /// <summary>Ids directly downstream.</summary>
    public IReadOnlyList<string> Downstream(string taskId) => _graph.Downstream(taskId);

    /// <summary>The tasks of a group and of the groups inside it.</summary>
    public IReadOnlyList<string> InGroup(string group) =>
        [.. Ordered.Where(t => t.Group is { } of && (of == group || of.StartsWith(group + "/", StringComparison.Ordinal))).Select(t => t.Id)];

    /// <summary>These tasks with the setups that stand for them and the teardowns of those, so that what runs again finds what it needs and leaves nothing behind.</summary>
    public IReadOnlySet<string> WithSetups(IEnumerable<string> taskIds)
    {
        var all = taskIds.ToHashSet();
        var open = new Queue<string>(all);
        while (open.TryDequeue(out var id))
        {
            var setups = _tasks[id].Role == TaskRole.Setup ? [id] : Setups(id);
            foreach (var more in setups.Concat(setups.SelectMany(Teardowns)))
            {
                if (all.Add(more))
                    open.Enqueue(more);
            }
        }
        return all;
    }

    /// <summary>The task; null where the definition has none of that id.</summary>
    public TaskDefinition? Find(string taskId) => _tasks.GetValueOrDefault(taskId);

    /// <summary>Ids of all tasks upstream, near and far.</summary>
    public IReadOnlySet<string> AllUpstream(string taskId) => _graph.AllUpstream(taskId);

    /// <summary>These tasks and everything downstream of them.</summary>
    public IReadOnlySet<string> WithDownstream(IEnumerable<string> taskIds) =>
        taskIds.SelectMany(id => _graph.AllDownstream(id).Append(id)).ToHashSet();

    /// <summary>Whether a branch that follows only <paramref name="follow"/> leaves the task directly downstream out: it is neither chosen nor reached from a chosen one (Airflow's rule for a join after a branch).</summary>
    public bool LeavesOut(IReadOnlyCollection<string> follow, string taskId) =>
        !WithDownstream(follow.Where(_tasks.ContainsKey)).Contains(taskId);

    private List<string> Setups(string taskId)
    {
        var upstream = _graph.AllUpstream(taskId).Where(u => _tasks[u].Role == TaskRole.Setup).ToList();
        if (upstream.Count == 0)
            return upstream;
        var downstream = _graph.AllDownstream(taskId).Append(taskId).ToHashSet();
        return [.. upstream.Where(s => Teardowns(s) is var teardowns && (!teardowns.Any() || teardowns.Any(downstream.Contains)))];
    }

    private IEnumerable<string> Teardowns(string setup) => _graph.Downstream(setup).Where(d => _tasks[d].Role == TaskRole.Teardown);
}
