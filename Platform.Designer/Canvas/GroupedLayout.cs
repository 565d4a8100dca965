using Point = Platform.Designer.Canvas.LayeredLayout.Point;

namespace Platform.Designer.Canvas;

/// <summary>
/// Places a graph whose nodes stand in groups, one in another: each group is laid out by itself and is then a box among its neighbours, so that no frame
/// holds what is not in it. An edge crosses a frame at a gate of its own, to which the inside leads it between the boxes.
/// </summary>
internal static class GroupedLayout
{
    private const double GapX = 52;
    private const double Side = 20;
    private const double GateSide = 36;
    private const double Head = 36;

    /// <summary>As high as the head, so that what is inside stays on a line with what is beside.</summary>
    private const double Foot = 36;
    private const double GateHeight = 10;

    /// <summary>Places nodes and frames.</summary>
    /// <param name="nodes">Id, size, and the path of the group that it is in, parts separated by a slash; null is none.</param>
    /// <param name="edges">Ids of source and target.</param>
    public static Placement Place(IReadOnlyList<Node> nodes, IReadOnlyCollection<(string From, string To)> edges)
    {
        var root = new Block("");
        var blocks = new Dictionary<string, Block> { [""] = root };
        foreach (var node in nodes)
            Of(blocks, node.Group ?? "").Children.Add(node);
        var paths = nodes.ToDictionary(n => n.Id, n => n.Group ?? "");
        Arrange(root, edges, paths, blocks);
        var placement = new Placement([], [], []);
        Put(root, new Point(0, 0), 0, placement, blocks);
        foreach (var (from, to) in edges)
            placement.Ways[(from, to)] = Way(from, to, paths, blocks);
        return placement;
    }

    /// <summary>A box.</summary>
    internal sealed record Node(string Id, double Width, double Height, string? Group);

    /// <summary>A group's frame; <paramref name="Depth"/> says in how many others it is.</summary>
    internal sealed record Frame(string Group, double X, double Y, double Width, double Height, int Depth);

    /// <summary>Where everything goes.</summary>
    /// <param name="Corners">Top left corner of each node.</param>
    /// <param name="Frames">Outer ones first.</param>
    /// <param name="Ways">The points that an edge passes.</param>
    internal sealed record Placement(Dictionary<string, Point> Corners, List<Frame> Frames, Dictionary<(string From, string To), IReadOnlyList<Point>> Ways);

    private static Block Of(Dictionary<string, Block> blocks, string group)
    {
        if (blocks.TryGetValue(group, out var block))
            return block;
        block = blocks[group] = new Block(group);
        Of(blocks, group.LastIndexOf('/') is >= 0 and var slash ? group[..slash] : "").Children.Add(block);
        return block;
    }

    /// <summary>The child of a block that a node is or is in; null where the node is not inside.</summary>
    private static object? ChildOf(Block block, string id, Dictionary<string, string> paths, Dictionary<string, Block> blocks)
    {
        var path = paths[id];
        if (path == block.Group)
            return id;
        if (block.Group.Length > 0 && !path.StartsWith(block.Group + "/", StringComparison.Ordinal))
            return null;
        var end = path.IndexOf('/', block.Group.Length == 0 ? 0 : block.Group.Length + 1);
        return blocks[end < 0 ? path : path[..end]];
    }

    private static void Arrange(Block block, IReadOnlyCollection<(string From, string To)> edges, Dictionary<string, string> paths, Dictionary<string, Block> blocks)
    {
        foreach (var inner in block.Children.OfType<Block>())
            Arrange(inner, edges, paths, blocks);
        var boxes = block.Children.Select(c => c is Block b ? (b.Width, b.Height) : (((Node)c).Width, ((Node)c).Height)).ToList();
        for (var i = 0; i < block.Children.Count; i++)
            block.Index[block.Children[i] is Node n ? n.Id : block.Children[i]] = i;
        var lines = new HashSet<(int, int)>();
        foreach (var (from, to) in edges)
        {
            var (a, b) = (ChildOf(block, from, paths, blocks), ChildOf(block, to, paths, blocks));
            if (a is null && b is null || Equals(a, b))
                continue;
            lines.Add((a is null ? Gate(("in", to)) : block.Index[a], b is null ? Gate(("out", from)) : block.Index[b]));
        }
        HashSet<int> Gates(string side) => block.Index.Where(i => i.Key is (string way, string) && way == side).Select(i => i.Value).ToHashSet();
        var (ins, outs) = (Gates("in"), Gates("out"));
        block.Layout = LayeredLayout.Place(boxes, lines, GapX, first: ins, last: outs);
        block.Measure(boxes, [.. ins, .. outs]);

        int Gate((string, string) key)
        {
            if (block.Index.TryGetValue(key, out var gate))
                return gate;
            boxes.Add((0, GateHeight));
            return block.Index[key] = boxes.Count - 1;
        }
    }

