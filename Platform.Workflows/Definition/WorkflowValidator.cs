using Platform.Workflows.Activities;

namespace Platform.Workflows.Definition;

/// <summary>Checks what the keys mean together: edges, activities with their fields, templates, tables that are read before they are written.</summary>
internal sealed class WorkflowValidator
{
    private readonly WorkflowDefinition _workflow;
    private readonly ActivityCatalog? _catalog;
    private readonly ProblemCollector _problems;
    private readonly List<SourceNode> _nodes;
    private readonly WorkflowGraph _graph;

    public WorkflowValidator(WorkflowDefinition workflow, ActivityCatalog? catalog, SourceNode root, ProblemCollector problems)
    {
        _workflow = workflow;
        _catalog = catalog;
        _problems = problems;
        // The reader made a task of each map in the list, in this order.
        _nodes = workflow.Tasks.Count == 0 ? [] : [.. root.Find("tasks")!.Value.Elements.Where(e => e.Kind == SourceKind.Map)];
        _graph = new WorkflowGraph(workflow.Tasks);
    }

    public void Check()
    {
        var templates = new TemplateChecker(_workflow, _graph, _catalog, _problems);
        var ids = new Dictionary<string, SourceNode>(StringComparer.Ordinal);
        for (var i = 0; i < _nodes.Count; i++)
        {
            var (task, node) = (_workflow.Tasks[i], _nodes[i]);
            _problems.TaskId = task.Id.Length > 0 ? task.Id : null;
            if (task.Id.Length > 0 && !ids.TryAdd(task.Id, node))
                _problems.Add(ValueMark(node, "id"), "duplicate-id", $"Two tasks have the id '{task.Id}'; the first is at line {ids[task.Id].Mark.Line}. Rename one.", "id");
            CheckAfter(task, node);
            var activity = CheckActivity(task, node);
            templates.Check(task, node, activity);
        }
        CheckCycle(ids);
        CheckTables(ids);
        _problems.TaskId = null;
    }

