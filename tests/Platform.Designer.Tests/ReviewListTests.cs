using System.Text.Json;
using Platform.Catalog.Review;
using Platform.Designer.Review;

namespace Platform.Designer.Tests;

public sealed class ReviewListTests
{
    private static ReviewItem Item(string id) => new()
    {
        Id = id,
        Source = "column",
        Kind = "semantic_type",
        Asset = "raw.t",
        AssetName = "raw.t",
        Column = id,
        DataType = null,
        Value = JsonSerializer.SerializeToElement(new { semantic_type = "email" }),
        Confidence = 0.5,
        Evidence = JsonSerializer.SerializeToElement(new { }),
        Origin = "rule",
        OriginVersion = "1",
        PersonalClass = null,
        Profile = null,
        Settles = new ReviewSettles { Score = 1, Uncertainty = 1, Similar = 0, Uses = 0, Weight = 1, Sentence = "", SentenceZh = "" },
    };

    private static ReviewList Of(params string[] ids)
    {
        var list = new ReviewList();
        list.Take([.. ids.Select(Item)]);
        return list;
    }

    [Fact]
    public void After_a_decision_the_next_item_comes_to_hand()
    {
        var list = Of("a", "b", "c");
        list.Move(1);
        list.Remove(["b"]);
        Assert.Equal("c", list.Current!.Id);
        list.Remove(["c"]);
        Assert.Equal("a", list.Current!.Id);
        list.Remove(["a"]);
        Assert.Null(list.Current);
        list.Move(1);
        Assert.Empty(list.Chosen);
    }

    [Fact]
    public void The_item_in_hand_stays_in_hand_when_others_before_it_leave()
    {
        var list = Of("a", "b", "c", "d");
        list.MoveTo(2);
        list.Remove(["a", "b"]);
        Assert.Equal("c", list.Current!.Id);
    }

    [Fact]
    public void Marked_items_are_what_a_decision_is_about_and_a_decided_one_is_not_marked_any_more()
    {
        var list = Of("a", "b", "c");
        list.Mark(list.Items[0]);
        list.Mark(list.Items[2]);
        Assert.Equal(["a", "c"], list.Chosen.Select(item => item.Id));
        list.Remove(["a"]);
        Assert.Equal(["c"], list.Chosen.Select(item => item.Id));
        list.MarkAll();
        Assert.Equal(2, list.MarkedCount);
        list.MarkAll();
        Assert.Equal(0, list.MarkedCount);
    }

    [Fact]
    public void What_comes_later_stands_behind_and_nothing_is_there_twice()
    {
        var list = Of("b", "c");
        list.Append([Item("a"), Item("c")]);
        Assert.Equal(["b", "c", "a"], list.Items.Select(item => item.Id));
    }
}
