namespace Platform.Workflows.Schedules;

/// <summary>Wall-clock times of a zone and the moments that they are, without the surprises of skipped and repeated hours.</summary>
public static class ZonedTime
{
    // No zone is further than this from UTC, and none changes its clock twice within two days.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(24);

    /// <summary>The wall clock at a moment.</summary>
    public static DateTime ToLocal(DateTimeOffset time, TimeZoneInfo zone) => DateTime.SpecifyKind(time.UtcDateTime + zone.GetUtcOffset(time.UtcDateTime), DateTimeKind.Unspecified);

    /// <summary>The moment of a wall-clock time, in UTC: the end of the gap where the clock skips it, the first of the two where the clock repeats it.</summary>
    public static DateTimeOffset ToUtc(DateTime local, TimeZoneInfo zone)
    {
        var wall = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        if (zone == TimeZoneInfo.Utc || wall - DateTime.MinValue < 2 * Margin || DateTime.MaxValue - wall < 2 * Margin)
            return new DateTimeOffset(wall, TimeSpan.Zero);
        var before = zone.GetUtcOffset(wall - Margin);
        var after = zone.GetUtcOffset(wall + Margin);
        var early = wall - before;
        var late = wall - after;
        var earlyHolds = zone.GetUtcOffset(early) == before;
        var lateHolds = zone.GetUtcOffset(late) == after;
        var moment = (earlyHolds, lateHolds) switch
        {
            (true, true) => early < late ? early : late,
            (true, false) => early,
            (false, true) => late,
            _ => FindChange(late < early ? late : early, late < early ? early : late, zone) ?? late,
        };
        return new DateTimeOffset(moment, TimeSpan.Zero);
    }

    /// <summary>A bare date's midnight in a zone, as a moment in UTC.</summary>
    public static DateTimeOffset Midnight(DateOnly date, TimeZoneInfo zone) => ToUtc(date.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>The first moment in <c>(from, to]</c> at which the zone's offset differs from the one at <paramref name="from"/>; null where it does not change. In UTC, to the second.</summary>
    internal static DateTime? FindChange(DateTime from, DateTime to, TimeZoneInfo zone)
    {
        if (zone == TimeZoneInfo.Utc)
            return null;
        var step = TimeSpan.FromHours(12);
        var offset = zone.GetUtcOffset(from);
        var low = from;
        while (low < to)
        {
            var high = to - low <= step ? to : low + step;
            if (zone.GetUtcOffset(high) == offset)
            {
                low = high;
                continue;
            }
            while (high - low > TimeSpan.FromSeconds(1))
            {
                var middle = low + ((high - low) / 2);
                if (zone.GetUtcOffset(middle) == offset)
                    low = middle;
                else
                    high = middle;
            }
            return new DateTime(high.Ticks - (high.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        }
        return null;
    }
}