    private void CheckAfter(TaskDefinition task, SourceNode node)
    {
        if (node.Find("after")?.Value is not { } after)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in after.Kind == SourceKind.List ? after.Elements : [after])
        {
            if (element.Kind != SourceKind.Scalar || element.IsNull)
                continue;
            if (element.Value == task.Id)
                _problems.Add(element.Mark, "cycle", $"Task '{task.Id}' comes after itself. Remove it from 'after'.", "after");
            else if (_workflow.Tasks.All(t => t.Id != element.Value))
                _problems.Add(element.Mark, "unknown-task", $"Task '{task.Id}' comes after '{element.Value}', which does not exist.{Naming.DidYouMean(element.Value, OtherIds(task.Id))}", "after");
            else if (!seen.Add(element.Value))
                _problems.Add(element.Mark, "duplicate-edge", $"'{element.Value}' stands twice in 'after'. Remove one.", "after", ProblemSeverity.Warning);
        }
    }

    private ActivityDescriptor? CheckActivity(TaskDefinition task, SourceNode node)
    {
        if (_catalog is null || task.Activity.Length == 0)
            return null;
        if (!_catalog.TryGet(task.Activity, out var activity))
        {
            _problems.Add(ValueMark(node, "activity"), "unknown-activity", _catalog.UnknownMessage(task.Activity), "activity");
            return null;
        }
        var with = node.Find("with");
        foreach (var problem in ActivityBinder.Check(activity, task.With))
        {
            var mark = problem.Path.Length == 0 ? with?.KeyMark ?? node.Mark : Locate(with?.Value, problem.Path, problem.Code == "unknown-field") ?? node.Mark;
            _problems.Add(mark, problem.Code, problem.Message, problem.Path.Length == 0 ? "with" : $"with.{problem.Path}");
        }
        foreach (var field in activity.Fields.Where(f => f.Kind == FieldKind.Sql))
        {
            // Where SQL is a list or a map of statements, the activity itself refuses a template.
            if (with?.Value.Find(field.Name)?.Value is { Kind: SourceKind.Scalar } sql && sql.Value.IndexOf("{{", StringComparison.Ordinal) is var at && at >= 0)
                _problems.AddInside(sql, at, "templated-sql", $"'{field.Name}' is SQL, which takes no templates. Write $parameters, such as $interval_start.", $"with.{field.Name}");
        }
        return activity;
    }

    private void CheckCycle(Dictionary<string, SourceNode> ids)
    {
        if (_graph.Cycle is not { } cycle || cycle.Count == 2)
            return;
        _problems.TaskId = cycle[^1];
        var node = ids[cycle[^1]];
        _problems.Add(node.Find("after")?.KeyMark ?? node.Mark, "cycle", $"The tasks wait for each other: {string.Join(" → ", cycle)}. Remove one of these edges from 'after'.", "after");
    }

    private void CheckTables(Dictionary<string, SourceNode> ids)
    {
        if (_catalog is null || _graph.Cycle is not null)
            return;
        var uses = new List<(string Task, string Field, string Table, TableUse Use)>();
        foreach (var task in _workflow.Tasks.Where(t => t.Id.Length > 0))
        {
            foreach (var field in _catalog.Find(task.Activity)?.Fields ?? [])
            {
                if (field.TableUse != TableUse.None && JsonScalars.TryText(task.With[field.Name] ?? field.Default, out var table) && Names.IsTable(table))
                    uses.Add((task.Id, field.Name, table, field.TableUse));
            }
        }
        foreach (var read in uses.Where(u => u.Use == TableUse.Reads))
        {
            var writers = uses.Where(u => u.Table == read.Table && u.Use != TableUse.Reads && u.Task != read.Task).Select(u => u.Task).ToList();
            if (writers.Count == 0 || writers.Any(w => _graph.IsUpstream(w, read.Task)))
                continue;
            // A task before all its writers reads what an earlier run left, which is meant.
            if (writers.All(w => _graph.IsUpstream(read.Task, w)))
                continue;
            _problems.TaskId = read.Task;
            var node = ids[read.Task];
            _problems.Add(Locate(node.Find("with")?.Value, read.Field, key: false) ?? node.Mark, "not-upstream", $"Task '{read.Task}' reads table '{read.Table}', which task '{writers[0]}' writes at any time before or after. Add '{writers[0]}' to its 'after'.", $"with.{read.Field}", ProblemSeverity.Warning);
        }
    }

    private IEnumerable<string> OtherIds(string id) => _workflow.Tasks.Select(t => t.Id).Where(i => i != id && i.Length > 0);

    private static SourceMark ValueMark(SourceNode node, string key) => node.Find(key)?.Value.Mark ?? node.Mark;

    /// <summary>The place of <c>rules[0].column</c> below a node: of its key where that itself is the problem; the nearest place above where the text does not have it.</summary>
    private static SourceMark? Locate(SourceNode? node, string path, bool key)
    {
        SourceMark? mark = node?.Mark;
        var rest = path;
        while (node is not null && rest.Length > 0)
        {
            if (rest[0] == '[')
            {
                var close = rest.IndexOf(']', StringComparison.Ordinal);
                node = close > 0 && int.TryParse(rest.AsSpan(1, close - 1), out var index) && index < node.Elements.Count ? node.Elements[index] : null;
                mark = node?.Mark ?? mark;
                rest = node is null ? "" : rest[(close + 1)..].TrimStart('.');
                continue;
            }
            // Keys may hold dots and brackets themselves: the longest that fits is meant.
            var entry = node.Entries.Where(e => rest.StartsWith(e.Key, StringComparison.Ordinal) && (rest.Length == e.Key.Length || rest[e.Key.Length] is '.' or '[')).MaxBy(e => e.Key.Length);
            node = entry?.Value;
            if (entry is not null)
            {
                rest = rest[entry.Key.Length..].TrimStart('.');
                mark = key && rest.Length == 0 ? entry.KeyMark : entry.Value.Mark;
            }
        }
        return mark;
    }
}
