namespace Platform.Activities.Sample;

/// <summary>How trade spreads over days and hours: more towards Christmas, less on Saturdays, two peaks a day.</summary>
internal sealed class ShopCalendar
{
    private static readonly int[] Months = [82, 80, 90, 86, 92, 95, 92, 94, 108, 118, 150, 140];
    private static readonly int[] Weekdays = [96, 104, 106, 106, 110, 98, 62];     // from Sunday
    private static readonly int[] Hours = [2, 1, 1, 1, 1, 2, 6, 16, 34, 58, 74, 80, 88, 76, 70, 68, 60, 52, 50, 56, 62, 48, 24, 8];
    private readonly long[] _before;

    public ShopCalendar(ShopOptions options)
    {
        var weights = new long[options.Days + 1];
        for (var day = 0; day < options.Days; day++)
        {
            var date = options.Start.AddDays(day);
            weights[day + 1] = weights[day] + Months[date.Month - 1] * Weekdays[(int)date.DayOfWeek];
        }
        _before = new long[options.Days + 1];
        for (var day = 0; day <= options.Days; day++)
            _before[day] = (long)((Int128)options.Orders * weights[day] / weights[options.Days]);
    }

    /// <summary>Orders before that day; of day <c>Days</c> it is all of them.</summary>
    public long OrdersBefore(int day) => _before[day];

    /// <summary>Orders of that day.</summary>
    public int OrdersOf(int day) => (int)(_before[day + 1] - _before[day]);

    /// <summary>The second of the day at which the <paramref name="rank"/>-th of <paramref name="count"/> orders is placed; rises with the rank.</summary>
    public static int SecondOf(int rank, int count)
    {
        var target = (long)rank * TotalHours * 3600 / Math.Max(1, count);
        for (var hour = 0; hour < 24; hour++)
        {
            var inHour = Hours[hour] * 3600L;
            if (target < inHour)
                return hour * 3600 + (int)(target / Hours[hour]);
            target -= inHour;
        }
        return 86_399;
    }

    private static readonly long TotalHours = Hours.Sum();
}
