using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Workflows.Tests.Schedules;

/// <summary>Calendars of days without a run.</summary>
public class SkipDaysTests
{
    private static DateTimeOffset Time(string text) => new(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);

    private static SkipDays Days(params string[] texts) =>
        new([.. texts.Select(t => SkipDays.TryParse(t, out var rule, out var error) ? rule : throw new FormatException(error))]);

    [Theory]
    [InlineData("weekend", "2026-01-03", "2026-01-05")]
    [InlineData("SAT", "2026-01-03", "2026-01-04")]
    [InlineData("Saturday", "2026-01-03", "2026-01-04")]
    [InlineData("2026-10-01", "2026-10-01", "2026-10-02")]
    [InlineData("2026-10-01..2026-10-07", "2026-10-07", "2026-10-08")]
    [InlineData("12-25", "2031-12-25", "2031-12-26")]
    [InlineData("12-24..01-02", "2031-01-02", "2031-01-03")]
    [InlineData("02-29", "2028-02-29", "2028-03-01")]
    public void A_day_is_skipped_by_weekday_date_range_or_each_year(string text, string skipped, string kept)
    {
        Assert.True(Days(text).Contains(DateOnly.Parse(skipped, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.False(Days(text).Contains(DateOnly.Parse(kept, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_plus_lets_a_day_run_all_the_same() =>
        Assert.False(Days("weekend", "+2026-10-10").Contains(new DateOnly(2026, 10, 10)));

    [Theory]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("13-01")]
    [InlineData("Caturday")]
    [InlineData("2026-10-07..2026-10-01")]
    [InlineData("2026-10-07..12-01")]
    [InlineData("")]
    [InlineData("+")]
    public void What_is_no_day_is_refused(string text) => Assert.False(SkipDays.TryParse(text, out _, out var error) || error is null);

    [Fact]
    public void An_interval_goes_on_over_the_days_that_are_skipped()
    {
        var schedule = Schedule.Of(new() { Cron = "@daily", Skip = Days("weekend") })!;
        // Friday the second of January to Monday the fifth: one interval of three days.
        var intervals = schedule.IntervalsBetween(Time("2026-01-01"), Time("2026-01-07")).ToList();
        Assert.Equal([Time("2026-01-01"), Time("2026-01-02"), Time("2026-01-05"), Time("2026-01-06")], intervals.Select(i => i.Start));
        Assert.Equal(Time("2026-01-05"), intervals[1].End);
        Assert.Equal(intervals[1], schedule.Containing(Time("2026-01-04T12:00")));
        Assert.Equal(intervals[1], schedule.NewestComplete(Time("2026-01-05T08:00")));
        Assert.Equal(intervals[0], schedule.NewestComplete(Time("2026-01-04T23:00")));
        Assert.Equal(Time("2026-01-05"), schedule.NextDue(Time("2026-01-02"), Time("2026-01-01"), Time("2026-01-03T10:00")));
    }

    [Fact]
    public void Days_are_those_of_the_schedule_s_zone()
    {
        var schedule = Schedule.Of(new() { Every = TimeSpan.FromHours(6), TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), Skip = Days("SUN") })!;
        // Sunday the fourth in Shanghai is 16:00 of the third to 16:00 of the fourth in UTC.
        Assert.Equal([Time("2026-01-03T06:00"), Time("2026-01-03T12:00"), Time("2026-01-04T18:00")], schedule.IntervalsBetween(Time("2026-01-03T01:00"), Time("2026-01-04T19:00")).Select(i => i.Start));
    }

    [Theory]
    [InlineData("schedule: { cron: '0 0 * * SAT', skip: [weekend] }", "bad-schedule", "takes away every day")]
    [InlineData("schedule: { cron: '@daily', skip: [MON, TUE, WED, THU, FRI, weekend] }", "bad-schedule", "takes away every day")]
    [InlineData("schedule: { cron: '@daily', skip: [holidays] }", "bad-day", "'calendars:'")]
    [InlineData("schedule: { cron: '@daily', skip: [holiday] }\ncalendars: { holidays: [12-25] }", "bad-day", "Did you mean 'holidays'")]
    [InlineData("schedule: { cron: '@daily', skip: [holidays] }\ncalendars: { holidays: [12-32] }", "bad-day", "'calendars.holidays'")]
    [InlineData("schedule: none\ncalendars: { sat: [12-31] }", "bad-name", "means days itself")]
    public void A_calendar_that_cannot_be_meant_is_said_with_its_place(string head, string code, string message)
    {
        var problems = WorkflowReader.Read($"name: a\n{head}\ntasks:\n  - {{ id: a, activity: x.y }}\n", null).Problems;
        Assert.Contains(problems, p => p.Code == code && p.Line is 2 or 3 && p.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_named_calendar_is_used_where_it_is_named()
    {
        var definition = WorkflowReader.Read("name: a\ncalendars: { china: [2026-10-01..2026-10-07, +2026-10-05] }\nschedule: { cron: '@daily', skip: [weekend, china] }\ntasks:\n  - { id: a, activity: x.y }\n", null).Definition!;
        var skip = definition.Schedule!.Skip!;
        Assert.Equal([true, false, true, false], new[] { 1, 5, 10, 9 }.Select(d => skip.Contains(new DateOnly(2026, 10, d))));
    }
}
