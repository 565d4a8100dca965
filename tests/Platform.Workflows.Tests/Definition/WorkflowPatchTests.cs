using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Platform.Workflows.Definition;

namespace Platform.Workflows.Tests.Definition;

public class WorkflowPatchTests
{
    private const string Yaml = """
        # The night.
        name: night   # unique
        schedule:
          cron: "0 0 * * *"     # midnight

        tasks:
          # First of all.
          - id: ingest          # the files
            activity: ingest.files
            with: { path: a.csv, table: raw.a }   # short
          - id: clean
            activity: clean.sql
            after: [ingest]
            with:
              table: clean.a    # the result
              sql: |
                select 1
                  from raw.a

              mode: replace
            # The end of clean.

          - id: report
            activity: inventory.report
            after:
              - ingest
              - clean  # both
            when: "tasks.clean.outputs.rows > 0 and '{{ tasks.clean }}' != 'x'"
        # Done.
        """;

    private static void Changed(string actual, string replaced, string by, string? alsoReplaced = null)
    {
        Assert.Contains(replaced, Yaml, StringComparison.Ordinal);
        var wanted = Yaml.Replace(replaced, by, StringComparison.Ordinal);
        if (alsoReplaced is not null)
            wanted = wanted.Replace(alsoReplaced, "", StringComparison.Ordinal);
        Assert.Equal(wanted, actual);
    }

    [Fact]
    public void A_value_is_replaced_and_its_comment_stays()
    {
        Changed(WorkflowPatch.SetField(Yaml, "schedule.cron", "@hourly"), "\"0 0 * * *\"", "\"@hourly\"");
        Changed(WorkflowPatch.SetField(Yaml, "name", "day"), "name: night", "name: day");
        Changed(WorkflowPatch.SetTaskField(Yaml, "clean", "with.table", "clean.b"), "clean.a ", "clean.b ");
        Changed(WorkflowPatch.SetTaskField(Yaml, "ingest", "with.table", "raw.b"), "table: raw.a }", "table: raw.b }");
    }

    [Fact]
    public void A_longer_text_stays_a_block() =>
        Changed(WorkflowPatch.SetTaskField(Yaml, "clean", "with.sql", "select 2\n\nfrom x\n"), "        select 1\n          from raw.a\n", "        select 2\n\n        from x\n");

    [Fact]
    public void A_key_is_added_where_a_person_would_write_it()
    {
        Changed(WorkflowPatch.SetTaskField(Yaml, "clean", "title", "Clean it"), "  - id: clean\n", "  - id: clean\n    title: Clean it\n");
        Changed(WorkflowPatch.SetTaskField(Yaml, "clean", "retries", 3), "      mode: replace\n", "      mode: replace\n    retries: 3\n");
        Changed(WorkflowPatch.SetTaskField(Yaml, "ingest", "with.mode", "append"), "table: raw.a }", "table: raw.a, mode: append }");
        Changed(WorkflowPatch.SetTaskField(Yaml, "report", "with.rows", 5), "!= 'x'\"\n", "!= 'x'\"\n    with: { rows: 5 }\n");
        Changed(WorkflowPatch.SetField(Yaml, "schedule.timezone", "UTC"), "# midnight\n", "# midnight\n  timezone: UTC\n");
        Changed(WorkflowPatch.SetField(Yaml, "limits.active_runs", 2), "# both\n    when: \"tasks.clean.outputs.rows > 0 and '{{ tasks.clean }}' != 'x'\"\n", "# both\n    when: \"tasks.clean.outputs.rows > 0 and '{{ tasks.clean }}' != 'x'\"\nlimits: { active_runs: 2 }\n");
    }

