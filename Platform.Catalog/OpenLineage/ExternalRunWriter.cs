using Dapper;
using Npgsql;

namespace Platform.Catalog.OpenLineage;

/// <summary>Writes the jobs and runs that events tell of.</summary>
internal sealed class ExternalRunWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    internal async Task<ExternalRuns> WriteAsync(IReadOnlyList<LineageEvent> events)
    {
        const string JobsSql = """
            insert into catalog.external_jobs as j (namespace, name, description, owner, sql, integration, first_seen_at, last_seen_at)
            select namespace, name, description, owner, sql, integration, first, at
            from jsonb_to_recordset(@rows::jsonb) as r(namespace text, name text, description text, owner text, sql text, integration text, first timestamptz, at timestamptz)
            on conflict (namespace, name) do update
            set description = coalesce(case when j.last_seen_at <= excluded.last_seen_at then excluded.description end, j.description, excluded.description),
                owner = coalesce(case when j.last_seen_at <= excluded.last_seen_at then excluded.owner end, j.owner, excluded.owner),
                sql = coalesce(case when j.last_seen_at <= excluded.last_seen_at then excluded.sql end, j.sql, excluded.sql),
                integration = coalesce(case when j.last_seen_at <= excluded.last_seen_at then excluded.integration end, j.integration, excluded.integration),
                first_seen_at = least(j.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(j.last_seen_at, excluded.last_seen_at)
            returning id, namespace, name
            """;
        // An end outweighs what is no end; otherwise the later event counts.
        const string RunsSql = """
            insert into catalog.external_runs as x (run_id, job_id, state, state_at, started_at, ended_at, nominal_start, nominal_end, parent_run, parent_job, error, producer, last_event_at)
            select run_id, job_id, state, state_at, started_at, ended_at, nominal_start, nominal_end, parent_run, parent_job, error, producer, last_event_at
            from jsonb_to_recordset(@rows::jsonb) as r(run_id uuid, job_id bigint, state text, state_at timestamptz, started_at timestamptz, ended_at timestamptz, nominal_start timestamptz, nominal_end timestamptz,
                parent_run uuid, parent_job text, error text, producer text, last_event_at timestamptz)
            on conflict (run_id) do update
            set state = case when catalog.run_state_wins(x.state, x.state_at, excluded.state, excluded.state_at) then excluded.state else x.state end,
                state_at = case when catalog.run_state_wins(x.state, x.state_at, excluded.state, excluded.state_at) then excluded.state_at else x.state_at end,
                started_at = least(x.started_at, excluded.started_at), ended_at = greatest(x.ended_at, excluded.ended_at),
                nominal_start = coalesce(excluded.nominal_start, x.nominal_start), nominal_end = coalesce(excluded.nominal_end, x.nominal_end),
                parent_run = coalesce(excluded.parent_run, x.parent_run), parent_job = coalesce(excluded.parent_job, x.parent_job), error = coalesce(excluded.error, x.error),
                last_event_at = greatest(x.last_event_at, excluded.last_event_at)
            returning id, run_id, job_id
            """;
        var jobs = events.Where(e => e.Job is not null).GroupBy(e => (e.Job!.Namespace, e.Job.Name)).Select(group => new
        {
            @namespace = group.Key.Namespace,
            name = group.Key.Name,
            description = Last(group, e => e.Job!.Facets.Facet("documentation")?.FindText("description")),
            owner = Last(group, e => e.Job!.Facets.Facet("ownership")?.Items("owners").Select(owner => owner.FindText("name")).FirstOrDefault()),
            sql = Last(group, e => e.Job!.Facets.Facet("sql")?.FindText("query")),
            integration = Last(group, e => e.Job!.Facets.Facet("jobType")?.FindText("integration")),
            first = group.Min(e => e.At),
            at = group.Max(e => e.At),
        }).ToList();
        if (jobs.Count == 0)
            return new ExternalRuns(new Dictionary<Guid, ExternalRun>(), new Dictionary<(string, string), long>());
        var jobIds = (await connection.QueryAsync<(long Id, string Namespace, string Name)>(Command(JobsSql, jobs))).ToDictionary(job => (job.Namespace, job.Name), job => job.Id);
        var runs = events.Where(e => e.RunId is not null).GroupBy(e => e.RunId!.Value).Select(group => Fold(group.Key, [.. group], jobIds)).ToList();
        var runIds = runs.Count == 0 ? [] : await connection.QueryAsync<(long Id, Guid RunId, long JobId)>(Command(RunsSql, runs));
        return new ExternalRuns(runIds.ToDictionary(run => run.RunId, run => new ExternalRun(run.Id, run.JobId)), jobIds);
    }

    private static object Fold(Guid run, List<LineageEvent> events, Dictionary<(string, string), long> jobs)
    {
        var state = events.Where(e => e.State is not null).DefaultIfEmpty(events[^1]).MaxBy(e => (IsEnd(e.State) ? 1 : 0, e.State is null or "OTHER" ? 0 : 1, e.At))!;
        var nominal = events.Select(e => e.RunFacets.Facet("nominalTime")).LastOrDefault(facet => facet is not null);
        var parent = events.Select(e => e.RunFacets.Facet("parent")).LastOrDefault(facet => facet is not null);
        return new
        {
            run_id = run,
            job_id = jobs[(events[^1].Job!.Namespace, events[^1].Job!.Name)],
            state = state.State ?? "OTHER",
            state_at = state.At,
            started_at = events.Where(e => e.State == "START").Select(e => (DateTimeOffset?)e.At).Min(),
            ended_at = events.Where(e => IsEnd(e.State)).Select(e => (DateTimeOffset?)e.At).Max(),
            nominal_start = nominal?.Find("nominalStartTime") is { } start ? LineageEvent.Time(start) : (DateTimeOffset?)null,
            nominal_end = nominal?.Find("nominalEndTime") is { } end ? LineageEvent.Time(end) : (DateTimeOffset?)null,
            parent_run = parent?.GetProperty("run").GetProperty("runId").GetGuid(),
            parent_job = parent?.GetProperty("job") is { } job ? $"{job.GetProperty("namespace").GetString()}/{job.GetProperty("name").GetString()}" : null,
            error = Last(events, e => e.RunFacets.Facet("errorMessage")?.FindText("message")),
            producer = events[^1].Producer,
            last_event_at = events[^1].At,
        };
    }

    internal static bool IsEnd(string? state) => state is "COMPLETE" or "ABORT" or "FAIL";

    private static string? Last(IEnumerable<LineageEvent> events, Func<LineageEvent, string?> of) => events.Select(of).LastOrDefault(value => value is not null);

    private CommandDefinition Command(string sql, IEnumerable<object> rows) => new(sql, new { rows = CatalogJson.Write(rows) }, transaction, cancellationToken: cancellationToken);
}
