using System.Globalization;
using Platform.Inventory.Quality;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>Days that lack in a set of files that has one a day.</summary>
internal static class DayFindings
{
    private const int Shown = 5;

    public static IEnumerable<Finding> Of(FoundAsset asset)
    {
        if (MissingDays.Of(asset) is not { } days)
            yield break;
        var names = string.Join(", ", days.Missing.Take(Shown).Select(Text)) + (days.Missing.Count > Shown ? " …" : "");
        var rhythm = days.Weekdays.Count == 7 ? "every day" : $"on {string.Join(", ", days.Weekdays.Select(day => CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedDayName(day)))}";
        var rhythmZh = days.Weekdays.Count == 7 ? "每天" : $"每{string.Join("、", days.Weekdays.Select(day => CultureInfo.GetCultureInfo("zh-CN").DateTimeFormat.GetAbbreviatedDayName(day)))}";
        // Many days that lack are holidays more likely than slips.
        var score = 66.0 - Math.Min(30, 3 * (days.Missing.Count - 1));
        if (days.Missing is [var one])
            yield return DataFindings.Make("missing-day", asset.Key, asset.Name, null, score, $"The day {Text(one)} of {asset.Name} is missing between {Text(days.First)} and {Text(days.Last)}.", $"{asset.Name} 在 {Text(days.First)} 至 {Text(days.Last)} 之间缺少 {Text(one)}。",
                $"{days.Expected - 1:N0} of {days.Expected:N0} days have a file, {rhythm}", $"{days.Expected:N0} 天中有 {days.Expected - 1:N0} 天有文件，{rhythmZh}");
        else
            yield return DataFindings.Make("missing-day", asset.Key, asset.Name, null, score, $"{days.Missing.Count:N0} days of {asset.Name} are missing between {Text(days.First)} and {Text(days.Last)}: {names}.", $"{asset.Name} 在 {Text(days.First)} 至 {Text(days.Last)} 之间缺少 {days.Missing.Count:N0} 天：{names}。",
                $"{days.Expected - days.Missing.Count:N0} of {days.Expected:N0} days have a file, {rhythm}", $"{days.Expected:N0} 天中有 {days.Expected - days.Missing.Count:N0} 天有文件，{rhythmZh}");
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
