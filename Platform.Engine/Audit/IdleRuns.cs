namespace Platform.Engine.Audit;

/// <summary>Runs that run with nothing queued, leased or deferred.</summary>
internal sealed class IdleRuns : IAuditCheck
{
    public string Name => "stuck-run";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        // An instance that says it is released and is not in the queue is told by the check of the queue.
        var rows = await scope.QueryAsync<Row>("""
            select r.id as run_id, r.workflow, r.started_at, r.interval_start,
                coalesce((select string_agg(format('%s %s', s.count, s.state), ', ' order by s.state) from (select state, count(*) from task_instance i where i.run_id = r.id group by state) s), 'no instance at all') as states
            from run r
            where r.state = 'running' and r.kind <> 'preview' and r.started_at < @before
              and r.past_waits is null -- its tasks wait for the run before
              and not exists (select from task_queue q where q.run_id = r.id)
              and not exists (select from task_instance i where i.run_id = r.id and i.state in ('deferred', 'queued', 'running', 'up_for_retry'))
            order by r.id
            """, new { before = scope.Now - scope.Options.Grace - scope.Options.Grace }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Stuck,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                IntervalStart = row.IntervalStart,
                What = $"Run {row.RunId} of workflow '{row.Workflow}' runs since {AuditScope.Text(row.StartedAt)} and nothing of it is queued, leased or deferred.",
                Evidence = [$"task instances: {row.States}; task_queue has no row of it"],
                ToDo = "A living node repairs this within 30 s. If none lives, start one; if it stays, clear the run's failed tasks, and report this.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? IntervalStart { get; init; }

        public required string States { get; init; }
    }
}
