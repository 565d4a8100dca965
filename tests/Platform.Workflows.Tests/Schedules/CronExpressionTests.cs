using System.Globalization;
using Platform.Workflows.Schedules;

namespace Platform.Workflows.Tests.Schedules;

public class CronExpressionTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");
    private static readonly TimeZoneInfo Apia = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia");

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string[] Following(string cron, string after, int count, TimeZoneInfo? zone = null)
    {
        var expression = CronExpression.Parse(cron);
        var times = new List<string>();
        var at = Time(after);
        while (times.Count < count && expression.Next(at, zone ?? TimeZoneInfo.Utc) is { } next)
        {
            times.Add(TimeZoneInfo.ConvertTime(next, zone ?? TimeZoneInfo.Utc).ToString("MM-dd HH:mmzzz", CultureInfo.InvariantCulture).Replace("+00:00", "", StringComparison.Ordinal));
            at = next;
        }
        return [.. times];
    }

    [Theory]
    [InlineData("* * * * *", "2026-01-01T00:00:30", "01-01 00:01")]
    [InlineData("*/15 * * * *", "2026-01-01T00:15:00", "01-01 00:30")]
    [InlineData("5/20 * * * *", "2026-01-01T00:06:00", "01-01 00:25")]
    [InlineData("0 22-2 * * *", "2026-01-01T02:30:00", "01-01 22:00")]
    [InlineData("0 22-2 * * *", "2026-01-01T23:30:00", "01-02 00:00")]
    [InlineData("30 2 * * MON-FRI", "2026-01-02T03:00:00", "01-05 02:30")]
    [InlineData("0 0 * * FRI-MON", "2026-01-06T00:00:00", "01-09 00:00")]
    [InlineData("0 0 * * 7", "2026-01-01T00:00:00", "01-04 00:00")]
    [InlineData("0 0 * * 5-7", "2026-01-01T00:00:00", "01-02 00:00")]
    [InlineData("0 0 * * 6-7", "2026-01-03T00:00:00", "01-04 00:00")]
    [InlineData("0 0 1 JAN,jul *", "2026-01-01T00:00:00", "07-01 00:00")]
    [InlineData("0 0 L * *", "2026-02-01T00:00:00", "02-28 00:00")]
    [InlineData("0 0 L * *", "2028-02-01T00:00:00", "02-29 00:00")]
    [InlineData("0 0 L-3 * *", "2026-01-01T00:00:00", "01-28 00:00")]
    [InlineData("0 0 LW * *", "2026-01-01T00:00:00", "01-30 00:00")]
    [InlineData("0 0 15W * *", "2026-02-01T00:00:00", "02-16 00:00")]
    [InlineData("0 0 15W * *", "2026-08-01T00:00:00", "08-14 00:00")]
    [InlineData("0 0 1W * *", "2026-08-01T00:00:00", "08-03 00:00")]
    [InlineData("0 0 31W * *", "2026-05-01T00:00:00", "05-29 00:00")]
    [InlineData("0 0 * * 5L", "2026-01-01T00:00:00", "01-30 00:00")]
    [InlineData("0 0 * * SUNL", "2026-01-01T00:00:00", "01-25 00:00")]
    [InlineData("0 0 * * MON#2", "2026-01-01T00:00:00", "01-12 00:00")]
    [InlineData("0 0 * * 5#5", "2026-02-01T00:00:00", "05-29 00:00")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00", "02-29 00:00")]
    [InlineData("@daily", "2026-01-01T00:00:00", "01-02 00:00")]
    [InlineData("@hourly", "2026-01-01T00:00:00", "01-01 01:00")]
    [InlineData("@weekly", "2026-01-01T00:00:00", "01-04 00:00")]
    [InlineData("@monthly", "2026-01-01T00:00:00", "02-01 00:00")]
    [InlineData("@yearly", "2026-01-01T00:00:00", "01-01 00:00")]
    [InlineData("0 0 ? * MON", "2026-01-01T00:00:00", "01-05 00:00")]
    public void The_next_time_is_found(string cron, string after, string next) => Assert.Equal([next], Following(cron, after, 1));

    [Fact]
    public void Both_days_given_means_either() =>
        Assert.Equal(["02-06 00:00", "02-13 00:00", "02-20 00:00", "02-27 00:00", "03-06 00:00", "03-13 00:00"], Following("0 0 13 * FRI", "2026-01-30T12:00:00", 6));

    [Fact]
    public void Either_day_fires_where_only_one_matches() =>
        Assert.Equal(["01-02 00:00", "01-09 00:00", "01-13 00:00", "01-16 00:00"], Following("0 0 13 * FRI", "2026-01-01T00:00:00", 4));

    [Theory]
    [InlineData("", "instead of five")]
    [InlineData("* * * *", "4 fields")]
    [InlineData("0 * * * * *", "Leave the seconds out")]
    [InlineData("60 * * * *", "'60' is no minute")]
    [InlineData("* 24 * * *", "'24' is no hour")]
    [InlineData("* * 0 * *", "day of the month")]
    [InlineData("* * * 13 *", "month")]
    [InlineData("* * * FOO *", "month")]
    [InlineData("* * * * 8", "day of the week")]
    [InlineData("*/0 * * * *", "no step")]
    [InlineData("*/x * * * *", "no step")]
    [InlineData("1-x * * * *", "minute")]
    [InlineData("1,,2 * * * *", "minute")]
    [InlineData("* * * * MON#6", "from 1 to 5")]
    [InlineData("* * L-40 * *", "day of the month")]
    [InlineData("-5 * * * *", "minute")]
    [InlineData("@dayly", "Did you mean '@daily'?")]
    public void What_is_no_expression_says_which_part(string cron, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => CronExpression.Parse(cron)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData("0 0 L-30 2 *")]
    public void A_schedule_that_never_fires_ends_its_search(string cron)
    {
        var expression = CronExpression.Parse(cron);
        Assert.Null(expression.Next(Time("2026-01-01"), TimeZoneInfo.Utc));
        Assert.Null(expression.Next(Time("2026-01-01"), Berlin));
        Assert.Null(expression.PreviousOrAt(Time("2026-01-01"), Berlin));
    }

    [Fact]
    public void The_end_of_time_ends_the_search()
    {
        Assert.Null(CronExpression.Parse("0 0 1 1 *").Next(DateTimeOffset.MaxValue.AddDays(-10), TimeZoneInfo.Utc));
        Assert.Null(CronExpression.Parse("* * * * *").Next(DateTimeOffset.MaxValue, Berlin));
        Assert.Equal(1, CronExpression.Parse("* * * * *").PreviousOrAt(DateTimeOffset.MinValue.AddDays(5), TimeZoneInfo.Utc)!.Value.Year);
    }

    // Berlin skips 02:00 to 03:00 on 2026-03-29 and repeats 02:00 to 03:00 on 2026-10-25.
    [Fact]
    public void A_fixed_time_inside_the_gap_fires_at_its_end() =>
        Assert.Equal(["03-28 02:30+01:00", "03-29 03:00+02:00", "03-30 02:30+02:00"], Following("30 2 * * *", "2026-03-28T00:00:00", 3, Berlin));

    [Fact]
    public void Several_fixed_times_inside_the_gap_fire_once_at_its_end() =>
        Assert.Equal(["03-29 03:00+02:00", "03-29 03:30+02:00", "03-30 02:00+02:00"], Following("0,30 2,3 * * *", "2026-03-28T12:00:00", 3, Berlin));

    [Fact]
    public void A_fixed_time_in_the_repeated_hour_fires_once_the_first_time() =>
        Assert.Equal(["10-25 02:30+02:00", "10-26 02:30+01:00"], Following("30 2 * * *", "2026-10-24T12:00:00", 2, Berlin));

    [Fact]
    public void A_fixed_time_does_not_fire_again_when_asked_between_the_two_passes() =>
        Assert.Equal(["10-26 02:30+01:00"], Following("30 2 * * *", "2026-10-25T01:10:00", 1, Berlin));

    [Fact]
    public void Every_half_hour_follows_the_clock_over_the_gap() =>
        Assert.Equal(["03-29 01:30+01:00", "03-29 03:00+02:00", "03-29 03:30+02:00"], Following("*/30 * * * *", "2026-03-29T00:00:00", 3, Berlin));

    [Fact]
    public void Every_half_hour_fires_in_both_passes() =>
        Assert.Equal(["10-25 02:00+02:00", "10-25 02:30+02:00", "10-25 02:00+01:00", "10-25 02:30+01:00", "10-25 03:00+01:00"], Following("*/30 * * * *", "2026-10-24T23:45:00", 5, Berlin));

    [Fact]
    public void Any_hour_at_a_minute_fires_in_both_passes_and_not_in_the_gap()
    {
        Assert.Equal(["10-25 02:30+02:00", "10-25 02:30+01:00", "10-25 03:30+01:00"], Following("30 * * * *", "2026-10-25T00:00:00", 3, Berlin));
        Assert.Equal(["03-29 01:30+01:00", "03-29 03:30+02:00"], Following("30 * * * *", "2026-03-29T00:00:00", 2, Berlin));
    }

    [Fact]
    public void Any_minute_of_a_fixed_hour_fires_in_both_passes() =>
        Assert.Equal(["11-01 01:40-04:00", "11-01 01:00-05:00", "11-01 01:20-05:00"], Following("*/20 1 * * *", "2026-11-01T05:30:00", 3, NewYork));

    [Fact]
    public void A_change_of_half_an_hour_is_followed() =>
        Assert.Equal(["10-04 02:30+11:00", "10-05 02:15+11:00"], Following("15 2 * * *", "2026-10-03T00:00:00", 2, LordHowe));

    [Fact]
    public void A_day_that_a_zone_left_out_fires_at_its_end_once() =>
        Assert.Equal(["12-29 00:00-10:00", "12-31 00:00+14:00", "01-01 00:00+14:00"], Following("0 0 * * *", "2011-12-29T00:00:00", 3, Apia));

    [Fact]
    public void The_previous_time_is_the_last_at_or_before()
    {
        var cron = CronExpression.Parse("30 2 * * *");
        Assert.Equal(Time("2026-10-25T00:30:00"), cron.PreviousOrAt(Time("2026-10-25T01:45:00"), Berlin));
        Assert.Equal(Time("2026-10-25T00:30:00"), cron.PreviousOrAt(Time("2026-10-25T00:30:00"), Berlin));
        Assert.Equal(Time("2024-02-29"), CronExpression.Parse("0 0 29 2 *").PreviousOrAt(Time("2026-01-01"), TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("@daily", "Every day at 00:00", "每天 00:00")]
    [InlineData("30 2 * * *", "Every day at 02:30", "每天 02:30")]
    [InlineData("*/15 * * * *", "Every 15 minutes", "每 15 分钟")]
    [InlineData("* * * * *", "Every minute", "每分钟")]
    [InlineData("@hourly", "Every hour at minute 0", "每小时的第 0 分钟")]
    [InlineData("0 9,18 * * MON-FRI", "On Monday to Friday at 09:00 and 18:00", "周一至周五 09:00、18:00")]
    [InlineData("0 0 1 1 *", "On day 1 of the month in January at 00:00", "1 月1 日 00:00")]
    [InlineData("0 6 L * *", "On the last day of the month at 06:00", "当月最后一天 06:00")]
    [InlineData("0 6 * * MON#2", "On the second Monday of the month at 06:00", "当月第 2 个星期一 06:00")]
    [InlineData("0 6 13 * FRI", "On day 13 of the month or Friday at 06:00", "13 日或星期五 06:00")]
    [InlineData("0 */2 * * *", "Every 2 hours at minute 0", "每 2 小时的第 0 分钟")]
    [InlineData("*/10 9-17 * * *", "Every 10 minutes of the hours 9 to 17", "9 至 17 点，每 10 分钟")]
    [InlineData("0 0 * 6 *", "Every day in June at 00:00", "6 月 00:00")]
    public void Words_say_when_it_fires(string cron, string english, string chinese)
    {
        Assert.Equal(english, CronExpression.Parse(cron).Describe(CultureInfo.GetCultureInfo("en-GB")));
        Assert.Equal(chinese, CronExpression.Parse(cron).Describe(CultureInfo.GetCultureInfo("zh-CN")));
    }
}
