using Platform.Testing;
using Platform.Workflows.Authoring;

namespace Platform.Workflows.Tests.Authoring;

public class EditHistoryTests
{
    private static readonly EditState Start = new("a", WorkflowLayout.Empty);

    private readonly ManualClock _clock = new();

    [Fact]
    public void Steps_are_undone_and_made_again_in_their_order_whatever_they_changed()
    {
        var history = new EditHistory(Start, _clock);
        history.Do("text", Start with { Text = "b" });
        history.Do("move", history.Current with { Layout = WorkflowLayout.Empty.Place([new("x", new(1, 2))]) });
        Assert.Equal("move", history.Undoable);
        Assert.True(history.Undo());
        Assert.Equal(new EditState("b", WorkflowLayout.Empty), history.Current);
        Assert.True(history.Undo());
        Assert.Equal(Start, history.Current);
        Assert.False(history.Undo());
        Assert.True(history.Redo());
        Assert.True(history.Redo());
        Assert.False(history.Redo());
        Assert.Equal(new LayoutPoint(1, 2), history.Current.Layout.Tasks["x"]);
    }

    [Fact]
    public void A_new_step_forgets_what_was_undone()
    {
        var history = new EditHistory(Start, _clock);
        history.Do("b", Start with { Text = "b" });
        history.Undo();
        history.Do("c", Start with { Text = "c" });
        Assert.Null(history.Redoable);
        Assert.Equal("c", history.Current.Text);
    }

    [Fact]
    public void Letters_typed_at_once_are_one_step_and_a_pause_makes_two()
    {
        var history = new EditHistory(Start, _clock);
        foreach (var text in new[] { "ab", "abc" })
            history.Do("typing", Start with { Text = text }, "text");
        _clock.Advance(TimeSpan.FromSeconds(2));
        history.Do("typing", Start with { Text = "abcd" }, "text");
        history.Undo();
        Assert.Equal("abc", history.Current.Text);
        history.Undo();
        Assert.Equal("a", history.Current.Text);
    }

    [Fact]
    public void Typing_after_an_undo_is_not_merged_with_what_was_typed_before_it()
    {
        var history = new EditHistory(Start, _clock);
        history.Do("typing", Start with { Text = "ab" }, "text");
        history.Do("other", Start with { Text = "ab!" });
        history.Undo();
        history.Do("typing", Start with { Text = "abc" }, "text");
        history.Undo();
        Assert.Equal("ab", history.Current.Text);
    }

    [Fact]
    public void The_same_state_is_no_step()
    {
        var history = new EditHistory(Start, _clock);
        Assert.False(history.Do("nothing", Start with { }));
        Assert.Null(history.Undoable);
    }

    [Fact]
    public void Old_steps_are_forgotten_before_they_fill_the_memory()
    {
        var history = new EditHistory(Start, _clock);
        for (var i = 0; i < 400; i++)
            history.Do("step", Start with { Text = new string('x', 100_000) + i });
        var steps = 0;
        while (history.Undo())
            steps++;
        Assert.InRange(steps, 50, 100);
    }
}
