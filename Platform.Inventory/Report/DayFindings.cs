using System.Globalization;
using Platform.Inventory.Quality;
using Platform.Inventory.Scan;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>Days that lack in a set of files that has one a day.</summary>
internal static class DayFindings
{
    private const int Shown = 5;

    public static IEnumerable<Finding> Of(FoundAsset asset)
    {
        if (Reshaped(asset) is { } reshaped)
            yield return reshaped;
        if (MissingDays.Of(asset) is not { } days)
            yield break;
        var names = string.Join(", ", days.Missing.Take(Shown).Select(Text)) + (days.Missing.Count > Shown ? " …" : "");
        var rhythm = days.Weekdays.Count == 7 ? "every day" : $"on {string.Join(", ", days.Weekdays.Select(day => CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedDayName(day)))}";
        var rhythmZh = days.Weekdays.Count == 7 ? "每天" : $"每{string.Join("、", days.Weekdays.Select(day => CultureInfo.GetCultureInfo("zh-CN").DateTimeFormat.GetAbbreviatedDayName(day)))}";
        // Many days that lack are holidays more likely than slips.
        var score = 66.0 - Math.Min(30, 3 * (days.Missing.Count - 1));
        if (days.Missing is [var one])
            yield return DataFindings.Make("missing-day", asset.Key, asset.Name, null, score, $"The day {Text(one)} of {asset.Name} is missing between {Text(days.First)} and {Text(days.Last)}.", $"{asset.Name} 在 {Text(days.First)} 至 {Text(days.Last)} 之间缺少 {Text(one)}。",
                $"{days.Expected - 1:N0} of {Plural.Of(days.Expected, "day")} have a file, {rhythm}", $"{days.Expected:N0} 天中有 {days.Expected - 1:N0} 天有文件，{rhythmZh}");
        else
            yield return DataFindings.Make("missing-day", asset.Key, asset.Name, null, score, $"{days.Missing.Count:N0} days of {asset.Name} are missing between {Text(days.First)} and {Text(days.Last)}: {names}.", $"{asset.Name} 在 {Text(days.First)} 至 {Text(days.Last)} 之间缺少 {days.Missing.Count:N0} 天：{names}。",
                $"{days.Expected - days.Missing.Count:N0} of {Plural.Of(days.Expected, "day")} have a file, {rhythm}", $"{days.Expected:N0} 天中有 {days.Expected - days.Missing.Count:N0} 天有文件，{rhythmZh}");
    }

    /// <summary>Files of the series that have other columns than the rest.</summary>
    private static Finding? Reshaped(FoundAsset asset)
    {
        if (asset.OtherShapes is not { Count: > 0 } others)
            return null;
        var first = others[0];
        var (more, less) = (string.Join(", ", first.ColumnsNew.Take(Shown)), string.Join(", ", first.ColumnsGone.Take(Shown)));
        var what = string.Join("; ", new[] { more.Length > 0 ? $"with {more}" : "", less.Length > 0 ? $"without {less}" : "" }.Where(part => part.Length > 0));
        var whatZh = string.Join("；", new[] { more.Length > 0 ? $"多出 {more}" : "", less.Length > 0 ? $"缺少 {less}" : "" }.Where(part => part.Length > 0));
        if (what.Length == 0)
            (what, whatZh) = ("in another form or order", "格式或列顺序不同");
        var name = Path.GetFileName(first.Path);
        var names = string.Join(", ", others.Take(Shown).Select(other => Path.GetFileName(other.Path))) + (others.Count > Shown ? " …" : "");
        var rest = asset.Files.Count == 1 ? "the other file" : string.Create(CultureInfo.InvariantCulture, $"the other {Plural.Of(asset.Files.Count, "file")}");
        return DataFindings.Make("other-columns", asset.Key, asset.Name, null, 67,
            others.Count == 1 ? $"The file {name} of {asset.Name} has other columns than {rest}: {what}." : (FormattableString)$"{Plural.Of(others.Count, "file")} of {asset.Name} have other columns than {rest}: {names}.",
            others.Count == 1 ? $"{asset.Name} 的文件 {name} 的列与其余 {asset.Files.Count:N0} 个文件不同：{whatZh}。" : (FormattableString)$"{asset.Name} 有 {others.Count:N0} 个文件的列与其余 {asset.Files.Count:N0} 个不同：{names}。",
            $"{(others.Count == 1 ? "it is" : $"{name} {what}; each is")} listed by itself, and no figure of the others counts it", $"{(others.Count == 1 ? "" : $"{name} {whatZh}；")}单独列出，不计入其他文件的统计");
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
