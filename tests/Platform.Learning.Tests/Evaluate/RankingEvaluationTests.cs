using Platform.Learning.Evaluate;
using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Evaluate;

public sealed class RankingEvaluationTests
{
    [Fact]
    public void Hit_and_ndcg_are_what_hand_calculation_gives()
    {
        // Targets at ranks 2 and 4 of three targets: gain 1/log2(3) + 1/log2(5), best 1 + 1/log2(3) + 1/log2(4).
        var (hit, ndcg) = RankingEvaluation.Judge([7, 3, 9, 5, 1, 0, 2, 4, 6, 8], [3, 5, 11]);

        Assert.Equal(1, hit);
        Assert.Equal((1 / Math.Log2(3) + 1 / Math.Log2(5)) / (1 + 1 / Math.Log2(3) + 0.5), ndcg, 12);
    }

    [Fact]
    public void A_ranking_without_targets_scores_nothing_and_a_perfect_one_scores_one()
    {
        Assert.Equal((0d, 0d), RankingEvaluation.Judge([1, 2, 3], [9]));
        Assert.Equal(1, RankingEvaluation.Judge([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [.. Enumerable.Range(0, 30)]).Ndcg, 12);
    }

    [Fact]
    public void A_report_counts_users_coverage_and_new_items()
    {
        // Popular before the cut: a (3), b (2), c (1). After it u takes a again, v takes c for the first time.
        var data = Planted.Rows(
            ("u", "a", 0), ("v", "a", 0), ("w", "a", 0), ("u", "b", 0), ("v", "b", 0), ("w", "c", 0),
            ("u", "a", 9), ("v", "c", 9));
        var split = TimeSplit.LastDays(data, 7)!;
        var model = new RecommenderFit(data, new RecommenderOptions(), split.Cut).Fit(RecommenderLearner.Popularity);

        var report = RankingEvaluation.Of(model, split);

        Assert.Equal(2, report.Users);
        Assert.Equal(1, report.Hit.Value);
        Assert.Equal((1 + 0.5) / 2, report.Ndcg.Value, 12);
        Assert.Equal(1, report.Coverage);
        Assert.Equal(1, report.NewUsers);
        Assert.Equal(1, report.NewNdcg.Value, 12);
    }

    [Fact]
    public void Wilsons_interval_is_the_published_one()
    {
        // 8 of 10: 0.4902 to 0.9433 (Wilson 1927, as statsmodels computes it).
        var share = Estimate.OfShare(8, 10);
        Assert.Equal(0.8, share.Value);
        Assert.Equal(0.4902, share.Low, 4);
        Assert.Equal(0.9433, share.High, 4);
        Assert.Equal(new Estimate(0, 0, 1), Estimate.OfShare(0, 0));
    }

    [Fact]
    public void A_paired_difference_is_surer_than_two_separate_means()
    {
        var theirs = Enumerable.Range(0, 100).Select(i => i % 10 / 10d).ToArray();
        var ours = theirs.Select((value, i) => value + 0.1 + (i % 3 * 0.01)).ToArray();

        var difference = Estimate.OfDifference(ours, theirs);

        Assert.InRange(difference.Value, 0.10, 0.12);
        Assert.True(difference.Low > 0.1);
        Assert.True(Estimate.OfMean(ours).Low < Estimate.OfMean(theirs).High);
    }
}
