namespace Platform.Engine.Audit;

/// <summary>Two attempts of one generation whose result was accepted.</summary>
internal sealed class DoubleResults : IAuditCheck
{
    public string Name => "double-result";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            -- Which ones first, in the order of the index; what they look like only for those.
            with twice as materialized (
                select run_id, task_id, map_index, generation from attempt
                where run_id >= @FirstRun and state in ('success', 'skipped', 'expanded')
                group by run_id, task_id, map_index, generation
                having count(*) > 1
            )
            select a.run_id, r.workflow, a.task_id, a.map_index, a.generation,
                array_agg(format('attempt %s (number %s) on %s: %s, %s to %s', a.id, a.number, a.node, a.state,
                    to_char(a.started_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'), to_char(a.ended_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS"Z"')) order by a.id) as attempts
            from twice t
            join attempt a on a.run_id = t.run_id and a.task_id = t.task_id and a.map_index = t.map_index and a.generation = t.generation
            join run r on r.id = a.run_id
            where r.kind <> 'preview' and a.state in ('success', 'skipped', 'expanded')
            group by a.run_id, r.workflow, a.task_id, a.map_index, a.generation
            order by a.run_id, a.task_id, a.map_index
            """, new { scope.FirstRun }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Double,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"Task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} has {row.Attempts.Length} accepted results in generation {row.Generation}; it may have one.",
                Evidence = row.Attempts,
                ToDo = "Compare what the attempts wrote (./platform runs log …). Tables are committed once a generation and are right; look at what the activity did outside, and report this.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required int Generation { get; init; }

        public required string[] Attempts { get; init; }
    }
}

/// <summary>Two events that tell the final end of one generation of a task.</summary>
internal sealed class DoubleEvents : IAuditCheck
{
    // An event carries the time at which its transaction began; the server's own end after seconds.
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMinutes(10);

    public string Name => "double-event";

    public bool Fleeting => false;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<Row>("""
            -- Events are numbered as they are written, so the window is found from the newest backwards; a little is read before it, for transactions that took long.
            with recent as materialized (
                select transaction_id, id, key, payload, created_at from outbox
                where transaction_id >= coalesce((select transaction_id from outbox where created_at < @early order by transaction_id desc, id desc limit 1), '0'::xid8)
                  and type = 'task.ended' and created_at >= @Since and payload->>'state' in ('success', 'skipped', 'failed', 'canceled')
            ), twice as materialized (
                select key, payload->>'generation' as generation from recent group by 1, 2 having count(*) > 1
            )
            select (payload->>'run_id')::bigint as run_id, payload->>'workflow' as workflow, payload->>'task_id' as task_id,
                (payload->>'map_index')::int as map_index, (payload->>'generation')::int as generation,
                array_agg(format('event %s/%s of %s: %s, attempt %s', transaction_id, id, to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'), payload->>'state', payload->>'attempt')
                    order by transaction_id, id) as events
            from recent r
            where (key, payload->>'generation') in (select key, generation from twice)
            group by 1, 2, 3, 4, 5
            order by 1, 3, 4
            """, new { scope.Since, early = scope.Since - LongestTransaction }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Double,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"The end of task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} was told {AuditScope.Count(row.Events.Length, "time")} in generation {row.Generation}.",
                Evidence = row.Events,
                ToDo = "The catalog takes a repeated event as nothing new. Other readers of the outbox may have counted it twice: look there, and report this.",
            });
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required int Generation { get; init; }

        public required string[] Events { get; init; }
    }
}
