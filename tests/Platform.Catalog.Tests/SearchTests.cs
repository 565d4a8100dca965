using System.Text.Json;
using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
using Platform.Catalog.Inventory;
using Platform.Catalog.Search;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class SearchTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    [Theory]
    [InlineData("CustomerID order_lines2", "customerid customer id order lines2 lines")]
    [InlineData("客户画像 v2", "客户 户画 画像 像 v2")]
    [InlineData("ＡＢＣ HTTPServer", "abc httpserver http server")]
    public void Text_is_cut_into_words_parts_of_words_and_pairs_of_characters(string text, string tokens)
    {
        var found = new List<string>();
        SearchText.Tokens(text, found.Add);
        Assert.Equal(tokens.Split(' '), found);
    }

    [Fact]
    public void A_mistyped_word_is_found_by_one_error_and_a_long_one_by_two()
    {
        var builder = new SearchSegment.Builder();
        foreach (var name in new[] { "customers", "customer", "consumer", "costs", "order", "orders", "border" })
            builder.Add(new SearchDocument { Id = builder.Count + 1, Key = name, Name = name, Kind = "table" });
        var segment = builder.Build();

        Assert.Equal(["customer", "customers"], Found("custmoer"));
        Assert.Equal(["order", "orders"], Found("order"));
        Assert.Equal(["order"], Found("ordre"));
        Assert.Equal(["border"], Found("bord"));
        Assert.Equal(["customer", "customers"], Found("tomer"));
        Assert.Empty(Found("xyzxyz"));

        List<string> Found(string word) => [.. WordMatcher.Find(segment, word, tolerant: false).SelectMany(f => Enumerable.Range(f.From, f.To - f.From)).Select(t => segment.Token(t).ToString()).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("客户订单", "khdd kehudingdan hudingdan dingdan")]
    [InlineData("ods_用户信息 (姓名，手机号)", "yhxx yonghuxinxi huxinxi xinxi xm xingming sjh shoujihao jihao")]
    [InlineData("女绿略 捕吃", "nll nvlvlve lvlve bc buchi")]
    [InlineData("客 abc 鱻鱼 这句话太长了所以它不是一个名称", "")]
    public void How_chinese_names_are_read_is_known(string text, string tokens)
    {
        var found = new List<string>();
        Readings.Tokens(text, found.Add);
        Assert.Equal(tokens, string.Join(' ', found));
    }

    [Fact]
    public async Task A_chinese_name_is_found_by_its_first_letters_and_shown_where()
    {
        var assets = new AssetQueries(catalog.DataSource);
        await TableAsync("z.pinyin", "供应商编号");
        var found = await assets.SearchAsync(new AssetSearch { Text = "gysb" }, default);
        Assert.Equal("z.pinyin", Assert.Single(found.Items).Key);
        var match = Assert.Single(Assert.Single(found.Hits).Matches);
        Assert.Equal(("column", "供应商编号", new MatchedPlace(0, 4)), (match.Field, match.Text, Assert.Single(match.Places)));

        var read = await assets.SearchAsync(new AssetSearch { Text = "bianh", Columns = true }, default);
        Assert.Equal(["供应商编号", null], read.Items.Select(i => i.Column?.Name));
        Assert.Equal(new MatchedPlace(3, 2), Assert.Single(read.Hits[0].Matches[0].Places));
    }

    [Fact]
    public async Task A_column_is_a_row_of_its_own_with_its_table_and_facets()
    {
        await TableAsync("c.shoppers", "shopper_mail", "city");
        await TableAsync("c.letters", "shopper_mail", "sent");
        await TableAsync("c.shopper_mail_sent", "id");
        var inventory = new InventoryCommands(catalog.DataSource);
        await inventory.RecordJudgementsAsync("c.shoppers", [new ColumnJudgement { Column = "shopper_mail", SemanticType = "email", PersonalClass = "contact", Confidence = 0.9, Evidence = JsonDocument.Parse("{}").RootElement, RuleVersion = "1" }], default);
        var assets = new AssetQueries(catalog.DataSource);

        // The table that is so called, the columns that are, and the assets that hold them.
        var found = await assets.SearchAsync(new AssetSearch { Text = "shopper_mail", Columns = true }, default);
        Assert.Equal(5, found.Total);
        Assert.Equal("c.letters#shopper_mail c.shoppers#shopper_mail", string.Join(' ', Rows(found).Where(r => r.Contains('#', StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        Assert.Contains("c.shopper_mail_sent", Rows(found).Take(3));
        Assert.Contains(found.Facets, f => f is { Facet: "kind", Value: "column", Count: 2 });
        var column = found.Items.Single(i => i.Key == "c.shoppers" && i.Column is not null).Column!;
        Assert.Equal(("shopper_mail", "VARCHAR", "email", "contact"), (column.Name, column.DataType, column.SemanticType, column.PersonalClass));
        Assert.Equal(found.Items.Select(i => i.Column?.Name), found.Hits.Select(h => h.Column));

        // With the name of its table, mistyped, by its own facets, and without columns as before.
        Assert.Equal(["c.letters#shopper_mail"], Rows(await assets.SearchAsync(new AssetSearch { Text = "letters mail", Kind = "column" }, default)));
        Assert.Contains("c.shoppers#shopper_mail", Rows(await assets.SearchAsync(new AssetSearch { Text = "shoper_mial", Kind = "column" }, default)));
        Assert.Equal(["c.shoppers#shopper_mail"], Rows(await assets.SearchAsync(new AssetSearch { Text = "shopper", Kind = "column", SemanticType = "email", Personal = true }, default)));
        Assert.Equal(3, (await assets.SearchAsync(new AssetSearch { Text = "shopper_mail" }, default)).Total);
        Assert.Equal(["c.shoppers#shopper_mail"], Rows(await assets.SearchAsync(new AssetSearch { Kind = "column", SemanticType = "email" }, default)));

        // A column that goes is found no more.
        await TableAsync("c.shoppers", "city");
        Assert.Equal(["c.letters#shopper_mail"], Rows(await assets.SearchAsync(new AssetSearch { Text = "shopper_mail", Kind = "column" }, default)));
    }

    [Fact]
    public async Task Many_columns_of_one_name_leave_room_for_the_tables_that_match()
    {
        for (var i = 0; i < 12; i++)
            await TableAsync($"m.table{i}", "parcel");
        await TableAsync("m.parcel_weights", "id");
        var rows = Rows(await new AssetQueries(catalog.DataSource).SearchAsync(new AssetSearch { Text = "parcel", Columns = true }, default));

        Assert.Contains('#', rows[0]);
        Assert.InRange(rows.IndexOf("m.parcel_weights"), 1, 6);
        Assert.Equal(12 + 12 + 1, rows.Count);
    }

    private static List<string> Rows(AssetSearchResult found) => [.. found.Items.Select(i => i.Column is { } column ? $"{i.Key}#{column.Name}" : i.Key)];

    [Fact]
    public async Task What_is_committed_is_found_by_the_next_search_and_what_changed_is_found_anew()
    {
        var assets = new AssetQueries(catalog.DataSource);
        await TableAsync("f.first", "alpha");
        Assert.Equal(["f.first"], await FindAsync(assets, "alpha"));
        await TableAsync("f.second", "alpha");
        Assert.Equal(["f.first", "f.second"], await FindAsync(assets, "alpha"));
        await TableAsync("f.second", "beta");
        Assert.Equal(["f.first"], await FindAsync(assets, "alpha"));
        await new GovernCommands(catalog.DataSource).EditAsync("f.first", new AssetEdit { Description = "Wunderkammer" }, "mei", default);
        Assert.Equal(["f.first"], await FindAsync(assets, "wunderkamer"));
        var glossary = new GlossaryCommands(catalog.DataSource);
        await glossary.SaveAsync(new NewTerm { Name = "Kunde", Synonyms = ["买家"] }, "mei", default);
        await glossary.LinkAsync("Kunde", "f.second", "beta", linked: true, "mei", default);
        var found = await assets.SearchAsync(new AssetSearch { Text = "买家" }, default);
        Assert.Equal(("f.second", "Kunde"), (Assert.Single(found.Items).Key, Assert.Single(found.Terms).Name));
        await glossary.DeleteAsync("Kunde", "mei", default);
        Assert.Empty(await FindAsync(assets, "买家"));
    }

    [Fact]
    public async Task A_hit_says_where_the_words_stand()
    {
        await TableAsync("hit.invoice_lines", "CustomerID");
        var found = await new AssetQueries(catalog.DataSource).SearchAsync(new AssetSearch { Text = "invoice customer" }, default);

        var hit = Assert.Single(found.Hits);
        Assert.Equal(["name", "key", "column"], hit.Matches.Select(m => m.Field));
        Assert.Equal(new MatchedPlace(0, 8), Assert.Single(hit.Matches[2].Places));
        Assert.False(found.Tolerant);
        Assert.True((await new AssetQueries(catalog.DataSource).SearchAsync(new AssetSearch { Text = "invoize" }, default)).Tolerant);
    }

    [Fact]
    public async Task Facets_narrow_by_tag_tier_and_state()
    {
        await TableAsync("n.one", "a");
        await TableAsync("n.two", "a");
        await new GovernCommands(catalog.DataSource).EditAsync("n.one", new AssetEdit { Tier = "gold", Tags = ["hot", "shop"] }, "mei", default);
        var assets = new AssetQueries(catalog.DataSource);

        Assert.Equal(["n.one"], (await assets.SearchAsync(new AssetSearch { Tag = "hot" }, default)).Items.Select(i => i.Key));
        Assert.Equal(["n.one"], (await assets.SearchAsync(new AssetSearch { Tier = "gold", State = "ok" }, default)).Items.Select(i => i.Key));
        Assert.Empty((await assets.SearchAsync(new AssetSearch { Tag = "never" }, default)).Items);
        var facets = (await assets.SearchAsync(new AssetSearch { Text = "n.one" }, default)).Facets;
        Assert.Contains(facets, f => f is { Facet: "tag", Value: "shop", Count: 1 });
    }

    private Task TableAsync(string key, params string[] columns) => catalog.EndTaskAsync("writes", 1, new AssetWritten(key, AssetKind.Table, 1, Columns: [.. columns.Select(c => new AssetColumn(c, "VARCHAR"))]));

    private static async Task<List<string>> FindAsync(AssetQueries assets, string text) => [.. (await assets.SearchAsync(new AssetSearch { Text = text }, default)).Items.Select(i => i.Key).Order(StringComparer.Ordinal)];
}
