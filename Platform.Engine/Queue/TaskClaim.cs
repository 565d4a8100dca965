using Npgsql;

namespace Platform.Engine.Queue;

/// <summary>What a worker asks for.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Queues">Queues that it serves.</param>
/// <param name="Room">Tasks that it can take.</param>
/// <param name="Lease">How long the leases hold unless renewed.</param>
/// <param name="Resources">All that the node declares; what it already holds is counted from its leases.</param>
internal sealed record ClaimRequest(string Node, string[] Queues, int Room, TimeSpan Lease, NodeResources Resources);

/// <summary>Claims ready tasks in one batch of two statements.</summary>
internal static class TaskClaim
{
    /// <summary>Columns of the claim's result.</summary>
    public const int Columns = 23;

    /// <summary>
    /// Locks what limits the tasks that are ready: their workflows and the pools, in name order. The statement behind it then counts with a snapshot taken after the locks,
    /// so that two nodes never both see the last slot.
    /// </summary>
    /// <param name="batch">Where the statements go.</param>
    /// <param name="request">The claim.</param>
    /// <param name="also">Workflows that the transaction counts for another reason.</param>
    public static void AddLocks(SqlBatch batch, ClaimRequest request, string[] also)
    {
        // From workflow to workflow by the index: 20 µs with 10,000 ready tasks in one workflow, where distinct reads them all (4 ms).
        batch.Add("""
            with recursive ready(queue, workflow) as (
                select q.queue, w.workflow
                from unnest($1::text[]) q(queue)
                cross join lateral (select t.workflow from task_queue t where t.queue = q.queue and t.node is null order by t.workflow limit 1) w
                union all
                select r.queue, w.workflow
                from ready r
                cross join lateral (select t.workflow from task_queue t where t.queue = r.queue and t.node is null and t.workflow > r.workflow order by t.workflow limit 1) w
            )
            select name from workflow where name in (select workflow from ready) or name = any($2) order by name for no key update
            """, request.Queues, also);
        batch.Add("""
            select name from pool p
            cross join lateral (select from task_queue t where t.pool = p.name and t.node is null limit 1) wanted
            order by name for no key update of p
            """);
    }

