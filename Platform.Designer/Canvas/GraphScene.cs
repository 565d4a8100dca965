using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Engine.History;
using Platform.Workflows.Activities;

namespace Platform.Designer.Canvas;

/// <summary>Tasks, groups and connections as the canvas script takes them.</summary>
public sealed record GraphScene(IReadOnlyList<GraphScene.Node> Nodes, IReadOnlyList<GraphScene.Edge> Edges, IReadOnlyList<GraphScene.Frame> Frames)
{
    private const double NodeWidth = 216;
    private const double NodeHeight = 56;

    /// <summary>Before the path of a group: what a node or frame of a group is called, which no task is.</summary>
    internal const string GroupMark = "group:";

    /// <summary>A scene of tasks, laid out from left to right.</summary>
    /// <param name="tasks">The tasks, in the file's order.</param>
    /// <param name="closed">Groups that are one node instead of a frame around their tasks.</param>
    /// <param name="activities">What the activities are; one that is unknown shows its name.</param>
    /// <param name="texts">For what is said of groups.</param>
    internal static GraphScene Of(IReadOnlyList<GraphTask> tasks, IReadOnlySet<string> closed, ActivityCatalog activities, IStringLocalizer<Texts> texts)
    {
        var shown = tasks.ToDictionary(t => t.Id, t => Outermost(t.Group, closed) is { } group ? GroupMark + group : t.Id);
        var nodes = tasks.GroupBy(t => shown[t.Id]).ToList();
        var edges = tasks.SelectMany(t => t.After.Where(shown.ContainsKey).Select(a => (From: shown[a], To: shown[t.Id]))).Where(e => e.From != e.To).Distinct().ToList();
        var placement = GroupedLayout.Place([.. nodes.Select(n => new GroupedLayout.Node(n.Key, NodeWidth, NodeHeight, n.Key.StartsWith(GroupMark, StringComparison.Ordinal) ? Around(n.Key[GroupMark.Length..]) : n.First().Group))], edges);
        return new GraphScene(
            [.. nodes.Select(n =>
            {
                var at = placement.Corners[n.Key];
                if (n.Key.StartsWith(GroupMark, StringComparison.Ordinal))
                    return new Node(n.Key, Name(n.Key[GroupMark.Length..]), texts.Count("Group.Tasks", n.Count(), n.Count()), "stack-2", "group", at.X, at.Y, null, "");
                var task = n.First();
                var activity = activities.Find(task.Activity);
                return new Node(task.Id, task.Title, activity is null ? task.Activity : Formats.Pick(activity.Title, activity.TitleZh),
                    Icons.Known(activity?.Icon ?? "box"), StageOf(task.Activity), at.X, at.Y, task.Role, task.Role is null ? "" : texts["Role." + task.Role]);
            })],
            [.. edges.Select(e => new Edge(e.From, e.To, [.. placement.Ways[e].Select(p => new Via(p.X, p.Y))]))],
            [.. placement.Frames.Select(f => new Frame(GroupMark + f.Group, Name(f.Group), f.X, f.Y, f.Width, f.Height, f.Depth))]);
    }

    /// <summary>The part of an activity's name before the dot, which the styles colour.</summary>
    internal static string StageOf(string activity) => activity.Split('.')[0];

    /// <summary>The closed group that hides a task: of several the outermost; null where it shows.</summary>
    internal static string? Outermost(string? group, IReadOnlySet<string> closed)
    {
        for (var end = group?.IndexOf('/') ?? -1; end >= 0; end = group!.IndexOf('/', end + 1))
            if (closed.Contains(group![..end]))
                return group[..end];
        return group is not null && closed.Contains(group) ? group : null;
    }

    private static string? Around(string group) => group.LastIndexOf('/') is >= 0 and var slash ? group[..slash] : null;

    private static string Name(string group) => group[(group.LastIndexOf('/') + 1)..];

    /// <summary>A task, or a closed group. A role is <c>setup</c> or <c>teardown</c>, with its word; null is neither.</summary>
    public sealed record Node(string Id, string Title, string Subtitle, string Icon, string Stage, double X, double Y, string? Role, string RoleWord);

    /// <summary>A connection, and the points it passes.</summary>
    public sealed record Edge(string Source, string Target, IReadOnlyList<Via> Via);

    /// <summary>An open group, around its tasks.</summary>
    public sealed record Frame(string Id, string Title, double X, double Y, double Width, double Height, int Depth);

    /// <summary>A point on the canvas.</summary>
    public sealed record Via(double X, double Y);

    /// <summary>What a node shows of a run.</summary>
    public sealed record Live(string State, string Note, string Words);
}
