using Platform.Engine.Definitions;

namespace Platform.Engine.Audit;

/// <summary>Tasks of a run's definition of which the run has no instance at all.</summary>
internal sealed class MissedTasks(WorkflowDefinitions definitions) : IAuditCheck
{
    public string Name => "missed-task";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        // Runs with the same tasks are one row: millions of runs, a few rows.
        var kinds = await scope.QueryAsync<Row>("""
            with instances as (
                select run_id, array_agg(task_id order by task_id) as tasks
                from (select distinct run_id, task_id from task_instance where run_id >= @FirstRun) i
                group by run_id
            )
            select r.workflow, r.version, coalesce(i.tasks, '{}') as tasks, count(*) as run_count, min(r.id) as first_run, max(r.id) as last_run
            from run r
            left join instances i on i.run_id = r.id
            where r.id >= @FirstRun and r.kind <> 'preview' and r.started_at is not null
            group by 1, 2, 3
            order by 1, 2
            """, new { scope.FirstRun }, cancellationToken);
        await definitions.LoadAsync([.. kinds.Select(k => (k.Workflow, k.Version)).Distinct()], cancellationToken);
        foreach (var kind in kinds)
        {
            if ((await definitions.GetAsync(kind.Workflow, kind.Version, cancellationToken)).Definition is not { } definition)
                continue;
            foreach (var task in definition.Tasks.Select(t => t.Id).Except(kind.Tasks))
                scope.Add(new AuditFinding
                {
                    Kind = AuditKinds.Missed,
                    Check = Name,
                    Workflow = kind.Workflow,
                    RunId = kind.FirstRun,
                    TaskId = task,
                    What = $"Task '{task}' of workflow '{kind.Workflow}' has no instance in {(kind.RunCount == 1 ? $"run {kind.FirstRun}" : $"{AuditScope.Count(kind.RunCount, "run")}, {kind.FirstRun} to {kind.LastRun}")}.",
                    Evidence = [$"version {kind.Version} has {AuditScope.Count(definition.Tasks.Count, "task")}, task_instance holds {kind.Tasks.Length}: {string.Join(", ", kind.Tasks)}"],
                    ToDo = $"Run the interval again (./platform run {kind.Workflow} --date …), and report this.",
                });
        }
    }

    private sealed record Row
    {
        public required string Workflow { get; init; }

        public required int Version { get; init; }

        public required string[] Tasks { get; init; }

        public required long RunCount { get; init; }

        public required long FirstRun { get; init; }

        public required long LastRun { get; init; }
    }
}
