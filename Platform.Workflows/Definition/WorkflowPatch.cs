using System.Text.Json.Nodes;
using Platform.Workflows.Templates;

namespace Platform.Workflows.Definition;

/// <summary>
/// Changes a workflow's text at the places that an edit concerns, so that comments, order and spelling of all the rest stay.
/// Each method takes the text and returns the new one; a text with problems can be changed too, as long as it is YAML.
/// </summary>
public static class WorkflowPatch
{
    // The order in which a person writes a task.
    private static readonly string[] TaskKeys = ["id", "title", "activity", "after", "when", "map", "trigger_rule", "role", "with"];

    /// <summary>Sets a key of the workflow, such as <c>title</c> or <c>schedule.cron</c>; maps on the way are made. A null value writes <c>null</c>.</summary>
    /// <exception cref="WorkflowPatchException">The text is no YAML map, or something on the way is no map or belongs to an anchor.</exception>
    public static string SetField(string text, string path, JsonNode? value)
    {
        var editor = new SourceEditor(text);
        Set(editor, editor.Root, Parts(path), value, []);
        return editor.Apply();
    }

    /// <summary>Removes a key of the workflow; the same text where it is not there. A map that becomes empty goes too.</summary>
    /// <exception cref="WorkflowPatchException">The text is no YAML map, or the key belongs to an anchor.</exception>
    public static string RemoveField(string text, string path)
    {
        var editor = new SourceEditor(text);
        Remove(editor, editor.Root, Parts(path));
        return editor.Apply();
    }

    /// <summary>Sets a key of a task, such as <c>retries</c> or <c>with.table</c>.</summary>
    /// <exception cref="WorkflowPatchException">There is no such task, or something on the way is no map or belongs to an anchor.</exception>
    public static string SetTaskField(string text, string taskId, string path, JsonNode? value)
    {
        var editor = new SourceEditor(text);
        Set(editor, Task(editor, taskId), Parts(path), value, TaskKeys);
        return editor.Apply();
    }

    /// <summary>Removes a key of a task; the same text where it is not there. A map that becomes empty goes too.</summary>
    /// <exception cref="WorkflowPatchException">There is no such task, or the key belongs to an anchor.</exception>
    public static string RemoveTaskField(string text, string taskId, string path)
    {
        var editor = new SourceEditor(text);
        Remove(editor, Task(editor, taskId), Parts(path));
        return editor.Apply();
    }

    /// <summary>Adds a task at the end, or behind another one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">Its id, which must be free.</param>
    /// <param name="activity">Its activity.</param>
    /// <param name="after">Tasks upstream.</param>
    /// <param name="with">Values of its fields; null or empty writes none.</param>
    /// <param name="behind">Id of the task behind which it stands in the file; null is the end.</param>
    /// <exception cref="WorkflowPatchException">The id is taken, or <c>tasks</c> is no list.</exception>
    public static string AddTask(string text, string id, string activity, IReadOnlyList<string> after, JsonObject? with = null, string? behind = null)
    {
        var editor = new SourceEditor(text);
        if (Tasks(editor).Any(t => IdOf(t) == id))
            throw new WorkflowPatchException($"There is a task '{id}' already. Choose another id.");
        var task = new JsonObject { ["id"] = id, ["activity"] = activity };
        if (after.Count > 0)
            task["after"] = new JsonArray([.. after.Select(a => JsonValue.Create(a))]);
        if (with is { Count: > 0 })
            task["with"] = with.DeepClone();
        var entry = editor.Root.Find("tasks");
        if (entry is null)
            editor.AddKey(editor.Root, "tasks", new JsonArray(task));
        else if (entry.Value.IsNull || entry.Value is { Kind: SourceKind.List, Elements.Count: 0 })
            editor.SetValue(editor.Root, entry, new JsonArray(task));
        else if (entry.Value.Kind != SourceKind.List)
            throw new WorkflowPatchException("'tasks' is no list. Correct the text first.");
        else
            editor.AddElement(entry.Value, task, behind is null ? null : Task(editor, behind));
        return editor.Apply();
    }

    /// <summary>Removes a task, and its id from the <c>after</c> of the others. Templates that name it stay, and become problems.</summary>
    /// <exception cref="WorkflowPatchException">There is no such task.</exception>
    public static string RemoveTask(string text, string id)
    {
        var editor = new SourceEditor(text);
        var task = Task(editor, id);
        var entry = editor.Root.Find("tasks")!;
        foreach (var other in Tasks(editor).Where(t => t != task))
            RemoveFromAfter(editor, other, id);
        if (entry.Value.Elements.Count == 1)
            editor.SetValue(editor.Root, entry, new JsonArray());
        else
            editor.RemoveElement(entry.Value, task);
        return editor.Apply();
    }

