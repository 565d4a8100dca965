namespace Platform.Engine.Audit;

/// <summary>Notices to people that should have been sent, or tried again, while a node lives that would.</summary>
internal sealed class LateNotices : IAuditCheck
{
    public string Name => "late-notice";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            select n.id, n.run_id, r.workflow, n.task_id, n.map_index, n.event, n.kind, n.target, n.tries, n.created_at, n.next_at, n.error,
                exists (select from node where heartbeat_at > now() - interval '15 seconds' and not stopping) as lives
            from notice n
            join run r on r.id = n.run_id
            where n.state = 'waiting' and n.next_at < @before
            order by n.next_at
            """, new { before = scope.Now - scope.Late - scope.Options.Grace - scope.Options.Grace }, cancellationToken);
        if (rows.Count > 0 && !rows[0].Lives)
        {
            scope.Note($"{AuditScope.Count(rows.Count, "notice", "waits", "wait")} to be sent and no node lives to send {(rows.Count == 1 ? "it" : "them")}. Start one: ./platform serve");
            return;
        }
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Late,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"The notice {row.Event} of run {row.RunId} to {row.Kind} {row.Target} should have been sent at {AuditScope.Text(row.NextAt)} and was not.",
                Evidence = [$"notice {row.Id}, written {AuditScope.Text(row.CreatedAt)}, {(row.Tries == 1 ? "1 try" : $"{row.Tries} tries")}{(row.Error is { } error ? $", the last failed: {error}" : "")}"],
                ToDo = "Look into the log of a living node: the duty that sends notices says why it cannot.",
            });
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public string? TaskId { get; init; }

        public int? MapIndex { get; init; }

        public required string Event { get; init; }

        public required string Kind { get; init; }

        public required string Target { get; init; }

        public required int Tries { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset NextAt { get; init; }

        public string? Error { get; init; }

        public required bool Lives { get; init; }
    }
}
