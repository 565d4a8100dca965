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

    /// <summary>Reads a file's bytes, which must be UTF-8.</summary>
    /// <param name="utf8">The bytes, with or without a byte order mark.</param>
    /// <param name="catalog">The known activities; null leaves them unchecked.</param>
    public static WorkflowDocument Read(ReadOnlySpan<byte> utf8, ActivityCatalog? catalog)
    {
        try
        {
            return Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8), catalog);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + utf8[..Math.Min(Math.Max(e.Index, 0), utf8.Length)].Count((byte)'\n');
            var problem = new Problem(ProblemSeverity.Error, "not-utf8", $"The file is not UTF-8: line {line} holds a byte that it does not allow. Save the file as UTF-8.", line, 1);
            return new WorkflowDocument("", null, [problem], new SourceMarks());
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
