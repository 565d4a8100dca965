using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>The runs of a workflow by day: what ran and how it ended, what the schedule left out, what it has ahead.</summary>
/// <param name="Weeks">Seven days each, from Monday; null is a day outside the range.</param>
/// <param name="Today">In the workflow's zone.</param>
public sealed record RunCalendar(IReadOnlyList<IReadOnlyList<CalendarDay?>> Weeks, DateOnly Today)
{
    /// <summary>Which state lies undermost in a day's square: what needs a look is on top.</summary>
    private static readonly IReadOnlyList<string> Order = [RunStates.Success, RunStates.Queued, RunStates.Running, RunStates.Canceled, RunStates.Failed];

    public IEnumerable<CalendarDay> Days => Weeks.SelectMany(w => w).OfType<CalendarDay>();

    /// <summary>Runs of a state in all days.</summary>
    public int Count(string state) => Days.Sum(d => d.States.Where(s => s.State == state).Sum(s => s.Runs));

    /// <summary>Lays the days out.</summary>
    /// <param name="from">First day.</param>
    /// <param name="through">Last day.</param>
    /// <param name="today">In the workflow's zone.</param>
    /// <param name="runs">Runs by day and state.</param>
    /// <param name="intervals">Intervals of the schedule that start on a day and have ended, and those that have not; days without any are not there.</param>
    public static RunCalendar Of(DateOnly from, DateOnly through, DateOnly today, IReadOnlyList<RunDayRow> runs, IReadOnlyDictionary<DateOnly, (int Past, int Ahead)> intervals)
    {
        var byDay = runs.ToLookup(r => r.Day);
        // Before its first run nobody expected one.
        var first = runs.Count == 0 ? DateOnly.MaxValue : runs.Min(r => r.Day);
        var monday = from.AddDays(-(((int)from.DayOfWeek + 6) % 7));
        var weeks = new List<IReadOnlyList<CalendarDay?>>();
        for (; monday <= through; monday = monday.AddDays(7))
            weeks.Add([.. Enumerable.Range(0, 7).Select(i => monday.AddDays(i) is var day && day >= from && day <= through ? Day(day) : null)]);
        return new RunCalendar(weeks, today);

        CalendarDay Day(DateOnly day)
        {
            var states = byDay[day].Select(r => (r.State, r.Runs)).OrderBy(r => Place(r.State)).ToList();
            var (past, ahead) = intervals.GetValueOrDefault(day);
            return new CalendarDay(day, states, day >= first ? Math.Max(0, past - states.Sum(s => s.Runs)) : 0, ahead);
        }
    }

    private static int Place(string state)
    {
        for (var i = 0; i < Order.Count; i++)
            if (Order[i] == state)
                return i;
        return -1;
    }
}

/// <summary>A day of the calendar.</summary>
/// <param name="Day">The day.</param>
/// <param name="States">Its runs by state, those that need a look last.</param>
/// <param name="Missing">Intervals of the schedule that ended and have no run.</param>
/// <param name="Ahead">Intervals that have not ended: the schedule will run them.</param>
public sealed record CalendarDay(DateOnly Day, IReadOnlyList<(string State, int Runs)> States, int Missing, int Ahead)
{
    public int Runs => States.Sum(s => s.Runs);
}
