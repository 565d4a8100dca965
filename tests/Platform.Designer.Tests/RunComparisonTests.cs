using System.Text.Json.Nodes;
using Platform.Catalog.Assets;
using Platform.Designer.Runs;
using Platform.Engine.History;

namespace Platform.Designer.Tests;

public sealed class RunComparisonTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_failed_in_one_run_alone_and_what_made_it_longer_are_named()
    {
        var view = Compare(
            Run(1, "success", 20, [Task("load", "success", 0, 5), Task("check", "success", 5, 8), Task("old", "success", 8, 9)]),
            Run(2, "failed", 60, [Task("load", "success", 0, 45), Task("check", "failed", 45, 48), Task("new", "upstream_failed", null, null)]));

        Assert.Equal(["check"], view.FailedInB.Select(t => t.Id));
        Assert.Empty(view.FailedInA);
        Assert.Equal((40, "load"), (view.Longer!.Value.TotalSeconds, view.Most!.Id));
        Assert.Equal(["load", "check", "new", "old"], view.Tasks.Select(t => t.Id));
        Assert.Equal([40d, 0d], view.Tasks.Select(t => t.Difference?.TotalSeconds).OfType<double>());
        Assert.All(view.Tasks, t => Assert.True(t.Differs, t.Id));
        Assert.True(view.Tasks.Single(t => t.Id == "new") is { A: null, B.Took: null });
    }

    [Fact]
    public void Instances_of_a_mapped_task_count_as_one_and_noise_is_no_difference()
    {
        var view = Compare(
            Run(1, "success", 9, [Task("part", "success", 0, 4) with { MapIndex = 0 }, Task("part", "success", 2, 6) with { MapIndex = 1 }]),
            Run(2, "success", 9, [Task("part", "success", 0, 4) with { MapIndex = 0 }, Task("part", "success", 2, 6.9) with { MapIndex = 1 }]));

        var part = Assert.Single(view.Tasks);
        Assert.Equal((2, 6d, 6.9, false), (part.A!.Instances, part.A.Took!.Value.TotalSeconds, part.B!.Took!.Value.TotalSeconds, part.Differs));
        Assert.Null(Compare(Run(1, "success", 9, []), Run(2, "running", null, [])).Longer);
    }

    [Fact]
    public void Parameters_outputs_and_writes_are_put_side_by_side()
    {
        var view = RunComparison.Of(
            Run(1, "success", 9, [Task("load", "success", 0, 4) with { Outputs = new JsonObject { ["rows"] = 10, ["folder"] = "x" } }]) with { Params = new JsonObject { ["region"] = "cn", ["gone"] = 1 } },
            Run(2, "success", 9, [Task("load", "success", 0, 4) with { Outputs = new JsonObject { ["rows"] = 7, ["folder"] = "x" } }]) with { Params = new JsonObject { ["region"] = "cn", ["added"] = null } },
            [Write(1, "raw.orders", 4, 10), Write(2, "raw.orders", 5, 3), Write(2, "raw.orders", 6, 4), Write(2, "raw.items", 1, 2)], Begin);

        Assert.Equal([("region", false), ("gone", true), ("added", true)], view.Params.Select(p => (p.Name, p.Differs)));
        Assert.Equal(("null", null), (view.Params[2].B, view.Params[2].A));
        Assert.Equal(("load.rows", "10", "7"), Assert.Single(view.Outputs) is var o ? (o.Name, o.A, o.B) : default);
        Assert.Equal([("raw.items", null, 1L, 2L), ("raw.orders", 4L, 6L, 7L)], view.Writes.Select(w => (w.Asset, w.A?.Version, w.B!.Version!.Value, w.B.RowsWritten!.Value)));
    }

    private static RunComparison Compare(RunDetail a, RunDetail b) => RunComparison.Of(a, b, [], Begin.AddSeconds(100));

    private static RunAccessRow Write(long run, string asset, long version, long rows) =>
        new() { RunId = run, TaskId = "load", MapIndex = -1, Mode = "write", Key = asset, Kind = "table", Version = version, Rows = 100, RowsWritten = rows, Operation = "append" };

    private static TaskRow Task(string id, string state, double? started, double? ended) => new()
    {
        RunId = 1,
        TaskId = id,
        MapIndex = -1,
        Generation = 1,
        Activity = "control.noop",
        State = state,
        Attempts = 1,
        QueuedAt = started is { } q ? Begin.AddSeconds(q) : null,
        StartedAt = started is { } s ? Begin.AddSeconds(s) : null,
        EndedAt = ended is { } e ? Begin.AddSeconds(e) : Begin.AddSeconds(48),
    };

    private static RunDetail Run(long id, string state, double? ended, IReadOnlyList<TaskRow> tasks) => new()
    {
        Run = new RunRow { Id = id, Workflow = "w", Title = "w", Version = 1, Kind = "manual", State = state, CreatedBy = "ann", QueuedAt = Begin, StartedAt = Begin, EndedAt = ended is { } e ? Begin.AddSeconds(e) : null },
        Params = [],
        TimeZone = "UTC",
        Graph = [.. tasks.Select(t => t.TaskId).Distinct().Select(t => new GraphTask(t, t, "control.noop", [], false, "all_success"))],
        Tasks = tasks,
        Yaml = "",
    };
}
