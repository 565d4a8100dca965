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
}
