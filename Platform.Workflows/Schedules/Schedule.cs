using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Schedules;

/// <summary>
/// The data intervals of a workflow: they follow each other without gap or overlap, each from one occurrence of its schedule to the next, and a run fires when its interval ends.
/// Immutable; has no memory of what was run.
/// </summary>
public sealed class Schedule
{
    // With days to skip: what has not come within this time never comes. The calendar repeats its hardest date within 40 years.
    private static readonly TimeSpan SearchFor = TimeSpan.FromDays(50 * 366);

    private readonly ScheduleDefinition _definition;
    private readonly CronExpression? _cron;
    private readonly DateTimeOffset _anchor;

    private Schedule(ScheduleDefinition definition)
    {
        _definition = definition;
        _cron = definition.Cron is null ? null : CronExpression.Parse(definition.Cron);
        // Without a start, 'every' counts from the epoch, so that 15m falls on the quarters of the hour.
        _anchor = definition.Start ?? DateTimeOffset.UnixEpoch;
    }

    /// <summary>The schedule's zone.</summary>
    public TimeZoneInfo TimeZone => _definition.TimeZone;

    /// <summary>The intervals of a schedule; null where it has none: no schedule at all, or one that follows assets.</summary>
    /// <exception cref="FormatException">The cron expression is wrong; the reader would have said so.</exception>
    public static Schedule? Of(ScheduleDefinition? definition) => definition is null || (definition.Cron is null && definition.Every is null) ? null : new Schedule(definition);

    /// <summary>The partitions of a schedule that follows assets, as intervals within its start and end; null where it has none, or where each interval that is written is one.</summary>
    public static Schedule? OfPartitions(ScheduleDefinition? definition) =>
        definition?.Partitions is { AsWritten: false } partitions ? new Schedule(definition with { Cron = partitions.Cron, Every = partitions.Every }) : null;

    /// <summary>The first interval that starts at or after <paramref name="time"/>, within the schedule's start and end; null where there is none.</summary>
    public DataInterval? FirstFrom(DateTimeOffset time)
    {
        if (_definition.Start is { } earliest && time < earliest)
            time = earliest;
        return BoundaryFrom(time) is { } start ? Starting(start) : null;
    }

    /// <summary>The interval that follows <paramref name="interval"/>; null after the last.</summary>
    public DataInterval? After(DataInterval interval) => FirstFrom(interval.End);

    /// <summary>The interval in which <paramref name="time"/> lies; null before the schedule's start and after its end.</summary>
    public DataInterval? Containing(DateTimeOffset time)
    {
        if (BoundaryAtOrBefore(time) is not { } start || start < _definition.Start)
            return null;
        return Starting(start);
    }

    /// <summary>The newest interval that has ended by <paramref name="now"/>; null where none has.</summary>
    public DataInterval? NewestComplete(DateTimeOffset now)
    {
        if (BoundaryAtOrBefore(now) is not { } end || BoundaryAtOrBefore(end.AddTicks(-1)) is not { } start || start < _definition.Start)
            return null;
        // After the schedule's end, the newest is the last one that still started before it.
        if (_definition.End is { } last && start >= last)
            return BoundaryAtOrBefore(last.AddTicks(-1)) is { } before && !(before < _definition.Start) && Starting(before) is { } final && final.End <= now ? final : null;
        return new DataInterval(start, end);
    }

    /// <summary>The intervals that start in <c>[from, to)</c>, oldest first, computed as they are read.</summary>
    public IEnumerable<DataInterval> IntervalsBetween(DateTimeOffset from, DateTimeOffset to)
    {
        for (var interval = FirstFrom(from); interval is { } current && current.Start < to; interval = After(current))
            yield return current;
    }

    /// <summary>The intervals for which runs are to be planned now, oldest first.</summary>
    /// <param name="planned">The end of the newest interval that was planned by the schedule; null where none was.</param>
    /// <param name="published">When the schedule was first published: without a start of its own it counts from there.</param>
    /// <param name="now">The time; only intervals that have ended by then are due.</param>
    /// <param name="limit">Most intervals to return; the others stay due.</param>
    public IReadOnlyList<DataInterval> Due(DateTimeOffset? planned, DateTimeOffset published, DateTimeOffset now, int limit = int.MaxValue)
    {
        var floor = Floor(planned, published);
        if (!_definition.Catchup)
            return limit > 0 && NewestComplete(now) is { } newest && newest.Start >= floor ? [newest] : [];
        var due = new List<DataInterval>();
        for (var interval = FirstFrom(floor); interval is { } current && current.End <= now && due.Count < limit; interval = After(current))
            due.Add(current);
        return due;
    }

