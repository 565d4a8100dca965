using Platform.Workflows.Authoring;

namespace Platform.Workflows.Tests.Authoring;

public sealed class WorkflowMergeTests
{
    private const string From = """
        # The night.
        name: shop
        title: Shop   # shown
        owner: tests

        schedule:
          cron: "0 2 * * *"   # at two
          timezone: UTC

        tasks:
          # The file of the day.
          - id: load
            activity: ingest.files
            with:
              path: a.csv    # the first
              table: raw.a

          - id: clean   # the middle
            activity: clean.sql
            after: [load]
            with:
              table: clean.a
              # Only what counts.
              sql: |
                select *
                from raw.a
          - { id: report, activity: control.noop, after: [clean] }   # the end
        # The last word.

        """;

    [Fact]
    public void Different_tasks_and_keys_of_the_workflow_are_both_kept_with_their_comments()
    {
        var mine = From.Replace("path: a.csv", "path: b.csv", StringComparison.Ordinal).Replace("title: Shop ", "title: My shop ", StringComparison.Ordinal);
        var theirs = From.Replace("from raw.a\n", "from raw.a\n        where x > 1   -- theirs\n", StringComparison.Ordinal).Replace("cron: \"0 2 * * *\"", "cron: \"0 3 * * *\"", StringComparison.Ordinal);
        var both = Both(From, mine, theirs);
        Assert.Equal(mine.Replace("from raw.a\n", "from raw.a\n        where x > 1   -- theirs\n", StringComparison.Ordinal).Replace("cron: \"0 2 * * *\"", "cron: \"0 3 * * *\"", StringComparison.Ordinal), both);
    }

    [Theory]
    [InlineData("path: a.csv ", "path: b.csv ", "table: raw.a\n", "table: raw.b\n")]
    [InlineData("activity: clean.sql", "activity: feature.sql", "table: clean.a\n", "table: clean.b\n")]
    [InlineData("activity: control.noop,", "activity: control.skip,", "after: [clean] }", "after: [load] }")]
    [InlineData("timezone: UTC", "timezone: Asia/Shanghai", "0 2 * * *", "0 4 * * *")]
    [InlineData("# The night.", "# The whole night.", "owner: tests", "owner: others")]
    [InlineData("# The last word.", "# The very last word.", "id: clean   # the middle", "id: clean   # between")]
    public void Different_keys_of_one_task_are_both_kept(string oneFrom, string oneTo, string otherFrom, string otherTo)
    {
        var (one, other) = (From.Replace(oneFrom, oneTo, StringComparison.Ordinal), From.Replace(otherFrom, otherTo, StringComparison.Ordinal));
        var expected = one.Replace(otherFrom, otherTo, StringComparison.Ordinal);
        Assert.NotEqual(one, expected);
        Assert.Equal(expected, Both(From, one, other));
        Assert.Equal(expected, Both(From, other, one));
    }

    [Fact]
    public void The_same_key_is_asked_for_and_the_answer_is_taken()
    {
        var mine = From.Replace("path: a.csv", "path: mine.csv", StringComparison.Ordinal).Replace("owner: tests", "owner: me", StringComparison.Ordinal);
        var theirs = From.Replace("path: a.csv", "path: theirs.csv", StringComparison.Ordinal).Replace("table: raw.a\n", "table: raw.t\n", StringComparison.Ordinal);
        var asked = WorkflowMerge.Merge(From, mine, theirs)!;
        Assert.Equal([new MergeClash("tasks.load.with.path", "a.csv", "mine.csv", "theirs.csv")], asked.Clashes);
        Assert.Equal(mine.Replace("table: raw.a\n", "table: raw.t\n", StringComparison.Ordinal), asked.Text);
        var answered = WorkflowMerge.Merge(From, mine, theirs, new HashSet<string> { "tasks.load.with.path" })!;
        Assert.Equal(theirs.Replace("owner: tests", "owner: me", StringComparison.Ordinal), answered.Text);
        Assert.Single(answered.Clashes);
    }

