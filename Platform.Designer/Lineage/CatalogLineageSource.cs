using Platform.Catalog.Lineage;
using CatalogDirection = Platform.Catalog.Lineage.LineageDirection;
using CatalogGraph = Platform.Catalog.Lineage.LineageGraph;

namespace Platform.Designer.Lineage;

/// <summary>Lineage from the catalog's queries.</summary>
internal sealed class CatalogLineageSource(LineageQueries lineage, ColumnLinkQueries columns, PathQueries paths, LineageChangeQueries changes, ImpactQueries impact, RootCauseQueries causes) : ILineageSource
{
    /// <summary>More cannot be read on a page; nearer ones come first.</summary>
    private const int MostNodes = 400;

    /// <summary>Where everything is asked for.</summary>
    private const int MostOfAll = 10_000;

    public async Task<LineageGraph?> ReadAsync(LineageView view, CancellationToken cancellationToken)
    {
        if (await WalkAsync(view, view.At, cancellationToken) is not { } graph)
            return null;
        return view.At is null || await WalkAsync(view, null, cancellationToken) is not { } now ? graph : graph.Against(now);
    }

    public async Task<LineageWay?> WayAsync(string from, string to, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        if (await paths.BetweenAsync(from, to, at, cancellationToken) is not { } path)
            return null;
        var sign = path.Direction == CatalogDirection.Upstream ? -1 : 1;
        var distances = path.Assets.ToDictionary(a => a, _ => 0);
        foreach (var link in path.Links)
            distances[sign < 0 ? link.From : link.To] = sign * link.Step;
        return new LineageWay(path, await GraphAsync(from, await lineage.AmongAsync(distances, at, cancellationToken), null, at, byColumn: false, cancellationToken));
    }

    public async Task<IReadOnlyList<LineageMoment>> MomentsAsync(LineageView view, CancellationToken cancellationToken) =>
        await changes.MomentsAsync(view.Asset, Way(view.Direction), view.Depth, cancellationToken) ?? [];

    public Task<ImpactReport?> ImpactAsync(LineageView view, CancellationToken cancellationToken) =>
        impact.DownstreamAsync(view.Asset, view.Column, LineageView.Everything, view.At, cancellationToken);

    public Task<RootCauseReport?> CausesAsync(string asset, DateTimeOffset at, CancellationToken cancellationToken) => causes.ForAssetAsync(asset, at, cancellationToken);

    private async Task<LineageGraph?> WalkAsync(LineageView view, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var found = await lineage.WalkAsync(new LineageRequest
        {
            Asset = view.Asset,
            Column = view.Column,
            Direction = Way(view.Direction),
            Depth = view.Depth,
            Limit = view.Depth >= LineageView.Everything ? MostOfAll : MostNodes,
            At = at,
        }, cancellationToken);
        return found is null ? null : await GraphAsync(view.Asset, found, view.Column, at, view.ByColumn, cancellationToken);
    }

    private async Task<LineageGraph> GraphAsync(string root, CatalogGraph found, string? column, DateTimeOffset? at, bool byColumn, CancellationToken cancellationToken)
    {
        var known = byColumn ? await columns.BetweenAsync([.. found.Nodes.Select(n => n.Asset).Distinct()], at, cancellationToken) : new ColumnLinks([], []);
        var columnsOf = known.Columns.ToLookup(c => c.Asset, c => new LineageColumnView(c.Name, c.DataType, c.Personal));
        var assets = found.Nodes.GroupBy(n => n.Asset).Select(g =>
        {
            var nearest = g.MinBy(n => Math.Abs(n.Distance))!;
            return new LineageAsset
            {
                Key = g.Key,
                Kind = nearest.Kind,
                Distance = nearest.Distance,
                // Of a column's walk the counts are of columns, which say nothing of hidden assets.
                Upstream = column is null ? nearest.UpstreamCount : 0,
                Downstream = column is null ? nearest.DownstreamCount : 0,
                Rows = nearest.RowCount,
                Columns = [.. columnsOf[g.Key]],
            };
        });
        var links = found.Edges.SelectMany(Links);
        if (column is null)
        {
            links = links.Concat(known.Links.Select(l => new LineageLink
            {
                From = l.FromAsset,
                To = l.ToAsset,
                FromColumn = l.FromColumn,
                ToColumn = l.ToColumn,
                Kind = l.Kind,
                Workflow = l.Workflow,
                Task = l.TaskId,
                RunId = l.LastRun > 0 ? l.LastRun : null,
            }));
        }
        return new LineageGraph(root, [.. assets], [.. links], found.Truncated, found.Met, found.Steps) { NotYet = found.Nodes.Any(n => n.NotYet) };
    }

    private static IEnumerable<LineageLink> Links(LineageEdge edge)
    {
        var (from, fromColumn) = Split(edge.From);
        var (to, toColumn) = Split(edge.To);
        return edge.Kinds.Select(kind => new LineageLink
        {
            From = from,
            To = to,
            FromColumn = fromColumn,
            ToColumn = toColumn,
            Kind = kind == "asset" ? null : kind,
            Workflow = edge.Workflow,
            Task = edge.TaskId,
            RunId = edge.LastRun > 0 ? edge.LastRun : null,
        });
    }

    private static CatalogDirection Way(LineageDirection direction) => direction switch
    {
        LineageDirection.Upstream => CatalogDirection.Upstream,
        LineageDirection.Downstream => CatalogDirection.Downstream,
        _ => CatalogDirection.Both,
    };

    /// <summary>A node's id is the asset's key, and after <c>#</c> the column's name.</summary>
    private static (string Asset, string? Column) Split(string id) =>
        id.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? (id[..at], id[(at + 1)..]) : (id, null);
}
