using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Feature;

public sealed class FeatureTests : ActivityTest
{
    [Fact]
    public async Task Interactions_are_who_took_what_when_and_how_much()
    {
        await Ingest("CustomerID,StockCode,InvoiceDate,Quantity\n1,a,2024-01-01 10:00:00,3\n,a,2024-01-01 10:00:00,1\n2,b,2024-01-01 11:00:00,-1\n3,c,2024-01-02 10:00:00,1\n");
        var outputs = await Interactions(new() { ["weight"] = "Quantity" }, day: 1);
        Assert.Equal(1, outputs.Rows);
        Assert.Equal(["user_id VARCHAR", "item_id VARCHAR", "event_time TIMESTAMP WITH TIME ZONE", "weight DOUBLE"], ColumnsOf("feature.interactions"));
        Assert.Equal(["1|a|2024-01-01 10:00:00|3"], Rows("select * from feature.interactions"));
        var edges = Assert.Single(Facts.OfType<ColumnsDerived>()).Edges;
        Assert.Contains(edges, edge => edge is { FromAsset: "clean.lines", FromColumn: "CustomerID", ToColumn: "user_id" });
        Assert.Contains(edges, edge => edge is { FromColumn: "Quantity", ToColumn: "weight" });
    }

    [Fact]
    public async Task Clicks_weigh_by_their_event_and_may_be_summed()
    {
        await Ingest("CustomerID,StockCode,InvoiceDate,event\n1,a,2024-01-01 10:00:00,view\n1,a,2024-01-01 10:05:00,buy\n1,b,2024-01-01 10:06:00,hover\n");
        await Interactions(new() { ["event"] = "event", ["event_weights"] = new JsonObject { ["view"] = 1, ["buy"] = 5 }, ["combine"] = true }, day: 1);
        Assert.Equal(["1|a|2024-01-01 10:05:00|6"], Rows("select * from feature.interactions"));
    }

    [Fact]
    public async Task Old_rows_weigh_less_and_a_filter_leaves_rows_out()
    {
        await Ingest("CustomerID,StockCode,InvoiceDate,Quantity\n1,a,2024-01-01 00:00:00,4\n1,b,2024-01-03 00:00:00,4\n1,c,2024-01-03 00:00:00,5000\n");
        await Interactions(new() { ["weight"] = "Quantity", ["half_life"] = 2, ["filter"] = "Quantity < 1000 -- outliers", ["mode"] = "replace" }, day: null);
        Assert.Equal(["a|2", "b|4"], Rows("select item_id, weight from feature.interactions order by 1"));
    }

    [Fact]
    public async Task Events_without_weights_and_columns_that_are_not_there_are_named()
    {
        await Ingest("CustomerID,StockCode,InvoiceDate,event\n1,a,2024-01-01 10:00:00,view\n");
        var error = await Fails("feature.interactions", With(new() { ["event"] = "event" }), Runs.Context(day: new DateOnly(2024, 1, 1)));
        Assert.Contains("event_weights", error.Message, StringComparison.Ordinal);
        var missing = await Fails("feature.interactions", With(new() { ["weight"] = "amount" }), Runs.Context(day: new DateOnly(2024, 1, 1)));
        Assert.Contains("amount", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_with_SQL_are_written_like_any_table()
    {
        await Ingest("CustomerID,StockCode,InvoiceDate,Quantity\n1,a,2024-01-01 10:00:00,3\n1,b,2024-01-01 10:00:00,4\n");
        await Run("feature.sql", new() { ["table"] = "feature.customers", ["mode"] = "replace", ["sql"] = "select CustomerID, sum(Quantity)::bigint as pieces from clean.lines group by all" });
        Assert.Equal(["1|7"], Rows("select * from feature.customers"));
        Assert.Contains(Assert.Single(Facts.OfType<ColumnsDerived>()).Edges, edge => edge is { FromColumn: "Quantity", ToColumn: "pieces", Kind: ColumnEdgeKind.Aggregation });
    }

    private async Task<TableOutputs> Interactions(JsonObject more, int? day) =>
        (TableOutputs)(await Run("feature.interactions", With(more), day is { } number ? Runs.Context(day: new DateOnly(2024, 1, number)) : Runs.Context())).Outputs!;

    private static JsonObject With(JsonObject more)
    {
        var with = new JsonObject { ["from"] = "clean.lines", ["table"] = "feature.interactions", ["user"] = "CustomerID", ["item"] = "StockCode", ["time"] = "InvoiceDate" };
        foreach (var (name, value) in more)
            with[name] = value?.DeepClone();
        return with;
    }

    private async Task Ingest(string csv)
    {
        Write("a.csv", csv);
        await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = "clean.lines", ["mode"] = "replace" });
    }
}