    [Fact]
    public void The_same_change_on_both_sides_is_no_question()
    {
        var both = From.Replace("path: a.csv", "path: b.csv", StringComparison.Ordinal);
        Assert.Equal(both, Both(From, both, both));
        // Written otherwise, it says the same.
        Assert.Equal(both, Both(From, both, From.Replace("path: a.csv", "path: \"b.csv\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_task_that_one_takes_away_and_the_other_changes_is_asked_for()
    {
        var mine = WithoutClean(From).Replace("after: [clean]", "after: [load]", StringComparison.Ordinal);
        var theirs = From.Replace("where", "", StringComparison.Ordinal).Replace("select *", "select a", StringComparison.Ordinal);
        var asked = WorkflowMerge.Merge(From, mine, theirs)!;
        var clash = Assert.Single(asked.Clashes);
        Assert.Equal(("tasks.clean", null), (clash.Path, clash.Mine));
        Assert.Contains("select a", clash.Theirs, StringComparison.Ordinal);
        Assert.Equal(mine, asked.Text);
        Assert.Contains("select a", WorkflowMerge.Merge(From, mine, theirs, new HashSet<string> { "tasks.clean" })!.Text, StringComparison.Ordinal);
        // What nobody else touched goes without a question.
        Assert.Equal(mine.Replace("owner: tests", "owner: others", StringComparison.Ordinal), Both(From, mine, From.Replace("owner: tests", "owner: others", StringComparison.Ordinal)));
    }

    [Fact]
    public void Tasks_that_both_added_stand_where_they_were_put()
    {
        const string Mine = "  # My own.\n  - id: mine\n    activity: control.noop\n    after: [report]\n", Theirs = "  - id: theirs   # added\n    activity: control.noop\n";
        var both = Both(From, From.Replace("# The last", Mine + "# The last", StringComparison.Ordinal), From.Replace("  - id: clean", Theirs + "  - id: clean", StringComparison.Ordinal));
        Assert.Equal(From.Replace("# The last", Mine + "# The last", StringComparison.Ordinal).Replace("\n  - id: clean", "\n" + Theirs + "  - id: clean", StringComparison.Ordinal).Replace("table: raw.a\n\n" + Theirs, "table: raw.a\n\n" + Theirs, StringComparison.Ordinal), both);

        // Both at the end, and both the first of all.
        both = Both(From, From.Replace("# The last", Mine + "# The last", StringComparison.Ordinal), From.Replace("# The last", Theirs + "# The last", StringComparison.Ordinal));
        Assert.Contains(Mine, both, StringComparison.Ordinal);
        Assert.Contains(Theirs, both, StringComparison.Ordinal);
        both = Both("name: a\ntasks: []\n", "name: a\ntasks:\n" + Mine, "name: a\ntasks:\n" + Theirs);
        Assert.Equal("name: a\ntasks:\n" + Theirs + Mine, both);
    }

    [Fact]
    public void One_id_for_two_new_tasks_is_asked_for()
    {
        var asked = WorkflowMerge.Merge("name: a\ntasks: []\n", "name: a\ntasks:\n  - { id: sql, activity: clean.sql }\n", "name: a\ntasks:\n  - { id: sql, activity: feature.sql }\n")!;
        Assert.Equal("tasks.sql", Assert.Single(asked.Clashes).Path);
    }

    [Fact]
    public void Connections_that_either_made_or_took_away_are_kept_so()
    {
        var mine = From.Replace("after: [clean] }", "after: [clean, load] }", StringComparison.Ordinal).Replace("    after: [load]\n", "", StringComparison.Ordinal);
        var theirs = From.Replace("after: [clean] }", "after: [other] }", StringComparison.Ordinal).Replace("    after: [load]\n", "    after:\n      - load\n      - other\n", StringComparison.Ordinal);
        var both = Both(From, mine, theirs);
        Assert.Contains("after: [load, other] }   # the end", both, StringComparison.Ordinal);
        Assert.Contains("    after: [other]\n", both, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_that_one_changed_is_kept_with_what_the_other_changed()
    {
        const string Before = "name: a\ntasks:\n  - { id: x, activity: control.noop }\n  - { id: y, activity: control.noop }\n  - { id: z, activity: control.noop }\n";
        const string Turned = "name: a\ntasks:\n  - { id: z, activity: control.noop }\n  - { id: y, activity: control.noop }\n  - { id: x, activity: control.noop }\n";
        var changed = Before.Replace("id: y,", "id: y, title: Why,", StringComparison.Ordinal);
        var expected = Turned.Replace("id: y,", "id: y, title: Why,", StringComparison.Ordinal);
        Assert.Equal(expected, Both(Before, Turned, changed));
        Assert.Equal(expected, Both(Before, changed, Turned));
    }

    [Fact]
    public void A_map_in_braces_and_the_same_in_lines_are_brought_together_in_lines()
    {
        const string Before = "name: a\ntasks:\n  - id: x\n    activity: clean.sql\n    with: { table: t, mode: replace }\n";
        const string Lines = "name: a\ntasks:\n  - id: x\n    activity: clean.sql\n    with:\n      table: t\n      mode: replace\n      sql: |\n        select 1\n";
        var both = Both(Before, Lines, Before.Replace("mode: replace", "mode: append", StringComparison.Ordinal));
        Assert.Equal(Lines.Replace("mode: replace", "mode: append", StringComparison.Ordinal), both);
        Assert.Equal(both, Both(Before, Before.Replace("mode: replace", "mode: append", StringComparison.Ordinal), Lines));
    }

    [Theory]
    [InlineData("name: a\ntasks: [\n")]
    [InlineData("")]
    [InlineData("just words")]
    [InlineData("name: a\ndefaults: &d { retries: 2 }\nmore: *d\n")]
    [InlineData("{ name: a, tasks: [] }")]
    public void What_cannot_be_cut_is_not_brought_together(string text)
    {
        const string Good = "name: a\ntasks: []\n";
        Assert.Null(WorkflowMerge.Merge(Good, text, "name: b\ntasks: []\n"));
        Assert.Null(WorkflowMerge.Merge(Good, "name: b\ntasks: []\n", text));
        Assert.Null(WorkflowMerge.Merge(text, Good, Good));
    }

    [Fact]
    public void Every_pair_of_edits_to_different_tasks_comes_out_the_same_from_either_side()
    {
        string[] edits = ["load", "clean", "report"];
        foreach (var one in edits)
            foreach (var other in edits.Where(e => e != one))
            {
                static string Edit(string text, string task, string value) => Platform.Workflows.Definition.WorkflowPatch.SetTaskField(text, task, "title", System.Text.Json.Nodes.JsonValue.Create(value));
                var expected = Edit(Edit(From, one, "One"), other, "Other");
                Assert.Equal(expected, Both(From, Edit(From, one, "One"), Edit(From, other, "Other")));
                Assert.Equal(expected, Both(From, Edit(From, other, "Other"), Edit(From, one, "One")));
            }
    }

    [Fact]
    public void Places_and_notes_of_both_are_kept()
    {
        static LayoutNote Note(string id, string text) => new(id, text, 0, 0, 100, 50);
        static KeyValuePair<string, LayoutPoint> At(string task, double x) => new(task, new LayoutPoint(x, 0));
        var from = WorkflowLayout.Empty.Place([At("a", 1), At("b", 1)]).Put(Note("n", "old")).Put(Note("gone", "x")).Fold("g");
        var mine = from.Place([At("a", 2)]).Put(Note("mine", "m")).RemoveNote("gone");
        var theirs = from.Place([At("a", 3), At("b", 3), At("c", 3)]).Put(Note("n", "new")).Fold("g").Fold("h");
        var both = LayoutMerge.Merge(from, mine, theirs);
        Assert.Equal([("a", 2d), ("b", 3d), ("c", 3d)], both.Tasks.OrderBy(t => t.Key).Select(t => (t.Key, t.Value.X)));
        Assert.Equal([("n", "new"), ("mine", "m")], both.Notes.Select(n => (n.Id, n.Text)));
        Assert.Equal(["h"], both.Closed);
    }

    private static string Both(string from, string mine, string theirs)
    {
        var merged = WorkflowMerge.Merge(from, mine, theirs);
        Assert.NotNull(merged);
        Assert.Empty(merged.Clashes);
        return merged.Text;
    }

    private static string WithoutClean(string text)
    {
        var start = text.IndexOf("\n  - id: clean", StringComparison.Ordinal);
        return text[..start] + "\n" + text[text.IndexOf("  - { id: report", StringComparison.Ordinal)..];
    }
}
