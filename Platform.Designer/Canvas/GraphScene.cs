using Platform.Designer.Shell;
using Platform.Workflows.Activities;

namespace Platform.Designer.Canvas;

/// <summary>Tasks and connections as the canvas script takes them.</summary>
public sealed record GraphScene(IReadOnlyList<GraphScene.Node> Nodes, IReadOnlyList<GraphScene.Edge> Edges)
{
    private const double NodeWidth = 216;
    private const double NodeHeight = 56;

    /// <summary>A scene of tasks, laid out from left to right.</summary>
    /// <param name="tasks">Id, title, activity and the ids upstream.</param>
    /// <param name="activities">What the activities are; one that is unknown shows its name.</param>
    internal static GraphScene Of(IReadOnlyList<(string Id, string Title, string Activity, IReadOnlyList<string> After)> tasks, ActivityCatalog activities)
    {
        var index = tasks.Select((t, i) => (t.Id, i)).ToDictionary(p => p.Id, p => p.i);
        var edges = tasks.SelectMany(t => t.After.Where(index.ContainsKey).Select(a => (From: a, To: t.Id))).ToList();
        var placement = LayeredLayout.Place([.. tasks.Select(_ => (NodeWidth, NodeHeight))], [.. edges.Select(e => (index[e.From], index[e.To]))], gapX: 52);
        var places = placement.Corners;
        return new GraphScene([.. tasks.Select((t, i) =>
        {
            var activity = activities.Find(t.Activity);
            return new Node(t.Id, t.Title, activity is null ? t.Activity : Formats.Pick(activity.Title, activity.TitleZh),
                Icons.Known(activity?.Icon ?? "box"), StageOf(t.Activity), places[i].X, places[i].Y);
        })], [.. edges.Select(e => new Edge(e.From, e.To, [.. placement.Way(index[e.From], index[e.To]).Select(p => new Via(p.X, p.Y))]))]);
    }

    /// <summary>The part of an activity's name before the dot, which the styles colour.</summary>
    internal static string StageOf(string activity) => activity.Split('.')[0];

    /// <summary>A task.</summary>
    public sealed record Node(string Id, string Title, string Subtitle, string Icon, string Stage, double X, double Y);

    /// <summary>A connection, and the points it passes.</summary>
    public sealed record Edge(string Source, string Target, IReadOnlyList<Via> Via);

    /// <summary>A point on the canvas.</summary>
    public sealed record Via(double X, double Y);

    /// <summary>What a node shows of a run.</summary>
    public sealed record Live(string State, string Note, string Words);
}
