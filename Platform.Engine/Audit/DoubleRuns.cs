namespace Platform.Engine.Audit;

/// <summary>Two runs of one interval that nobody asked for: a scheduled one beside another, or two of one backfill. A later backfill that repeats an interval, and runs by hand, are asked for.</summary>
internal sealed class DoubleRuns : IAuditCheck
{
    public string Name => "double-run";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select r.workflow, r.interval_start, r.interval_end, r.id, r.kind, r.backfill_id, r.state, r.queued_at,
                o.id as other_id, o.kind as other_kind, o.state as other_state, o.queued_at as other_queued_at
            from run r
            join run o on o.workflow = r.workflow and o.interval_start = r.interval_start and o.id < r.id
            where r.id >= @FirstRun and o.kind in ('scheduled', 'backfill')
              and (r.kind = 'scheduled' or r.kind = 'backfill' and o.backfill_id = r.backfill_id)
            order by r.workflow, r.interval_start, r.id, o.id
            """, new { scope.FirstRun }, cancellationToken);
        foreach (var twice in rows.GroupBy(r => (r.Workflow, r.IntervalStart)))
        {
            var last = twice.Last();
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Double,
                Check = Name,
                Workflow = last.Workflow,
                RunId = last.Id,
                IntervalStart = last.IntervalStart,
                What = $"The interval from {AuditScope.Text(last.IntervalStart)} to {AuditScope.Text(last.IntervalEnd)} of workflow '{last.Workflow}' has {twice.Select(r => r.Id).Concat(twice.Select(r => r.OtherId)).Distinct().Count()} runs, and no backfill explains it.",
                Evidence = [.. twice.Select(r => (r.OtherId, $"run {r.OtherId}: {r.OtherKind}, queued {AuditScope.Text(r.OtherQueuedAt)}, {r.OtherState}"))
                    .Concat(twice.Select(r => (r.Id, $"run {r.Id}: {r.Kind}{(r.BackfillId is { } b ? $" {b}" : "")}, queued {AuditScope.Text(r.QueuedAt)}, {r.State}")))
                    .DistinctBy(r => r.Item1).OrderBy(r => r.Item1).Select(r => r.Item2)],
                ToDo = $"Cancel what still runs (./platform runs cancel {last.Id}). Tables written with mode replace-interval are right whichever ran last; look at those that append.",
            });
        }
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public required DateTimeOffset IntervalStart { get; init; }

        public required DateTimeOffset IntervalEnd { get; init; }

        public required long Id { get; init; }

        public required string Kind { get; init; }

        public long? BackfillId { get; init; }

        public required string State { get; init; }

        public required DateTimeOffset QueuedAt { get; init; }

        public required long OtherId { get; init; }

        public required string OtherKind { get; init; }

        public required string OtherState { get; init; }

        public required DateTimeOffset OtherQueuedAt { get; init; }
    }
}
