using Platform.Designer.Canvas;
using Platform.Designer.Inventory;
using Platform.Designer.Shell;

namespace Platform.Designer.Lineage;

/// <summary>A lineage as the canvas script takes it, laid out.</summary>
internal sealed record LineageScene(IReadOnlyList<LineageScene.Node> Nodes, IReadOnlyList<LineageScene.Edge> Edges)
{
    private const double Width = 208;
    private const double Header = 48;
    private const double Row = 22;
    private const int MostColumns = 16;

    /// <summary>Draws a graph.</summary>
    /// <param name="graph">What is drawn.</param>
    /// <param name="byColumn">Whether links go between columns where they are known.</param>
    /// <param name="subtitle">The second line of an asset.</param>
    public static LineageScene Of(LineageGraph graph, bool byColumn, Func<LineageAsset, string> subtitle)
    {
        var index = graph.Assets.Select((a, i) => (a.Key, i)).ToDictionary(p => p.Key, p => p.i);
        var assetLinks = graph.Links.Where(l => index.ContainsKey(l.From) && index.ContainsKey(l.To) && l.From != l.To).ToList();
        var between = assetLinks.Select(l => (l.From, l.To)).ToHashSet();
        var drawnUp = between.ToLookup(l => l.To);
        var drawnDown = between.ToLookup(l => l.From);

        var columns = graph.Assets.ToDictionary(a => a.Key, a => byColumn ? Shown(a, assetLinks) : []);
        var heights = graph.Assets.Select(a => Header + columns[a.Key].Count * Row + (columns[a.Key].Count > 0 ? 4 : 0)).ToList();
        var placement = LayeredLayout.Place([.. heights.Select(h => (Width, h))], [.. between.Select(l => (index[l.From], index[l.To]))], gapX: 72, gapY: 24);
        var places = placement.Corners;

        var nodes = graph.Assets.Select((a, i) => new Node(
            a.Key, AssetName.Of(a.Key).Short, subtitle(a), AssetName.Icon(a.Kind), a.Kind, a.Key == graph.Root,
            places[i].X, places[i].Y, Width, heights[i],
            Math.Max(0, a.Upstream - drawnUp[a.Key].Count()), Math.Max(0, a.Downstream - drawnDown[a.Key].Count()),
            columns[a.Key])).ToList();
        return new LineageScene(nodes, byColumn ? ByColumn(assetLinks, between, columns) : [.. between.Select(l => new Edge($"{l.From}>{l.To}", l.From, l.To, null, null, false, Way(l)))]);

        IReadOnlyList<GraphScene.Via> Way((string From, string To) link) => [.. placement.Way(index[link.From], index[link.To]).Select(p => new GraphScene.Via(p.X, p.Y))];
    }

    /// <summary>The columns that lineage touches, in the order of the data, as many as are readable.</summary>
    private static List<Column> Shown(LineageAsset asset, List<LineageLink> links)
    {
        var touched = links.Where(l => l.From == asset.Key && l.FromColumn is not null && l.ToColumn is not null).Select(l => l.FromColumn!)
            .Concat(links.Where(l => l.To == asset.Key && l.ToColumn is not null).Select(l => l.ToColumn!)).ToHashSet();
        var known = asset.Columns.Where(c => touched.Contains(c.Name)).Select(c => new Column(c.Name, ShortType(c.DataType), c.Personal));
        var unknown = touched.Except(asset.Columns.Select(c => c.Name)).Order().Select(c => new Column(c, "", false));
        return [.. known.Concat(unknown).Take(MostColumns)];
    }

    /// <summary>A type that fits beside its column's name.</summary>
    private static string ShortType(string type) => type.ToLowerInvariant() switch
    {
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "character varying" => "varchar",
        "double precision" => "double",
        { Length: > 14 } other => other[..13] + "…",
        var other => other,
    };

    private static List<Edge> ByColumn(List<LineageLink> links, HashSet<(string From, string To)> between, Dictionary<string, List<Column>> columns)
    {
        var shown = columns.ToDictionary(c => c.Key, c => c.Value.Select(v => v.Name).ToHashSet());
        var edges = links
            .Where(l => l.FromColumn is not null && l.ToColumn is not null && shown[l.From].Contains(l.FromColumn) && shown[l.To].Contains(l.ToColumn))
            .Select(l => new Edge($"{l.From}|{l.FromColumn}>{l.To}|{l.ToColumn}", l.From, l.To, l.FromColumn, l.ToColumn, l.Kind is not ("identity" or "transformation" or "aggregation" or null), []))
            .DistinctBy(e => e.Id).ToList();
        // Assets whose columns nobody knows stay connected as wholes.
        var joined = edges.Select(e => (e.Source, e.Target)).ToHashSet();
        edges.AddRange(between.Where(b => !joined.Contains(b)).Select(b => new Edge($"{b.From}>{b.To}", b.From, b.To, null, null, false, [])));
        return edges;
    }

    /// <summary>An asset.</summary>
    public sealed record Node(string Id, string Title, string Subtitle, string Icon, string Kind, bool Root, double X, double Y, double Width, double Height, int HiddenUp, int HiddenDown, IReadOnlyList<Column> Columns);

    /// <summary>A column; marked ones are personal.</summary>
    public sealed record Column(string Name, string Kind, bool Marked);

    /// <summary>One feeds another; the line passes some points.</summary>
    public sealed record Edge(string Id, string Source, string Target, string? FromColumn, string? ToColumn, bool Indirect, IReadOnlyList<GraphScene.Via> Via);
}
