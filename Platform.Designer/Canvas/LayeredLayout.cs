namespace Platform.Designer.Canvas;

/// <summary>
/// Places a directed graph in layers from left to right: longest path for the layers, a virtual node where an edge passes a layer,
/// barycentre sweeps against crossings, and heights by isotonic regression, which is the closest placement to the neighbours' middle that keeps order and gaps.
/// </summary>
internal static class LayeredLayout
{
    private const int OrderSweeps = 16;
    private const int HeightSweeps = 8;

    /// <summary>Room for a passing edge.</summary>
    private const double Passage = 10;

    /// <summary>Top left corner of each box, in the order of <paramref name="boxes"/>, and the points that an edge passes on its way through layers in between.</summary>
    /// <param name="boxes">Width and height.</param>
    /// <param name="edges">Indices of source and target. A cycle is broken at the edge that closes it; edges of a node with itself do not count.</param>
    /// <param name="gapX">Room between layers.</param>
    /// <param name="gapY">Room between boxes of a layer.</param>
    /// <param name="first">Boxes without incoming edges that stand in the first layer, however far what they lead to is; null is none.</param>
    /// <param name="last">Boxes without outgoing edges that stand in the last layer; null is none.</param>
    public static Placement Place(
        IReadOnlyList<(double Width, double Height)> boxes, IReadOnlyCollection<(int From, int To)> edges, double gapX = 64, double gapY = 22, IReadOnlySet<int>? first = null, IReadOnlySet<int>? last = null)
    {
        if (boxes.Count == 0)
            return new Placement([], new Dictionary<(int, int), IReadOnlyList<Point>>());
        var acyclic = WithoutCycles(boxes.Count, edges);
        var graph = new Layers(boxes, acyclic, LayerOf(boxes.Count, acyclic, first, last), gapY);
        graph.Order(OrderSweeps);
        graph.Settle(HeightSweeps);
        return graph.Placement(gapX);
    }

    /// <summary>A place on the canvas.</summary>
    internal readonly record struct Point(double X, double Y);

    /// <summary>Where everything goes.</summary>
    /// <param name="Corners">Top left corner of each box.</param>
    /// <param name="Ways">By edge the points it passes, from left to right; edges between neighbouring layers have none.</param>
    internal sealed record Placement(IReadOnlyList<Point> Corners, IReadOnlyDictionary<(int From, int To), IReadOnlyList<Point>> Ways)
    {
        /// <summary>The points that an edge passes.</summary>
        public IReadOnlyList<Point> Way(int from, int to) => Ways.GetValueOrDefault((from, to)) ?? [];
    }

    /// <summary>The edges without those that a depth-first walk finds closing a cycle.</summary>
    private static List<(int From, int To)> WithoutCycles(int count, IEnumerable<(int From, int To)> edges)
    {
        var next = new List<int>[count];
        for (var i = 0; i < count; i++)
            next[i] = [];
        foreach (var (from, to) in edges.Distinct())
            if (from != to)
                next[from].Add(to);
        var kept = new List<(int, int)>();
        var state = new byte[count];
        var stack = new Stack<(int Node, int Next)>();
        for (var root = 0; root < count; root++)
        {
            if (state[root] != 0)
                continue;
            state[root] = 1;
            stack.Push((root, 0));
            while (stack.TryPop(out var at))
            {
                if (at.Next == next[at.Node].Count)
                {
                    state[at.Node] = 2;
                    continue;
                }
                stack.Push((at.Node, at.Next + 1));
                var to = next[at.Node][at.Next];
                if (state[to] == 1)
                    continue;
                kept.Add((at.Node, to));
                if (state[to] != 0)
                    continue;
                state[to] = 1;
                stack.Push((to, 0));
            }
        }
        return kept;
    }

    /// <summary>Longest path from a source; sources then move right, next to the first that needs them, but for those that stay first.</summary>
    private static int[] LayerOf(int count, List<(int From, int To)> edges, IReadOnlySet<int>? first, IReadOnlySet<int>? last)
    {
        var layer = new int[count];
        var waiting = new int[count];
        var next = edges.ToLookup(e => e.From, e => e.To);
        foreach (var (_, to) in edges)
            waiting[to]++;
        var sources = Enumerable.Range(0, count).Where(i => waiting[i] == 0).ToList();
        var ready = new Queue<int>(sources);
        while (ready.TryDequeue(out var node))
        {
            foreach (var to in next[node])
            {
                layer[to] = Math.Max(layer[to], layer[node] + 1);
                if (--waiting[to] == 0)
                    ready.Enqueue(to);
            }
        }
        foreach (var source in sources)
            if (next[source].Any() && first?.Contains(source) != true)
                layer[source] = next[source].Min(t => layer[t]) - 1;
        var end = layer.Max();
        foreach (var box in last ?? new HashSet<int>())
            layer[box] = end;
        return layer;
    }

    /// <summary>Boxes and passages by layer, with their neighbours in the layers beside.</summary>
    private sealed class Layers
    {
        private readonly int _boxes;
        private readonly List<double> _width = [];
        private readonly List<double> _height = [];
        private readonly List<List<int>> _left = [];
        private readonly List<List<int>> _right = [];
        private readonly List<List<int>> _layers = [];
        private readonly List<double> _middle = [];
        private readonly Dictionary<(int From, int To), List<int>> _passages = [];
        private readonly double _gap;

