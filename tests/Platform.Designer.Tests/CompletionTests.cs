using Platform.Designer.Author.Completion;
using Platform.Designer.Ports;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Designer.Tests;

/// <summary>The caret is where the bar | stands; what is suggested first comes first.</summary>
public sealed class CompletionTests
{
    private const string Workflow = """
        name: shop
        params:
          source: { type: path, default: a }
        tasks:
          - id: load
            activity: test.load
            with: { path: "{{ params.source }}", table: raw.orders }
          - id: clean
            activity: test.sql
            after: [load]
            with:
              table: clean.orders
              sql: |
                select o.amount
                from raw.orders o
                where SQL
          - id: rules
            activity: test.rules
            after: [clean]
            queue: QUEUE
            trigger_rule: RULE
            when: WHEN
            with:
              from: clean.orders
              text: "{{ TEXT }}"
              KEY
              flow: { by: [FLOW] }
              rules:
                - { rule: RULEKIND, columns: [COLUMNS] }
                - columns:
                    - BLOCK
        MORE
        """;

    private static readonly ActivityCatalog Activities = ActivityCatalog.FromAssemblies(typeof(LoadTest).Assembly);

    private static readonly Knowledge Known = new()
    {
        Activities = Activities,
        Draft = WorkflowReader.Read(Places.Aggregate(Workflow.Replace("MORE", "", StringComparison.Ordinal).Replace("KEY", "", StringComparison.Ordinal), (text, place) => text.Replace(place, "x", StringComparison.Ordinal)), Activities).Draft,
        Written = [new("raw.orders", ["load"], [new("id", "BIGINT"), new("amount", "DOUBLE"), new("Unit Price", "DOUBLE")]), new("clean.orders", ["clean"], [new("amount", "DOUBLE"), new("seen at", "DATE")])],
        Tables = [new("shop.customers", "120 rows"), new("raw.orders", "5 rows")],
        Columns = table => Task.FromResult<IReadOnlyList<DataColumn>>(table == "shop.customers" ? [new("customer", "VARCHAR"), new("order", "BIGINT")] : []),
        Secrets = ["shop-token"],
        Queues = ["default", "gpu"],
        Functions = [new("regexp_replace", "(string, pattern, replacement)", "Replaces."), new("sum", "(arg)", null)],
    };

    private static IEnumerable<string> Places => ["SQL", "QUEUE", "RULEKIND", "RULE", "WHEN", "TEXT", "FLOW", "COLUMNS", "BLOCK"];

    [Theory]
    [InlineData("QUEUE", "|", "default, gpu")]
    [InlineData("QUEUE", "g|", "gpu")]
    [InlineData("RULE\n", "none_f|\n", "none_failed, none_failed_min_one_success")]
    [InlineData("RULEKIND", "|", "trim, cast")]
    [InlineData("RULEKIND", "c|", "cast")]
    [InlineData("COLUMNS", "|", "amount, seen at")]
    [InlineData("COLUMNS", "amount, s|", "seen at")]
    [InlineData("BLOCK", "a|", "amount, seen at")]
    [InlineData("TEXT", "params.|", "params.source")]
    [InlineData("TEXT", "tasks.load|", "tasks.load.outputs.rows, tasks.load.outputs.table")]
    [InlineData("TEXT", "secret 's|", "shop-token")]
    [InlineData("TEXT", "params.source | up|", "upper")]
    [InlineData("WHEN", "tasks.clean.outputs.r|", "tasks.clean.outputs.rows")]
    [InlineData("after: [load]\n    with", "after: [load, |]\n    with", "")]
    [InlineData("after: [clean]", "after: [l|]", "load")]
    [InlineData("activity: test.sql", "activity: test.|", "test.load, test.rules, test.sql")]
    [InlineData("clean.orders\n      text", "sh|\n      text", "shop.customers")]
    [InlineData("clean.orders\n      text", "|\n      text", "raw.orders, clean.orders, shop.customers")]
    [InlineData("KEY", "f|", "flow, flag")]
    [InlineData("KEY", "flag: |", "true, false")]
    [InlineData("FLOW", "a|", "amount, seen at")]
    [InlineData("MORE", "li|", "limits, deadline")]
    [InlineData("MORE", "limits:\n  |", "active_runs, active_tasks")]
    [InlineData("MORE", "limits: { active_runs: 1, | }", "active_tasks")]
    [InlineData("MORE", "schedule:\n  catchup: |", "true, false")]
    [InlineData("MORE", "on_failure:\n  - kind: |", "webhook, email, log")]
    [InlineData("MORE", "on_failure:\n  - { kind: log, s| }", "secret")]
    [InlineData("MORE", "  - id: more\n    ret|", "retries, retry_delay, retry_max_delay, retry_on")]
    [InlineData("MORE", "# a com|", "")]
    public async Task The_yaml_offers_what_fits_its_place(string place, string typed, string expected) =>
        Assert.Equal(expected, string.Join(", ", Labels(await At(place, typed))));

