namespace Platform.Catalog.Projection;

/// <summary>Writes the edges of a folded batch. An edge that has ended moves to the past (<c>ended_asset_edges</c>, <c>ended_column_edges</c>), so that the lineage of a past time can be told.</summary>
internal sealed class EdgeWriter(ProjectionWriter writer, Dictionary<string, long> ids)
{
    internal async Task WriteAsync(BatchProjection batch)
    {
        await WriteSeenAsync(batch);
        await EndByStatementAsync(batch);
        await EndByVersionAsync(batch);
        await EndByTaskAsync(batch);
    }

    private async Task WriteSeenAsync(BatchProjection batch)
    {
        const string AssetsSql = """
            insert into catalog.asset_edges as e (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, workflow_version)
            select from_asset, to_asset, workflow, task, first, at, run, version
            from jsonb_to_recordset(@rows::jsonb) as r(from_asset bigint, to_asset bigint, workflow text, task text, first timestamptz, at timestamptz, run bigint, version int)
            on conflict (to_asset, from_asset, workflow, task_id) do update
            set last_seen_at = excluded.last_seen_at, last_run = excluded.last_run, workflow_version = greatest(e.workflow_version, excluded.workflow_version)
            where e.last_seen_at <= excluded.last_seen_at
            """;
        const string ColumnsSql = """
            insert into catalog.column_edges as e (from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run)
            select from_asset, from_column, to_asset, to_column, kind, masking, workflow, task, first, at, run
            from jsonb_to_recordset(@rows::jsonb) as r(from_asset bigint, from_column text, to_asset bigint, to_column text, kind text, masking boolean, workflow text, task text, first timestamptz, at timestamptz, run bigint)
            on conflict (to_asset, to_column, from_asset, from_column, kind, workflow, task_id) do update
            set masking = excluded.masking, last_seen_at = excluded.last_seen_at, last_run = excluded.last_run
            where e.last_seen_at <= excluded.last_seen_at
            """;
        const string StatementsSql = """
            insert into catalog.statements as s (asset_id, workflow, task_id, sql, not_understood, last_run, last_seen_at)
            select asset_id, workflow, task, sql, not_understood, last_run, last_seen_at
            from jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, workflow text, task text, sql text, not_understood text, last_run bigint, last_seen_at timestamptz)
            on conflict (asset_id, workflow, task_id) do update
            set sql = excluded.sql, not_understood = excluded.not_understood, last_run = excluded.last_run, last_seen_at = excluded.last_seen_at
            where s.last_seen_at <= excluded.last_seen_at
            """;
        await writer.RunAsync(AssetsSql, batch.AssetEdges.Select(e => new { from_asset = ids[e.Key.From], to_asset = ids[e.Key.To], e.Key.Workflow, e.Key.Task, e.Value.First, e.Value.At, e.Value.Run, e.Value.Version }));
        await writer.RunAsync(ColumnsSql, batch.ColumnEdges.Select(e => new
        {
            from_asset = ids[e.Key.FromAsset],
            e.Key.FromColumn,
            to_asset = ids[e.Key.ToAsset],
            e.Key.ToColumn,
            e.Key.Kind,
            e.Key.Workflow,
            e.Key.Task,
            e.Value.First,
            e.Value.At,
            e.Value.Run,
            e.Value.Masking,
        }));
        await writer.RunAsync(StatementsSql, batch.Statements.Select(s => new
        {
            asset_id = ids[s.Key.Asset],
            s.Key.Workflow,
            s.Key.Task,
            s.Value.Fact.Sql,
            s.Value.Fact.NotUnderstood,
            last_run = s.Value.Run,
            last_seen_at = s.Value.At,
        }));
    }

    /// <summary>
    /// A statement that was changed has lost some edges; those seen in this batch carry at least its first time.
    /// A task without a statement reads what its fields name in this run, other files in the next: it ends column edges of the sources that it read again only.
    /// </summary>
    private async Task EndByStatementAsync(BatchProjection batch)
    {
        const string ColumnsSql = """
            with gone as (
                delete from catalog.column_edges e
                using jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, workflow text, task text, source_id bigint, since timestamptz)
                where e.to_asset = r.asset_id and e.workflow = r.workflow and e.task_id = r.task and (r.source_id is null or e.from_asset = r.source_id) and e.last_seen_at < r.since
                returning e.*, r.since
            )
            insert into catalog.ended_column_edges (from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
            select distinct from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, since from gone
            on conflict do nothing
            """;
        // What a statement reads is all that its task reads; the tables that it no longer names are no sources any more.
        const string AssetsSql = """
            with gone as (
                delete from catalog.asset_edges e
                using jsonb_to_recordset(@rows::jsonb) as r(asset_id bigint, workflow text, task text, since timestamptz)
                where e.to_asset = r.asset_id and e.workflow = r.workflow and e.task_id = r.task and e.last_seen_at < r.since
                returning e.*, r.since
            )
            insert into catalog.ended_asset_edges (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
            select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, since from gone
            on conflict do nothing
            """;
        var seen = batch.ColumnEdges
            .Where(e => batch.Complete.Contains((e.Key.ToAsset, e.Key.Workflow, e.Key.Task)))
            .GroupBy(e => (e.Key.ToAsset, e.Key.Workflow, e.Key.Task, Source: HasStatement(batch, (e.Key.ToAsset, e.Key.Workflow, e.Key.Task)) ? null : e.Key.FromAsset))
            .ToList();
        await writer.RunAsync(ColumnsSql, seen.Select(g => new
        {
            asset_id = ids[g.Key.ToAsset],
            g.Key.Workflow,
            g.Key.Task,
            source_id = g.Key.Source is { } source ? ids[source] : (long?)null,
            since = g.Max(e => e.Value.At),
        }));
        var newest = batch.AssetEdges.GroupBy(e => (e.Key.To, e.Key.Workflow, e.Key.Task)).ToDictionary(g => g.Key, g => g.Max(e => e.Value.At));
        await writer.RunAsync(AssetsSql, seen.Where(g => g.Key.Source is null).Select(g => new
        {
            asset_id = ids[g.Key.ToAsset],
            g.Key.Workflow,
            g.Key.Task,
            since = newest.GetValueOrDefault((g.Key.ToAsset, g.Key.Workflow, g.Key.Task), g.Max(e => e.Value.At)),
        }));
    }

