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

    /// <summary>What the check is of, as a headline; null where nobody gave it one.</summary>
    public string? Title { get; init; }

    public string? TitleZh { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? ExpectedZh { get; init; }

    /// <summary>In Chinese; null where it is known in English only.</summary>
    public string? ObservedZh { get; init; }

    public required bool Passed { get; init; }

    public required string Observed { get; init; }

    /// <summary>The content that it is of; null where that is not known, and then it is another than that before.</summary>
    public string? Content { get; init; }

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
            insert into catalog.checks as c (asset_id, column_name, name, title, title_zh, severity, expected, expected_zh, last_passed, last_observed, last_observed_zh, last_at, last_run, last_content)
            values (@AssetId, @Column, @Name, @Title, @TitleZh, @Severity, @Expected, @ExpectedZh, @Passed, @Observed, @ObservedZh, @At, @RunId, @Content)
            on conflict (asset_id, column_name, name) do update
            set title = excluded.title, title_zh = excluded.title_zh, severity = excluded.severity, expected = excluded.expected, expected_zh = excluded.expected_zh,
                last_passed = excluded.last_passed, last_observed = excluded.last_observed, last_observed_zh = excluded.last_observed_zh, last_at = excluded.last_at, last_run = excluded.last_run,
                last_content = excluded.last_content, retired_at = null
            where c.last_at <= excluded.last_at
            returning id
            """;
        const string ResultSql = """
            insert into catalog.check_results (check_id, run_id, task_id, map_index, generation, attempt, at, passed, observed, observed_zh)
            values (@checkId, @RunId, @TaskId, @MapIndex, @Generation, @Attempt, @At, @Passed, @Observed, @ObservedZh)
            on conflict do nothing
            """;
        // The newest incident that ended not long ago is the same trouble once more; a waiver was given for the trouble of then.
        const string ReopenSql = """
            with again as (
                update catalog.incidents
                set closed_at = null, closed_run = null, closed_by = null, waived_at = null, waived_by = null, severity = @Severity, message = @message, message_zh = @messageZh, failures = failures + @more, reopened = reopened + 1
                where id = (select id from catalog.incidents where check_id = @checkId order by opened_at desc, id desc limit 1) and closed_at > @At - @within
                returning id
            ), told as (
                insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'reopened', @message, @RunId from again
            )
            select id from again
            """;
        const string OpenSql = """
            with opened as (
                insert into catalog.incidents as i (check_id, severity, message, message_zh, opened_at, opened_run)
                values (@checkId, @Severity, @message, @messageZh, @At, @RunId)
                on conflict (check_id) where closed_at is null do update
                set severity = excluded.severity, message = excluded.message, message_zh = excluded.message_zh, failures = i.failures + @more
                returning id, xmax = 0 as fresh
            ), told as (
                insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'opened', @message, @RunId from opened where fresh
            )
            select id from opened
            """;
        const string CloseSql = """
            with closed as (
                update catalog.incidents set closed_at = @At, closed_run = @RunId where check_id = @checkId and closed_at is null returning id
            )
            insert into catalog.incident_events (incident_id, at, by, what, note, run_id) select id, @At, 'platform', 'resolved', @Observed, @RunId from closed
            """;
        const string BeforeSql = "select last_content from catalog.checks where asset_id = @AssetId and column_name = @Column and name = @Name and not last_passed";
        // The same content looked at once more, and failing still, is no further failure.
        var again = seen is { Passed: false, Content: not null } && await connection.QuerySingleOrDefaultAsync<string?>(Command(BeforeSql, seen)) == seen.Content;
        var newest = await connection.QuerySingleOrDefaultAsync<long?>(Command(CheckSql, seen));
        var checkId = newest ?? await connection.QuerySingleAsync<long>(Command("select id from catalog.checks where asset_id = @AssetId and column_name = @Column and name = @Name", seen));
        var result = new
        {
            checkId,
            within = ReopenedWithin,
            more = again ? 0 : 1,
            // Without a headline above it the sentence names the check itself.
            message = seen.Title is null ? $"{seen.Name}: {seen.Observed}; expected {seen.Expected}" : Sentence(seen.Observed, "; expected ", seen.Expected),
            messageZh = seen.ObservedZh is null ? null : $"{(seen.Title is null ? $"{seen.Name}：" : "")}{seen.ObservedZh}；预期：{seen.ExpectedZh ?? seen.Expected}",
            seen.Severity,
            seen.At,
            seen.RunId,
            seen.TaskId,
            seen.MapIndex,
            seen.Generation,
            seen.Attempt,
            seen.Passed,
            seen.Observed,
            seen.ObservedZh,
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

    // What is seen stands first and begins the sentence.
    private static string Sentence(string observed, string between, string expected) => observed.Length == 0 ? expected : $"{char.ToUpperInvariant(observed[0])}{observed[1..]}{between}{expected}";
}
