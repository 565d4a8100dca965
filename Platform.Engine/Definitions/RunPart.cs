using Platform.Workflows.Definition;

namespace Platform.Engine.Definitions;

/// <summary>
/// The part of a workflow that a run up to one task has: the task, everything upstream of it, and the teardowns of the setups among them. The cut is made where a version is read,
/// so that the rest of the engine sees a smaller workflow and nothing else.
/// </summary>
internal static class RunPart
{
    /// <summary>Most time of a preview: somebody sits before it.</summary>
    public static readonly TimeSpan PreviewTimeout = TimeSpan.FromMinutes(10);

    // Somebody waits for it, and it is small: before everything that has no priority of its own.
    private const int PreviewPriority = 1_000;

    /// <summary>Ids of the tasks that a run up to one has. Works on a text with errors too, as far as tasks can be told apart.</summary>
    public static IReadOnlySet<string> Needed(WorkflowDefinition definition, string until)
    {
        var tasks = definition.Tasks.DistinctBy(t => t.Id).ToDictionary(t => t.Id);
        var needed = new HashSet<string> { until };
        var open = new Queue<string>(needed);
        while (open.TryDequeue(out var id))
        {
            foreach (var up in tasks[id].After.Where(tasks.ContainsKey))
            {
                if (needed.Add(up))
                    open.Enqueue(up);
            }
        }
        var setups = needed.Where(id => tasks[id].Role == TaskRole.Setup).ToHashSet();
        foreach (var teardown in tasks.Values.Where(t => t.Role == TaskRole.Teardown && t.After.Any(setups.Contains)))
            needed.Add(teardown.Id);
        return needed;
    }

    /// <summary>The definition with those tasks alone.</summary>
    public static WorkflowDefinition Cut(WorkflowDefinition definition, string until)
    {
        if (!definition.Tasks.Any(t => t.Id == until))
            return definition;
        var needed = Needed(definition, until);
        return definition with { Tasks = [.. definition.Tasks.Where(t => needed.Contains(t.Id)).Select(t => t.After.All(needed.Contains) ? t : t with { After = [.. t.After.Where(needed.Contains)] })] };
    }

    /// <summary>The definition as a preview runs it: at once or not at all, and telling nobody.</summary>
    public static WorkflowDefinition ForPreview(WorkflowDefinition definition) => definition with
    {
        OnFailure = [],
        Deadline = null,
        RunTimeout = definition.RunTimeout is { } own && own < PreviewTimeout ? own : PreviewTimeout,
        Tasks = [.. definition.Tasks.Select(t => t with { Retries = 0, OnFailure = [], DependsOnPast = false, Priority = PreviewPriority })],
    };
}
