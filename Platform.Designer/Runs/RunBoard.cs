using Microsoft.Extensions.Localization;
using Platform.Designer.Canvas;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Runs;

/// <summary>What a run's page computes from its rows: a state for each node of the graph.</summary>
internal static class RunBoard
{
    /// <summary>The live part of each node.</summary>
    public static Dictionary<string, GraphScene.Live> Live(RunDetail run, Formats formats, IStringLocalizer<Texts> texts)
    {
        var live = new Dictionary<string, GraphScene.Live>();
        var all = run.Tasks.Where(t => t.State != TaskStates.Removed).ToLookup(t => t.TaskId);
        foreach (var task in run.Graph)
        {
            var instances = all[task.Id].ToList();
            var state = instances switch { [] => TaskStates.None, [var only] => only.State, _ => TaskStates.ByUrgency.First(p => instances.Exists(i => i.State == p)) };
            live[task.Id] = new GraphScene.Live(state, Note(instances, formats), texts["State." + state]);
        }
        return live;
    }

    /// <summary>How long an instance ran, or runs by now; null where it has not started.</summary>
    public static TimeSpan? Took(TaskRow task, DateTimeOffset now) =>
        task.StartedAt is { } started && (task.EndedAt is not null || task.State == TaskStates.Running) ? (task.EndedAt ?? now) - started : null;

    private static string Note(List<TaskRow> instances, Formats formats)
    {
        if (instances is [{ } only])
        {
            if (only.State == TaskStates.Running && only.ProgressDone is { } done && only.ProgressTotal is > 0 and { } total)
                return formats.Percent(Math.Min(1, (double)done / total));
            return Took(only, formats.Now) is { } took ? formats.Duration(took) : "";
        }
        return instances.Count == 0 ? "" : $"{instances.Count(i => TaskStates.Ended.Contains(i.State))}/{instances.Count}";
    }
}