    [Fact]
    public void A_key_is_removed_with_its_lines()
    {
        Changed(WorkflowPatch.RemoveTaskField(Yaml, "clean", "with.sql"), "      sql: |\n        select 1\n          from raw.a\n", "");
        Changed(WorkflowPatch.RemoveTaskField(Yaml, "ingest", "with.path"), "path: a.csv, ", "");
        Changed(WorkflowPatch.RemoveTaskField(Yaml, "ingest", "with.table"), ", table: raw.a", "");
        Changed(WorkflowPatch.RemoveField(Yaml, "schedule.cron"), "schedule:\n  cron: \"0 0 * * *\"     # midnight\n", "");
        Assert.Equal(Yaml, WorkflowPatch.RemoveField(Yaml, "limits.active_runs"));
    }

    [Fact]
    public void Tasks_are_added_at_the_end_or_behind_another()
    {
        Changed(WorkflowPatch.AddTask(Yaml, "last", "control.noop", ["report"], new JsonObject { ["seconds"] = 1 }), "!= 'x'\"\n", "!= 'x'\"\n  - id: last\n    activity: control.noop\n    after: [report]\n    with: { seconds: 1 }\n");
        Changed(WorkflowPatch.AddTask(Yaml, "next", "control.noop", [], behind: "ingest"), "# short\n", "# short\n  - id: next\n    activity: control.noop\n");
        Assert.Equal("name: w\ntasks:\n  - id: a\n    activity: control.noop\n", WorkflowPatch.AddTask("name: w\ntasks: []\n", "a", "control.noop", []));
        Assert.Equal("name: w\ntasks:\n  - id: a\n    activity: control.noop", WorkflowPatch.AddTask("name: w", "a", "control.noop", []));
        Assert.Equal("""{"name": "w", "tasks": [{"id": "b"}, {"id":"a","activity":"control.noop"}]}""", WorkflowPatch.AddTask("""{"name": "w", "tasks": [{"id": "b"}]}""", "a", "control.noop", []));
    }

    [Fact]
    public void A_task_is_removed_with_its_edges()
    {
        var text = WorkflowPatch.RemoveTask(Yaml, "ingest");
        Changed(text.Replace("  # First of all.\n", "", StringComparison.Ordinal), "  # First of all.\n  - id: ingest          # the files\n    activity: ingest.files\n    with: { path: a.csv, table: raw.a }   # short\n  - id: clean\n    activity: clean.sql\n    after: [ingest]\n", "  - id: clean\n    activity: clean.sql\n", alsoReplaced: "      - ingest\n");
    }