    [Theory]
    [InlineData("o.|", "id, amount, Unit Price")]
    [InlineData("o.\"a|", "amount")]
    [InlineData("am|", "amount")]
    [InlineData("$|", "source, interval_start, interval_end")]
    [InlineData("x = 'from |'", "")]
    [InlineData("true -- from |", "")]
    [InlineData("id in (select c.order from |)", "raw.orders, shop.customers")]
    [InlineData("id in (select c.| from shop.customers c)", "customer, order")]
    [InlineData("id in (select 1 from shop.|)", "customers")]
    [InlineData("regexp_r|", "regexp_replace")]
    public async Task A_statement_in_it_offers_tables_columns_and_parameters(string typed, string expected) =>
        Assert.Equal(expected, string.Join(", ", Labels(await At("SQL", typed)).Take(3)));

    [Theory]
    [InlineData("select | from raw.orders", "id, amount, Unit Price")]
    [InlineData("with big as (select id as k, amount from raw.orders) select big.| from big", "k, amount")]
    [InlineData("with big as (select id from raw.orders) select 1 from |", "big, raw.orders, shop.customers")]
    [InlineData("select 1 from raw.orders a, |", "raw.orders, shop.customers")]
    [InlineData("select 1 from raw.o|", "orders")]
    [InlineData("|", "select, from, where")]
    public async Task A_query_is_read_as_a_whole(string sql, string expected)
    {
        var found = await SqlCompletion.AtAsync(sql.Replace("|", "", StringComparison.Ordinal), sql.IndexOf('|', StringComparison.Ordinal), new SqlPlace("clean"), Known);
        Assert.Equal(expected, string.Join(", ", found.Items.Select(i => i.Label).Take(3)));
    }

    [Fact]
    public async Task A_name_that_sql_would_read_otherwise_is_quoted()
    {
        var columns = (await SqlCompletion.AtAsync("select c. from shop.customers c, raw.orders o", 9, new SqlPlace("clean"), Known)).Items;
        Assert.Equal("\"order\"", columns.Single(c => c.Label == "order").Insert);
        Assert.Null(columns.Single(c => c.Label == "customer").Insert);
    }

    [Fact]
    public async Task What_is_typed_is_replaced_and_nothing_before_it()
    {
        Assert.Equal(2, (await At("MORE", "li|")).Length);
        Assert.Equal(8, (await At("TEXT", "params.s|")).Length);
        Assert.Equal(1, (await At("SQL", "id in (select 1 from raw.o|)")).Length);
    }