    /// <summary>Renames a task, in the <c>after</c> of the others and in templates too.</summary>
    /// <exception cref="WorkflowPatchException">There is no such task, or the new id is taken or not allowed.</exception>
    public static string RenameTask(string text, string id, string newId)
    {
        if (id == newId)
            return text;
        var editor = new SourceEditor(text);
        if (!Names.IsTask(newId))
            throw new WorkflowPatchException($"The task id '{newId}' is not allowed. Use lower-case letters, digits and underscores, a letter first.");
        if (Tasks(editor).Any(t => IdOf(t) == newId))
            throw new WorkflowPatchException($"There is a task '{newId}' already. Choose another id.");
        var task = Task(editor, id);
        editor.SetValue(task, task.Find("id")!, JsonValue.Create(newId));
        foreach (var other in Tasks(editor))
        {
            foreach (var element in AfterOf(other).Where(e => e.Value == id))
                editor.Replace(element.Mark.Start, element.Mark.End, newId);
            foreach (var key in new[] { "with", "map", "when" })
            {
                if (other.Find(key)?.Value is { } value)
                    RenameInTemplates(editor, text, value, id, newId, bare: key == "when");
            }
        }
        return editor.Apply();
    }

    /// <summary>Makes <paramref name="task"/> come after <paramref name="upstream"/>; the same text where it does already.</summary>
    /// <exception cref="WorkflowPatchException">One of them does not exist, or they are the same.</exception>
    public static string AddEdge(string text, string upstream, string task)
    {
        var editor = new SourceEditor(text);
        _ = Task(editor, upstream);
        var node = Task(editor, task);
        if (upstream == task)
            throw new WorkflowPatchException($"Task '{task}' cannot come after itself.");
        var value = JsonValue.Create(upstream);
        switch (node.Find("after"))
        {
            case null:
                editor.AddKey(node, "after", new JsonArray(value), TaskKeys.AsSpan(0, 3));
                break;
            case { Value.IsNull: true } entry:
                editor.SetValue(node, entry, new JsonArray(value));
                break;
            case { Value.Kind: SourceKind.Scalar } entry:
                if (entry.Value.Value == upstream)
                    return text;
                editor.SetValue(node, entry, new JsonArray(JsonValue.Create(entry.Value.Value), value));
                break;
            case { Value.Kind: SourceKind.List } entry:
                if (entry.Value.Elements.Any(e => e.Value == upstream))
                    return text;
                editor.AddElement(entry.Value, value);
                break;
            default:
                throw new WorkflowPatchException($"'after' of task '{task}' is no list. Correct the text first.");
        }
        return editor.Apply();
    }

    /// <summary>Takes <paramref name="upstream"/> from the <c>after</c> of <paramref name="task"/>; the same text where it is not in it.</summary>
    /// <exception cref="WorkflowPatchException">There is no such task.</exception>
    public static string RemoveEdge(string text, string upstream, string task)
    {
        var editor = new SourceEditor(text);
        RemoveFromAfter(editor, Task(editor, task), upstream);
        return editor.Apply();
    }

    private static IEnumerable<SourceNode> Tasks(SourceEditor editor) =>
        editor.Root.Find("tasks")?.Value.Elements.Where(e => e.Kind == SourceKind.Map) ?? [];

    private static SourceNode Task(SourceEditor editor, string id) =>
        Tasks(editor).FirstOrDefault(t => IdOf(t) == id) ?? throw new WorkflowPatchException($"There is no task '{id}' in the text.");

    private static string? IdOf(SourceNode task) => task.Find("id")?.Value is { Kind: SourceKind.Scalar } id ? id.Value : null;

    private static List<SourceNode> AfterOf(SourceNode task) => task.Find("after")?.Value switch
    {
        { Kind: SourceKind.List } list => list.Elements,
        { Kind: SourceKind.Scalar, IsNull: false } single => [single],
        _ => [],
    };

    private static void RemoveFromAfter(SourceEditor editor, SourceNode task, string upstream)
    {
        var after = AfterOf(task);
        var gone = after.Where(e => e.Value == upstream).ToList();
        if (gone.Count == 0)
            return;
        var entry = task.Find("after")!;
        if (gone.Count == after.Count)
            editor.RemoveKey(task, entry);
        else if (gone.Count == 1)
            editor.RemoveElement(entry.Value, gone[0]);
        else
            editor.SetValue(task, entry, new JsonArray([.. after.Where(e => e.Value != upstream).Select(e => e.ToJson())]));
    }

