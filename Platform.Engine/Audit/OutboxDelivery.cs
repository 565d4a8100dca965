namespace Platform.Engine.Audit;

/// <summary>Events that a reader of the outbox does not get, and those that were set aside because it failed on them.</summary>
internal sealed class OutboxDelivery : IAuditCheck
{
    public string Name => "undelivered-event";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var late = await scope.QueryAsync<LateRow>("""
            with reader as (
                select name, transaction_id, id, failures, last_error, updated_at from outbox_consumers
                union all
                select name, '0'::xid8, 0, 0, null, null from unnest(@consumers) as expected(name) where name not in (select name from outbox_consumers)
            )
            select r.name, count(*) as count, min(o.created_at) as oldest, (array_agg(o.type || ' of ' || o.key order by o.transaction_id, o.id))[1] as first,
                r.failures, r.last_error, r.updated_at,
                (array_agg(o.transaction_id order by o.transaction_id))[1] >= pg_snapshot_xmin(pg_current_snapshot()) as fenced
            from reader r
            join outbox o on (o.transaction_id, o.id) > (r.transaction_id, r.id)
            where o.created_at < @before
            group by r.name, r.failures, r.last_error, r.updated_at
            """, new { consumers = scope.Options.Consumers.ToArray(), before = scope.Now - scope.Late - scope.Options.Grace }, cancellationToken);
        foreach (var row in late)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Late,
                Check = Name,
                What = $"{AuditScope.Count(row.Count, "event", "is", "are")} not delivered to '{row.Name}', the oldest of {AuditScope.Text(row.Oldest)}.",
                Evidence =
                [
                    $"the first is {row.First}; the reader last moved {AuditScope.Text(row.UpdatedAt)}",
                    .. row.LastError is { } error ? [$"it failed {AuditScope.Count(row.Failures, "time")}: {error}"] : Array.Empty<string>(),
                    .. row.Fenced ? ["an older transaction is still open and holds them back"] : Array.Empty<string>(),
                ],
                ToDo = row.Fenced ? "Find and end the transaction that is open for long: ./platform status names it." : "Start a serving node, which delivers them; if one lives, look into its log.",
            });
        var aside = await scope.QueryAsync<AsideRow>("""
            select consumer, transaction_id::text as transaction_id, id, type, key, error, failed_at from outbox_failures where failed_at >= @Since order by failed_at
            """, new { scope.Since }, cancellationToken);
        foreach (var row in aside)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Missed,
                Check = Name,
                TaskId = row.Key,
                What = $"Event {row.Type} of {row.Key} was set aside: '{row.Consumer}' failed on it again and again.",
                Evidence = [$"event {row.TransactionId}/{row.Id}, set aside {AuditScope.Text(row.FailedAt)}: {row.Error}"],
                ToDo = "What it tells is missing from the catalog. Correct the cause, then delete the row from outbox_failures; clearing the task tells it again.",
            });
    }

    private sealed record LateRow
    {
        public required string Name { get; init; }

        public required long Count { get; init; }

        public required DateTimeOffset Oldest { get; init; }

        public required string First { get; init; }

        public required int Failures { get; init; }

        public string? LastError { get; init; }

        public DateTimeOffset? UpdatedAt { get; init; }

        public required bool Fenced { get; init; }
    }

    private sealed record AsideRow
    {
        public required string Consumer { get; init; }

        public required string TransactionId { get; init; }

        public required long Id { get; init; }

        public required string Type { get; init; }

        public required string Key { get; init; }

        public required string Error { get; init; }

        public required DateTimeOffset FailedAt { get; init; }
    }
}
