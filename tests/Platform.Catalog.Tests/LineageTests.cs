using Platform.Catalog.Assets;
using Platform.Catalog.Lineage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class LineageTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>, IAsyncLifetime
{
    private const string Files = "file:/data/orders/{yyyy-MM-dd}.csv";

    private LineageQueries Lineage => new(catalog.DataSource);

    /// <summary>files → raw.orders → clean.orders → model → endpoint → scores, and a report beside.</summary>
    public async Task InitializeAsync()
    {
        await catalog.EndTaskAsync("ingest", 1,
            new AssetRead(Files, AssetKind.FileSet, Rows: 100, Location: "/data/orders/2026-01-01.csv"),
            new AssetWritten("raw.orders", AssetKind.Table, 1, "append", 100, 100, 5000, 1, [new("InvoiceNo", "VARCHAR"), new("Quantity", "BIGINT"), new("Customer", "VARCHAR")]),
            new ColumnsDerived("raw.orders", [new(Files, "InvoiceNo", "InvoiceNo", ColumnEdgeKind.Identity), new(Files, "Quantity", "Quantity", ColumnEdgeKind.Transformation), new(Files, "Customer", "Customer", ColumnEdgeKind.Identity)]));
        await catalog.EndTaskAsync("clean", 1,
            new AssetRead("raw.orders", AssetKind.Table, 1, 100),
            new AssetWritten("clean.orders", AssetKind.Table, 1, "replace-interval", 90, 90, 4000, 1, [new("InvoiceNo", "VARCHAR"), new("Total", "HUGEINT")]),
            new ColumnsDerived("clean.orders",
            [
                new("raw.orders", "InvoiceNo", "InvoiceNo", ColumnEdgeKind.Identity),
                new("raw.orders", "Quantity", "Total", ColumnEdgeKind.Aggregation),
                new("raw.orders", "Customer", null, ColumnEdgeKind.Filter),
            ], "select …"));
        await catalog.EndTaskAsync("train", 1,
            new AssetRead("clean.orders", AssetKind.Table, 1),
            new AssetWritten("model:shop", AssetKind.Model, 1, "register"),
            new ColumnsDerived("model:shop", [new("clean.orders", "Total", null, ColumnEdgeKind.Transformation)]));
        await catalog.EndTaskAsync("deploy", 1, new AssetWritten("endpoint:shop", AssetKind.Endpoint, Operation: "deploy"), new AssetDerived("endpoint:shop", "model:shop"));
        await catalog.EndTaskAsync("score", 1, new AssetRead("model:shop", AssetKind.Model, 1), new AssetWritten("scores.day", AssetKind.Table, 1, Columns: [new("score", "DOUBLE")]));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_walk_downstream_of_an_asset_meets_everything_made_of_it()
    {
        var graph = await Lineage.WalkAsync("raw.orders", null, LineageDirection.Downstream, 10, CancellationToken.None);

        Assert.Equal(["raw.orders 0", "clean.orders 1", "model:shop 2", "endpoint:shop 3", "scores.day 3"], graph!.Nodes.Select(n => $"{n.Asset} {n.Distance}"));
        Assert.Contains(graph.Edges, e => e is { From: "model:shop", To: "endpoint:shop", TaskId: "deploy", LastRun: 1 });
        Assert.Equal(4, graph.Edges.Count);
    }

    [Fact]
    public async Task A_walk_upstream_of_an_asset_meets_everything_it_is_made_of_with_the_run_that_wrote_it()
    {
        var graph = await Lineage.WalkAsync("clean.orders", null, LineageDirection.Upstream, 10, CancellationToken.None);

        Assert.Equal(["clean.orders 0", "raw.orders -1", $"{Files} -2"], graph!.Nodes.Select(n => $"{n.Asset} {n.Distance}"));
        var raw = graph.Nodes[1];
        Assert.Equal(("table", 100L, "shop", "ingest", 1L), (raw.Kind, raw.RowCount, raw.LastWorkflow, raw.LastTask, raw.LastRun));
        Assert.Equal((1, 1), (raw.UpstreamCount, raw.DownstreamCount));
    }

    [Fact]
    public async Task A_walk_stops_at_its_depth_and_tells_what_is_hidden()
    {
        var graph = await Lineage.WalkAsync("clean.orders", null, LineageDirection.Both, 1, CancellationToken.None);

        Assert.Equal(["clean.orders", "raw.orders", "model:shop"], graph!.Nodes.Select(n => n.Asset).OrderBy(a => Array.IndexOf(["clean.orders", "raw.orders", "model:shop"], a)));
        Assert.Equal(2, graph.Nodes.Single(n => n.Asset == "model:shop").DownstreamCount);
        Assert.Equal(2, graph.Edges.Count);
    }

    [Fact]
    public async Task A_column_is_followed_to_the_model_its_endpoint_and_the_scores()
    {
        var graph = await Lineage.WalkAsync(Files, "Quantity", LineageDirection.Downstream, 10, CancellationToken.None);

        Assert.Equal([$"{Files}#Quantity", "raw.orders#Quantity", "clean.orders#Total", "model:shop", "endpoint:shop", "scores.day"], graph!.Nodes.Select(n => n.Id));
        Assert.Contains(graph.Edges, e => e.From == "raw.orders#Quantity" && e.To == "clean.orders#Total" && e.Kinds.SequenceEqual(["aggregation"]) && e.TaskId == "clean");
        Assert.Contains(graph.Edges, e => e.From == "clean.orders#Total" && e.To == "model:shop");
        Assert.Equal("HUGEINT", graph.Nodes.Single(n => n.Id == "clean.orders#Total").DataType);
    }

    [Fact]
    public async Task A_filter_leads_to_the_whole_table_and_can_be_left_out()
    {
        var with = await Lineage.WalkAsync("raw.orders", "Customer", LineageDirection.Downstream, 1, CancellationToken.None);
        Assert.Equal(["raw.orders#Customer", "clean.orders"], with!.Nodes.Select(n => n.Id));
        Assert.Equal(["filter"], Assert.Single(with.Edges).Kinds);

        var without = await Lineage.WalkAsync(new LineageRequest { Asset = "raw.orders", Column = "Customer", Direction = LineageDirection.Downstream, IncludeIndirect = false }, CancellationToken.None);
        Assert.Equal(["raw.orders#Customer"], without!.Nodes.Select(n => n.Id));
    }

    [Fact]
    public async Task A_column_upstream_shows_its_sources_and_the_filters_that_touch_it()
    {
        var graph = await Lineage.WalkAsync("clean.orders", "Total", LineageDirection.Upstream, 1, CancellationToken.None);

        Assert.Equal(["clean.orders#Total", "raw.orders#Customer", "raw.orders#Quantity"], graph!.Nodes.Select(n => n.Id));
        Assert.Equal(2, graph.Edges.Count);
        Assert.All(graph.Edges, e => Assert.Equal("clean.orders#Total", e.To));
    }

    [Fact]
    public async Task The_model_upstream_goes_through_the_column_it_learned_from()
    {
        var graph = await Lineage.WalkAsync(new LineageRequest { Asset = "model:shop", Column = "", Direction = LineageDirection.Upstream, Depth = 3 }, CancellationToken.None);

        Assert.Contains("clean.orders#Total", graph!.Nodes.Select(n => n.Id));
        Assert.Contains("raw.orders#Quantity", graph.Nodes.Select(n => n.Id));
    }

    [Fact]
    public async Task An_unknown_asset_has_no_lineage_and_an_unknown_column_is_refused_by_name()
    {
        Assert.Null(await Lineage.WalkAsync("raw.nothing", null, LineageDirection.Both, 2, CancellationToken.None));
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Lineage.WalkAsync("raw.orders", "Colour", LineageDirection.Both, 2, CancellationToken.None));
        Assert.Contains("no column 'Colour'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_ends_and_a_limit_keeps_the_nearest()
    {
        await catalog.EndTaskAsync("there", 9, new AssetRead("loop.a", AssetKind.Table), new AssetWritten("loop.b", AssetKind.Table));
        await catalog.EndTaskAsync("back", 9, new AssetRead("loop.b", AssetKind.Table), new AssetWritten("loop.a", AssetKind.Table));

        var graph = await Lineage.WalkAsync("loop.a", null, LineageDirection.Both, 50, CancellationToken.None);
        Assert.Equal(2, graph!.Nodes.Count);
        Assert.Equal(2, graph.Edges.Count);

        var limited = await Lineage.WalkAsync(new LineageRequest { Asset = "raw.orders", Direction = LineageDirection.Downstream, Depth = 9, Limit = 2 }, CancellationToken.None);
        Assert.True(limited!.Truncated);
        var whole = await Lineage.WalkAsync(new LineageRequest { Asset = "raw.orders", Direction = LineageDirection.Downstream, Depth = limited.Steps }, CancellationToken.None);
        Assert.Equal((whole!.Nodes.Count, false), (limited.Met, whole.Truncated));
        Assert.Equal(["raw.orders", "clean.orders"], limited.Nodes.Select(n => n.Asset));
    }
}
