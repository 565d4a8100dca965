using Platform.Workflows.Definition;

namespace Platform.Engine.Queue;

/// <summary>A workflow's tasks as the engine walks them: topological order, both directions, and the leaves that decide a run's state.</summary>
internal sealed class RunGraph
{
    private readonly WorkflowGraph _graph;
    private readonly Dictionary<string, TaskDefinition> _tasks;

    /// <summary>Walks a definition that the reader found without errors: ids are unique and there is no cycle.</summary>
    public RunGraph(WorkflowDefinition definition)
    {
        _graph = WorkflowGraph.Of(definition);
        _tasks = definition.Tasks.ToDictionary(t => t.Id);
        Ordered = [.. _graph.Order.Select(id => _tasks[id])];
        // Airflow: teardowns do not decide a run's state unless nothing else is a leaf.
        var leaves = definition.Tasks.Where(t => t.Role != TaskRole.Teardown && _graph.Downstream(t.Id).All(d => _tasks[d].Role == TaskRole.Teardown)).Select(t => t.Id).ToArray();
        Leaves = leaves.Length > 0 ? leaves : [.. definition.Tasks.Where(t => _graph.Downstream(t.Id).Count == 0).Select(t => t.Id)];
    }

    /// <summary>Upstream before downstream.</summary>
    public IReadOnlyList<TaskDefinition> Ordered { get; }

    /// <summary>Tasks that nothing (but a teardown) follows.</summary>
    public IReadOnlyList<string> Leaves { get; }

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
}
