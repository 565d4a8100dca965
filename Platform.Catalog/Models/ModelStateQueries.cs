using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Models;

/// <summary>Models and endpoints as the inventory tells them: what serves, what it learned from and what became of that since, who asks and how it answers.</summary>
public sealed class ModelStateQueries
{
    private readonly NpgsqlDataSource _dataSource;

    /// <param name="dataSource">The database.</param>
    public ModelStateQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All models by name, or the one of that name. What is told of a version is told of the champion, or of the newest where none is in service.</summary>
    public async Task<IReadOnlyList<ModelState>> ModelsAsync(string? name, CancellationToken cancellationToken)
    {
        const string Sql = """
            with shown as (
                select m.name, m.created_at as known_at, n.versions, n.latest_version, n.champion_version, v.version, v.stage, v.learner, v.location, v.metrics, v.card, v.trained_on, v.created_at as trained_at, v.run_id, v.workflow, v.task_id
                from catalog.models m
                cross join lateral (
                    select count(*)::int as versions, max(version) as latest_version, max(version) filter (where stage = 'champion') as champion_version
                    from catalog.model_versions where model = m.name) n
                left join catalog.model_versions v on v.model = m.name and v.version = coalesce(n.champion_version, n.latest_version)
                where @name::text is null or m.name = @name
            )
            select s.name, s.known_at, s.versions, s.latest_version, s.champion_version, s.version, s.stage, s.learner, s.location, coalesce(s.metrics, '{}') as metrics,
                   coalesce(u.features, '[]') as features_json,
                   coalesce(t.tables, '[]') as tables_json, s.trained_at, s.run_id, s.workflow, s.task_id, f.at as training_failed_at, f.error as training_error,
                   array(select e.name from catalog.endpoints e where e.model = s.name order by e.name) as endpoints,
                   -- A look at the gate or by the monitor is no use; scores that were made with it are.
                   greatest(
                       (select max(x.at) from catalog.accesses x where x.asset_id = a.id and x.mode = 'read'
                           and exists (select from catalog.asset_edges e join catalog.assets d on d.id = e.to_asset where e.from_asset = a.id and e.workflow = x.workflow and e.task_id = x.task_id and d.kind <> 'endpoint')),
                       (select max(q.last_at) from catalog.endpoint_requests q
                        where q.asset = 'model:' || s.name or q.asset in (select 'endpoint:' || e.name from catalog.endpoints e where e.model = s.name))) as last_used_at,
                   exists (select from catalog.asset_edges e where e.to_asset = a.id) as linked
            from shown s
            left join catalog.assets a on a.key = 'model:' || s.name
            left join lateral (
                select jsonb_agg(jsonb_build_object(
                    'asset', o.asset, 'version', o.version, 'known', b.id is not null, 'gone', b.gone_at is not null, 'current_version', b.version, 'written_at', b.last_written_at,
                    'versions_since', (select count(*) from catalog.asset_versions w where w.asset_id = b.id and w.version > coalesce(o.version, 9223372036854775807)),
                    'schema_changes', coalesce((select jsonb_agg(jsonb_build_object('at', c.changed_at, 'change', c.change, 'column', c.column_name, 'before', c.before, 'after', c.after) order by c.changed_at, c.id)
                                       from (select * from catalog.schema_changes c where c.asset_id = b.id and c.changed_at > s.trained_at order by c.changed_at desc limit 20) c), '[]'),
                    'incidents', coalesce((select jsonb_agg(case when h.title is null then i.message else h.title || ': ' || i.message end order by i.opened_at) from catalog.incidents i join catalog.checks h on h.id = i.check_id
                                       where h.asset_id = b.id and i.closed_at is null and i.severity = 'critical'), '[]'),
                    'incidents_zh', coalesce((select jsonb_agg(coalesce(case when i.message_zh is null then null when h.title is null then i.message_zh else coalesce(h.title_zh, h.title) || '：' || i.message_zh end, case when h.title is null then i.message else h.title || ': ' || i.message end) order by i.opened_at) from catalog.incidents i join catalog.checks h on h.id = i.check_id
                                       where h.asset_id = b.id and i.closed_at is null and i.severity = 'critical'), '[]'),
                    'failed_at', r.at, 'failure', r.error, 'failed_task', r.task) order by o.asset) as tables
                from jsonb_to_recordset(coalesce(s.trained_on, '[]')) as o(asset text, version bigint)
                left join catalog.assets b on b.key = o.asset
                -- The newest failure of a task that writes the table, as long as it has not written since.
                left join lateral (
                    select f.at, f.error, f.workflow || '.' || f.task_id as task from catalog.task_failures f
                    where f.at > s.trained_at and f.at > coalesce(b.last_written_at, '-infinity')
                      and exists (select from catalog.accesses x where x.asset_id = b.id and x.mode = 'write' and x.workflow = f.workflow and x.task_id = f.task_id)
                    order by f.at desc limit 1) r on true) t on true
            left join lateral (
                select jsonb_agg(jsonb_build_object('table', x.source, 'column', x.name, 'type', c.data_type) order by x.place) as features
                from (
                    select place, source, substr(feature, length(source) + 2) as name
                    from jsonb_array_elements_text(case when jsonb_typeof(s.card -> 'features') = 'array' then s.card -> 'features' else '[]' end) with ordinality as f(feature, place)
                    cross join lateral (select coalesce(
                        (select o.asset from jsonb_to_recordset(coalesce(s.trained_on, '[]')) as o(asset text) where starts_with(feature, o.asset || '.') order by length(o.asset) desc limit 1),
                        regexp_replace(feature, '\.[^.]*$', '')) as source) t) x
                left join catalog.assets b on b.key = x.source
                left join catalog.columns c on c.asset_id = b.id and c.name = x.name and c.gone_at is null) u on true
            left join lateral (
                select f.at, f.error from catalog.task_failures f
                where f.workflow = s.workflow and f.task_id = s.task_id and f.at > (select max(created_at) from catalog.model_versions where model = s.name)
                order by f.at desc limit 1) f on true
            order by s.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<ModelState>(new CommandDefinition(Sql, new { name }, commandTimeout: 120, cancellationToken: cancellationToken));
        return [.. rows];
    }

    /// <summary>All endpoints by name, or the one of that name.</summary>
    public async Task<IReadOnlyList<EndpointState>> EndpointsAsync(string? name, CancellationToken cancellationToken)
    {
        const string Sql = """
            select e.name, e.model, v.version, v.location, e.created_at as known_at, e.deployed_at,
                   coalesce(d.requests, 0) as day_requests, coalesce(d.refused, 0) as day_refused, coalesce(d.failed, 0) as day_failed, d.took as day_took, d.slowest_ms as day_slowest_ms,
                   coalesce(m.requests, 0) as month_requests, coalesce(m.refused, 0) as month_refused, coalesce(m.failed, 0) as month_failed, m.took as month_took, l.last_at as last_request_at,
                   (select q.last_error from catalog.endpoint_requests q where q.asset = k.key and q.last_error is not null order by q.hour desc limit 1) as last_error,
                   (select applied_at from migrations where number = 92) as counted_since,
                   exists (select from catalog.assets a join catalog.asset_edges g on g.to_asset = a.id where a.key = k.key) as linked
            from catalog.endpoints e
            cross join lateral (select 'endpoint:' || e.name as key) k
            left join catalog.model_versions v on v.model = e.model and v.stage = 'champion'
            left join lateral (
                select sum(requests)::bigint as requests, sum(refused)::bigint as refused, sum(failed)::bigint as failed, max(slowest_ms) as slowest_ms, catalog.sum_of_classes(took) as took
                from catalog.endpoint_requests q where q.asset = k.key and q.hour > now() - interval '24 hours') d on true
            left join lateral (
                select sum(requests)::bigint as requests, sum(refused)::bigint as refused, sum(failed)::bigint as failed, catalog.sum_of_classes(took) as took
                from catalog.endpoint_requests q where q.asset = k.key and q.hour > now() - interval '30 days') m on true
            left join lateral (select max(last_at) as last_at from catalog.endpoint_requests q where q.asset = k.key) l on true
            where @name::text is null or e.name = @name
            order by e.name
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<EndpointState>(new CommandDefinition(Sql, new { name }, commandTimeout: 120, cancellationToken: cancellationToken))).AsList();
    }
}
