using Npgsql;
using Platform.Engine.Definitions;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Planning;

/// <summary>Runs that are asked for, on their way into the table in one statement. Those for which their workflow has room begin at once; the others are queued.</summary>
internal sealed class NewRuns
{
    private readonly List<(TriggerRequest Request, LoadedVersion Version, DataInterval? Interval, string Parameters)> _rows = [];

    public void Add(TriggerRequest request, LoadedVersion version, DataInterval? interval, string parameters) => _rows.Add((request, version, interval, parameters));

    /// <summary>Adds the statement. A row whose idempotency key is known is left out. The caller's transaction holds the workflows' rows, so that no place is given twice.</summary>
    public void AddInsert(SqlBatch batch) =>
        batch.Add("""
            with place as materialized (
                select w.name as workflow, w.active_runs - (select count(*)::int from run r where r.workflow = w.name and r.backfill_id is null and r.state = 'running') as free
                from workflow w
                -- Nobody overtakes a run that waits. Asked for one, workflow by workflow: as a join it would read those of all workflows.
                where w.name = any($15::text[]) and (select r.id from run r where r.workflow = w.name and r.backfill_id is null and r.state = 'queued' limit 1) is null
            ), asked as (
                select e.*, row_number() over (partition by e.workflow order by e.priority desc, e.interval_start nulls first, e.place) <= coalesce(p.free, 0) as begins
                from unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::smallint[], $9::interval[], $10::text[],
                    $11::bigint[], $12::text[], $13::int[], $14::int[]) with ordinality
                    as e(workflow, version, kind, interval_start, interval_end, params, idempotency_key, priority, timeout, created_by,
                        parent_run_id, parent_task_id, parent_map_index, parent_generation, place)
                left join place p on p.workflow = e.workflow
            )
            insert into run (workflow, version, kind, state, interval_start, interval_end, params, idempotency_key, priority, timeout, created_by,
                parent_run_id, parent_task_id, parent_map_index, parent_generation, started_at, times_out_at)
            select e.workflow, e.version, e.kind, case when e.begins then 'running' else 'queued' end, e.interval_start, e.interval_end, e.params::jsonb, e.idempotency_key, e.priority, e.timeout, e.created_by,
                e.parent_run_id, e.parent_task_id, e.parent_map_index, e.parent_generation, case when e.begins then now() end, case when e.begins then now() + e.timeout end
            from asked e
            order by e.place
            on conflict (workflow, idempotency_key) where idempotency_key is not null do nothing
            returning id, workflow, idempotency_key, state, now()
            """,
            Column(r => r.Request.Workflow), Column(r => r.Version.Version), Column(r => r.Request.Kind),
            Column(r => r.Interval?.Start.ToUniversalTime()), Column(r => r.Interval?.End.ToUniversalTime()),
            Column(r => r.Parameters), Column(r => r.Request.IdempotencyKey),
            Column(r => (short)Math.Clamp(r.Request.Priority, short.MinValue, short.MaxValue)), Column(r => r.Version.Definition!.RunTimeout), Column(r => r.Request.By),
            Column(r => r.Request.Parent?.RunId), Column(r => r.Request.Parent?.TaskId), Column(r => r.Request.Parent?.MapIndex), Column(r => r.Request.Parent?.Generation),
            _rows.Where(r => RunStart.NeedsNoLook(r.Version)).Select(r => r.Request.Workflow).Distinct().Except(_rows.Where(r => !RunStart.NeedsNoLook(r.Version)).Select(r => r.Request.Workflow)).ToArray());

    /// <summary>Reads the rows that were made.</summary>
    /// <returns>The runs in the order of the requests, run 0 for one whose key is known; and those of them that have begun.</returns>
    public async Task<(List<Triggered> Triggered, List<Begun> Begun)> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var unkeyed = new Queue<(long Id, DateTimeOffset? Began)>();
        var keyed = new Dictionary<(string, string), (long Id, DateTimeOffset? Began)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var made = (reader.GetInt64(0), reader.GetString(3) == RunStates.Running ? reader.GetFieldValue<DateTimeOffset>(4) : (DateTimeOffset?)null);
            if (reader.Text(2) is { } key)
                keyed[(reader.GetString(1), key)] = made;
            else
                unkeyed.Enqueue(made);
        }
        var begun = new List<Begun>();
        var triggered = _rows.ConvertAll(r =>
        {
            (long Id, DateTimeOffset? Began) made;
            if (r.Request.IdempotencyKey is not { } key)
                made = unkeyed.Dequeue();
            else if (!keyed.TryGetValue((r.Request.Workflow, key), out made))
                return new Triggered(0, Created: false);
            if (made.Began is { } at)
                begun.Add(new Begun(made.Id, r.Version, r.Request.Kind, BackfillId: null, r.Interval?.Start, r.Interval?.End, at));
            return new Triggered(made.Id, Created: true);
        });
        return (triggered, begun);
    }

    private T[] Column<T>(Func<(TriggerRequest Request, LoadedVersion Version, DataInterval? Interval, string Parameters), T> of) => [.. _rows.Select(of)];
}
