using Platform.Designer.Canvas;

namespace Platform.Designer.Tests;

public sealed class LayeredLayoutTests
{
    private const double Width = 200;
    private const double Height = 50;

    [Fact]
    public void Every_edge_of_a_diamond_leads_to_the_right_and_no_boxes_touch()
    {
        (int From, int To)[] edges = [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)];
        var placement = Place(4, edges);

        Assert.All(edges, e => Assert.True(placement.Corners[e.From].X + Width < placement.Corners[e.To].X));
        NothingOverlaps(placement);
    }

    [Fact]
    public void An_edge_over_a_layer_passes_between_its_boxes()
    {
        var placement = Place(4, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]);

        var way = placement.Way(0, 3);
        Assert.Equal(2, way.Count);
        Assert.All(way, p => Assert.DoesNotContain(new[] { 1, 2 }, box => p.Y > placement.Corners[box].Y && p.Y < placement.Corners[box].Y + Height));
    }

    [Fact]
    public void A_cycle_and_an_edge_to_itself_are_drawn_and_do_not_hang()
    {
        var placement = Place(3, [(0, 1), (1, 2), (2, 0), (1, 1)]);

        Assert.Equal(3, placement.Corners.Select(c => c.X).Distinct().Count());
        NothingOverlaps(placement);
    }

    [Fact]
    public void A_source_stands_beside_the_first_that_needs_it()
    {
        var placement = Place(5, [(0, 1), (1, 2), (2, 3), (4, 3)]);

        Assert.Equal(placement.Corners[2].X, placement.Corners[4].X);
    }

    [Fact]
    public void Nothing_is_laid_out_for_an_empty_graph() => Assert.Empty(Place(0, []).Corners);

    [Fact]
    public void Thousands_of_boxes_in_layers_do_not_overlap()
    {
        var random = new Random(7);
        var edges = Enumerable.Range(100, 2900).SelectMany(i => Enumerable.Range(0, 2).Select(_ => (i - 100 + random.Next(-40, 40), i))).Where(e => e.Item1 >= 0 && e.Item1 / 100 < e.i / 100).ToList();
        NothingOverlaps(Place(3000, edges));
    }

    private static LayeredLayout.Placement Place(int count, IReadOnlyCollection<(int From, int To)> edges) => LayeredLayout.Place([.. Enumerable.Repeat((Width, Height), count)], edges);

    private static void NothingOverlaps(LayeredLayout.Placement placement)
    {
        foreach (var layer in placement.Corners.GroupBy(c => c.X))
        {
            var tops = layer.Select(c => c.Y).Order().ToList();
            Assert.All(tops.Zip(tops.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Height));
        }
    }
}
