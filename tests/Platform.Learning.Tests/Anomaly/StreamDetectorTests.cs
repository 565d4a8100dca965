using Platform.Learning.Anomaly;

namespace Platform.Learning.Tests.Anomaly;

public sealed class StreamDetectorTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 6, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_spike_has_a_higher_score_than_anything_before()
    {
        var values = Daily(1);
        values[3000] += 60;
        var scores = Scores(values);
        Assert.True(scores[3000] > 1.5 * scores.Take(3000).Skip(6 * 288).Max(), $"{scores[3000]} against {scores.Take(3000).Skip(6 * 288).Max()}");
    }

    [Fact]
    public void A_day_without_its_peak_is_odd_although_no_value_is()
    {
        var values = Daily(2);
        for (var i = 9 * 288; i < 10 * 288; i++)
            values[i] = 50 + (values[i] % 1);
        var scores = Scores(values);
        Assert.True(scores.Skip(9 * 288).Take(288).Max() > scores.Take(9 * 288).Skip(6 * 288).Max(), $"{scores.Skip(9 * 288).Take(288).Max()} against {scores.Take(9 * 288).Skip(6 * 288).Max()}");
    }

    [Fact]
    public void A_series_that_goes_flat_is_told()
    {
        var values = Daily(3);
        for (var i = 2500; i < 2700; i++)
            values[i] = values[2499];
        Assert.True(Scores(values).Skip(2500).Take(200).Max() > 0.2);
    }

    [Fact]
    public void What_goes_on_being_odd_is_told_once()
    {
        var values = Daily(4);
        for (var i = 3000; i < values.Length; i++)
            values[i] += 200;
        var scores = Scores(values);
        Assert.InRange(scores.Skip(3000).Take(60).Count(score => score > 0.4), 1, 6);
    }

    [Fact]
    public void Nothing_is_looked_at_ahead()
    {
        var values = Daily(5);
        var whole = Scores(values);
        Assert.Equal(whole.Take(2000), Scores([.. values.Take(2000)]));
    }

    [Fact]
    public void Constant_and_missing_values_do_no_harm()
    {
        Assert.All(Scores([.. Enumerable.Repeat(7d, 500)]), score => Assert.Equal(0, score));
        var detector = new StreamDetector();
        Assert.Equal(AnomalyKind.Missing, detector.Observe(Start, double.PositiveInfinity).Kind);
        Assert.True(Scores([.. Enumerable.Repeat(7d, 500), 8, 7])[500] > 0.3);
    }

    [Fact]
    public void P_values_of_noise_are_spread_as_they_should_be()
    {
        var random = new Random(11);
        var detector = new StreamDetector();
        var p = Enumerable.Range(0, 20_000).Select(i => detector.Observe(Start.AddMinutes(5 * i), Normal(random)).PValue).Skip(1000).ToList();
        Assert.InRange(p.Count(one => one < 0.01) / (double)p.Count, 0.001, 0.02);
        Assert.InRange(p.Count(one => one < 1e-4) / (double)p.Count, 0, 0.0006);
    }

    private static double[] Scores(double[] values)
    {
        var detector = new StreamDetector();
        return [.. values.Select((value, i) => detector.Observe(Start.AddMinutes(5 * i), value).Score)];
    }

    private static double[] Daily(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 14 * 288).Select(i => 50 + (i % 288 is > 96 and < 216 ? 30 : 0) + Normal(random))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
