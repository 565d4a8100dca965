using Dapper;
using Npgsql;
using Platform.Catalog.Quality;

namespace Platform.Catalog.Projection;

/// <summary>Writes a folded batch: one statement a table, its rows handed over as one JSON array.</summary>
internal sealed class ProjectionWriter(NpgsqlConnection connection, NpgsqlTransaction transaction, Dictionary<string, long> ids, CancellationToken cancellationToken)
{
    internal async Task WriteAssetsAsync(BatchProjection batch)
    {
        // An event that arrives late does not take back what a newer one said.
        const string WrittenSql = """
            update catalog.assets a
            set version = coalesce(greatest(a.version, r.version), a.version), row_count = coalesce(r.rows, a.row_count), byte_count = coalesce(r.bytes, a.byte_count),
                file_count = coalesce(r.files, a.file_count), location = coalesce(r.location, a.location),
                last_written_at = r.at, last_written_run = r.run_id, last_written_workflow = r.workflow, last_written_task = r.task_id,
                last_seen_at = greatest(a.last_seen_at, r.at), gone_at = null
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, version bigint, rows bigint, bytes bigint, files bigint, location text, at timestamptz, run_id bigint, workflow text, task_id text)
            where a.id = r.asset_id and (a.last_written_at is null or a.last_written_at <= r.at)
            """;
        const string ReadSql = """
            update catalog.assets a
            set last_read_at = r.at, last_seen_at = greatest(a.last_seen_at, r.at)
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, at timestamptz)
            where a.id = r.asset_id and (a.last_read_at is null or a.last_read_at < r.at)
            """;
        const string AccessSql = """
            insert into catalog.accesses as x (asset_id, run_id, task_id, map_index, generation, mode, workflow, version, row_count, location, at, seconds)
            select asset_id, run, task, map, generation, mode, workflow, version, row_count, location, at, seconds
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, run bigint, task text, map int, generation int, mode text, workflow text, version bigint, row_count bigint, location text, at timestamptz, seconds double precision)
            on conflict (asset_id, run_id, task_id, map_index, generation, mode) do update
            set version = excluded.version, row_count = excluded.row_count, location = excluded.location, at = excluded.at, seconds = excluded.seconds
            where x.at <= excluded.at
            """;
        const string VersionsSql = """
            insert into catalog.asset_versions (asset_id, version, operation, row_count, rows_written, byte_count, file_count, written_at, run_id, workflow, task_id, map_index, generation)
            select asset_id, version, operation, row_count, rows_written, byte_count, file_count, written_at, run_id, workflow, task_id, map_index, generation
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, version bigint, operation text, row_count bigint, rows_written bigint, byte_count bigint, file_count bigint, written_at timestamptz, run_id bigint, workflow text, task_id text, map_index int, generation int)
            on conflict (asset_id, version) do nothing
            """;
        await RunAsync(WrittenSql, batch.Written.Select(w => new
        {
            asset_id = ids[w.Key],
            w.Value.Version,
            w.Value.Rows,
            w.Value.Bytes,
            w.Value.Files,
            w.Value.Location,
            w.Value.At,
            w.Value.Ended.RunId,
            w.Value.Ended.Workflow,
            w.Value.Ended.TaskId,
        }));
        await RunAsync(ReadSql, batch.Read.Select(r => new { asset_id = ids[r.Key], at = r.Value }));
        await RunAsync(AccessSql, batch.Accesses.Select(a => new
        {
            asset_id = ids[a.Key.Asset],
            a.Key.Run,
            a.Key.Task,
            a.Key.Map,
            a.Key.Generation,
            a.Key.Mode,
            a.Value.Workflow,
            a.Value.Version,
            row_count = a.Value.Rows,
            a.Value.Location,
            a.Value.At,
            a.Value.Seconds,
        }));
        await RunAsync(VersionsSql, batch.Versions.Select(v => new
        {
            asset_id = ids[v.Key.Asset],
            v.Key.Version,
            v.Value.Fact.Operation,
            row_count = v.Value.Fact.Rows,
            v.Value.Fact.RowsWritten,
            byte_count = v.Value.Fact.Bytes,
            file_count = v.Value.Fact.Files,
            written_at = v.Value.At,
            v.Value.Ended.RunId,
            v.Value.Ended.Workflow,
            v.Value.Ended.TaskId,
            v.Value.Ended.MapIndex,
            v.Value.Ended.Generation,
        }));
    }

