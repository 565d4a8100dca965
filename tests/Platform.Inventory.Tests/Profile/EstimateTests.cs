using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Tests.Profile;

/// <summary>Estimates keep to the errors that are told with them.</summary>
public class EstimateTests
{
    public static TheoryData<string> Shapes => ["normal", "lognormal", "uniform", "times", "two-worlds", "few"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_quantile_lies_within_the_error_that_is_told(string shape)
    {
        var all = Numbers(shape, 150_000);
        var merged = new QuantileSketch();
        foreach (var part in all.Chunk(41_000))
        {
            var sketch = new QuantileSketch();
            foreach (var block in part.Chunk(2_048))
                sketch.Add(block);
            merged.Merge(sketch);
        }

        Array.Sort(all);
        double[] shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
        foreach (var (share, (value, error)) in shares.Zip(merged.QuantilesWithErrors(shares)))
        {
            var below = all.Count(x => x < value) / (double)all.Length;
            var upTo = all.Count(x => x <= value) / (double)all.Length;
            Assert.True(share >= below - error - 1e-5 && share <= upTo + error + 1e-5, $"{shape} at {share}: ranks {below} to {upTo}, told {error}");
            Assert.InRange(error, 0, 0.03);
        }

        Assert.Equal((all[0], all[^1], all.Length), (merged.Min, merged.Max, merged.Count));
        Assert.Equal(all.Length, merged.Histogram(20).Sum());
    }

    [Fact]
    public void Up_to_16384_different_numbers_every_quantile_is_exact()
    {
        var random = new Random(5);
        var all = Enumerable.Range(0, 200_000).Select(_ => random.Next(16_000) / 100.0).ToArray();
        var sketch = new QuantileSketch();
        foreach (var block in all.Chunk(1_000))
            sketch.Add(block);
        Array.Sort(all);
        Assert.All(sketch.QuantilesWithErrors(0.1, 0.5, 0.9), answer => Assert.Equal(0, answer.RankError));
        Assert.Equal([all[19_999], all[99_999], all[179_999]], sketch.Quantiles(0.1, 0.5, 0.9));
    }

    [Fact]
    public void Repeated_rows_are_exact_up_to_a_million_rows_and_estimated_beyond()
    {
        var exact = new RowDuplicates();
        for (var i = 0; i < 300_000; i++)
            exact.Add(ValueHash.Of(i % 250_000L));
        Assert.Equal((50_000L, 0.0), exact.Count());

        var many = new RowDuplicates();
        for (var i = 0; i < 3_000_000; i++)
            many.Add(ValueHash.Of(i % 2_400_000L));
        var (count, error) = many.Count();
        Assert.InRange(error, 1, 10_000);
        Assert.InRange(count, 600_000 - (5 * error), 600_000 + (5 * error));

        var alike = new RowDuplicates();
        for (var i = 0; i < 2_500_000; i++)
            alike.Add(ValueHash.Of(i % 3L));
        Assert.Equal(2_500_000 - 3, alike.Count().Count);
    }

    [Fact]
    public void Correlations_are_exact_over_the_rows_that_have_both_numbers()
    {
        var random = new Random(9);
        var table = new TableState();
        var rows = new List<(double? X, double? Y)>();
        for (var i = 0; i < 3_000; i++)
        {
            var x = 1e6 + random.NextDouble();
            rows.Add((i % 5 == 0 ? null : x, i % 7 == 0 ? null : ((x - 1e6) * -3) + (random.NextDouble() * 0.3)));
        }

        foreach (var (x, y) in rows)
        {
            table.Rows++;
            table.Column("x").AddCell(Cell(x));
            table.Column("y").AddCell(Cell(y));
            table.EndRow();
        }

        var both = rows.Where(row => row is { X: not null, Y: not null }).Select(row => (X: row.X!.Value, Y: row.Y!.Value)).ToList();
        double mx = both.Average(row => row.X), my = both.Average(row => row.Y);
        var expected = both.Sum(row => (row.X - mx) * (row.Y - my)) / Math.Sqrt(both.Sum(row => (row.X - mx) * (row.X - mx)) * both.Sum(row => (row.Y - my) * (row.Y - my)));
        var (correlation, count) = table.Correlations.Of("y", "x");
        Assert.Equal(both.Count, count);
        Assert.Equal(expected, correlation, 9);
        var profile = AssetProfile.From("k", "n", "f", table, []);
        var pair = Assert.Single(profile.Correlations);
        Assert.Equal(("x", "y", 2), (pair.Column, pair.Other, profile.CorrelatedColumns));
        // Every 35th row has neither number.
        Assert.Equal(85, profile.DuplicateRows);
    }

    [Fact]
    public void The_entropy_lies_between_its_bounds_and_is_exact_for_few_values()
    {
        var state = new ColumnState("c");
        var random = new Random(2);
        var counts = new Dictionary<int, double>();
        for (var i = 0; i < 100_000; i++)
        {
            var value = (int)Math.Pow(random.NextDouble() * 14, 3);
            counts[value] = counts.GetValueOrDefault(value) + 1;
            state.AddCell(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        }

        var exact = counts.Values.Sum(count => -count / 100_000 * Math.Log2(count / 100_000));
        var profile = ColumnProfile.From(state);
        Assert.InRange(exact, profile.EntropyFrom!.Value - 1e-9, profile.EntropyTo!.Value + 1e-9);
        var coin = new ColumnState("c");
        for (var i = 0; i < 8; i++)
            coin.AddCell(i % 2 == 0 ? "a"u8 : "b"u8);
        var few = ColumnProfile.From(coin);
        Assert.Equal((1.0, 1.0, 1.0), (few.Entropy!.Value, few.EntropyFrom!.Value, few.EntropyTo!.Value));
    }

    private static ReadOnlySpan<byte> Cell(double? x) => x is { } value ? Encoding.UTF8.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)) : [];

    private static double[] Numbers(string shape, int count)
    {
        var random = new Random(4);
        double normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i => shape switch
        {
            "normal" => normal() * 15,
            "lognormal" => Math.Exp(normal() * 2),
            "uniform" => i * 1.0,
            "times" => 1.7e15 + Math.Floor(random.NextDouble() * 1e14),
            // Small numbers of all sizes beside large ones that differ in their last digits: no grid serves both.
            "two-worlds" => i % 2 == 0 ? Math.Exp(random.NextDouble() * 60) : 4e18 + (random.NextDouble() * 1e12),
            _ => random.Next(50),
        })];
    }
}
