using System.Globalization;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Schedules;

/// <summary>Which data intervals a person asks for with <c>--date</c>, or with <c>--from</c> and <c>--to</c>.</summary>
public static class RunRange
{
    /// <summary>Most intervals of one request; a longer range is more likely a mistake.</summary>
    public const int MaxIntervals = 100_000;

    private static readonly ScheduleDefinition Daily = new() { Cron = "@daily" };

    /// <summary>The intervals that a range of a workflow has: those of its schedule, else its partitions, else days in its zone.</summary>
    /// <param name="definition">Null is a workflow without a schedule: days in UTC.</param>
    public static Schedule Of(ScheduleDefinition? definition) =>
        Schedule.Of(definition) ?? Schedule.OfPartitions(definition) ?? Schedule.Of(Daily with { TimeZone = definition?.TimeZone ?? TimeZoneInfo.Utc })!;

    /// <summary>
    /// The intervals, oldest first; empty where nothing is asked for, which means one run without an interval.
    /// <paramref name="from"/> is included and <paramref name="to"/> is not; both compare the interval's start, and a bare date is midnight in the schedule's zone.
    /// <paramref name="date"/> is the interval that contains that moment. A schedule that follows assets by partition has its partitions; a workflow with neither has days, in its zone.
    /// </summary>
    /// <exception cref="FormatException">A date cannot be read, two ways are mixed, or there is no such interval; the message says what to write.</exception>
    public static IReadOnlyList<DataInterval> Intervals(ScheduleDefinition? definition, string? date, string? from, string? to)
    {
        if (date is null && from is null && to is null)
            return [];
        if (date is not null && (from is not null || to is not null))
            throw new FormatException("Give either --date, or --from and --to, not both.");
        if (date is null && (from is null || to is null))
            throw new FormatException($"A range needs both ends: add {(from is null ? "--from" : "--to")} (--from is included, --to is not).");
        var schedule = Of(definition);
        if (date is not null)
            return [schedule.Containing(ReadTime(date, schedule.TimeZone)) ?? throw new FormatException($"The schedule has no interval at {date}{Bounds(definition)}. Give a date within it.")];
        var start = ReadTime(from!, schedule.TimeZone);
        var end = ReadTime(to!, schedule.TimeZone);
        if (end <= start)
            throw new FormatException($"--to {to} is not after --from {from}. --to is not included: for a single day give the day after it, or use --date.");
        var intervals = schedule.IntervalsBetween(start, end).Take(MaxIntervals + 1).ToList();
        return intervals.Count switch
        {
            0 => throw new FormatException($"No interval of the schedule starts from {from} up to {to}{Bounds(definition)}. Give a longer range."),
            > MaxIntervals => throw new FormatException($"From {from} to {to} there are more than {MaxIntervals} intervals. Give a shorter range."),
            _ => intervals,
        };
    }

    /// <summary>A date (midnight in <paramref name="zone"/>), a time without an offset (in that zone) or a time with one.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static DateTimeOffset ReadTime(string text, TimeZoneInfo zone)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return ZonedTime.Midnight(date, zone);
        if (text.Length > 10 && char.IsAsciiDigit(text[0]) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
            return time.Kind == DateTimeKind.Unspecified ? ZonedTime.ToUtc(time, zone) : new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero);
        throw new FormatException($"'{text}' is no date. Write 2026-01-31, 2026-01-31T08:00 or 2026-01-31T08:00:00Z.");
    }

    private static string Bounds(ScheduleDefinition? definition) => definition switch
    {
        { Start: { } start, End: { } end } => $"; it starts at {Local(start, definition)} and ends at {Local(end, definition)}",
        { Start: { } start } => $"; it starts at {Local(start, definition)}",
        { End: { } end } => $"; it ends at {Local(end, definition)}",
        _ => "",
    };

    private static string Local(DateTimeOffset time, ScheduleDefinition definition) =>
        ZonedTime.ToLocal(time, definition.TimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " " + definition.TimeZone.Id;
}
