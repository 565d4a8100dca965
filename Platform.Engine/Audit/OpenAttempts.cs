namespace Platform.Engine.Audit;

/// <summary>Attempts that are written as open and that nobody holds a lease of: their end can never be written.</summary>
internal sealed class OpenAttempts : IAuditCheck
{
    public string Name => "open-attempt";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            -- Two lists and not one condition with "or", which would read every attempt that there ever was: those of the window, and those of what still runs from before it.
            with open as materialized (
                select a.* from attempt a where a.run_id >= @FirstRun and a.state in ('running', 'deferred')
                union all
                select a.* from run r join attempt a on a.run_id = r.id
                where r.state = 'running' and r.id < @FirstRun and a.state in ('running', 'deferred')
            )
            select a.id, a.run_id, r.workflow, a.task_id, a.map_index, a.generation, a.number, a.node, a.started_at, i.state, i.generation as instance_generation
            from open a
            join run r on r.id = a.run_id and r.kind <> 'preview'
            join task_instance i on i.run_id = a.run_id and i.task_id = a.task_id and i.map_index = a.map_index
            where a.state = 'running' and not exists (select from task_queue q where q.run_id = a.run_id and q.attempt_id = a.id)
              -- A deferred attempt waits aside, or in the queue to go on.
              or a.state = 'deferred' and not exists (select from deferral d where d.run_id = a.run_id and d.attempt_id = a.id)
                and not exists (select from task_queue q where q.run_id = a.run_id and q.resumes = a.id)
            order by a.id
            """, new { scope.FirstRun }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Stuck,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"Attempt {row.Id} of task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} is written as open and nobody holds its lease.",
                Evidence = [$"number {row.Number} of generation {row.Generation}, node {row.Node}, started {AuditScope.Text(row.StartedAt)}; the instance is {row.State} in generation {row.InstanceGeneration}"],
                ToDo = row.State == TaskStates.Running ? $"Cancel the task and clear it (run {row.RunId}, task {row.TaskId}), and report this." : "The task went on without it. Report this.",
            });
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required int Generation { get; init; }

        public required int Number { get; init; }

        public required string Node { get; init; }

        public required DateTimeOffset StartedAt { get; init; }

        public required string State { get; init; }

        public required int InstanceGeneration { get; init; }
    }
}
