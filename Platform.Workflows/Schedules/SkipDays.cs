using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Platform.Workflows.Schedules;

/// <summary>Days of one element of <c>schedule.skip</c>.</summary>
/// <param name="Weekdays">Bits 0 (Sunday) to 6; 0 where it names no weekdays.</param>
/// <param name="From">First date; the year is 4 where it comes each year. Null where it names weekdays.</param>
/// <param name="To">Last date, included.</param>
/// <param name="Yearly">Whether it comes each year.</param>
/// <param name="Keeps">Whether the days run although other elements skip them.</param>
public sealed record SkipRule(int Weekdays, DateOnly? From, DateOnly? To, bool Yearly, bool Keeps)
{
    /// <summary>Whether the day is one of them.</summary>
    public bool Contains(DateOnly day)
    {
        if (From is not { } from || To is not { } to)
            return (Weekdays >> (int)day.DayOfWeek & 1) != 0;
        if (!Yearly)
            return day >= from && day <= to;
        // A leap year, so that the 29th of February is a day of it; 12-24..01-02 goes round the year's end.
        var each = new DateOnly(SkipDays.AnyLeapYear, day.Month, day.Day);
        return from <= to ? each >= from && each <= to : each >= from || each <= to;
    }
}

/// <summary>
/// A calendar of days without a run: weekdays (<c>SAT</c>, <c>weekend</c>), dates (<c>2026-10-01</c>), ranges of dates (<c>2026-10-01..2026-10-07</c>), days of each year (<c>12-25</c>, <c>12-24..01-02</c>);
/// with <c>+</c> before them they run although another element skips them. Immutable.
/// </summary>
public sealed class SkipDays(IReadOnlyList<SkipRule> rules)
{
    internal const int AnyLeapYear = 4;

    // Longer than this without a day that runs is for ever.
    private const int MostDays = 50 * 366;

    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private readonly SkipRule[] _skips = [.. rules.Where(r => !r.Keeps)];
    private readonly SkipRule[] _keeps = [.. rules.Where(r => r.Keeps)];

    /// <summary>The elements, as they were read.</summary>
    public IReadOnlyList<SkipRule> Rules => rules;

    /// <summary>Whether the day has no run.</summary>
    public bool Contains(DateOnly day) => Array.Exists(_skips, r => r.Contains(day)) && !Array.Exists(_keeps, r => r.Contains(day));

    /// <summary>The first day after <paramref name="day"/> that runs; null where none does within 50 years.</summary>
    public DateOnly? NextKept(DateOnly day) => Kept(day, 1);

    /// <summary>The last day before <paramref name="day"/> that runs; null where none does within 50 years.</summary>
    public DateOnly? PreviousKept(DateOnly day) => Kept(day, -1);

    /// <summary>Reads one element; false, with the reason, where it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SkipRule? rule, [NotNullWhen(false)] out string? error)
    {
        var keeps = text.StartsWith('+');
        var days = (keeps ? text[1..] : text).Trim();
        rule = null;
        error = null;
        if (WeekdaysOf(days) is { } weekdays)
        {
            rule = new SkipRule(weekdays, null, null, Yearly: false, keeps);
            return true;
        }
        var dots = days.IndexOf("..", StringComparison.Ordinal);
        var (first, last) = dots < 0 ? (days, days) : (days[..dots].Trim(), days[(dots + 2)..].Trim());
        if (Date(first, out var from, out var yearly) && Date(last, out var to, out var lastYearly) && yearly == lastYearly)
        {
            if (yearly || from <= to)
            {
                rule = new SkipRule(0, from, to, yearly, keeps);
                return true;
            }
            error = $"The range '{days}' ends before it begins. Write the earlier date first.";
            return false;
        }
        error = $"'{JsonScalars.Shorten(text)}' is no day. Write weekdays (SAT, weekend), a date (2026-10-01), a range (2026-10-01..2026-10-07) or a day of each year (12-25); '+2026-10-10' is a day that runs all the same.";
        return false;
    }

    private DateOnly? Kept(DateOnly day, int step)
    {
        for (var i = 0; i < MostDays; i++)
        {
            if (step > 0 ? day == DateOnly.MaxValue : day == DateOnly.MinValue)
                return null;
            day = day.AddDays(step);
            if (!Contains(day))
                return day;
        }
        return null;
    }

    private static int? WeekdaysOf(string text)
    {
        var word = text.ToLowerInvariant();
        if (word is "weekend" or "weekends")
            return 0b1000001;
        var day = Array.FindIndex(Weekdays, d => d == word || (word.Length == 3 && d.StartsWith(word, StringComparison.Ordinal)));
        return day < 0 ? null : 1 << day;
    }

    private static bool Date(string text, out DateOnly date, out bool yearly)
    {
        yearly = text.Length == 5;
        return DateOnly.TryParseExact(yearly ? $"{AnyLeapYear:0000}-{text}" : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }
}
