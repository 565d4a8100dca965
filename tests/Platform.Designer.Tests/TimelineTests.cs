using Platform.Designer.Runs;
using Platform.Engine.History;

namespace Platform.Designer.Tests;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_task_that_was_tried_three_times_shows_each_attempt_and_the_waits_between()
    {
        var task = Task("flaky", "success", queued: 0, started: 20, ended: 25) with { Attempts = 3 };
        var row = Assert.Single(Rows([task], [Attempt(1, "failed", 1, 3), Attempt(2, "lost", 10, 12), Attempt(3, "success", 20, 25)]));

        Assert.Equal(["w", "b failed 1", "w retry", "b lost 2", "w retry", "b success 3"], row.Bars.Select(b => b.Kind == "b" ? $"b {b.State} {b.Attempt}" : b.Kind));
        Assert.All(row.Bars.Zip(row.Bars.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From));
    }

    [Fact]
    public void A_task_between_two_attempts_shows_the_one_that_failed_and_waits_on()
    {
        var task = Task("flaky", "up_for_retry", queued: 0, started: 1, ended: null) with { Attempts = 1 };
        var row = Assert.Single(Rows([task], [Attempt(1, "failed", 1, 3)]));

        Assert.Equal(["w", "b", "w retry"], row.Bars.Select(b => b.Kind));
        Assert.Equal(At(60), row.Bars[^1].To);
    }

    [Fact]
    public void A_mapped_task_is_one_row_until_somebody_opens_it()
    {
        var tasks = Enumerable.Range(0, 10).Select(i => Task("part", i == 7 ? "failed" : "success", 0, 1 + i, 5 + i) with { MapIndex = i }).ToList();

        var row = Assert.Single(Rows(tasks, []));
        Assert.Equal((false, 10, 10, "failed"), (row.Open!.Value, row.Ended, row.Instances, row.Task.State));
        Assert.Equal((At(1), At(14)), (row.Bars[0].From, row.Bars[0].To));
        Assert.Equal(11, TimelineRows.Of(Run(tasks), [], new Dictionary<string, bool> { ["part"] = false }, At(60)).Count);
    }

    [Fact]
    public void The_time_for_which_an_answer_was_awaited_stands_apart_from_work()
    {
        var answered = Task("ask", "success", 0, 1, 30) with { WaitedFrom = At(2), WaitedUntil = At(29) };
        Assert.Equal([("w", 1), ("b", 1), ("o", 27), ("b", 1)], Assert.Single(Rows([answered], [])).Bars.Select(b => (b.Kind, (int)b.Length.TotalSeconds)));

        var asks = Task("ask", "deferred", 0, 1, null) with { WaitedFrom = At(2) };
        Assert.Equal([("w", 1), ("b", 1), ("o", 58)], Assert.Single(Rows([asks], [])).Bars.Select(b => (b.Kind, (int)b.Length.TotalSeconds)));

        // It was answered, and no worker has taken it up yet.
        var woken = Task("ask", "queued", 0, 1, null) with { WaitedFrom = At(2), WaitedUntil = At(50) };
        Assert.Equal(["w", "b", "o", "w"], Assert.Single(Rows([woken], [])).Bars.Select(b => b.Kind));

        // A wait before the newest attempt is not one of it.
        Assert.Equal(["w", "b"], Assert.Single(Rows([Task("ask", "success", 10, 11, 20) with { WaitedFrom = At(2), WaitedUntil = At(5) }], [])).Bars.Select(b => b.Kind));
    }

    [Fact]
    public void What_has_ended_looks_the_same_while_its_run_goes_on()
    {
        var tasks = new[] { Task("done", "success", 0, 1, 5), Task("now", "running", 5, 6, null), Task("later", "none", null, null, null) };
        var (before, after) = (TimelineRows.Of(Run(tasks), [], new Dictionary<string, bool>(), At(60)), TimelineRows.Of(Run([.. tasks.Select(t => t with { })]), [], new Dictionary<string, bool>(), At(61)));

        Assert.Equal([true, false, true], before.Zip(after).Select(r => r.First.LooksLike(r.Second)));
        var cleared = TimelineRows.Of(Run([tasks[0] with { State = "queued", StartedAt = null, EndedAt = null }]), [], new Dictionary<string, bool>(), At(61));
        Assert.False(before[0].LooksLike(cleared[0]));
    }

    [Fact]
    public void What_waits_for_its_upstream_has_no_bar() =>
        Assert.Empty(Assert.Single(Rows([Task("later", "none", null, null, null)], [])).Bars);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3.4, 4)]
    [InlineData(59, 6)]
    [InlineData(3600, 6)]
    [InlineData(864_000, 6)]
    [InlineData(40_000_000, 6)]
    public void The_axis_has_a_few_marks_at_round_lengths(double seconds, int most)
    {
        var scale = new TimeScale(Begin, Begin.AddSeconds(seconds));

        Assert.InRange(scale.Marks.Count(), 1, Math.Max(most, 1) + 1);
        Assert.All(scale.Marks, m => Assert.InRange(100 * (m / scale.Span), 0, 96));
    }

    [Fact]
    public void A_run_that_was_taken_up_again_shows_its_first_tasks_where_they_were_and_folds_the_night_between()
    {
        var day = 86_400;
        var rows = Rows([Task("first", "success", 0, 1, 11), Task("again", "success", day, day + 1, day + 21)], []);
        // The run's own begin is that of its newest start.
        var scale = TimeScale.Of(rows.SelectMany(r => r.Bars), At(day), At(day + 21), 6);

        Assert.Equal(Begin, scale.Begin);
        var fold = Assert.Single(scale.Folds);
        Assert.Equal((At(11), At(day)), (fold.From, fold.To));
        Assert.Equal(TimeScale.FoldWidth, scale.Between(fold.From, fold.To), 6);
        Assert.Equal([0, 33, 37, 100], new[] { At(0), At(11), At(day), At(day + 21) }.Select(m => Math.Round(scale.At(m))));
        Assert.True(scale.Between(At(1), At(11)) > 25);
        Assert.Equal([At(0), At(day)], scale.Starts);
    }

    [Fact]
    public void A_wait_that_is_shorter_than_the_work_is_not_folded()
    {
        var rows = Rows([Task("first", "success", 0, 1, 100), Task("later", "success", 150, 151, 250)], []);
        var scale = TimeScale.Of(rows.SelectMany(r => r.Bars), Begin, At(250), 6);

        Assert.Empty(scale.Folds);
        Assert.Equal([0, 40, 100], new[] { At(0), At(100), At(250) }.Select(scale.At));
    }

    private static IReadOnlyList<TimelineRow> Rows(IReadOnlyList<TaskRow> tasks, IReadOnlyList<AttemptRow> attempts) => TimelineRows.Of(Run(tasks), attempts, new Dictionary<string, bool>(), At(60));

    private static DateTimeOffset At(double seconds) => Begin.AddSeconds(seconds);

    private static TaskRow Task(string id, string state, double? queued, double? started, double? ended) => new()
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

    private static AttemptRow Attempt(int number, string state, double started, double ended) =>
        new() { Id = number, RunId = 1, TaskId = "flaky", MapIndex = -1, Generation = 1, Number = number, Node = "n", State = state, StartedAt = At(started), EndedAt = At(ended) };

    private static RunDetail Run(IReadOnlyList<TaskRow> tasks) => new()
    {
        Run = new RunRow { Id = 1, Workflow = "w", Title = "w", Version = 1, Kind = "manual", State = "running", CreatedBy = "ann", QueuedAt = Begin, StartedAt = Begin },
        Params = [],
        TimeZone = "UTC",
        Graph = [],
        Tasks = tasks,
        Yaml = "",
    };
}
