using System.Globalization;
using Platform.Learning.Anomaly;
using Platform.Workflows;

namespace Platform.Inventory.Quality;

/// <summary>What is said of a metric and of what is odd in it, with the figures that show it.</summary>
public static class MetricWords
{
    internal const string Repeat = "repeated_load";

    private const string Day = "day_";

    /// <summary>Whether a metric says how long nothing new has come.</summary>
    internal static bool IsLateness(string metric) => metric == "age_hours";

    /// <summary>Whether a metric says that a load is that before once more.</summary>
    internal static bool IsRepeat(string metric) => metric is Repeat or $"day_{Repeat}";

    /// <summary>A metric by its name, as <c>null_share</c> or, of the rows of a day, <c>day_null_share</c>: how it is called within a sentence.</summary>
    public static Told Name(string metric) => OfDay(metric) ? Name(metric[Day.Length..]) : metric switch
    {
        "rows" => new("number of rows", "行数"),
        "columns" => new("number of columns", "列数"),
        "bytes" => new("size", "大小"),
        "files" => new("number of files", "文件数"),
        "age_hours" => new("age", "数据时效"),
        Repeat => new("load, the same as before", "重复加载"),
        "bad_rows" => new("number of unreadable lines", "无法读取的行数"),
        "repeated_share" => new("share of repeated rows", "重复行占比"),
        "null_share" => new("share of missing values", "空值率"),
        "distinct" => new("number of different values", "去重数"),
        "unique_share" => new("share of unique values", "唯一值占比"),
        "misfit_share" => new("share of values of another kind", "类型不符占比"),
        "mean_length" => new("mean length", "平均长度"),
        "mean" => new("mean", "均值"),
        "median" => new("median", "中位数"),
        "deviation" => new("standard deviation", "标准差"),
        "p05" => new("5th percentile", "第 5 百分位数"),
        "p95" => new("95th percentile", "第 95 百分位数"),
        "zero_share" => new("share of zeros", "零值占比"),
        "negative_share" => new("share of values below zero", "负值占比"),
        _ => new(metric.Replace('_', ' '), metric.Replace('_', ' ')),
    };

    /// <summary>What an incident of a metric is of, as a headline.</summary>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="column">Its column; null for the whole.</param>
    internal static Told Title(string metric, string? column)
    {
        if (IsLateness(metric))
            return new Told("Arrival of new data", "新数据的到达");
        if (IsRepeat(metric))
            return new Told("Repeated load", "重复加载");
        var (en, zh) = Name(metric);
        return OfDay(metric) ? CheckWords.Of($"Daily {en}", $"每日{zh}", column) : CheckWords.Of(char.ToUpperInvariant(en[0]) + en[1..], zh, column);
    }