        public Layers(IReadOnlyList<(double Width, double Height)> boxes, List<(int From, int To)> edges, int[] layerOf, double gap)
        {
            _boxes = boxes.Count;
            _gap = gap;
            for (var i = 0; i <= layerOf.Max(); i++)
                _layers.Add([]);
            for (var i = 0; i < boxes.Count; i++)
                Add(layerOf[i], boxes[i].Width, boxes[i].Height);
            foreach (var (from, to) in edges)
            {
                var at = from;
                for (var layer = layerOf[from] + 1; layer < layerOf[to]; layer++)
                {
                    var passage = Add(layer, 0, Passage);
                    Join(at, passage);
                    (_passages.TryGetValue((from, to), out var way) ? way : _passages[(from, to)] = []).Add(passage);
                    at = passage;
                }
                Join(at, to);
            }
        }

        /// <summary>Orders each layer by the mean place of its neighbours, alternately from the left and from the right.</summary>
        public void Order(int sweeps)
        {
            var place = new double[_height.Count];
            foreach (var layer in _layers)
                for (var i = 0; i < layer.Count; i++)
                    place[layer[i]] = i;
            for (var sweep = 0; sweep < sweeps; sweep++)
            {
                var forward = sweep % 2 == 0;
                var neighbours = forward ? _left : _right;
                for (var k = 0; k < _layers.Count; k++)
                {
                    var layer = _layers[forward ? k : _layers.Count - 1 - k];
                    var key = layer.ToDictionary(n => n, n => neighbours[n].Count == 0 ? place[n] : neighbours[n].Average(m => place[m]));
                    var sorted = layer.OrderBy(n => key[n]).ToList();
                    layer.Clear();
                    layer.AddRange(sorted);
                    for (var i = 0; i < layer.Count; i++)
                        place[layer[i]] = i;
                }
            }
        }

        /// <summary>Moves each layer as close to its neighbours' middle as order and gaps allow.</summary>
        public void Settle(int sweeps)
        {
            foreach (var layer in _layers)
                Fit(layer, layer.Select(_ => 0.0).ToArray());
            for (var sweep = 0; sweep < sweeps; sweep++)
            {
                var forward = sweep % 2 == 0;
                for (var k = 0; k < _layers.Count; k++)
                {
                    var layer = _layers[forward ? k : _layers.Count - 1 - k];
                    // The last sweeps look both ways, so that a node between two others comes to rest on their line.
                    var wanted = layer.Select(n =>
                    {
                        var near = sweep >= sweeps - 2 ? _left[n].Concat(_right[n]).ToList() : forward ? _left[n] : _right[n];
                        return near.Count == 0 ? _middle[n] : near.Average(m => _middle[m]);
                    }).ToArray();
                    Fit(layer, wanted);
                }
            }
        }

        public Placement Placement(double gapX)
        {
            var corners = new Point[_boxes];
            var ways = _passages.ToDictionary(p => p.Key, p => (IReadOnlyList<Point>)new List<Point>());
            var edgeOf = _passages.SelectMany(p => p.Value.Select(n => (Node: n, Edge: p.Key))).ToDictionary(p => p.Node, p => p.Edge);
            var top = Enumerable.Range(0, _boxes).Min(i => _middle[i] - _height[i] / 2);
            var x = 0.0;
            foreach (var layer in _layers)
            {
                var width = layer.Max(n => _width[n]);
                foreach (var n in layer)
                {
                    if (n < _boxes)
                        corners[n] = new Point(x, Math.Round(_middle[n] - _height[n] / 2 - top));
                    else
                        ((List<Point>)ways[edgeOf[n]]).AddRange([new Point(x, Math.Round(_middle[n] - top)), new Point(x + width, Math.Round(_middle[n] - top))]);
                }
                x += width + gapX;
            }
            return new Placement(corners, ways);
        }

        private int Add(int layer, double width, double height)
        {
            var id = _height.Count;
            _width.Add(width);
            _height.Add(height);
            _left.Add([]);
            _right.Add([]);
            _middle.Add(0);
            _layers[layer].Add(id);
            return id;
        }

        private void Join(int from, int to)
        {
            _right[from].Add(to);
            _left[to].Add(from);
        }

        /// <summary>Pool-adjacent-violators: the least-squares placement under the gaps between neighbours of a layer.</summary>
        private void Fit(List<int> layer, double[] wanted)
        {
            var offset = new double[layer.Count];
            for (var i = 1; i < layer.Count; i++)
                offset[i] = offset[i - 1] + (_height[layer[i - 1]] + _height[layer[i]]) / 2 + _gap;
            var pools = new Stack<(double Sum, int Count)>();
            for (var i = 0; i < layer.Count; i++)
            {
                (double Sum, int Count) pool = (wanted[i] - offset[i], 1);
                while (pools.TryPeek(out var before) && before.Sum / before.Count > pool.Sum / pool.Count)
                {
                    pools.Pop();
                    pool = (before.Sum + pool.Sum, before.Count + pool.Count);
                }
                pools.Push(pool);
            }
            var at = 0;
            foreach (var (sum, count) in pools.Reverse())
                for (var end = at + count; at < end; at++)
                    _middle[layer[at]] = sum / count + offset[at];
        }
    }
}
