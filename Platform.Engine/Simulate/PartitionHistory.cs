using Dapper;
using Npgsql;

namespace Platform.Engine.Simulate;

/// <summary>When a partition of an asset is there, as its newest writes tell.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="LagSeconds">From the end of an interval to its first write: the median. 0 where nothing is known.</param>
/// <param name="Writes">Writes behind it; those long after their interval, as of a backfill, do not count.</param>
public sealed record PartitionLag(string Asset, double LagSeconds, int Writes);

/// <summary>Reads how long after its end an interval of an asset is written.</summary>
internal static class PartitionHistory
{
    private const int MostWrites = 400;

    public static async Task<Dictionary<string, PartitionLag>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<PartitionLag>(new CommandDefinition("""
            select a.asset as "Asset", coalesce(percentile_cont(0.5) within group (order by w.lag), 0)::float8 as "LagSeconds", count(w.lag)::int as "Writes"
            from unnest(@assets) a(asset)
            left join lateral (
                select extract(epoch from min(n.at) - n.interval_end)::float8 as lag
                from (select * from asset_write w where w.asset = a.asset order by w.interval_end desc limit @MostWrites) n
                group by n.interval_start, n.interval_end
                having min(n.at) - n.interval_end between interval '0' and n.interval_end - n.interval_start) w on true
            group by a.asset
            """, new { assets = assets.Distinct().ToArray(), MostWrites }, cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Asset);
    }
}
