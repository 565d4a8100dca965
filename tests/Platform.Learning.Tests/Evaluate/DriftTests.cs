using Platform.Learning.Evaluate;

namespace Platform.Learning.Tests.Evaluate;

public sealed class DriftTests
{
    [Fact]
    public void Stability_index_is_what_hand_calculation_gives()
    {
        // Shares 0.5/0.5 to 0.75/0.25 at large counts, where smoothing does not show: 0.25 ln 1.5 - 0.25 ln 0.5.
        var index = Drift.PopulationStability([1_000_000, 1_000_000], [1_500_000, 500_000]);
        Assert.Equal((0.25 * Math.Log(1.5)) - (0.25 * Math.Log(0.5)), index, 4);
        Assert.Equal(0, Drift.PopulationStability([5, 5], [0, 0]));
        Assert.True(double.IsFinite(Drift.PopulationStability([100, 0], [0, 100])));
        Assert.Throws<ArgumentException>(() => Drift.PopulationStability([1], [1, 2]));
    }

    [Fact]
    public void Kolmogorov_smirnov_is_the_largest_distance_and_its_tail()
    {
        var (distance, p) = Drift.KolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]);
        Assert.Equal(0.5, distance, 12);
        Assert.InRange(p, 0.5, 0.9);

        var same = Enumerable.Range(0, 500).Select(i => (double)i).ToArray();
        Assert.Equal((0d, 1d), Drift.KolmogorovSmirnov(same, (double[])same.Clone()));
        var shifted = same.Select(value => value + 200).ToArray();
        Assert.True(Drift.KolmogorovSmirnov(same, shifted).PValue < 1e-6);
        Assert.Equal((0d, 1d), Drift.KolmogorovSmirnov([], [1]));
    }
}
