using Platform.Designer.Workflows;
using Platform.Engine.History;

namespace Platform.Designer.Tests;

public sealed class HistoryViewTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_calendar_has_whole_weeks_from_monday_and_only_the_days_of_its_range()
    {
        var calendar = Calendar([]);

        // March 2026 begins on a Sunday.
        Assert.Equal(6, calendar.Weeks.Count);
        Assert.All(calendar.Weeks, w => Assert.Equal(7, w.Count));
        Assert.Equal([null, null, null, null, null, null, new DateOnly(2026, 3, 1)], calendar.Weeks[0].Select(d => d?.Day));
        Assert.Equal(31, calendar.Days.Count());
    }

    [Fact]
    public void What_failed_lies_on_top_and_an_interval_without_a_run_is_missing_from_the_first_run_on()
    {
        var calendar = Calendar([Day(5, "failed", 1), Day(5, "success", 3), Day(7, "success", 1)], past: 10, ahead: 12);
        var days = calendar.Days.ToDictionary(d => d.Day.Day);

        Assert.Equal([("success", 3), ("failed", 1)], days[5].States);
        // Nobody expected a run before the first; day 6 was left out; day 11 is still to come.
        Assert.Equal((0, 0, 1, 1, 0), (days[4].Missing, days[5].Missing, days[6].Missing, days[10].Missing, days[11].Missing));
        Assert.Equal((0, 1), (days[10].Ahead, days[11].Ahead));
        Assert.Equal((4, 1), (calendar.Count("success"), calendar.Count("failed")));
    }

    [Fact]
    public void The_median_is_of_what_succeeded_and_the_far_longer_are_marked()
    {
        var view = DurationView.Of([Run(7, "running", 0, null), Run(6, "failed", 1, 1), Run(5, "success", 30, 30), Run(4, "success", 0, 12), Run(3, "success", 0, 10), Run(2, "success", 0, 9), Run(1, "success", 0, 8)], Begin.AddSeconds(100));

        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], view.Bars.Select(b => b.Row.RunId));
        Assert.Equal((10, 30, 100), (view.Median!.Value.TotalSeconds, view.P90!.Value.TotalSeconds, view.Longest.TotalSeconds));
        Assert.Equal([5L, 7], view.Bars.Where(b => b.Odd).Select(b => b.Row.RunId));
        Assert.Equal(30, view.Bars[4].Queued.TotalSeconds);
        Assert.True(DurationView.Of([Run(1, "failed", 0, 4)], Begin) is { Median: null, P90: null });
        Assert.Empty(DurationView.Of([], Begin).Bars);
    }

    private static RunCalendar Calendar(IReadOnlyList<RunDayRow> runs, int past = 0, int ahead = 0) =>
        RunCalendar.Of(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), new DateOnly(2026, 3, 10), runs,
            Enumerable.Range(1, ahead).ToDictionary(d => new DateOnly(2026, 3, d), d => d <= past ? (1, 0) : (0, 1)));

    private static RunDayRow Day(int day, string state, int runs) => new(new DateOnly(2026, 3, day), state, runs);

    private static RunDurationRow Run(long id, string state, double queued, double? seconds) =>
        new() { RunId = id, State = state, QueuedAt = Begin.AddSeconds(-queued), StartedAt = Begin, EndedAt = seconds is { } s ? Begin.AddSeconds(s) : null };
}
