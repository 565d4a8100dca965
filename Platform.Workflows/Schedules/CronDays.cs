using System.Globalization;
using System.Numerics;

namespace Platform.Workflows.Schedules;

/// <summary>Which days of a month match: the third and fifth field with <c>L</c>, <c>W</c> and <c>#</c>. Both given: either matches.</summary>
internal sealed class CronDays
{
    private readonly bool _anyDate;
    private readonly bool _anyWeekday;
    private uint _dates;
    private byte _weekdays;
    private readonly List<int> _fromEnd = [];
    private readonly List<int> _nearestWeekday = [];
    private bool _lastWeekday;
    private readonly List<(int Weekday, int Nth)> _nth = [];

    public CronDays(string dates, string weekdays)
    {
        _anyDate = dates is "*" or "?";
        _anyWeekday = weekdays is "*" or "?";
        foreach (var element in dates.Split(','))
            AddDate(element.ToUpperInvariant());
        foreach (var element in weekdays.Split(','))
            AddWeekday(element.ToUpperInvariant());
    }

    public bool EveryDay => _anyDate && _anyWeekday;

    /// <summary>Matching days of a month as bits 1 to 31.</summary>
    public uint In(int year, int month)
    {
        var length = DateTime.DaysInMonth(year, month);
        var all = (uint)((1UL << (length + 1)) - 2);
        if (EveryDay)
            return all;
        var dates = _anyDate ? 0 : Dates(year, month, length);
        var weekdays = _anyWeekday ? 0 : Weekdays(year, month, length);
        return (dates | weekdays) & all;
    }

    private uint Dates(int year, int month, int length)
    {
        var days = _dates;
        foreach (var back in _fromEnd)
        {
            if (length - back >= 1)
                days |= 1u << (length - back);
        }
        foreach (var date in _nearestWeekday)
        {
            if (date <= length)
                days |= 1u << NearestWeekday(year, month, date, length);
        }
        if (_lastWeekday)
            days |= 1u << NearestWeekday(year, month, length, length);
        return days;
    }

    private uint Weekdays(int year, int month, int length)
    {
        var first = (int)new DateTime(year, month, 1).DayOfWeek;
        var days = 0u;
        for (var day = 1; day <= length; day++)
        {
            if ((_weekdays >> ((first + day - 1) % 7) & 1) != 0)
                days |= 1u << day;
        }
        foreach (var (weekday, nth) in _nth)
        {
            var day = 1 + ((weekday - first + 7) % 7) + (7 * (nth - 1));
            if (nth == 0)
            {
                day = length - ((first + length - 1 - weekday + 7) % 7);
                days |= 1u << day;
            }
            else if (day <= length)
            {
                days |= 1u << day;
            }
        }
        return days;
    }

    // W never leaves the month: the nearest weekday to a Saturday the first is Monday the third.
    private static int NearestWeekday(int year, int month, int day, int length) => new DateTime(year, month, day).DayOfWeek switch
    {
        System.DayOfWeek.Saturday => day == 1 ? 3 : day - 1,
        System.DayOfWeek.Sunday => day == length ? day - 2 : day + 1,
        _ => day,
    };

    private void AddDate(string element)
    {
        if (element is "LW" or "WL")
            _lastWeekday = true;
        else if (element == "L")
            _fromEnd.Add(0);
        else if (element.StartsWith("L-", StringComparison.Ordinal) && int.TryParse(element[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var back) && back is >= 1 and <= 30)
            _fromEnd.Add(back);
        else if (element.Length > 1 && element[^1] == 'W')
            _nearestWeekday.Add(CronField.DayOfMonth.Value(element[..^1]));
        else
            _dates |= (uint)CronField.DayOfMonth.Bits(element);
    }

    private void AddWeekday(string element)
    {
        var hash = element.IndexOf('#', StringComparison.Ordinal);
        if (hash > 0)
        {
            if (!int.TryParse(element[(hash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var nth) || nth is < 1 or > 5)
                throw new FormatException($"'{element}' is no day of the week. Write the day, '#' and a number from 1 to 5, such as MON#2 for the second Monday.");
            _nth.Add((CronField.DayOfWeek.Value(element[..hash]) % 7, nth));
        }
        else if (element.Length > 1 && element[^1] == 'L')
        {
            _nth.Add((CronField.DayOfWeek.Value(element[..^1]) % 7, 0));
        }
        else
        {
            _weekdays |= (byte)CronField.DayOfWeek.Bits(element);
        }
    }

    /// <summary>The days in words, for <see cref="CronDescription"/>: each list is empty where the field does not restrict or uses another form.</summary>
    public (IReadOnlyList<int> Dates, IReadOnlyList<int> Weekdays, IReadOnlyList<int> FromEnd, IReadOnlyList<int> NearestWeekday, bool LastWeekday, IReadOnlyList<(int Weekday, int Nth)> Nth) Parts() =>
        (_anyDate ? [] : BitsOf(_dates), _anyWeekday ? [] : BitsOf(_weekdays), _fromEnd, _nearestWeekday, _lastWeekday, _nth);

    public static IReadOnlyList<int> BitsOf(ulong bits)
    {
        var values = new List<int>(BitOperations.PopCount(bits));
        for (var rest = bits; rest != 0; rest &= rest - 1)
            values.Add(BitOperations.TrailingZeroCount(rest));
        return values;
    }
}
