using Dapper;
using Npgsql;

namespace Platform.Catalog.Lineage;

/// <summary>
/// Breadth-first over the edges, a query a level and direction: a place is visited once, at its shortest distance, whatever circles and hubs there are.
/// (A recursive query meets a place once for each length of a way to it, and cannot stop at a limit.)
/// </summary>
internal sealed class LineageWalk(NpgsqlConnection connection, LineageRequest request, CancellationToken cancellationToken)
{
    private const int DeepestWalk = 50;

    private readonly Dictionary<(long Asset, string Column), LineagePlace> _places = [];

    /// <summary>How many places the steps that were walked met, the root among them.</summary>
    internal int Met => _places.Count;

    /// <summary>Steps that were walked whole: fewer than asked for where more than the limit were met before.</summary>
    internal int Steps { get; private set; }

    /// <summary>From the root on, nearest first; one more than the limit tells that there are more.</summary>
    internal async Task<List<LineagePlace>> PlacesAsync(long root)
    {
        var start = new LineagePlace { Asset = root, Column = request.Column ?? "", Distance = 0 };
        _places[(start.Asset, start.Column)] = start;
        var depth = Math.Clamp(request.Depth, 1, DeepestWalk);
        List<LineagePlace> up = request.Direction == LineageDirection.Downstream ? [] : [start];
        List<LineagePlace> down = request.Direction == LineageDirection.Upstream ? [] : [start];
        // Both ways level by level, so that what is left out by the limit is the farthest. A place on both sides belongs to the side that met it first.
        HashSet<(long, string)> seenUp = [(root, start.Column)], seenDown = [(root, start.Column)];
        for (var level = 1; level <= depth && up.Count + down.Count > 0 && _places.Count <= request.Limit; level++)
        {
            up = await StepAsync(up, seenUp, -level);
            down = await StepAsync(down, seenDown, level);
            Steps = level;
        }
        return [.. _places.Values.OrderBy(p => Math.Abs(p.Distance)).ThenBy(p => p.Asset).ThenBy(p => p.Column, StringComparer.Ordinal).Take(Math.Max(1, request.Limit) + 1)];
    }

    private async Task<List<LineagePlace>> StepAsync(List<LineagePlace> frontier, HashSet<(long, string)> seen, int distance)
    {
        if (frontier.Count == 0)
            return [];
        var parameters = new
        {
            assets = frontier.Select(p => p.Asset).ToArray(),
            columns = frontier.Select(p => p.Column).ToArray(),
            indirect = request.IncludeIndirect,
            request.At,
        };
        var rows = await connection.QueryAsync<Neighbour>(new CommandDefinition(LineageSql.At(request.At, (request.Column is null, distance < 0) switch
        {
            (true, true) => AssetsUp,
            (true, false) => AssetsDown,
            (false, true) => ColumnsUp,
            (false, false) => ColumnsDown,
        }), parameters, cancellationToken: cancellationToken));
        var next = new List<LineagePlace>();
        foreach (var row in rows)
        {
            var key = (row.Asset, row.Column);
            if (!seen.Add(key))
                continue;
            var place = new LineagePlace { Asset = row.Asset, Column = row.Column, Distance = distance, Via = row.Via };
            next.Add(place);
            _places.TryAdd(key, place);
        }
        return next;
    }

    // min(via): one way of several, the same each time.
    private const string AssetsUp = """
        select e.from_asset as asset, '' as "column", min(e.to_asset) as via from catalog.asset_edges e where e.to_asset = any(@assets) group by e.from_asset order by 1
        """;
    private const string AssetsDown = """
        select e.to_asset as asset, '' as "column", min(e.from_asset) as via from catalog.asset_edges e where e.from_asset = any(@assets) group by e.to_asset order by 1
        """;
    private const string ColumnsUp = """
        select n.asset, n.col as "column", min(w.asset) as via
        from unnest(@assets, @columns) as w(asset, col) cross join lateral (
            select e.from_asset, e.from_column from catalog.column_edges e
            where e.to_asset = w.asset and e.to_column in (w.col, '') and (@indirect or e.kind in ('identity', 'transformation', 'aggregation'))
            union all
            -- As a whole, and nothing is known of its columns: then from asset to asset.
            select e.from_asset, '' from catalog.asset_edges e
            where e.to_asset = w.asset and w.col = ''
              and not exists (select 1 from catalog.column_edges c where c.to_asset = w.asset and c.to_column = '' and c.from_asset = e.from_asset)
        ) n(asset, col)
        group by n.asset, n.col order by 1, 2
        """;
    private const string ColumnsDown = """
        select n.asset, n.col as "column", min(w.asset) as via
        from unnest(@assets, @columns) as w(asset, col) cross join lateral (
            select e.to_asset, e.to_column from catalog.column_edges e
            where e.from_asset = w.asset and e.from_column = w.col and w.col <> '' and (@indirect or e.kind in ('identity', 'transformation', 'aggregation'))
            union all
            select e.to_asset, '' from catalog.asset_edges e where e.from_asset = w.asset and w.col = ''
        ) n(asset, col)
        group by n.asset, n.col order by 1, 2
        """;

    private sealed record Neighbour
    {
        public required long Asset { get; init; }

        public required string Column { get; init; }

        public required long Via { get; init; }
    }
}

/// <summary>An asset (empty column) or column that a walk met.</summary>
internal sealed record LineagePlace
{
    public required long Asset { get; init; }

    public required string Column { get; init; }

    /// <summary>Steps from the root, below 0 upstream.</summary>
    public required int Distance { get; init; }

    /// <summary>The asset it was met from, one step nearer to the root; null for the root.</summary>
    public long? Via { get; init; }
}

/// <summary>Statements over the edges, now or at a time.</summary>
internal static class LineageSql
{
    /// <summary>The statement over the edges that held at <paramref name="time"/> (its parameter <c>@At</c>); for now only the live tables are read, whose edges have no end.</summary>
    internal static string At(DateTimeOffset? time, string sql) => time is null ? sql.Replace("e.ended_at", "null::timestamptz", StringComparison.Ordinal)
        : sql.Replace("catalog.asset_edges e", "catalog.asset_edges_at(@At) e", StringComparison.Ordinal)
            .Replace("catalog.column_edges e", "catalog.column_edges_at(@At) e", StringComparison.Ordinal)
            .Replace("catalog.column_edges c", "catalog.column_edges_at(@At) c", StringComparison.Ordinal);
}
