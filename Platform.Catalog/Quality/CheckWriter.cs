using Dapper;
using Npgsql;

namespace Platform.Catalog.Quality;

/// <summary>A result of a check with the attempt that made it.</summary>
internal sealed record SeenResult
{
    public required long AssetId { get; init; }

    /// <summary>Empty for the whole asset.</summary>
    public required string Column { get; init; }

    public required string Name { get; init; }

    public required string Severity { get; init; }

    public required string Expected { get; init; }

    public required bool Passed { get; init; }

    public required string Observed { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long RunId { get; init; }

    public required string TaskId { get; init; }

    public required int MapIndex { get; init; }

    public required int Generation { get; init; }

    public required int Attempt { get; init; }
}

/// <summary>Writes results of checks, and opens, continues, reopens and closes their incidents. Keyed by the attempt: the same result told twice counts once.</summary>
internal static class CheckWriter
{
    /// <summary>A check that breaks again within this time of its incident's end has the same incident.</summary>
    internal static readonly TimeSpan ReopenedWithin = TimeSpan.FromDays(7);

    /// <summary>Writes one result. Results must come in the order they were made: an incident opens with the first failure and closes with the next result that holds.</summary>
    /// <returns>The check's incident that is open behind it; null without one.</returns>
    internal static async Task<long?> WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, SeenResult seen, CancellationToken cancellationToken)
    {
        const string CheckSql = """
            insert into catalog.checks as c (asset_id, column_name, name, severity, expected, last_passed, last_observed, last_at, last_run)
            values (@AssetId, @Column, @Name, @Severity, @Expected, @Passed, @Observed, @At, @RunId)
            on conflict (asset_id, column_name, name) do update
            set severity = excluded.severity, expected = excluded.expected, last_passed = excluded.last_passed, last_observed = excluded.last_observed, last_at = excluded.last_at, last_run = excluded.last_run
            where c.last_at <= excluded.last_at
            returning id
            """;
        const string ResultSql = """
            insert into catalog.check_results (check_id, run_id, task_id, map_index, generation, attempt, at, passed, observed)
            values (@checkId, @RunId, @TaskId, @MapIndex, @Generation, @Attempt, @At, @Passed, @Observed)
            on conflict do nothing
            """;
        // The newest incident that ended not long ago is the same trouble once more; a waiver was given for the trouble of then.
        const string ReopenSql = """
            with again as (
                update catalog.incidents
                set closed_at = null, closed_run = null, closed_by = null, waived_at = null, waived_by = null, severity = @Severity, message = @message, failures = failures + 1, reopened = reopened + 1
                where id = (select id from catalog.incidents where check_id = @checkId order by opened_at desc, id desc limit 1) and closed_at > @At - @within
                returning id
            ), told as (
                insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'reopened', @message, @RunId from again
            )
            select id from again
            """;
        const string OpenSql = """
            with opened as (
                insert into catalog.incidents as i (check_id, severity, message, opened_at, opened_run)
                values (@checkId, @Severity, @message, @At, @RunId)
                on conflict (check_id) where closed_at is null do update
                set severity = excluded.severity, message = excluded.message, failures = i.failures + 1
                returning id, failures
            ), told as (
                insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'opened', @message, @RunId from opened where failures = 1
            )
            select id from opened
            """;
        const string CloseSql = """
            with closed as (
                update catalog.incidents set closed_at = @At, closed_run = @RunId where check_id = @checkId and closed_at is null returning id
            )
            insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'resolved', @Observed, @RunId from closed
            """;
        var newest = await connection.QuerySingleOrDefaultAsync<long?>(Command(CheckSql, seen));
        var checkId = newest ?? await connection.QuerySingleAsync<long>(Command("select id from catalog.checks where asset_id = @AssetId and column_name = @Column and name = @Name", seen));
        var result = new
        {
            checkId,
            within = ReopenedWithin,
            message = $"{seen.Name}: {seen.Observed}; expected {seen.Expected}",
            seen.Severity,
            seen.At,
            seen.RunId,
            seen.TaskId,
            seen.MapIndex,
            seen.Generation,
            seen.Attempt,
            seen.Passed,
            seen.Observed,
        };
        var isNew = await connection.ExecuteAsync(Command(ResultSql, result)) == 1;
        // A late result is history: the incident follows the newest one.
        if (newest is not null && isNew)
        {
            if (seen.Passed)
                await connection.ExecuteAsync(Command(CloseSql, result));
            else if (await connection.QuerySingleOrDefaultAsync<long?>(Command(ReopenSql, result)) is null)
                await connection.QuerySingleAsync<long>(Command(OpenSql, result));
        }
        return await connection.QuerySingleOrDefaultAsync<long?>(Command("select id from catalog.incidents where check_id = @checkId and closed_at is null", result));

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }
}
