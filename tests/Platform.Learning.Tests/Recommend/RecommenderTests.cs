using Platform.Learning.Evaluate;
using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Recommend;

public sealed class RecommenderTests
{
    [Theory]
    [InlineData(RecommenderLearner.ItemKnn)]
    [InlineData(RecommenderLearner.Mf)]
    [InlineData(RecommenderLearner.Blend)]
    public void Each_learner_finds_the_groups_that_popularity_cannot_see(RecommenderLearner learner)
    {
        var trained = RecommenderTrainer.Train(Planted.Groups(), new RecommenderOptions { Learner = learner, PopularityShare = 1 }, 7, default);

        Assert.Equal(learner, trained.Model.Learner);
        Assert.True(trained.NdcgOverPopularity!.Value.Low > 0, $"NDCG@10 {trained.Chosen!.Ndcg} against {trained.Popularity!.Ndcg} of popularity");
        var ofGroupTwo = trained.Model.Recommend(trained.Model.Users.ToList().IndexOf("u007"), 10).Count(scored => scored.Item.StartsWith("g2-", StringComparison.Ordinal));
        Assert.True(ofGroupTwo >= 8, $"{ofGroupTwo} of 10 are of the user's group");
    }

    [Theory]
    [InlineData(RecommenderLearner.ItemKnn)]
    [InlineData(RecommenderLearner.Mf)]
    [InlineData(RecommenderLearner.Blend)]
    public void A_history_without_a_user_gets_items_of_its_group(RecommenderLearner learner)
    {
        var trained = RecommenderTrainer.Train(Planted.Groups(), new RecommenderOptions { Learner = learner, PopularityShare = 0.1f }, 7, default);
        var items = trained.Model.Items.ToList();

        var ranking = trained.Model.RecommendFor([items.IndexOf("g3-00"), items.IndexOf("g3-05"), items.IndexOf("g3-01")], 10);

        Assert.True(ranking.Count(scored => scored.Item.StartsWith("g3-", StringComparison.Ordinal)) >= 8);
    }

    [Theory]
    [InlineData(RecommenderLearner.ItemKnn)]
    [InlineData(RecommenderLearner.Mf)]
    [InlineData(RecommenderLearner.Blend)]
    public void The_same_rows_options_and_seed_give_the_same_model_whatever_the_threads(RecommenderLearner learner)
    {
        var one = Fit(new RecommenderOptions { Threads = 1, Seed = 5 });
        var two = Fit(new RecommenderOptions { Threads = 4, Seed = 5 });

        Assert.Equal(Platform.Learning.Onnx.RecommenderGraph.Write(one), Platform.Learning.Onnx.RecommenderGraph.Write(two));

        RecommenderModel Fit(RecommenderOptions options) => RecommenderTrainer.Train(Planted.Groups(), options with { Learner = learner }, 7, default).Model;
    }

    [Fact]
    public void Another_seed_gives_another_factorisation()
    {
        var data = Planted.Groups();
        var one = new RecommenderFit(data, new RecommenderOptions { Seed = 1 }, data.Newest + 1).Fit(RecommenderLearner.Mf);
        var two = new RecommenderFit(data, new RecommenderOptions { Seed = 2 }, data.Newest + 1).Fit(RecommenderLearner.Mf);
        Assert.NotEqual(one.Factors!.Item, two.Factors!.Item);
    }

    [Fact]
    public void Auto_takes_the_learner_that_ranks_best_on_the_held_out_days()
    {
        var trained = RecommenderTrainer.Train(Planted.Groups(), new RecommenderOptions(), 7, default);

        Assert.Equal([RecommenderLearner.Popularity, RecommenderLearner.ItemKnn, RecommenderLearner.Blend], trained.Reports.Select(report => report.Learner));
        Assert.Equal(trained.Reports.Max(report => report.Hit.Value), trained.Chosen!.Hit.Value);
    }

