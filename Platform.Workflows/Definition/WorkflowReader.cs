using System.Diagnostics.CodeAnalysis;
using System.Text;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Definition;

/// <summary>Reads a workflow's YAML (or JSON, which is YAML) and reports every problem at once, each with its place.</summary>
public static class WorkflowReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="catalog">The known activities, to check names, fields and outputs; null leaves those unchecked.</param>
    public static WorkflowDocument Read(string text, ActivityCatalog? catalog)
    {
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        var problems = new ProblemCollector(text);
        var marks = new SourceMarks();
        var root = SourceComposer.Compose(text, problems.All);
        if (root is { Kind: not SourceKind.Map })
        {
            problems.Add(root.Mark, root.IsNull ? "empty" : "not-a-map", root.IsNull
                ? "The workflow is empty. Begin with 'name:' and 'tasks:'."
                : $"A workflow is a map of keys such as 'name:' and 'tasks:', not {root.Describe()}.");
            root = null;
        }
        if (root is null)
            return new WorkflowDocument(text, null, problems.All, marks);

        marks.AddTree(root, "");
        var draft = Workflow(root, problems, marks);
        new WorkflowValidator(draft, catalog, root, problems).Check();
        return new WorkflowDocument(text, draft, [.. problems.All.OrderBy(p => p.Line).ThenBy(p => p.Column)], marks);
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">UTF-8, with or without a byte order mark, or UTF-16 with one.</param>
    /// <param name="catalog">The known activities; null leaves them unchecked.</param>
    public static WorkflowDocument Read(ReadOnlySpan<byte> bytes, ActivityCatalog? catalog) =>
        TryDecode(bytes, out var text, out var problem) ? Read(text, catalog) : new WorkflowDocument("", null, [problem], new SourceMarks());

    /// <summary>The text of a file's bytes, without a byte order mark. Nothing is replaced: bytes that are no text are a problem.</summary>
    /// <param name="bytes">UTF-8, with or without a byte order mark, or UTF-16 with one.</param>
    /// <param name="text">The text; empty where there is a problem.</param>
    /// <param name="problem">What is wrong, with the code <c>not-utf8</c>; null where nothing is.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string text, [NotNullWhen(false)] out Problem? problem)
    {
        // UTF-32 begins as UTF-16 does, and is read by nobody.
        Encoding? marked = bytes.StartsWith<byte>([0xFF, 0xFE]) && !bytes.StartsWith<byte>([0xFF, 0xFE, 0, 0]) ? new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true)
            : bytes.StartsWith<byte>([0xFE, 0xFF]) ? new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)
            : null;
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        text = "";
        problem = null;
        try
        {
            text = marked is null ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes) : marked.GetString(bytes[2..]);
            return true;
        }
        catch (DecoderFallbackException e)
        {
            var line = marked is null ? 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n') : 1;
            problem = new Problem(ProblemSeverity.Error, "not-utf8", marked is null
                ? $"The file is not UTF-8: line {line} holds a byte that it does not allow. Save the file as UTF-8."
                : "The file is not UTF-8: it begins as UTF-16 does (with its byte order mark) and is none either. Save the file as UTF-8.", line, 1);
            return false;
        }
    }

    private static WorkflowDefinition Workflow(SourceNode root, ProblemCollector problems, SourceMarks marks)
    {
        var map = new MapReader(root, "the workflow", "", problems);
        var name = map.RequiredText("name", "Give it one, such as 'name: nightly-orders'.");
        if (name.Length > 0 && !Names.IsWorkflow(name))
            problems.Add(map.ValueMarkOf("name"), "bad-name", $"The name '{name}' is not allowed. Use lower-case letters, digits and hyphens, a letter first, 100 at most: 'nightly-orders'.", "name");
        var workflow = new WorkflowDefinition
        {
            Name = name,
            Title = map.Text("title") ?? name,
            Description = map.Text("description") ?? "",
            Owner = map.Text("owner"),
            Tags = [.. map.Texts("tags").Select(t => t.Text)],
            Schedule = ScheduleReader.Read(map, problems),
            Parameters = ParameterReader.Read(map, problems),
            Limits = Limits(map),
            Tasks = TaskReader.ReadAll(map, problems, marks),
            OnFailure = NotificationReader.Read(map, problems),
            RunTimeout = map.Span("run_timeout"),
            Deadline = map.Span("deadline"),
        };
        map.Finish();
        return workflow;
    }

    private static LimitsDefinition Limits(MapReader map)
    {
        var limits = new LimitsDefinition();
        if (map.Inner("limits", "the limits") is not { } inner)
            return limits;
        limits = new LimitsDefinition
        {
            ActiveRuns = inner.Integer("active_runs", 1, 10_000) ?? limits.ActiveRuns,
            ActiveTasks = inner.Integer("active_tasks", 1, 100_000) ?? limits.ActiveTasks,
        };
        inner.Finish();
        return limits;
    }
}
