using Platform.Workflows.Definition;

namespace Platform.Workflows.Tests.Definition;

public class TaskClipboardTests
{
    private const string Shop = """
        name: shop
        tasks:
          # First of all.
          - id: ingest          # the files
            activity: ingest.files
            with: { path: a.csv, table: raw.a }

          - id: clean
            activity: clean.sql
            after: [ingest]
            with:
              table: clean.a    # the result
              sql: |
                select 1
                  from raw.a

          - id: report
            activity: inventory.report
            after: [clean]
            when: "tasks.clean.outputs.rows > 0"
        """;

    [Fact]
    public void Copied_tasks_keep_their_comments_and_literal_texts()
    {
        var copied = TaskClipboard.Copy(Shop, new HashSet<string> { "clean" });
        Assert.Equal("tasks:\n  - id: clean\n    activity: clean.sql\n    after: [ingest]\n    with:\n      table: clean.a    # the result\n      sql: |\n        select 1\n          from raw.a\n", copied);
    }

    [Fact]
    public void Pasted_beside_themselves_they_get_numbers_and_stay_connected_among_themselves()
    {
        var (text, ids) = TaskClipboard.Paste(Shop, TaskClipboard.Copy(Shop, new HashSet<string> { "clean", "report" }));
        Assert.Equal("clean_2", ids["clean"]);
        var tasks = WorkflowReader.Read(text, null).Draft!.Tasks;
        Assert.Equal(["ingest", "clean", "report", "clean_2", "report_2"], tasks.Select(t => t.Id));
        Assert.Equal(["ingest"], tasks[3].After);
        Assert.Equal(["clean_2"], tasks[4].After);
        Assert.Equal("tasks.clean_2.outputs.rows > 0", tasks[4].When);
        Assert.StartsWith(Shop.TrimEnd(), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pasted_elsewhere_they_lose_the_edges_to_tasks_that_are_not_there()
    {
        var (text, ids) = TaskClipboard.Paste("name: other\ntasks:\n- id: x\n  activity: control.nothing\n", TaskClipboard.Copy(Shop, new HashSet<string> { "clean", "report" }));
        Assert.Equal("clean", ids["clean"]);
        var tasks = WorkflowReader.Read(text, null).Draft!.Tasks;
        Assert.Empty(tasks[1].After);
        Assert.Equal(["clean"], tasks[2].After);
    }

    [Theory]
    [InlineData("name: e\ntasks: []\n")]
    [InlineData("name: e\ntasks:\n")]
    [InlineData("name: e\n")]
    [InlineData("name: e")]
    public void They_can_be_pasted_into_an_empty_workflow(string empty)
    {
        var (text, _) = TaskClipboard.Paste(empty, TaskClipboard.Copy(Shop, new HashSet<string> { "ingest", "clean" }));
        var read = WorkflowReader.Read(text, null);
        Assert.False(read.HasErrors, string.Join('\n', read.Problems.Select(p => p.Message)));
        Assert.Equal(2, read.Draft!.Tasks.Count);
    }

    [Theory]
    [InlineData("- id: a\n  activity: x.y\n- id: b\n  activity: x.y\n  after: [a]")]
    [InlineData("    - id: a\n      activity: x.y\n\n    - id: b\n      activity: x.y\n      after: [a]\n")]
    [InlineData("tasks: [{ id: a, activity: x.y }, { id: b, activity: x.y, after: [a] }]")]
    public void Tasks_are_taken_as_people_write_and_select_them(string fragment)
    {
        Assert.True(TaskClipboard.Holds(fragment));
        var (text, _) = TaskClipboard.Paste(Shop, fragment);
        Assert.Equal(["a"], WorkflowReader.Read(text, null).Draft!.Tasks[^1].After);
    }

    [Fact]
    public void One_task_without_a_dash_is_taken_too() => Assert.Equal("a", TaskClipboard.Paste(Shop, "id: a\nactivity: x.y").Ids["a"]);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("tasks: 7")]
    [InlineData("tasks:\n  - activity: x.y")]
    [InlineData("a: [")]
    public void What_holds_no_task_is_refused_with_a_reason(string fragment)
    {
        Assert.False(TaskClipboard.Holds(fragment));
        Assert.NotEmpty(Assert.Throws<WorkflowPatchException>(() => TaskClipboard.Paste(Shop, fragment)).Message);
    }

    [Fact]
    public void A_task_that_uses_an_anchor_is_copied_with_what_it_says()
    {
        const string Anchored = "name: n\nbase: &b { path: a.csv }\ntasks:\n  - id: a\n    activity: x.y\n    with: *b\n";
        Assert.Contains("path: a.csv", TaskClipboard.Copy(Anchored, new HashSet<string> { "a" }), StringComparison.Ordinal);
    }
}
