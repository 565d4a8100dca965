using Platform.Workflows.Authoring;

namespace Platform.Workflows.Tests.Authoring;

public sealed class TextMergeTests
{
    [Theory]
    [InlineData("a b c", "A b c", "a b C", "A b C")]
    [InlineData("a b c", "a b C", "A b c", "A b C")]
    [InlineData("a b c", "a b c", "a x c", "a x c")]
    [InlineData("a b c", "a x c", "a b c", "a x c")]
    [InlineData("", "mine", "", "mine")]
    [InlineData("a b c", "a c", "a b c d", "a c d")]
    public void Changes_of_different_places_are_both_kept(string from, string mine, string theirs, string both) => Assert.Equal(both, TextMerge.Merge(from, mine, theirs));

    [Theory]
    [InlineData("a b c", "a mine c", "a theirs c")]
    [InlineData("a b c", "mine", "a b theirs")]
    [InlineData("", "mine", "theirs")]
    public void Where_both_change_one_place_mine_stays(string from, string mine, string theirs) => Assert.Equal(mine, TextMerge.Merge(from, mine, theirs));
}
