using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Recommend;

public sealed class InteractionsTests
{
    [Fact]
    public void Positions_do_not_depend_on_the_order_of_rows()
    {
        var one = Planted.Rows(("b", "y", 0), ("a", "x", 1), ("c", "x", 2));
        var other = Planted.Rows(("c", "x", 2), ("b", "y", 0), ("a", "x", 1));

        Assert.Equal(["a", "b", "c"], one.Users);
        Assert.Equal(one.Users, other.Users);
        Assert.Equal(one.Items, other.Items);
        Assert.Equal([1, 0, 2], one.User);
        Assert.Equal([2, 1, 0], other.User);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    [InlineData(-2f)]
    public void A_weight_that_is_no_amount_is_refused_with_its_row(float weight)
    {
        var builder = new InteractionsBuilder(weighted: true);
        builder.Add("u", "i", 0, 1);

        var refusal = Assert.Throws<LearningException>(() => builder.Add("v", "j", 0, weight));

        Assert.Contains("Interaction 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("user 'v', item 'j'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, builder.Count);
    }

    [Fact]
    public void A_row_without_user_or_item_is_refused()
    {
        var builder = new InteractionsBuilder();
        Assert.Contains("no user", Assert.Throws<LearningException>(() => builder.Add("", "i", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("no item", Assert.Throws<LearningException>(() => builder.Add("u", "", 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rating_that_is_no_number_is_refused() =>
        Assert.Throws<LearningException>(() => new InteractionsBuilder(rated: true).Add("u", "i", 0, 1, float.NaN));

    [Fact]
    public void A_matrix_sums_repeated_rows_and_fades_old_ones()
    {
        var data = Planted.Rows(("u", "a", 9), ("u", "a", 9), ("u", "b", 4), ("v", "b", 9));

        var matrix = UserItemMatrix.From(data, 10 * Planted.Day, halfLifeDays: 5, useWeight: false, maximumItems: 10);

        Assert.Equal([0, 1], matrix.ItemsOf(0));
        Assert.Equal(2f, matrix.WeightsOf(0)[0], 5);
        Assert.Equal(0.5f, matrix.WeightsOf(0)[1], 5);
        Assert.Equal([1], matrix.ItemsOf(1));
        var byItem = matrix.Transpose();
        Assert.Equal([0], byItem.ItemsOf(0));
        Assert.Equal([0, 1], byItem.ItemsOf(1));
    }

    [Fact]
    public void A_long_history_keeps_the_items_taken_last()
    {
        var data = Planted.Rows(("u", "a", 1), ("u", "b", 5), ("u", "c", 3), ("u", "d", 4));
        var matrix = UserItemMatrix.From(data, 10 * Planted.Day, null, useWeight: false, maximumItems: 2);
        Assert.Equal([1, 3], matrix.ItemsOf(0));
    }
}
