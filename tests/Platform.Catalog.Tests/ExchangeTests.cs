using Platform.Catalog.Assets;
using Platform.Catalog.Exchange;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.Inventory;
using Platform.Catalog.Quality;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class ExchangeTests
{
    private static readonly ImportOptions Plain = new();

    [Fact]
    public async Task What_one_catalog_says_another_says_after_the_import_word_for_word()
    {
        await using var from = await NewAsync();
        await SayAsync(from.Catalog);
        var lines = await new CatalogExport(from.Catalog.DataSource).LinesAsync(default);
        await using var to = await NewAsync();

        var dry = await new CatalogImport(to.Catalog.DataSource).RunAsync(lines, "mei", new ImportOptions { DryRun = true }, default);
        Assert.Equal((false, 0, lines.Count), (dry.Written, dry.Problems.Count, dry.Counts.Values.Sum()));
        Assert.Empty(await new CatalogExport(to.Catalog.DataSource).LinesAsync(default));

        // The order of the lines does not matter: those that link to a term come before it here.
        var outcome = await new CatalogImport(to.Catalog.DataSource).RunAsync(lines.Where(l => !l.Contains("\"term\"", StringComparison.Ordinal)).Concat(lines.Where(l => l.Contains("\"term\"", StringComparison.Ordinal))), "mei", Plain, default);
        Assert.True(outcome.Written, string.Join('\n', outcome.Problems));
        Assert.Equal(lines, await new CatalogExport(to.Catalog.DataSource).LinesAsync(default));
        Assert.Equal(["asset", "check", "column", "relation", "suggestion", "term"], outcome.Counts.Keys.Order(StringComparer.Ordinal));
        // Again, it changes nothing.
        await new CatalogImport(to.Catalog.DataSource).RunAsync(lines, "mei", Plain, default);
        Assert.Equal(lines, await new CatalogExport(to.Catalog.DataSource).LinesAsync(default));
        Assert.Equal(new ProposeOutcome(0, 0, 1, 0), await new SuggestionCommands(to.Catalog.DataSource).ProposeAsync([SuggestionTests.Suggest("x.orders", "tag", "rejected")], default));
    }

    [Fact]
    public async Task Wrong_lines_are_told_by_number_and_nothing_is_half_written()
    {
        await using var to = await NewAsync();
        string[] lines =
        [
            """{"type":"asset","key":"x.orders","owner":"ann"}""",
            "no json",
            "",
            """{"type":"asset","key":"x.nothing","owner":"ann"}""",
            """{"type":"asset","key":"x.orders","retention_days":-1}""",
            """{"type":"column","asset":"x.orders","column":"id","verdict":"maybe"}""",
            """{"type":"asset","key":"x.orders","ownr":"ann"}""",
            """{"type":"check","asset":"x.orders","name":"c","kind":"not_null","definition":{},"severity":"fatal","created_by":"mei"}""",
            """{"type":"asset","key":"x.orders","terms":["Nowhere"]}""",
        ];
        var outcome = await new CatalogImport(to.Catalog.DataSource).RunAsync(lines, "mei", Plain, default);

        Assert.False(outcome.Written);
        Assert.Equal([2, 4, 5, 6, 7, 8, 9], outcome.Problems.Select(p => p.Line));
        Assert.Contains("is not known here", outcome.Problems[1].Message, StringComparison.Ordinal);
        Assert.Empty(await new CatalogExport(to.Catalog.DataSource).LinesAsync(default));
        var skipping = await new CatalogImport(to.Catalog.DataSource).RunAsync([lines[0], lines[3]], "mei", new ImportOptions { SkipUnknown = true }, default);
        Assert.Equal((true, 1), (skipping.Written, skipping.Skipped));
        Assert.Equal("ann", (await new AssetQueries(to.Catalog.DataSource).GetAsync("x.orders", default))!.Asset.Owner);
    }

    private static async Task SayAsync(CatalogFixture catalog)
    {
        var glossary = new GlossaryCommands(catalog.DataSource);
        await glossary.SaveAsync(new NewTerm { Name = "Party" }, "mei", default);
        await glossary.SaveAsync(new NewTerm { Name = "Client", Definition = "Who \"buys\"", Synonyms = ["客户"], Parent = "Party", Owner = "ann" }, "mei", default);
        await glossary.LinkAsync("Client", "x.orders", "id", linked: true, "mei", default);
        await glossary.LinkAsync("Party", "x.orders", null, linked: true, "mei", default);
        await new GovernCommands(catalog.DataSource).EditAsync("x.orders", new AssetEdit
        {
            Owner = "ann",
            Description = "All orders\n每个订单",
            Domain = "transaction",
            Tier = "gold",
            Tags = ["a", "b"],
            RetentionDays = 365,
            Contract = SuggestionTests.Json(new { freshness_hours = 24 }),
            Columns = new Dictionary<string, ColumnEdit> { ["id"] = new() { Description = "Number", Tags = ["key"] } },
        }, "mei", default);
        var inventory = new InventoryCommands(catalog.DataSource);
        await inventory.RecordVerdictAsync(new ColumnVerdict { Asset = "x.orders", Column = "id", Verdict = "corrected", SemanticType = "order_id", By = "ann", Note = "I know" }, default);
        await inventory.RecordVerdictAsync(new ColumnVerdict { Asset = "x.orders", Column = "customer", Verdict = "rejected", By = "ann" }, default);
        await inventory.RecordRelationsAsync(["x.orders", "x.customers"], [new ProposedRelation { Kind = "foreign_key", FromAsset = "x.orders", FromColumns = ["customer"], ToAsset = "x.customers", ToColumns = ["id"], Confidence = 0.9 }], default);
        var review = new ReviewCommands(catalog.DataSource);
        var queue = new ReviewQueries(catalog.DataSource);
        await review.DecideAsync([new ReviewDecision { Item = (await queue.QueueAsync(new ReviewFilter { Source = "relation" }, default)).Items[0].Id, Decision = "confirm" }], "ann", default);
        await new SuggestionCommands(catalog.DataSource).ProposeAsync([SuggestionTests.Suggest("x.orders", "tag", "rejected")], default);
        await review.DecideAsync([new ReviewDecision { Item = (await queue.QueueAsync(new ReviewFilter { Source = "suggestion" }, default)).Items[0].Id, Decision = "reject", Note = "no" }], "ann", default);
        await new QualityCommands(catalog.DataSource).CreateCheckAsync(new NewCheck { Asset = "x.orders", Column = "id", Name = "not_null", Kind = "not_null", Definition = SuggestionTests.Json(new { most = 0 }) }, "ann", default);
    }

    private static async Task<Owned> NewAsync()
    {
        var catalog = new CatalogFixture();
        await catalog.InitializeAsync();
        await catalog.EndTaskAsync("w", 1, new AssetWritten("x.orders", AssetKind.Table, 1, Columns: [new("id", "BIGINT"), new("customer", "BIGINT")]), new AssetWritten("x.customers", AssetKind.Table, 1, Columns: [new("id", "BIGINT")]));
        return new Owned(catalog);
    }

    private sealed record Owned(CatalogFixture Catalog) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Catalog.DisposeAsync();
    }
}
