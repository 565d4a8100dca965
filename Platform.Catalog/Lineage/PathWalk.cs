using Dapper;
using Npgsql;

namespace Platform.Catalog.Lineage;

/// <summary>Breadth-first from one asset until another is met, a query a level; remembers from where each was met at its shortest distance.</summary>
internal sealed class PathWalk(NpgsqlConnection connection, DateTimeOffset? at, LineageDirection direction, int most, CancellationToken cancellationToken)
{
    private const string Down = "select distinct e.from_asset as before, e.to_asset as asset from catalog.asset_edges e where e.from_asset = any(@assets)";
    private const string Up = "select distinct e.to_asset as before, e.from_asset as asset from catalog.asset_edges e where e.to_asset = any(@assets)";

    /// <summary>By level the steps that lie on a shortest way, each from the asset before to the asset met; null where there is no way.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<(long Before, long Asset)>>?> ToAsync(long start, long end)
    {
        if (start == end)
            return [];
        var seen = new HashSet<long> { start };
        var levels = new List<List<(long Before, long Asset)>>();
        long[] frontier = [start];
        while (frontier.Length > 0 && seen.Count < most)
        {
            var rows = await connection.QueryAsync<(long Before, long Asset)>(new CommandDefinition(LineageSql.At(at, direction == LineageDirection.Upstream ? Up : Down), new { assets = frontier, At = at }, cancellationToken: cancellationToken));
            var met = rows.Where(r => !seen.Contains(r.Asset)).ToList();
            levels.Add(met);
            frontier = [.. met.Select(r => r.Asset).Distinct()];
            if (frontier.Contains(end))
                return Back(levels, end);
            seen.UnionWith(frontier);
        }
        return null;
    }

    /// <summary>Of all steps those that lead to the end.</summary>
    private static List<IReadOnlyList<(long Before, long Asset)>> Back(List<List<(long Before, long Asset)>> levels, long end)
    {
        var steps = new List<IReadOnlyList<(long, long)>>();
        var wanted = new HashSet<long> { end };
        for (var i = levels.Count - 1; i >= 0; i--)
        {
            var kept = levels[i].Where(s => wanted.Contains(s.Asset)).Order().ToList();
            steps.Insert(0, kept);
            wanted = [.. kept.Select(s => s.Before)];
        }
        return steps;
    }
}
