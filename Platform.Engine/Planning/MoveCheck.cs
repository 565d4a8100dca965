using System.Text.Json.Nodes;
using Platform.Engine.Queue;
using Platform.Workflows.Definition;

namespace Platform.Engine.Planning;

/// <summary>What stands of a task in a run that is to be moved.</summary>
internal enum Standing
{
    /// <summary>No instance has begun: it may change, or go.</summary>
    Waiting,

    /// <summary>It ended without a result that others use (failed, canceled, or its upstream failed): it may change, for a clear, and not go.</summary>
    Unsuccessful,

    /// <summary>An instance runs, waits for something outside, succeeded or was skipped: it must stay as it is.</summary>
    Fixed,
}

/// <summary>Whether a run can go on under another version of its workflow: what was done must be what the new version would have done.</summary>
internal static class MoveCheck
{
    /// <summary>The reasons why not, each a sentence; none where it can.</summary>
    /// <param name="from">The graph that it runs.</param>
    /// <param name="to">The graph that it is to run.</param>
    /// <param name="standing">What stands of each task.</param>
    public static IReadOnlyList<string> Reasons(RunGraph from, RunGraph to, Func<string, Standing> standing)
    {
        var reasons = new List<string>();
        foreach (var task in from.Ordered)
        {
            var stands = standing(task.Id);
            if (stands == Standing.Waiting)
                continue;
            if (to.Find(task.Id) is not { } other)
                reasons.Add($"Task '{task.Id}' has begun and the new version does not have it.");
            else if (stands == Standing.Fixed && Difference(task, other) is { } difference)
                reasons.Add($"Task '{task.Id}' has begun and the new version changes its {difference}.");
        }
        foreach (var task in to.Ordered.Where(t => from.Find(t.Id) is null))
        {
            if (to.Downstream(task.Id).FirstOrDefault(d => from.Find(d) is not null && standing(d) == Standing.Fixed) is { } done)
                reasons.Add($"The new task '{task.Id}' goes before task '{done}', which has begun.");
        }
        return reasons;
    }

    /// <summary>What changes in what a task does; null where nothing does. Its queue, pool, priority, retries and time-out are how it runs, and may change at any time.</summary>
    private static string? Difference(TaskDefinition a, TaskDefinition b)
    {
        if (a.Activity != b.Activity)
            return "activity";
        if (!a.After.ToHashSet().SetEquals(b.After))
            return "upstream tasks";
        if (!JsonNode.DeepEquals(a.With, b.With))
            return "fields";
        if (a.When != b.When)
            return "condition";
        if (a.TriggerRule != b.TriggerRule)
            return "trigger rule";
        if (a.Role != b.Role)
            return "role";
        return (a.Map, b.Map) switch
        {
            (null, null) => null,
            ({ } x, { } y) when x.As == y.As && x.Follows == y.Follows && JsonNode.DeepEquals(x.Over, y.Over) => null,
            _ => "map",
        };
    }
}