    private static void Put(Block block, Point at, int depth, Placement placement, Dictionary<string, Block> blocks)
    {
        block.Origin = at;
        if (block.Group.Length > 0)
            placement.Frames.Add(new Frame(block.Group, at.X, at.Y, block.Width, block.Height, depth - 1));
        foreach (var child in block.Children)
        {
            var corner = block.Absolute(block.Layout!.Corners[block.Index[child is Node n ? n.Id : child]]);
            if (child is Node node)
                placement.Corners[node.Id] = corner;
            else
                Put((Block)child, corner, depth + 1, placement, blocks);
        }
    }

    /// <summary>Out of the groups that only the source is in, along the level that both are in, and into those that only the target is in.</summary>
    private static List<Point> Way(string from, string to, Dictionary<string, string> paths, Dictionary<string, Block> blocks)
    {
        var points = new List<Point>();
        var block = blocks[paths[from]];
        while (ChildOf(block, to, paths, blocks) is null)
        {
            points.AddRange(block.Along(ChildOf(block, from, paths, blocks)!, ("out", from)));
            points.Add(block.GatePoint(("out", from), leaving: true));
            block = blocks[block.Group.LastIndexOf('/') is >= 0 and var slash ? block.Group[..slash] : ""];
        }
        var target = ChildOf(block, to, paths, blocks)!;
        points.AddRange(block.Along(ChildOf(block, from, paths, blocks)!, target));
        while (target is Block inner)
        {
            points.Add(inner.GatePoint(("in", to), leaving: false));
            target = ChildOf(inner, to, paths, blocks)!;
            points.AddRange(inner.Along(("in", to), target));
        }
        return points;
    }

    /// <summary>A group while it is laid out; the whole is the one without a name.</summary>
    private sealed class Block(string group)
    {
        private double _left;
        private double _top;

        public string Group => group;

        /// <summary>Nodes and blocks, in the order of the nodes.</summary>
        public List<object> Children { get; } = [];

        /// <summary>By node id, block or gate the index of its box.</summary>
        public Dictionary<object, int> Index { get; } = [];

        public LayeredLayout.Placement? Layout { get; set; }

        public Point Origin { get; set; }

        public double Width { get; private set; }

        public double Height { get; private set; }

        /// <summary>The frame around everything; gates stand on its border, whatever layer they were given.</summary>
        public void Measure(List<(double Width, double Height)> boxes, HashSet<int> gates)
        {
            var corners = Layout!.Corners;
            var real = Enumerable.Range(0, boxes.Count).Where(i => !gates.Contains(i)).ToList();
            var rows = corners.Select((c, i) => (Top: c.Y, Bottom: c.Y + boxes[i].Height)).Concat(Layout.Ways.Values.SelectMany(w => w).Select(p => (Top: p.Y, Bottom: p.Y))).ToList();
            if (real.Count == 0)
                return;
            var framed = group.Length > 0;
            var side = !framed ? 0 : gates.Count > 0 ? GateSide : Side;
            _left = real.Min(i => corners[i].X) - side;
            _top = rows.Min(r => r.Top) - (framed ? Head : 0);
            Width = real.Max(i => corners[i].X + boxes[i].Width) + side - _left;
            Height = rows.Max(r => r.Bottom) + (framed ? Foot : 0) - _top;
        }

        public Point Absolute(Point inside) => new(Origin.X + inside.X - _left, Origin.Y + inside.Y - _top);

        public IEnumerable<Point> Along(object from, object to) => Layout!.Way(Index[from], Index[to]).Select(Absolute);

        public Point GatePoint((string, string) gate, bool leaving) =>
            new(Origin.X + (leaving ? Width : 0), Absolute(Layout!.Corners[Index[gate]]).Y + GateHeight / 2);
    }
}
