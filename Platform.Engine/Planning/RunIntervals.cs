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
    /// <summary>Inserts queued runs.</summary>
    /// <param name="connection">The caller's connection.</param>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="template">What they have in common.</param>
    /// <param name="intervals">Their intervals, in the order in which ids are given.</param>
    /// <param name="replace">Whether a new run takes the place of an interval's earlier one; otherwise such an interval gets none.</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <returns>The ids, in the order of the intervals that got a run.</returns>
    public static async Task<IReadOnlyList<long>> InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, RunTemplate template, IReadOnlyList<DataInterval> intervals, bool replace, CancellationToken cancellationToken)
    {
        // The ids are drawn first, so that the interval is taken before its run is written: a lost race leaves no run behind.
        await using var command = new NpgsqlCommand($"""
            with wanted as materialized (
                select nextval(pg_get_serial_sequence('run', 'id')) as id, i.interval_start, i.interval_end
                from (select * from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as u(interval_start, interval_end, place) order by place) i
            ), taken as (
                insert into run_interval (workflow, interval_start, run_id)
                select $1, interval_start, id from wanted
                on conflict (workflow, interval_start) do {(replace ? "update set run_id = excluded.run_id" : "nothing")}
                returning run_id
            )
            insert into run (id, workflow, version, kind, state, interval_start, interval_end, params, backfill_id, timeout, created_by)
            overriding system value
            select w.id, $1, $4, $5, 'queued', w.interval_start, w.interval_end, $6::jsonb, $7, $8, $9
            from wanted w join taken t on t.run_id = w.id
            order by w.id
            returning id
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = template.Workflow },
                new() { Value = intervals.Select(i => i.Start.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = intervals.Select(i => i.End.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = template.Version },
                new() { Value = template.Kind },
                new() { Value = template.ParamsJson },
                new() { Value = (object?)template.BackfillId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = (object?)template.Timeout ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval },
                new() { Value = template.By },
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
