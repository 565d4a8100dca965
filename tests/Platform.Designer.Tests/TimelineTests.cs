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
