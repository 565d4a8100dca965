using System.Text.Json;
using Dapper;
using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.History;
using Platform.Catalog.Inventory;
using Platform.Catalog.Usage;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class GovernTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private GovernCommands Govern => new(catalog.DataSource);

    private GlossaryCommands Glossary => new(catalog.DataSource);

    private GlossaryQueries Terms => new(catalog.DataSource);

    private HistoryQueries History => new(catalog.DataSource);

    private AssetQueries Assets => new(catalog.DataSource);

    [Fact]
    public async Task Every_edit_stands_in_the_history_with_who_and_what_it_was_before()
    {
        await TableAsync("h.orders", new AssetColumn("id", "BIGINT"));
        await Govern.EditAsync("h.orders", new AssetEdit { Owner = "ann", Tags = ["gold", "gold", " "], RetentionDays = 30, Columns = new Dictionary<string, ColumnEdit> { ["id"] = new() { Description = "Number" } }, Note = "first" }, "mei", default);
        await Govern.EditAsync("h.orders", new AssetEdit { Owner = "bob", RetentionDays = 0 }, "mei", default);
        await Govern.EditAsync("h.orders", new AssetEdit { Owner = "bob" }, "zoe", default);
        await TableAsync("h.orders", new AssetColumn("id", "VARCHAR"));

        var told = (await History.ListAsync("h.orders", null, null, null, 50, default)).Select(c => $"{c.Column}/{c.Field} {c.Before} {c.After} {c.By}").ToList();

        Assert.Contains("/owner  ann mei", told);
        Assert.Contains("/owner ann bob mei", told);
        Assert.Contains("/retention_days 30  mei", told);
        Assert.Contains("""/tags  ["gold"] mei""", told);
        Assert.Contains("id/description  Number mei", told);
        Assert.Contains("id/schema.type BIGINT VARCHAR ", told);
        Assert.Contains(told, t => t.StartsWith("/data.written", StringComparison.Ordinal));
        Assert.DoesNotContain(told, t => t.EndsWith("zoe", StringComparison.Ordinal));
        Assert.Equal(["id"], (await History.ListAsync("h.orders", "id", "mei", null, 50, default)).Select(c => c.Column!));
        Assert.Equal("Number", (await Assets.GetAsync("h.orders", default))!.Columns.Single().Description);
    }

    [Fact]
    public async Task A_wrong_edit_changes_nothing_at_all()
    {
        await TableAsync("h.wrong", new AssetColumn("id", "BIGINT"));
        await Assert.ThrowsAsync<ArgumentException>(() => Govern.EditAsync("h.wrong", new AssetEdit { Owner = "ann", Columns = new Dictionary<string, ColumnEdit> { ["nothing"] = new() { Description = "x" } } }, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Govern.EditAsync("h.wrong", new AssetEdit { Owner = "ann", RetentionDays = -3 }, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Govern.EditAsync("h.wrong", new AssetEdit { Owner = "ann", Contract = SuggestionTests.Json(new { freshness_hours = -1 }) }, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Govern.EditAsync("h.wrong", new AssetEdit { Owner = "ann", Contract = SuggestionTests.Json(new { fresh = 1 }) }, "mei", default));

        Assert.Null((await Assets.GetAsync("h.wrong", default))!.Asset.Owner);
        Assert.False(await Govern.EditAsync("h.unknown", new AssetEdit { Owner = "ann" }, "mei", default));
    }

    [Fact]
    public async Task Rules_that_change_their_mind_and_scans_are_told_in_the_same_history()
    {
        await TableAsync("h.rules", new AssetColumn("a", "VARCHAR"));
        await JudgeAsync("h.rules", "email", "1");
        await JudgeAsync("h.rules", "email", "2");
        await JudgeAsync("h.rules", "url", "2");
        var inventory = new InventoryCommands(catalog.DataSource);
        await inventory.RecordScanAsync(await inventory.BeginAsync(77, null, [], default), "tables", [new ScannedAsset { Key = "h.rules", Kind = AssetKind.Table, Fingerprint = "1" }], default);

        var told = await History.ListAsync("h.rules", null, null, null, 50, default);
        var flip = Assert.Single(told, c => c.Field == "rule.semantic_type");
        Assert.Equal(("email", "url"), (flip.Before!.Value.GetProperty("semantic_type").GetString(), flip.After!.Value.GetProperty("semantic_type").GetString()));
        Assert.Single(told, c => c.Field == "scan.new");
    }

    [Fact]
    public async Task Terms_lie_below_each_other_and_links_of_lower_ones_count_above()
    {
        await TableAsync("g.customers", new AssetColumn("mail", "VARCHAR"));
        await Glossary.SaveAsync(new NewTerm { Name = "Party", Definition = "Who we deal with" }, "mei", default);
        await Glossary.SaveAsync(new NewTerm { Name = "Client", Synonyms = ["客户", "Buyer"], Parent = "party" }, "mei", default);
        await Glossary.SaveAsync(new NewTerm { Name = "Key account", Parent = "Buyer" }, "mei", default);
        Assert.True(await Glossary.LinkAsync("客户", "g.customers", "mail", linked: true, "mei", default));
        Assert.False(await Glossary.LinkAsync("CLIENT", "g.customers", "mail", linked: true, "mei", default));

        var top = (await Terms.GetAsync("party", default))!;
        Assert.Equal(("Client", "mail"), (Assert.Single(top.Children).Name, Assert.Single(top.Links).Column));
        Assert.Equal(["Party", "Client"], (await Terms.GetAsync("key account", default))!.Path);
        Assert.Equal("Client", Assert.Single(await Terms.OfAssetAsync("g.customers", default)).Term);
        Assert.Equal(["Client"], (await Terms.ListAsync("客户", default)).Select(t => t.Name));
        await Assert.ThrowsAsync<ArgumentException>(() => Glossary.SaveAsync(new NewTerm { Name = "Party", Parent = "Key account" }, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Glossary.SaveAsync(new NewTerm { Name = "Other", Parent = "Nothing" }, "mei", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Glossary.LinkAsync("Party", "g.customers", "nothing", linked: true, "mei", default));

        Assert.True(await Glossary.DeleteAsync("client", "mei", default));
        Assert.Equal("Party", (await Terms.GetAsync("Key account", default))!.Term.Parent);
        Assert.Empty(await Terms.OfAssetAsync("g.customers", default));
        Assert.Contains(await History.ListAsync(null, null, "mei", null, 50, default), c => c.Field == "glossary" && c.After is null);
    }

    [Fact]
    public async Task A_contract_that_is_not_kept_says_what_breaks_it()
    {
        await TableAsync("k.orders", new AssetColumn("id", "BIGINT"), new AssetColumn("sum", "DOUBLE"));
        await catalog.EndTaskAsync("checks", 5, new CheckResult("k.orders", "id", "not_null", false, "critical", "3 nulls", "0 nulls"));
        var contract = new { columns = new object[] { new { name = "id", type = "bigint", nullable = false }, new { name = "sum", type = "DECIMAL" }, new { name = "day" } }, freshness_hours = 24, checks = new[] { "not_null", "unique" } };
        await Govern.EditAsync("k.orders", new AssetEdit { Contract = SuggestionTests.Json(contract) }, "mei", default);

        var state = Assert.Single(await new ContractQueries(catalog.DataSource).ListAsync("k.orders", default));
        Assert.Equal(["nullable id", "type sum", "column day", "freshness ", "check ", "check ", "owner "], state.Breaches.Select(b => $"{b.Kind} {b.Column}"));
        await Govern.EditAsync("k.orders", new AssetEdit { Contract = SuggestionTests.Json(new { owner = "ann" }) }, "mei", default);
        Assert.Empty(Assert.Single(await new ContractQueries(catalog.DataSource).ListAsync("k.orders", default)).Breaches);
        await Govern.EditAsync("k.orders", new AssetEdit { Contract = SuggestionTests.Json(new { }) }, "mei", default);
        Assert.Empty(await new ContractQueries(catalog.DataSource).ListAsync("k.orders", default));
    }

    [Fact]
    public async Task Use_is_counted_in_memory_and_written_by_day_and_person()
    {
        await TableAsync("u.seen", new AssetColumn("a", "BIGINT"));
        await TableAsync("u.made", new AssetColumn("a", "BIGINT"));
        await catalog.EndTaskAsync("makes", 9, new AssetRead("u.seen", AssetKind.Table, 1), new AssetWritten("u.made", AssetKind.Table, 2));
        var recorder = new UsageRecorder(catalog.DataSource, TimeProvider.System);
        recorder.Viewed("u.seen", "mei");
        recorder.Viewed("u.seen", "mei");
        recorder.Queried("u.seen", "ann");
        recorder.Viewed("u.unknown", "mei");
        Assert.Equal(2, await recorder.FlushAsync(default));
        Assert.Equal(0, await recorder.FlushAsync(default));
        recorder.Viewed("u.seen", "mei");
        await recorder.FlushAsync(default);

        var usage = new UsageQueries(catalog.DataSource);
        var worth = (await usage.GetAsync("u.seen", default))!;
        Assert.Equal((3L, 1L, 2, 1), (worth.Views, worth.Queries, worth.Users, worth.Downstream));
        Assert.Equal(worth.Score, worth.Parts.Sum(p => p.Points));
        Assert.Equal(100, worth.Parts.Sum(p => p.Most));
        Assert.Contains("used 4 times", worth.Parts[0].Why, StringComparison.Ordinal);
        Assert.Equal((1L, 3L), ((await usage.DaysAsync("u.seen", 400, default))[^1].Queries, (await usage.DaysAsync("u.seen", 400, default))[^1].Views));
        Assert.Null(await usage.GetAsync("u.nothing", default));
    }

    [Fact]
    public async Task What_nobody_renews_is_stale_and_what_nobody_needs_is_unused()
    {
        await TableAsync("w.old", new AssetColumn("a", "BIGINT"));
        await TableAsync("w.fresh", new AssetColumn("a", "BIGINT"));
        await using (var connection = await catalog.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                update catalog.assets set first_seen_at = now() - interval '200 days', last_read_at = null, last_written_at = now() - interval '100 days' where key = 'w.old';
                update catalog.assets set first_seen_at = now() - interval '200 days', last_written_at = now(), last_read_at = now() where key = 'w.fresh';
                """);

        var all = (await new UsageQueries(catalog.DataSource).ListAsync(default)).ToDictionary(w => w.Asset);
        Assert.Equal((true, true), (all["w.old"].Stale, all["w.old"].Unused));
        Assert.Equal((false, false), (all["w.fresh"].Stale, all["w.fresh"].Unused));
    }

    private Task TableAsync(string key, params AssetColumn[] columns) => catalog.EndTaskAsync("writes", 1, new AssetWritten(key, AssetKind.Table, 1, Columns: columns));

    private Task JudgeAsync(string asset, string type, string version) => new InventoryCommands(catalog.DataSource).RecordJudgementsAsync(asset,
        [new ColumnJudgement { Column = "a", SemanticType = type, Confidence = 0.8, Evidence = JsonSerializer.SerializeToElement(new { }), RuleVersion = version }], default);
}
