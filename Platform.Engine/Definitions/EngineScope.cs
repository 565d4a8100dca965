using Platform.Workflows.Definition;

namespace Platform.Engine.Definitions;

/// <summary>What a workflow may ask for that this engine does not do: refused when it is published or kept, rather than silently not done.</summary>
internal static class EngineScope
{
    /// <summary>The problems; errors refuse the workflow, warnings do not.</summary>
    /// <param name="document">The workflow as read.</param>
    /// <param name="definition">Its definition.</param>
    /// <param name="pools">Names of the pools that there are.</param>
    public static IEnumerable<Problem> Check(WorkflowDocument document, WorkflowDefinition definition, IReadOnlySet<string> pools)
    {
        foreach (var task in definition.Tasks)
        {
            if (task.Pool is { } pool && !pools.Contains(pool))
                yield return Of(document.Marks.FindTask(task.Id, "pool"), ProblemSeverity.Warning, "unknown-pool", $"Task '{task.Id}' takes slots of pool '{pool}', which there is not: it waits in its queue until somebody makes the pool with './platform pools set {pool} SLOTS'.{(pools.Count == 0 ? "" : $" There are {string.Join(", ", pools.Order())}.")}", task.Id, "pool");
        }
    }

    private static Problem Of(SourcePlace? place, ProblemSeverity severity, string code, string message, string? taskId, string field) =>
        new(severity, code, message, (place?.Key ?? place?.Value)?.Line ?? 0, (place?.Key ?? place?.Value)?.Column ?? 0, taskId, field);
}
