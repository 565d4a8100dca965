using Platform.Engine.History;
using Platform.Workflows;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author;

/// <summary>Queues from which no worker takes tasks: their tasks would wait.</summary>
internal static class WorkerChecks
{
    /// <summary>Looks at the queues of a workflow's tasks.</summary>
    /// <param name="document">The workflow.</param>
    /// <param name="nodes">The nodes that there are.</param>
    public static IEnumerable<Problem> Check(WorkflowDocument document, IReadOnlyList<NodeRow> nodes)
    {
        var taken = nodes.Where(n => n is { Alive: true, Stopping: false, Concurrency: > 0 }).SelectMany(n => n.Queues).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var task in (document.Draft?.Tasks ?? []).Where(t => t.Id.Length > 0 && t.Queue.Length > 0 && !taken.Contains(t.Queue)))
        {
            var place = document.Marks.FindTask(task.Id, "queue") ?? document.Marks.FindTask(task.Id);
            var near = Naming.Nearest(task.Queue, taken) is { } queue ? $" Did you mean '{queue}'?" : taken.Count == 0 ? " No worker runs at all." : $" Workers take {string.Join(", ", taken.Select(t => $"'{t}'"))}.";
            yield return new Problem(ProblemSeverity.Warning, "no-worker", $"Task '{task.Id}' waits in queue '{task.Queue}', from which no worker takes tasks now.{near} Start one with './platform worker --queues {task.Queue}', or choose another queue.", place?.Value.Line ?? 0, place?.Value.Column ?? 0, task.Id, "queue");
        }
    }
}
