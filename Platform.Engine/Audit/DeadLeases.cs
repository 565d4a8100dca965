namespace Platform.Engine.Audit;

/// <summary>Leases past their end that nobody has taken back: held by the dead.</summary>
internal sealed class DeadLeases : IAuditCheck
{
    public string Name => "dead-lease";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select q.run_id, q.workflow, q.task_id, q.map_index, q.node, q.attempt_id, q.leased_until, n.heartbeat_at
            from task_queue q
            left join node n on n.name = q.node
            where q.node is not null and q.leased_until < @before
            order by q.leased_until
            """, new { before = scope.Now - scope.Options.Poll - scope.Options.Poll }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Stuck,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"The lease of task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} ended at {AuditScope.Text(row.LeasedUntil)} and nobody has taken the task back.",
                Evidence = [$"attempt {row.AttemptId} on node {row.Node}, last heard of {AuditScope.Text(row.HeartbeatAt)}"],
                ToDo = "Start a node: every serving and working one takes such tasks back within a second.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required string Node { get; init; }

        public required long AttemptId { get; init; }

        public required DateTimeOffset LeasedUntil { get; init; }

        public DateTimeOffset? HeartbeatAt { get; init; }
    }
}
