using Platform.Workflows.Activities;
using Platform.Workflows.Templates;

namespace Platform.Workflows.Definition;

/// <summary>Checks the templates of a workflow without values: syntax, names, filters, and that a task whose outputs are named is upstream.</summary>
internal sealed class TemplateChecker(WorkflowDefinition workflow, WorkflowGraph graph, ActivityCatalog? catalog, ProblemCollector problems)
{
    private readonly HashSet<string> _parameters = [.. workflow.Parameters.Select(p => p.Name)];
    private readonly Dictionary<string, TaskDefinition> _tasks = workflow.Tasks.DistinctBy(t => t.Id).ToDictionary(t => t.Id);

    public void Check(TaskDefinition task, SourceNode node, ActivityDescriptor? activity)
    {
        foreach (var entry in node.Find("with")?.Value.Entries ?? [])
        {
            if (activity?.Fields.FirstOrDefault(f => f.Name == entry.Key)?.Kind != FieldKind.Sql)
                CheckTexts(task, entry.Value, $"with.{entry.Key}", task.Map?.As, allowSecrets: true);
        }
        // The map's own list and the condition are computed before there is an element, and where nothing hides a secret.
        if (node.Find("map")?.Value.Find("over")?.Value is { } over)
            CheckTexts(task, over, "map.over", null, allowSecrets: false);
        if (node.Find("when")?.Value is { Kind: SourceKind.Scalar, IsNull: false } when)
            CheckCondition(task, when);
    }

    private void CheckCondition(TaskDefinition task, SourceNode when)
    {
        try
        {
            var expression = Template.ParseCondition(when.Value);
            CheckNames(task, when, expression, "when", null, allowSecrets: false);
            if (expression is LiteralExpression { Value: not bool } or ListExpression)
                problems.Add(when.Mark, "bad-condition", "'when' must be true or false. Compare two values, such as params.mode == 'full'.", "when");
        }
        catch (TemplateException e)
        {
            problems.AddInside(when, e.Position, "bad-template", $"'when': {e.Problem}", "when");
        }
    }

    private void CheckTexts(TaskDefinition task, SourceNode node, string field, string? element, bool allowSecrets)
    {
        foreach (var entry in node.Entries)
            CheckTexts(task, entry.Value, $"{field}.{entry.Key}", element, allowSecrets);
        for (var i = 0; i < node.Elements.Count; i++)
            CheckTexts(task, node.Elements[i], $"{field}[{i}]", element, allowSecrets);
        if (node.Kind != SourceKind.Scalar || !Template.IsTemplate(node.Value))
            return;
        try
        {
            foreach (var expression in Template.Parse(node.Value).Expressions)
                CheckNames(task, node, expression, field, element, allowSecrets);
        }
        catch (TemplateException e)
        {
            problems.AddInside(node, e.Position, "bad-template", $"'{field}': {e.Problem}", field);
        }
    }

    private void CheckNames(TaskDefinition task, SourceNode node, TemplateExpression expression, string field, string? element, bool allowSecrets)
    {
        switch (expression)
        {
            case NameExpression name when name.Name == element:
                return;
            case NameExpression name:
                problems.AddInside(node, name.Start, "unknown-name", name.Name is "params" or "interval" or "run" or "tasks"
                    ? $"'{field}': '{name.Name}' alone is no value. Write a name after it."
                    : $"'{field}': {TemplateNames.Unknown(name.Name, element)}", field);
                return;
            case MemberExpression member when Root(member, out var path) is { } root && root.Name != element:
                CheckPath(task, node, root, path, field);
                foreach (var (_, key) in path)
                    CheckComputed(key);
                return;
            case SecretExpression secret when !allowSecrets:
                problems.AddInside(node, secret.Start, "bad-template", $"'{field}' cannot name a secret: its value would be shown. Use it in a field below 'with'.", field);
                return;
            case FilterExpression filter when TemplateFilter.Check(filter) is { } wrong:
                problems.AddInside(node, filter.Start, "bad-filter", $"'{field}': {wrong}", field);
                break;
        }
        foreach (var child in expression.Children)
            CheckNames(task, node, child, field, element, allowSecrets);

        void CheckComputed(TemplateExpression key)
        {
            if (key is not LiteralExpression)
                CheckNames(task, node, key, field, element, allowSecrets);
        }
    }

    private void CheckPath(TaskDefinition task, SourceNode node, NameExpression root, List<(string? Name, TemplateExpression Key)> path, string field)
    {
        // A computed first key (params[run.workflow]) shows only when there are values.
        if (path[0].Name is not { } first)
            return;
        var at = path[0].Key.Start;
        switch (root.Name)
        {
            case "params":
                if (!_parameters.Contains(first))
                    Unknown(at, "unknown-parameter", $"There is no parameter '{first}'. {(_parameters.Count == 0 ? "Declare it below 'params:'." : Naming.DidYouMean(first, _parameters).TrimStart())}");
                break;
            case "interval":
                if (first is not ("start" or "end"))
                    Unknown(at, "unknown-name", $"An interval has no '{first}'. It has start and end.");
                break;
            case "run":
                if (!TemplateRun.Names.Contains(first))
                    Unknown(at, "unknown-name", $"A run has no '{first}'.{Naming.DidYouMean(first, TemplateRun.Names)}");
                break;
            case "tasks":
                CheckTaskPath(first, at);
                break;
            default:
                Unknown(root.Start, "unknown-name", TemplateNames.Unknown(root.Name, task.Map?.As));
                break;
        }

        void CheckTaskPath(string id, int position)
        {
            if (!_tasks.TryGetValue(id, out var other))
                Unknown(position, "unknown-task", $"There is no task '{id}'.{Naming.DidYouMean(id, _tasks.Keys.Where(k => k.Length > 0 && k != task.Id))}");
            else if (!_tasks.ContainsKey(task.Id) || !graph.IsUpstream(id, task.Id))
                Unknown(position, "not-upstream", id == task.Id ? "A task cannot name its own outputs." : $"Task '{id}' is not upstream of '{task.Id}', so that its outputs are not there yet. Add '{id}' to 'after'.");
            else if (path.Count < 2 || path[1].Name != "outputs" || path.Count < 3 && other.Map is null)
                Unknown(path.Count < 2 ? position : path[1].Key.Start, "unknown-name", $"Write which output of '{id}' is meant: tasks.{id}.outputs.NAME.");
            else if (path.Count > 2 && path[2].Name is { } output && catalog?.Find(other.Activity) is { Outputs.Count: > 0 } activity && activity.Outputs.All(o => o.Name != output))
                Unknown(path[2].Key.Start, "unknown-output", $"Task '{id}' ({activity.Name}) has no output '{output}'.{Naming.DidYouMean(output, activity.Outputs.Select(o => o.Name))}");
        }

        void Unknown(int position, string code, string message) => problems.AddInside(node, position, code, $"'{field}': {message}", field);
    }

    private static NameExpression? Root(MemberExpression member, out List<(string? Name, TemplateExpression Key)> path)
    {
        path = [];
        TemplateExpression at = member;
        while (at is MemberExpression inner)
        {
            path.Insert(0, (inner.Key is LiteralExpression { Value: string name } ? name : null, inner.Key));
            at = inner.Target;
        }
        return at as NameExpression;
    }
}