    [Fact]
    public void Biased_factorisation_predicts_planted_ratings()
    {
        var trained = RecommenderTrainer.Train(Planted.Groups(groups: 2, rated: true), new RecommenderOptions { Learner = RecommenderLearner.Mf, Epochs = 30 }, 7, default);

        // Ratings are 5 or 1, equally often: guessing the mean is off by 2.
        Assert.InRange(trained.Rating!.Rmse.Value, 0, 0.5);
        Assert.True(trained.Model.ExcludeSeen);
    }

    [Fact]
    public void Cosine_with_shrinkage_is_what_hand_calculation_gives()
    {
        // u took a and b, v took a: shares are 1/√2 and 1, so |a|² = 1/√2 + 1, |b|² = 1/√2 and a·b = 1/√2.
        var data = Planted.Rows(("u", "a", 0), ("u", "b", 0), ("v", "a", 0));
        var matrix = UserItemMatrix.From(data, 10 * Planted.Day, null, useWeight: false, maximumItems: 10);

        var neighbours = ItemNeighbours.Fit(matrix, width: 5, shrinkage: 0.5f, self: 3, threads: 1);

        var half = 1 / Math.Sqrt(2);
        var expected = half / (Math.Sqrt(half + 1) * Math.Sqrt(half) + 0.5);
        Assert.Equal(2, neighbours.Width);
        Assert.Equal([0, 1, 1, 0], neighbours.Item);
        Assert.Equal(3, neighbours.Similarity[0]);
        Assert.Equal(expected, neighbours.Similarity[1], 5);
        Assert.Equal(expected, neighbours.Similarity[3], 5);
    }

    [Fact]
    public void Popularity_fades_with_age()
    {
        var data = Planted.Rows(("u", "old", 0), ("v", "old", 0), ("w", "old", 0), ("u", "new", 9));
        Assert.Equal("old", Best(null));
        Assert.Equal("new", Best(2));

        string Best(double? halfLife) =>
            new RecommenderFit(data, new RecommenderOptions { PopularityHalfLifeDays = halfLife }, 10 * Planted.Day).Fit(RecommenderLearner.Popularity).Recommend(-1, 1)[0].Item;
    }

    [Fact]
    public void Seen_items_are_left_out_when_asked()
    {
        var data = Planted.Groups();
        var model = new RecommenderFit(data, new RecommenderOptions { ExcludeSeen = true, MaximumHistory = 10_000 }, data.Newest + 1).Fit(RecommenderLearner.Blend);
        var had = model.HistoryOf(3).ToArray().Select(item => model.Items[item]).ToHashSet();

        Assert.DoesNotContain(model.Recommend(3, 20), scored => had.Contains(scored.Item));
    }

    [Theory]
    [InlineData(RecommenderLearner.Popularity)]
    [InlineData(RecommenderLearner.ItemKnn)]
    [InlineData(RecommenderLearner.Mf)]
    [InlineData(RecommenderLearner.Blend)]
    [InlineData(RecommenderLearner.Auto)]
    public void One_user_with_one_item_trains_and_says_that_nothing_was_measured(RecommenderLearner learner)
    {
        var trained = RecommenderTrainer.Train(Planted.Rows(("u", "a", 0)), new RecommenderOptions { Learner = learner }, 7, default);

        Assert.Null(trained.Split);
        Assert.Null(trained.Chosen);
        Assert.Equal("a", Assert.Single(trained.Model.Recommend(0, 10)).Item);
    }

    [Fact]
    public void No_interactions_are_refused() =>
        Assert.Contains("no interactions", Assert.Throws<LearningException>(() => RecommenderTrainer.Train(Planted.Rows(), new RecommenderOptions(), 7, default)).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Refused(new RecommenderOptions { Neighbours = 0 }, "neighbours");
        Refused(new RecommenderOptions { Factors = 513 }, "factors");
        Refused(new RecommenderOptions { LearningRate = float.NaN }, "learning rate");
        Refused(new RecommenderOptions { HistoryHalfLifeDays = 0 }, "half-life");

        static void Refused(RecommenderOptions options, string name) =>
            Assert.Contains(name, Assert.Throws<LearningException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
