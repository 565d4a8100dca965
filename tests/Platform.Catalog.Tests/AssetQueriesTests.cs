using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class AssetQueriesTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>, IAsyncLifetime
{
    private AssetQueries Assets => new(catalog.DataSource);

    public async Task InitializeAsync()
    {
        await catalog.EndTaskAsync("all", 1,
            new AssetWritten("raw.order_lines", AssetKind.Table, 1, Rows: 10, Bytes: 100, Columns: [new("InvoiceNo", "VARCHAR"), new("CustomerID", "BIGINT")]),
            new AssetWritten("clean.order_lines", AssetKind.Table, 1, Rows: 9, Bytes: 90, Columns: [new("InvoiceNo", "VARCHAR")]),
            new AssetRead("file:/data/retail/{yyyy-MM-dd}.csv", AssetKind.FileSet),
            new AssetWritten("model:recommender", AssetKind.Model),
            new AssetWritten("mart.客户画像", AssetKind.Table, 1, Columns: [new("姓名", "VARCHAR")]));
        var commands = new InventoryCommands(catalog.DataSource);
        await commands.DescribeAsync("raw.order_lines", new AssetDescription { Owner = "ann", Domain = "transaction", Description = "Every line of every invoice", Tags = ["gold"] }, CancellationToken.None);
        await commands.RecordJudgementsAsync("raw.order_lines", [new ColumnJudgement { Column = "CustomerID", SemanticType = "customer_id", PersonalClass = "identity", Confidence = 0.8, Evidence = System.Text.Json.JsonDocument.Parse("{}").RootElement, RuleVersion = "1" }], CancellationToken.None);
        // Blanked before it came here: of nobody any more.
        await commands.RecordJudgementsAsync("clean.order_lines", [new ColumnJudgement { Column = "InvoiceNo", PersonalClass = "masked", Confidence = 1, Evidence = System.Text.Json.JsonDocument.Parse("{}").RootElement, RuleVersion = "1" }], CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("order_lines", "clean.order_lines", "raw.order_lines")]
    [InlineData("ORDER raw", "raw.order_lines")]
    [InlineData("customerid", "raw.order_lines")]
    [InlineData("gold invoice", "raw.order_lines")]
    [InlineData("客户", "mart.客户画像")]
    [InlineData("姓名", "mart.客户画像")]
    [InlineData("reccomender", "model:recommender")]
    [InlineData("100%_")]
    public async Task Text_is_found_in_names_columns_descriptions_and_tags_and_with_typing_errors(string text, params string[] expected)
    {
        var found = await Assets.SearchAsync(new AssetSearch { Text = text }, CancellationToken.None);

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Items.Select(i => i.Key).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Length, found.Total);
    }

    [Fact]
    public async Task An_exact_name_comes_before_one_that_only_contains_it()
    {
        await catalog.EndTaskAsync("more", 2, new AssetWritten("mart.recommender_scores", AssetKind.Table));
        var found = await Assets.SearchAsync(new AssetSearch { Text = "recommender" }, CancellationToken.None);

        Assert.Equal("model:recommender", found.Items[0].Key);
    }

    [Fact]
    public async Task Filters_narrow_and_facets_count_what_the_text_matches()
    {
        var found = await Assets.SearchAsync(new AssetSearch { Text = "order", Personal = true }, CancellationToken.None);

        Assert.Equal(["raw.order_lines"], found.Items.Select(i => i.Key));
        Assert.Equal((1L, "ann", 1), (found.Total, found.Items[0].Owner, found.Items[0].PersonalColumnCount));
        Assert.Equal(["domain transaction 1", "kind table 2", "owner - 1", "owner ann 1", "personal false 1", "personal true 1", "state ok 2", "tag gold 1", "type customer_id 1"], found.Facets.Select(f => $"{f.Facet} {f.Value} {f.Count}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_is_cut_out_and_the_total_tells_the_rest()
    {
        var all = await Assets.SearchAsync(new AssetSearch { Kind = "table" }, CancellationToken.None);
        var page = await Assets.SearchAsync(new AssetSearch { Kind = "table", Offset = 1, Limit = 1 }, CancellationToken.None);

        Assert.Equal(all.Total, page.Total);
        Assert.Equal(all.Items[1].Key, Assert.Single(page.Items).Key);
    }

    [Theory]
    [InlineData("raw.order_lines", "raw.order_lines")]
    [InlineData("recommender", "model:recommender")]
    [InlineData("客户画像", "mart.客户画像")]
    [InlineData("order_lines", null)]
    [InlineData("nothing", null)]
    public async Task A_short_name_is_resolved_where_it_is_the_only_one(string text, string? key) =>
        Assert.Equal(key, await Assets.ResolveAsync(text, CancellationToken.None));

    [Fact]
    public async Task A_masked_column_is_not_counted_as_personal()
    {
        var masked = await Assets.GetAsync("clean.order_lines", CancellationToken.None);
        Assert.Equal((0, "masked"), (masked!.Asset.PersonalColumnCount, masked.Columns.Single(column => column.Name == "InvoiceNo").PersonalClass));
        Assert.DoesNotContain((await Assets.SearchAsync(new AssetSearch { Personal = true }, CancellationToken.None)).Items, asset => asset.Key == "clean.order_lines");
    }

    [Fact]
    public async Task Counts_add_up_what_is_there()
    {
        var counts = await Assets.CountsAsync(CancellationToken.None);

        Assert.True(counts is { Assets: >= 5, Tables: >= 3, FileSets: 1, Models: 1, Rows: 19, Bytes: 190, PersonalColumns: 1, ToReview: 1 }, counts.ToString());
    }

    [Fact]
    public async Task An_unknown_asset_is_null_and_cannot_be_described()
    {
        Assert.Null(await Assets.GetAsync("raw.nothing", CancellationToken.None));
        Assert.False(await new InventoryCommands(catalog.DataSource).DescribeAsync("raw.nothing", new AssetDescription { Owner = "me" }, CancellationToken.None));
    }

    [Theory]
    [InlineData("raw.orders", AssetKind.Table, "raw.orders")]
    [InlineData("file:/data/retail/{yyyy-MM-dd}.csv", AssetKind.FileSet, "retail/{yyyy-MM-dd}.csv")]
    [InlineData("postgresql://db:5432/shop/public.orders", AssetKind.DatabaseTable, "public.orders")]
    [InlineData("model:shop", AssetKind.Model, "shop")]
    [InlineData("endpoint:shop", AssetKind.Endpoint, "shop")]
    [InlineData("report:nightly", AssetKind.Report, "nightly")]
    public void A_key_tells_its_kind_and_a_name_for_people(string key, AssetKind kind, string name) =>
        Assert.Equal((kind, name), (AssetKeys.KindOf(key), AssetKeys.NameOf(key)));
}
