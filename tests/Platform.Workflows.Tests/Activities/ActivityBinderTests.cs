using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Tests.Activities;

public class ActivityBinderTests
{
    private static readonly ActivityDescriptor Kitchen = ActivityCatalog.Empty.WithTypes(typeof(KitchenActivity)).Get("test.kitchen");
    private static readonly ActivityDescriptor Greet = ActivityCatalog.Empty.WithTypes(typeof(GreetActivity)).Get("test.greet");

    private static KitchenActivity Bind(string json) => (KitchenActivity)ActivityBinder.Create(Kitchen, new Services(), JsonNode.Parse(json)!.AsObject());

    [Fact]
    public void Every_type_of_field_takes_its_value()
    {
        var bound = Bind("""
            {"path": "x", "table": "a.b", "mode": "append", "tries": 7, "limit": 9007199254740993, "share": 1, "price": 2.50, "header": false,
             "pause": "1h30m", "day": "2026-01-31", "since": "2026-01-31T08:00:00+08:00", "encoding": "gbk", "anything": {"a": [1]},
             "columns": ["a", 5], "weights": {"x": 1}, "rules": [{"column": "c", "kind": "drop-nulls"}, {"column": "d", "kind": "trim", "limit": 2, "words": []}]}
            """);

        Assert.Equal(("x", "a.b", WriteMode.Append, 7, 9007199254740993L), (bound.Path, bound.Table, bound.Mode, bound.Tries, bound.Limit));
        Assert.Equal((1.0, 2.50m, false, TimeSpan.FromMinutes(90)), (bound.Share, bound.Price, bound.Header, bound.Pause));
        Assert.Equal(new DateOnly(2026, 1, 31), bound.Day);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero), bound.Since);
        Assert.Equal(["a", "5"], bound.Columns);
        Assert.Equal(1, bound.Weights["x"]);
        Assert.Equal("{\"a\":[1]}", bound.Anything!.ToJsonString());
        Assert.Equal(new[] { RuleKind.DropNulls, RuleKind.Trim }, bound.Rules.Select(r => r.Kind));
        Assert.Equal(["a"], bound.Rules[0].Words);
        Assert.Equal(2, bound.Rules[1].Limit);
    }

    [Fact]
    public void Fields_that_are_left_out_or_null_keep_their_defaults()
    {
        var bound = Bind("""{"path": "x", "tries": null, "limit": null}""");

        Assert.Equal((WriteMode.ReplaceInterval, 3, null, 0.5, 1.10m), (bound.Mode, bound.Tries, bound.Limit, bound.Share, bound.Price));
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var failure = Assert.Throws<ActivityException>(() => Bind("""
            {"mod": "append", "tries": 11, "mode": "replace", "header": "yes", "pause": "5", "day": "31.1.2026", "columns": "a", "limit": 1.5,
             "table": "Orders", "weights": {"x": "one"}, "rules": [{"column": "c", "kind": "trimm", "colour": 1}]}
            """));

        Assert.Equal("bad-input", failure.Kind);
        Assert.False(failure.Retryable);
        foreach (var part in new[] { "no field 'mod'. Did you mean 'mode'?", "needs 'path'", "'tries' is 11, which is not between 1 and 10", "'mode' is 'replace'", "'header' expects true or false", "'pause' is '5'", "'day' is '31.1.2026'", "'columns' expects a list, not the text 'a'. Write [a].", "'limit' expects a whole number", "schema.table", "'weights.x' expects a whole number", "Did you mean 'trim'?", "no field 'colour'" })
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_leaves_templates_for_later()
    {
        var problems = ActivityBinder.Check(Kitchen, JsonNode.Parse("""{"path": "{{ params.p }}", "tries": "{{ params.n }}", "columns": ["{{ params.c }}"], "share": "much", "rules": [{"column": "{{ params.c }}", "kind": "trim"}]}""")!.AsObject());

        Assert.Equal(["share"], problems.Select(p => p.Path));
    }

    [Fact]
    public void Services_come_through_the_constructor_and_optional_ones_may_be_missing()
    {
        var bare = (GreetActivity)ActivityBinder.Create(Greet, new Services(TimeProvider.System), []);
        var full = (GreetActivity)ActivityBinder.Create(Greet, new Services(TimeProvider.System, CultureInfo.InvariantCulture), []);

        Assert.Null(bare.Culture);
        Assert.Same(CultureInfo.InvariantCulture, full.Culture);
    }

    [Fact]
    public void A_missing_service_is_named()
    {
        var failure = Assert.Throws<ActivityException>(() => ActivityBinder.Create(Greet, new Services(), []));

        Assert.Contains("TimeProvider", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
    }
}
