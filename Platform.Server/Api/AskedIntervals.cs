using System.Text.RegularExpressions;
using Platform.Engine;
using Platform.Server.CommandLine;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Server.Api;

/// <summary>The intervals that a request asks for, by the rules of the command line in the words of the API.</summary>
internal static partial class AskedIntervals
{
    /// <summary>The intervals, oldest first; empty where nothing is asked for.</summary>
    /// <param name="schedule">The workflow's schedule; null where it has none.</param>
    /// <param name="date">A moment in the one interval.</param>
    /// <param name="from">First start of a range, included.</param>
    /// <param name="to">End of the range's starts, not included.</param>
    /// <param name="future">Whether to take intervals that have not ended.</param>
    /// <param name="clock">Says what has ended.</param>
    /// <exception cref="EngineException">A date cannot be read, there is no such interval, or one has not ended (<c>bad-input</c>).</exception>
    public static IReadOnlyList<DataInterval> Read(ScheduleDefinition? schedule, string? date, string? from, string? to, bool future, TimeProvider clock)
    {
        IReadOnlyList<DataInterval> intervals;
        try
        {
            intervals = RunRange.Intervals(schedule, date, from, to);
        }
        catch (FormatException e)
        {
            throw new EngineException("bad-input", Option().Replace(e.Message, "'$1'"));
        }
        return !future && OpenIntervals.Find(intervals, date, clock.GetUtcNow(), o => $"'{o}'", "send \"future\": true") is { } open
            ? throw new EngineException("bad-input", $"{open.What} {open.ToDo}")
            : intervals;
    }

    [GeneratedRegex("--(date|from|to)\\b")]
    private static partial Regex Option();
}