    [Theory]
    [InlineData("activity: test.sql", "activity: te|st.sql", "Statement", "Writes rows.")]
    [InlineData("rules:", "ru|les:", "Rules", "What is done.")]
    [InlineData("TEXT", "interval.st|art", "interval.start", "Complete.Interval.Start")]
    [InlineData("queue: QUEUE", "qu|eue: gpu", "queue", "Key.queue")]
    [InlineData("SQL", "o.amo|unt > 5", "amount", "DOUBLE · raw.orders")]
    [InlineData("SQL", "re|gexp_replace(a, b, c)", "regexp_replace", "Replaces.")]
    public async Task A_word_is_explained(string place, string typed, string title, string text)
    {
        var (yaml, caret) = Put(place, typed);
        var found = await YamlHelp.AtAsync(yaml, caret, Known);
        Assert.Equal(title, found?.Title);
        Assert.Contains(text, $"{found!.Detail} {found.Help}", StringComparison.Ordinal);
        Assert.InRange(caret, found.Start, found.End);
    }

    [Fact]
    public async Task A_text_of_two_hundred_tasks_is_answered_at_once_at_every_place()
    {
        var text = "name: big\ntasks:\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"  - id: t{i}\n    activity: test.sql\n    with: {{ table: a.t{i}, sql: \"select 1 from raw.orders o where o.id = {i}\" }}\n"));
        for (var at = 0; at < text.Length; at += 97)
            _ = Assert.IsType<SuggestionList>(await YamlCompletion.AtAsync(text, at, Known));
    }

    private static IEnumerable<string> Labels(SuggestionList found) => found.Items.Where(i => i.Kind is not (SuggestionKind.Keyword) || i.Label == "select").Select(i => i.Label);

    private static Task<SuggestionList> At(string place, string typed)
    {
        var (yaml, caret) = Put(place, typed);
        return YamlCompletion.AtAsync(yaml, caret, Known);
    }

    private static (string Yaml, int Caret) Put(string place, string typed)
    {
        var at = Workflow.IndexOf(place, StringComparison.Ordinal);
        var bar = typed.LastIndexOf('|');
        if (bar > 0 && typed.IndexOf('|', StringComparison.Ordinal) < bar && !typed.Contains("| up|", StringComparison.Ordinal))
            bar = typed.IndexOf('|', StringComparison.Ordinal);
        return (Workflow[..at] + typed.Remove(bar, 1) + Workflow[(at + place.Length)..], at + bar);
    }
}

public sealed record TestOutputs(long Rows, string Table);

[Activity("test.load", Title = "Load", Help = "Loads.", Stage = Stage.Ingest, Icon = "box", Outputs = typeof(TestOutputs))]
public sealed class LoadTest : IActivity
{
    [Field(Kind = FieldKind.Table, TableUse = TableUse.Writes)]
    public required string Table { get; set; }

    [Field]
    public string Path { get; set; } = "";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}

[Activity("test.sql", Title = "Statement", Help = "Writes rows.", Stage = Stage.Clean, Icon = "box", Outputs = typeof(TestOutputs))]
public sealed class SqlTest : IActivity
{
    [Field(Kind = FieldKind.Table, TableUse = TableUse.Writes)]
    public required string Table { get; set; }

    [Field(Kind = FieldKind.Sql)]
    public required string Sql { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}

public enum TestRuleKind
{
    Trim,
    Cast,
}

public sealed record TestRule
{
    public required TestRuleKind Rule { get; init; }

    [Field(Kind = FieldKind.Columns)]
    public IReadOnlyList<string> Columns { get; init; } = [];
}

public sealed record TestFlow
{
    [Field(Kind = FieldKind.Columns)]
    public IReadOnlyList<string> By { get; init; } = [];
}

[Activity("test.rules", Title = "Rules", Help = "Rules.", Stage = Stage.Clean, Icon = "box", Outputs = typeof(TestOutputs))]
public sealed class RulesTest : IActivity
{
    [Field(Kind = FieldKind.Table, TableUse = TableUse.Reads)]
    public required string From { get; set; }

    [Field]
    public string Text { get; set; } = "";

    [Field(Help = "What is done.")]
    public IReadOnlyList<TestRule> Rules { get; set; } = [];

    [Field]
    public TestFlow? Flow { get; set; }

    [Field]
    public bool Flag { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}
