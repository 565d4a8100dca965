using System.Runtime.InteropServices;
using Platform.Catalog.Lineage;
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
    private const double GapX = 72;
    private const double GapY = 24;
    private const int MostColumns = 16;

    /// <summary>Draws a graph.</summary>
    /// <param name="graph">What is drawn.</param>
    /// <param name="byColumn">Whether links go between columns where they are known.</param>
    /// <param name="way">The ways to show on it; null for none.</param>
    /// <param name="subtitle">The second line of an asset.</param>
    /// <param name="mark">What the mark of an asset says.</param>
    public static LineageScene Of(LineageGraph graph, bool byColumn, LineagePath? way, Func<LineageAsset, string> subtitle, Func<LineageMark, string?> mark)
    {
        var index = graph.Assets.Select((a, i) => (a.Key, i)).ToDictionary(p => p.Key, p => p.i);
        var assetLinks = graph.Links.Where(l => index.ContainsKey(l.From) && index.ContainsKey(l.To) && l.From != l.To).ToList();
        var between = assetLinks.Select(l => (l.From, l.To)).ToHashSet();
        // A line that several tasks make is there as long as one of them makes it.
        var markOf = assetLinks.GroupBy(l => (l.From, l.To)).ToDictionary(g => g.Key, g => g.Select(l => l.Mark).Distinct().ToList() is [var only] ? only : LineageMark.None);
        var onWay = way?.Assets.ToHashSet() ?? [];
        var wayLinks = way?.Links.Select(l => (l.From, l.To)).ToHashSet() ?? [];
        var drawnUp = between.ToLookup(l => l.To);
        var drawnDown = between.ToLookup(l => l.From);

        var touched = byColumn ? Touched(assetLinks) : null;
        var columns = graph.Assets.ToDictionary(a => a.Key, a => Shown(a, touched?.GetValueOrDefault(a.Key)));
        var heights = graph.Assets.Select(a => Header + columns[a.Key].Count * Row + (columns[a.Key].Count > 0 ? 4 : 0)).ToList();
        var placement = LayeredLayout.Place([.. heights.Select(h => (Width, h))], [.. between.Select(l => (index[l.From], index[l.To]))], GapX, GapY);
        // What passes several layers passes them as it was laid out; in a folded drawing lines run straight.
        var folded = LineageFold.Of(placement.Corners, heights, Width, GapX, GapY);
        var places = folded ?? placement.Corners;

        var nodes = graph.Assets.Select((a, i) => new Node(
            a.Key, AssetName.Of(a.Key).Short, subtitle(a), AssetName.Icon(a.Kind), a.Kind, a.Key == graph.Root,
            places[i].X, places[i].Y, Width, heights[i],
            Math.Max(0, a.Upstream - drawnUp[a.Key].Count()), Math.Max(0, a.Downstream - drawnDown[a.Key].Count()),
            columns[a.Key], Word(a.Mark), mark(a.Mark), onWay.Contains(a.Key))).ToList();
        return new LineageScene(nodes, byColumn ? ByColumn(assetLinks, between, columns, Whole) : [.. between.Select(Whole)]);

        Edge Whole((string From, string To) l) => new($"{l.From}>{l.To}", l.From, l.To, null, null, false, Way(l), Word(markOf[l]), wayLinks.Contains(l));

        IReadOnlyList<GraphScene.Via> Way((string From, string To) link) => folded is not null ? [] : [.. placement.Way(index[link.From], index[link.To]).Select(p => new GraphScene.Via(p.X, p.Y))];
    }

    /// <summary>The columns that lineage touches, in the order of the data, as many as are readable.</summary>
    private static List<Column> Shown(LineageAsset asset, HashSet<string>? touched)
    {
        if (touched is null)
            return [];
        var known = asset.Columns.Where(c => touched.Contains(c.Name)).Select(c => new Column(c.Name, ShortType(c.DataType), c.Personal));
        var unknown = touched.Except(asset.Columns.Select(c => c.Name)).Order().Select(c => new Column(c, "", false));
        return [.. known.Concat(unknown).Take(MostColumns)];
    }

    /// <summary>By asset the columns at an end of a link.</summary>
    private static Dictionary<string, HashSet<string>> Touched(List<LineageLink> links)
    {
        var found = new Dictionary<string, HashSet<string>>();
        void Touch(string asset, string column) => (CollectionsMarshal.GetValueRefOrAddDefault(found, asset, out _) ??= []).Add(column);
        foreach (var link in links.Where(l => l.ToColumn is not null))
        {
            Touch(link.To, link.ToColumn!);
            if (link.FromColumn is not null)
                Touch(link.From, link.FromColumn);
        }
        return found;
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

    private static string? Word(LineageMark mark) => mark switch { LineageMark.Added => "added", LineageMark.Gone => "gone", _ => null };

    private static List<Edge> ByColumn(List<LineageLink> links, HashSet<(string From, string To)> between, Dictionary<string, List<Column>> columns, Func<(string From, string To), Edge> whole)
    {
        var shown = columns.ToDictionary(c => c.Key, c => c.Value.Select(v => v.Name).ToHashSet());
        var edges = links
            .Where(l => l.FromColumn is not null && l.ToColumn is not null && shown[l.From].Contains(l.FromColumn) && shown[l.To].Contains(l.ToColumn))
            .Select(l => new Edge($"{l.From}|{l.FromColumn}>{l.To}|{l.ToColumn}", l.From, l.To, l.FromColumn, l.ToColumn, l.Kind is not ("identity" or "transformation" or "aggregation" or null), [], Word(l.Mark), false))
            .DistinctBy(e => e.Id).ToList();
        // Assets whose columns nobody knows stay connected as wholes.
        var joined = edges.Select(e => (e.Source, e.Target)).ToHashSet();
        edges.AddRange(between.Where(b => !joined.Contains(b)).Select(whole));
        return edges;
    }

    /// <summary>An asset.</summary>
    public sealed record Node(string Id, string Title, string Subtitle, string Icon, string Kind, bool Root, double X, double Y, double Width, double Height, int HiddenUp, int HiddenDown, IReadOnlyList<Column> Columns, string? Mark, string? Words, bool OnPath);

    /// <summary>A column; marked ones are personal.</summary>
    public sealed record Column(string Name, string Kind, bool Marked);

    /// <summary>One feeds another; the line passes some points.</summary>
    public sealed record Edge(string Id, string Source, string Target, string? FromColumn, string? ToColumn, bool Indirect, IReadOnlyList<GraphScene.Via> Via, string? Mark, bool OnPath);
}
