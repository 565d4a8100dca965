using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Platform.Workflows.Schedules;

/// <summary>
/// Five fields (minute, hour, day of the month, month, day of the week) with names, ranges, steps, lists, <c>L</c>, <c>L-3</c>, <c>LW</c>, <c>15W</c>, <c>5L</c>, <c>MON#2</c>, or <c>@daily</c> and the like.
/// Where both days are given, either matches. Immutable.
/// </summary>
/// <remarks>
/// When clocks change: a fixed time that the clock skips fires at the end of the gap, one that the clock repeats fires once, the first time;
/// an expression with <c>*</c>, a range or a step in its minutes or hours follows the clock, so that it fires in both passes of a repeated hour and not in a skipped one.
/// </remarks>
public sealed class CronExpression
{
    // The calendar repeats its hardest date, a fifth weekday in February, within 40 years; what has not fired by then never does.
    private const int YearsToSearch = 50;

    // At the ends of the calendar a zone's offset would lead out of it.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(3);

    private readonly ulong _minutes;
    private readonly uint _hours;
    private readonly ushort _months;
    private readonly CronDays _days;
    private readonly bool _followsClock;

    private CronExpression(string text, string[] fields)
    {
        Text = text;
        _minutes = Bits(CronField.Minute, fields[0]);
        _hours = (uint)Bits(CronField.Hour, fields[1]);
        _months = (ushort)Bits(CronField.Month, fields[3]);
        _days = new CronDays(fields[2], fields[4]);
        _followsClock = fields[0].AsSpan().ContainsAny("*-/") || fields[1].AsSpan().ContainsAny("*-/");
    }

    /// <summary>The text as it was written.</summary>
    public string Text { get; }

    internal ulong Minutes => _minutes;

    internal ulong Hours => _hours;

    internal ulong Months => _months;

    internal CronDays Days => _days;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none; the message names the field and says how to write it.</exception>
    public static CronExpression Parse(string text)
    {
        var trimmed = text.Trim();
        var standard = trimmed switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ when trimmed.StartsWith('@') => throw new FormatException($"'{trimmed}' is no schedule.{Naming.DidYouMean(trimmed, ["@yearly", "@monthly", "@weekly", "@daily", "@hourly"])}"),
            _ => trimmed,
        };
        var fields = standard.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            throw new FormatException($"'{trimmed}' has {fields.Length} field{(fields.Length == 1 ? "" : "s")} instead of five: minute, hour, day of the month, month, day of the week, such as '30 2 * * MON-FRI' or '@daily'."
                + (fields.Length == 6 ? " Leave the seconds out." : ""));
        }
        return new CronExpression(trimmed, fields);
    }

    /// <summary>Reads an expression; false, with the reason, where it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? error)
    {
        try
        {
            (expression, error) = (Parse(text), null);
            return true;
        }
        catch (FormatException e)
        {
            (expression, error) = (null, e.Message);
            return false;
        }
    }

    /// <summary>The first time strictly after <paramref name="after"/>, in UTC; null where it never fires again.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        if (after > DateTimeOffset.MaxValue - Margin)
            return null;
        if (after < DateTimeOffset.MinValue + Margin)
            after = DateTimeOffset.MinValue + Margin;
        return _followsClock ? NextByClock(after.UtcDateTime, zone) : NextFixed(after, zone);
    }

    /// <summary>The last time at or before <paramref name="time"/>, in UTC; null where there is none in the 50 years before.</summary>
    public DateTimeOffset? PreviousOrAt(DateTimeOffset time, TimeZoneInfo zone)
    {
        var earliest = time.UtcDateTime.Year > YearsToSearch ? time.AddYears(-YearsToSearch) : DateTimeOffset.MinValue + Margin;
        for (var span = TimeSpan.FromHours(1); ; span *= 2)
        {
            var from = time - earliest > span ? time - span : earliest;
            // The start counts too, so the search begins a tick before it.
            var found = Next(from.AddTicks(-1), zone);
            if (found is { } last && last <= time)
            {
                while (Next(last, zone) is { } next && next <= time)
                    last = next;
                return last;
            }
            if (from == earliest)
                return null;
        }
    }

    /// <summary>When it fires, in words: <c>Every day at 02:30</c>, <c>每天 02:30</c>. Chinese for a culture whose language is <c>zh</c>, else English.</summary>
    public string Describe(CultureInfo culture) => CronDescription.Of(this, culture.TwoLetterISOLanguageName == "zh");

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;

    private static ulong Bits(CronField field, string text) => text.Split(',').Aggregate(0UL, (bits, element) => bits | field.Bits(element));

    private DateTimeOffset? NextFixed(DateTimeOffset after, TimeZoneInfo zone)
    {
        // Wall times and their moments rise together (a gap's times all become its end), so the first later moment is the next.
        var local = ZonedTime.ToLocal(after, zone);
        while (NextLocal(local) is { } candidate)
        {
            var moment = ZonedTime.ToUtc(candidate, zone);
            if (moment > after)
                return moment;
            local = candidate.AddMinutes(1);
        }
        return null;
    }

    private DateTimeOffset? NextByClock(DateTime after, TimeZoneInfo zone)
    {
        var from = after;
        var inclusive = false;
        while (true)
        {
            var offset = zone.GetUtcOffset(from);
            var local = from + offset;
            if (NextLocal(inclusive ? local : local.AddTicks(1)) is not { } candidate)
                return null;
            var moment = DateTime.SpecifyKind(candidate - offset, DateTimeKind.Utc);
            if (ZonedTime.FindChange(from, moment, zone) is not { } change)
                return new DateTimeOffset(moment, TimeSpan.Zero);
            // The clock jumps before the candidate: what follows is read off the new clock, from its first moment on.
            (from, inclusive) = (change, true);
        }
    }

    /// <summary>The first wall-clock time at or after <paramref name="from"/> that matches.</summary>
    private DateTime? NextLocal(DateTime from)
    {
        if (from > DateTime.MaxValue - Margin)
            return null;
        if (from.Ticks % TimeSpan.TicksPerMinute != 0)
            from = from.AddTicks(TimeSpan.TicksPerMinute - (from.Ticks % TimeSpan.TicksPerMinute));
        var lastYear = Math.Min(from.Year + YearsToSearch, 9999);
        var (year, month, firstDay) = (from.Year, from.Month, from.Day);
        var minuteOfDay = (from.Hour * 60) + from.Minute;
        while (year <= lastYear)
        {
            if ((_months >> month & 1) != 0)
            {
                var days = _days.In(year, month) >> firstDay << firstDay;
                for (; days != 0; days &= days - 1)
                {
                    var day = BitOperations.TrailingZeroCount(days);
                    if (NextMinute(day == firstDay ? minuteOfDay : 0) is { } minute)
                        return new DateTime(year, month, day, minute / 60, minute % 60, 0);
                }
            }
            (month, firstDay, minuteOfDay) = (month + 1, 1, 0);
            if (month > 12)
                (year, month) = (year + 1, 1);
        }
        return null;
    }

    private int? NextMinute(int from)
    {
        var hour = from / 60;
        if ((_hours >> hour & 1) != 0)
        {
            var minutes = _minutes >> (from % 60) << (from % 60);
            if (minutes != 0)
                return (hour * 60) + BitOperations.TrailingZeroCount(minutes);
        }
        var hours = hour >= 31 ? 0 : _hours >> (hour + 1) << (hour + 1);
        return hours == 0 ? null : (BitOperations.TrailingZeroCount(hours) * 60) + BitOperations.TrailingZeroCount(_minutes);
    }
}
