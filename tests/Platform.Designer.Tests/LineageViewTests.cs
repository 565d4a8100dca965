using Platform.Catalog.Lineage;
using Platform.Designer.Canvas;
using Platform.Designer.Lineage;
using LineageGraph = Platform.Designer.Lineage.LineageGraph;

namespace Platform.Designer.Tests;

public sealed class LineageViewTests
{
    [Fact]
    public void What_came_and_what_went_since_a_past_time_is_marked_and_what_stayed_is_not()
    {
        var then = Graph(["b", "a", "old"], ("a", "b"), ("old", "b"));
        var now = Graph(["b", "a", "new"], ("a", "b"), ("new", "b"));

        var both = then.Against(now);

        Assert.Equal([("b", LineageMark.None), ("a", LineageMark.None), ("old", LineageMark.Gone), ("new", LineageMark.Added)], both.Assets.Select(a => (a.Key, a.Mark)));
        Assert.Equal([("a", LineageMark.None), ("old", LineageMark.Gone), ("new", LineageMark.Added)], both.Links.Select(l => (l.From, l.Mark)));
    }

    [Fact]
    public void A_scene_draws_the_ways_and_the_marks()
    {
        var graph = Graph(["a", "b", "old"], ("a", "b"), ("old", "b")).Against(Graph(["a", "b"], ("a", "b")));
        var way = new LineagePath { From = "a", To = "b", Steps = 1, Ways = 1, Assets = ["a", "b"], Links = [new("a", "b", 1)] };

        var scene = LineageScene.Of(graph, byColumn: false, way, _ => "", mark => mark.ToString());

        Assert.Equal(["a", "b"], scene.Nodes.Where(n => n.OnPath).Select(n => n.Id));
        Assert.Equal(("gone", "Gone"), scene.Nodes.Where(n => n.Id == "old").Select(n => (n.Mark, n.Words)).Single());
        Assert.Equal((true, null), scene.Edges.Where(e => e.Source == "a").Select(e => (e.OnPath, e.Mark)).Single());
        Assert.Equal((false, "gone"), scene.Edges.Where(e => e.Source == "old").Select(e => (e.OnPath, e.Mark)).Single());
    }

    [Fact]
    public void Thousands_of_assets_in_a_layer_are_folded_to_the_shape_of_a_screen_and_none_lies_over_another()
    {
        var heights = Enumerable.Repeat(48d, 3_001).ToList();
        LayeredLayout.Point[] corners = [new(0, 0), .. Enumerable.Range(0, 3_000).Select(i => new LayeredLayout.Point(280, i * 72d))];

        var folded = LineageFold.Of(corners, heights, 208, 72, 24)!;

        var (width, height) = (folded.Max(c => c.X) + 208, folded.Max(c => c.Y) + 48 - folded.Min(c => c.Y));
        Assert.InRange(width / height, 1.2, 2.4);
        Assert.Equal(3_001, folded.Select(c => (Math.Round(c.X), Math.Round(c.Y))).Distinct().Count());
        Assert.True(folded.Skip(1).All(c => c.X > folded[0].X + 208));
        Assert.Equal(folded.Skip(1).Select(c => c.Y).Order(), folded.Skip(1).Select(c => c.Y));
        Assert.Null(LineageFold.Of(corners[..40], heights[..40], 208, 72, 24));
    }

    [Theory]
    [InlineData("u:raw.orders", "raw.orders", "Upstream")]
    [InlineData("d:postgresql://host:5432/db/a.b", "postgresql://host:5432/db/a.b", "Downstream")]
    public void An_expansion_is_read_as_it_was_written(string written, string asset, string direction)
    {
        var way = Enum.Parse<Platform.Designer.Lineage.LineageDirection>(direction);
        Assert.Equal(written, LineageView.Expansion(asset, way));
        Assert.Equal((asset, way), LineageView.ReadExpansion(written));
        Assert.Null(LineageView.ReadExpansion("x:" + asset));
        Assert.Null(LineageView.ReadExpansion("u"));
    }

    private static LineageGraph Graph(string[] assets, params (string From, string To)[] links) =>
        new(assets[0], [.. assets.Select(a => new LineageAsset { Key = a, Kind = "table" })], [.. links.Select(l => new LineageLink { From = l.From, To = l.To })]);
}
