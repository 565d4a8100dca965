using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Workflows.Schedules;

namespace Platform.Designer.Workflows;

/// <summary>A workflow's past from the engine's queries, what its schedule has ahead from its definition.</summary>
internal sealed class EngineHistorySource(RunHistoryQueries queries, WorkflowStore store, WorkflowDefinitions definitions, TimeProvider clock) : IHistorySource
{
    // A schedule of so many intervals in a year fills every day: nothing is to be seen of single ones, and counting them would take long.
    private const int MostIntervals = 20_000;

    public async Task<RunCalendar> CalendarAsync(string workflow, DateOnly from, DateOnly through, CancellationToken cancellationToken)
    {
        var version = (await store.GetAsync(workflow, null, cancellationToken))?.PublishedVersion;
        var definition = version is { } published ? (await definitions.GetAsync(workflow, published, cancellationToken)).Definition : null;
        var zone = definition?.Schedule?.TimeZone ?? TimeZoneInfo.Utc;
        var now = clock.GetUtcNow();
        var intervals = new Dictionary<DateOnly, (int Past, int Ahead)>();
        if (Schedule.Of(definition?.Schedule) is { } schedule)
        {
            var all = schedule.IntervalsBetween(ZonedTime.Midnight(from, zone), ZonedTime.Midnight(through.AddDays(1), zone)).Take(MostIntervals + 1).ToList();
            foreach (var interval in all.Count > MostIntervals ? [] : all)
            {
                var day = DateOnly.FromDateTime(ZonedTime.ToLocal(interval.Start, zone));
                var (past, ahead) = intervals.GetValueOrDefault(day);
                intervals[day] = interval.End <= now ? (past + 1, ahead) : (past, ahead + 1);
            }
        }
        return RunCalendar.Of(from, through, DateOnly.FromDateTime(ZonedTime.ToLocal(now, zone)), await queries.DaysAsync(workflow, from, through, zone.Id, cancellationToken), intervals);
    }

    public Task<IReadOnlyList<RunDurationRow>> DurationsAsync(string workflow, string? task, int runs, CancellationToken cancellationToken) => queries.DurationsAsync(workflow, task, runs, cancellationToken);
}