    [Fact]
    public void A_task_is_renamed_everywhere()
    {
        var text = WorkflowPatch.RenameTask(Yaml, "clean", "tidy");

        Assert.Contains("- id: tidy\n", text, StringComparison.Ordinal);
        Assert.Contains("- tidy  # both", text, StringComparison.Ordinal);
        Assert.Contains("\"tasks.tidy.outputs.rows > 0 and", text, StringComparison.Ordinal);
        Assert.Contains("clean.sql", text, StringComparison.Ordinal);
        Assert.Contains("table: clean.a", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Edges_come_and_go()
    {
        Changed(WorkflowPatch.AddEdge(Yaml, "report", "clean"), "after: [ingest]", "after: [ingest, report]");
        Changed(WorkflowPatch.AddEdge(Yaml, "clean", "ingest"), "activity: ingest.files\n", "activity: ingest.files\n    after: [clean]\n");
        Changed(WorkflowPatch.RemoveEdge(Yaml, "clean", "report"), "      - clean  # both\n", "");
        Changed(WorkflowPatch.RemoveEdge(Yaml, "ingest", "clean"), "    after: [ingest]\n", "");
        Assert.Equal(Yaml, WorkflowPatch.AddEdge(Yaml, "ingest", "report"));
        Assert.Equal(Yaml, WorkflowPatch.RemoveEdge(Yaml, "report", "clean"));
    }

    [Fact]
    public void Windows_line_ends_stay()
    {
        var text = WorkflowPatch.SetTaskField(WorkflowPatch.AddEdge(Yaml.ReplaceLineEndings("\r\n"), "clean", "ingest"), "clean", "with.sql", "select 2\nfrom y\n");
        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
        Assert.Equal("select 2\nfrom y\n", WorkflowReader.Read(text, null).Draft!.Tasks[1].With["sql"]!.ToString());
    }

    [Fact]
    public void What_cannot_be_changed_says_why()
    {
        Assert.Contains("no task 'x'", Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.RemoveTask(Yaml, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.AddTask(Yaml, "clean", "a.b", [])).Message, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.RenameTask(Yaml, "clean", "report")).Message, StringComparison.Ordinal);
        Assert.Contains("no map", Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.SetField(Yaml, "name.x", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("anchor", Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.SetTaskField("x: &x { a: 1 }\ntasks:\n  - { id: a, with: *x }\n", "a", "with", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<WorkflowPatchException>(() => WorkflowPatch.SetField("a: [", "b", 1));
    }

    private static readonly string[] Paths = ["ingest/with.path", "ingest/with.new", "ingest/retries", "clean/with.sql", "clean/with.table", "clean/with.new", "clean/title", "clean/with", "report/with.a.b", "report/after"];

    private static Gen<JsonNode?> Values(int depth)
    {
        var scalars = Gen.OneOf(
            Gen.Elements("plain", "", "true", "5", "007", "~", "a: b", "a # b", "- x", "{{ params.x }}", "it's", "say \"hi\"", "back\\slash", "both ' and \"", "two\nlines", "ends\n", "\nstarts", "  indented\nmore", "trailing \nspace", "tab\tinside", "汉字", "a\r\nb", "\u0001", "*star", "&and", "%", "@at", "[x]", "{x}", "x,", "multi\n\n\nline\n", "e\n\n").Select(t => (JsonNode?)JsonValue.Create(t)),
            Gen.Choose(-1000, 1000).Select(n => (JsonNode?)JsonValue.Create(n)),
            Gen.Elements<JsonNode?>(JsonValue.Create(true), JsonValue.Create(1.5), null));
        if (depth == 0)
            return scalars;
        var inner = Values(depth - 1);
        return Gen.Frequency(
            (3, scalars),
            (1, Gen.ListOf(inner).Select(l => (JsonNode?)new JsonArray([.. l.Select(e => e?.DeepClone())]))),
            (1, Gen.ListOf(Gen.Zip(Gen.Elements("a", "key two", "c.d", "true", "x#y"), inner)).Select(l => (JsonNode?)new JsonObject(l.DistinctBy(p => p.Item1).Select(p => KeyValuePair.Create(p.Item1, p.Item2?.DeepClone()))))));
    }

    [Fact]
    public void Any_value_reads_back_and_nothing_else_changes() =>
        Prop.ForAll(Arb.From(Gen.Zip(Gen.Elements(Paths), Values(2))), c =>
        {
            var (task, path) = (c.Item1.Split('/')[0], c.Item1.Split('/')[1]);
            var text = WorkflowPatch.SetTaskField(Yaml, task, path, c.Item2);
            var problems = new List<Problem>();
            var before = Json(SourceComposer.Compose(Yaml, problems)!);
            var after = Json(SourceComposer.Compose(text, problems) ?? throw new InvalidOperationException(problems[0].Message + "\n" + text));
            var expected = before["tasks"]!.AsArray().First(t => t!["id"]!.ToString() == task)!.AsObject();
            var keys = path.Split('.');
            foreach (var key in keys[..^1])
                expected = (expected[key] ??= new JsonObject()).AsObject();
            expected[keys[^1]] = c.Item2?.DeepClone();
            var comments = Yaml.Split('\n').Select(l => l.IndexOf("# ", StringComparison.Ordinal) is var at && at >= 0 ? l[at..] : null).OfType<string>();
            return JsonNode.DeepEquals(before, after) && (path is "with" or "after" || comments.All(text.Contains));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));

    // Numbers as the text has them: 1.5 read as a decimal is the same number.
    private static JsonObject Json(SourceNode node) => JsonNode.Parse(node.ToJson()!.ToJsonString())!.AsObject();
}
