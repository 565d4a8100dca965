using Platform.Learning.Evaluate;
using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Evaluate;

public sealed class TimeSplitTests
{
    [Fact]
    public void The_last_days_end_at_midnight_after_the_newest_row()
    {
        var split = TimeSplit.LastDays(Planted.Rows(("u", "a", 0), ("u", "a", 9), ("u", "b", 0)), 7)!;
        Assert.Equal(3 * Planted.Day, split.Cut);
        Assert.Equal(10 * Planted.Day, split.End);
    }

    [Fact]
    public void Targets_are_known_items_of_users_with_history_and_the_rest_is_counted()
    {
        var split = TimeSplit.LastDays(
            Planted.Rows(("u", "a", 0), ("v", "b", 1), ("u", "b", 8), ("u", "b", 9), ("u", "new", 9), ("cold", "a", 9), ("v", "new", 9)),
            7)!;

        Assert.Equal([1], split.Users);
        Assert.Equal([1], Assert.Single(split.Targets));
        Assert.Equal(1, split.ColdUsers);
        Assert.Equal(1, split.UnknownItems);
    }

    [Fact]
    public void Nothing_after_the_cut_reaches_the_learner()
    {
        var before = Planted.Groups(days: 30, rows: 6_000);
        var cut = 23 * Planted.Day;
        var model = new RecommenderFit(before, new RecommenderOptions(), cut).Fit(RecommenderLearner.Blend);

        // The same past with another future, made of the same users and items so that positions stay.
        var builder = new InteractionsBuilder(weighted: true);
        for (var row = 0; row < before.Count; row++)
        {
            var swapped = before.Time[row] >= cut;
            builder.Add(before.Users[swapped ? before.Users.Length - 1 - before.User[row] : before.User[row]], before.Items[before.Item[row]], before.Time[row], swapped ? 900 : before.Weight![row]);
        }
        var other = new RecommenderFit(builder.Build(), new RecommenderOptions(), cut).Fit(RecommenderLearner.Blend);

        Assert.Equal(Platform.Learning.Onnx.RecommenderGraph.Write(model), Platform.Learning.Onnx.RecommenderGraph.Write(other));
    }

    [Fact]
    public void Data_without_a_past_cannot_be_split()
    {
        Assert.Null(TimeSplit.LastDays(Planted.Rows(("u", "a", 3), ("u", "b", 4)), 7));
        Assert.Null(TimeSplit.LastDays(Planted.Rows(), 7));
        Assert.Throws<LearningException>(() => TimeSplit.LastDays(Planted.Rows(("u", "a", 0)), 0));
    }
}
