using System.Text.Json.Nodes;
using Platform.Activities.Checks;
using Platform.Testing;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Tests.Checks;

public sealed class DataChecksTests : ActivityTest
{
    private static readonly ActivityCatalog Catalog = ActivityCatalog.FromAssemblies(typeof(Workspace).Assembly);

    [Fact]
    public async Task A_table_that_nobody_writes_or_knows_is_told_at_the_line_of_the_statement()
    {
        var problem = Assert.Single(await CheckAsync("""
            name: w
            tasks:
              - id: ingest
                activity: ingest.files
                with: { path: a.csv, table: raw.orders, mode: replace }
              - id: clean
                activity: clean.sql
                after: [ingest]
                with:
                  table: clean.orders
                  mode: replace
                  sql: |
                    select *
                    from raw.order
            """));

        Assert.Equal(("unknown-table", "clean", "with.sql", 14, 14), (problem.Code, problem.TaskId, problem.Field, problem.Line, problem.Column));
        Assert.Contains("Did you mean 'raw.orders'?", problem.Message, StringComparison.Ordinal);
        Assert.Equal(ProblemSeverity.Warning, problem.Severity);
    }

    [Theory]
    [InlineData("inventory", null)]
    [InlineData("other", "which workflow 'nightly' writes and has not written yet. Run 'nightly' first.")]
    [InlineData("nobody", "which no task writes and which the inventory does not know.")]
    public async Task What_else_writes_a_table_is_asked_for(string known, string? expected)
    {
        var problems = await CheckAsync(Reads("select * from raw.orders"), origin: known switch { "inventory" => new(true), "other" => new(false, "nightly"), _ => new(false) });

        Assert.Equal(expected is null ? 0 : 1, problems.Count);
        if (expected is not null)
            Assert.Contains(expected, problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_of_a_table_that_cannot_be_made_are_told_at_their_field()
    {
        var problems = await CheckAsync("""
            name: w
            tasks:
              - id: make
                activity: clean.sql
                with: { table: clean.made, mode: replace, sql: "select 1 as a, 'x' as b" }
              - id: check
                activity: quality.check
                after: [make]
                with:
                  table: clean.made
                  checks:
                    - { check: range, columns: [a] }
                    - { check: not-null, columns: [a, colour] }
                    - { check: where, condition: c > 1 }
                    - { check: sql, sql: "select * from {table} where d > 1" }
                    - { check: unique, columns: [a] }
                    - { check: unique, columns: [a] }
            """);

        Assert.Equal([("bad-check", "with.checks[0]"), ("bad-check", "with.checks[5]"), ("unknown-column", "with.checks[1].columns[1]"), ("unknown-column", "with.checks[2].condition"), ("unknown-column", "with.checks[3].sql")],
            problems.Select(problem => (problem.Code, problem.Field)).Order());
        Assert.All(problems, problem => Assert.Equal("check", problem.TaskId));
        Assert.Contains(problems, problem => problem.Message.StartsWith("Check 1 of task 'check' cannot be made: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("control.command", "program: make")]
    [InlineData("control.workflow", "workflow: other")]
    [InlineData("control.wait_for_table", "table: raw.orders")]
    public async Task What_runs_or_waits_for_others_may_have_written_it(string activity, string with)
    {
        Assert.Empty(await CheckAsync($$"""
            name: w
            tasks:
              - { id: first, activity: {{activity}}, with: { {{with}} } }
              - { id: clean, activity: clean.sql, after: [first], with: { table: clean.orders, mode: replace, sql: select * from raw.orders } }
            """));
    }

    [Fact]
    public async Task A_table_that_is_written_beside_or_behind_its_reader_is_to_be_connected()
    {
        const string text = """
            name: w
            tasks:
              - { id: ingest, activity: ingest.files, AFTER with: { path: a.csv, table: raw.orders, mode: replace } }
              - { id: clean, activity: clean.sql, with: { table: clean.orders, mode: replace, sql: select * from raw.orders } }
            """;
        var beside = Assert.Single(await CheckAsync(text.Replace("AFTER ", "", StringComparison.Ordinal)));
        Assert.Equal("not-upstream", beside.Code);
        Assert.Contains("Connect 'ingest' to 'clean'", beside.Message, StringComparison.Ordinal);

        var behind = Assert.Single(await CheckAsync(text.Replace("AFTER ", "after: [clean], ", StringComparison.Ordinal)));
        Assert.Equal("read-before-written", behind.Code);

        // What an earlier run left is read on purpose.
        await Ingest("id,amount\n1,2.5\n");
        Assert.Empty(await CheckAsync(text.Replace("AFTER ", "after: [clean], ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("select amounts from raw.orders", "unknown-column", "names column 'amounts', which 'raw.orders' does not have. Did you mean 'amount'?")]
    [InlineData("select id from raw.orders where name > 5", "type-mismatch", "types do not fit")]
    [InlineData("select id + name as x from raw.orders", "type-mismatch", "types do not fit")]
    [InlineData("select summ(amount) as x from raw.orders", "unknown-function", "calls 'summ'")]
    [InlineData("select id fro raw.orders", "bad-sql", "cannot be parsed")]
    [InlineData("select id from raw.orders where amount > $leest", "unknown-parameter", "takes $leest, and the workflow has no such parameter. Did you mean 'least'?")]
    [InlineData("select id, amount from raw.orders where amount > $least", null, null)]
    [InlineData("select id from raw.orders where seen::date = $day or name = $day", null, null)]
    public async Task A_statement_is_bound_to_what_its_tables_have(string sql, string? code, string? expected)
    {
        await Ingest("id,name,amount,seen\n1,a,2.5,2024-01-01 10:00:00\n");

        var problems = await CheckAsync(Reads(sql));

        Assert.Equal(code is null ? [] : [code], problems.Select(p => p.Code));
        if (expected is not null)
            Assert.Contains(expected, problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_followed_through_statements_that_have_never_run()
    {
        await Ingest("id,name,amount,seen\n1,a,2.5,2024-01-01 10:00:00\n");
        const string text = """
            name: w
            tasks:
              - { id: clean, activity: clean.sql, with: { table: clean.orders, mode: replace, sql: "select id, amount * 2 as twice, name from raw.orders" } }
              - { id: sum, activity: feature.sql, after: [clean], with: { table: feature.orders, mode: replace, sql: "select id, sum(COLUMN) as total from clean.orders group by id" } }
              - { id: train, activity: train.recommender, after: [sum, clean], with: { table: clean.orders, model: m, user: id, item: ITEM, weight: name, time: twice } }
            """;
        var problems = await CheckAsync(text.Replace("COLUMN", "amount", StringComparison.Ordinal).Replace("ITEM", "nam", StringComparison.Ordinal));
        Assert.Equal(["sum unknown-column with.sql", "train unknown-column with.item", "train type-mismatch with.weight"], problems.Select(p => $"{p.TaskId} {p.Code} {p.Field}"));
        Assert.Contains("must be a number", problems[2].Message, StringComparison.Ordinal);
        Assert.Single(await CheckAsync(text.Replace("COLUMN", "twice", StringComparison.Ordinal).Replace("ITEM", "name", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_an_activity_writes_is_known_only_while_nothing_before_it_has_changed()
    {
        await Ingest("id,name\n1,a\n");
        const string text = """
            name: w
            tasks:
              - { id: ingest, activity: ingest.files, with: { path: PATH, table: raw.orders, mode: replace } }
              - { id: clean, activity: clean.sql, after: [ingest], with: { table: clean.orders, mode: replace, sql: "select price from raw.orders" } }
            """;
        var published = text.Replace("PATH", "a.csv", StringComparison.Ordinal);
        Assert.Equal(["unknown-column"], (await CheckAsync(published, published)).Select(p => p.Code));
        Assert.Empty(await CheckAsync(text.Replace("PATH", "b.csv", StringComparison.Ordinal), published));
        Assert.Empty(await CheckAsync(published));
    }

    [Fact]
    public async Task Fields_of_rules_and_interactions_are_compared_with_their_tables()
    {
        await Ingest("id,name,seen\n1,a,x\n");
        var problems = await CheckAsync("""
            name: w
            tasks:
              - id: rules
                activity: clean.rules
                with:
                  from: raw.orders
                  table: clean.orders
                  mode: replace
                  rules:
                    - { rule: trim, columns: [name, nam] }
                    - { rule: where, condition: "length(nome) > 2" }
                    - { rule: cast, columns: [seen], to: timestamp }
                    - { rule: where, condition: "seen > timestamp '2024-01-01'" }
                    - { rule: reference, columns: [name], table: raw.orders, references: [nome] }
              - { id: take, activity: feature.interactions, with: { from: raw.orders, mode: replace, table: feature.taken, user: id, item: name, time: seen, filter: "nome > ''" } }
            """);
        Assert.Equal(
            ["rules unknown-column with.rules[1].condition 11:45", "rules unknown-column with.rules[0].columns[1] 10:41", "rules unknown-column with.rules[4].references[0] 14:79", "take unknown-column with.filter"],
            problems.Select(p => $"{p.TaskId} {p.Code} {p.Field}{(p.TaskId == "rules" ? $" {p.Line}:{p.Column}" : "")}"));
    }

    [Theory]
    [InlineData("select id fro raw.orders", ProblemSeverity.Error, "select id fro raw.orders")]
    [InlineData("select id from raw.orders; drop table raw.orders", ProblemSeverity.Error, null)]
    [InlineData("delete from raw.orders", ProblemSeverity.Error, null)]
    [InlineData("select amounts from raw.orders", ProblemSeverity.Warning, "select amounts from raw.orders")]
    [InlineData("select summ(amount) as x from raw.orders", ProblemSeverity.Warning, "select summ(amount) as x from raw.orders")]
    public async Task What_cannot_be_parsed_is_an_error_and_what_its_data_do_not_fit_a_warning(string sql, ProblemSeverity severity, string? line)
    {
        await Ingest("id,amount\n1,2.5\n");

        var problem = Assert.Single(await CheckAsync(Reads(sql)));

        Assert.Equal(severity, problem.Severity);
        Assert.NotNull(problem.MessageZh);
        if (line is null)
            return;
        // The caret stands below the column that the problem names.
        var shown = problem.Message.Split('\n');
        Assert.Equal($"LINE 1: {line}", shown[^2]);
        Assert.Equal('^', shown[^1][^1]);
        Assert.True(line.IndexOf("raw", StringComparison.Ordinal) == shown[^1].Length - 1 - 8 || shown[^1].Length - 1 - 8 == 7, problem.Message);
        Assert.EndsWith(string.Join('\n', shown[^2..]), problem.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_in_a_long_line_of_a_long_statement_is_shown_with_what_stands_around_it()
    {
        var sql = $"select '大大' as a,\n  {new string('b', 200)} from x";
        Assert.Equal("\n\nLINE 1: select '大大' as a,\n                \u3000\u3000     ^", SqlExcerpt.Of(sql, sql.IndexOf("a,", StringComparison.Ordinal)));
        Assert.Equal($"\n\nLINE 2: …{new string('b', 44)}…\n{new string(' ', 33)}^", SqlExcerpt.Of(sql, sql.IndexOf('b') + 100));
        Assert.Equal($"\n\nLINE 2: …{new string('b', 17)} from x\n{new string(' ', 33)}^", SqlExcerpt.Of(sql, sql.Length));
        Assert.Equal("\n\nLINE 1: \n        ^", SqlExcerpt.Of("", 3));
    }

    [Theory]
    [InlineData("ingest.files", "path: a.csv, table: raw.orders", "", "with.mode", "set 'mode' to replace")]
    [InlineData("ingest.files", "path: a.csv, table: raw.orders, mode: replace-interval", "", "with.mode", "started by hand")]
    [InlineData("ingest.files", "path: a.csv, table: raw.orders, mode: append", "", null, null)]
    [InlineData("ingest.files", "path: a.csv, table: raw.orders", "schedule: { cron: '@daily' }", null, null)]
    [InlineData("ingest.files", "path: a.csv, table: raw.orders", "schedule: { assets: [raw.day] }", null, null)]
    [InlineData("ingest.files", "path: \"{{ interval.start | date 'yyyy' }}.csv\", table: raw.orders, mode: replace", "", "with.path", "'path' of task 't' takes interval.start")]
    [InlineData("ingest.files", "path: \"{{ interval.start | default 'a' }}.csv\", table: raw.orders, mode: replace", "", null, null)]
    [InlineData("clean.sql", "table: clean.a, mode: replace, sql: select 1 as x where now() > $interval_start", "", "with.sql", "takes $interval_start")]
    [InlineData("clean.sql", "table: clean.a, mode: replace, sql: select 1 as x where now() > $interval_start", "schedule: { every: 1h }", null, null)]
    public async Task A_task_that_needs_a_data_interval_is_told_where_no_schedule_gives_one(string activity, string with, string schedule, string? field, string? said)
    {
        var problems = await CheckAsync($$"""
            name: w
            {{schedule}}
            tasks:
              - { id: t, activity: {{activity}}, with: { {{with}} } }
            """);

        Assert.Equal(field is null ? [] : [("no-interval", ProblemSeverity.Warning, field)], problems.Select(p => (p.Code, p.Severity, p.Field)));
        if (said is not null)
            Assert.Contains(said, problems[0].Message, StringComparison.Ordinal);
        Assert.All(problems, p => Assert.NotNull(p.MessageZh));
    }

    [Fact]
    public async Task Tasks_of_the_inventory_without_what_they_take_up_are_errors_that_say_what_to_do()
    {
        var alone = Assert.Single(await CheckAsync("name: w\ntasks:\n  - { id: judge, activity: inventory.quality }"));
        Assert.Equal(("needs-inventory", ProblemSeverity.Error, "judge"), (alone.Code, alone.Severity, alone.TaskId));
        Assert.Contains("Add tasks with inventory.scan and inventory.profile and connect them to 'judge'.", alone.Message, StringComparison.Ordinal);

        const string text = "name: w\ntasks:\n  - { id: scan, activity: inventory.scan, with: { sources: tables } }\n  - { id: profile, activity: inventory.profile, after: [scan] }\n  - { id: last, activity: ACTIVITY, after: [AFTER] }";
        foreach (var activity in new[] { "inventory.relate", "inventory.cells", "inventory.quality", "inventory.suggest, with: { connection: c }" })
        {
            Assert.Empty(await CheckAsync(text.Replace("ACTIVITY", activity, StringComparison.Ordinal).Replace("AFTER", "profile", StringComparison.Ordinal)));
            var beside = Assert.Single(await CheckAsync(text.Replace("ACTIVITY", activity, StringComparison.Ordinal).Replace("AFTER", "scan", StringComparison.Ordinal)));
            Assert.Contains("Connect 'profile' to 'last'.", beside.Message, StringComparison.Ordinal);
            Assert.Contains("请将 'profile' 连接到“last”。", beside.MessageZh, StringComparison.Ordinal);
        }
        Assert.Empty(await CheckAsync(text.Replace("ACTIVITY", "inventory.report", StringComparison.Ordinal).Replace("AFTER", "scan", StringComparison.Ordinal)));
        // What the one before lacks is told there alone.
        Assert.Equal(["profile"], (await CheckAsync(text.Replace(", after: [scan]", "", StringComparison.Ordinal).Replace("ACTIVITY", "inventory.quality", StringComparison.Ordinal).Replace("AFTER", "profile", StringComparison.Ordinal))).Select(p => p.TaskId));
    }

    [Fact]
    public async Task Shipped_workflows_raise_no_alarm_before_and_after_they_have_run()
    {
        var texts = Directory.GetFiles(Repository.PathOf("workflows"), "*.yaml").Select(File.ReadAllText).ToList();
        foreach (var text in texts)
            Assert.Empty((await CheckAsync(text)).Select(p => p.Message));

        await Run("sample.shop", new() { ["folder"] = "samples/shop", ["orders"] = 1000 });
        foreach (var (table, path) in new[] { ("shop.customers", "customers.csv"), ("shop.products", "products.csv"), ("shop.reviews", "reviews/*.csv"), ("raw.order_lines", "order_lines/*.csv") })
        {
            var written = texts.SelectMany(text => WorkflowReader.Read(text, Catalog).Definition!.Tasks).First(t => JsonNode.DeepEquals(t.With["table"], table));
            var with = new JsonObject { ["path"] = Newest($"samples/shop/{path}"), ["table"] = table, ["mode"] = "replace", ["columns"] = written.With["columns"]?.DeepClone() };
            if (with["columns"] is null)
                _ = with.Remove("columns");
            await Run("ingest.files", with);
        }
        await Run("clean.sql", new() { ["table"] = "clean.order_lines", ["mode"] = "replace", ["sql"] = "select * from raw.order_lines" });

        foreach (var text in texts)
        {
            Assert.Empty((await CheckAsync(text)).Select(p => p.Message));
            Assert.Empty((await CheckAsync(text, text)).Select(p => p.Message));
        }
    }

    /// <summary>One file of a folder is enough to know its columns.</summary>
    private string Newest(string pattern)
    {
        var folder = Path.Combine(Folder.Path, Path.GetDirectoryName(pattern)!);
        return pattern.Contains('*', StringComparison.Ordinal) ? Path.Combine(folder, Path.GetFileName(Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal).Last())) : pattern;
    }

    private static string Reads(string sql) => $$"""
        name: w
        params:
          least: { type: number, default: 1 }
          day: { type: date, default: 2024-01-01 }
        tasks:
          - id: clean
            activity: clean.sql
            with: { table: clean.orders, mode: replace, sql: "{{sql}}" }
        """;

    private async Task Ingest(string rows)
    {
        Write("a.csv", rows);
        await Run("ingest.files", new JsonObject { ["path"] = "a.csv", ["table"] = "raw.orders", ["mode"] = "replace" });
    }

    private async Task<IReadOnlyList<Problem>> CheckAsync(string text, string? published = null, TableOrigin? origin = null)
    {
        var document = WorkflowReader.Read(text, Catalog);
        Assert.DoesNotContain(document.Problems, p => p.Severity == ProblemSeverity.Error);
        return await new DataChecks(Tables, Catalog).CheckAsync(document, published is null ? null : WorkflowReader.Read(published, Catalog).Definition, (_, _) => Task.FromResult(origin ?? new TableOrigin(false)), CancellationToken.None);
    }
}
