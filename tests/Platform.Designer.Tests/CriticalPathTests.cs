using Platform.Designer.Runs;
using Platform.Engine.History;

namespace Platform.Designer.Tests;

public sealed class CriticalPathTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_chain_goes_back_from_the_last_end_through_the_upstream_that_ended_last()
    {
        var path = Path(20, [("a", ""), ("b", "a"), ("c", "a"), ("d", "b c")],
            Task("a", 0, 1, 4), Task("b", 4, 4, 6), Task("c", 4, 5, 12), Task("d", 12, 12, 20));

        Assert.Equal(["a", "c", "d"], path.Steps.Select(s => s.Task.TaskId));
        // 1 s and 1 s in the queue, 3 + 7 + 8 at work: together the whole length.
        Assert.Equal([("b", 18), ("w", 2)], path.Parts.Select(p => (p.Kind, p.Length.TotalSeconds)));
        Assert.Equal(20, path.Length.TotalSeconds);
    }

    [Fact]
    public void What_ended_after_a_task_was_ready_did_not_hold_it_up()
    {
        // d starts with the first of its two upstream tasks.
        var path = Path(20, [("quick", ""), ("slow", ""), ("d", "quick slow")], Task("quick", 0, 0, 3), Task("slow", 0, 0, 9), Task("d", 3, 3, 20));

        Assert.Equal(["quick", "d"], path.Steps.Select(s => s.Task.TaskId));
    }

    [Fact]
    public void The_chain_goes_on_through_what_was_skipped_and_names_the_slowest_element()
    {
        var path = Path(20, [("a", ""), ("part", "a"), ("maybe", "part"), ("end", "maybe")],
            Task("a", 0, 0, 2), Task("part", 2, 2, 5) with { MapIndex = 0 }, Task("part", 2, 2, 11) with { MapIndex = 1 }, Task("maybe", null, null, 11, "skipped"), Task("end", 11, 11, 20));

        Assert.Equal([("a", -1), ("part", 1), ("end", -1)], path.Steps.Select(s => (s.Task.TaskId, s.Task.MapIndex)));
        Assert.Contains(("part", 1), path.Keys);
        Assert.DoesNotContain(("part", 0), path.Keys);
    }

    [Fact]
    public void Retries_and_waits_for_something_outside_are_parts_of_their_own()
    {
        var path = Path(30, [("flaky", ""), ("ask", "flaky")],
            [Attempt("flaky", 1, "failed", 1, 3), Attempt("flaky", 2, "success", 8, 10)],
            Task("flaky", 0, 8, 10) with { Attempts = 2 }, Task("ask", 10, 10, 30) with { WaitedFrom = At(11), WaitedUntil = At(29) });

        Assert.Equal([("o", 18), ("b", 6), ("w retry", 5), ("w", 1)], path.Parts.Select(p => (p.Kind, p.Length.TotalSeconds)));
    }

    [Fact]
    public void An_open_run_waits_for_the_task_that_was_ready_first()
    {
        var path = Path(null, [("a", ""), ("b", "a"), ("c", "a")], Task("a", 0, 0, 4), Task("b", 4, 5, null, "running"), Task("c", 4.1, 4.1, 5));

        Assert.Equal(["a", "b"], path.Steps.Select(s => s.Task.TaskId));
        Assert.Equal(60, path.Length.TotalSeconds);
    }

    [Fact]
    public void What_was_done_before_the_run_was_cleared_is_not_on_its_chain()
    {
        var path = Path(20, [("old", ""), ("again", "old")], Task("old", -500, -500, -400), Task("again", 1, 2, 20));

        Assert.Equal(["again"], path.Steps.Select(s => s.Task.TaskId));
        Assert.Empty(Path(null, [("a", "")], Task("a", null, null, null, "none")).Steps);
    }

    private static CriticalPath Path(double? ended, (string Id, string After)[] graph, params TaskRow[] tasks) => Path(ended, graph, [], tasks);

    private static CriticalPath Path(double? ended, (string Id, string After)[] graph, AttemptRow[] attempts, params TaskRow[] tasks) => CriticalPath.Of(new RunDetail
    {
        Run = new RunRow { Id = 1, Workflow = "w", Title = "w", Version = 1, Kind = "manual", State = ended is null ? "running" : "success", CreatedBy = "ann", QueuedAt = Begin, StartedAt = Begin, EndedAt = ended is { } e ? At(e) : null },
        Params = [],
        TimeZone = "UTC",
        Graph = [.. graph.Select(g => new GraphTask(g.Id, g.Id, "control.noop", g.After.Split(' ', StringSplitOptions.RemoveEmptyEntries), false, "all_success"))],
        Tasks = tasks,
        Yaml = "",
    }, attempts, At(60));

    private static DateTimeOffset At(double seconds) => Begin.AddSeconds(seconds);

    private static TaskRow Task(string id, double? queued, double? started, double? ended, string state = "success") => new()
    {
        RunId = 1,
        TaskId = id,
        MapIndex = -1,
        Generation = 1,
        Activity = "control.noop",
        State = state,
        Attempts = 1,
        QueuedAt = queued is { } q ? At(q) : null,
        StartedAt = started is { } s ? At(s) : null,
        EndedAt = ended is { } e ? At(e) : null,
    };

    private static AttemptRow Attempt(string task, int number, string state, double started, double ended) =>
        new() { Id = number, RunId = 1, TaskId = task, MapIndex = -1, Generation = 1, Number = number, Node = "n", State = state, StartedAt = At(started), EndedAt = At(ended) };
}