    private static bool HasStatement(BatchProjection batch, (string Asset, string Workflow, string Task) task) => batch.Statements[task].Fact.Sql is not null;

    /// <summary>
    /// A successful run under a newer version of its workflow ends what only older versions made: for the assets that a task wrote in it, the sources that it no longer reads; and the assets that a
    /// task no longer writes, which wrote others. The whole run is waited for, because the instances of a mapped task read different things. It costs a look at the run's writes.
    /// </summary>
    private async Task EndByVersionAsync(BatchProjection batch)
    {
        const string Sql = """
            with ended as (
                select a.task_id, r.workflow, r.version, r.run, min(a.at) as at
                from jsonb_to_recordset(@rows::jsonb) as r(run bigint, workflow text, version int)
                join catalog.accesses a on a.run_id = r.run and a.mode = 'write'
                group by a.task_id, r.workflow, r.version, r.run
            ), assets as (
                delete from catalog.asset_edges e
                using ended r
                where e.workflow = r.workflow and e.task_id = r.task_id and e.workflow_version < r.version and e.last_run <> r.run and e.last_seen_at < r.at
                returning e.*, r.at
            ), columns as (
                delete from catalog.column_edges c
                using assets e
                where c.to_asset = e.to_asset and c.from_asset = e.from_asset and c.workflow = e.workflow and c.task_id = e.task_id
                returning c.*, e.at
            ), kept as (
                insert into catalog.ended_asset_edges (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
                select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, max(at) from assets group by 1, 2, 3, 4, 5, 6, 7
                on conflict do nothing
            )
            insert into catalog.ended_column_edges (from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
            select from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, max(at) from columns group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
            on conflict do nothing
            """;
        await writer.RunAsync(Sql, batch.Ended.Values.Select(r => new { run = r.RunId, r.Workflow, version = r.WorkflowVersion }));
    }

    /// <summary>
    /// What a task made that the published version of its workflow no longer holds is past: at once when the version is published, and again when a run of an older version, still under way, makes it anew.
    /// Runs of newer versions that are not published are left alone, and so are workflows that never were.
    /// </summary>
    private async Task EndByTaskAsync(BatchProjection batch)
    {
        const string PublishedSql = """
            insert into catalog.workflow_tasks as w (workflow, version, tasks, published_at)
            select workflow, version, array(select jsonb_array_elements_text(tasks)), at
            from jsonb_to_recordset(@rows::jsonb) as r(workflow text, version int, tasks jsonb, at timestamptz)
            on conflict (workflow) do update set version = excluded.version, tasks = excluded.tasks, published_at = excluded.published_at
            where w.version < excluded.version
            """;
        const string Sql = """
            with wanted as (
                select * from jsonb_to_recordset(@rows::jsonb) as r(workflow text, task text)
            ), removed as (
                select w.workflow, r.task, w.version, w.published_at
                from wanted r join catalog.workflow_tasks w on w.workflow = r.workflow
                where r.task is not null and r.task <> all(w.tasks)
                union
                select w.workflow, e.task_id, w.version, w.published_at
                from wanted r
                join catalog.workflow_tasks w on w.workflow = r.workflow
                cross join lateral (select distinct e.task_id from catalog.asset_edges e where e.workflow = r.workflow) e
                where r.task is null and e.task_id <> all(w.tasks)
            ), assets as (
                delete from catalog.asset_edges e
                using removed r
                where e.workflow = r.workflow and e.task_id = r.task and e.workflow_version <= r.version
                returning e.*, greatest(r.published_at, e.last_seen_at + interval '1 microsecond') as at
            ), columns as (
                delete from catalog.column_edges c
                using assets e
                where c.to_asset = e.to_asset and c.from_asset = e.from_asset and c.workflow = e.workflow and c.task_id = e.task_id
                returning c.*, e.at
            ), statements as (
                delete from catalog.statements s using removed r where s.workflow = r.workflow and s.task_id = r.task
            ), kept as (
                insert into catalog.ended_asset_edges (from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
                select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, at from assets
                on conflict do nothing
            )
            insert into catalog.ended_column_edges (from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at)
            select from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, at from columns
            on conflict do nothing
            """;
        await writer.RunAsync(PublishedSql, batch.Published.Values.Select(p => new { p.Workflow, version = p.WorkflowVersion, p.Tasks, at = p.Published }));
        await writer.RunAsync(Sql, batch.Published.Keys.Select(workflow => (Workflow: workflow, Task: (string?)null)).Concat(batch.AssetEdges.Keys.Select(e => (e.Workflow, Task: (string?)e.Task))).Distinct()
            .Select(row => new { row.Workflow, row.Task }));
    }
}
