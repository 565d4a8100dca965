using Platform.Engine.Definitions;
using Platform.Workflows.Activities;
using Platform.Workflows.Schedules;

namespace Platform.Engine.Audit;

/// <summary>
/// Intervals without a run though the schedule wanted one. Each published version counts for the intervals that ended while it was the published one; with <c>catchup</c> the first also for those before.
/// Without <c>catchup</c> an interval is wanted only where a planning node lived through its end and the workflow was not paused: otherwise skipping it is what was asked for.
/// </summary>
internal sealed class MissedRuns(WorkflowDefinitions definitions) : IAuditCheck
{
    // More intervals of one workflow are not walked: a schedule of seconds over years.
    private const int MostIntervals = 50_000;

    public string Name => "missed-run";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var workflows = await scope.QueryAsync<WorkflowRow>("""
            select w.name, w.version, w.paused, w.scheduled_since, w.planned_until
            from workflow w
            where w.version is not null and w.planned_until is not null
            order by w.name
            """, null, cancellationToken);
        if (workflows.Count == 0)
            return;
        var sessions = await scope.QueryAsync<Span>(
            "select started_at as \"start\", coalesce(ended_at, seen_at) as \"end\" from node_session where plans and coalesce(ended_at, seen_at) >= @Since", new { scope.Since }, cancellationToken);
        // Of an interval whose run was pruned nothing is left, and that is no loss.
        var pruned = await scope.QueryAsync<DateTimeOffset>("select before from pruned where what = 'runs'", null, cancellationToken);
        var since = pruned is [var before] && before > scope.Since ? before : scope.Since;
        foreach (var workflow in workflows)
            await CheckAsync(scope, workflow, sessions, since, cancellationToken);
    }

    private async Task CheckAsync(AuditScope scope, WorkflowRow workflow, IReadOnlyList<Span> sessions, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var versions = await scope.QueryAsync<VersionRow>(
            "select version, published_at from workflow_version where workflow = @Name and published_at is not null order by published_at, version", new { workflow.Name }, cancellationToken);
        var pauses = await scope.QueryAsync<Span>("select paused_at as \"start\", coalesce(resumed_at, 'infinity') as \"end\" from workflow_pause where workflow = @Name", new { workflow.Name }, cancellationToken);
        var existing = (await scope.QueryAsync<DateTimeOffset>("""
            select i.interval_start from run_interval i where i.workflow = @Name and exists (select from run r where r.id = i.run_id)
            """, new { workflow.Name }, cancellationToken)).ToHashSet();
        for (var i = 0; i < versions.Count; i++)
        {
            var until = i + 1 < versions.Count ? versions[i + 1].PublishedAt : scope.Now;
            if (until < since)
                continue;
            var loaded = await definitions.GetAsync(workflow.Name, versions[i].Version, cancellationToken);
            if (loaded.Definition?.Schedule is not { } definition || Schedule.Of(definition) is not { } schedule)
                continue;
            var floor = definition.Start ?? workflow.ScheduledSince ?? versions[i].PublishedAt;
            var from = versions[i].PublishedAt;
            if (definition.Catchup && i == 0)
                from = floor;
            else if (from < since)
                from = since;
            foreach (var interval in Wanted(schedule, from, floor, until, workflow.PlannedUntil).Take(MostIntervals))
            {
                if (existing.Contains(interval.Start) || interval.End > scope.Now - scope.Options.Grace)
                    continue;
                if (definition.Catchup ? interval.End < since && versions[i].PublishedAt < since : !Lived(interval, sessions, pauses, scope.Options.Grace))
                    continue;
                scope.Add(new AuditFinding
                {
                    Kind = AuditKinds.Missed,
                    Check = Name,
                    Workflow = workflow.Name,
                    IntervalStart = interval.Start,
                    What = $"Workflow '{workflow.Name}' has no run for the interval from {AuditScope.Text(interval.Start)} to {AuditScope.Text(interval.End)}.",
                    Evidence =
                    [
                        $"version {versions[i].Version}, published {AuditScope.Text(versions[i].PublishedAt)}, wants it (catchup {(definition.Catchup ? "true" : "false: a planning node lived through its end")})",
                        $"the schedule is planned until {AuditScope.Text(workflow.PlannedUntil)}",
                        "run_interval holds no row of it whose run exists",
                    ],
                    ToDo = $"Run it: ./platform run {workflow.Name} --from {interval.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} --to {interval.End.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
                });
            }
        }
    }

    /// <summary>Intervals that ended after <paramref name="from"/> and by <paramref name="until"/>, and that the planner has passed.</summary>
    private static IEnumerable<DataInterval> Wanted(Schedule schedule, DateTimeOffset from, DateTimeOffset floor, DateTimeOffset until, DateTimeOffset plannedUntil)
    {
        var first = schedule.Containing(from)?.Start ?? from;
        if (first < floor)
            first = floor;
        return schedule.IntervalsBetween(first, plannedUntil).TakeWhile(i => i.End <= until && i.End <= plannedUntil).Where(i => i.End > from);
    }

    private static bool Lived(DataInterval interval, IReadOnlyList<Span> sessions, IReadOnlyList<Span> pauses, TimeSpan grace)
    {
        var after = interval.End + grace;
        // An interval shorter than the planner's own pauses may be passed over by its follower.
        return interval.End - interval.Start > grace
            && sessions.Any(s => s.Start <= interval.End && s.End >= after)
            && !pauses.Any(p => p.Start < after && p.End > interval.End);
    }

    private sealed record WorkflowRow
    {
        public required string Name { get; init; }

        public required int Version { get; init; }

        public required bool Paused { get; init; }

        public DateTimeOffset? ScheduledSince { get; init; }

        public required DateTimeOffset PlannedUntil { get; init; }
    }

    private sealed record VersionRow
    {
        public required int Version { get; init; }

        public required DateTimeOffset PublishedAt { get; init; }
    }

    private sealed record Span
    {
        public required DateTimeOffset Start { get; init; }

        public required DateTimeOffset End { get; init; }
    }
}
