using Npgsql;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Planning;

/// <summary>Runs that are asked for, on their way into the table in one statement.</summary>
internal sealed class NewRuns
{
    private readonly List<(TriggerRequest Request, int Version, DataInterval? Interval, string Parameters, TimeSpan? Timeout)> _rows = [];

    public void Add(TriggerRequest request, int version, DataInterval? interval, string parameters, TimeSpan? timeout) =>
        _rows.Add((request, version, interval, parameters, timeout));

    /// <summary>Adds the statement. A row whose idempotency key is known is left out.</summary>
    public void AddInsert(SqlBatch batch) =>
        batch.Add("""
            insert into run (workflow, version, kind, state, interval_start, interval_end, params, idempotency_key, priority, timeout, created_by,
                parent_run_id, parent_task_id, parent_map_index, parent_generation)
            select e.workflow, e.version, e.kind, 'queued', e.interval_start, e.interval_end, e.params::jsonb, e.idempotency_key, e.priority, e.timeout, e.created_by,
                e.parent_run_id, e.parent_task_id, e.parent_map_index, e.parent_generation
            from unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::smallint[], $9::interval[], $10::text[],
                $11::bigint[], $12::text[], $13::int[], $14::int[]) with ordinality
                as e(workflow, version, kind, interval_start, interval_end, params, idempotency_key, priority, timeout, created_by,
                    parent_run_id, parent_task_id, parent_map_index, parent_generation, place)
            order by e.place
            on conflict (workflow, idempotency_key) where idempotency_key is not null do nothing
            returning id, workflow, idempotency_key
            """,
            Column(r => r.Request.Workflow), Column(r => r.Version), Column(r => r.Request.Kind),
            Column(r => r.Interval?.Start.ToUniversalTime()), Column(r => r.Interval?.End.ToUniversalTime()),
            Column(r => r.Parameters), Column(r => r.Request.IdempotencyKey),
            Column(r => (short)Math.Clamp(r.Request.Priority, short.MinValue, short.MaxValue)), Column(r => r.Timeout), Column(r => r.Request.By),
            Column(r => r.Request.Parent?.RunId), Column(r => r.Request.Parent?.TaskId), Column(r => r.Request.Parent?.MapIndex), Column(r => r.Request.Parent?.Generation));

    /// <summary>Reads the ids of the rows that were made, in the order of the requests; run 0 stands for one whose key is known.</summary>
    public async Task<List<Triggered>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var unkeyed = new Queue<long>();
        var keyed = new Dictionary<(string, string), long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.Text(2) is { } key)
                keyed[(reader.GetString(1), key)] = reader.GetInt64(0);
            else
                unkeyed.Enqueue(reader.GetInt64(0));
        }
        return _rows.ConvertAll(r => r.Request.IdempotencyKey is not { } key ? new Triggered(unkeyed.Dequeue(), Created: true)
            : keyed.TryGetValue((r.Request.Workflow, key), out var id) ? new Triggered(id, Created: true)
            : new Triggered(0, Created: false));
    }

    private T[] Column<T>(Func<(TriggerRequest Request, int Version, DataInterval? Interval, string Parameters, TimeSpan? Timeout), T> of) => [.. _rows.Select(of)];
}
