using System.Text.Json;
using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

public sealed class InventoryTests : IAsyncLifetime
{
    private readonly CatalogFixture _catalog = new();

    private InventoryCommands Commands => new(_catalog.DataSource);

    private InventoryQueries Queries => new(_catalog.DataSource);

    private AssetQueries Assets => new(_catalog.DataSource);

    public Task InitializeAsync() => _catalog.InitializeAsync();

    public Task DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task A_scan_tells_what_is_new_changed_gone_and_returned()
    {
        var first = await ScanAsync(1, Asset("a", "1"), Asset("b", "1"), Asset("c", "1"));
        Assert.Equal(["a", "b", "c"], Names(first.New));

        var second = await ScanAsync(2, Asset("a", "1"), Asset("b", "2"), Asset("d", "1"));
        Assert.Equal("new d, changed b, gone c, unchanged a", Words(second));

        var third = await ScanAsync(3, Asset("a", "1"), Asset("b", "2"), Asset("c", "1"), Asset("d", "1"));
        Assert.Equal("returned c, unchanged a b d", Words(third));
        Assert.Null((await Assets.GetAsync(Key("c"), CancellationToken.None))!.Asset.GoneAt);
    }

    [Fact]
    public async Task A_scan_that_is_tried_again_gives_the_same_answer()
    {
        await ScanAsync(1, Asset("a", "1"), Asset("b", "1"), Asset("c", "1"));
        await ScanAsync(2, Asset("a", "1"), Asset("b", "1"));
        ScannedAsset[] found = [Asset("a", "2"), Asset("c", "1"), Asset("d", "1")];
        var once = await ScanAsync(3, found);
        var twice = await ScanAsync(3, found);

        Assert.Equal("new d, changed a, gone b, returned c", Words(once));
        Assert.Equal(Words(once), Words(twice));
        Assert.Equal(["new d", "changed a", "gone b", "returned c"], (await ChangesAsync(3)).Select(c => $"{c.Change} {c.Asset[^1]}"));
        Assert.Equal("unchanged a c d", Words(await ScanAsync(4, found)));
    }

