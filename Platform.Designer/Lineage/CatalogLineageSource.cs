using Platform.Catalog.Lineage;
using CatalogDirection = Platform.Catalog.Lineage.LineageDirection;

namespace Platform.Designer.Lineage;

/// <summary>Lineage from the catalog's queries.</summary>
internal sealed class CatalogLineageSource(LineageQueries lineage, ColumnLinkQueries columns) : ILineageSource
{
    /// <summary>More cannot be read on a page; nearer ones come first.</summary>
    private const int MostNodes = 400;

    public async Task<LineageGraph?> ReadAsync(string asset, string? column, LineageDirection direction, int depth, CancellationToken cancellationToken)
    {
        var found = await lineage.WalkAsync(new LineageRequest
        {
            Asset = asset,
            Column = column,
            Direction = direction switch { LineageDirection.Upstream => CatalogDirection.Upstream, LineageDirection.Downstream => CatalogDirection.Downstream, _ => CatalogDirection.Both },
            Depth = depth,
            Limit = MostNodes,
        }, cancellationToken);
        if (found is null)
            return null;

        var keys = found.Nodes.Select(n => n.Asset).Distinct().ToList();
        var known = await columns.BetweenAsync(keys, cancellationToken);
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
        return new LineageGraph(asset, [.. assets], [.. links], found.Truncated, found.Met, found.Steps);
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

    /// <summary>A node's id is the asset's key, and after <c>#</c> the column's name.</summary>
    private static (string Asset, string? Column) Split(string id) =>
        id.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? (id[..at], id[(at + 1)..]) : (id, null);
}
