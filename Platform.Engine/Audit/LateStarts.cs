namespace Platform.Engine.Audit;

/// <summary>Queued runs for which their workflow, or their backfill, has a free place.</summary>
internal sealed class LateStarts : IAuditCheck
{
    public string Name => "late-run";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            with ready as (
                -- Runs of one partition go one after the other.
                select * from run r
                where r.state = 'queued' and r.kind <> 'preview' and not (r.partitioned and exists (
                    select from run o
                    where o.workflow = r.workflow and o.interval_start = r.interval_start and o.interval_end = r.interval_end and o.partitioned
                      and (o.state = 'running' or (o.state = 'queued' and o.id < r.id))))
            ), waiting as (
                select workflow, backfill_id, count(*) as queued from ready where queued_at < @before group by workflow, backfill_id
            ), place as (
                select q.workflow, q.backfill_id, q.queued, coalesce(b.active_runs, w.active_runs) as allowed,
                    (select count(*) from run r where r.workflow = q.workflow and r.backfill_id is not distinct from q.backfill_id and r.state = 'running') as running
                from waiting q
                join workflow w on w.name = q.workflow
                left join backfill b on b.id = q.backfill_id
            )
            select p.workflow, p.backfill_id, p.queued, p.allowed, p.running, f.id as run_id, f.queued_at, f.interval_start
            from place p
            cross join lateral (
                select r.* from ready r
                where r.workflow = p.workflow and r.backfill_id is not distinct from p.backfill_id
                order by r.priority desc, r.interval_start nulls first, r.id limit 1) f
            where p.running < p.allowed
            """, new { before = scope.Now - scope.Late - scope.Options.Grace }, cancellationToken);
        foreach (var row in rows)
        {
            if (!scope.PlannerLives)
            {
                scope.Note($"{AuditScope.Count(row.Queued, "run")} of '{row.Workflow}' {(row.Queued == 1 ? "is" : "are")} queued and no planning node lives to start {(row.Queued == 1 ? "it" : "them")}. Start one: ./platform serve");
                continue;
            }
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Late,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                IntervalStart = row.IntervalStart,
                What = $"Run {row.RunId} of workflow '{row.Workflow}' is queued since {AuditScope.Text(row.QueuedAt)} though a place is free.",
                Evidence = [$"{row.Running} of {AuditScope.Count(row.Allowed, "place", "is", "are")} taken{(row.BackfillId is { } b ? $" in backfill {b}" : "")}; {AuditScope.Count(row.Queued, "run", "waits", "wait")}"],
                ToDo = "Look for a transaction that holds the workflow's row (./platform status), and into the planning node's log.",
            });
        }
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public long? BackfillId { get; init; }

        public required long Queued { get; init; }

        public required int Allowed { get; init; }

        public required long Running { get; init; }

        public required long RunId { get; init; }

        public required DateTimeOffset QueuedAt { get; init; }

        public DateTimeOffset? IntervalStart { get; init; }
    }
}