    /// <summary>A value in words: what it is of, how much it is, what is odd of it, and how seldom that happens by chance.</summary>
    /// <param name="metric">The metric with its value.</param>
    /// <param name="alarm">What is odd of it; null where nothing is.</param>
    /// <param name="day">The day that it is of; null where it is of what is there now.</param>
    internal static Told Observed(ProfileMetric metric, AnomalyPoint? alarm, DateOnly? day = null)
    {
        var (number, chance) = (Number(metric.Name, metric.Value), alarm is { } odd ? Chance(odd.PValue) : new Told("", ""));
        var (on, onZh) = day is { } date ? ($" on {date:yyyy-MM-dd}", $"{date:yyyy-MM-dd} ") : ("", "");
        if (IsLateness(metric.Name))
            return new Told($"nothing new has come for {Hours(metric.Value).En}{chance.En}", $"已有 {Hours(metric.Value).Zh}没有新数据{chance.Zh}");
        if (IsRepeat(metric.Name))
            return alarm is null ? new Told($"the figures{on} are other than the time before", $"{onZh}的数值与上次不同")
                : new Told($"every figure that usually moves is the same{on} as the time before{chance.En}", $"{onZh}所有通常变动的数值都与上次相同{chance.Zh}");
        var (name, nameZh) = (Name(metric.Name).En, Name(metric.Name).Zh);
        var (what, whatZh) = metric.Column is null ? ($"the {name}{on}", $"{onZh}{nameZh}") : ($"the {name} of {metric.Column}{on}", $"{onZh}{metric.Column} 的{nameZh}");
        return alarm switch
        {
            null => new Told($"{what} is {number}", $"{whatZh}为 {number}"),
            { Kind: AnomalyKind.FlatLine, Repeats: var repeats } => new Told(Text($"{what} is {number}, {repeats + 1} times in a row, though it usually moves{chance.En}"), Text($"{whatZh}连续 {repeats + 1} 次为 {number}，而该值通常会变动{chance.Zh}")),
            { Kind: AnomalyKind.LevelShift } => new Told($"{what} is {number} and has moved to another level{chance.En}", $"{whatZh}为 {number}，已移到另一水平{chance.Zh}"),
            { Kind: AnomalyKind.Unrest } => new Told($"{what} is {number} and goes up and down more than it used to{chance.En}", $"{whatZh}为 {number}，波动比以往大{chance.Zh}"),
            { Kind: AnomalyKind.Dip } => new Told($"{what} is {number}, well below what is usual{chance.En}", $"{whatZh}为 {number}，明显低于平常{chance.Zh}"),
            { Kind: AnomalyKind.Spike } => new Told($"{what} is {number}, well above what is usual{chance.En}", $"{whatZh}为 {number}，明显高于平常{chance.Zh}"),
            _ => new Told($"{what} is {number}, which is not usual{chance.En}", $"{whatZh}为 {number}，与平常不同{chance.Zh}"),
        };
    }

    /// <summary>What the history of a metric lets expect, in words.</summary>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="point">What its detector says.</param>
    /// <param name="before">Values before it.</param>
    /// <param name="unchanged">Share of the values that were that before; null where it is not known.</param>
    internal static Told Expected(string metric, AnomalyPoint point, int before, double? unchanged)
    {
        if (IsRepeat(metric))
            return new Told("other figures than the time before", "与上次不同的数值");
        if (IsLateness(metric) && point.Expected is { } usual)
            return new Told($"new data about every {Hours(usual).En}, as {(before == 1 ? "the last time" : Text($"the last {before:N0} times"))}", Text($"约每 {Hours(usual).Zh}有新数据，如前 {before:N0} 次"));
        // A value that is near what was expected and stands still: what was expected is that it moves.
        if (point.Kind == AnomalyKind.FlatLine)
            return new Told(Text($"another value than the time before{(unchanged is { } share ? Text($", as {100 * (1 - share):0} % of the times") : "")}"), Text($"与上次不同的值{(unchanged is { } part ? Text($"，{100 * (1 - part):0} % 的时候如此") : "")}"));
        if (point.Expected is not { } expected)
            return AsBefore;
        var (middle, low, high) = Bounds(metric, expected, point.Low, point.High);
        var (en, zh) = OfDay(metric) ? (Plural.Word(before, "day"), "天") : (Plural.Word(before, "value"), "个值");
        var range = low is null || high is null ? "" : Text($" ({low} to {high})");
        var rangeZh = low is null || high is null ? "" : Text($"（{low} 至 {high}）");
        return before == 0 ? new Told($"about {middle}{range}", $"约 {middle}{rangeZh}")
            : new Told(Text($"about {middle}{range}, by the {(before == 1 ? "" : Text($"{before:N0} "))}{en} before"), Text($"约 {middle}{rangeZh}，依据此前 {before:N0} {zh}"));
    }

    internal static Told AsBefore { get; } = new("the same as before", "与以往一致");

