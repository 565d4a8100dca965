using System.Text;

namespace Platform.Workflows.Definition;

/// <summary>Tasks as a piece of YAML that people and programs can pass on: copied out of one workflow's text, with comments, and put into another's.</summary>
public static class TaskClipboard
{
    /// <summary>The tasks as a text that begins with <c>tasks:</c>, in the order of the workflow's text; empty where none of the ids is there.</summary>
    /// <exception cref="WorkflowPatchException">The text is no YAML map.</exception>
    public static string Copy(string text, IReadOnlySet<string> ids)
    {
        var editor = new SourceEditor(text);
        if (editor.Root.Find("tasks")?.Value is not { Kind: SourceKind.List } tasks)
            return "";
        var result = new StringBuilder();
        foreach (var task in tasks.Elements.Where(t => IdOf(t) is { } id && ids.Contains(id)))
        {
            var written = editor.ElementText(tasks, task, indent: 2);
            result.Append(result.Length == 0 ? "tasks:\n" : "").Append(StandsAlone(written) ? written : YamlText.Element(task.ToJson(), 2)).Append('\n');
        }
        return result.ToString();
    }

    /// <summary>Whether a task can be read without the rest of its text: it uses no anchor from elsewhere.</summary>
    private static bool StandsAlone(string written)
    {
        var problems = new List<Problem>();
        _ = SourceComposer.Compose("tasks:\n" + written, problems);
        return problems.Count == 0;
    }

    /// <summary>Whether a text looks like tasks that <see cref="Paste"/> takes.</summary>
    public static bool Holds(string? fragment)
    {
        if (string.IsNullOrWhiteSpace(fragment) || fragment.Length > 1 << 20)
            return false;
        try
        {
            return Tasks(Normalize(fragment)).Count > 0;
        }
        catch (WorkflowPatchException)
        {
            return false;
        }
    }

    /// <summary>Adds copied tasks at the end. An id that is taken gets a number, in edges and templates among the copied too; edges to tasks that this workflow does not have are left out.</summary>
    /// <param name="text">The workflow.</param>
    /// <param name="fragment">A map with <c>tasks:</c>, a list of tasks, or one task.</param>
    /// <returns>The new text, and the id of each copied task by the id that it had.</returns>
    /// <exception cref="WorkflowPatchException">The fragment holds no task, or a text is no YAML.</exception>
    public static (string Text, IReadOnlyDictionary<string, string> Ids) Paste(string text, string fragment)
    {
        fragment = Normalize(fragment);
        var pasted = Tasks(fragment);
        if (pasted.Count == 0)
            throw new WorkflowPatchException("There is no task to paste. Copy tasks of a workflow, or YAML that begins with 'tasks:' or '- id:'.");
        var target = new SourceEditor(text);
        var own = (target.Root.Find("tasks")?.Value.Elements ?? []).Select(IdOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = own.Concat(pasted).ToHashSet(StringComparer.Ordinal);
        foreach (var id in pasted.Distinct())
        {
            ids[id] = own.Contains(id) ? Free(id, taken) : id;
            if (ids[id] != id)
                fragment = WorkflowPatch.RenameTask(fragment, id, ids[id]);
        }
        fragment = WithoutUnknown(fragment, [.. own, .. ids.Values]);
        var source = new SourceEditor(fragment);
        var list = source.Root.Find("tasks")!.Value;
        foreach (var task in list.Elements.Where(t => t.Kind == SourceKind.Map))
            text = Append(text, source.ElementText(list, task, indent: 0));
        return (text, ids);
    }

    private static string Append(string text, string element)
    {
        var editor = new SourceEditor(text);
        var entry = editor.Root.Find("tasks");
        if (entry is { Value.Kind: SourceKind.List, Value.IsFlow: false, Value.Elements.Count: > 0 })
        {
            editor.AddElementText(entry.Value, element);
            return editor.Apply();
        }
        if (entry is not null && !entry.Value.IsNull && !(entry.Value is { Kind: SourceKind.List, Elements.Count: 0 }))
            throw new WorkflowPatchException(entry.Value.Kind == SourceKind.List ? "'tasks' is written with brackets. Write a task a line, and paste again." : "'tasks' is no list. Correct the text first.");
        if (entry is not null)
            text = WorkflowPatch.RemoveField(text, "tasks");
        return $"{text.TrimEnd()}\n\ntasks:\n{Indented(element, 2)}\n";
    }

    private static string WithoutUnknown(string fragment, HashSet<string> known)
    {
        var after = new SourceEditor(fragment).Root.Find("tasks")!.Value.Elements
            .Where(t => t.Kind == SourceKind.Map)
            .SelectMany(t => (t.Find("after")?.Value switch
            {
                { Kind: SourceKind.List } list => list.Elements.Select(e => e.Value),
                { Kind: SourceKind.Scalar, IsNull: false } one => [one.Value],
                _ => [],
            }).Where(up => !known.Contains(up)).Select(up => (Task: IdOf(t), Upstream: up)))
            .ToList();
        foreach (var (task, upstream) in after)
            if (task is not null)
                fragment = WorkflowPatch.RemoveEdge(fragment, upstream, task);
        return fragment;
    }

    /// <summary>Ids of the tasks of a fragment that has <c>tasks:</c>.</summary>
    private static List<string> Tasks(string fragment) =>
        [.. (new SourceEditor(fragment).Root.Find("tasks")?.Value.Elements ?? []).Where(t => t.Kind == SourceKind.Map).Select(IdOf).OfType<string>().Where(Names.IsTask)];

    /// <summary>The fragment as a map with <c>tasks:</c>.</summary>
    private static string Normalize(string fragment)
    {
        fragment = fragment.ReplaceLineEndings("\n").Trim('\n');
        var lines = fragment.Split('\n');
        var margin = lines.Where(l => !string.IsNullOrWhiteSpace(l)).Select(l => l.Length - l.TrimStart(' ').Length).DefaultIfEmpty(0).Min();
        fragment = string.Join('\n', lines.Select(l => l.Length >= margin ? l[margin..] : ""));
        var first = fragment.Split('\n').FirstOrDefault(l => l.Length > 0 && l[0] is not '#' and not ' ') ?? "";
        if (first.StartsWith("- ", StringComparison.Ordinal))
            return $"tasks:\n{Indented(fragment, 2)}\n";
        if (first.StartsWith("id:", StringComparison.Ordinal) || first.StartsWith("activity:", StringComparison.Ordinal))
            return $"tasks:\n  - {Indented(fragment, 4)[4..]}\n";
        return fragment + "\n";
    }

    private static string Indented(string text, int by) =>
        string.Join('\n', text.Split('\n').Select(l => l.Length == 0 ? l : new string(' ', by) + l));

    private static string Free(string id, HashSet<string> taken)
    {
        var stem = id;
        if (id.LastIndexOf('_') is > 0 and var underscore && int.TryParse(id.AsSpan(underscore + 1), out _))
            stem = id[..underscore];
        for (var i = 2; ; i++)
            if (taken.Add($"{stem}_{i}"))
                return $"{stem}_{i}";
    }

    private static string? IdOf(SourceNode task) => task.Find("id")?.Value is { Kind: SourceKind.Scalar } id ? id.Value : null;
}
