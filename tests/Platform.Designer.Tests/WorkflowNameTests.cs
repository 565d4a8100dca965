using Platform.Designer.Author;

namespace Platform.Designer.Tests;

public sealed class WorkflowNameTests
{
    private static readonly HashSet<string> Taken = ["night", "workflow", "workflow-2"];

    [Theory]
    [InlineData("My first night!", "my-first-night", "")]
    [InlineData("Café crème", "cafe-creme", "")]
    [InlineData("小店", "workflow-3", "小店")]
    [InlineData("小店 Shop", "shop", "小店")]
    [InlineData("Night", "night-2", "")]
    [InlineData("!!!", "workflow-3", "")]
    [InlineData("Привет", "workflow-3", "Привет")]
    [InlineData("  ", "", "")]
    public void A_title_makes_a_free_name_and_what_is_left_out_is_known(string title, string name, string leftOut)
    {
        Assert.Equal(name, WorkflowName.Of(title, Taken));
        Assert.Equal(leftOut, WorkflowName.LeftOut(title));
    }
}
