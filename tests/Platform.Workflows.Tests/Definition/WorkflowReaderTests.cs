using System.Text;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Tests.Definition;

public class WorkflowReaderTests
{
    private const string Head = "name: w\ntasks:\n";

    private static WorkflowDocument Read(string text) => WorkflowReader.Read(text, Shop.Catalog);

    private static Problem Only(string text, string code)
    {
        var problem = Assert.Single(Read(text).Problems);
        Assert.Equal(code, problem.Code);
        return problem;
    }

    [Fact]
    public void The_example_of_the_design_reads_without_problems()
    {
        var document = Read(Shop.Yaml);

        Assert.Empty(document.Problems);
        var workflow = document.Definition!;
        Assert.Equal(("shop-recommendations", "Shop recommendations", "search-and-recommendation"), (workflow.Name, workflow.Title, workflow.Owner));
        Assert.Equal(["recommendation", "nightly"], workflow.Tags);
        Assert.Equal(("0 0 * * *", "Asia/Shanghai", false), (workflow.Schedule!.Cron, workflow.Schedule.TimeZone.Id, workflow.Schedule.Catchup));
        Assert.Equal(new DateTimeOffset(2010, 11, 30, 16, 0, 0, TimeSpan.Zero), workflow.Schedule.Start);
        Assert.Null(workflow.Schedule.End);
        var source = Assert.Single(workflow.Parameters);
        Assert.Equal(("source", ParameterType.Path, "sample", false), (source.Name, source.Type, source.Default!.ToString(), source.Required));
        Assert.Equal(["ingest", "clean", "train", "score_day", "report"], workflow.Tasks.Select(t => t.Id));
        Assert.All(workflow.Tasks, t => Assert.Equal((2, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(30), "default"), (t.Retries, t.RetryDelay, t.Timeout!.Value, t.Queue)));
        Assert.Equal(2d * 1024 * 1024 * 1024, workflow.Tasks[2].Resources["memory"]);
        Assert.Equal("partition", workflow.Tasks[3].Map!.As);
        Assert.Equal(TriggerRule.AllDone, workflow.Tasks[4].TriggerRule);
        Assert.StartsWith("select distinct", workflow.Tasks[1].With["sql"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_read_too() =>
        Assert.Equal("a", Assert.Single(Read("""{"name": "w", "tasks": [{"id": "a", "activity": "inventory.report"}]}""").Definition!.Tasks).Id);

    [Fact]
    public void Every_problem_is_told_at_once_in_the_order_of_the_text()
    {
        var document = Read("""
            name: My workflow
            titel: x
            schedule: { cron: "0 0 * *", timezone: Asia/Shangai, every: 5 }
            params:
              n: { type: integer, default: ten }
            tasks:
              - id: Load
                activity: ingest.file
                retries: -1
                timeout: 5
              - id: clean
                activity: clean.sql
                after: [lod]
                trigger_rule: all_sucess
                with: { tabel: a.b, mode: over }
              - id: clean
                activity: inventory.report
            """);

        Assert.Null(document.Definition);
        Assert.NotNull(document.Draft);
        var codes = document.Problems.Select(p => p.Code).ToList();
        foreach (var code in new[] { "bad-name", "unknown-key", "bad-cron", "bad-timezone", "bad-duration", "bad-schedule", "bad-default", "unknown-activity", "out-of-range", "unknown-task", "bad-option", "unknown-field", "missing-field", "duplicate-id" })
            Assert.Contains(code, codes);
        Assert.Equal(document.Problems.OrderBy(p => p.Line).ThenBy(p => p.Column), document.Problems);
        Assert.Contains(document.Problems, p => p is { Line: 2, Column: 1 } && p.Message.Contains("'title'", StringComparison.Ordinal));
        Assert.Contains(document.Problems, p => p.Message.Contains("'Asia/Shanghai'", StringComparison.Ordinal));
        Assert.Contains(document.Problems, p => p is { Line: 8, Column: 15, TaskId: "Load" } && p.Message.Contains("'ingest.files'", StringComparison.Ordinal));
        Assert.Contains(document.Problems, p => p is { Line: 15, TaskId: "clean" } && p.Message.Contains("Did you mean 'table'?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# only a comment\n", "empty")]
    [InlineData("null", "empty")]
    [InlineData("hello", "not-a-map")]
    [InlineData("- a\n- b\n", "not-a-map")]
    [InlineData("name: w\ntasks: []\n", "no-tasks")]
    [InlineData("name: w\n", "no-tasks")]
    [InlineData("name: w\ntasks:\n\t- id: a\n", "tab")]
    [InlineData("name: 'w\ntasks: []\n", "yaml-syntax")]
    [InlineData("name: w: x\n", "yaml-syntax")]
    [InlineData("name: *nobody\n", "yaml-syntax")]
    [InlineData("name: [a, b\n", "yaml-syntax")]
    [InlineData("{", "yaml-syntax")]
    public void What_is_no_workflow_gets_one_clear_problem(string text, string code)
    {
        var problem = Only(text, code);
        Assert.True(problem.Line >= 1);
        Assert.DoesNotContain("Exception", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_utf8_names_the_line()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("name: w\ntitle: "), 0xC4, 0xE3, .. "\n"u8];
        var problem = Assert.Single(WorkflowReader.Read(bytes, null).Problems);
        Assert.Equal(("not-utf8", 2), (problem.Code, problem.Line));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00 })]
    [InlineData(new byte[] { 0xFE, 0xFF, 0x00, 0x6E, 0x00 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8, 0x6E, 0x00 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0x00, 0x6E, 0x00, 0x00, 0x00 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xFF })]
    public void Bytes_that_are_no_text_are_said_to_be_none(byte[] bytes)
    {
        var problem = Assert.Single(WorkflowReader.Read(bytes, null).Problems);
        Assert.Equal(("not-utf8", 1), (problem.Code, problem.Line));
        Assert.Contains("Save the file as UTF-8", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Utf16_with_its_byte_order_mark_is_read(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        var read = WorkflowReader.Read([.. encoding.Preamble, .. encoding.GetBytes(Shop.Yaml)], Shop.Catalog);
        Assert.Empty(read.Problems);
        Assert.Equal(Shop.Yaml, read.Text);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_fine()
    {
        var text = Shop.Yaml.ReplaceLineEndings("\r\n").Replace("params.source", "params.sauce", StringComparison.Ordinal);
        var problem = Assert.Single(WorkflowReader.Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)], Shop.Catalog).Problems);
        Assert.Equal((19, 30), (problem.Line, problem.Column));
    }

    [Fact]
    public void Anchors_that_multiply_are_refused()
    {
        var bomb = new StringBuilder("name: w\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
            _ = bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        _ = Only(bomb.ToString(), "too-large");
    }

    [Theory]
    [InlineData("[", 5_000)]
    [InlineData("{a: ", 5_000)]
    [InlineData("- ", 2_000)]
    public void Nesting_without_end_is_refused(string open, int times) =>
        _ = Only("name: " + string.Concat(Enumerable.Repeat(open, times)), open == "- " ? "yaml-syntax" : "too-large");

    [Fact]
    public void A_huge_text_is_refused() => _ = Only("name: " + new string('x', 5_000_000), "too-large");

    [Fact]
    public void A_cycle_is_told_by_its_path()
    {
        var problem = Only(Head + """
              - { id: a, activity: inventory.report, after: [c] }
              - { id: b, activity: inventory.report, after: [a] }
              - { id: c, activity: inventory.report, after: [b] }
              - { id: d, activity: inventory.report, after: [c] }
            """, "cycle");
        Assert.Contains("a → b → c → a", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("columns: a", "wrong-type", 6, 16)]
    [InlineData("columns: [a, {x: 1}]", "wrong-type", 6, 20)]
    [InlineData("columns: [a, b]\n      colums: [c]", "unknown-field", 7, 7)]
    [InlineData("columns: [a, '{{ params.x }}']", "unknown-parameter", 6, 31)]
    [InlineData("columns: [a, 'it''s {{ params.x }}']", "unknown-parameter", 6, 37)]
    [InlineData("columns: [a, \"\\u0041\\n{{ params.x }}\"]", "unknown-parameter", 6, 39)]
    [InlineData("columns: [a, '{{ interval.begin }}']", "unknown-name", 6, 33)]
    [InlineData("columns: [a, '{{ tasks.b.outputs.x }}']", "unknown-task", 6, 30)]
    [InlineData("columns: [a, '{{ run.id | dat ''yyyy'' }}']", "bad-filter", 6, 33)]
    [InlineData("columns: [a, '{{ run.id']", "bad-template", 6, 30)]
    [InlineData("columns: [a, '{{ source }}']", "unknown-name", 6, 24)]
    [InlineData("columns:\n        - |\n          one\n          two {{ params.x }}", "unknown-parameter", 9, 25)]
    [InlineData("columns:\n        - >\n          one\n          two\n          {{ params.x }}", "unknown-parameter", 10, 21)]
    [InlineData("columns:\n        - one two\n          {{ params.x }}", "unknown-parameter", 8, 21)]
    public void A_field_problem_stands_at_its_very_place(string with, string code, int line, int column)
    {
        var problem = Only(Head + "  - id: a\n    activity: train.recommender\n    with:\n      " + with + "\n", code);
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Equal("a", problem.TaskId);
        Assert.StartsWith("with.col", problem.Field, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("when: tasks.b.outputs.rows > 0", "not-upstream")]
    [InlineData("when: tasks.a.outputs.rows > 0", null)]
    [InlineData("when: tasks.a.outputs.row > 0", "unknown-output")]
    [InlineData("when: tasks.a.rows > 0", "unknown-name")]
    [InlineData("when: tasks.c.outputs.rows > 0", "not-upstream")]
    [InlineData("when: \"{{ run.trigger == 'manual' }}\"", null)]
    [InlineData("when: run.trigger = 'manual'", "bad-template")]
    [InlineData("when: \"'manual'\"", "bad-condition")]
    [InlineData("when: \"secret 's' == 'x'\"", "bad-template")]
    [InlineData("map: { over: [1, 2], as: n }\n    with: { partition: '{{ n }}' }", null)]
    [InlineData("map: { over: 5, as: n }", "wrong-type")]
    [InlineData("map: { over: [1], as: params }", "bad-name")]
    [InlineData("map: { as: n }", "missing-key")]
    [InlineData("with: { partition: '{{ n }}' }", "unknown-name")]
    [InlineData("resources: { memory: much }", "wrong-type")]
    [InlineData("resources: { gpus: 1 }", "unknown-key")]
    [InlineData("depends_on: [a]", "unknown-key")]
    public void A_task_is_checked_in_its_graph(string more, string? code)
    {
        var document = Read(Head + $$"""
              - { id: a, activity: clean.sql, with: { table: t.a } }
              - { id: b, activity: clean.sql, with: { table: t.b } }
              - id: c
                activity: score.batch
                after: [a]
                {{more}}
            """);
        Assert.Equal(code is null ? [] : [code], document.Problems.Select(p => p.Code));
    }

    [Fact]
    public void A_table_that_is_read_beside_its_writer_gets_a_warning()
    {
        var document = Read(Head + """
              - { id: a, activity: clean.sql, with: { table: t.a } }
              - { id: b, activity: clean.sql, with: { table: t.b, from: t.a } }
            """);
        var problem = Assert.Single(document.Problems);
        Assert.Equal(("not-upstream", ProblemSeverity.Warning), (problem.Code, problem.Severity));
        Assert.NotNull(document.Definition);
    }

    [Fact]
    public void Sql_takes_no_templates()
    {
        var problem = Only(Head + "  - id: a\n    activity: clean.sql\n    with:\n      table: t.a\n      sql: |\n        select *\n        from x where d = {{ params.d }}\n", "templated-sql");
        Assert.Equal((9, 26), (problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("cron: 0 0 30 2 *", "bad-cron")]
    [InlineData("cron: 0 0 * * * *", "bad-cron")]
    [InlineData("every: 0s", "out-of-range")]
    [InlineData("every: 10ms", "out-of-range")]
    [InlineData("every: 1h\n  start: tomorrow", "bad-date")]
    [InlineData("every: 1h\n  start: 2020-02-01\n  end: 2020-01-01", "bad-schedule")]
    [InlineData("every: 1h\n  cron: '@daily'", "bad-schedule")]
    [InlineData("timezone: UTC", "bad-schedule")]
    [InlineData("assets: []", "bad-schedule")]
    [InlineData("assets: [a.b]\n  any_asset: true", null)]
    [InlineData("every: 1h\n  start: 2020-01-01T08:00", null)]
    public void A_schedule_is_checked(string schedule, string? code) =>
        Assert.Equal(code is null ? [] : [code], Read($"name: w\nschedule:\n  {schedule}\ntasks: [{{ id: a, activity: inventory.report }}]\n").Problems.Select(p => p.Code));

    [Theory]
    [InlineData("assets: [a.b], partitions: as_written", null, 0)]
    [InlineData("assets: [a.b], partitions: '@daily', partial: true, skip: [weekend], start: 2026-01-05", null, 0)]
    [InlineData("assets: [a.b], partitions: 6h, any_asset: true", null, 0)]
    [InlineData("assets: [a.b], partitions: daily", "bad-cron", 40)]
    [InlineData("assets: [a.b], partitions: ''", "bad-cron", 40)]
    [InlineData("assets: [a.b], partitions: '0 0 30 2 *'", "bad-cron", 40)]
    [InlineData("assets: [a.b], partitions: 10ms", "out-of-range", 40)]
    [InlineData("assets: [a.b], partitions: [x]", "wrong-type", 40)]
    [InlineData("partitions: '@daily'", "bad-schedule", 13)]
    [InlineData("cron: '@daily', partitions: '@daily'", "bad-schedule", 29)]
    [InlineData("every: 6h, partitions: '@daily'", "bad-schedule", 24)]
    [InlineData("assets: [a.b], partial: true", "bad-schedule", 28)]
    [InlineData("assets: [a.b], partitions: as_written, partial: true", "bad-schedule", 52)]
    [InlineData("assets: [a.b], partitions: as_written, skip: [weekend]", "bad-schedule", 52)]
    [InlineData("assets: [a.b], partitions: '@daily', catchup: true", "bad-schedule", 50)]
    [InlineData("assets: [a.b], partitions: '@daily', skip: [MON, TUE, WED, THU, FRI, weekend]", "bad-schedule", 50)]
    [InlineData("assets: [a.b, model:demand], partitions: '@daily'", "bad-asset", 27)]
    public void Partitions_are_checked_with_their_place(string schedule, string? code, int column)
    {
        var problems = Read($"name: w\nschedule: {{ {schedule} }}\ntasks: [{{ id: a, activity: inventory.report }}]\n").Problems;
        Assert.Equal(code is null ? [] : [(code, 2, column)], problems.Select(p => (p.Code, p.Line, p.Column)));
    }

    [Fact]
    public void Partitions_are_a_grid_as_a_schedule_by_time_or_what_is_written()
    {
        ScheduleDefinition Of(string partitions) => Read($"name: w\nschedule: {{ assets: [a.b], partitions: {partitions}, timezone: Asia/Shanghai }}\ntasks: [{{ id: a, activity: inventory.report }}]\n").Definition!.Schedule!;
        Assert.Equal(("@weekly", null, false), (Of("'@weekly'").Partitions!.Cron, Of("'@weekly'").Partitions!.Every, Of("'@weekly'").Partitions!.AsWritten));
        Assert.Equal(TimeSpan.FromHours(6), Of("6h").Partitions!.Every);
        Assert.True(Of("as_written").Partitions!.AsWritten);
        Assert.Equal("Did you mean '@daily'?", Read("name: w\nschedule: { assets: [a.b], partitions: daily }\ntasks: [{ id: a, activity: inventory.report }]\n").Problems[0].Message[^22..]);
        // By the clock, such a schedule has nothing to do.
        Assert.Null(Workflows.Schedules.Schedule.Of(Of("'@weekly'")));
        Assert.Null(Workflows.Schedules.Schedule.OfPartitions(Of("as_written")));
        Assert.NotNull(Workflows.Schedules.Schedule.OfPartitions(Of("'@weekly'")));
    }

    [Theory]
    [InlineData("schedule: none", null)]
    [InlineData("schedule: daily", "wrong-type")]
    [InlineData("name: x", "duplicate-key")]
    [InlineData("params: { Bad: 1 }", "bad-name")]
    [InlineData("params: { a: { type: integer, default: 1, options: [2] } }", "bad-default")]
    [InlineData("params: { a: { type: text } }", "bad-option")]
    [InlineData("params: { a: 5, b: 1.5, c: true, d: [x], e: text, f: }", null)]
    [InlineData("on_failure: [{ kind: webhook, to: 'https://example.org' }, { kind: log }]", null)]
    [InlineData("on_failure: [{ kind: pager, to: x }]", "bad-option")]
    [InlineData("limits: { active_runs: 0 }", "out-of-range")]
    [InlineData("run_timeout: 2h\ndeadline: 1h", null)]
    public void Workflow_keys_are_checked(string more, string? code) =>
        Assert.Equal(code is null ? [] : [code], Read($"name: w\n{more}\ntasks: [{{ id: a, activity: inventory.report }}]\n").Problems.Select(p => p.Code));

    [Fact]
    public void Marks_say_where_each_part_stands()
    {
        var marks = Read(Shop.Yaml).Marks;

        Assert.Equal((7, 3), (marks.Find("schedule.cron")!.Key!.Value.Line, marks.Find("schedule.cron")!.Key!.Value.Column));
        Assert.Equal((20, 5), (marks.FindTask("clean")!.Value.Line, marks.FindTask("clean")!.Value.Column));
        Assert.Equal(26, marks.FindTask("clean", "with.sql")!.Value.Line);
        Assert.Null(marks.FindTask("clean", "with.nothing"));
        Assert.Equal("clean", marks.TaskAt(27));
        Assert.Null(marks.TaskAt(3));
    }
}
