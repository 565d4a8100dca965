using System.Globalization;
using System.Numerics;

namespace Platform.Workflows.Schedules;

/// <summary>A cron expression in words.</summary>
internal static class CronDescription
{
    private const int MostTimes = 6;

    public static string Of(CronExpression cron, bool chinese)
    {
        var days = Days(cron, chinese);
        var months = Months(cron, chinese);
        var times = Times(cron, chinese, out var frequent);
        if (chinese)
        {
            var when = (months.Length > 0 && days == "每天" ? months : months + days) is { Length: > 0 } restricted ? restricted : "每天";
            return frequent && when == "每天" ? times : $"{when} {times}";
        }
        var parts = new List<string>();
        if (frequent)
            parts.Add(times);
        if (!frequent || days != "every day")
            parts.Add(days);
        if (months.Length > 0)
            parts.Add(months);
        if (!frequent)
            parts.Add(times);
        var sentence = string.Join(' ', parts);
        return char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    private static string Times(CronExpression cron, bool chinese, out bool frequent)
    {
        var minutes = CronDays.BitsOf(cron.Minutes);
        var hours = CronDays.BitsOf(cron.Hours);
        frequent = true;
        if (hours.Count == 24)
        {
            if (minutes.Count == 60)
                return chinese ? "每分钟" : "every minute";
            if (Step(minutes, 60) is { } step)
                return chinese ? $"每 {step} 分钟" : $"every {step} minutes";
            return chinese ? $"每小时的第 {Join(minutes, true)} 分钟" : $"every hour at minute {Join(minutes, false)}";
        }
        if (minutes.Count * hours.Count > MostTimes)
        {
            if (minutes is [var minute] && Step(hours, 24) is { } step)
                return chinese ? $"每 {step} 小时的第 {minute} 分钟" : $"every {step} hours at minute {minute}";
            var each = minutes.Count == 60 ? (chinese ? "每分钟" : "every minute")
                : Step(minutes, 60) is { } every ? (chinese ? $"每 {every} 分钟" : $"every {every} minutes")
                : chinese ? $"第 {Join(minutes, true)} 分钟" : $"at minute {Join(minutes, false)}";
            return chinese ? $"{Join(hours, true)} 点，{each}" : $"{each} of the hours {Join(hours, false)}";
        }
        frequent = false;
        var times = hours.SelectMany(h => minutes.Select(m => $"{h:00}:{m:00}"));
        return chinese ? string.Join("、", times) : "at " + And(times);
    }

    private static string Days(CronExpression cron, bool chinese)
    {
        if (cron.Days.EveryDay)
            return chinese ? "每天" : "every day";
        var culture = CultureInfo.GetCultureInfo(chinese ? "zh" : "en");
        string Weekday(int day) => culture.DateTimeFormat.GetDayName((DayOfWeek)day);
        var (dates, weekdays, fromEnd, nearest, lastWeekday, nth) = cron.Days.Parts();
        var parts = new List<string>();
        if (dates.Count > 0)
            parts.Add(chinese ? $"{Join(dates, true)} 日" : $"day {Join(dates, false)} of the month");
        foreach (var back in fromEnd)
            parts.Add(chinese ? (back == 0 ? "当月最后一天" : $"当月最后一天之前 {back} 天") : back == 0 ? "the last day of the month" : $"{back} day{(back == 1 ? "" : "s")} before the last day of the month");
        foreach (var date in nearest)
            parts.Add(chinese ? $"最接近 {date} 日的工作日" : $"the weekday nearest day {date} of the month");
        if (lastWeekday)
            parts.Add(chinese ? "当月最后一个工作日" : "the last weekday of the month");
        if (weekdays.Count > 0)
        {
            var working = weekdays.SequenceEqual([1, 2, 3, 4, 5]);
            var names = weekdays.Select(Weekday);
            parts.Add(chinese ? (working ? "周一至周五" : string.Join("、", names)) : working ? "Monday to Friday" : And(names));
        }
        foreach (var (weekday, which) in nth)
        {
            parts.Add(chinese
                ? (which == 0 ? $"当月最后一个{Weekday(weekday)}" : $"当月第 {which} 个{Weekday(weekday)}")
                : which == 0 ? $"the last {Weekday(weekday)} of the month" : $"the {Ordinal(which)} {Weekday(weekday)} of the month");
        }
        return chinese ? string.Join("或", parts) : "on " + string.Join(" or ", parts);
    }

    private static string Months(CronExpression cron, bool chinese)
    {
        if (BitOperations.PopCount(cron.Months) == 12)
            return "";
        var months = CronDays.BitsOf(cron.Months);
        return chinese ? $"{Join(months, true)} 月" : "in " + And(months.Select(CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName));
    }

    private static int? Step(IReadOnlyList<int> values, int size)
    {
        if (values.Count < 2 || values[0] != 0)
            return null;
        var step = values[1];
        return size % step == 0 && values.Count == size / step && values.Select((v, i) => v == i * step).All(same => same) ? step : null;
    }

    private static string Join(IReadOnlyList<int> values, bool chinese)
    {
        var texts = values.Select(v => v.ToString(CultureInfo.InvariantCulture));
        if (values.Count > 2 && values[^1] - values[0] == values.Count - 1)
            return chinese ? $"{values[0]} 至 {values[^1]}" : $"{values[0]} to {values[^1]}";
        return chinese ? string.Join("、", texts) : And(texts);
    }

    private static string And(IEnumerable<string> texts)
    {
        var all = texts.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
    }

    private static string Ordinal(int number) => number switch { 1 => "first", 2 => "second", 3 => "third", 4 => "fourth", _ => "fifth" };
}
