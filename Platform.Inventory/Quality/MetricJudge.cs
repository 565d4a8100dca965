using System.Globalization;
using System.Text.Json;
using Platform.Learning.Anomaly;

namespace Platform.Inventory.Quality;

/// <summary>The newest value of a metric, judged by its history.</summary>
/// <param name="Metric">The metric with its value.</param>
/// <param name="Point">What the detector says of it.</param>
/// <param name="Alarmed">Whether it is an anomaly.</param>
/// <param name="Before">Values of before.</param>
public sealed record JudgedMetric(ProfileMetric Metric, AnomalyPoint Point, bool Alarmed, int Before)
{
    /// <summary>Name of the check under which its incident goes.</summary>
    public string Check => $"anomaly in {Metric.Name}";

    /// <summary>What its history taught; null where it is not judged.</summary>
    internal MetricDetector? Detector { get; init; }

    /// <summary>Whether the value is exactly that before.</summary>
    internal bool Same { get; init; }

    /// <summary>The value in words.</summary>
    public string Observed => MetricJudge.IsLateness(Metric.Name) ? Text($"nothing new for {Number(Metric.Value)} h{(Alarmed ? Text($" (p {Point.PValue:G2})") : "")}")
        : MetricJudge.IsRepeat(Metric.Name) ? Alarmed ? Text($"every figure that usually moves is the same as the time before (p {Point.PValue:G2})") : "other figures than the time before"
        : Text($"{Number(Metric.Value)}{(Alarmed ? $" ({JsonNamingPolicy.SnakeCaseLower.ConvertName(Point.Kind.ToString()).Replace('_', ' ')}, p {Point.PValue:G2})" : "")}");

    /// <summary>What its history lets expect, in words.</summary>
    public string Expected => MetricJudge.IsRepeat(Metric.Name) ? "other figures than the time before"
        : MetricJudge.IsLateness(Metric.Name) && Point.Expected is { } usual ? Text($"new data about every {Number(usual)} h, as the last {Before} times")
        : Point.Expected is { } expected ? Text($"about {Number(expected)}, from {Number(Point.Low ?? expected)} to {Number(Point.High ?? expected)}, after {Before} values") : "as before";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture) : value.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>Judges metrics by their history.</summary>
public static class MetricJudge
{
    /// <summary>Judges the newest value.</summary>
    /// <param name="metric">The metric with its value of now.</param>
    /// <param name="history">Its values of before, oldest first.</param>
    /// <param name="now">When the value was measured.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of one metric may bring.</param>
    /// <returns>Null for a metric that is only kept.</returns>
    public static JudgedMetric? Judge(ProfileMetric metric, IReadOnlyList<(DateTimeOffset At, double Value)> history, DateTimeOffset now, double falseAlarmsAYear)
    {
        if (ProfileMetrics.OptionsOf(metric.Name, falseAlarmsAYear) is not { } options)
            return null;
        var detector = new MetricDetector(options);
        foreach (var (at, value) in history.Where(one => one.At < now))
            detector.Observe(at, value);
        var point = detector.Observe(now, metric.Value);
        return new JudgedMetric(metric, point, detector.Alarmed, history.Count) { Detector = detector, Same = history.Count > 0 && history[^1].Value == metric.Value };
    }

    /// <summary>Whether a metric says how long nothing new has come.</summary>
    internal static bool IsLateness(string metric) => metric == "age_hours";

    /// <summary>Whether a metric says that a load is that before once more.</summary>
    internal static bool IsRepeat(string metric) => metric is Repeat or $"day_{Repeat}";

    private const string Repeat = "repeated_load";

    /// <summary>Judges whether new data are late by the rhythm in which they came so far.</summary>
    /// <param name="metric">The age now, in hours.</param>
    /// <param name="ages">Ages in hours, with the time at which each was measured, oldest first.</param>
    /// <param name="now">When the age was measured.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of it may bring.</param>
    public static JudgedMetric Late(ProfileMetric metric, IReadOnlyList<(DateTimeOffset At, double Value)> ages, DateTimeOffset now, double falseAlarmsAYear)
    {
        // To the tenth of an hour: an age is measured once a night, and each measure of one write differs by milliseconds.
        var writes = ages.Where(one => one.At < now).Append((At: now, metric.Value)).Select(one => Math.Round((one.At - DateTimeOffset.UnixEpoch).TotalHours - one.Value, 1)).Distinct().Order().ToList();
        var detector = new MetricDetector(new MetricOptions { FalseAlarmsAYear = falseAlarmsAYear });
        foreach (var write in writes)
            detector.Observe(DateTimeOffset.UnixEpoch.AddHours(write), 0);
        var point = detector.Overdue(now);
        var gaps = writes.Skip(1).Zip(writes, (later, earlier) => later - earlier).Order().ToList();
        return new JudgedMetric(metric, gaps.Count == 0 ? point : point with { Expected = gaps[gaps.Count / 2] }, point.Kind == AnomalyKind.Missing, writes.Count);
    }

    /// <summary>Judges whether what came is what came before once more: all metrics that usually move stand still at once.</summary>
    /// <param name="judged">The metrics of one asset, or of one of its days, with their history.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of it may bring.</param>
    /// <param name="day">Whether they are those of a day.</param>
    public static JudgedMetric Repeated(IReadOnlyList<JudgedMetric> judged, double falseAlarmsAYear, bool day = false)
    {
        var p = MetricRepeat.PValue([.. judged.Where(one => one.Detector is not null).Select(one => (one.Detector!, one.Same))]);
        var alarmed = p < falseAlarmsAYear / 365.25;
        return new JudgedMetric(new ProfileMetric(null, day ? $"day_{Repeat}" : Repeat, alarmed ? 1 : 0), new AnomalyPoint(p ?? 1, Math.Clamp(-Math.Log10(Math.Max(p ?? 1, 1e-300)) / 8, 0, 1), alarmed ? AnomalyKind.FlatLine : AnomalyKind.None), alarmed, judged.Count == 0 ? 0 : judged.Max(one => one.Before));
    }

    /// <summary>False alarms that a year of one metric may bring where its asset may bring so many: its share, and at most 0.2.</summary>
    /// <param name="falseAlarmsAYear">Those of the asset.</param>
    /// <param name="names">Names of the asset's metrics, one for each column that has it.</param>
    public static double Allowance(double falseAlarmsAYear, IEnumerable<string> names) =>
        Math.Min(0.2, falseAlarmsAYear / Math.Max(1, names.Count(name => ProfileMetrics.OptionsOf(name, 1) is not null)));

    /// <summary>How likely so long a silence is by the rhythm of the writes so far, 0 to 1; null with fewer than five gaps.</summary>
    /// <param name="ages">Ages in hours, with the time at which each was measured, oldest first.</param>
    /// <param name="age">The age now, in hours.</param>
    public static double? Lateness(IReadOnlyList<(DateTimeOffset At, double Value)> ages, double age)
    {
        var writes = ages.Select(one => Math.Round((one.At - DateTimeOffset.UnixEpoch).TotalHours - one.Value, 1)).Distinct().Order().ToList();
        var gaps = writes.Skip(1).Zip(writes, (later, earlier) => later - earlier).ToList();
        return gaps.Count < 5 ? null : (gaps.Count(gap => gap >= age) + 1.0) / (gaps.Count + 1.0);
    }
}
