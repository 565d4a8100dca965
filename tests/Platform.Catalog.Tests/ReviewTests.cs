using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Cells;
using Platform.Catalog.Inventory;
using Platform.Catalog.Review;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class ReviewTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private ReviewQueries Queue => new(catalog.DataSource);

    private ReviewCommands Review => new(catalog.DataSource);

    private AssetQueries Assets => new(catalog.DataSource);

    private InventoryCommands Inventory => new(catalog.DataSource);

    private SuggestionCommands Suggestions => new(catalog.DataSource);

    [Fact]
    public async Task An_item_stands_before_others_by_what_its_answer_settles()
    {
        await TableAsync("q.often", ("queue_mail", "email", "contact", 0.6), ("code", "sku", null, 0.6));
        await TableAsync("q.twin", ("queue_mail", "email", "contact", 0.6));
        await using (var connection = await catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("insert into catalog.asset_usage (asset_id, day, kind, used_by, uses) select id, current_date, 'view', 'mei', 1 from catalog.assets where key = 'q.often'");

        var page = await Queue.QueueAsync(new ReviewFilter { Source = "column", Asset = "q.often" }, default);

        Assert.Equal(["queue_mail", "code"], page.Items.Select(i => i.Column!));
        var first = page.Items[0].Settles;
        Assert.Equal((0.96, 1, 1, 3), (first.Uncertainty, first.Similar, first.Uses, first.Weight));
        Assert.Contains("the same answer fits 1 more", first.Sentence, StringComparison.Ordinal);
        Assert.Contains("个人信息", first.SentenceZh, StringComparison.Ordinal);
        Assert.Equal("q.twin", Assert.Single(await Queue.SimilarAsync(page.Items[0].Id, default)).Asset);
        Assert.Equal(["queue_mail"], (await Queue.QueueAsync(new ReviewFilter { Asset = "q.often", PersonalOnly = true }, default)).Items.Select(i => i.Column!));
    }

    [Fact]
    public async Task What_a_language_model_suggests_stands_behind_what_the_rules_know_and_is_found_by_its_origin()
    {
        await TableAsync("q.model", ("model_code", "sku", null, 0.93));
        await Suggestions.ProposeAsync([SuggestionTests.Suggest("q.model", "description", "Codes", source: "llm"), SuggestionTests.Suggest("q.model", "tag", "codes", source: "llm")], default);

        var page = await Queue.QueueAsync(new ReviewFilter { Asset = "q.model" }, default);
        Assert.Equal(["rule", "llm", "llm"], page.Items.Select(i => i.Origin));
        Assert.True(page.Items[0].Settles.Score < page.Items[1].Settles.Score, "The suggestion must stand behind although its score is higher.");
        Assert.StartsWith("A language model (", page.Items[1].Settles.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("rules", page.Items[1].Settles.Sentence, StringComparison.Ordinal);
        Assert.Contains(page.Origins, o => o is { Origin: "llm", Count: >= 2 });
        Assert.Equal((2, "llm"), await Queue.QueueAsync(new ReviewFilter { Asset = "q.model", Origin = "llm" }, default) is var found ? ((int)found.Total, found.Items[0].Origin) : default);
    }

    [Fact]
    public async Task A_confirmed_column_stays_what_it_was_when_the_rules_change_their_mind()
    {
        await TableAsync("v.stands", ("a", "email", "contact", 0.6));
        var item = await ItemAsync("v.stands");
        await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "confirm", Seen = item.Value, Note = "I know it" }], "mei", default);
        await JudgeAsync("v.stands", ("a", "phone", "contact", 0.99));

        var column = (await Assets.GetAsync("v.stands", default))!.Columns.Single();
        Assert.Equal(("email", "contact", "confirmed", "mei"), (column.SemanticType, column.PersonalClass, column.Verdict, column.VerdictBy));
        Assert.Empty((await Queue.QueueAsync(new ReviewFilter { Asset = "v.stands" }, default)).Items);
    }

    [Fact]
    public async Task Who_comes_second_is_told_and_may_decide_over_it_on_purpose()
    {
        await TableAsync("c.two", ("a", "email", "contact", 0.6));
        var item = await ItemAsync("c.two");
        var first = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "reject" }], "mei", default);
        var second = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "confirm" }], "ann", default);

        Assert.Empty(second.Decided);
        var conflict = Assert.Single(second.Conflicts);
        Assert.Equal(("decided", first.Decided[0].Decision), (conflict.Reason, conflict.Current!.Value));
        Assert.Contains("mei", conflict.Message, StringComparison.Ordinal);
        var over = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "correct", Value = SuggestionTests.Json(new { semantic_type = "user_id" }), Over = conflict.Current }], "ann", default);
        Assert.Single(over.Decided);
        Assert.Equal("user_id", (await Assets.GetAsync("c.two", default))!.Columns.Single().SemanticType);
        // Undone, it is as it was before anybody decided.
        await Review.UndoAsync([over.Decided[0].Decision], "ann", default);
        Assert.Null((await Assets.GetAsync("c.two", default))!.Columns.Single().Verdict);
        Assert.Equal("decided", Assert.Single((await Review.UndoAsync([over.Decided[0].Decision], "ann", default)).Conflicts).Reason);
    }

    [Fact]
    public async Task What_the_rules_judge_otherwise_by_now_is_a_conflict()
    {
        await TableAsync("c.seen", ("a", "email", "contact", 0.6));
        var item = await ItemAsync("c.seen");
        await JudgeAsync("c.seen", ("a", "phone", "contact", 0.6));

        var outcome = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "confirm", Seen = item.Value }], "mei", default);
        Assert.Equal("changed", Assert.Single(outcome.Conflicts).Reason);
    }

    [Fact]
    public async Task One_answer_settles_all_that_are_similar_and_is_undone_for_all()
    {
        await TableAsync("b.one", ("ship_mail", "email", "contact", 0.5));
        await TableAsync("b.two", ("SHIP_MAIL", "email", "contact", 0.7));
        await TableAsync("b.other", ("ship_mail", "url", null, 0.7));
        var item = await ItemAsync("b.one");

        var outcome = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "confirm", WithSimilar = true }], "mei", default);
        Assert.Equal(2, outcome.Decided.Count);
        Assert.Single((await Queue.QueueAsync(new ReviewFilter { Asset = "b.other" }, default)).Items);
        await Review.UndoAsync([.. outcome.Decided.Select(d => d.Decision)], "mei", default);
        Assert.Single((await Queue.QueueAsync(new ReviewFilter { Asset = "b.two" }, default)).Items);
        var told = await Queue.DecisionsAsync("b.two", null, null, 10, default);
        Assert.Equal(("confirm", "mei", "mei"), (told[0].Decision, told[0].DecidedBy, told[0].UndoneBy));
    }

    [Fact]
    public async Task An_accepted_suggestion_is_carried_out_and_its_undo_takes_it_back()
    {
        await TableAsync("g.all", ("mail", "email", "contact", 0.6));
        await Suggestions.ProposeAsync(
        [
            SuggestionTests.Suggest("g.all", "description", "All the mail"),
            SuggestionTests.Suggest("g.all", "description", "An address", "mail"),
            SuggestionTests.Suggest("g.all", "tag", "gold"),
            SuggestionTests.Suggest("g.all", "owner", "ann"),
            SuggestionTests.Suggest("g.all", "retention", 30),
            SuggestionTests.Suggest("g.all", "glossary_term", new { name = "Customer", definition = "Who buys" }, "mail"),
            SuggestionTests.Suggest("g.all", "semantic_type", new { semantic_type = "email", personal_class = "contact" }, "mail", source: "llm"),
            SuggestionTests.Suggest("g.all", "check", new { name = "not_null" }, "mail"),
        ], default);
        var items = (await Queue.QueueAsync(new ReviewFilter { Asset = "g.all", Source = "suggestion" }, default)).Items;
        Assert.Equal(8, items.Count);

        var outcome = await Review.DecideAsync([.. items.Select(i => i.Kind == "owner"
            ? new ReviewDecision { Item = i.Id, Decision = "correct", Value = SuggestionTests.Json("mei") }
            : new ReviewDecision { Item = i.Id, Decision = "confirm" })], "mei", default);

        Assert.Empty(outcome.Conflicts);
        var asset = (await Assets.GetAsync("g.all", default))!;
        Assert.Equal(("All the mail", "mei", "gold"), (asset.Asset.Description, asset.Asset.Owner, asset.Asset.Tags.Single()));
        Assert.Equal(("An address", "email", "corrected"), (asset.Columns[0].Description, asset.Columns[0].SemanticType, asset.Columns[0].Verdict));
        Assert.Equal(("Customer", "mail"), await LinkAsync("g.all"));
        // What was decided is not suggested again, nor another value where a thing has one.
        Assert.Equal(new ProposeOutcome(0, 0, 2, 0), await Suggestions.ProposeAsync([SuggestionTests.Suggest("g.all", "tag", "gold"), SuggestionTests.Suggest("g.all", "description", "Other words")], default));

        await Review.UndoAsync([.. outcome.Decided.Select(d => d.Decision)], "mei", default);
        asset = (await Assets.GetAsync("g.all", default))!;
        Assert.Equal((null, null, 0, null, null), (asset.Asset.Description, asset.Asset.Owner, asset.Asset.Tags.Length, asset.Columns[0].Description, asset.Columns[0].Verdict));
        Assert.Equal((null, null), await LinkAsync("g.all"));
    }

    [Fact]
    public async Task An_effect_that_somebody_has_changed_since_is_not_taken_back()
    {
        await TableAsync("g.since", ("a", "sku", null, 0.6));
        await Suggestions.ProposeAsync([SuggestionTests.Suggest("g.since", "description", "Suggested")], default);
        var outcome = await Review.DecideAsync([new ReviewDecision { Item = (await ItemAsync("g.since", "suggestion")).Id, Decision = "confirm" }], "mei", default);
        await Inventory.DescribeAsync("g.since", new AssetDescription { Description = "By hand" }, default);

        var undo = await Review.UndoAsync([outcome.Decided[0].Decision], "mei", default);
        Assert.Equal("changed", Assert.Single(undo.Conflicts).Reason);
        Assert.Equal("By hand", (await Assets.GetAsync("g.since", default))!.Asset.Description);
    }

    [Fact]
    public async Task A_relation_is_confirmed_rejected_and_opened_again()
    {
        await TableAsync("r.orders", ("customer", "customer_id", null, 0.99));
        await TableAsync("r.customers", ("id", "customer_id", null, 0.99));
        await Inventory.RecordRelationsAsync(["r.orders", "r.customers"], [new ProposedRelation { Kind = "foreign_key", FromAsset = "r.orders", FromColumns = ["customer"], ToAsset = "r.customers", ToColumns = ["id"], Confidence = 0.7, BrokenRows = 3, MissingValues = ["9"] }], default);
        var item = await ItemAsync("r.orders", "relation");
        Assert.Equal(2, item.Settles.Weight);

        var outcome = await Review.DecideAsync([new ReviewDecision { Item = item.Id, Decision = "reject" }], "mei", default);
        Assert.Empty(await new RelationQueries(catalog.DataSource).ListAsync("foreign_key", default));
        await Review.UndoAsync([outcome.Decided[0].Decision], "mei", default);
        Assert.Equal("proposed", Assert.Single(await new RelationQueries(catalog.DataSource).ListAsync("foreign_key", default)).Status);
    }

    [Fact]
    public async Task Wrong_cells_of_one_cause_are_one_item_that_is_rejected_taken_back_and_confirmed()
    {
        await TableAsync("w.shops", ("city", "city", null, 0.99), ("mail", "email", "contact", 0.99));
        var cells = new CellCommands(catalog.DataSource, TimeProvider.System);
        var queries = new CellQueries(catalog.DataSource);
        (string, FoundCellGroup) Group(string column, long count) => ("w.shops", new FoundCellGroup($"{column}:misspelt", column, "misspelt", "shop", count, 0.9, SuggestionTests.Json(new[] { new { place = "row 8", value = "Hambrug", suggestion = "Hamburg", given = "shop S1", with = 11 } })));
        Assert.Equal(2, await cells.RecordNightAsync(["w.shops", "w.unknown"], [Group("city", 30), Group("mail", 2), ("w.unknown", Group("city", 1).Item2)], default));
        Assert.Equal(0, await cells.RecordNightAsync(["w.shops"], [Group("city", 30), Group("mail", 2)], default));

        var items = (await Queue.QueueAsync(new ReviewFilter { Asset = "w.shops", Source = "cells" }, default)).Items;
        Assert.Equal(["city", "mail"], items.Select(item => item.Column));
        Assert.Contains("Hambrug", items[0].Value.GetRawText(), StringComparison.Ordinal);
        // Of a personal column neither the queue nor the table shows what a cell holds.
        Assert.Equal("contact", items[1].PersonalClass);
        Assert.Contains("*******", items[1].Value.GetRawText(), StringComparison.Ordinal);
        await using (var connection = await catalog.DataSource.OpenConnectionAsync())
            Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from catalog.cell_groups where column_name = 'mail' and examples::text ilike '%hamb%'"));

        var outcome = await Review.DecideAsync([.. items.Select(item => new ReviewDecision { Item = item.Id, Decision = "reject" })], "mei", default);
        Assert.Equal(2, outcome.Decided.Count);
        Assert.Equal([("city:misspelt", true, false), ("mail:misspelt", true, false)], (await queries.DecidedAsync("w.shops", default)).Select(one => (one.Group, one.AtNight, one.Wrong)).Order());
        Assert.Empty((await Queue.QueueAsync(new ReviewFilter { Asset = "w.shops", Source = "cells" }, default)).Items);
        Assert.Equal("decided", Assert.Single((await Review.DecideAsync([new ReviewDecision { Item = items[0].Id, Decision = "confirm" }], "ann", default)).Conflicts).Reason);
        await Review.UndoAsync([outcome.Decided[0].Decision], "mei", default);
        Assert.Equal("city", (await ItemAsync("w.shops", "cells")).Column);
        await Review.DecideAsync([new ReviewDecision { Item = items[0].Id, Decision = "confirm" }], "ann", default);
        Assert.True((await queries.DecidedAsync("w.shops", default)).Single(one => one.Column == "city").Wrong);

        // The cells are mended: what was decided stays, and a group that waits goes.
        await Review.UndoAsync([outcome.Decided[1].Decision], "mei", default);
        await cells.RecordNightAsync(["w.shops"], [], default);
        Assert.Empty((await Queue.QueueAsync(new ReviewFilter { Asset = "w.shops", Source = "cells" }, default)).Items);
    }

    [Theory]
    [InlineData("cells:1", "correct", "\"x\"")]
    [InlineData("cells:x", "confirm", null)]
    [InlineData("column:1", "confirm", null)]
    [InlineData("table:1", "confirm", null)]
    [InlineData("suggestion:1", "maybe", null)]
    [InlineData("relation:1", "correct", "\"x\"")]
    [InlineData("column:1:a", "correct", null)]
    [InlineData("column:1:a", "correct", "{\"type\": 1}")]
    public async Task A_wrong_decision_is_refused_and_nothing_of_its_call_is_done(string item, string decision, string? value)
    {
        var wrong = new ReviewDecision { Item = item, Decision = decision, Value = value is null ? null : System.Text.Json.JsonDocument.Parse(value).RootElement };
        await Assert.ThrowsAsync<ArgumentException>(() => Review.DecideAsync([wrong], "mei", default));
    }

    [Fact]
    public async Task An_item_that_is_not_there_is_reported()
    {
        var outcome = await Review.DecideAsync([new ReviewDecision { Item = "suggestion:987654321", Decision = "confirm" }], "mei", default);
        Assert.Equal("gone", Assert.Single(outcome.Conflicts).Reason);
        Assert.Equal("gone", Assert.Single((await Review.UndoAsync([987654321], "mei", default)).Conflicts).Reason);
    }

    private async Task<ReviewItem> ItemAsync(string asset, string source = "column") => (await Queue.QueueAsync(new ReviewFilter { Asset = asset, Source = source }, default)).Items[0];

    private async Task<(string?, string?)> LinkAsync(string asset)
    {
        await using var connection = await catalog.DataSource.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<(string?, string?)>(
            "select t.name, l.column_name from catalog.term_links l join catalog.glossary_terms t on t.id = l.term_id join catalog.assets a on a.id = l.asset_id where a.key = @asset", new { asset });
    }

    private async Task TableAsync(string key, params (string Column, string Type, string? Personal, double Confidence)[] columns)
    {
        await catalog.EndTaskAsync("makes", 1, new AssetWritten(key, AssetKind.Table, 1, Columns: [.. columns.Select(c => new AssetColumn(c.Column, "VARCHAR"))]));
        await JudgeAsync(key, columns);
    }

    private Task JudgeAsync(string key, params (string Column, string Type, string? Personal, double Confidence)[] columns) =>
        Inventory.RecordJudgementsAsync(key, [.. columns.Select(c => new ColumnJudgement { Column = c.Column, SemanticType = c.Type, PersonalClass = c.Personal, Confidence = c.Confidence, Evidence = SuggestionTests.Json(new { }), RuleVersion = "1" })], default);
}
