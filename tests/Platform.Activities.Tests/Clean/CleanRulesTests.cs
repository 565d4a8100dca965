using System.Text.Json.Nodes;
using Platform.Activities.Clean;
using Platform.Workflows.Activities;

namespace Platform.Activities.Tests.Clean;

public sealed class CleanRulesTests : ActivityTest
{
    [Fact]
    public async Task Duplicates_by_key_keep_the_row_that_comes_first_in_the_order()
    {
        await Ingest("k,v,t\na,1,1\na,2,3\nb,3,2\n,4,4\n,5,5\na,2,3\n");
        var outputs = await Clean("""[{ "rule": "drop-duplicates", "columns": ["k"], "order_by": ["-t"] }]""");
        Assert.Equal(["∅|4|4", "∅|5|5", "a|2|3", "b|3|2"], Rows("select * from clean.t order by k nulls first, v"));
        Assert.Equal(2, Assert.Single(outputs.Rules).Affected);
    }

    [Fact]
    public async Task Duplicates_without_a_key_are_equal_in_all_columns()
    {
        await Ingest("k,v\na,1\na,1\na,2\n,1\n,1\n");
        Assert.Equal(2, (await Clean("""[{ "rule": "drop-duplicates" }]""")).Rules[0].Affected);
        Assert.Equal("3", One("select count(*) from clean.t"));
    }

    [Fact]
    public async Task Texts_are_trimmed_and_normalised()
    {
        await Ingest("a,b\n\" x \",\"ＡＢＣ１２３　　Ｄ  \"\n　,\u00a0Cafe\u0301\n");
        var outputs = await Clean("""[{ "rule": "trim", "columns": ["a"] }, { "rule": "normalise", "columns": ["b"], "case": "lower" }]""");
        Assert.Equal(["x|abc123 d", "∅|café"], Rows("select * from clean.t order by 1 nulls last"));
        Assert.Equal([2L, 2L], outputs.Rules.Select(rule => rule.Affected));
    }

    [Fact]
    public async Task A_value_that_cannot_be_cast_goes_aside_with_the_whole_row()
    {
        await Ingest("q,name\n6,a\nsix,b\n17850.0,c\n2.5,d\n,e\n");
        var outputs = await Clean("""[{ "rule": "cast", "columns": ["q"], "to": "integer" }]""");
        Assert.Equal((3L, 2L, "clean.t__rejected"), (outputs.Rows, outputs.Rejected, outputs.RejectedTable!));
        Assert.Equal(["6|a", "17850|c", "∅|e"], Rows("select * from clean.t order by name"));
        Assert.Contains("q BIGINT", ColumnsOf("clean.t"));
        Assert.Equal(["raw.t|q|'2.5' is not BIGINT (rule 1)|{\"q\":\"2.5\",\"name\":\"d\"}", "raw.t|q|'six' is not BIGINT (rule 1)|{\"q\":\"six\",\"name\":\"b\"}"], Rows("select file, \"column\", reason, raw from clean.t__rejected order by raw"));
    }

