using Microsoft.Extensions.Localization;
using Platform.Designer.Canvas;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Workflows.Activities;
using Platform.Workflows.Authoring;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author;

/// <summary>A document as the canvas shows it, and what differs between two of them, which is all that goes over the wire.</summary>
/// <param name="Nodes">Tasks by id.</param>
/// <param name="Edges">Connections by id.</param>
/// <param name="Frames">Groups by path.</param>
/// <param name="Notes">Notes by id.</param>
internal sealed record AuthorScene(
    IReadOnlyDictionary<string, AuthorScene.Node> Nodes, IReadOnlyDictionary<string, AuthorScene.Edge> Edges,
    IReadOnlyDictionary<string, AuthorScene.Frame> Frames, IReadOnlyDictionary<string, LayoutNote> Notes)
{
    private const double Width = 216;
    private const double Height = 56;
    private const double StepX = 268;
    private const double StepY = 78;
    private const double Side = 20;
    private const double Head = 36;

    public static AuthorScene Empty { get; } = new(new Dictionary<string, Node>(), new Dictionary<string, Edge>(), new Dictionary<string, Frame>(), new Dictionary<string, LayoutNote>());

    /// <summary>Where the tasks stand, those in closed groups too: there, as they stand among themselves when it is opened.</summary>
    public IReadOnlyDictionary<string, LayoutPoint> Places { get; private init; } = new Dictionary<string, LayoutPoint>();

    /// <summary>The node that stands for each task: itself, or the closed group that hides it.</summary>
    private Dictionary<string, string> Shown { get; init; } = [];

    /// <summary>The nodes that stand for tasks; what is no task stands for itself.</summary>
    public IReadOnlyList<string> ShownFor(IEnumerable<string> ids) => [.. ids.Select(id => Shown.GetValueOrDefault(id, id)).Distinct()];

    /// <summary>A scene of a text that can be read.</summary>
    public static AuthorScene Of(WorkflowDefinition draft, WorkflowLayout layout, IEnumerable<Problem> problems, ActivityCatalog activities, IStringLocalizer<Texts> texts)
    {
        var tasks = draft.Tasks.Where(t => t.Id.Length > 0).DistinctBy(t => t.Id).ToList();
        var edges = EdgesOf(tasks);
        var worst = problems.Where(p => p.TaskId is not null).GroupBy(p => p.TaskId!).ToDictionary(g => g.Key, g => g.OrderByDescending(p => p.Severity).ToList());
        var closed = layout.Closed.ToHashSet();
        var shown = tasks.ToDictionary(t => t.Id, t => GraphScene.Outermost(t.Group, closed) is { } group ? GraphScene.GroupMark + group : t.Id);
        var shownEdges = edges.Select(e => (From: shown[e.From], To: shown[e.To])).Where(e => e.From != e.To).Distinct().ToList();
        var folded = tasks.Where(t => shown[t.Id] != t.Id).GroupBy(t => shown[t.Id]).ToDictionary(g => g.Key, g => g.ToList());
        var (places, ways) = PlaceAll(tasks, edges, shown, shownEdges, folded, layout);
        var nodes = tasks.Where(t => shown[t.Id] == t.Id).Select(task =>
        {
            var activity = activities.Find(task.Activity);
            var found = worst.GetValueOrDefault(task.Id);
            var (x, y) = places[task.Id];
            return new Node(
                task.Id, task.Title ?? task.Id, activity is null ? task.Activity : Formats.Pick(activity.Title, activity.TitleZh), Icons.Known(activity?.Icon ?? "box"), GraphScene.StageOf(task.Activity),
                x, y, task.Role is { } role ? role.ToString().ToLowerInvariant() : null, task.Role is { } r ? texts["Role." + r.ToString().ToLowerInvariant()] : "",
                found is null ? null : found[0].Severity == ProblemSeverity.Error ? "error" : "warning", found is null ? "" : string.Join('\n', found.Take(5).Select(p => p.Message)),
                task.Map is not null);
        }).Concat(folded.Select(group =>
        {
            var found = group.Value.SelectMany(t => worst.GetValueOrDefault(t.Id) ?? []).OrderByDescending(p => p.Severity).ToList();
            var (x, y) = CornerOf(group.Value.Select(t => places[t.Id]));
            return new Node(group.Key, group.Key[(group.Key.LastIndexOfAny([':', '/']) + 1)..], texts.Count("Group.Tasks", group.Value.Count, group.Value.Count), "stack-2", "group", x, y, null, "",
                found.Count == 0 ? null : found[0].Severity == ProblemSeverity.Error ? "error" : "warning", string.Join('\n', found.Take(5).Select(p => p.Message)), false);
        })).ToDictionary(n => n.Id);
        return new AuthorScene(
            nodes,
            shownEdges.Select(e => new Edge(e.From, e.To, ways.TryGetValue(e, out var via) ? string.Join(';', via.Select(p => $"{p.X:0},{p.Y:0}")) : "")).ToDictionary(e => e.Id),
            FramesOf(tasks, nodes, shown).ToDictionary(f => f.Id),
            layout.Notes.ToDictionary(n => n.Id))
        { Places = places, Shown = shown };
    }

    /// <summary>The upper left corner of what stands at these places.</summary>
    internal static LayoutPoint CornerOf(IEnumerable<LayoutPoint> places)
    {
        var all = places.ToList();
        return new(all.Min(p => p.X), all.Min(p => p.Y));
    }

    /// <summary>Places of all tasks and ways of the edges that are shown. As long as nobody has placed anything, a closed group takes the room of one node, and its tasks stand there as they would among themselves.</summary>
    private static (Dictionary<string, LayoutPoint> Places, IReadOnlyDictionary<(string, string), IReadOnlyList<LayeredLayout.Point>> Ways) PlaceAll(
        List<TaskDefinition> tasks, List<(string From, string To)> edges, Dictionary<string, string> shown, List<(string From, string To)> shownEdges, Dictionary<string, List<TaskDefinition>> folded, WorkflowLayout layout)
    {
        if (tasks.Any(t => layout.Tasks.ContainsKey(t.Id)))
            return (Fill(tasks, layout), new Dictionary<(string, string), IReadOnlyList<LayeredLayout.Point>>());
        var placed = Lay(tasks, edges);
        var places = placed.Corners.ToDictionary(c => c.Key, c => new LayoutPoint(c.Value.X, c.Value.Y));
        if (folded.Count == 0)
            return (places, placed.Ways);
        var nodes = tasks.Where(t => shown[t.Id] == t.Id).Select(t => new GroupedLayout.Node(t.Id, Width, Height, t.Group))
            .Concat(folded.Keys.Select(g => new GroupedLayout.Node(g, Width, Height, g.LastIndexOf('/') is > 0 and var slash ? g[GraphScene.GroupMark.Length..slash] : null)));
        var closed = GroupedLayout.Place([.. nodes], shownEdges);
        foreach (var task in tasks.Where(t => shown[t.Id] == t.Id))
            places[task.Id] = new LayoutPoint(closed.Corners[task.Id].X, closed.Corners[task.Id].Y);
        foreach (var (group, members) in folded)
        {
            var from = CornerOf(members.Select(t => places[t.Id]));
            var to = closed.Corners[group];
            foreach (var task in members)
                places[task.Id] = new LayoutPoint(places[task.Id].X - from.X + to.X, places[task.Id].Y - from.Y + to.Y);
        }
        return (places, closed.Ways);
    }

    /// <summary>Places of some tasks of a text by their connections alone.</summary>
    public static Dictionary<string, LayoutPoint> Arrange(string text, IReadOnlySet<string> ids)
    {
        var tasks = (WorkflowReader.Read(text, null).Draft?.Tasks ?? []).Where(t => ids.Contains(t.Id)).DistinctBy(t => t.Id).ToList();
        return Lay(tasks, EdgesOf(tasks)).Corners.ToDictionary(c => c.Key, c => new LayoutPoint(c.Value.X, c.Value.Y));
    }

    /// <summary>What turns <paramref name="before"/> into this scene.</summary>
    public ScenePatch Since(AuthorScene before) => new(
        Changed(before.Nodes, Nodes), [.. before.Nodes.Keys.Where(k => !Nodes.ContainsKey(k))],
        Changed(before.Edges, Edges), [.. before.Edges.Keys.Where(k => !Edges.ContainsKey(k))],
        Changed(before.Frames, Frames), [.. before.Frames.Keys.Where(k => !Frames.ContainsKey(k))],
        Changed(before.Notes, Notes), [.. before.Notes.Keys.Where(k => !Notes.ContainsKey(k))]);

    private static List<T> Changed<T>(IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> now)
        where T : class => [.. now.Where(n => !before.TryGetValue(n.Key, out var old) || !old.Equals(n.Value)).Select(n => n.Value)];

    private static List<(string From, string To)> EdgesOf(List<TaskDefinition> tasks)
    {
        var ids = tasks.Select(t => t.Id).ToHashSet();
        return [.. tasks.SelectMany(t => t.After.Where(a => a != t.Id && ids.Contains(a)).Select(a => (a, t.Id))).Distinct()];
    }

    private static GroupedLayout.Placement Lay(List<TaskDefinition> tasks, List<(string From, string To)> edges) =>
        GroupedLayout.Place([.. tasks.Select(t => new GroupedLayout.Node(t.Id, Width, Height, t.Group))], edges);

    /// <summary>Places of all tasks where some were placed by hand: the others go to the right of what they come after, or below everything.</summary>
    private static Dictionary<string, LayoutPoint> Fill(List<TaskDefinition> tasks, WorkflowLayout layout)
    {
        var places = tasks.Where(t => layout.Tasks.ContainsKey(t.Id)).ToDictionary(t => t.Id, t => layout.Tasks[t.Id]);
        var open = tasks.Where(t => !places.ContainsKey(t.Id)).ToList();
        while (open.Count > 0)
        {
            var next = open.FirstOrDefault(t => t.After.Any(places.ContainsKey) && !t.After.Any(a => open.Any(o => o.Id == a))) ?? open[0];
            open.Remove(next);
            var upstream = next.After.Where(places.ContainsKey).Select(a => places[a]).ToList();
            var downstream = tasks.Where(t => t.After.Contains(next.Id) && places.ContainsKey(t.Id)).Select(t => places[t.Id]).ToList();
            var at = upstream.Count > 0 ? new LayoutPoint(upstream.Max(p => p.X) + StepX, upstream.Average(p => p.Y))
                : downstream.Count > 0 ? new LayoutPoint(downstream.Min(p => p.X) - StepX, downstream.Average(p => p.Y))
                : new LayoutPoint(places.Values.Min(p => p.X), places.Values.Max(p => p.Y) + StepY);
            while (places.Values.Any(p => Math.Abs(p.X - at.X) < Width && Math.Abs(p.Y - at.Y) < Height + 4))
                at = at with { Y = at.Y + StepY };
            places[next.Id] = new LayoutPoint(Math.Round(at.X), Math.Round(at.Y));
        }
        return places;
    }

    private static IEnumerable<Frame> FramesOf(List<TaskDefinition> tasks, Dictionary<string, Node> nodes, Dictionary<string, string> shown)
    {
        // A closed group stands in the group around it.
        var inside = tasks.Where(t => t.Group is not null).Select(t => (Node: shown[t.Id], Group: shown[t.Id] == t.Id ? t.Group! : Around(shown[t.Id][GraphScene.GroupMark.Length..]))).Where(n => n.Group.Length > 0).Distinct().ToList();
        var boxes = new Dictionary<string, (double Left, double Top, double Right, double Bottom)>();
        // Inner groups first: an outer frame goes around the frames in it.
        foreach (var group in GraphGroups.Of(inside.Select(n => n.Group)).OrderByDescending(g => g.Count(c => c == '/')))
        {
            var held = inside.Where(n => n.Group == group).Select(n => nodes[n.Node]).Select(p => (Left: p.X, Top: p.Y, Right: p.X + Width, Bottom: p.Y + Height))
                .Concat(boxes.Where(b => b.Key.StartsWith(group + "/", StringComparison.Ordinal)).Select(b => b.Value)).ToList();
            if (held.Count == 0)
                continue;
            var box = (Left: held.Min(b => b.Left) - Side, Top: held.Min(b => b.Top) - Head, Right: held.Max(b => b.Right) + Side, Bottom: held.Max(b => b.Bottom) + Side);
            boxes[group] = box;
            yield return new Frame(GraphScene.GroupMark + group, group[(group.LastIndexOf('/') + 1)..], box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top, group.Count(c => c == '/'), string.Join(' ', inside.Where(n => GraphGroups.IsIn(n.Group, group)).Select(n => n.Node)));
        }
    }

    private static string Around(string group) => group.LastIndexOf('/') is >= 0 and var slash ? group[..slash] : "";

    /// <summary>A task. <paramref name="Problem"/> is <c>error</c> or <c>warning</c>; null is neither.</summary>
    internal sealed record Node(string Id, string Title, string Subtitle, string Icon, string Stage, double X, double Y, string? Role, string RoleWord, string? Problem, string ProblemText, bool Mapped);

    /// <summary>A connection; <paramref name="Way"/> is the points that it passes, <c>x,y;x,y</c>.</summary>
    internal sealed record Edge(string Source, string Target, string Way)
    {
        public string Id => $"{Source}>{Target}";
    }

    /// <summary>A group's frame, with the ids of the tasks in it, separated by blanks.</summary>
    internal sealed record Frame(string Id, string Title, double X, double Y, double Width, double Height, int Depth, string Members);

    /// <summary>What has changed on the canvas.</summary>
    internal sealed record ScenePatch(
        IReadOnlyList<Node> Nodes, IReadOnlyList<string> GoneNodes, IReadOnlyList<Edge> Edges, IReadOnlyList<string> GoneEdges,
        IReadOnlyList<Frame> Frames, IReadOnlyList<string> GoneFrames, IReadOnlyList<LayoutNote> Notes, IReadOnlyList<string> GoneNotes)
    {
        public bool IsEmpty => Nodes.Count + GoneNodes.Count + Edges.Count + GoneEdges.Count + Frames.Count + GoneFrames.Count + Notes.Count + GoneNotes.Count == 0;
    }
}
