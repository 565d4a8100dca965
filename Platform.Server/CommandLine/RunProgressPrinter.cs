using System.Globalization;
using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Server.CommandLine;

/// <summary>Shows how far runs are: each state once, and a line for every run that ended.</summary>
internal sealed class RunProgressPrinter(TextWriter writer, bool many)
{
    private readonly Dictionary<long, string> _last = [];
    private int _ended;

    /// <summary>Prints what changed since the last look.</summary>
    public void Show(IReadOnlyList<RunRow> runs)
    {
        foreach (var run in runs)
        {
            var ended = RunStates.Ended.Contains(run.State);
            var state = many ? ended ? run.State : "" : $"{run.State} {run.TasksEnded}/{run.Tasks}";
            if (state.Length == 0 || _last.GetValueOrDefault(run.Id) == state)
                continue;
            _last[run.Id] = state;
            if (ended)
                _ended++;
            writer.WriteLine(Line(run, ended));
        }
    }

    /// <summary>Prints the tasks of one run, or the counts of many with the errors of those that failed.</summary>
    public void Summarise(IReadOnlyList<RunDetail> details)
    {
        if (!many)
        {
            var run = details[0];
            Cli.PrintTable(["task", "state", "attempt", "took", "outputs"], run.Tasks.Select(t => (IReadOnlyList<string>)
                [t.MapIndex < 0 ? t.TaskId : $"{t.TaskId}[{t.MapIndex}]", t.State, t.Attempts.ToString(CultureInfo.InvariantCulture), Took(t.StartedAt, t.EndedAt), t.Error ?? t.Outputs?.ToJsonString() ?? ""]));
            return;
        }
        writer.WriteLine($"{Cli.Count(details.Count, "run")}: {string.Join(", ", details.GroupBy(d => d.Run.State).Select(g => $"{g.Count()} {g.Key}"))}; {details.Count(d => d.Tasks.All(t => t.State == TaskStates.Skipped))} had nothing to do.");
        foreach (var run in details.Where(d => d.Run.State == RunStates.Failed).Take(10))
            foreach (var task in run.Tasks.Where(t => t.State == TaskStates.Failed))
                writer.WriteLine($"run {run.Run.Id} ({run.Run.IntervalStart:yyyy-MM-dd}) task {task.TaskId}: {task.Error}");
    }

    private string Line(RunRow run, bool ended)
    {
        var day = run.IntervalStart is { } s ? $"  {s:yyyy-MM-dd HH:mm}Z" : "";
        var counts = run.Tasks > 0 ? $"  {run.TasksEnded}/{run.Tasks} tasks" : "";
        return many
            ? $"{_ended,5}  run {run.Id}{day}  {run.State}  {Took(run.StartedAt, run.EndedAt)}{(run.Note is { } n ? "  " + n : "")}"
            : $"run {run.Id}  {run.Workflow}{day}  {run.State}{counts}{(ended ? "  " + Took(run.StartedAt, run.EndedAt) : "")}{(ended && run.Note is { } note ? "  " + note : "")}";
    }

    private static string Took(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } a && to is { } b ? (b - a).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s" : "";
}
