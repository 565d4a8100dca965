using System.Text.Json;
using Dapper;
using Npgsql;
using Platform.Catalog.Assets;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Quality;

/// <summary>Declares checks, and keeps what the inventory found of quality. Each command is one transaction and may be repeated.</summary>
public sealed class QualityCommands
{
    private const int Batch = 5_000;

    private readonly NpgsqlDataSource _dataSource;

    public QualityCommands(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Declares a check.</summary>
    /// <returns>Its id; null where the asset and column have one of that name already.</returns>
    /// <exception cref="ArgumentException">The inventory does not know the asset, or the severity is none.</exception>
    public async Task<long?> CreateCheckAsync(NewCheck check, string by, CancellationToken cancellationToken)
    {
        CheckSeverity(check.Severity);
        const string Sql = """
            insert into catalog.check_definitions (asset_id, column_name, name, kind, definition, severity, gate, enabled, note, created_by)
            select id, @column, @Name, @Kind, @definition::jsonb, @Severity, @Gate, @Enabled, @Note, @by from catalog.assets where key = @Asset
            on conflict (asset_id, column_name, name) do nothing
            returning id
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<long?>(Command("select id from catalog.assets where key = @Asset", new { check.Asset })) is null)
            throw new ArgumentException($"The inventory does not know '{check.Asset}'. Scan its source first.", nameof(check));
        return await connection.QuerySingleOrDefaultAsync<long?>(Command(Sql, Parameters(check, by)));

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, cancellationToken: cancellationToken);
    }

    /// <summary>Changes a check; its asset and column stay. A new name begins a new history of results.</summary>
    /// <returns>False where there is no such check, or another of the asset and column has the name.</returns>
    /// <exception cref="ArgumentException">The severity is none.</exception>
    public async Task<bool> UpdateCheckAsync(long id, NewCheck check, string by, CancellationToken cancellationToken)
    {
        CheckSeverity(check.Severity);
        const string Sql = """
            update catalog.check_definitions d
            set name = @Name, kind = @Kind, definition = @definition::jsonb, severity = @Severity, gate = @Gate, enabled = @Enabled, note = @Note, updated_by = @by, updated_at = now()
            where d.id = @id and not exists (select from catalog.check_definitions o where o.asset_id = d.asset_id and o.column_name = d.column_name and o.name = @Name and o.id <> d.id)
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new DynamicParameters(Parameters(check, by));
        parameters.Add("id", id);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Deletes a check that was declared. Its open incident is resolved; its results stay in the history and do not count as those of now. One that was suggested counts as rejected then: it does not come back.</summary>
    /// <returns>False where there is none with that id.</returns>
    public async Task<bool> DeleteCheckAsync(long id, string by, CancellationToken cancellationToken)
    {
        const string Sql = """
            with gone as (
                delete from catalog.check_definitions where id = @id returning asset_id, column_name, name, suggestion_id
            ), refused as (
                update catalog.suggestions s set status = 'rejected', corrected_value = null, decided_by = @by, decided_at = now() from gone g where s.id = g.suggestion_id
            ), retired as (
                update catalog.checks c set retired_at = now() from gone g where g.asset_id = c.asset_id and g.column_name = c.column_name and g.name = c.name
            ), closed as (
                update catalog.incidents i set closed_at = now(), closed_by = @by
                from catalog.checks c join gone g on g.asset_id = c.asset_id and g.column_name = c.column_name and g.name = c.name
                where i.check_id = c.id and i.closed_at is null
                returning i.id
            ), told as (
                insert into catalog.incident_events (incident_id, by, what, note) select id, @by, 'resolved', 'The check was deleted.' from closed
            )
            select count(*) from gone
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(Sql, new { id, by }, cancellationToken: cancellationToken)) == 1;
    }

    /// <summary>Makes checks of suggestions that people accepted or corrected since, each once. What is suggested is <c>{kind, name?, severity?, gate?, …}</c>.</summary>
    /// <returns>How many became checks.</returns>
    public async Task<int> AdoptAcceptedAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.check_definitions (asset_id, column_name, name, kind, definition, severity, gate, origin, suggestion_id, note, created_by)
            select s.asset_id, s.column_name, coalesce(nullif(v.value ->> 'name', ''), v.value ->> 'kind'), v.value ->> 'kind', v.value,
                   case when v.value ->> 'severity' = 'critical' then 'critical' else 'warning' end, coalesce(v.value ->> 'gate' = 'true', false), 'suggested', s.id, s.note, coalesce(s.decided_by, 'unknown')
            from catalog.suggestions s
            cross join lateral (select coalesce(s.corrected_value, s.value) as value) v
            where s.kind = 'check' and s.asset_id is not null and s.status in ('accepted', 'corrected') and jsonb_typeof(v.value) = 'object' and v.value ->> 'kind' <> ''
              and not exists (select from catalog.check_definitions d where d.suggestion_id = s.id)
            on conflict do nothing
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps results of checks at once, without waiting for the end of the attempt to be told; told again there, they count once.</summary>
    /// <param name="context">The attempt that made them.</param>
    /// <param name="results">Results in the order they were made.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The open incident of each result that failed, in the order of the failed ones; 0 where the failure is older than what is known.</returns>
    public async Task<IReadOnlyList<long>> RecordResultsAsync(ActivityContext context, IReadOnlyCollection<CheckResult> results, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CatalogLock.TakeAsync(connection, transaction, cancellationToken);
        var ids = await new AssetWriter(connection, transaction, cancellationToken).EnsureAsync(results.Select(r => (r.Asset, AssetKeys.KindOf(r.Asset))), at);
        var incidents = new List<long>();
        foreach (var result in results)
        {
            var incident = await CheckWriter.WriteAsync(connection, transaction, new SeenResult
            {
                AssetId = ids[result.Asset],
                Column = result.Column ?? "",
                Name = result.Name,
                Severity = result.Severity == "critical" ? "critical" : "warning",
                Expected = result.Expected,
                Passed = result.Passed,
                Observed = result.Observed,
                Content = result.Content,
                Title = result.Title,
                TitleZh = result.TitleZh,
                ExpectedZh = result.ExpectedZh,
                ObservedZh = result.ObservedZh,
                At = at,
                RunId = context.RunId,
                TaskId = context.TaskId,
                MapIndex = context.MapIndex,
                Generation = context.Generation,
                Attempt = context.Attempt,
            }, cancellationToken);
            if (!result.Passed)
                incidents.Add(incident ?? 0);
        }

        await transaction.CommitAsync(cancellationToken);
        return incidents;
    }

    /// <summary>Keeps values of metrics; repeated by the same task of the run they replace its values.</summary>
    public Task RecordMetricsAsync(ActivityContext context, IReadOnlyCollection<NewMetric> metrics, DateTimeOffset at, CancellationToken cancellationToken) =>
        RecordAsync(metrics, at, context.RunId, context.TaskId, context.MapIndex, cancellationToken);

    /// <summary>Keeps values that are of a day and not of a run; told again they are replaced.</summary>
    public Task RecordDayMetricsAsync(IReadOnlyCollection<NewMetric> metrics, DateTimeOffset day, CancellationToken cancellationToken) =>
        RecordAsync(metrics, day, 0, "day", (int)(day - DateTimeOffset.UnixEpoch).TotalDays, cancellationToken);

    private async Task RecordAsync(IReadOnlyCollection<NewMetric> metrics, DateTimeOffset at, long runId, string taskId, int mapIndex, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.metrics (asset_id, column_name, name, at, value, run_id, task_id, map_index)
            select a.id, m.column_name, m.name, @at, m.value, @runId, @taskId, @mapIndex
            from unnest(@assets, @columns, @names, @values) as m(asset, column_name, name, value)
            join catalog.assets a on a.key = m.asset
            on conflict (asset_id, column_name, name, run_id, task_id, map_index) do update set at = excluded.at, value = excluded.value
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var rows in metrics.Where(m => double.IsFinite(m.Value)).DistinctBy(m => (m.Asset, m.Column, m.Name)).Chunk(Batch))
        {
            await connection.ExecuteAsync(new CommandDefinition(Sql, new
            {
                at,
                runId,
                taskId,
                mapIndex,
                assets = rows.Select(m => m.Asset).ToArray(),
                columns = rows.Select(m => m.Column ?? "").ToArray(),
                names = rows.Select(m => m.Name).ToArray(),
                values = rows.Select(m => m.Value).ToArray(),
            }, cancellationToken: cancellationToken));
        }
    }

    /// <summary>Keeps anomalies of a run in place of those that the run told before.</summary>
    public async Task RecordAnomaliesAsync(long run, IReadOnlyCollection<AnomalyRow> anomalies, CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into catalog.anomalies (asset_id, column_name, metric, at, run_id, kind, value, expected, low, high, p_value, score)
            select a.id, coalesce(r."column", ''), r.metric, r.at, r.run_id, r.kind, r.value, r.expected, r.low, r.high, r.p_value, r.score
            from jsonb_to_recordset(@rows::jsonb) as r(asset text, "column" text, metric text, at timestamptz, run_id bigint, kind text, value double precision, expected double precision, low double precision, high double precision, p_value double precision, score double precision)
            join catalog.assets a on a.key = r.asset
            on conflict (asset_id, column_name, metric, at) do update
            set run_id = excluded.run_id, found_at = now(), kind = excluded.kind, value = excluded.value, expected = excluded.expected, low = excluded.low, high = excluded.high, p_value = excluded.p_value, score = excluded.score
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("delete from catalog.anomalies where run_id = @run", new { run }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { rows = CatalogJson.Write(anomalies.DistinctBy(a => (a.Asset, a.Column, a.Metric, a.At))) }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Keeps the newest scores; columns of these assets that are not named any more lose theirs.</summary>
    public async Task RecordScoresAsync(IReadOnlyCollection<ScoreRow> scores, CancellationToken cancellationToken)
    {
        const string DropSql = "delete from catalog.quality_scores s using catalog.assets a where a.id = s.asset_id and a.key = any(@assets) and s.at < @at";
        const string Sql = """
            insert into catalog.quality_scores (asset_id, column_name, completeness, uniqueness, validity, consistency, timeliness, overall, parts, at)
            select a.id, coalesce(r."column", ''), r.completeness, r.uniqueness, r.validity, r.consistency, r.timeliness, r.overall, r.parts, r.at
            from jsonb_to_recordset(@rows::jsonb) as r(asset text, "column" text, completeness double precision, uniqueness double precision, validity double precision, consistency double precision, timeliness double precision, overall double precision, parts jsonb, at timestamptz)
            join catalog.assets a on a.key = r.asset
            on conflict (asset_id, column_name) do update
            set completeness = excluded.completeness, uniqueness = excluded.uniqueness, validity = excluded.validity, consistency = excluded.consistency,
                timeliness = excluded.timeliness, overall = excluded.overall, parts = excluded.parts, at = excluded.at
            """;
        if (scores.Count == 0)
            return;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var rows in scores.DistinctBy(s => (s.Asset, s.Column)).Chunk(Batch))
            await connection.ExecuteAsync(new CommandDefinition(Sql, new { rows = CatalogJson.Write(rows) }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(DropSql, new { assets = scores.Select(s => s.Asset).Distinct().ToArray(), at = scores.Max(s => s.At) }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private static object Parameters(NewCheck check, string by) =>
        new { check.Asset, column = check.Column ?? "", check.Name, check.Kind, definition = check.Definition.GetRawText(), check.Severity, check.Gate, check.Enabled, check.Note, by };

    private static void CheckSeverity(string severity)
    {
        if (severity is not ("warning" or "critical"))
            throw new ArgumentException($"'{severity}' is no severity of a check. Use warning or critical.", nameof(severity));
    }
}
