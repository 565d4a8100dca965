using System.Text.Json;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class SuggestionTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private SuggestionCommands Commands => new(catalog.DataSource);

    private SuggestionQueries Queries => new(catalog.DataSource);

    internal static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    internal static NewSuggestion Suggest(string asset, string kind, object value, string? column = null, double confidence = 0.7, string source = "rule") =>
        new() { Asset = asset, Kind = kind, Column = column, Value = Json(value), Confidence = confidence, Source = source, SourceVersion = "1", Evidence = Json(new { because = "test" }) };

    [Fact]
    public async Task A_suggestion_made_twice_is_one_with_the_newest_confidence()
    {
        await catalog.EndTaskAsync("a", 1, new AssetWritten("s.once", AssetKind.Table, 1));
        var first = await Commands.ProposeAsync([Suggest("s.once", "check", new { name = "x", at = 1 }, "id"), Suggest("s.gone", "tag", "pii")], default);
        var second = await Commands.ProposeAsync([Suggest("s.once", "check", new { at = 1, name = " x " }, "id", 0.9)], default);

        Assert.Equal(new ProposeOutcome(1, 0, 0, 1), first);
        Assert.Equal(new ProposeOutcome(0, 1, 0, 0), second);
        var row = Assert.Single(await Queries.ListAsync("s.once", null, "proposed", 10, default));
        Assert.Equal(("check", "id", 0.9, "proposed", "rule"), (row.Kind, row.Column, row.Confidence, row.Status, row.Source));
        Assert.Equal(row.Id, (await Queries.GetAsync(row.Id, default))!.Id);
    }

    [Fact]
    public async Task A_newer_suggestion_takes_the_place_of_an_open_one_where_a_thing_has_only_one()
    {
        await catalog.EndTaskAsync("a", 2, new AssetWritten("s.single", AssetKind.Table, 1));
        await Commands.ProposeAsync([Suggest("s.single", "description", "Orders"), Suggest("s.single", "tag", "gold")], default);
        await Commands.ProposeAsync([Suggest("s.single", "description", "Orders of the shop"), Suggest("s.single", "tag", "shop")], default);

        var open = await Queries.ListAsync("s.single", null, "proposed", 10, default);

        Assert.Equal(["Orders of the shop", "gold", "shop"], open.Select(o => o.Value.GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await Queries.ListAsync("s.single", null, null, 10, default)).Count);
    }

    [Fact]
    public async Task What_is_suggested_no_more_is_withdrawn()
    {
        await catalog.EndTaskAsync("a", 3, new AssetWritten("s.withdrawn", AssetKind.Table, 1));
        await Commands.ProposeAsync([Suggest("s.withdrawn", "check", "old")], default);

        Assert.Equal(1, await Commands.WithdrawAsync("check", "rule", ["s.withdrawn"], DateTimeOffset.MaxValue, default));
        Assert.Empty(await Queries.ListAsync("s.withdrawn", null, "proposed", 10, default));
        await Commands.ProposeAsync([Suggest("s.withdrawn", "check", "old")], default);
        Assert.Single(await Queries.ListAsync("s.withdrawn", null, "proposed", 10, default));
    }

    [Theory]
    [InlineData("No Kind", "rule", 0.5)]
    [InlineData("tag", "guess", 0.5)]
    [InlineData("tag", "rule", 1.5)]
    [InlineData("tag", "rule", double.NaN)]
    public async Task A_wrong_suggestion_is_refused(string kind, string source, double confidence) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Commands.ProposeAsync([Suggest("s.once", kind, "x", confidence: confidence, source: source)], default));
}
