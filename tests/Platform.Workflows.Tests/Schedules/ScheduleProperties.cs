using FsCheck;
using FsCheck.Fluent;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Workflows.Tests.Schedules;

/// <summary>What holds for every schedule, zone and time.</summary>
public class ScheduleProperties
{
    private static readonly Gen<TimeZoneInfo> Zones = Gen.Elements("UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia")
        .Select(TimeZoneInfo.FindSystemTimeZoneById);

    private static readonly Gen<DateTimeOffset> Times =
        Gen.Choose(0, 20 * 366 * 24 * 60).Select(m => new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(m));

    private static readonly Gen<string> Crons =
        from minute in Gen.Elements("*", "0", "30", "*/7", "*/15", "5-10", "0,59", "13")
        from hour in Gen.Elements("*", "0", "2", "1-3", "*/6", "0,2,23", "3")
        from day in Gen.Elements("*", "1", "15W", "L", "LW", "31", "*/10", "29")
        from month in Gen.Elements("*", "*", "*", "2", "3,10", "JAN-MAR")
        from weekday in Gen.Elements("*", "*", "*", "SUN", "MON-FRI", "5L", "SUN#2", "6-7")
        select $"{minute} {hour} {day} {month} {weekday}";

    private static readonly Gen<SkipDays?> Skips =
        from days in Gen.Elements("", "", "weekend", "WED", "2015-03-28..2015-03-30", "12-24..01-02 10-25", "SUN MON 03-08 +03-29", "2010-01-01..2024-12-31", "MON TUE WED THU FRI SAT")
        select days.Length == 0 ? null : new SkipDays([.. days.Split(' ').Select(d => SkipDays.TryParse(d, out var rule, out _) ? rule : throw new FormatException(d))]);

    private static readonly Gen<ScheduleDefinition> Definitions =
        from zone in Zones
        from cron in Crons
        from every in Gen.Choose(1, 3000)
        from useCron in Gen.Elements(true, true, false)
        from start in Times
        from hasStart in Gen.Elements(true, false)
        from skip in Skips
        select new ScheduleDefinition { Skip = skip, Cron = useCron ? cron : null, Every = useCron ? null : TimeSpan.FromMinutes(every), TimeZone = zone, Start = hasStart ? start : null };

