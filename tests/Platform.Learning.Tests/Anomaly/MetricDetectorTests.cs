using Platform.Learning.Anomaly;

namespace Platform.Learning.Tests.Anomaly;

public sealed class MetricDetectorTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 6, 2, 0, 0, TimeSpan.Zero);
    private static readonly MetricOptions Rows = new() { ByFactor = true, Least = 0.02, Count = true };
    private static readonly MetricOptions Share = new() { Least = 0.005 };

    [Fact]
    public void A_year_of_quiet_days_with_weekends_alarms_hardly_ever()
    {
        var alarms = 0;
        for (var seed = 0; seed < 20; seed++)
            alarms += Alarms(Rows, Weekly(seed, 365)).Count;
        Assert.True(alarms <= 12, $"{alarms} alarms in 20 years");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(3)]
    public void A_load_that_is_far_from_its_weekday_is_told_on_the_same_day(double factor)
    {
        var values = Weekly(1, 120);
        values[100] *= factor;
        Assert.Contains(100, Alarms(Rows, values));
    }

    [Fact]
    public void A_quiet_sunday_is_no_alarm_and_the_same_load_on_a_monday_is()
    {
        var values = Weekly(2, 141, sunday: 0.2);
        Assert.DoesNotContain(Alarms(Rows, values), day => Start.AddDays(day).DayOfWeek == DayOfWeek.Sunday);
        values[140] *= 0.2;
        Assert.Equal(DayOfWeek.Monday, Start.AddDays(140).DayOfWeek);
        Assert.Contains(140, Alarms(Rows, values));
    }

    [Fact]
    public void A_table_that_grows_every_day_is_judged_by_its_step()
    {
        var random = new Random(5);
        var values = new double[120];
        for (var day = 0; day < values.Length; day++)
            values[day] = (day == 0 ? 100_000 : values[day - 1]) + 1000 + random.Next(-50, 50);
        Assert.Empty(Alarms(new MetricOptions { Least = 10 }, values));
        for (var day = 110; day < values.Length; day++)
            values[day] += 5000;
        Assert.Equal([110], Alarms(new MetricOptions { Least = 10 }, values).Take(1));
    }

    [Fact]
    public void Nulls_that_were_never_there_are_told_and_half_a_percent_is_not()
    {
        var values = new double[60];
        values[50] = 0.08;
        values[55] = 0.004;
        Assert.Equal([50], Alarms(Share, values));
    }

    [Fact]
    public void A_new_level_is_told_and_then_taken_for_usual()
    {
        var values = Weekly(3, 160, sunday: 1);
        for (var day = 100; day < values.Length; day++)
            values[day] *= 4;
        var alarms = Alarms(Rows, values);
        Assert.Contains(100, alarms);
        Assert.InRange(alarms.Count, 1, 8);
        Assert.DoesNotContain(alarms, day => day > 112);
    }

    [Fact]
    public void A_metric_that_always_moved_and_stops_is_a_flat_line()
    {
        var values = Weekly(4, 130);
        for (var day = 120; day < values.Length; day++)
            values[day] = values[119];
        var kinds = Points(Rows, values).Skip(120).Where(point => point.Alarmed).Select(point => point.Point.Kind).ToList();
        Assert.Contains(AnomalyKind.FlatLine, kinds);
    }

    [Fact]
    public void A_metric_that_never_moves_is_no_flat_line() => Assert.Empty(Alarms(Rows, Enumerable.Repeat(1000d, 200).ToArray()));

    [Fact]
    public void Nothing_is_told_before_enough_is_known_and_nothing_of_what_is_no_number()
    {
        Assert.Empty(Alarms(Rows, [10, 10, 10, 10, 1_000_000]));
        var detector = new MetricDetector(Rows);
        Assert.Equal(AnomalyKind.Missing, detector.Observe(Start, double.NaN).Kind);
        Assert.False(detector.Alarmed);
    }

    [Fact]
    public void A_value_that_does_not_come_is_missing_by_the_usual_gaps()
    {
        var detector = new MetricDetector(Rows);
        var values = Weekly(6, 60);
        for (var day = 0; day < values.Length; day++)
            detector.Observe(Start.AddDays(day), values[day]);
        Assert.Equal(AnomalyKind.None, detector.Overdue(Start.AddDays(59.9)).Kind);
        Assert.Equal(AnomalyKind.Missing, detector.Overdue(Start.AddDays(66)).Kind);
    }

    [Fact]
    public void Metrics_that_all_repeat_yesterday_are_told_and_one_that_moves_clears_them()
    {
        var detectors = Enumerable.Range(0, 4).Select(_ => new MetricDetector(Rows)).ToArray();
        for (var day = 0; day < 60; day++)
        {
            for (var i = 0; i < detectors.Length; i++)
                detectors[i].Observe(Start.AddDays(day), Weekly(i, 60)[day]);
        }
        Assert.True(MetricRepeat.PValue([.. detectors.Select(detector => (detector, true))]) < 1e-4);
        Assert.Null(MetricRepeat.PValue([.. detectors.Select((detector, i) => (detector, i > 0))]));
    }

    private static List<(AnomalyPoint Point, bool Alarmed)> Points(MetricOptions options, double[] values)
    {
        var detector = new MetricDetector(options);
        return [.. values.Select((value, day) => (detector.Observe(Start.AddDays(day), value), detector.Alarmed))];
    }

    private static List<int> Alarms(MetricOptions options, double[] values) => [.. Points(options, values).Select((point, day) => (point.Alarmed, day)).Where(pair => pair.Alarmed).Select(pair => pair.day)];

    private static double[] Weekly(int seed, int days, double sunday = 0.5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, days).Select(day => Math.Round(10_000 * (Start.AddDays(day).DayOfWeek == DayOfWeek.Sunday ? sunday : 1) * Math.Exp(0.08 * Normal(random))))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
