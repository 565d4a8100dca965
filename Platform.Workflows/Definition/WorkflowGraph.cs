namespace Platform.Workflows.Definition;

/// <summary>Tasks and the edges between them. Names of tasks that do not exist are left out. Immutable.</summary>
public sealed class WorkflowGraph
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<TaskDefinition> _tasks;
    private readonly int[][] _upstream;
    private readonly int[][] _downstream;
    private readonly HashSet<int>?[] _ancestors;
    private readonly int[] _levels;

    /// <summary>The graph of a workflow's tasks.</summary>
    public WorkflowGraph(IReadOnlyList<TaskDefinition> tasks)
    {
        _tasks = tasks;
        for (var i = 0; i < tasks.Count; i++)
            _ = _index.TryAdd(tasks[i].Id, i);
        _upstream = [.. tasks.Select(t => t.After.Where(_index.ContainsKey).Select(id => _index[id]).Distinct().ToArray())];
        var downstream = tasks.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < tasks.Count; i++)
        {
            foreach (var up in _upstream[i])
                downstream[up].Add(i);
        }
        _downstream = Array.ConvertAll(downstream, d => d.ToArray());
        _ancestors = new HashSet<int>?[tasks.Count];
        _levels = new int[tasks.Count];
        var sorted = Sort();
        Order = Ids(sorted);
        Cycle = sorted.Count == tasks.Count ? null : FindCycle(sorted);
    }

    /// <summary>The graph of a workflow.</summary>
    public static WorkflowGraph Of(WorkflowDefinition workflow) => new(workflow.Tasks);

    /// <summary>Task ids so that each comes after the tasks upstream of it, otherwise in the file's order. Tasks on or behind a cycle are left out.</summary>
    public IReadOnlyList<string> Order { get; }

    /// <summary>Ids along a cycle, the first repeated at the end; null where there is none.</summary>
    public IReadOnlyList<string>? Cycle { get; }

    /// <summary>Ids directly upstream.</summary>
    public IReadOnlyList<string> Upstream(string id) => Ids(_upstream[_index[id]]);

    /// <summary>Ids directly downstream.</summary>
    public IReadOnlyList<string> Downstream(string id) => Ids(_downstream[_index[id]]);

    /// <summary>All ids upstream, near and far, in no particular order.</summary>
    public IReadOnlySet<string> AllUpstream(string id) => Ids(Ancestors(_index[id])).ToHashSet();

    /// <summary>All ids downstream, near and far, in no particular order.</summary>
    public IReadOnlySet<string> AllDownstream(string id)
    {
        var found = new HashSet<int>();
        Walk(_index[id], _downstream, found);
        return Ids(found).ToHashSet();
    }

    /// <summary>Whether <paramref name="upstream"/> comes before <paramref name="id"/>, near or far.</summary>
    public bool IsUpstream(string upstream, string id) => Ancestors(_index[id]).Contains(_index[upstream]);

    /// <summary>The column in which a drawing from left to right puts the task: 0 without anything upstream, else one more than the furthest upstream.</summary>
    public int Level(string id) => _levels[_index[id]];

    /// <summary>Ids of each level, from left to right, each in the file's order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Levels => [.. _tasks.Select((t, i) => (t.Id, Level: _levels[i])).GroupBy(t => t.Level).OrderBy(g => g.Key).Select(g => g.Select(t => t.Id).ToList())];

    private List<int> Sort()
    {
        var waiting = Array.ConvertAll(_upstream, u => u.Length);
        var ready = new SortedSet<int>(Enumerable.Range(0, _tasks.Count).Where(i => waiting[i] == 0));
        var order = new List<int>(_tasks.Count);
        while (ready.Count > 0)
        {
            var next = ready.Min;
            _ = ready.Remove(next);
            order.Add(next);
            foreach (var down in _downstream[next])
            {
                _levels[down] = Math.Max(_levels[down], _levels[next] + 1);
                if (--waiting[down] == 0)
                    _ = ready.Add(down);
            }
        }
        return order;
    }

    // From any task that the order left out, going upstream among the left out must come back to where it was.
    // By places and not by ids: of two tasks with one id, which is an error of its own, one may be in order and the other not.
    private List<string> FindCycle(List<int> sorted)
    {
        var ordered = sorted.ToHashSet();
        var at = Enumerable.Range(0, _tasks.Count).First(i => !ordered.Contains(i));
        var path = new List<int>();
        while (!path.Contains(at))
        {
            path.Add(at);
            at = _upstream[at].First(u => !ordered.Contains(u));
        }
        var cycle = path[path.IndexOf(at)..];
        cycle.Add(at);
        cycle.Reverse();
        return [.. cycle.Select(i => _tasks[i].Id)];
    }

    private HashSet<int> Ancestors(int task)
    {
        if (_ancestors[task] is { } known)
            return known;
        var found = new HashSet<int>();
        Walk(task, _upstream, found);
        return _ancestors[task] = found;
    }

    private static void Walk(int from, int[][] edges, HashSet<int> found)
    {
        var open = new Stack<int>(edges[from]);
        while (open.TryPop(out var at))
        {
            if (!found.Add(at))
                continue;
            foreach (var next in edges[at])
                open.Push(next);
        }
    }

    private List<string> Ids(IEnumerable<int> indexes) => [.. indexes.Select(i => _tasks[i].Id)];
}
