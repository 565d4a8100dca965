using System.Text.Json.Nodes;
using Platform.Workflows.Activities;
using Platform.Workflows.Templates;

namespace Platform.Workflows.Tests.Templates;

public class TemplateTests
{
    private static readonly TemplateScope Scope = new()
    {
        Parameters = new Dictionary<string, JsonNode?>
        {
            ["source"] = "/data/shop",
            ["n"] = 5,
            ["big"] = JsonNode.Parse("9007199254740993"),
            ["ratio"] = 0.25,
            ["flag"] = true,
            ["nothing"] = null,
            ["tags"] = JsonNode.Parse("""["a", "b"]"""),
            ["map"] = JsonNode.Parse("""{"k": {"x": [10, 20]}, "odd key": 1}"""),
            ["day"] = "2011-01-31",
            ["empty"] = new JsonArray(),
            ["gaps"] = JsonNode.Parse("""[{"k": 1}, null]"""),
        },
        Interval = new DataInterval(new(2010, 11, 30, 16, 0, 0, TimeSpan.Zero), new(2010, 12, 1, 16, 0, 0, TimeSpan.Zero)),
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"),
        Run = new TemplateRun(42, "shop", "schedule"),
        Outputs = new Dictionary<string, JsonNode?>
        {
            ["clean"] = JsonNode.Parse("""{"rows": 7, "partitions": ["p1", "p2"], "none": null}"""),
            ["score"] = JsonNode.Parse("""[{"rows": 1}, {"rows": 2}]"""),
            ["some"] = JsonNode.Parse("""[null, {"rows": 1}, null, {"rows": null}, {"rows": 3}, null]"""),
            ["uneven"] = JsonNode.Parse("""[{"rows": 1}, null, {"cols": 2}]"""),
            ["without"] = new JsonArray(null, null),
            ["over_nothing"] = new JsonArray(),
        },
        ElementName = "part",
        Element = JsonNode.Parse("""{"id": 3}"""),
    };

    private sealed class Vault : ISecrets
    {
        public List<string> Asked { get; } = [];

        public ValueTask<string> GetAsync(string name, CancellationToken cancellationToken)
        {
            Asked.Add(name);
            return name == "token" ? new("s3cr3t-value") : throw new SecretNotFoundException(name);
        }
    }

