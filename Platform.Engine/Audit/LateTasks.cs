namespace Platform.Engine.Audit;

/// <summary>Ready tasks that wait longer than a lease and a poll although a living worker has room for them; retries that are due are among them.</summary>
internal sealed class LateTasks : IAuditCheck
{
    public string Name => "late-task";

    public bool Fleeting => true;

    public async Task CheckAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        // The same limits as a claim counts: the workflow's, the pool's, the node's places and resources.
        var rows = await scope.QueryAsync<Row>("""
            with living as materialized (
                select n.name, n.queues, n.concurrency - count(q.id) as room,
                    coalesce((n.resources->>'cpu')::float8, 0) - coalesce(sum(q.cpu), 0) as cpu,
                    coalesce((n.resources->>'memory')::float8, 0) - coalesce(sum(q.memory), 0) as memory,
                    coalesce((n.resources->>'gpu')::float8, 0) - coalesce(sum(q.gpu), 0) as gpu
                from node n left join task_queue q on q.node = n.name
                where n.heartbeat_at > now() - interval '15 seconds' and not n.stopping and n.drained_at is null and n.concurrency > 0
                group by n.name
            ), late as materialized (
                select * from task_queue where node is null and ready_at < @before and not starts_with(workflow, 'preview:')
            ), room as materialized (
                select w.name as workflow, w.active_tasks - (select count(*) from task_queue t where t.workflow = w.name and t.node is not null) as free
                from workflow w where w.name in (select workflow from late)
            ), pools as materialized (
                select p.name as pool, p.slots - coalesce((select sum(t.pool_slots) from task_queue t where t.pool = p.name and t.node is not null), 0) as free from pool p
            )
            select q.run_id, q.workflow, q.task_id, q.map_index, q.queue, q.ready_at, q.number, n.name as node, n.room
            from late q
            join room on room.workflow = q.workflow and room.free > 0
            left join pools p on p.pool = q.pool
            cross join lateral (
                select l.name, l.room from living l
                where q.queue = any(l.queues) and l.room > 0 and (q.cpu = 0 or q.cpu <= l.cpu) and (q.memory = 0 or q.memory <= l.memory) and (q.gpu = 0 or q.gpu <= l.gpu)
                order by l.room desc limit 1) n
            where q.pool is null or q.pool_slots <= p.free
            order by q.ready_at, q.id
            """, new { before = scope.Now - scope.Late }, cancellationToken);
        foreach (var row in rows)
            scope.Add(new AuditFinding
            {
                Kind = AuditKinds.Late,
                Check = Name,
                Workflow = row.Workflow,
                RunId = row.RunId,
                TaskId = row.TaskId,
                MapIndex = row.MapIndex,
                What = $"Task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} is ready since {AuditScope.Text(row.ReadyAt)} and nobody has taken it though a worker is free.",
                Evidence = [$"queue '{row.Queue}', attempt {row.Number}; node {row.Node} serves it and has room for {row.Room}; it waits {AuditScope.Text(scope.Now - row.ReadyAt)}, {AuditScope.Text(scope.Late)} are allowed"],
                ToDo = $"Look into the log of node {row.Node}: does it reach the database? Restart it if it hangs; its leases run out and nothing is lost.",
            });
        await CheckDeferredAsync(scope, cancellationToken);
        foreach (var queue in await scope.QueryAsync<(string Queue, long Count)>("""
            select q.queue, count(*) from task_queue q
            where q.node is null and q.ready_at < @before
              and not exists (select from node n where q.queue = any(n.queues) and n.concurrency > 0 and not n.stopping and n.drained_at is null and n.heartbeat_at > now() - interval '15 seconds')
            group by q.queue order by q.queue
            """, new { before = scope.Now - scope.Late }, cancellationToken))
            scope.Note($"{AuditScope.Count(queue.Count, "ready task", "waits", "wait")} in queue '{queue.Queue}', which no living worker takes. Start one: ./platform worker --queues {queue.Queue}");
    }

    /// <summary>Deferred tasks that are due, or whose event has come, and that nobody takes back into the queue. Every node that maintains does.</summary>
    private async Task CheckDeferredAsync(AuditScope scope, CancellationToken cancellationToken)
    {
        var rows = await scope.QueryAsync<DeferredRow>("""
            select d.run_id, d.workflow, d.task_id, d.map_index, d.due_at, d.event, s.at as signalled_at, d.waiting_since, d.waits,
                exists (select from node n where n.heartbeat_at > now() - interval '15 seconds' and not n.stopping) as lives
            from deferral d
            left join signal s on s.event = d.event
            where d.due_at < @before or s.at < @before
            order by least(d.due_at, s.at)
            """, new { before = scope.Now - scope.Late - scope.Options.Grace }, cancellationToken);
        if (rows.Count > 0 && !rows[0].Lives)
        {
            scope.Note($"{AuditScope.Count(rows.Count, "deferred task", "is", "are")} due and no node lives to wake {(rows.Count == 1 ? "it" : "them")}. Start one: ./platform serve");
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
                What = $"Deferred task {AuditScope.Task(row.TaskId, row.MapIndex)} of run {row.RunId} should go on since {AuditScope.Text(row.SignalledAt is { } signalled && !(row.DueAt < signalled) ? signalled : row.DueAt)} and nobody has woken it.",
                Evidence = [$"it waits since {AuditScope.Text(row.WaitingSince)} for {row.Waits ?? "something outside"}; due {AuditScope.Text(row.DueAt)}{(row.Event is { } e ? $", event {e}, which came {AuditScope.Text(row.SignalledAt)}" : "")}"],
                ToDo = "Look into the log of a living node: the duty that wakes deferred tasks says why it cannot.",
            });
    }

    private sealed record DeferredRow
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public DateTimeOffset? DueAt { get; init; }

        public string? Event { get; init; }

        public DateTimeOffset? SignalledAt { get; init; }

        public required DateTimeOffset WaitingSince { get; init; }

        public string? Waits { get; init; }

        public required bool Lives { get; init; }
    }

    private sealed record Row
    {
        public required long RunId { get; init; }

        public required string Workflow { get; init; }

        public required string TaskId { get; init; }

        public required int MapIndex { get; init; }

        public required string Queue { get; init; }

        public required DateTimeOffset ReadyAt { get; init; }

        public required int Number { get; init; }

        public required string Node { get; init; }

        public required long Room { get; init; }
    }
}
