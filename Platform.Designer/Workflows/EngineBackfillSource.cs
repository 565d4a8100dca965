using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Designer.Workflows;

/// <summary>Backfills from the engine's commands.</summary>
internal sealed class EngineBackfillSource(WorkflowStore store, WorkflowDefinitions definitions, BackfillQueries queries, RunCommands commands, BackfillControl control, DesignerOptions options, TimeProvider clock) : IBackfillSource
{
    public async Task<BackfillPlan> PlanAsync(BackfillAsk ask, CancellationToken cancellationToken)
    {
        var (closed, open, definition) = await IntervalsAsync(ask, cancellationToken);
        if (closed.Count == 0)
            return new BackfillPlan(open);
        var made = await commands.BackfillAsync(Request(ask, closed, definition, "") with { DryRun = true }, cancellationToken);
        var chosen = made.Intervals.Select(i => i.Start).ToHashSet();
        var planned = closed.Select(i =>
        {
            IntervalRun? had = made.Before.TryGetValue(i.Start, out var run) ? run : null;
            return new PlannedInterval(i, !chosen.Contains(i.Start) ? IntervalFate.Left : had is null ? IntervalFate.New : IntervalFate.Again, had?.RunId, had?.State);
        }).Concat(open);
        return new BackfillPlan(ask.NewestFirst ? [.. planned.Reverse()] : [.. planned]);
    }

    public async Task<long?> StartAsync(BackfillAsk ask, string user, CancellationToken cancellationToken)
    {
        var (closed, _, definition) = await IntervalsAsync(ask, cancellationToken);
        return (await commands.BackfillAsync(Request(ask, closed, definition, user), cancellationToken)).BackfillId;
    }

    public Task<IReadOnlyList<BackfillRow>> ListAsync(string workflow, int limit, CancellationToken cancellationToken) => queries.ListAsync(workflow, null, limit, cancellationToken);

    public Task<int> CancelAsync(long id, string user, CancellationToken cancellationToken) => control.CancelAsync(id, user, cancellationToken);

    private BackfillRequest Request(BackfillAsk ask, IReadOnlyList<DataInterval> intervals, WorkflowDefinition? definition, string by) => new()
    {
        Workflow = ask.Workflow,
        Intervals = intervals,
        Params = GivenParameters.Absolute(ask.Params, definition, options.DefaultFolder),
        Repeat = ask.Repeat,
        ActiveRuns = ask.ActiveRuns,
        NewestFirst = ask.NewestFirst,
        By = by,
        DefaultFolder = options.DefaultFolder,
    };

    /// <summary>The intervals of the range, oldest first: those that have ended, and those that have not.</summary>
    private async Task<(IReadOnlyList<DataInterval> Closed, IReadOnlyList<PlannedInterval> Open, WorkflowDefinition? Definition)> IntervalsAsync(BackfillAsk ask, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(ask.Workflow, null, cancellationToken) is not { PublishedVersion: { } version })
            throw new EngineException("not-found", $"There is no published workflow '{ask.Workflow}'. Publish it first.");
        var definition = (await definitions.GetAsync(ask.Workflow, version, cancellationToken)).Definition;
        var schedule = RunRange.Of(definition?.Schedule);
        var all = schedule.IntervalsBetween(ZonedTime.Midnight(ask.From, schedule.TimeZone), ZonedTime.Midnight(ask.Through.AddDays(1), schedule.TimeZone)).Take(RunRange.MaxIntervals + 1).ToList();
        if (all.Count > RunRange.MaxIntervals)
            throw new EngineException("bad-input", $"There are more than {RunRange.MaxIntervals} intervals in this range. Give a shorter one.");
        var now = clock.GetUtcNow();
        return ([.. all.Where(i => i.End <= now)], [.. all.Where(i => i.End > now).Select(i => new PlannedInterval(i, IntervalFate.Open, null, null))], definition);
    }
}
