using Platform.Workflows.Authoring;

namespace Platform.Workflows.Tests.Authoring;

public class WorkflowLayoutTests
{
    [Fact]
    public void A_layout_comes_back_from_its_text()
    {
        var layout = WorkflowLayout.Empty.Place([new("a", new(10.4, -3)), new("b", new(0, 1))]).Put(new("n", "Two\nlines", 1, 2, 200, 80));
        var back = WorkflowLayout.Parse(layout.ToJson());
        Assert.True(back.IsSame(layout));
        Assert.Equal(new LayoutPoint(10, -3), back.Tasks["a"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"tasks\":{\"a\":{\"x\":\"far\"}}}")]
    [InlineData("not JSON")]
    public void What_is_no_layout_is_an_empty_one(string? text) => Assert.True(WorkflowLayout.Parse(text).IsEmpty);

    [Fact]
    public void Places_beyond_the_canvas_and_notes_without_sense_are_left_out()
    {
        var layout = WorkflowLayout.Parse("""{"tasks":{"a":{"x":1e300,"y":0},"b":{"x":1,"y":2}},"notes":[{"id":"","text":"t","x":0,"y":0,"width":100,"height":50},{"id":"n","text":"t","x":0,"y":0,"width":1,"height":50}]}""");
        Assert.Equal(["b"], layout.Tasks.Keys);
        Assert.Empty(layout.Notes);
    }

    [Fact]
    public void A_group_that_is_closed_comes_back_closed_and_opens_again()
    {
        var layout = WorkflowLayout.Empty.Fold("load/raw").Fold("load");
        var back = WorkflowLayout.Parse(layout.ToJson());
        Assert.Equal(["load", "load/raw"], back.Closed);
        Assert.False(back.IsSame(WorkflowLayout.Empty));
        Assert.True(back.Fold("load").Fold("load/raw").IsSame(WorkflowLayout.Empty));
        Assert.Empty(WorkflowLayout.Parse("""{"closed":null}""").Closed);
    }

    [Fact]
    public void A_note_that_is_too_long_is_refused() =>
        Assert.Contains("4000", Assert.Throws<ArgumentException>(() => WorkflowLayout.Empty.Put(new("n", new string('x', 4_001), 0, 0, 100, 50))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_renamed_task_keeps_its_place() =>
        Assert.Equal(new LayoutPoint(5, 6), WorkflowLayout.Empty.Place([new("a", new(5, 6))]).Rename("a", "b").Tasks["b"]);
}
