using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Lineage;

/// <summary>When the lineage around an asset changed: what a slider over its history may stop at.</summary>
public sealed class LineageChangeQueries
{
    private const int MostMet = 20_000;

    /// <summary>Older moments than the newest of these are not told.</summary>
    private const int MostMoments = 400;

    private readonly NpgsqlDataSource _dataSource;

    public LineageChangeQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>Moments at which links between assets around this one began or ended, oldest first; null when it is not known.</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="depth">Steps, 1 to 50, over links of all times.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <remarks>What the tasks of one run tell comes within seconds: changes of one minute are one moment, told by the time of the last of them.</remarks>
    public async Task<IReadOnlyList<LineageMoment>?> MomentsAsync(string asset, LineageDirection direction, int depth, CancellationToken cancellationToken)
    {
        // A pair that several tasks connect begins with the first and ends with the last of them: only that changes the drawing.
        const string Sql = """
            with spans as (
                select e.from_asset, e.to_asset, e.first_seen_at, null::timestamptz as ended_at from catalog.asset_edges e where e.from_asset = any(@assets) and e.to_asset = any(@assets)
                union all
                select e.from_asset, e.to_asset, e.first_seen_at, e.ended_at from catalog.ended_asset_edges e where e.from_asset = any(@assets) and e.to_asset = any(@assets)
            ), moments as (
                select s.first_seen_at as at, 1 as began, 0 as ended from spans s
                where not exists (select 1 from spans o where o.from_asset = s.from_asset and o.to_asset = s.to_asset and o.first_seen_at < s.first_seen_at and (o.ended_at is null or o.ended_at >= s.first_seen_at))
                union all
                select s.ended_at, 0, 1 from spans s
                where s.ended_at is not null
                  and not exists (select 1 from spans o where o.from_asset = s.from_asset and o.to_asset = s.to_asset and o.first_seen_at <= s.ended_at and (o.ended_at is null or o.ended_at > s.ended_at))
            )
            select max(at) as at, sum(began)::int as began, sum(ended)::int as ended from moments group by date_trunc('minute', at) order by 1 desc limit @MostMoments
            """;
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition("select id from catalog.assets where key = @asset", new { asset }, cancellationToken: cancellationToken)) is not { } root)
            return null;
        var assets = await EverAsync(connection, root, direction, depth, cancellationToken);
        var moments = (await connection.QueryAsync<LineageMoment>(new CommandDefinition(Sql, new { assets, MostMoments }, cancellationToken: cancellationToken))).AsList();
        moments.Reverse();
        return moments;
    }

    /// <summary>What was ever within so many steps.</summary>
    private static async Task<long[]> EverAsync(NpgsqlConnection connection, long root, LineageDirection direction, int depth, CancellationToken cancellationToken)
    {
        const string Up = """
            select e.from_asset from catalog.asset_edges e where e.to_asset = any(@assets) union select e.from_asset from catalog.ended_asset_edges e where e.to_asset = any(@assets)
            """;
        const string Down = """
            select e.to_asset from catalog.asset_edges e where e.from_asset = any(@assets) union select e.to_asset from catalog.ended_asset_edges e where e.from_asset = any(@assets)
            """;
        var all = new HashSet<long> { root };
        foreach (var (sql, other) in new[] { (Up, LineageDirection.Downstream), (Down, LineageDirection.Upstream) })
            if (direction != other)
                await WalkAsync(sql);
        return [.. all];

        async Task WalkAsync(string sql)
        {
            var seen = new HashSet<long> { root };
            long[] frontier = [root];
            for (var level = 0; level < Math.Clamp(depth, 1, 50) && frontier.Length > 0 && all.Count < MostMet; level++)
            {
                frontier = [.. (await connection.QueryAsync<long>(new CommandDefinition(sql, new { assets = frontier }, cancellationToken: cancellationToken))).Where(seen.Add)];
                all.UnionWith(frontier);
            }
        }
    }
}

/// <summary>A moment at which a lineage changed.</summary>
public sealed record LineageMoment
{
    /// <summary>The lineage asked for at this time has the change.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Links between assets that began.</summary>
    public required int Began { get; init; }

    /// <summary>Links between assets that ended.</summary>
    public required int Ended { get; init; }
}
