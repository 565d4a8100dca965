using Platform.Learning.Anomaly;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Quality;

/// <summary>The newest value of a metric, judged by its history.</summary>
/// <param name="Metric">The metric with its value.</param>
/// <param name="Point">What the detector says of it.</param>
/// <param name="Alarmed">Whether it is an anomaly.</param>
/// <param name="Before">Values of before.</param>
public sealed record JudgedMetric(ProfileMetric Metric, AnomalyPoint Point, bool Alarmed, int Before)
{
    /// <summary>Name of the check under which its incident goes.</summary>
    public string Check => $"{CheckBegin}{Metric.Name}";

    /// <summary>How the names of such checks begin; people read <see cref="Title"/>.</summary>
    public const string CheckBegin = "anomaly in ";

    /// <summary>What its history taught; null where it is not judged.</summary>
    internal MetricDetector? Detector { get; init; }

    /// <summary>Whether the value is exactly that before.</summary>
    internal bool Same { get; init; }

    /// <summary>What its incident is of, as a headline.</summary>
    public Told Title => MetricWords.Title(Metric.Name, Metric.Column);

    /// <summary>The value in words.</summary>
    /// <param name="day">The day that it is of; null where it is of what is there now.</param>
    public Told Observed(DateOnly? day = null) => MetricWords.Observed(Metric, Alarmed ? Point : null, day);

    /// <summary>What its history lets expect, in words.</summary>
    public Told Expected => Alarmed || Point.Expected is not null ? MetricWords.Expected(Metric.Name, Point, Before, Detector?.UnchangedShare) : MetricWords.AsBefore;

    /// <summary>The end of a check whose column is gone: nobody measures it any more.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="column">The column that was.</param>
    /// <param name="check">Name of the check, as <see cref="Check"/> gives it.</param>
    public static CheckResult Gone(string asset, string? column, string check) =>
        CheckResult.Of(asset, column, check, MetricWords.Title(check[CheckBegin.Length..], column), true, new Told("not measured: the column is gone", "未测量：该列已不存在"), MetricWords.AsBefore);

    /// <summary>The judgement as a fact about an asset.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="day">The day that the value is of; null where it is of what is there now.</param>
    public CheckResult Result(string asset, DateOnly? day = null) => CheckResult.Of(asset, Metric.Column, Check, Title, !Alarmed, Observed(day), Expected);
}

/// <summary>Judges metrics by their history.</summary>
public static class MetricJudge
{
    /// <summary>Judges the newest value.</summary>
    /// <param name="metric">The metric with its value of now.</param>
    /// <param name="history">Its values of before, oldest first.</param>
    /// <param name="now">When the value was measured.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of one metric may bring.</param>
    /// <param name="rows">Rows that it is of now; null where they are not known.</param>
    /// <returns>Null for a metric that is only kept.</returns>
    public static JudgedMetric? Judge(ProfileMetric metric, IReadOnlyList<(DateTimeOffset At, double Value)> history, DateTimeOffset now, double falseAlarmsAYear, double? rows = null)
    {
        if (ProfileMetrics.OptionsOf(metric.Name, falseAlarmsAYear) is not { } options)
            return null;
        var detector = new MetricDetector(options);
        foreach (var (at, value) in history.Where(one => one.At < now))
            detector.Observe(at, value);
        var point = detector.Observe(now, metric.Value, ProfileMetrics.LeastOf(metric.Name, rows));
        return new JudgedMetric(metric, point, detector.Alarmed, history.Count) { Detector = detector, Same = history.Count > 0 && history[^1].Value == metric.Value };
    }

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
        return new JudgedMetric(new ProfileMetric(null, day ? $"day_{MetricWords.Repeat}" : MetricWords.Repeat, alarmed ? 1 : 0), new AnomalyPoint(p ?? 1, Math.Clamp(-Math.Log10(Math.Max(p ?? 1, 1e-300)) / 8, 0, 1), alarmed ? AnomalyKind.FlatLine : AnomalyKind.None), alarmed, judged.Count == 0 ? 0 : judged.Max(one => one.Before));
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