    [Fact]
    public async Task Rules_run_in_order_and_each_sees_what_the_one_before_left()
    {
        await Ingest("price,kind\n-1,a\n,b\n500,c\n20,zzz\n30,a\n");
        var outputs = await Clean("""
            [
              { "rule": "fill", "columns": ["price"], "value": 10 },
              { "rule": "range", "columns": ["price"], "min": 0, "on_fail": "drop" },
              { "rule": "range", "columns": ["price"], "max": 100, "on_fail": "clamp" },
              { "rule": "set", "columns": ["kind"], "values": ["a", "b", "c"], "on_fail": "set-null" },
              { "rule": "where", "condition": "price < 100 or kind = 'c'", "on_fail": "reject" }
            ]
            """);
        Assert.Equal(["10|b", "20|∅", "30|a", "100|c"], Rows("select * from clean.t order by 1"));
        Assert.Equal([1L, 1, 1, 1, 0], outputs.Rules.Select(rule => rule.Affected));
        Assert.Equal(5, Facts.OfType<MetricMeasured>().Count(metric => metric.Name.StartsWith("rule_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Patterns_nulls_and_references_send_rows_aside()
    {
        await Ingest("id,category\n1,\n", "raw.categories");
        await Ingest("code,category,zip\np1,1,200120\np2,9,200120\np3,,12\n,1,200120\n");
        var outputs = await Clean("""
            [
              { "rule": "not-null", "columns": ["code"] },
              { "rule": "pattern", "columns": ["zip"], "pattern": "^[0-9]{6}$" },
              { "rule": "cast", "columns": ["category"], "to": "text" },
              { "rule": "reference", "columns": ["category"], "table": "raw.categories", "references": ["id"] }
            ]
            """);
        Assert.Equal(["p1|1|200120"], Rows("select * from clean.t"));
        Assert.Equal(["category|'9' is not in raw.categories (rule 4)", "code|is null (rule 1)", "zip|'12' does not match ^[0-9]{6}$ (rule 2)"], Rows("select \"column\", reason from clean.t__rejected order by 1"));
        Assert.Equal([1L, 1, 0, 1], outputs.Rules.Select(rule => rule.Affected));
        Assert.Contains(Facts.OfType<AssetRead>(), read => read.Asset == "raw.categories");
    }

    [Fact]
    public async Task A_days_rules_take_the_days_rows_and_are_repeated_without_doubling()
    {
        for (var day = 1; day <= 3; day++)
        {
            Write("a.csv", $"name,at\nx{day},2024-01-{day:D2} 10:00:00\nbad,\n");
            await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = "raw.t" }, Runs.Context("ingest", run: day, day: new DateOnly(2024, 1, day)));
        }
        var rules = """[{ "rule": "not-null", "columns": ["at"] }]""";
        var written = await CleanDay(rules, 2, time: null);
        Assert.Equal((1L, 1L), (written.Rows, written.Rejected));
        var byTime = await CleanDay(rules, 3, time: "at");
        Assert.Equal((1L, 0L), (byTime.Rows, byTime.Rejected));
        await CleanDay(rules, 2, time: null, run: 20);
        Assert.Equal(["x2", "x3"], Rows("select name from clean.t order by 1"));
        Assert.Equal("1", One("select count(*) from clean.t__rejected"));
    }

    [Theory]
    [InlineData("""[{ "rule": "trim" }]""", "names no columns")]
    [InlineData("""[{ "rule": "trim", "columns": ["nope"] }]""", "'nope'")]
    [InlineData("""[{ "rule": "trim", "columns": ["n"] }]""", "is for text")]
    [InlineData("""[{ "rule": "cast", "columns": ["n"] }]""", "has no type")]
    [InlineData("""[{ "rule": "cast", "columns": ["n"], "to": "colour" }]""", "'colour'")]
    [InlineData("""[{ "rule": "range", "columns": ["n"] }]""", "has no bound")]
    [InlineData("""[{ "rule": "set", "columns": ["n"] }]""", "has no values")]
    [InlineData("""[{ "rule": "pattern", "columns": ["k"], "pattern": "(" }]""", "(")]
    [InlineData("""[{ "rule": "reference", "columns": ["k"] }]""", "has no table")]
    [InlineData("""[{ "rule": "reference", "columns": ["k"], "table": "raw.missing" }]""", "raw.missing")]
    [InlineData("""[{ "rule": "where", "condition": "nonsense >" }]""", "syntax")]
    [InlineData("""[{ "rule": "where", "condition": "true", "on_fail": "clamp" }]""", "whole rows")]
    [InlineData("""[{ "rule": "polish", "columns": ["k"] }]""", "polish")]
    public async Task A_rule_that_makes_no_sense_is_named(string rules, string part)
    {
        await Ingest("k,n\na,1\n");
        var error = await Fails("clean.rules", With(rules));
        Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Numbers of a workflow's YAML are .NET numbers and no parsed JSON.</summary>
    [Fact]
    public async Task Bounds_and_values_from_yaml_are_understood()
    {
        await Ingest("k,n\na,1\nb,5\nc,9\n");
        var with = With("[]");
        with["rules"] = new JsonArray(
            new JsonObject { ["rule"] = "range", ["columns"] = new JsonArray("n"), ["min"] = JsonValue.Create(2L), ["max"] = JsonValue.Create(9.5) });
        Assert.Equal(2, ((CleanRulesOutputs)(await Run("clean.rules", with)).Outputs!).Rows);
    }

    [Fact]
    public async Task Columns_keep_their_lineage_changed_or_not()
    {
        await Ingest("k,n\na,1\n");
        await Clean("""[{ "rule": "trim", "columns": ["k"] }, { "rule": "range", "columns": ["n"], "min": 0 }]""");
        var edges = Assert.Single(Facts.OfType<ColumnsDerived>()).Edges;
        Assert.Equal(
            [new("raw.t", "k", "k", ColumnEdgeKind.Transformation), new("raw.t", "n", "n", ColumnEdgeKind.Identity), new("raw.t", "n", null, ColumnEdgeKind.Filter)],
            edges);
    }

    private async Task<CleanRulesOutputs> Clean(string rules) => (CleanRulesOutputs)(await Run("clean.rules", With(rules))).Outputs!;

    private async Task<CleanRulesOutputs> CleanDay(string rules, int day, string? time, long? run = null)
    {
        var with = With(rules);
        with["mode"] = "replace-interval";
        with["time"] = time;
        return (CleanRulesOutputs)(await Run("clean.rules", with, Runs.Context("clean", run: run ?? day, day: new DateOnly(2024, 1, day)))).Outputs!;
    }

    private static JsonObject With(string rules) => new() { ["from"] = "raw.t", ["table"] = "clean.t", ["mode"] = "replace", ["rules"] = JsonNode.Parse(rules) };

    private async Task Ingest(string csv, string table = "raw.t")
    {
        Write("a.csv", csv);
        await Run("ingest.files", new() { ["path"] = "a.csv", ["table"] = table, ["mode"] = "replace", ["header"] = true });
    }
}
