namespace Platform.Engine.Audit;

/// <summary>Writes of partitions that schedules follow, which no planner has looked at, and partitions that are there in all assets and have no run of what is new.</summary>
internal sealed class LatePartitions : IAuditCheck
{
    public string Name => "late-partition";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select u.workflow, u.partition_start, u.partition_end, count(*)::int as writes, min(u.at) as first_at, min(u.id) as first_id, string_agg(distinct u.asset, ', ') as assets, bool_or(not u.seen) as unseen
            from asset_update u
            join workflow w on w.name = u.workflow and not w.paused and w.version is not null and w.plan_error is null
            where u.partitioned and u.at < @before
              -- Nobody could plan it while it was paused.
              and not exists (select from workflow_pause p where p.workflow = u.workflow and (p.resumed_at is null or p.resumed_at > @before))
            group by u.workflow, u.partition_start, u.partition_end
            having bool_or(not u.seen) or (
                -- Some asset that is new is there, and every asset where all are needed.
                select count(*) filter (where c.whole) >= case when bool_or(s.any_asset) then 1 else count(*) end and bool_or(c.whole and c.fresh)
                from asset_subscription s
                cross join lateral (
                    select case when s.partial then count(*) > 0 else coalesce(range_agg(tstzrange(a.interval_start, a.interval_end)) @> tstzrange(u.partition_start, u.partition_end), false) end as whole,
                        exists (select from asset_update n where n.workflow = u.workflow and n.partition_start = u.partition_start and n.partition_end = u.partition_end and n.asset = s.asset) as fresh
                    from asset_write a
                    where a.asset = s.asset and a.interval_end > u.partition_start and a.interval_start < u.partition_end) c
                where s.workflow = u.workflow)
            order by u.workflow, u.partition_start
            limit 200
            """, new { before = scope.Now - scope.Late - scope.Options.Grace }, cancellationToken);
        foreach (var row in rows)
        {
            if (!scope.PlannerLives)
            {
                scope.Note($"{row.Writes:n0} {(row.Writes == 1 ? "write" : "writes")} of {row.Assets} {(row.Writes == 1 ? "waits" : "wait")} for a node that plans; none lives at this moment. Start one: ./platform serve");
                continue;
            }
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Late,
                Check = Name,
                Workflow = row.Workflow,
                IntervalStart = row.PartitionStart,
                What = row.Unseen
                    ? $"Workflow '{row.Workflow}' follows {row.Assets}, and no planner has looked at {row.Writes} {(row.Writes == 1 ? "write" : "writes")} of it, though a planning node lives."
                    : $"The partition from {AuditScope.Text(row.PartitionStart)} to {AuditScope.Text(row.PartitionEnd)} of workflow '{row.Workflow}' is there and has no run of what is new.",
                Evidence = [$"written since {AuditScope.Text(row.FirstAt)}; the first row of asset_update is {row.FirstId}"],
                ToDo = "Look for a transaction that holds the workflow's row (./platform status), and into the planning node's log.",
            });
        }
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public DateTimeOffset? PartitionStart { get; init; }

        public DateTimeOffset? PartitionEnd { get; init; }

        public required int Writes { get; init; }

        public required DateTimeOffset FirstAt { get; init; }

        public required long FirstId { get; init; }

        public required string Assets { get; init; }

        public required bool Unseen { get; init; }
    }
}