    /// <summary>
    /// Leases up to <see cref="ClaimRequest.Room"/> tasks: highest priority first, then by fair share (a workflow with few running tasks goes before one with many,
    /// so that ten thousand ready tasks of one do not hold back another), then the oldest; within the workflows' limits of active tasks, the pools' slots and the node's resources.
    /// </summary>
    public static void AddClaim(SqlBatch batch, ClaimRequest request) =>
        batch.Add("""
            with recursive ready(queue, workflow) as (
                select q.queue, w.workflow
                from unnest($1::text[]) q(queue)
                cross join lateral (select t.workflow from task_queue t where t.queue = q.queue and t.node is null order by t.workflow limit 1) w
                -- A drained node finds nothing ready.
                where not exists (select from node where name = $2 and drained_at is not null)
                union all
                select r.queue, w.workflow
                from ready r
                cross join lateral (select t.workflow from task_queue t where t.queue = r.queue and t.node is null and t.workflow > r.workflow order by t.workflow limit 1) w
            ), held as materialized (
                -- One walk over all that is leased, which is as much as the nodes can run, instead of indexes that every lease and renewal would have to keep.
                select t.workflow, t.pool, count(*)::int as leased, sum(t.pool_slots) as slots from task_queue t where t.node is not null group by t.workflow, t.pool
            ), room as materialized (
                select w.name as workflow, w.active_tasks - h.leased as free, h.leased
                from workflow w
                cross join lateral (select coalesce(sum(leased), 0)::int as leased from held where held.workflow = w.name) h
                where w.name in (select workflow from ready)
            ), pools as materialized (
                select p.name as pool, p.slots - coalesce((select sum(held.slots) from held where held.pool = p.name), 0) as free
                from pool p
                cross join lateral (select from task_queue t where t.pool = p.name and t.node is null limit 1) wanted
            ), own as materialized (
                select $5::float8 - coalesce(sum(cpu), 0) as cpu, $6::float8 - coalesce(sum(memory), 0) as memory, $7::float8 - coalesce(sum(gpu), 0) as gpu
                from task_queue where node = $2
            ), candidate as (
                select c.*, room.free,
                    room.leased + row_number() over (partition by c.workflow order by c.priority desc, c.ready_at, c.id) as share,
                    row_number() over (partition by c.workflow order by c.priority desc, c.ready_at, c.id) as place
                from ready
                join room on room.workflow = ready.workflow
                cross join own
                cross join lateral (
                    -- A pool by itself and what needs none by itself: tasks that wait for a slot do not stand before those that could run.
                    (select t.id, t.workflow, t.priority, t.ready_at, t.pool, t.pool_slots, t.cpu, t.memory, t.gpu, null::numeric as pool_free
                    from task_queue t
                    where t.queue = ready.queue and t.workflow = ready.workflow and t.node is null and t.ready_at <= statement_timestamp() and t.pool is null
                      and t.cpu <= own.cpu and t.memory <= own.memory and t.gpu <= own.gpu
                    order by t.priority desc, t.ready_at, t.id
                    limit greatest(0, least(room.free, $3)))
                    union all
                    select p.*, pools.free
                    from pools
                    cross join lateral (
                        select t.id, t.workflow, t.priority, t.ready_at, t.pool, t.pool_slots, t.cpu, t.memory, t.gpu
                        from task_queue t
                        where t.pool = pools.pool and t.queue = ready.queue and t.workflow = ready.workflow and t.node is null and t.ready_at <= statement_timestamp()
                          and t.pool_slots <= pools.free and t.cpu <= own.cpu and t.memory <= own.memory and t.gpu <= own.gpu
                        order by t.priority desc, t.ready_at, t.id
                        limit greatest(0, least(room.free, $3, pools.free))) p
                    where pools.free > 0) c
            ), summed as (
                select c.*,
                    sum(c.cpu) over w as cpu_sum, sum(c.memory) over w as memory_sum, sum(c.gpu) over w as gpu_sum,
                    sum(c.pool_slots) over (partition by c.pool order by c.priority desc, c.share, c.ready_at, c.id) as pool_sum
                from candidate c
                where c.place <= c.free
                window w as (order by c.priority desc, c.share, c.ready_at, c.id)
            ), chosen as (
                select s.id
                from summed s cross join own
                -- The sums hold what does not fit too, so they may leave room unused until the next claim, but never give it twice.
                where (s.cpu = 0 or s.cpu_sum <= own.cpu) and (s.memory = 0 or s.memory_sum <= own.memory) and (s.gpu = 0 or s.gpu_sum <= own.gpu)
                  and (s.pool is null or s.pool_sum <= s.pool_free)
                order by s.priority desc, s.share, s.ready_at, s.id
                limit $3
            ), locked as (
                -- Cancel may hold a row: it is left to the next claim. An array, so that each row is found by its key: a join was planned as a walk over everything that is ready, again and again.
                select t.id from task_queue t where t.id = any(array(select id from chosen)) and t.node is null for update skip locked
            ), leased as (
                update task_queue t set node = $2, attempt_id = coalesce(t.resumes, nextval('attempt_id')), leased_until = clock_timestamp() + $4::interval
                from locked where t.id = locked.id
                returning t.id, t.attempt_id, t.run_id, t.task_id, t.map_index, t.generation, t.number, t.excused, t.lost, t.workflow, t.version,
                    t.resumes, t.saved, t.waiting_since, t.times_resumed, t.signal
            ), started as (
                update task_instance i set
                    state = 'running', started_at = case when l.resumes is null then now() else i.started_at end, attempts = l.number, error_kind = null, error = null,
                    progress_done = null, progress_total = null, progress_unit = null
                from leased l
                where i.run_id = l.run_id and i.task_id = l.task_id and i.map_index = l.map_index
                returning l.*, i.element, i.started_at
            ), noted as (
                insert into attempt (id, run_id, task_id, map_index, generation, number, node, state, started_at)
                select attempt_id, run_id, task_id, map_index, generation, number, $2, 'running', now() from leased where resumes is null
            ), resumed as (
                update attempt a set state = 'running', node = $2 from leased l where a.id = l.resumes
            )
            select s.id, s.attempt_id, s.run_id, s.task_id, s.map_index, s.generation, s.number, s.excused, s.lost, s.workflow, s.version,
                s.started_at, r.kind, r.started_at, r.interval_start, r.interval_end,
                -- Once a run: they may be a list of thousands that the run's tasks are mapped over.
                case when row_number() over (partition by s.run_id order by s.attempt_id) = 1 then r.params::text end, s.element::text,
                now(), s.waiting_since, s.times_resumed, s.saved::text, s.signal::text
            from started s
            join run r on r.id = s.run_id
            order by s.attempt_id
            """,
            request.Queues, request.Node, request.Room, request.Lease,
            request.Resources.Cpu, request.Resources.Memory, request.Resources.Gpu);

    /// <summary>Reads the result of <see cref="AddClaim"/>.</summary>
    public static async Task<List<ClaimedTask>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var tasks = new List<ClaimedTask>();
        var parameters = new Dictionary<long, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.Text(16) is { } written)
                parameters[reader.GetInt64(2)] = written;
            tasks.Add(new ClaimedTask
            {
                QueueId = reader.GetInt64(0),
                AttemptId = reader.GetInt64(1),
                RunId = reader.GetInt64(2),
                TaskId = reader.GetString(3),
                MapIndex = reader.GetInt32(4),
                Generation = reader.GetInt32(5),
                Number = reader.GetInt32(6),
                Excused = reader.GetInt32(7),
                Lost = reader.GetInt32(8),
                Workflow = reader.GetString(9),
                Version = reader.GetInt32(10),
                StartedAt = reader.GetFieldValue<DateTimeOffset>(11),
                RunKind = reader.GetString(12),
                RunStartedAt = reader.Time(13),
                IntervalStart = reader.Time(14),
                IntervalEnd = reader.Time(15),
                ParamsJson = parameters[reader.GetInt64(2)],
                ElementJson = reader.Text(17),
                ClaimedAt = reader.GetFieldValue<DateTimeOffset>(18),
                Resumed = reader.Time(19) is { } since ? new ResumedWait(since, reader.GetInt32(20), reader.Text(21), reader.Text(22)) : null,
            });
        }
        return tasks;
    }
}
