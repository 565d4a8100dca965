using Platform.Catalog.Assets;
using Platform.Catalog.Glossary;
using Platform.Catalog.Govern;
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
    [InlineData("客户订单", "khdd")]
    [InlineData("ods_用户信息 (姓名，手机号)", "yhxx xm sjh")]
    [InlineData("客 abc 鱻鱼 这句话太长了所以它不是一个名称", "")]
    public void First_letters_of_chinese_names_are_known(string text, string letters)
    {
        var found = new List<string>();
        Initials.Of(text, (_, letters) => found.Add(letters));
        Assert.Equal(letters, string.Join(' ', found));
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
    }

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
