namespace Platform.Engine.Audit;

/// <summary>Schedules that are due and that no planner has taken up, and those that no planner can read.</summary>
internal sealed class LatePlans : IAuditCheck
{
    public string Name => "late-plan";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select name, schedule, next_due, planned_until, plan_error
            from workflow
            where version is not null and not paused and (next_due < @before or plan_error is not null)
            order by next_due
            """, new { before = scope.Now - scope.Late - scope.Options.Grace }, cancellationToken);
        var waiting = 0;
        foreach (var row in rows)
        {
            if (row.PlanError is null && !scope.PlannerLives)
            {
                waiting++;
                continue;
            }
            scope.Add(new AuditFinding
            {
                Kind = row.PlanError is null ? AuditKinds.Late : AuditKinds.Missed,
                Check = Name,
                Workflow = row.Name,
                What = row.PlanError is null
                    ? $"Workflow '{row.Name}' was due at {AuditScope.Text(row.NextDue)} and is not planned, though a planning node lives."
                    : $"Workflow '{row.Name}' cannot be planned: {row.PlanError}",
                Evidence = [$"schedule {row.Schedule}, next due {AuditScope.Text(row.NextDue)}, planned until {AuditScope.Text(row.PlannedUntil)}"],
                ToDo = row.PlanError is null ? "Look for a transaction that holds the workflow's row (./platform status), and into the planning node's log." : $"Correct the workflow and publish it: ./platform apply FILE",
            });
        }
        if (waiting > 0)
            scope.Note($"{AuditScope.Count(waiting, "workflow", "is due and waits", "are due and wait")} for a node that plans; none lives at this moment. Start one: ./platform serve");
    }

    private sealed record Row
    {
        public required string Name { get; init; }

        public string? Schedule { get; init; }

        public DateTimeOffset? NextDue { get; init; }

        public DateTimeOffset? PlannedUntil { get; init; }

        public string? PlanError { get; init; }
    }
}
