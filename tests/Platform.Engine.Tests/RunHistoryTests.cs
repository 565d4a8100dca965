using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Tests;

/// <summary>Runs by day, and their durations.</summary>
public sealed class RunHistoryTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task Runs_are_of_the_day_on_which_their_interval_starts_in_the_zone_and_tasks_have_durations_of_their_own()
    {
        var name = await engine.ApplyAsync("  - { id: a, activity: test.noop }\n  - { id: b, activity: test.fail, after: [a] }", "schedule: { cron: '0 2 * * *', timezone: Asia/Shanghai, start: 2030-01-01 }");
        await using var node = engine.StartNode(name);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var intervals = RunRange.Intervals(new() { Cron = "0 2 * * *", TimeZone = zone }, null, "2026-01-05", "2026-01-07");
        var made = await engine.Commands.BackfillAsync(new BackfillRequest { Workflow = name, Intervals = intervals, By = "test" }, CancellationToken.None);
        foreach (var run in made.RunIds)
            _ = await engine.EndedAsync(run);
        var queries = new RunHistoryQueries(engine.Database);

        // Two o'clock in Shanghai is the day before in UTC.
        var days = await queries.DaysAsync(name, new DateOnly(2026, 1, 5), new DateOnly(2026, 1, 5), "Asia/Shanghai", CancellationToken.None);
        Assert.Equal([new RunDayRow(new DateOnly(2026, 1, 5), RunStates.Failed, 1)], days);
        Assert.Equal([4, 5], (await queries.DaysAsync(name, new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31), "UTC", CancellationToken.None)).Select(d => d.Day.Day));
        var midnight = ZonedTime.Midnight(new DateOnly(2026, 1, 6), zone);
        Assert.Equal([made.RunIds[1]], (await engine.Runs.ListAsync(new RunFilter { Workflow = name, IntervalFrom = midnight, IntervalTo = midnight.AddDays(1) }, CancellationToken.None)).Select(r => r.Id));

        var runs = await queries.DurationsAsync(name, null, 10, CancellationToken.None);
        Assert.Equal(made.RunIds.Reverse(), runs.Select(r => r.RunId));
        Assert.All(runs, r => Assert.True(r is { State: RunStates.Failed, EndedAt: not null } && r.QueuedAt <= r.StartedAt));
        var tasks = await queries.DurationsAsync(name, "a", 1, CancellationToken.None);
        Assert.Equal((made.RunIds[1], TaskStates.Success), Assert.Single(tasks) is var t ? (t.RunId, t.State) : default);
        Assert.Equal(intervals[1].Start, tasks[0].IntervalStart);
        Assert.Empty(await queries.DurationsAsync(name, "no_such", 10, CancellationToken.None));
    }
}