    /// <summary>The intervals that overlap <paramref name="span"/>, oldest first, computed as they are read.</summary>
    public IEnumerable<DataInterval> Overlapping(DataInterval span)
    {
        for (var interval = Containing(span.Start) ?? FirstFrom(span.Start); interval is { } current && current.Start < span.End; interval = After(current))
            yield return current;
    }

    /// <summary>When the schedule next has something due: a time that has passed means now. Null where it never has again.</summary>
    /// <param name="planned">The end of the newest interval that was planned by the schedule; null where none was.</param>
    /// <param name="published">When the schedule was first published.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? NextDue(DateTimeOffset? planned, DateTimeOffset published, DateTimeOffset now)
    {
        if (Due(planned, published, now, 1) is [var due])
            return due.End;
        var floor = Floor(planned, published);
        // Nothing complete is due, so the next is the first interval after the floor that is still open.
        var next = FirstFrom(floor);
        if (next is { } first && first.End <= now)
            next = Containing(now);
        return next?.End;
    }

    private DateTimeOffset Floor(DateTimeOffset? planned, DateTimeOffset published)
    {
        var floor = _definition.Start ?? published;
        return planned > floor ? planned.Value : floor;
    }

    private DataInterval? Starting(DateTimeOffset start)
    {
        if (start >= _definition.End)
            return null;
        return BoundaryFrom(start.AddTicks(1)) is { } end ? new DataInterval(start, end) : null;
    }

    private DateTimeOffset? BoundaryFrom(DateTimeOffset time)
    {
        if (_definition.Skip is not { } skip)
            return OccurrenceFrom(time);
        var limit = time > DateTimeOffset.MaxValue - SearchFor ? DateTimeOffset.MaxValue : time + SearchFor;
        while (OccurrenceFrom(time) is { } found && found <= limit)
        {
            var day = Day(found);
            if (!skip.Contains(day))
                return found;
            if (skip.NextKept(day) is not { } next)
                return null;
            // Where the clock goes back over midnight, the day begins before the time that was found.
            var midnight = ZonedTime.Midnight(next, TimeZone);
            time = midnight > found ? midnight : found.AddTicks(1);
        }
        return null;
    }

    private DateTimeOffset? BoundaryAtOrBefore(DateTimeOffset time)
    {
        if (_definition.Skip is not { } skip)
            return OccurrenceAtOrBefore(time);
        var limit = time < DateTimeOffset.MinValue + SearchFor ? DateTimeOffset.MinValue : time - SearchFor;
        while (OccurrenceAtOrBefore(time) is { } found && found >= limit)
        {
            var day = Day(found);
            if (!skip.Contains(day))
                return found;
            if (skip.PreviousKept(day) is not { } before)
                return null;
            // Some hours past its midnight: where the clock goes back over it, the day before comes twice.
            var end = ZonedTime.Midnight(before.AddDays(1), TimeZone).AddHours(3);
            time = end < found ? end : found.AddTicks(-1);
        }
        return null;
    }

    private DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(ZonedTime.ToLocal(time, TimeZone));

    private DateTimeOffset? OccurrenceFrom(DateTimeOffset time)
    {
        if (_cron is not null)
            return _cron.Next(time > DateTimeOffset.MinValue ? time.AddTicks(-1) : time, TimeZone);
        var every = _definition.Every!.Value.Ticks;
        var steps = Math.DivRem((time - _anchor).Ticks, every, out var rest);
        return At(rest > 0 ? steps + 1 : steps, every);
    }

    private DateTimeOffset? OccurrenceAtOrBefore(DateTimeOffset time)
    {
        if (_cron is not null)
            return _cron.PreviousOrAt(time, TimeZone);
        var every = _definition.Every!.Value.Ticks;
        var steps = Math.DivRem((time - _anchor).Ticks, every, out var rest);
        return At(rest < 0 ? steps - 1 : steps, every);
    }

    private DateTimeOffset? At(long steps, long every)
    {
        var ticks = (Int128)_anchor.UtcTicks + ((Int128)steps * every);
        return ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks ? null : new DateTimeOffset((long)ticks, TimeSpan.Zero);
    }
}
