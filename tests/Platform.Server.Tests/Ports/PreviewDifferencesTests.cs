using Platform.Server.Ports;
using Platform.Workflows.Activities;

namespace Platform.Server.Tests.Ports;

public sealed class PreviewDifferencesTests
{
    private static PreviewRead Source(string asset, long rows, params (string Name, string Type, long Nulls)[] columns) =>
        new(asset, AssetKind.Table, 1, rows, rows, false, false, [.. columns.Select(c => new PreviewColumn(c.Name, c.Type, c.Nulls))]);

    [Fact]
    public void What_the_lineage_says_is_renamed_and_what_no_input_has_is_new()
    {
        var report = new PreviewReport
        {
            Reads = [Source("raw.countries", 20, ("code", "VARCHAR", 0), ("name", "VARCHAR", 0)), Source("raw.orders", 100, ("id", "BIGINT", 0), ("Amount", "VARCHAR", 10), ("country", "VARCHAR", 0), ("note", "VARCHAR", 100))],
            Derived = [new ColumnsDerived("clean.orders", [new ColumnEdge("raw.orders", "id", "order_id", ColumnEdgeKind.Identity), new ColumnEdge("raw.countries", "name", "country_name", ColumnEdgeKind.Identity)])],
        };
        var difference = PreviewDifferences.Of(report, "clean.orders", 90, [("order_id", "BIGINT", 0), ("amount", "DOUBLE", 0), ("country", "VARCHAR", 0), ("country_name", "VARCHAR", 0.5), ("total", "DOUBLE", 0)])!;

        Assert.Equal(("raw.orders", 100L, 90L), (difference.Input, difference.RowsIn!.Value, difference.RowsOut));
        Assert.Equal(["total"], difference.Added);
        Assert.Equal(["note"], difference.Removed);
        Assert.Equal([("id", "order_id")], difference.Renamed.Select(r => (r.Before, r.After)));
        Assert.Equal([("amount", "VARCHAR", "DOUBLE")], difference.Retyped.Select(r => (r.Column, r.Before, r.After)));
        Assert.Equal([("amount", 0.1, 0.0)], difference.Nulls.Select(n => (n.Column, n.Before, n.After)));
        Assert.False(difference.Same);
    }

    [Fact]
    public void A_copy_is_the_same_and_a_task_that_read_nothing_has_no_difference()
    {
        var report = new PreviewReport { Reads = [Source("raw.a", 3, ("id", "BIGINT", 1))] };
        Assert.True(PreviewDifferences.Of(report, "clean.a", 3, [("id", "BIGINT", 1 / 3d)])!.Same);
        Assert.Null(PreviewDifferences.Of(new PreviewReport(), "clean.a", 3, [("id", "BIGINT", 0)]));
        Assert.True(PreviewDifferences.Of(report, "clean.a", 0, [])!.RowsOut == 0);
    }
}
