using Platform.Engine.Definitions;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
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
        var versions = (await scope.QueryAsync<VersionRow>("""
            select v.workflow, v.version, v.published_at, v.until, v.first from (
                select workflow, version, published_at, lead(published_at) over (partition by workflow order by published_at, version) as until,
                    row_number() over (partition by workflow order by published_at, version) = 1 as first
                from workflow_version where published_at is not null and workflow = any(@names)
            ) v
            where v.until is null or v.until >= @since
            order by v.workflow, v.published_at, v.version
            """, new { names = workflows.Select(w => w.Name).ToArray(), since }, cancellationToken)).ToLookup(v => v.Workflow);
        var pauses = (await scope.QueryAsync<PauseRow>(
            "select workflow, paused_at, coalesce(resumed_at, 'infinity') as resumed_at from workflow_pause where resumed_at is null or resumed_at >= @since", new { since }, cancellationToken)).ToLookup(p => p.Workflow);
        await definitions.LoadAsync([.. versions.SelectMany(v => v).Select(v => (v.Workflow, v.Version))], cancellationToken);
        var wanted = new List<WantedRun>();
        foreach (var workflow in workflows)
            foreach (var version in versions[workflow.Name])
                if ((await definitions.GetAsync(workflow.Name, version.Version, cancellationToken)).Definition?.Schedule is { } definition && Schedule.Of(definition) is { } schedule)
                    wanted.AddRange(Wanted(scope, workflow, version, definition, schedule, since).Take(MostIntervals)
                        .Where(i => definition.Catchup || Lived(i, sessions, pauses[workflow.Name], scope.Options.Grace))
                        .Select(i => new WantedRun(workflow, version, definition.Catchup, i)));
        await ReportAsync(scope, wanted, cancellationToken);
    }

    private async Task ReportAsync(AuditScope scope, IReadOnlyList<WantedRun> wanted, CancellationToken cancellationToken)
    {
        // Only the span that is asked about: a workflow of years has a row for each of its intervals.
        var spans = wanted.GroupBy(w => w.Workflow.Name).Select(g => (Name: g.Key, First: g.Min(w => w.Interval.Start), Last: g.Max(w => w.Interval.Start))).ToList();
        var existing = (await scope.QueryAsync<(string, DateTimeOffset)>("""
            select i.workflow, i.interval_start
            from unnest(@names, @firsts, @lasts) as s(workflow, first, last)
            join run_interval i on i.workflow = s.workflow and i.interval_start between s.first and s.last
            where exists (select from run r where r.id = i.run_id)
            """, new { names = spans.Select(s => s.Name).ToArray(), firsts = spans.Select(s => s.First).ToArray(), lasts = spans.Select(s => s.Last).ToArray() }, cancellationToken)).ToHashSet();
        foreach (var run in wanted.Where(w => !existing.Contains((w.Workflow.Name, w.Interval.Start))))
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Missed,
                Check = Name,
                Workflow = run.Workflow.Name,
                IntervalStart = run.Interval.Start,
                What = $"Workflow '{run.Workflow.Name}' has no run for the interval from {AuditScope.Text(run.Interval.Start)} to {AuditScope.Text(run.Interval.End)}.",
                Evidence =
                [
                    $"version {run.Version.Version}, published {AuditScope.Text(run.Version.PublishedAt)}, wants it (catchup {(run.Catchup ? "true" : "false: a planning node lived through its end")})",
                    $"the schedule is planned until {AuditScope.Text(run.Workflow.PlannedUntil)}",
                    "run_interval holds no row of it whose run exists",
                ],
                ToDo = $"Run it: ./platform run {run.Workflow.Name} --from {run.Interval.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} --to {run.Interval.End.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
            });
    }

    /// <summary>The intervals of one version that ended in the window while it was the published one, and that the planner has passed.</summary>
    private static IEnumerable<DataInterval> Wanted(AuditScope scope, WorkflowRow workflow, VersionRow version, ScheduleDefinition definition, Schedule schedule, DateTimeOffset since)
    {
        var floor = definition.Start ?? workflow.ScheduledSince ?? version.PublishedAt;
        // What a first version with catch-up makes up for is wanted since it was published, however long ago it was to have run.
        var from = definition.Catchup && version.First && version.PublishedAt >= since ? floor : version.PublishedAt < since ? since : version.PublishedAt;
        var until = version.Until ?? scope.Now;
        if (until > scope.Now - scope.Options.Grace)
            until = scope.Now - scope.Options.Grace;
        return Wanted(schedule, from, floor, until, workflow.PlannedUntil);
    }

    /// <summary>Intervals that ended after <paramref name="from"/> and by <paramref name="until"/>, and that the planner has passed.</summary>
    private static IEnumerable<DataInterval> Wanted(Schedule schedule, DateTimeOffset from, DateTimeOffset floor, DateTimeOffset until, DateTimeOffset plannedUntil)
    {
        var first = schedule.Containing(from)?.Start ?? from;
        if (first < floor)
            first = floor;
        return schedule.IntervalsBetween(first, plannedUntil).TakeWhile(i => i.End <= until && i.End <= plannedUntil).Where(i => i.End > from);
    }

    private static bool Lived(DataInterval interval, IReadOnlyList<Span> sessions, IEnumerable<PauseRow> pauses, TimeSpan grace)
    {
        var after = interval.End + grace;
        // An interval shorter than the planner's own pauses may be passed over by its follower.
        return interval.End - interval.Start > grace
            && sessions.Any(s => s.Start <= interval.End && s.End >= after)
            && !pauses.Any(p => p.PausedAt < after && p.ResumedAt > interval.End);
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
        public required string Workflow { get; init; }

        public required int Version { get; init; }

        public required DateTimeOffset PublishedAt { get; init; }

        /// <summary>When another was published; null while it is the published one.</summary>
        public DateTimeOffset? Until { get; init; }

        public required bool First { get; init; }
    }

    private sealed record PauseRow
    {
        public required string Workflow { get; init; }

        public required DateTimeOffset PausedAt { get; init; }

        public required DateTimeOffset ResumedAt { get; init; }
    }

    private sealed record WantedRun(WorkflowRow Workflow, VersionRow Version, bool Catchup, DataInterval Interval);

    private sealed record Span
    {
        public required DateTimeOffset Start { get; init; }

        public required DateTimeOffset End { get; init; }
    }
}
