using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Clean;
using Platform.Catalog.Inventory;
using Platform.Catalog.Masking;
using Platform.Tables;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Clean;

public sealed class CleanMaskTests(PostgresFixture postgres) : ActivityTest, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => postgres.MigrateAsync(typeof(InventoryCommands).Assembly);

    public Task DisposeAsync() => Task.CompletedTask;

    public override object? GetService(Type serviceType) =>
        serviceType == typeof(MaskingQueries) ? new MaskingQueries(postgres.DataSource) : base.GetService(serviceType);

    [Fact]
    public async Task Every_method_hides_its_column_and_null_stays_null()
    {
        await Ingest("id,email,phone,card,born,age,ip,zip,note,name,plain\n1,a@b.com,138-1234-5678,4111111111111111,1985-04-12,34,203.0.113.77,SW1A 1AA,Call 212-555-0187 today,Ann,keep\n2,,,,,,,,,,keep\n3,a@b.com,138-1234-5678,4111111111111111,1985-04-30,39,203.0.113.78,SW1A 1AB,Nothing,Bob,keep\n");
        var outputs = await Mask("""
            [
              { "method": "hash", "columns": ["email"] },
              { "method": "format-preserving", "columns": ["phone", "card"] },
              { "method": "generalise", "columns": ["born", "age", "ip", "zip"], "period": "year", "width": 10 },
              { "method": "text", "columns": ["note"] },
              { "method": "token", "columns": ["name"] }
            ]
            """);
        Assert.Equal(["1985-01-01|30-39|203.0.113.0/24|SW1*****|Call [phone] today|keep", "∅|∅|∅|∅|∅|keep", "1985-01-01|30-39|203.0.113.0/24|SW1*****|Nothing|keep"], Rows("select born, age, ip, zip, note, plain from clean.t order by id"));
        Assert.Equal(["True|True|True|False"], Rows("select bool_and(a.email = b.email), bool_and(a.phone = b.phone and a.card = b.card), bool_and(regexp_matches(a.phone, '^[0-9]{3}-[0-9]{4}-[0-9]{4}$')), bool_or(a.card = 4111111111111111 or a.name = b.name) from clean.t a, clean.t b where a.id = 1 and b.id = 3"));
        Assert.Equal(3, outputs.Rows);
        Assert.Equal("email hash 1, phone format-preserving 1, card format-preserving 1, born generalise , age generalise 2, ip generalise 2, zip generalise 2, note text 1, name token 2", string.Join(", ", outputs.Masked.Select(column => $"{column.Column} {column.Method} {column.Values}")));
    }

    [Fact]
    public async Task Masked_tables_still_join_and_the_key_is_of_both()
    {
        await Ingest("email,n\na@b.com,1\nb@c.org,2\n");
        await Mask("""[{ "method": "hash", "columns": ["email"] }]""");
        await Ingest("mail,m\nb@c.org,20\na@b.com,10\nx@y.z,30\n", "raw.u");
        await Mask("""[{ "method": "hash", "columns": ["mail"] }]""", from: "raw.u", table: "clean.u");
        Assert.Equal(["1|10", "2|20"], Rows("select n, m from clean.t join clean.u on email = mail order by 1"));
    }

    [Fact]
    public async Task Columns_are_dropped_redacted_and_kept_in_part()
    {
        await Ingest("a,b,c,d\nx,secret,13812345678,2024-01-01\ny,,13912345679,\n");
        await Mask("""[{ "method": "drop", "columns": ["a"] }, { "method": "redact", "columns": ["b", "d"] }, { "method": "partial", "columns": ["C"], "keep": 2 }]""");
        Assert.Equal(["[redacted]|*********78|∅", "∅|*********79|∅"], Rows("select * from clean.t order by c"));
    }

    [Fact]
    public async Task The_lineage_says_which_columns_are_masked()
    {
        await Ingest("email,n,gone\na@b.com,1,x\n");
        await Mask("""[{ "method": "hash", "columns": ["email"] }, { "method": "drop", "columns": ["gone"] }]""");
        Assert.Equal(
            [new("raw.t", "email", "email", ColumnEdgeKind.Transformation, Masking: true), new("raw.t", "n", "n", ColumnEdgeKind.Identity)],
            Assert.Single(Facts.OfType<ColumnsDerived>()).Edges);
    }

    [Fact]
    public async Task Columns_are_taken_by_the_class_that_the_inventory_found_and_a_named_column_comes_first()
    {
        await Ingest("mail,tel,who,n\na@b.com,13812345678,Ann,1\n");
        var commands = new InventoryCommands(postgres.DataSource);
        var scan = await commands.BeginAsync(7_001, "test", [], CancellationToken.None);
        await commands.RecordScanAsync(scan, "tables", [new ScannedAsset { Key = "raw.t", Kind = AssetKind.Table, Fingerprint = "1" }], CancellationToken.None);
        await commands.RecordJudgementsAsync("raw.t", [Judged("mail", "contact"), Judged("tel", "contact"), Judged("who", "name"), Judged("n", null)], CancellationToken.None);
        var outputs = await Mask("""[{ "method": "hash", "classes": ["contact"] }, { "method": "redact", "columns": ["tel"] }]""");
        Assert.Equal("mail hash contact, tel redact ", string.Join(", ", outputs.Masked.Select(column => $"{column.Column} {column.Method} {column.Class}")));
        Assert.Equal(["True|Ann|1"], Rows("select length(mail) = 32 and tel = '[redacted]', who, n from clean.t"));
    }

    [Theory]
    [InlineData("""[{ "method": "hash" }]""", "names no columns")]
    [InlineData("""[{ "method": "hash", "columns": ["nope"] }]""", "'nope'")]
    [InlineData("""[{ "method": "hash", "columns": ["k"] }, { "method": "drop", "columns": ["K"] }]""", "rule 1 (Hash) names already")]
    [InlineData("""[{ "method": "text", "columns": ["n"] }]""", "it is for texts")]
    [InlineData("""[{ "method": "format-preserving", "columns": ["x"] }]""", "whole numbers")]
    [InlineData("""[{ "method": "generalise", "columns": ["n"], "width": 0 }]""", "width")]
    [InlineData("""[{ "method": "generalise", "columns": ["flag"] }]""", "texts, numbers, dates")]
    [InlineData("""[{ "method": "hash", "classes": ["hair"] }]""", "'hair'")]
    [InlineData("""[{ "method": "hash", "classes": ["contact"] }, { "method": "drop", "classes": ["contact"] }]""", "rule 1 takes already")]
    [InlineData("""[{ "method": "drop", "columns": ["k", "n", "x", "flag"] }]""", "drop every column")]
    [InlineData("""[{ "method": "polish", "columns": ["k"] }]""", "polish")]
    public async Task A_rule_that_makes_no_sense_is_named(string rules, string part)
    {
        await Ingest("k,n,x,flag\na,1,1.5,true\n", "raw.bad");
        var error = await Fails("clean.mask", With(rules, "raw.bad", "clean.bad"), WithSecret());
        Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(error.Retryable);
        Assert.False(Tables.Exists(TableName.Parse("clean.bad")));
    }

    [Fact]
    public async Task Classes_need_an_inventory_that_knows_the_table()
    {
        await Ingest("k\na\n", "raw.unknown");
        var error = await Fails("clean.mask", With("""[{ "method": "drop", "classes": ["contact"] }]""", "raw.unknown", "clean.t"));
        Assert.Contains("Run the inventory first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_or_short_secret_is_told_and_never_shown()
    {
        await Ingest("k\na\n");
        var rules = """[{ "method": "hash", "columns": ["k"] }]""";
        Assert.Contains("'no-such-secret'", (await Fails("clean.mask", With(rules, secret: "no-such-secret"), WithSecret())).Message, StringComparison.Ordinal);
        Assert.Contains("needs a secret", (await Fails("clean.mask", With(rules, secret: null), WithSecret())).Message, StringComparison.Ordinal);
        var error = await Fails("clean.mask", With(rules), WithSecret("tooshort"));
        Assert.Contains("at least 16", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tooshort", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_not_masked_over_itself()
    {
        await Ingest("k\na\n");
        Assert.Contains("older versions", (await Fails("clean.mask", With("""[{ "method": "redact", "columns": ["k"] }]""", table: "raw.t"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_is_masked_and_repeated_without_doubling()
    {
        for (var day = 1; day <= 2; day++)
        {
            Write("a.csv", $"name,at\nAnn{day},2024-01-{day:D2} 10:00:00\n");
            await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = "raw.d" }, Runs.Context("ingest", run: day, day: new DateOnly(2024, 1, day)));
        }

        var with = With("""[{ "method": "partial", "columns": ["name"], "keep": 1 }]""", "raw.d", "clean.d");
        with["mode"] = "replace-interval";
        foreach (var (run, day) in new[] { (11, 1), (12, 2), (13, 1) })
            await Run("clean.mask", (JsonObject)with.DeepClone(), Runs.Context("mask", run: run, day: new DateOnly(2024, 1, day)));
        Assert.Equal(["***1", "***2"], Rows("select name from clean.d order by 1"));
    }

    private static ColumnJudgement Judged(string column, string? personal) =>
        new() { Column = column, SemanticType = "text", PersonalClass = personal, Confidence = 0.9, Evidence = JsonDocument.Parse("{}").RootElement, RuleVersion = "1" };

    private async Task<CleanMaskOutputs> Mask(string rules, string from = "raw.t", string table = "clean.t") =>
        (CleanMaskOutputs)(await Run("clean.mask", With(rules, from, table), WithSecret())).Outputs!;

    private ActivityContext WithSecret(string value = "a secret of this test only")
    {
        Runs.Secrets["masking-key"] = value;
        return Runs.Context();
    }

    private static JsonObject With(string rules, string from = "raw.t", string table = "clean.t", string? secret = "masking-key") =>
        new() { ["from"] = from, ["table"] = table, ["mode"] = "replace", ["secret"] = secret, ["rules"] = JsonNode.Parse(rules) };

    private async Task Ingest(string csv, string table = "raw.t")
    {
        Write("a.csv", csv);
        await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = table, ["mode"] = "replace", ["header"] = true });
    }
}