    internal Task WriteMetricsAsync(BatchProjection batch)
    {
        const string Sql = """
            insert into catalog.metrics (asset_id, column_name, name, at, value, run_id, task_id, map_index)
            select asset_id, column_name, name, at, value, run, task, map
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, column_name text, name text, at timestamptz, value double precision, run bigint, task text, map int)
            on conflict (asset_id, column_name, name, run_id, task_id, map_index) do update set at = excluded.at, value = excluded.value
            """;
        return RunAsync(Sql, batch.Metrics.Select(m => new
        {
            asset_id = ids[m.Key.Asset],
            column_name = m.Key.Column,
            m.Key.Name,
            m.Key.Run,
            m.Key.Task,
            m.Key.Map,
            m.Value.At,
            m.Value.Value,
        }));
    }

    /// <summary>Failed tasks, for the question what went wrong; one that was cleared and succeeded is forgotten.</summary>
    internal async Task WriteOutcomesAsync(BatchProjection batch)
    {
        const string FailedSql = """
            insert into catalog.task_failures as f (run_id, task_id, map_index, workflow, at, error)
            select run, task, map, workflow, at, error
            from jsonb_to_recordset(@rows::jsonb) as r(run bigint, task text, map int, workflow text, at timestamptz, error text)
            on conflict (run_id, task_id, map_index) do update set at = excluded.at, error = excluded.error
            where f.at <= excluded.at
            """;
        const string MendedSql = """
            delete from catalog.task_failures f
            using jsonb_to_recordset(@rows::jsonb) as r(run bigint, task text, map int)
            where f.run_id = r.run and f.task_id = r.task and f.map_index = r.map
            """;
        await RunAsync(FailedSql, batch.Outcomes.Where(o => o.Value.Failed).Select(o => new { o.Key.Run, o.Key.Task, o.Key.Map, o.Value.Workflow, o.Value.At, o.Value.Error }));
        await RunAsync(MendedSql, batch.Outcomes.Where(o => !o.Value.Failed).Select(o => new { o.Key.Run, o.Key.Task, o.Key.Map }));
    }

    /// <summary>One check after the other, in the order they were made.</summary>
    internal Task WriteCheckAsync(CheckSeen seen) => CheckWriter.WriteAsync(connection, transaction, new SeenResult
    {
        AssetId = ids[seen.Check.Asset],
        Column = seen.Check.Column ?? "",
        Name = seen.Check.Name,
        Severity = seen.Check.Severity == "critical" ? "critical" : "warning",
        Expected = seen.Check.Expected,
        Passed = seen.Check.Passed,
        Observed = seen.Check.Observed,
        Content = seen.Check.Content,
        Title = seen.Check.Title,
        TitleZh = seen.Check.TitleZh,
        ExpectedZh = seen.Check.ExpectedZh,
        ObservedZh = seen.Check.ObservedZh,
        At = seen.At,
        RunId = seen.Ended.RunId,
        TaskId = seen.Ended.TaskId,
        MapIndex = seen.Ended.MapIndex,
        Generation = seen.Ended.Generation,
        Attempt = seen.Ended.Attempt,
    }, cancellationToken);

    internal async Task RunAsync(string sql, IEnumerable<object> rows)
    {
        var json = CatalogJson.Write(rows);
        if (json != "[]")
            await connection.ExecuteAsync(Command(sql, new { rows = json }));
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