    // with.rules[0].column is with, rules, [0], column.
    private static string[] Parts(string path) => path.Replace("[", ".[", StringComparison.Ordinal).Split('.');

    /// <summary>The element that <c>[2]</c> names.</summary>
    private static SourceNode ElementOf(SourceNode list, string index) =>
        list.Kind == SourceKind.List && index.StartsWith('[') && int.TryParse(index.AsSpan(1, index.Length - 2), out var at) && at >= 0 && at < list.Elements.Count
            ? list.Elements[at]
            : throw new WorkflowPatchException($"There is no element {index} any more. Look at the text.");

    private static void Set(SourceEditor editor, SourceNode map, ReadOnlySpan<string> path, JsonNode? value, ReadOnlySpan<string> order)
    {
        if (path[0].StartsWith('['))
        {
            var element = ElementOf(map, path[0]);
            if (path.Length > 1)
                Set(editor, element, path[1..], value, []);
            else
                editor.ReplaceElement(map, element, value);
            return;
        }
        var entry = map.Find(path[0]);
        if (path.Length > 1 && path[1].StartsWith('[') && entry is not null)
        {
            Set(editor, entry.Value, path[1..], value, []);
            return;
        }
        if (path.Length > 1 && entry is { Value.Kind: SourceKind.Map, Value.Entries.Count: > 0 })
        {
            Set(editor, entry.Value, path[1..], value, []);
            return;
        }
        if (path.Length > 1 && entry is { Value: { IsNull: false, Kind: not SourceKind.Map } })
            throw new WorkflowPatchException($"'{path[0]}' is no map, so that '{path[1]}' cannot be set in it. Correct the text first.");
        for (var i = path.Length - 1; i > 0; i--)
            value = new JsonObject { [path[i]] = value?.DeepClone() };
        if (entry is not null)
            editor.SetValue(map, entry, value);
        else
            editor.AddKey(map, path[0], value, order[..Math.Max(0, order.IndexOf(path[0]))]);
    }

    private static bool Remove(SourceEditor editor, SourceNode map, ReadOnlySpan<string> path)
    {
        if (path[0].StartsWith('['))
        {
            var element = ElementOf(map, path[0]);
            if (path.Length > 1)
                return Remove(editor, element, path[1..]);
            editor.RemoveElement(map, element);
            return true;
        }
        if (path.Length > 1 && path[1].StartsWith('[') && map.Find(path[0]) is { } list)
            return Remove(editor, list.Value, path[1..]);
        if (map.Find(path[0]) is not { } entry)
            return false;
        if (path.Length > 1 && !(entry.Value.Kind == SourceKind.Map && entry.Value.Entries.Count > 0))
            return false;
        if (path.Length > 1 && !(entry.Value.Entries is [var only] && path.Length == 2 && only.Key == path[1]))
            return Remove(editor, entry.Value, path[1..]);
        editor.RemoveKey(map, entry);
        return true;
    }

    private static void RenameInTemplates(SourceEditor editor, string text, SourceNode node, string id, string newId, bool bare)
    {
        foreach (var entry in node.Entries)
            RenameInTemplates(editor, text, entry.Value, id, newId, bare: false);
        foreach (var element in node.Elements)
            RenameInTemplates(editor, text, element, id, newId, bare: false);
        if (node.Kind != SourceKind.Scalar || !(bare || Template.IsTemplate(node.Value)))
            return;
        IEnumerable<TemplateExpression> expressions;
        try
        {
            expressions = bare ? [Template.ParseCondition(node.Value)] : Template.Parse(node.Value).Expressions;
        }
        catch (TemplateException)
        {
            // A template that is wrong already stays as it is, and stays a problem.
            return;
        }
        foreach (var member in expressions.SelectMany(e => e.Descendants()).OfType<MemberExpression>())
        {
            if (member is { Target: NameExpression { Name: "tasks" }, Key: LiteralExpression { Value: string named } key } && named == id)
            {
                var quoted = node.Value[key.Start] is '\'' or '"' ? 1 : 0;
                var start = SourceText.IndexOf(text, node, key.Start + quoted);
                editor.Replace(start, start + id.Length, newId);
            }
        }
    }
}

/// <summary>An edit cannot be made in the text as it is; the message says what to do.</summary>
public sealed class WorkflowPatchException(string message) : Exception(message);