    /// <summary>The figures of an anomaly that was kept, in a few words.</summary>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="kind">Kind as it is kept, such as <c>flat_line</c>.</param>
    /// <param name="value">The value; null where none came.</param>
    /// <param name="expected">What was expected; null where nobody knew.</param>
    /// <param name="low">Values below are odd; null where nobody knew.</param>
    /// <param name="high">Values above are odd; null where nobody knew.</param>
    public static Told Figures(string metric, string kind, double? value, double? expected, double? low, double? high)
    {
        var number = value is { } known ? Number(metric, known) : "–";
        if (kind == "flat_line" && !IsRepeat(metric))
            return new Told($"{number} again and again, though it usually moves", $"{number} 反复出现，而该值通常会变动");
        if (expected is not { } middle)
            return new Told(number, number);
        var (about, from, to) = Bounds(metric, middle, low, high);
        // A level that moved is known by several values together: each may lie within what one alone may show.
        if (kind == "level_shift" && value >= low && value <= high)
            return new Told($"{number}, expected about {about}, and those before it were off on the same side", $"{number}，预期约 {about}，此前几个值也偏向同一侧");
        return from is not null && !(value >= low && value <= high)
            ? new Told($"{number}, expected {about} ({from} to {to})", $"{number}，预期 {about}（{from} 至 {to}）")
            : new Told($"{number}, expected {about}", $"{number}，预期 {about}");
    }

    /// <summary>A middle with its bounds, as fine as their distance asks for; what cannot be below zero is not.</summary>
    private static (string Middle, string? Low, string? High) Bounds(string metric, double middle, double? low, double? high)
    {
        if (low is not { } from || high is not { } to || !double.IsFinite(from) || !double.IsFinite(to))
            return (Number(metric, middle), null, null);
        from = middle >= 0 && NeverNegative(metric) ? Math.Max(0, from) : from;
        var scale = IsShare(metric) ? 100.0 : 1;
        var width = scale * (to - from);
        var digits = width > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(width)), 0, 6) : 4;
        return (Figure(middle), Figure(from), Figure(to));

        string Figure(double value) => metric.EndsWith("bytes", StringComparison.Ordinal) ? Number(metric, value) : Plain(scale * value, digits == 0 ? "#,0" : "#,0." + new string('#', digits)) + (IsShare(metric) ? " %" : "");
    }

    private static Told Chance(double p) => p switch
    {
        < 1e-6 => new Told(" (by chance less than once in a million times)", "（偶然出现的可能不到百万分之一）"),
        < 0.1 => Told.Of($" (by chance about once in {Round(1 / p):#,0} times)", $"（约每 {Round(1 / p):#,0} 次才会偶然出现一次）"),
        _ => new Told("", ""),
    };

    // Nobody needs three figures of a chance.
    private static double Round(double times) => Math.Round(times / Math.Pow(10, Math.Floor(Math.Log10(times)))) * Math.Pow(10, Math.Floor(Math.Log10(times)));

    private static Told Hours(double hours) => hours >= 48 ? Told.Of($"{hours / 24:0.#} days", $"{hours / 24:0.#} 天") : Told.Of($"{hours:0.#} hours", $"{hours:0.#} 小时");

    private static bool OfDay(string metric) => metric.StartsWith(Day, StringComparison.Ordinal);

    private static bool IsShare(string metric) => metric.EndsWith("_share", StringComparison.Ordinal);

    private static bool NeverNegative(string metric) => IsShare(metric) || (OfDay(metric) ? metric[Day.Length..] : metric) is "rows" or "bytes" or "files" or "columns" or "distinct" or "mean_length" or "deviation" or "bad_rows";

    // Shares in percent; a residue of arithmetic is 0.
    private static string Number(string metric, double value) =>
        metric.EndsWith("bytes", StringComparison.Ordinal) ? Report.Html.Size((long)value) :
        IsShare(metric) ? $"{Plain(100 * value, "0.##")} %" : Math.Abs(value) >= 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture) : Plain(value, Math.Abs(value) >= 100 ? "0.#" : "0.####");

    private static string Plain(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
