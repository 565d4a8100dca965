namespace Platform.Engine.Audit;

/// <summary>Runs past their time-out that nobody stops, and runs that were asked to stop and go on.</summary>
internal sealed class LateStops : IAuditCheck
{
    // What a stopping task is allowed: to see its token, to be abandoned, and its lease to run out.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    public string Name => "late-stop";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select id as run_id, workflow, started_at, times_out_at, cancel_requested_at, canceled_by
            from run
            where state = 'running' and kind <> 'preview' and (stop_state is null and times_out_at < @before or cancel_requested_at < @stopBefore)
            order by id
            """, new { before = scope.Now - scope.Late - scope.Options.Grace, stopBefore = scope.Now - StopLimit }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = row.CancelRequestedAt is null ? AuditKinds.Late : AuditKinds.Stuck,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                What = row.CancelRequestedAt is null
                    ? $"Run {row.RunId} of workflow '{row.Workflow}' was over its time at {AuditScope.Text(row.TimesOutAt)} and runs on."
                    : $"Run {row.RunId} of workflow '{row.Workflow}' was asked to stop at {AuditScope.Text(row.CancelRequestedAt)} and runs on.",
                Evidence = [$"started {AuditScope.Text(row.StartedAt)}, times out {AuditScope.Text(row.TimesOutAt)}, stop requested {AuditScope.Text(row.CancelRequestedAt)}{(row.CanceledBy is { } by ? $" by {by}" : "")}"],
                ToDo = "Start a node that maintains (every serving and working node does); if one lives, look into its log.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? TimesOutAt { get; init; }

        public DateTimeOffset? CancelRequestedAt { get; init; }

        public string? CanceledBy { get; init; }
    }
}
