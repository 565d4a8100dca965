using Platform.Designer.Canvas;

namespace Platform.Designer.Tests;

public sealed class GroupedLayoutTests
{
    private const double Width = 200;
    private const double Height = 50;

    private static readonly (string Id, string? Group)[] Nodes = [("before", null), ("a", "load"), ("b", "load"), ("c", "load/raw"), ("d", "load/raw"), ("beside", null), ("after", null)];
    private static readonly (string From, string To)[] Edges = [("before", "a"), ("a", "b"), ("a", "c"), ("c", "d"), ("d", "b"), ("before", "beside"), ("beside", "after"), ("b", "after"), ("c", "after")];

    [Fact]
    public void A_frame_holds_the_tasks_of_its_group_and_no_other()
    {
        var placement = Place(Nodes, Edges);

        Assert.Equal(["load", "load/raw"], placement.Frames.Select(f => f.Group));
        foreach (var frame in placement.Frames)
        {
            foreach (var (id, group) in Nodes)
            {
                var corner = placement.Corners[id];
                var inside = group == frame.Group || group?.StartsWith(frame.Group + "/", StringComparison.Ordinal) == true;
                Assert.Equal(inside, Overlaps(frame, corner));
                if (inside)
                    Assert.True(corner.X > frame.X && corner.Y > frame.Y && corner.X + Width < frame.X + frame.Width && corner.Y + Height < frame.Y + frame.Height, $"{id} sticks out of {frame.Group}");
            }
        }
    }

    [Fact]
    public void An_inner_frame_lies_within_the_one_around_it()
    {
        var frames = Place(Nodes, Edges).Frames;
        var (outer, inner) = (frames[0], frames[1]);

        Assert.True(inner.X > outer.X && inner.Y > outer.Y && inner.X + inner.Width < outer.X + outer.Width && inner.Y + inner.Height < outer.Y + outer.Height);
        Assert.Equal((0, 1), (outer.Depth, inner.Depth));
    }

    [Fact]
    public void An_edge_out_of_a_group_passes_between_its_boxes()
    {
        var placement = Place(Nodes, Edges);

        foreach (var ((from, to), way) in placement.Ways)
        {
            foreach (var point in way)
                Assert.DoesNotContain(Nodes, n => n.Id != from && n.Id != to && point.X > placement.Corners[n.Id].X && point.X < placement.Corners[n.Id].X + Width && point.Y > placement.Corners[n.Id].Y && point.Y < placement.Corners[n.Id].Y + Height);
            Assert.Equal(way.Select(p => p.X), way.Select(p => p.X).Order());
        }
    }

    [Fact]
    public void Tasks_without_groups_are_placed_as_before()
    {
        (string, string?)[] plain = [("a", null), ("b", null), ("c", null)];
        var grouped = Place(plain, [("a", "b"), ("a", "c")]);
        var layered = LayeredLayout.Place([.. plain.Select(_ => (Width, Height))], [(0, 1), (0, 2)], gapX: 52);

        Assert.Equal(layered.Corners, plain.Select(p => grouped.Corners[p.Item1]));
        Assert.Empty(grouped.Frames);
    }

    [Fact]
    public void Two_groups_that_need_each_other_are_drawn_and_do_not_hang()
    {
        var placement = Place([("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")], [("a", "b"), ("b", "c"), ("c", "d")]);

        Assert.Equal(2, placement.Frames.Count);
        Assert.False(placement.Frames[0].X < placement.Frames[1].X + placement.Frames[1].Width && placement.Frames[1].X < placement.Frames[0].X + placement.Frames[0].Width
            && placement.Frames[0].Y < placement.Frames[1].Y + placement.Frames[1].Height && placement.Frames[1].Y < placement.Frames[0].Y + placement.Frames[0].Height);
    }

    [Fact]
    public void Nothing_is_laid_out_for_an_empty_graph() => Assert.Empty(Place([], []).Corners);

    private static bool Overlaps(GroupedLayout.Frame frame, LayeredLayout.Point corner) =>
        corner.X < frame.X + frame.Width && corner.X + Width > frame.X && corner.Y < frame.Y + frame.Height && corner.Y + Height > frame.Y;

    private static GroupedLayout.Placement Place((string Id, string? Group)[] nodes, (string, string)[] edges) =>
        GroupedLayout.Place([.. nodes.Select(n => new GroupedLayout.Node(n.Id, Width, Height, n.Group))], edges);
}
