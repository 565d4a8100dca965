using System.Text.Json;
using Platform.Designer.Inventory;
using Platform.Designer.Lineage;

namespace Platform.Designer.Tests;

public sealed class CatalogProfileTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"rows": "many"}""")]
    public void What_is_no_profile_is_shown_as_none(string json) => Assert.Null(CatalogProfile.Of(JsonSerializer.Deserialize<JsonElement>(json)));

    [Fact]
    public void A_histogram_gets_its_edges_from_the_smallest_and_largest_value()
    {
        var profile = CatalogProfile.Of(JsonSerializer.Deserialize<JsonElement>("""{"rows": 10, "nulls": 1, "min": "0", "max": "100", "histogram": [1, 2, 3, 4], "quantiles": {"p50": "30"}, "zeros": 0}"""))!;

        Assert.Equal(["0", "25", "50", "75"], profile.Histogram.Select(b => b.From));
        Assert.Equal("100", profile.Histogram[^1].To);
        Assert.Equal([("p50", 30.0)], profile.Figures);
    }

    [Fact]
    public void Dates_are_divided_as_dates()
    {
        var profile = CatalogProfile.Of(JsonSerializer.Deserialize<JsonElement>("""{"rows": 2, "nulls": 0, "min": "2026-01-01", "max": "2026-01-11", "histogram": [1, 1]}"""))!;
        Assert.Equal("2026-01-06", profile.Histogram[1].From);
    }

    [Theory]
    [InlineData("raw.orders", "raw.orders", "")]
    [InlineData("file:/data/shop/orders/{yyyy-MM-dd}.csv", "orders/{yyyy-MM-dd}.csv", "/data/shop")]
    [InlineData("postgresql://db:5432/retail/public.customers", "public.customers", "db:5432/retail")]
    [InlineData("model:shop", "shop", "")]
    public void A_key_is_shown_by_its_short_name_and_place(string key, string name, string place) => Assert.Equal(new AssetName(name, place), AssetName.Of(key));

    [Fact]
    public void Chosen_facets_come_back_from_the_address_as_they_went_in()
    {
        var facets = new Dictionary<string, string> { ["kind"] = "table", ["owner"] = "a;b:c" };
        Assert.Equal(facets, FacetText.Parse(FacetText.Write(facets)));
        Assert.Empty(FacetText.Parse(";;kind:;:x"));
    }

    [Fact]
    public void An_expansion_adds_what_is_new_and_counts_its_distance_from_where_it_was_found()
    {
        var drawn = new LineageGraph("b", [Asset("b", 0), Asset("a", -1)], [new LineageLink { From = "a", To = "b" }]);
        var more = new LineageGraph("a", [Asset("a", 0), Asset("x", -1)], [new LineageLink { From = "x", To = "a" }]);

        var both = drawn.With(more);
        Assert.Equal([("b", 0), ("a", -1), ("x", -2)], both.Assets.Select(a => (a.Key, a.Distance)));
        Assert.Equal(2, both.Links.Count);

        static LineageAsset Asset(string key, int distance) => new() { Key = key, Kind = "table", Distance = distance };
    }

    [Fact]
    public void A_scene_counts_the_neighbours_that_are_not_drawn()
    {
        var graph = new LineageGraph("b",
            [new LineageAsset { Key = "b", Kind = "table", Upstream = 3, Downstream = 2 }, new LineageAsset { Key = "a", Kind = "table", Distance = -1, Downstream = 1 }],
            [new LineageLink { From = "a", To = "b" }, new LineageLink { From = "a", To = "b", FromColumn = "x", ToColumn = "y", Kind = "identity" }]);

        var scene = LineageScene.Of(graph, byColumn: true, null, a => a.Kind, _ => null);
        var root = Assert.Single(scene.Nodes, n => n.Root);
        Assert.Equal((2, 2), (root.HiddenUp, root.HiddenDown));
        Assert.Equal(("x", "y"), (Assert.Single(scene.Edges).FromColumn, scene.Edges[0].ToColumn));
    }
}
