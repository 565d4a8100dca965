namespace Platform.Engine.Audit;

/// <summary>Where the queue and the history disagree: released instances without a queue row, deferred ones that nothing will ever wake, queue rows of instances that are not released.</summary>
internal sealed class QueueRows : IAuditCheck
{
    public string Name => "queue-row";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select i.run_id, r.workflow, i.task_id, i.map_index, i.state, i.queued_at, null::text as node, i.generation, null::int as queue_generation
            from run r
            join task_instance i on i.run_id = r.id
            where r.state = 'running' and r.kind <> 'preview' and i.state in ('queued', 'running', 'up_for_retry')
              and not exists (select from task_queue q where q.run_id = i.run_id and q.task_id = i.task_id and q.map_index = i.map_index)
            union all
            select i.run_id, r.workflow, i.task_id, i.map_index, i.state, i.started_at, null, i.generation, null
            from run r
            join task_instance i on i.run_id = r.id
            where r.state = 'running' and r.kind <> 'preview' and i.state = 'deferred'
              and not exists (select from deferral d where d.run_id = i.run_id and d.task_id = i.task_id and d.map_index = i.map_index)
              and not exists (select from task_queue q where q.run_id = i.run_id and q.task_id = i.task_id and q.map_index = i.map_index)
            union all
            select q.run_id, q.workflow, q.task_id, q.map_index, i.state, q.ready_at, q.node, i.generation, q.generation
            from task_queue q
            left join task_instance i on i.run_id = q.run_id and i.task_id = q.task_id and i.map_index = q.map_index
            where i.state is null or i.state not in ('queued', 'running', 'up_for_retry', 'deferred') or i.generation <> q.generation
            order by 1, 3, 4
            """, null, cancellationToken);
        foreach (var row in rows)
        {
            var task = AuditScope.Task(row.TaskId, row.MapIndex);
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Stuck,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = row.QueueGeneration is null
                    ? $"Task {task} of run {row.RunId} is {row.State} and {(row.State == TaskStates.Deferred ? "waits for nothing: nobody will ever wake it" : "not in the queue: no worker can take it")}."
                    : $"The queue holds task {task} of run {row.RunId}, whose instance is {row.State ?? "gone"}.",
                Evidence = [row.QueueGeneration is null
                    ? $"generation {row.Generation}, queued {AuditScope.Text(row.QueuedAt)}; task_queue {(row.State == TaskStates.Deferred ? "and deferral have" : "has")} no row of it"
                    : $"task_queue: generation {row.QueueGeneration}, ready {AuditScope.Text(row.QueuedAt)}, node {row.Node ?? "none"}; task_instance: generation {row.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, {row.State ?? "no row"}"],
                ToDo = $"Clear the task in run {row.RunId}, and report this.",
            });
        }
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public string? State { get; init; }

        public DateTimeOffset? QueuedAt { get; init; }

        public string? Node { get; init; }

        public int? Generation { get; init; }

        public int? QueueGeneration { get; init; }
    }
}
