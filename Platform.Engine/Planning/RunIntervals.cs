using Npgsql;
using NpgsqlTypes;
using Platform.Workflows.Activities;

namespace Platform.Engine.Planning;

/// <summary>What the runs of several intervals have in common.</summary>
/// <param name="Workflow">Name.</param>
/// <param name="Version">Version that they run.</param>
/// <param name="Kind"><c>scheduled</c> or <c>backfill</c>.</param>
/// <param name="ParamsJson">Parameters after defaults.</param>
/// <param name="Timeout">Most time of a run; null is none.</param>
/// <param name="By">Who asked.</param>
/// <param name="BackfillId">Their backfill; null for scheduled ones.</param>
internal sealed record RunTemplate(string Workflow, int Version, string Kind, string ParamsJson, TimeSpan? Timeout, string By, long? BackfillId);

/// <summary>Makes runs for intervals, one for each whatever nodes race: the primary key of run_interval decides.</summary>
internal static class RunIntervals
{
    /// <summary>Inserts queued runs, of any number of workflows, in one statement.</summary>
    /// <param name="connection">The caller's connection.</param>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="runs">What the runs of each workflow have in common, and their intervals in the order in which ids are given.</param>
    /// <param name="replace">Whether a new run takes the place of an interval's earlier one; otherwise such an interval gets none.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <returns>The ids, in the order of the intervals that got a run.</returns>
    public static async Task<IReadOnlyList<long>> InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<(RunTemplate Template, IReadOnlyList<DataInterval> Intervals)> runs, bool replace, CancellationToken cancellationToken)
    {
        var intervals = runs.SelectMany((r, i) => r.Intervals.Select(interval => (Place: i + 1, Interval: interval))).ToList();
        // The ids are drawn first, so that the interval is taken before its run is written: a lost race leaves no run behind.
        await using var command = new NpgsqlCommand($"""
            with template as materialized (
                select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::interval[], $7::text[])
                    with ordinality as t(workflow, version, kind, params, backfill_id, timeout, created_by, place)
            ), wanted as materialized (
                select nextval(pg_get_serial_sequence('run', 'id')) as id, i.template, i.interval_start, i.interval_end
                from (select * from unnest($8::int[], $9::timestamptz[], $10::timestamptz[]) with ordinality as u(template, interval_start, interval_end, place) order by place) i
            ), taken as (
                insert into run_interval (workflow, interval_start, run_id)
                select t.workflow, w.interval_start, w.id from wanted w join template t on t.place = w.template
                on conflict (workflow, interval_start) do {(replace ? "update set run_id = excluded.run_id" : "nothing")}
                returning run_id
            )
            insert into run (id, workflow, version, kind, state, interval_start, interval_end, params, backfill_id, timeout, created_by)
            overriding system value
            select w.id, t.workflow, t.version, t.kind, 'queued', w.interval_start, w.interval_end, t.params::jsonb, t.backfill_id, t.timeout, t.created_by
            from wanted w join taken on taken.run_id = w.id join template t on t.place = w.template
            order by w.id
            returning id
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = runs.Select(r => r.Template.Workflow).ToArray() },
                new() { Value = runs.Select(r => r.Template.Version).ToArray() },
                new() { Value = runs.Select(r => r.Template.Kind).ToArray() },
                new() { Value = runs.Select(r => r.Template.ParamsJson).ToArray() },
                new() { Value = runs.Select(r => r.Template.BackfillId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                new() { Value = runs.Select(r => r.Template.Timeout).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval },
                new() { Value = runs.Select(r => r.Template.By).ToArray() },
                new() { Value = intervals.Select(i => i.Place).ToArray() },
                new() { Value = intervals.Select(i => i.Interval.Start.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = intervals.Select(i => i.Interval.End.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<long>(intervals.Count);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt64(0));
        ids.Sort();
        return ids;
    }
}
