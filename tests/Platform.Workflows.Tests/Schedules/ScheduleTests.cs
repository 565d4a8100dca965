using System.Globalization;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Workflows.Tests.Schedules;

public class ScheduleTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static ScheduleDefinition Daily(string? start = null, string? end = null, bool catchup = false) => new()
    {
        Cron = "0 0 * * *",
        TimeZone = Shanghai,
        Start = start is null ? null : RunRange.ReadTime(start, Shanghai),
        End = end is null ? null : RunRange.ReadTime(end, Shanghai),
        Catchup = catchup,
    };

    [Fact]
    public void A_year_of_days_is_what_the_command_line_backfills()
    {
        var intervals = RunRange.Intervals(Daily("2010-12-01"), null, "2010-12-01", "2011-12-10");

        Assert.Equal(374, intervals.Count);
        Assert.Equal(new DataInterval(Time("2010-11-30T16:00:00"), Time("2010-12-01T16:00:00")), intervals[0]);
        Assert.Equal(Time("2011-12-08T16:00:00"), intervals[^1].Start);
    }

    [Fact]
    public void A_date_is_the_interval_that_contains_it()
    {
        Assert.Equal([new DataInterval(Time("2010-11-30T16:00:00"), Time("2010-12-01T16:00:00"))], RunRange.Intervals(Daily(), "2010-12-01", null, null));
        Assert.Equal([new DataInterval(Time("2010-11-30T16:00:00"), Time("2010-12-01T16:00:00"))], RunRange.Intervals(Daily(), "2010-12-01T15:30", null, null));
        Assert.Equal([new DataInterval(Time("2010-12-01"), Time("2010-12-02"))], RunRange.Intervals(null, "2010-12-01", null, null));
        Assert.Equal([new DataInterval(Time("2010-12-01T12:00:00"), Time("2010-12-01T13:00:00"))], RunRange.Intervals(new() { Every = TimeSpan.FromHours(1) }, "2010-12-01T12:34:56Z", null, null));
        Assert.Empty(RunRange.Intervals(Daily(), null, null, null));
    }

    [Theory]
    [InlineData("2010-12-01", "2010-12-02", null, "not both")]
    [InlineData("2010-12-01", null, null, null)]
    [InlineData("2010-11-30", null, null, "starts at 2010-12-01")]
    [InlineData("yesterday", null, null, "is no date")]
    [InlineData("2010-02-30", null, null, "is no date")]
    [InlineData(null, "2010-12-01", null, "add --to")]
    [InlineData(null, null, "2010-12-01", "add --from")]
    [InlineData(null, "2010-12-02", "2010-12-02", "--to is not included")]
    [InlineData(null, "2010-12-03", "2010-12-02", "not after")]
    [InlineData(null, "2010-10-01", "2010-11-01", "No interval")]
    [InlineData(null, "2010-12-02T01:00", "2010-12-02T02:00", "No interval")]
    public void A_range_that_makes_no_sense_says_what_to_write(string? date, string? from, string? to, string? message)
    {
        IReadOnlyList<DataInterval> Ask() => RunRange.Intervals(Daily("2010-12-01"), date, from, to);
        if (message is null)
            Assert.Single(Ask());
        else
            Assert.Contains(message, Assert.Throws<FormatException>((Action)(() => Ask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_without_bounds_is_refused() =>
        Assert.Contains("shorter range", Assert.Throws<FormatException>(() => RunRange.Intervals(new() { Every = TimeSpan.FromSeconds(1) }, null, "2010-01-01", "2020-01-01")).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_catchup_only_the_newest_complete_interval_is_due()
    {
        var schedule = Schedule.Of(Daily("2026-01-01"))!;
        var now = Time("2026-01-10T20:00:00");

        var due = Assert.Single(schedule.Due(null, now, now));
        Assert.Equal(Time("2026-01-10T16:00:00"), due.End);
        Assert.Empty(schedule.Due(due.End, now, now));
        Assert.Equal(Time("2026-01-11T16:00:00"), schedule.NextDue(due.End, now, now));
    }

    [Fact]
    public void With_catchup_each_missed_interval_is_due_oldest_first()
    {
        var schedule = Schedule.Of(Daily("2026-01-01", catchup: true))!;
        var now = Time("2026-01-10T20:00:00");

        Assert.Equal(10, schedule.Due(null, now, now).Count);
        Assert.Equal(Time("2025-12-31T16:00:00"), schedule.Due(null, now, now, 3)[0].Start);
        Assert.Equal(9, schedule.Due(Time("2026-01-01T16:00:00"), now, now).Count);
        Assert.Equal(Time("2026-01-01T16:00:00"), schedule.NextDue(null, now, now));
    }

    [Fact]
    public void Without_a_start_the_schedule_counts_from_its_publication()
    {
        var schedule = Schedule.Of(Daily())!;
        var published = Time("2026-01-10T20:00:00");

        Assert.Empty(schedule.Due(null, published, published));
        Assert.Equal(Time("2026-01-12T16:00:00"), schedule.NextDue(null, published, published));
        Assert.Single(schedule.Due(null, published, Time("2026-01-12T16:00:00")));
    }

    [Fact]
    public void No_interval_starts_at_or_after_the_end()
    {
        var schedule = Schedule.Of(Daily("2026-01-01", "2026-01-03", catchup: true))!;
        var later = Time("2026-06-01");

        Assert.Equal(2, schedule.Due(null, later, later).Count);
        Assert.Null(schedule.NextDue(Time("2026-01-02T16:00:00"), later, later));
        Assert.Equal(Time("2026-01-02T16:00:00"), Schedule.Of(Daily("2026-01-01", "2026-01-03"))!.NewestComplete(later)!.Value.End);
    }

    [Fact]
    public void Fixed_intervals_fall_on_the_quarters_or_count_from_the_start()
    {
        Assert.Equal(Time("2026-01-01T00:15:00"), Schedule.Of(new() { Every = TimeSpan.FromMinutes(15) })!.FirstFrom(Time("2026-01-01T00:01:00"))!.Value.Start);
        var odd = Schedule.Of(new() { Every = TimeSpan.FromMinutes(15), Start = Time("2026-01-01T00:05:00") })!;
        Assert.Equal(Time("2026-01-01T00:05:00"), odd.FirstFrom(Time("2020-01-01"))!.Value.Start);
        Assert.Equal(Time("2026-01-01T01:20:00"), odd.FirstFrom(Time("2026-01-01T01:06:00"))!.Value.Start);
    }

    [Fact]
    public void Schedules_by_assets_and_missing_ones_have_no_intervals()
    {
        Assert.Null(Schedule.Of(null));
        Assert.Null(Schedule.Of(new() { Assets = ["a.b"] }));
    }
}
