using Dapper;
using Npgsql;
using Platform.Postgres;

namespace Platform.Catalog.Lineage;

/// <summary>How one asset comes from another: all shortest ways between two.</summary>
public sealed class PathQueries
{
    /// <summary>A walk that met so many assets gives up.</summary>
    private const int MostMet = 50_000;

    /// <summary>Ways are counted, not listed, so that a lattice of thousands is one answer; beyond this many the count stops.</summary>
    private const long MostWays = 1_000_000;

    private readonly NpgsqlDataSource _dataSource;

    public PathQueries(NpgsqlDataSource dataSource)
    {
        DapperSetup.Apply();
        _dataSource = dataSource;
    }

    /// <summary>All shortest ways between two assets, whichever of them is upstream; null when one of them is not known.</summary>
    /// <param name="from">Key of an asset.</param>
    /// <param name="to">Key of another.</param>
    /// <param name="at">The lineage of this time; null is now.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<LineagePath?> BetweenAsync(string from, string to, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var known = (await connection.QueryAsync<(string Key, long Id)>(new CommandDefinition("select key, id from catalog.assets where key = any(@keys)", new { keys = new[] { from, to } }, cancellationToken: cancellationToken))).ToDictionary(k => k.Key, k => k.Id);
        if (!known.TryGetValue(from, out var start) || !known.TryGetValue(to, out var end))
            return null;
        foreach (var direction in new[] { LineageDirection.Downstream, LineageDirection.Upstream })
        {
            var walk = new PathWalk(connection, at, direction, MostMet, cancellationToken);
            if (await walk.ToAsync(start, end) is { } steps)
                return await PathAsync(connection, new LineagePath { From = from, To = to, Direction = direction }, steps, cancellationToken);
        }
        return new LineagePath { From = from, To = to };
    }

    private static async Task<LineagePath> PathAsync(NpgsqlConnection connection, LineagePath path, IReadOnlyList<IReadOnlyList<(long Before, long Asset)>> steps, CancellationToken cancellationToken)
    {
        var ids = steps.SelectMany(s => s).SelectMany(e => new[] { e.Before, e.Asset }).Distinct().ToArray();
        var keys = (await connection.QueryAsync<(long Id, string Key)>(new CommandDefinition("select id, key from catalog.assets where id = any(@ids)", new { ids }, cancellationToken: cancellationToken))).ToDictionary(k => k.Id, k => k.Key);
        var ways = new Dictionary<long, long>();
        foreach (var (before, asset) in steps.SelectMany(s => s))
            ways[asset] = Math.Min(MostWays, ways.GetValueOrDefault(asset) + ways.GetValueOrDefault(before, 1));
        var links = steps.SelectMany((step, i) => step.Select(e => path.Direction == LineageDirection.Upstream
            ? new LineagePathLink(keys[e.Asset], keys[e.Before], i + 1)
            : new LineagePathLink(keys[e.Before], keys[e.Asset], i + 1))).ToList();
        return path with
        {
            Steps = steps.Count,
            Ways = steps.Count == 0 ? 1 : ways[steps[^1][0].Asset],
            Assets = [path.From, .. steps.SelectMany(s => s.Select(e => keys[e.Asset]).Distinct().Order(StringComparer.Ordinal))],
            Links = links,
        };
    }
}

/// <summary>The shortest ways between two assets.</summary>
public sealed record LineagePath
{
    /// <summary>Key of the asset that was asked from.</summary>
    public required string From { get; init; }

    /// <summary>Key of the asset that was asked for.</summary>
    public required string To { get; init; }

    /// <summary>Where <see cref="To"/> lies; null where neither is made from the other.</summary>
    public LineageDirection? Direction { get; init; }

    /// <summary>Steps of each way; null where there is none, 0 from an asset to itself.</summary>
    public int? Steps { get; init; }

    /// <summary>How many shortest ways there are; not counted beyond a million.</summary>
    public long Ways { get; init; }

    /// <summary>Every asset on one of them, from one end to the other; empty where there is none.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>Every step of one of them, nearest to <see cref="From"/> first.</summary>
    public IReadOnlyList<LineagePathLink> Links { get; init; } = [];
}

/// <summary>A step of a way.</summary>
/// <param name="From">Key of the source.</param>
/// <param name="To">Key of what is made of it.</param>
/// <param name="Step">Which step from the asset asked from, from 1.</param>
public sealed record LineagePathLink(string From, string To, int Step);