    [Fact]
    public async Task What_people_said_follows_an_asset_to_its_new_name()
    {
        static ScannedAsset content(string name, string same, long rows = 3) => Asset(name, name) with { ContentFingerprint = same, RowCount = rows, Columns = [new AssetColumn("id", "integer"), new AssetColumn("label", "text")] };
        await ScanAsync(1, content("categories", "c1"), content("twin", "c2"), content("empty", "c3", rows: 0));
        var govern = new Govern.GovernCommands(_catalog.DataSource);
        await govern.EditAsync(Key("categories"), new Govern.AssetEdit { Owner = "ann", Description = "What we sell", Tags = ["gold"], Tier = "1", Columns = new Dictionary<string, Govern.ColumnEdit> { ["label"] = new() { Description = "In words" } } }, "mei", default);
        await govern.EditAsync(Key("twin"), new Govern.AssetEdit { Owner = "bob" }, "mei", default);
        await govern.EditAsync(Key("empty"), new Govern.AssetEdit { Owner = "zoe" }, "mei", default);
        await ExecuteAsync($"""
            insert into catalog.classifications (asset_id, column_name, semantic_type, verdict, verdict_semantic_type, verdict_by, verdict_at) select id, 'label', 'title', 'corrected', 'category', 'mei', now() from catalog.assets where key = '{Key("categories")}';
            insert into catalog.check_definitions (asset_id, column_name, name, kind, definition, created_by) select id, 'id', 'no nulls', 'not_null', '{"{}"}', 'mei' from catalog.assets where key = '{Key("categories")}';
            """);

        // One with the same content came; two are like the twin; and nothing is like nothing. As a scan that has not read the columns yet, and tried again.
        ScannedAsset[] found = [content("cats", "c1") with { Columns = null }, content("twin1", "c2"), content("twin2", "c2"), content("void", "c3", rows: 0)];
        await ScanAsync(2, found);
        await ScanAsync(2, found);

        var cats = (await Assets.GetAsync(Key("cats"), default))!;
        Assert.Equal(("ann", "What we sell", "1", "gold"), (cats.Asset.Owner, cats.Asset.Description, cats.Asset.Tier, cats.Asset.Tags.Single()));
        Assert.Equal("In words", cats.Columns.Single(column => column.Name == "label").Description);
        Assert.Equal(["category"], await ReadAsync($"select catalog.semantic_type(k) from catalog.classifications k join catalog.assets a on a.id = k.asset_id where a.key = '{Key("cats")}'"));
        Assert.Equal(["no nulls"], await ReadAsync($"select d.name from catalog.check_definitions d join catalog.assets a on a.id = d.asset_id where a.key = '{Key("cats")}'"));
        var old = (await Assets.GetAsync(Key("categories"), default))!.Asset;
        Assert.Equal((true, Key("cats"), null), (old.GoneAt is not null, old.RenamedTo, old.Owner));
        Assert.Equal([Key("categories"), Key("cats")], await ReadAsync("select a.key from catalog.changes c join catalog.assets a on a.id = c.asset_id where c.field = 'scan.renamed' order by c.id"));
        Assert.All(["twin1", "twin2", "void"], name => Assert.Null(Assets.GetAsync(Key(name), default).GetAwaiter().GetResult()!.Asset.Owner));
        Assert.Equal("bob", (await Assets.GetAsync(Key("twin"), default))!.Asset.Owner);

        // Back under its first name it has all of it again.
        await ScanAsync(3, [content("categories", "c1"), .. found[1..]]);
        var back = (await Assets.GetAsync(Key("categories"), default))!.Asset;
        Assert.Equal(("ann", null, null), (back.Owner, back.RenamedTo, back.GoneAt));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _catalog.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = _catalog.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        return values;
    }

    [Fact]
    public async Task What_one_source_lacks_is_not_gone_from_another()
    {
        var run = await Commands.BeginAsync(1, "nightly", ["one", "two"], CancellationToken.None);
        await Commands.RecordScanAsync(run, "one", [Asset("a", "1")], CancellationToken.None);
        var two = await Commands.RecordScanAsync(run, "two", [Asset("b", "1")], CancellationToken.None);

        Assert.Empty(two.Gone);
        Assert.Equal(["a", "b"], Names([.. (await Assets.ListAsync([], CancellationToken.None)).Select(a => a.Key)]));
    }

    [Fact]
    public async Task A_change_keeps_the_figures_of_before_and_after()
    {
        await ScanAsync(1, Asset("a", "1") with { RowCount = 10, ByteCount = 100 });
        await ScanAsync(2, Asset("a", "2") with { RowCount = 12, ByteCount = 130 });

        var rows = Assert.Single(await ChangesAsync(2)).Details.GetProperty("row_count");
        Assert.Equal((10, 12), (rows.GetProperty("before").GetInt32(), rows.GetProperty("after").GetInt32()));
    }

    [Fact]
    public async Task Tasks_of_one_run_share_its_inventory_run_and_its_report()
    {
        var scan = await Commands.BeginAsync(42, "nightly", ["/data"], CancellationToken.None);
        var profile = await Commands.BeginAsync(42, "nightly", ["tables"], CancellationToken.None);
        Assert.Equal(scan, profile);
        await Commands.EndAsync(scan, true, Json("""{"assets": 3}"""), "/reports/42.html", CancellationToken.None);

        var run = await Queries.RunAsync(scan, CancellationToken.None);
        Assert.Equal(("success", "/reports/42.html", 3), (run!.State, run.ReportLocation, run.Report!.Value.GetProperty("assets").GetInt32()));
        Assert.Equal(["/data", "tables"], run.Sources.Order());
        var next = await Commands.BeginAsync(43, "nightly", [], CancellationToken.None);
        Assert.Equal(scan, (await Queries.PreviousAsync(next, CancellationToken.None))!.Id);
        Assert.NotNull((await Assets.CountsAsync(CancellationToken.None)).LastInventoryAt);
    }

