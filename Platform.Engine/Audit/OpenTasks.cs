namespace Platform.Engine.Audit;

/// <summary>Task instances that are open in a run that has ended: they will never run.</summary>
internal sealed class OpenTasks : IAuditCheck
{
    public string Name => "open-task";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select i.run_id, r.workflow, i.task_id, i.map_index, i.state, r.state as run_state, r.ended_at
            from run r
            join task_instance i on i.run_id = r.id
            where r.id >= @FirstRun and i.run_id >= @FirstRun and r.kind <> 'preview' and r.state in ('success', 'failed', 'canceled') and r.started_at is not null
              and i.state in ('none', 'queued', 'running', 'deferred', 'up_for_retry')
            order by i.run_id, i.task_id, i.map_index
            """, new { scope.FirstRun }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Missed,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"Task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} is {row.State}, and the run has ended.",
                Evidence = [$"run {row.RunId}: {row.RunState}, ended {AuditScope.Text(row.EndedAt)}"],
                ToDo = $"Clear the task in run {row.RunId}, and report this.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required string State { get; init; }

        public required string RunState { get; init; }

        public DateTimeOffset? EndedAt { get; init; }
    }
}
