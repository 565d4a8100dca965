using System.Globalization;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Quality;

/// <summary>Metrics of the rows of one day.</summary>
/// <param name="Hash">Content of the day's file.</param>
/// <param name="Day">The day, by the file's name.</param>
/// <param name="Metrics">Its metrics: <c>day_rows</c>, <c>day_repeated_share</c>, and of columns <c>day_null_share</c>, <c>day_distinct</c>, <c>day_mean</c>, <c>day_median</c>, <c>day_negative_share</c>, <c>day_unique_share</c>.</param>
public sealed record DayMetrics(string Hash, DateOnly Day, IReadOnlyList<ProfileMetric> Metrics);

/// <summary>
/// A set of files with a day in their names or folders has a history from its first night on: each file's profile is a value of its day. They are taken from the kept states of the files,
/// so nothing is read again.
/// </summary>
public static class DayFiles
{
    private const string Kind = "day-metrics";
    private const int MostDays = 800;
    private const int MostColumns = 60;

    private static readonly string[] OfColumns = ["null_share", "distinct", "mean", "median", "negative_share", "unique_share"];

    /// <summary>The days of an asset, oldest first; empty where its files are not one a day, or fewer than 10.</summary>
    public static IReadOnlyList<DayMetrics> Of(FoundAsset asset, InventoryCache cache, CancellationToken cancellation)
    {
        if (asset.Files.Count < 10 || asset.Layout is not { } layout)
            return [];
        var files = asset.Files.Select(file => (File: file, Day: FilePartitions.DayOf(asset.Key, file.Path))).Where(pair => pair.Day is not null).OrderBy(pair => pair.Day).TakeLast(MostDays).ToList();
        if (files.Count < 10 || files.Select(pair => pair.Day).Distinct().Count() != files.Count)
            return [];
        var key = ValueHash.Of(System.Text.Encoding.UTF8.GetBytes($"{asset.Key}\n{layout.Shape}")).ToString("x16", CultureInfo.InvariantCulture);
        var known = (cache.Find<Stored>(Kind, key)?.Days ?? []).GroupBy(day => day.Hash).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var days = new List<DayMetrics>();
        var fresh = 0;
        foreach (var (file, day) in files)
        {
            cancellation.ThrowIfCancellationRequested();
            if (known.TryGetValue(file.Hash, out var kept))
            {
                days.Add(kept with { Day = day!.Value });
            }
            else if (cache.States.Find(asset, file) is { } state)
            {
                days.Add(new DayMetrics(file.Hash, day!.Value, [.. MetricsOf(state)]));
                fresh++;
            }
        }
        if (fresh > 0)
            cache.Keep(Kind, key, new Stored { Days = days });
        return days;
    }

    /// <summary>Days that are odd by the days before them, newest first.</summary>
    /// <param name="days">Days, oldest first.</param>
    /// <param name="falseAlarmsAYear">False alarms that a year of all metrics together may bring.</param>
    public static IReadOnlyList<(DateOnly Day, JudgedMetric Judged)> Odd(IReadOnlyList<DayMetrics> days, double falseAlarmsAYear)
    {
        var odd = new List<(DateOnly, JudgedMetric)>();
        var names = days.SelectMany(day => day.Metrics.Select(metric => (metric.Column, metric.Name))).Distinct().ToList();
        var allowed = MetricJudge.Allowance(falseAlarmsAYear, names.Select(name => name.Name["day_".Length..]));
        var series = new Dictionary<(string?, string), (Platform.Learning.Anomaly.MetricDetector Detector, double Last, int Before)>();
        foreach (var name in names)
        {
            if (ProfileMetrics.OptionsOf(name.Name["day_".Length..], allowed) is { } options)
                series[name] = (new Platform.Learning.Anomaly.MetricDetector(options), double.NaN, 0);
        }

        foreach (var day in days)
        {
            var judged = new List<JudgedMetric>();
            var rows = day.Metrics.FirstOrDefault(metric => metric is { Column: null, Name: "day_rows" })?.Value;
            foreach (var metric in day.Metrics)
            {
                if (!series.TryGetValue((metric.Column, metric.Name), out var known))
                    continue;
                var point = known.Detector.Observe(At(day.Day), metric.Value, ProfileMetrics.LeastOf(metric.Name, rows));
                judged.Add(new JudgedMetric(metric, point, known.Detector.Alarmed, known.Before) { Detector = known.Detector, Same = known.Last == metric.Value });
                series[(metric.Column, metric.Name)] = (known.Detector, metric.Value, known.Before + 1);
            }

            odd.AddRange(judged.Where(one => one.Alarmed).Select(one => (day.Day, one)));
            if (MetricJudge.Repeated(judged, allowed, day: true) is { Alarmed: true } repeated)
                odd.Add((day.Day, repeated));
        }

        return [.. odd.OrderByDescending(one => one.Item1)];
    }

    /// <summary>The moment under which a day's values are kept.</summary>
    public static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static IEnumerable<ProfileMetric> MetricsOf(TableState state)
    {
        yield return new ProfileMetric(null, "day_rows", state.Rows);
        if (state.Rows > 0 && state.Duplicates.Rows == state.Rows)
            yield return new ProfileMetric(null, "day_repeated_share", (double)state.Duplicates.Count().Count / state.Rows);
        var profile = new AssetProfile { Key = "", Fingerprint = "", Rows = state.Rows, Columns = [.. state.Columns.Take(MostColumns).Select(ColumnProfile.From)] };
        foreach (var metric in ProfileMetrics.OfColumns(profile).Where(metric => OfColumns.Contains(metric.Name)))
            yield return metric with { Name = $"day_{metric.Name}" };
    }

    internal sealed record Stored
    {
        public IReadOnlyList<DayMetrics> Days { get; init; } = [];
    }
}