    private static async Task<JsonNode?> Value(string text) => await TemplateEvaluator.EvaluateAsync(JsonValue.Create(text), Scope, new Vault());

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("{{ params.source }}/{{ interval.start | date 'yyyy-MM-dd' }}.csv", "\"/data/shop/2010-12-01.csv\"")]
    [InlineData("{{ interval.start }}", "\"2010-11-30T16:00:00Z\"")]
    [InlineData("{{ interval.end | add '-1d' | date 'dd.MM.yy HH:mm' }}", "\"01.12.10 00:00\"")]
    [InlineData("{{ params.day | date 'yyyyMMdd' }}", "\"20110131\"")]
    [InlineData("{{ params.day | date 'd' }}", "\"31\"")]
    [InlineData("{{ params.day | add '1d' | date 'yyyy-MM-dd' }}", "\"2011-02-01\"")]
    [InlineData("{{ params.n }}", "5")]
    [InlineData("  {{ params.n }}\n", "5")]
    [InlineData("n={{ params.n }}", "\"n=5\"")]
    [InlineData("{{ params.n | add 2 }}", "7")]
    [InlineData("{{ params.big }}", "9007199254740993")]
    [InlineData("{{ params.ratio }}", "0.25")]
    [InlineData("{{ params.flag }}", "true")]
    [InlineData("{{ params.tags }}", "[\"a\",\"b\"]")]
    [InlineData("{{ params.tags | join '-' }}!", "\"a-b!\"")]
    [InlineData("{{ params.tags | json }}!", "\"[\\u0022a\\u0022,\\u0022b\\u0022]!\"")]
    [InlineData("{{ params.tags | first | upper }}", "\"A\"")]
    [InlineData("{{ params.tags | last }}", "\"b\"")]
    [InlineData("{{ params.tags | length }}", "2")]
    [InlineData("{{ params.tags[1] }}{{ params.tags.0 }}{{ params.tags[-1] }}", "\"bab\"")]
    [InlineData("{{ params.map.k.x[1] }}", "20")]
    [InlineData("{{ params.map['odd key'] }}", "1")]
    [InlineData("{{ params.nothing | default 'x' }}", "\"x\"")]
    [InlineData("{{ params.map.missing.deep | default 1 }}", "1")]
    [InlineData("{{ tasks.gone.outputs.rows | default 0 }}", "0")]
    [InlineData("{{ tasks.clean.outputs.rows }}", "7")]
    [InlineData("{{ tasks.clean.outputs.partitions }}", "[\"p1\",\"p2\"]")]
    [InlineData("{{ tasks.score.outputs.rows }}", "[1,2]")]
    [InlineData("{{ tasks.score.outputs | length }}", "2")]
    [InlineData("{{ tasks.some.outputs.rows }}", "[1,null,3]")]
    [InlineData("{{ tasks.some.outputs['rows'] | last }}", "3")]
    [InlineData("{{ tasks.some.outputs | length }}", "6")]
    [InlineData("{{ tasks.some.outputs[1].rows }}", "1")]
    [InlineData("{{ tasks.without.outputs.rows }}", "[]")]
    [InlineData("{{ tasks.over_nothing.outputs.rows }}", "[]")]
    [InlineData("{{ part.id }}", "3")]
    [InlineData("{{ run.id }}-{{ run.workflow }}-{{ run.trigger }}", "\"42-shop-schedule\"")]
    [InlineData("{{ 'it''s {{ fine }}' }}", "\"it\\u0027s {{ fine }}\"")]
    [InlineData("{{ ' A b ' | trim | replace ' ' '_' | lower }}", "\"a_b\"")]
    [InlineData("{{ [params.n, 'x'] }}", "[5,\"x\"]")]
    [InlineData("{{ 1 < 2 and not (2 == 3) }}", "true")]
    public async Task A_template_has_its_value(string text, string json) => Assert.Equal(json, (await Value(text))!.ToJsonString());

    [Theory]
    [InlineData("{{ params.nothing }}", "null", 3)]
    [InlineData("a {{ params.nothing }}", "null", 5)]
    [InlineData("{{ params.sauce }}", "Did you mean 'source'?", 10)]
    [InlineData("{{ tasks.gone.outputs.rows }}", "no outputs", 3)]
    [InlineData("{{ tasks.clean.outputs.row }}", "Did you mean 'rows'?", 3)]
    [InlineData("{{ tasks.clean.outputs.none }}", "null", 3)]
    [InlineData("{{ tasks.uneven.outputs.rows }}", "Element 2 of 'tasks.uneven.outputs' has no 'rows'", 24)]
    [InlineData("{{ params.gaps.k }}", "has no 'k'", 15)]
    [InlineData("{{ params.tags[5] }}", "2 elements", 3)]
    [InlineData("{{ params.empty | first }}", "empty", 18)]
    [InlineData("x {{ params.tags }}", "join", 5)]
    [InlineData("{{ params.n.x }}", "has no 'x'", 12)]
    [InlineData("{{ nobody }}", "There is no 'nobody'", 3)]
    [InlineData("{{ params }}", "alone", 3)]
    [InlineData("{{ params.n | date 'yyyy' }}", "works on a time", 14)]
    [InlineData("{{ params.source == params.n }}", "cannot compare", 17)]
    [InlineData("{{ params.n | nope }}", "no filter 'nope'", 14)]
    [InlineData("{{ params.n | upper 1 }}", "argument", 14)]
    [InlineData("{{ params.n", "'}}' is missing", 11)]
    [InlineData("{{ }}", "nothing between", 3)]
    [InlineData("{{ params.n params.n }}", "Expected an operator", 12)]
    [InlineData("{{ params. }}", "a name after", 11)]
    [InlineData("{{ 'open }}", "closing", 3)]
    [InlineData("{{ params.n = 5 }}", "Write '=='", 12)]
    [InlineData("{{ params.n && true }}", "written 'and'", 12)]
    [InlineData("{{ a ; b }}", "no meaning", 5)]
    [InlineData("{{ secret name }}", "named by a text", 10)]
    [InlineData("{{ params.day | date 'q%' }}", "no date format", 16)]
    public async Task What_has_no_value_says_why_and_where(string text, string message, int position)
    {
        var failure = await Assert.ThrowsAsync<TemplateException>(() => Value(text));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(position, failure.Position);
    }

    [Fact]
    public async Task A_run_without_an_interval_says_how_to_give_one() =>
        Assert.Contains("--date", (await Assert.ThrowsAsync<TemplateException>(async () => await TemplateEvaluator.EvaluateAsync(JsonValue.Create("{{ interval.start }}"), Scope with { Interval = null }, new Vault()))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Inputs_are_resolved_in_depth_and_secrets_are_reported()
    {
        var vault = new Vault();
        var with = JsonNode.Parse("""{"url": "https://x/{{ params.n }}", "headers": {"Authorization": "Bearer {{ secret 'token' }}", "upper": "{{ secret 'token' | upper }}"}, "list": ["{{ part }}", 1, null, true]}""")!.AsObject();

        var resolved = await TemplateEvaluator.EvaluateAsync(with, Scope, vault);

        Assert.Equal("""{"url":"https://x/5","headers":{"Authorization":"Bearer s3cr3t-value","upper":"S3CR3T-VALUE"},"list":[{"id":3},1,null,true]}""", resolved.Values.ToJsonString());
        Assert.Equal(["S3CR3T-VALUE", "s3cr3t-value"], resolved.SecretValues.Order(StringComparer.Ordinal));
        Assert.Equal(["token"], vault.Asked);
        Assert.Equal("https://x/{{ params.n }}", with["url"]!.ToString());
    }

    [Fact]
    public async Task A_missing_secret_is_named() =>
        Assert.Equal("nobody", (await Assert.ThrowsAsync<SecretNotFoundException>(() => Value("{{ secret 'nobody' }}"))).Name);

    [Fact]
    public async Task A_failure_names_its_field()
    {
        var with = JsonNode.Parse("""{"a": {"b": ["x", "{{ params.nothing }}"]}}""")!.AsObject();
        var failure = await Assert.ThrowsAsync<TemplateException>(async () => await TemplateEvaluator.EvaluateAsync(with, Scope, new Vault()));
        Assert.Equal("a.b[1]", failure.Path);
        Assert.StartsWith("'a.b[1]': ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("params.n > 3", true)]
    [InlineData("{{ params.n > 3 }}", true)]
    [InlineData("params.n >= 5.0 and params.n <= 5", true)]
    [InlineData("params.flag", true)]
    [InlineData("not params.flag or params.n != 5", false)]
    [InlineData("'a' in params.tags", true)]
    [InlineData("'c' not in params.tags", true)]
    [InlineData("5 in params.tags", false)]
    [InlineData("'shop' in params.source", true)]
    [InlineData("'k' in params.map", true)]
    [InlineData("run.trigger in ['manual', 'schedule']", true)]
    [InlineData("params.nothing == null", true)]
    [InlineData("tasks.gone.outputs.rows == null", true)]
    [InlineData("params.n != null", true)]
    [InlineData("interval.start < '2010-12-01T00:00:01'", true)]
    [InlineData("interval.start == '2010-12-01'", true)]
    [InlineData("params.tags == ['a', 'b']", true)]
    [InlineData("tasks.clean.outputs.partitions | length > 1", true)]
    [InlineData("true", true)]
    [InlineData("false and params.nothing == 1", false)]
    public void Conditions_are_decided(string when, bool holds) => Assert.Equal(holds, TemplateEvaluator.EvaluateCondition(when, Scope));

    [Theory]
    [InlineData("params.n")]
    [InlineData("params.nothing == 1")]
    [InlineData("params.source > 1")]
    [InlineData("params.n in 5")]
    [InlineData("{{ params.flag }} {{ params.flag }}")]
    public void A_condition_that_cannot_be_decided_fails(string when) =>
        Assert.Equal("when", Assert.Throws<TemplateException>(() => TemplateEvaluator.EvaluateCondition(when, Scope)).Path);

    [Fact]
    public void A_map_goes_over_a_list()
    {
        Assert.Equal("[\"p1\",\"p2\"]", TemplateEvaluator.EvaluateList(JsonValue.Create("{{ tasks.clean.outputs.partitions }}"), Scope).ToJsonString());
        Assert.Equal("[5,2]", TemplateEvaluator.EvaluateList(JsonNode.Parse("""["{{ params.n }}", 2]""")!, Scope).ToJsonString());
        Assert.Contains("goes over a list", Assert.Throws<TemplateException>(() => TemplateEvaluator.EvaluateList(JsonValue.Create("{{ params.n }}"), Scope)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        Assert.Contains("too deeply", Assert.Throws<TemplateException>(() => TemplateExpression.Parse(new string('(', 100_000))).Message, StringComparison.Ordinal);
        Assert.Contains("too deeply", Assert.Throws<TemplateException>(() => TemplateExpression.Parse(string.Concat(Enumerable.Repeat("not ", 100_000)))).Message, StringComparison.Ordinal);
        Assert.Contains("too deeply", Assert.Throws<TemplateException>(() => TemplateExpression.Parse(new string('[', 100_000))).Message, StringComparison.Ordinal);
    }
}