    [Fact]
    public async Task A_table_that_a_run_wrote_keeps_the_types_its_writer_named()
    {
        await _catalog.EndTaskAsync("ingest", 1, new AssetWritten("raw.t", AssetKind.Table, 1, Columns: [new("n", "BIGINT")]));
        await ScanAsync(1, new ScannedAsset { Key = "raw.t", Kind = AssetKind.Table, Fingerprint = "1", Columns = [new("n", "long"), new("extra", "string")] });

        var detail = await Assets.GetAsync("raw.t", CancellationToken.None);
        Assert.Equal(["n BIGINT", "extra string"], detail!.Columns.Select(c => $"{c.Name} {c.DataType}"));
        Assert.Equal("added", Assert.Single(detail.SchemaChanges).Change);
    }

    [Fact]
    public async Task A_file_that_a_load_and_the_inventory_name_in_turn_has_not_changed_its_types()
    {
        const string Key = "file:/in/{yyyy-MM-dd}.csv";
        ScannedAsset seen(string print, string price = "decimal") => new() { Key = Key, Kind = AssetKind.FileSet, Fingerprint = print, Columns = [new("Country", "text"), new("No", "text"), new("Price", price, false), new("year", "integer")] };
        Task load(long run, string no = "VARCHAR", string price = "DOUBLE") => _catalog.EndTaskAsync("ingest", run, new AssetRead(Key, AssetKind.FileSet, Columns: [new("Country", "VARCHAR"), new("No", no), new("Price", price)]));

        await load(1);
        await ScanAsync(1, seen("1"));
        await load(2, no: "BIGINT", price: "BIGINT");
        await ScanAsync(2, seen("2"));
        await load(3);
        var detail = (await Assets.GetAsync(Key, CancellationToken.None))!;
        // The folder of a partition is a column to the inventory and none to the load, and a day of whole numbers is no change of a column of text.
        Assert.Equal(["Country text", "No text", "Price decimal", "year integer"], detail.Columns.Select(c => $"{c.Name} {c.DataType}"));
        Assert.Equal(["added year"], detail.SchemaChanges.Select(c => $"{c.Change} {c.ColumnName}"));

        await load(4, price: "VARCHAR");
        await ScanAsync(3, seen("3", "text"));
        Assert.Equal(["type Price DOUBLE→VARCHAR", "type Price decimal→text"], (await Assets.GetAsync(Key, CancellationToken.None))!.SchemaChanges.Where(c => c.Change == "type").Select(c => $"{c.Change} {c.ColumnName} {c.Before}→{c.After}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_database_says_of_a_table_and_its_columns_is_shown_and_found_until_it_says_so_no_more()
    {
        ScannedAsset said(string print, string? table, string? column) => new()
        {
            Key = "postgresql://h:5432/crm/public.buyer",
            Kind = AssetKind.DatabaseTable,
            Fingerprint = print,
            Columns = [new("id", "integer", false), new("since", "date")],
            Comment = table,
            ColumnComments = column is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["since"] = column },
        };
        await ScanAsync(1, said("1", "Everybody who ever bought", "Day of the premiere"));

        var detail = (await Assets.GetAsync("postgresql://h:5432/crm/public.buyer", CancellationToken.None))!;
        Assert.Equal(("Everybody who ever bought", null, "Day of the premiere", null), (detail.Asset.SourceComment, detail.Asset.Description, detail.Columns[1].SourceComment, detail.Columns[0].SourceComment));
        Assert.Equal(detail.Asset.Key, (await Assets.SearchAsync(new AssetSearch { Text = "Everybody who ever bought" }, CancellationToken.None)).Items[0].Key);
        Assert.NotEmpty((await Assets.SearchAsync(new AssetSearch { Text = "premiere" }, CancellationToken.None)).Items);

        await ScanAsync(2, said("2", null, null));
        detail = (await Assets.GetAsync("postgresql://h:5432/crm/public.buyer", CancellationToken.None))!;
        Assert.Equal((null, null), (detail.Asset.SourceComment, detail.Columns[1].SourceComment));
        Assert.Empty((await Assets.SearchAsync(new AssetSearch { Text = "Everybody who ever bought" }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task When_the_data_changed_is_what_their_source_says_and_not_when_somebody_looked()
    {
        var changed = new DateTimeOffset(2025, 3, 1, 4, 5, 0, TimeSpan.Zero);
        await ScanAsync(1, new ScannedAsset { Key = "file:/old/x.csv", Kind = AssetKind.FileSet, Fingerprint = "1", NewestDataAt = changed });

        var asset = (await Assets.GetAsync("file:/old/x.csv", CancellationToken.None))!.Asset;
        Assert.Equal(changed, asset.NewestDataAt);
        Assert.True(asset.LastSeenAt > changed.AddMonths(1));
        Assert.Null(asset.LastWrittenAt);
    }

    [Theory]
    [InlineData("VARCHAR", "character varying(20)", true)]
    [InlineData("DECIMAL(18,2)", "numeric", true)]
    [InlineData("TIMESTAMP WITH TIME ZONE", "timestamptz", true)]
    [InlineData("BIGINT", "integer", true)]
    [InlineData("DATE", "timestamp", false)]
    [InlineData("STRUCT(a INTEGER)", "text", false)]
    [InlineData("INTEGER[]", "INTEGER", false)]
    public void Names_of_one_meaning_are_one_type(string one, string other, bool same) => Assert.Equal(same, Platform.Catalog.Assets.TypeFamily.Same(one, other));

    [Fact]
    public async Task Files_come_back_with_the_states_that_reading_them_gave()
    {
        await ScanAsync(1, Asset("a", "1"));
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Commands.RecordFilesAsync(Key("a"), [File("/1.csv", 1, [1, 2, 3]), File("/2.csv", 2, null)], CancellationToken.None);
        await Commands.RecordFilesAsync(Key("a"), [File("/2.csv", 5, [9]), File("/3.csv", 3, [7])], CancellationToken.None);

        var files = await Queries.FilesAsync(Key("a"), CancellationToken.None);
        Assert.Equal(["/2.csv 5 9", "/3.csv 3 7"], files.Select(f => $"{f.Path} {f.ByteCount} {f.State![0]}"));
        Assert.Equal(time, files[0].ModifiedAt);

        AssetFile File(string path, long bytes, byte[]? state) => new() { Path = path, ByteCount = bytes, ModifiedAt = time, StateFormat = state is null ? null : "1", State = state };
    }

    [Fact]
    public async Task The_newest_profile_is_shown_and_the_older_stay_in_the_history()
    {
        await ScanAsync(1, Asset("a", "1") with { Columns = [new("n", "BIGINT")] });
        await ProfileAsync(1, 10);
        await ProfileAsync(1, 11);
        await ProfileAsync(2, 12);

        var detail = await Assets.GetAsync(Key("a"), CancellationToken.None);
        Assert.Equal((12L, 12), (detail!.Asset.RowCount, detail.Columns[0].Profile!.Value.GetProperty("distinct").GetInt32()));
        Assert.Equal([12L, 11L], (await Queries.ProfileHistoryAsync(Key("a"), 10, CancellationToken.None)).Select(p => p.RowCount!.Value));

        async Task ProfileAsync(long run, int rows) => await Commands.RecordProfilesAsync(await Commands.BeginAsync(run, null, [], CancellationToken.None),
            [new AssetProfile { Asset = Key("a"), RowCount = rows, Profile = Json($$"""{"rows": {{rows}}}"""), Columns = new Dictionary<string, JsonElement> { ["n"] = Json($$"""{"distinct": {{rows}}}""") } }], CancellationToken.None);
    }

    [Fact]
    public async Task A_human_verdict_outlives_every_later_judgement_of_the_rules()
    {
        await ScanAsync(1, Asset("a", "1") with { Columns = [new("mail", "VARCHAR"), new("code", "VARCHAR"), new("name", "VARCHAR")] });
        await Commands.RecordJudgementsAsync(Key("a"), [Judge("mail", "email", "contact"), Judge("code", "card", "financial"), Judge("name", "product_name", null)], CancellationToken.None);
        Assert.Equal(3, (await Queries.ReviewAsync(personalOnly: false, 10, CancellationToken.None)).Count);
        Assert.Equal(2, (await Assets.GetAsync(Key("a"), CancellationToken.None))!.Asset.PersonalColumnCount);

        await VerdictAsync("mail", "confirmed");
        await VerdictAsync("code", "rejected");
        await VerdictAsync("name", "corrected", "person_name", "identity");
        await Commands.RecordJudgementsAsync(Key("a"), [Judge("mail", "url", null), Judge("code", "card", "financial"), Judge("name", "product_name", null)], CancellationToken.None);

        var columns = (await Assets.GetAsync(Key("a"), CancellationToken.None))!.Columns;
        Assert.Equal(["email contact confirmed", "  rejected", "person_name identity corrected"], columns.Select(c => $"{c.SemanticType} {c.PersonalClass} {c.Verdict}"));
        Assert.Empty(await Queries.ReviewAsync(personalOnly: false, 10, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => VerdictAsync("nothing", "confirmed"));
        await Assert.ThrowsAsync<ArgumentException>(() => VerdictAsync("mail", "perhaps"));

        static ColumnJudgement Judge(string column, string type, string? personal) => new() { Column = column, SemanticType = type, PersonalClass = personal, Confidence = 0.9, Evidence = Json("""{"rule": "r"}"""), RuleVersion = "1" };
        Task VerdictAsync(string column, string verdict, string? type = null, string? personal = null) =>
            Commands.RecordVerdictAsync(new ColumnVerdict { Asset = Key("a"), Column = column, Verdict = verdict, SemanticType = type, PersonalClass = personal, By = "ann" }, CancellationToken.None);
    }

    [Fact]
    public async Task Verdicts_with_what_the_column_looks_like_are_examples_until_they_are_undone()
    {
        await ScanAsync(1, Asset("a", "1") with { Columns = [new("mail", "VARCHAR"), new("code", "VARCHAR"), new("bare", "VARCHAR")] });
        var judgement = new ColumnJudgement { Column = "mail", SemanticType = "email", PersonalClass = "contact", Confidence = 0.9, Evidence = Json("{}"), RuleVersion = "3001", Signature = [1, 2, 255] };
        await Commands.RecordJudgementsAsync(Key("a"), [judgement, judgement with { Column = "code", SemanticType = "plate_number" }, judgement with { Column = "bare", Signature = null }], CancellationToken.None);
        Assert.Empty(await Queries.ExamplesAsync(CancellationToken.None));

        foreach (var (column, verdict, type) in new[] { ("mail", "corrected", "username"), ("code", "rejected", null), ("bare", "confirmed", null) })
            await Commands.RecordVerdictAsync(new ColumnVerdict { Asset = Key("a"), Column = column, Verdict = verdict, SemanticType = type, By = "ann" }, CancellationToken.None);
        // What was rejected stays so, whatever the rules say later.
        await Commands.RecordJudgementsAsync(Key("a"), [judgement with { Column = "code", SemanticType = "code", RuleVersion = "3002" }], CancellationToken.None);
        var examples = await Queries.ExamplesAsync(CancellationToken.None);
        Assert.Equal(["code plate_number True 3002 ann", "mail username False 3001 ann"], examples.Select(e => $"{e.Column} {e.SemanticType} {e.Rejected} {e.RuleVersion} {e.SaidBy}"));
        Assert.Equal([1, 2, 255], examples[1].Signature);
    }

    [Fact]
    public async Task Flips_are_kept_with_their_run_and_the_reason()
    {
        await ScanAsync(1, Asset("a", "1") with { Columns = [new("mail", "VARCHAR")] });
        var run = await Commands.BeginAsync(1, "nightly", [], CancellationToken.None);
        var judgement = new ColumnJudgement { Column = "mail", SemanticType = "url", Confidence = 0.9, Evidence = Json("{}"), RuleVersion = "2" };
        var flip = new JudgementFlip { Asset = Key("a"), Column = "mail", FromType = "email", ToType = "url", FromPersonal = "contact", ToPersonal = null, FromVersion = "1", ToVersion = "2", Because = "rules" };
        await Commands.RecordJudgementsAsync(run, [new AssetJudgements(Key("a"), [judgement], [flip])], CancellationToken.None);
        Assert.Equal(flip, Assert.Single(await Queries.FlipsAsync(run, CancellationToken.None)));
        Assert.Empty(await Queries.FlipsAsync(run + 1, CancellationToken.None));
        Assert.Equal(("url", "2"), ((await Queries.JudgementsAsync(CancellationToken.None))[Key("a")].Single().SemanticType, (await Queries.JudgementsAsync(CancellationToken.None))[Key("a")].Single().RuleVersion));
    }

    [Fact]
    public async Task Relations_come_with_their_broken_rows_go_when_they_no_longer_hold_and_stay_rejected()
    {
        await ScanAsync(1, Asset("products", "1"), Asset("categories", "1"));
        var key = new ProposedRelation { Kind = "foreign_key", FromAsset = Key("products"), FromColumns = ["category_id"], ToAsset = Key("categories"), ToColumns = ["id"], Confidence = 0.9, Inclusion = 0.98, BrokenRows = 24, MissingValues = ["59"] };
        var unique = new ProposedRelation { Kind = "key", FromAsset = Key("categories"), FromColumns = ["id"], Confidence = 1 };
        var relations = new RelationQueries(_catalog.DataSource);
        await RecordAsync(key, unique);
        await RecordAsync(key with { BrokenRows = 25 }, unique);

        var foreign = Assert.Single(await relations.ListAsync("foreign_key", CancellationToken.None));
        Assert.Equal((25L, "59", "category_id"), (foreign.BrokenRows, foreign.MissingValues.Single(), foreign.FromColumns.Single()));
        Assert.Equal(2, (await Assets.GetAsync(Key("categories"), CancellationToken.None))!.Relations.Count);

        await RecordAsync(key);
        Assert.Empty(await relations.ListAsync("key", CancellationToken.None));
        Assert.True(await Commands.DecideRelationAsync(foreign.Id, "rejected", "ann", CancellationToken.None));
        await RecordAsync(key);
        Assert.Empty(await relations.ListAsync(null, CancellationToken.None));

        Task RecordAsync(params ProposedRelation[] proposed) => Commands.RecordRelationsAsync([Key("products"), Key("categories")], proposed, CancellationToken.None);
    }

    [Fact]
    public async Task Profiles_and_judgements_of_many_assets_are_kept_together_or_not_at_all()
    {
        await ScanAsync(1, Asset("a", "1") with { Columns = [new("n", "BIGINT")] }, Asset("b", "1") with { Columns = [new("n", "BIGINT"), new("m", "BIGINT")] }, Asset("c", "1"));
        var run = await Commands.BeginAsync(1, "nightly", [], CancellationToken.None);
        // Told again in one call, the last word counts; an asset without columns and one whose rows nobody knows are kept too.
        await Commands.RecordProfilesAsync(run, [Profile("a", 1, "n"), Profile("b", 7, "n", "m"), Profile("c", null), Profile("a", 5, "n")], CancellationToken.None);
        await Commands.RecordJudgementsAsync(run, [new AssetJudgements(Key("a"), [Judge("n", "score")], []), new AssetJudgements(Key("b"), [Judge("n", "year"), Judge("m", "price")], []), new AssetJudgements(Key("c"), [], [])], CancellationToken.None);
        var newest = await Queries.NewestProfilesAsync([Key("a"), Key("b"), Key("c"), Key("d")], CancellationToken.None);
        Assert.Equal([(Key("a"), 5L), (Key("b"), 7), (Key("c"), null)], newest.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value.RowCount)));
        Assert.Equal(5, newest[Key("a")].Profile.GetProperty("rows").GetInt32());
        var b = (await Assets.GetAsync(Key("b"), CancellationToken.None))!;
        Assert.Equal((7L, "n 7 year, m 7 price"), (b.Asset.RowCount, string.Join(", ", b.Columns.Select(column => $"{column.Name} {column.Profile!.Value.GetProperty("distinct")} {column.SemanticType}"))));

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Commands.RecordProfilesAsync(run, [Profile("a", 6, "n"), Profile("nothing", 1)], CancellationToken.None));
        Assert.Contains(Key("nothing"), refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Commands.RecordJudgementsAsync(run, [new AssetJudgements(Key("a"), [Judge("n", "quantity")], []), new AssetJudgements(Key("nothing"), [], [])], CancellationToken.None));
        var a = (await Assets.GetAsync(Key("a"), CancellationToken.None))!;
        Assert.Equal((5L, "score"), (a.Asset.RowCount, a.Columns[0].SemanticType));

        static AssetProfile Profile(string name, long? rows, params string[] columns) => new() { Asset = Key(name), RowCount = rows, Profile = JsonSerializer.SerializeToElement(new { rows }), Columns = columns.ToDictionary(column => column, _ => JsonSerializer.SerializeToElement(new { distinct = rows })) };
        static ColumnJudgement Judge(string column, string type) => new() { Column = column, SemanticType = type, Confidence = 0.9, Evidence = Json("{}"), RuleVersion = "1" };
    }

    [Fact]
    public async Task A_profile_of_an_asset_that_nobody_scanned_is_refused_by_name()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Commands.RecordJudgementsAsync("raw.nothing", [], CancellationToken.None));
        Assert.Contains("'raw.nothing'", refused.Message, StringComparison.Ordinal);
    }

    private static ScannedAsset Asset(string name, string fingerprint) => new() { Key = Key(name), Kind = AssetKind.FileSet, Fingerprint = fingerprint, Format = "csv" };

    private static string Key(string name) => $"file:/data/{name}";

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static IEnumerable<string> Names(IReadOnlyList<string> keys) => keys.Select(k => k.Split('/')[^1]);

    private static string Words(ScanOutcome o) => string.Join(", ", new[] { ("new", o.New), ("changed", o.Changed), ("gone", o.Gone), ("returned", o.Returned), ("unchanged", o.Unchanged) }
        .Where(p => p.Item2.Count > 0).Select(p => $"{p.Item1} {string.Join(' ', Names(p.Item2))}"));

    private async Task<ScanOutcome> ScanAsync(long run, params ScannedAsset[] found) =>
        await Commands.RecordScanAsync(await Commands.BeginAsync(run, "nightly", ["/data"], CancellationToken.None), "/data", found, CancellationToken.None);

    private async Task<IReadOnlyList<InventoryChangeRow>> ChangesAsync(long run) =>
        await Queries.ChangesAsync(await Commands.BeginAsync(run, "nightly", [], CancellationToken.None), CancellationToken.None);
}
