using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Usage;

/// <summary>How assets are used, what they cost, what they are worth, and which nobody renews or needs.</summary>
public sealed class UsageQueries
{
    // One row an asset; @asset null gives all that are there.
    private const string FiguresSql = """
        with wanted as materialized (
            select * from catalog.assets a where a.gone_at is null and (@asset::text is null or a.key = @asset)
        ), runs as (
            select x.asset_id,
                   count(*) filter (where x.mode = 'read' and x.at > now() - interval '30 days') as reads,
                   count(distinct x.workflow) filter (where x.mode = 'read' and x.at > now() - interval '30 days') as readers,
                   sum(x.seconds) filter (where x.mode = 'write' and x.at > now() - interval '30 days') as run_seconds,
                   max(x.at) filter (where x.mode = 'read') as last_read
            from catalog.accesses x where x.asset_id in (select id from wanted) group by x.asset_id
        ), people as (
            select u.asset_id,
                   sum(uses) filter (where kind = 'query' and day > current_date - 30) as queries,
                   sum(uses) filter (where kind = 'view' and day > current_date - 30) as views,
                   count(distinct used_by) filter (where day > current_date - 30) as people,
                   max(day)::timestamptz as last_used
            from catalog.asset_usage u where u.asset_id in (select id from wanted) group by u.asset_id
        ), asked as (
            select w.id as asset_id, sum(q.requests) filter (where q.hour > now() - interval '30 days') as requests, max(q.last_at) as last_asked
            from wanted w join catalog.endpoint_requests q on q.asset = w.key where w.kind in ('model', 'endpoint') group by w.id
        ), serving as (
            select w.id as asset_id, count(*) as endpoints, max(q.last_at) as last_asked
            from wanted w join catalog.endpoints e on w.key = 'model:' || e.model left join catalog.endpoint_requests q on q.asset = 'endpoint:' || e.name where w.kind = 'model' group by w.id
        ), renewed as (
            -- A version of a model is seen by its training and by the scan after it.
            select asset_id, count(*) as times, min(at) as first_at, max(at) as last_at
            from (select asset_id, written_at as at from catalog.asset_versions where asset_id in (select id from wanted)
                  union all
                  select asset_id, at from catalog.changes where field = 'scan.changed' and asset_id in (select id from wanted where kind not in ('model', 'endpoint'))) r
            group by asset_id
        ), below as (
            select from_asset as asset_id, count(distinct to_asset) as downstream from catalog.asset_edges where from_asset in (select id from wanted) group by from_asset
        ), failing as (
            select h.asset_id, count(*) filter (where i.severity = 'critical') as critical, count(*) filter (where i.severity <> 'critical') as warnings
            from catalog.incidents i join catalog.checks h on h.id = i.check_id where i.closed_at is null and h.asset_id in (select id from wanted) group by h.asset_id
        )
        select a.key, a.kind, a.name, a.owner, a.description, a.tier, a.byte_count, a.row_count, a.first_seen_at,
               coalesce(r.reads, 0)::bigint as reads, coalesce(r.readers, 0)::int as readers, (coalesce(p.queries, 0) + coalesce(q.requests, 0))::bigint as queries, coalesce(p.views, 0)::bigint as views, coalesce(p.people, 0)::int as people,
               coalesce(r.run_seconds, 0) as run_seconds, greatest(r.last_read, p.last_used, a.last_read_at, q.last_asked, s.last_asked) as last_used_at,
               greatest(a.last_written_at, a.newest_data_at) as renewed_at,
               case when n.times > 1 then extract(epoch from n.last_at - n.first_at) / 3600 / (n.times - 1) end as usual_hours,
               coalesce(b.downstream, 0)::int as downstream, coalesce(f.critical, 0)::int as critical, coalesce(f.warnings, 0)::int as warnings,
               exists (select 1 from catalog.term_links l where l.asset_id = a.id) or exists (select 1 from catalog.classifications k where k.asset_id = a.id and k.verdict is not null) as reviewed,
               coalesce(s.endpoints, 0) > 0 as serves, now() as asked_at
        from wanted a
        left join runs r on r.asset_id = a.id
        left join people p on p.asset_id = a.id
        left join asked q on q.asset_id = a.id
        left join serving s on s.asset_id = a.id
        left join renewed n on n.asset_id = a.id
        left join below b on b.asset_id = a.id
        left join failing f on f.asset_id = a.id
        order by a.key
        """;

    private readonly NpgsqlDataSource _dataSource;

    public UsageQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Use, cost and worth of one asset; null when there is none of that key.</summary>
    public async Task<AssetWorth?> GetAsync(string asset, CancellationToken cancellationToken) => await ReadAsync(asset, cancellationToken) is [var worth] ? worth : null;

    /// <summary>Use, cost and worth of all assets that are there, by key.</summary>
    public Task<IReadOnlyList<AssetWorth>> ListAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <summary>What each day saw of an asset, oldest first.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="days">How many days back, today included.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<UsageDay>> DaysAsync(string asset, int days, CancellationToken cancellationToken)
    {
        const string Sql = """
            select d.day, sum(d.reads)::bigint as reads, sum(d.queries)::bigint as queries, sum(d.views)::bigint as views
            from (
                select (x.at at time zone 'UTC')::date as day, 1 as reads, 0 as queries, 0 as views
                from catalog.accesses x join catalog.assets a on a.id = x.asset_id where a.key = @asset and x.mode = 'read' and x.at > current_date - @days
                union all
                select u.day, 0, case when u.kind = 'query' then u.uses else 0 end, case when u.kind = 'view' then u.uses else 0 end
                from catalog.asset_usage u join catalog.assets a on a.id = u.asset_id where a.key = @asset and u.day > current_date - @days) d
            group by d.day
            order by d.day
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<UsageDay>(new CommandDefinition(Sql, new { asset, days }, cancellationToken: cancellationToken))).AsList();
    }

    private async Task<IReadOnlyList<AssetWorth>> ReadAsync(string? asset, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var figures = await connection.QueryAsync<UsageFigures>(new CommandDefinition(FiguresSql, new { asset }, commandTimeout: 120, cancellationToken: cancellationToken));
        return [.. figures.Select(AssetWorth.Of)];
    }
}

/// <summary>A day of an asset.</summary>
public sealed record UsageDay
{
    public required DateOnly Day { get; init; }

    /// <summary>Reads by tasks of runs.</summary>
    public required long Reads { get; init; }

    /// <summary>Queries by people.</summary>
    public required long Queries { get; init; }

    /// <summary>Looks at its page.</summary>
    public required long Views { get; init; }
}