    private static void Holds<T>(Gen<T> values, Func<T, bool> property, int tests = 400) => Prop.ForAll(Arb.From(values), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    [Fact]
    public void Occurrences_strictly_increase_and_match_the_clock() => Holds(
        from cron in Crons from zone in Zones from time in Times select (cron, zone, time),
        c =>
        {
            var expression = CronExpression.Parse(c.cron);
            var at = c.time;
            for (var i = 0; i < 20 && expression.Next(at, c.zone) is { } next; i++)
            {
                if (next <= at || expression.PreviousOrAt(next, c.zone) != next)
                    return false;
                at = next;
            }
            return true;
        });

    [Fact]
    public void The_next_time_is_the_first_that_a_minute_by_minute_clock_finds() => Holds(
        from cron in Crons.Where(c => c.AsSpan(0, c.IndexOf(' ', c.IndexOf(' ', StringComparison.Ordinal) + 1)).ContainsAny("*-/"))
        from zone in Zones
        from time in Times
        select (cron, zone, time),
        c =>
        {
            var expression = CronExpression.Parse(c.cron);
            var utc = CronExpression.Parse(c.cron);
            var found = expression.Next(c.time, c.zone);
            var limit = c.time.AddDays(3);
            for (var at = c.time.AddMinutes(1); at < limit; at = at.AddMinutes(1))
            {
                var wall = new DateTimeOffset(ZonedTime.ToLocal(at, c.zone), TimeSpan.Zero);
                if (utc.Next(wall.AddTicks(-1), TimeZoneInfo.Utc) == wall)
                    return found == at;
            }
            return found is null || found >= limit;
        });

    [Fact]
    public void Intervals_tile_without_gap_or_overlap() => Holds(
        from definition in Definitions from time in Times select (definition, time),
        c =>
        {
            var schedule = Schedule.Of(c.definition)!;
            var interval = schedule.FirstFrom(c.time);
            for (var i = 0; i < 20 && interval is { } current; i++)
            {
                var next = schedule.After(current);
                if (current.End <= current.Start || current.Start < c.time || (next is { } following && following.Start != current.End))
                    return false;
                if (schedule.Containing(current.Start) != current || schedule.Containing(current.End.AddTicks(-1)) != current || schedule.NewestComplete(current.End) != current)
                    return false;
                interval = next;
            }
            return true;
        });

    [Fact]
    public void No_interval_begins_on_a_day_that_is_skipped_and_no_occurrence_on_another_day_is_lost() => Holds(
        from definition in Definitions from time in Times select (definition, time),
        c =>
        {
            var (with, without) = (Schedule.Of(c.definition)!, Schedule.Of(c.definition with { Skip = null })!);
            bool Skipped(DateTimeOffset at) => c.definition.Skip?.Contains(DateOnly.FromDateTime(ZonedTime.ToLocal(at, c.definition.TimeZone))) ?? false;
            var until = c.time.AddDays(20);
            var all = without.IntervalsBetween(c.time, until).Take(500).Select(i => i.Start).ToList();
            var last = all.Count == 500 ? all[^1] : until;
            var kept = with.IntervalsBetween(c.time, last).Take(500).Select(i => i.Start).ToList();
            return kept.SequenceEqual(all.Where(s => s < last && !Skipped(s)).Take(kept.Count == 500 ? 500 : int.MaxValue));
        });

    [Fact]
    public void A_schedule_that_never_fires_ends_its_search() => Holds(
        from cron in Gen.Elements("0 0 30 2 *", "0 0 31 2,4,6 *", "0 0 31 9,11 *", "0 12 * * SAT", "*/5 * * * 0,6")
        from zone in Zones
        from time in Times
        from skip in Gen.Elements("weekend", "MON TUE WED THU FRI weekend", "01-01..12-31")
        select (cron, zone, time, skip),
        c =>
        {
            var schedule = Schedule.Of(new() { Cron = c.cron, TimeZone = c.zone, Skip = new SkipDays([.. c.skip.Split(' ').Select(d => SkipDays.TryParse(d, out var rule, out _) ? rule : throw new FormatException(d))]) })!;
            return schedule.FirstFrom(c.time) is null && schedule.NextDue(null, c.time, c.time) is null && schedule.Due(null, c.time, c.time.AddDays(100), 10).Count == 0;
        }, 40);

    [Fact]
    public void The_partitions_that_a_span_touches_are_those_that_overlap_it_and_leave_no_gap() => Holds(
        from definition in Definitions from time in Times from minutes in Gen.Choose(1, 5 * 24 * 60) select (definition, span: new Workflows.Activities.DataInterval(time, time.AddMinutes(minutes))),
        c =>
        {
            var grid = Schedule.OfPartitions(c.definition with { Cron = null, Every = null, Assets = ["a.b"], Partitions = new PartitionsDefinition(c.definition.Cron, c.definition.Every) })!;
            var touched = grid.Overlapping(c.span).Take(3000).ToList();
            if (touched.Count == 0)
                return grid.FirstFrom(DateTimeOffset.MinValue.AddYears(1900)) is not { } first || first.Start >= c.span.End || grid.Containing(c.span.Start) is null;
            return touched.All(p => p.Start < c.span.End && p.End > c.span.Start)
                && touched.Zip(touched.Skip(1)).All(p => p.First.End == p.Second.Start)
                && (touched[0].Start <= c.span.Start || touched[0].Start == c.definition.Start || grid.Containing(c.span.Start) is null)
                && (touched.Count == 3000 || touched[^1].End >= c.span.End);
        });

    [Fact]
    public void Catching_up_in_steps_plans_the_same_intervals_as_at_once() => Holds(
        from definition in Definitions from first in Times from days in Gen.Choose(1, 20) from steps in Gen.Choose(1, 9) select (definition, first, days, steps),
        c =>
        {
            var schedule = Schedule.Of(c.definition with { Catchup = true })!;
            var end = c.first.AddDays(c.days);
            var atOnce = schedule.Due(null, c.first, end, 200);
            var inSteps = new List<Workflows.Activities.DataInterval>();
            DateTimeOffset? planned = null;
            while (schedule.Due(planned, c.first, end, Math.Min(c.steps, 200 - inSteps.Count)) is { Count: > 0 } due)
            {
                inSteps.AddRange(due);
                planned = due[^1].End;
            }
            return atOnce.SequenceEqual(inSteps);
        });

    [Fact]
    public void Nothing_is_due_before_the_time_that_was_told() => Holds(
        from definition in Definitions from catchup in Gen.Elements(true, false) from published in Times from minutes in Gen.Choose(0, 40 * 24 * 60) select (definition, catchup, published, minutes),
        c =>
        {
            var schedule = Schedule.Of(c.definition with { Catchup = c.catchup })!;
            var now = c.published.AddMinutes(c.minutes);
            if (schedule.NextDue(null, c.published, now) is not { } next)
                return schedule.Due(null, c.published, now, 1).Count == 0;
            return next <= now
                ? schedule.Due(null, c.published, now, 1) is [var due] && due.End == next
                : schedule.Due(null, c.published, now, 1).Count == 0 && schedule.Due(null, c.published, next.AddTicks(-1), 1).Count == 0 && schedule.Due(null, c.published, next, 1).Count == 1;
        });

    [Fact]
    public void A_wall_clock_time_comes_back_unless_the_clock_skips_it() => Holds(
        from zone in Zones from time in Times select (zone, time),
        c =>
        {
            var local = ZonedTime.ToLocal(c.time, c.zone);
            var back = ZonedTime.ToUtc(local, c.zone);
            // A time of the second pass comes back as the first, which is never later.
            return ZonedTime.ToLocal(back, c.zone) == local && back <= c.time;
        });
}
