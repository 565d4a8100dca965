namespace Platform.Workflows.Definition;

/// <summary>A workflow's text as it was read: what it means, what is wrong with it, and where each part stands.</summary>
public sealed class WorkflowDocument
{
    internal WorkflowDocument(string text, WorkflowDefinition? draft, IReadOnlyList<Problem> problems, SourceMarks marks)
    {
        Text = text;
        Draft = draft;
        Problems = problems;
        Marks = marks;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The workflow; null where there are errors, so that what has one can be published and run.</summary>
    public WorkflowDefinition? Definition => HasErrors ? null : Draft;

    /// <summary>What could be read whatever is wrong, for drawing; null where the text is no YAML map. Never run it.</summary>
    public WorkflowDefinition? Draft { get; }

    /// <summary>All problems, in the order of the text.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Whether any problem is an error.</summary>
    public bool HasErrors => Problems.Any(p => p.Severity == ProblemSeverity.Error);

    /// <summary>Where each key, task and field stands.</summary>
    public SourceMarks Marks { get; }
}

/// <summary>Where keys and values stand in a workflow's text, by path: <c>schedule.cron</c>, <c>tasks[2]</c>, <c>tasks[2].with.sql</c>.</summary>
public sealed class SourceMarks
{
    private readonly Dictionary<string, SourcePlace> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tasks = new(StringComparer.Ordinal);

    /// <summary>Every path with its place.</summary>
    public IReadOnlyDictionary<string, SourcePlace> All => _byPath;

    /// <summary>The place of a path; null where the text does not have it.</summary>
    public SourcePlace? Find(string path) => _byPath.TryGetValue(path, out var place) ? place : null;

    /// <summary>The place of a task, or of a field of it (<c>after</c>, <c>with.sql</c>); null where the text does not have it.</summary>
    public SourcePlace? FindTask(string taskId, string? field = null) =>
        _tasks.TryGetValue(taskId, out var path) ? Find(field is null ? path : $"{path}.{field}") : null;

    /// <summary>Where a character of a task's text stands, such as a word of its SQL; the place of the nearest key above where the text does not have the field.</summary>
    /// <param name="text">The workflow's text.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="field">The field, such as <c>with.sql</c> or <c>with.rules[0].condition</c>.</param>
    /// <param name="position">Index in the field's value; 0 for a value that is no text.</param>
    public (int Line, int Column) Locate(string text, string taskId, string field, int position)
    {
        for (var path = field; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (FindTask(taskId, path) is not { Node: { } node } place)
                continue;
            if (path == field && node.Kind == SourceKind.Scalar)
                return SourceText.Locate(text, node, Math.Clamp(position, 0, node.Value.Length));
            return (place.Value.Line, place.Value.Column);
        }
        return FindTask(taskId) is { } task ? (task.Value.Line, task.Value.Column) : (0, 0);
    }

    /// <summary>The task at a line of the text; null where there is none.</summary>
    public string? TaskAt(int line) => _tasks
        .Select(t => (t.Key, _byPath[t.Value].Value.Line))
        .Where(t => t.Line <= line)
        .OrderByDescending(t => t.Line)
        .Select(t => t.Key)
        .FirstOrDefault();

    internal void AddTree(SourceNode node, string path)
    {
        foreach (var entry in node.Entries)
        {
            var inner = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            _byPath[inner] = new(entry.KeyMark, entry.Value.Mark, entry.Value);
            AddTree(entry.Value, inner);
        }
        for (var i = 0; i < node.Elements.Count; i++)
        {
            var inner = $"{path}[{i}]";
            _byPath[inner] = new(null, node.Elements[i].Mark, node.Elements[i]);
            AddTree(node.Elements[i], inner);
        }
    }

    internal void AddTask(string id, string path) => _tasks.TryAdd(id, path);
}

/// <summary>Where an entry of a map or an element of a list stands.</summary>
/// <param name="Key">The key; null for an element of a list.</param>
/// <param name="Value">The value.</param>
public sealed record SourcePlace(SourceMark? Key, SourceMark Value)
{
    internal SourcePlace(SourceMark? key, SourceMark value, SourceNode node)
        : this(key, value) => Node = node;

    internal SourceNode? Node { get; }
}
