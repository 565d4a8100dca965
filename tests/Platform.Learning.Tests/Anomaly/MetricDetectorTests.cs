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

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.4)]
    public void A_level_that_changes_just_before_a_weekend_is_usual_within_the_week_whatever_its_days(double factor)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            // A slow climb first, so that the weekdays know a part of it; the step on a Wednesday, so that the four that show it are not alike.
            var values = Weekly(seed, 330, sunday: 0.55);
            for (var day = 0; day < values.Length; day++)
                values[day] *= (1 + (Math.Min(day, 299) / 600.0)) * (day >= 296 ? factor : 1);
            Assert.DoesNotContain(Alarms(Rows, values), day => day > 306);
        }
    }

    [Fact]
    public void Small_counts_and_medians_that_come_again_by_chance_are_no_flat_line()
    {
        var (flat, late) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var counts = new MetricOptions { ByFactor = true, Least = 0.03, Count = true, FalseAlarmsAYear = 0.06 };
            Look(Points(counts, [.. Enumerable.Range(0, 365).Select(_ => (double)Poisson(random, 15))]));
            Look(Points(counts, [.. Enumerable.Range(0, 365).Select(_ => (double)Poisson(random, 0.6))]));
            // Once it is known in which steps a median moves, a step is nothing.
            Look(Points(new MetricOptions { ByFactor = true, Least = 0.02, FalseAlarmsAYear = 0.06 }, [.. Enumerable.Range(0, 365).Select(_ => random.NextDouble() switch { < 0.1 => 3.5, < 0.15 => 4, < 0.2 => 2.5, _ => 3.0 })]));
        }
        Assert.Equal(0, flat);
        Assert.True(late <= 6, $"{late} alarms in 60 years");

        void Look(List<(AnomalyPoint Point, bool Alarmed)> points)
        {
            flat += points.Count(one => one.Alarmed && one.Point.Kind == AnomalyKind.FlatLine);
            late += points.Skip(60).Count(one => one.Alarmed);
        }
    }

    [Fact]
    public void Of_few_rows_a_share_that_moves_by_one_of_them_is_nothing_and_no_share_below_none_is_expected()
    {
        var share = new MetricOptions { Least = 0.005, Share = true };
        var detector = new MetricDetector(share);
        for (var day = 0; day < 40; day++)
            detector.Observe(Start.AddDays(day), 0, 1.5 / 15);
        var point = detector.Observe(Start.AddDays(40), 1 / 15.0, 1.5 / 15);
        Assert.False(detector.Alarmed);
        Assert.InRange(point.Expected!.Value, 0, 0.001);
        Assert.Equal(0, point.Low);
        detector.Observe(Start.AddDays(41), 6 / 15.0, 1.5 / 15);
        Assert.True(detector.Alarmed);
        // Of ten thousand rows the same share is many of them.
        var many = new MetricDetector(share);
        for (var day = 0; day < 40; day++)
            many.Observe(Start.AddDays(day), 0, 1.5 / 10_000);
        many.Observe(Start.AddDays(40), 1 / 15.0, 1.5 / 10_000);
        Assert.True(many.Alarmed);
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

    private static int Poisson(Random random, double mean)
    {
        var (count, product, limit) = (0, random.NextDouble(), Math.Exp(-mean));
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }
        return count;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
