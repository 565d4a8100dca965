using Platform.Learning.Recommend;

namespace Platform.Learning.Tests.Recommend;

public sealed class TopItemsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(2000)]
    public void The_selection_is_what_sorting_gives_with_lower_positions_first_among_equals(int capacity)
    {
        var random = new Random(3);
        var top = new TopItems(capacity);
        for (var round = 0; round < 20; round++)
        {
            var scores = Enumerable.Range(0, 997).Select(_ => (float)random.Next(-50, 50)).ToArray();
            var expected = Enumerable.Range(0, scores.Length).Where(i => scores[i] > -40).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(capacity).ToArray();

            top.Take(scores, -40);

            Assert.Equal(expected, top.Items.ToArray());
            Assert.Equal(expected.Select(i => scores[i]), top.Scores.ToArray());
        }
    }
}
