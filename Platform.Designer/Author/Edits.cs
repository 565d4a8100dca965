using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Platform.Designer.Canvas;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Authoring;
using Platform.Workflows.Definition;
using WorkflowGraph = Platform.Workflows.Definition.WorkflowGraph;

namespace Platform.Designer.Author;

/// <summary>What the gestures of the canvas do to the document. Nothing is kept here: each takes a state and gives the next.</summary>
internal sealed class Edits(IStringLocalizer<Texts> texts, ActivityCatalog activities)
{
    private const double Right = 268;
    private const double PastedStep = 78;

    /// <summary>The state after a gesture, the step's name for undo, and the tasks to choose after it; null chooses nothing else.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="asked">The gesture.</param>
    /// <param name="shown">Where the tasks stand on the canvas.</param>
    /// <exception cref="WorkflowPatchException">It cannot be done; the message says why and what to do.</exception>
    public Outcome Apply(EditState state, AuthorCommand asked, IReadOnlyDictionary<string, LayoutPoint> shown)
    {
        var command = Open(state, asked, shown);
        return command.Kind switch
        {
            "add" => Add(state, command, shown),
            "move" => Move(state, command, shown),
            "connect" => Connect(state, command.Edge!, null),
            "reconnect" => Connect(state, command.Edge!, command.Before!),
            "remove" => Remove(state, command),
            "paste" => Paste(state, command, shown),
            "group" => Group(state, command.Tasks, command.Name),
            "ungroup" => Group(state, command.Tasks, null),
            "layout" => new(texts["Author.Did.Layout"], state with { Layout = state.Layout with { Tasks = state.Layout.Tasks.Clear() } }, null),
            "note" => Note(state, command.Note!),
            "fold" => Fold(state, command.Name!),
            _ => throw new WorkflowPatchException($"The canvas asked for '{command.Kind}', which this server does not know. Reload the page."),
        };
    }

    /// <summary>What a gesture says of closed groups, said of their tasks and of the connections that they stand for.</summary>
    private static AuthorCommand Open(EditState state, AuthorCommand command, IReadOnlyDictionary<string, LayoutPoint> shown)
    {
        bool IsGroup(string id) => id.StartsWith(GraphScene.GroupMark, StringComparison.Ordinal);
        if (command.Kind is not ("move" or "remove" or "group" or "ungroup") || !(command.Tasks.Any(IsGroup) || command.Edges.Any(e => IsGroup(e.Source) || IsGroup(e.Target)) || command.Places?.Keys.Any(IsGroup) == true))
            return command;
        var tasks = WorkflowReader.Read(state.Text, null).Draft?.Tasks ?? [];
        List<string> In(string id) => IsGroup(id) ? [.. tasks.Where(t => GraphGroups.IsIn(t.Group, id[GraphScene.GroupMark.Length..])).Select(t => t.Id)] : [id];
        var places = command.Places?.SelectMany(place =>
        {
            if (!IsGroup(place.Key))
                return [place];
            var members = In(place.Key).Where(shown.ContainsKey).ToList();
            if (members.Count == 0)
                return [];
            var from = AuthorScene.CornerOf(members.Select(m => shown[m]));
            return members.Select(m => KeyValuePair.Create(m, new LayoutPoint(shown[m].X + place.Value.X - from.X, shown[m].Y + place.Value.Y - from.Y)));
        }).ToDictionary();
        var edges = command.Edges.SelectMany(e => In(e.Source).SelectMany(source => In(e.Target).Select(target => new AuthorEdge(source, target))).Where(edge => tasks.Any(t => t.Id == edge.Target && t.After.Contains(edge.Source))));
        return command with { Tasks = [.. command.Tasks.SelectMany(In).Distinct()], Edges = [.. edges.Distinct()], Places = places };
    }

    private Outcome Fold(EditState state, string group)
    {
        var closes = !state.Layout.Closed.Contains(group);
        var tasks = (WorkflowReader.Read(state.Text, null).Draft?.Tasks ?? []).Where(t => GraphGroups.IsIn(t.Group, group)).Select(t => t.Id).ToList();
        if (tasks.Count == 0)
            throw new WorkflowPatchException(texts["Author.No.Group", group]);
        return new(texts[closes ? "Author.Did.Close" : "Author.Did.Open", group], state with { Layout = state.Layout.Fold(group) }, tasks);
    }

    /// <summary>Gives a task another id, and its place with it.</summary>
    public Outcome Rename(EditState state, string id, string newId) =>
        new(texts["Author.Did.Rename", id, newId], new EditState(WorkflowPatch.RenameTask(state.Text, id, newId), state.Layout.Rename(id, newId)), [newId]);

    private Outcome Add(EditState state, AuthorCommand command, IReadOnlyDictionary<string, LayoutPoint> shown)
    {
        // A connection of a closed group stands for several: nothing can be put into it.
        if (command.Edge is { } bundle && (bundle.Source.StartsWith(GraphScene.GroupMark, StringComparison.Ordinal) || bundle.Target.StartsWith(GraphScene.GroupMark, StringComparison.Ordinal)))
            command = command with { Edge = null };
        var activity = command.Activity!;
        var draft = WorkflowReader.Read(state.Text, null).Draft;
        var tasks = Tasks(state.Text);
        var id = Free(activity[(activity.LastIndexOf('.') + 1)..].Replace('-', '_'), tasks);
        // What brings data in needs nothing of the task that happens to be chosen.
        var upstream = command.Edge?.Source ?? (activities.Find(activity)?.IsSource == true ? null : command.After);
        var text = WorkflowPatch.AddTask(state.Text, id, activity, upstream is null ? [] : [upstream], behind: upstream);
        // A run of a workflow without a schedule has no data interval that could be replaced. What stands in the text holds when the workflow gets a schedule later.
        if (draft is { Schedule: null } && activities.Find(activity)?.Fields.FirstOrDefault(f => f.Options.Contains("replace") && f.Default is JsonValue value && value.TryGetValue<string>(out var mode) && mode == "replace-interval") is { } field)
            text = WorkflowPatch.SetTaskField(text, id, "with." + field.Name, "replace");
        if (command.Edge is { } edge)
        {
            text = WorkflowPatch.RemoveEdge(text, edge.Source, edge.Target);
            text = WorkflowPatch.AddEdge(text, id, edge.Target);
        }
        var layout = state.Layout;
        // A task that was put somewhere keeps the others where they are; one that was not leaves the placing to the layout, as long as nobody has placed anything.
        if (command.At is { } at)
            layout = command.Edge is { } into ? MakeRoom(layout.Place(shown), state.Text, into, id, at) : layout.Place(shown).Place([new(id, at)]);
        else if (!layout.Tasks.IsEmpty && upstream is not null && shown.TryGetValue(upstream, out var near))
            layout = layout.Place(shown).Place([new(id, Beside(new LayoutPoint(near.X + Right, near.Y), shown.Values))]);
        return new(texts["Author.Did.Add", id], new EditState(text, layout), [id]);
    }

    /// <summary>Puts a task between two others: beside the first, and what comes after moves on where there is too little room.</summary>
    private static WorkflowLayout MakeRoom(WorkflowLayout layout, string text, AuthorEdge edge, string id, LayoutPoint at)
    {
        if (!layout.Tasks.TryGetValue(edge.Source, out var source) || !layout.Tasks.TryGetValue(edge.Target, out var target))
            return layout.Place([new(id, at)]);
        at = at with { X = Math.Max(at.X, source.X + Right) };
        var missing = at.X + Right - target.X;
        if (missing > 0 && target.X > source.X)
        {
            var graph = new WorkflowGraph(WorkflowReader.Read(text, null).Draft?.Tasks ?? []);
            layout = layout.Place(layout.Tasks
                .Where(t => t.Key == edge.Target || (graph.Order.Contains(t.Key) && graph.Order.Contains(edge.Target) && graph.IsUpstream(edge.Target, t.Key)))
                .Select(t => KeyValuePair.Create(t.Key, t.Value with { X = t.Value.X + missing })).ToList());
        }
        return layout.Place([new(id, at)]);
    }

    private Outcome Move(EditState state, AuthorCommand command, IReadOnlyDictionary<string, LayoutPoint> shown)
    {
        var layout = state.Layout;
        if (command.Places is { Count: > 0 } places)
            layout = layout.Place(shown).Place(places.Where(p => shown.ContainsKey(p.Key)));
        foreach (var note in command.Moved)
            layout = layout.Put(note);
        return new(texts.Count("Author.Did.Move", (command.Places?.Count ?? 0) + command.Moved.Count, (command.Places?.Count ?? 0) + command.Moved.Count), state with { Layout = layout }, null);
    }

    private Outcome Connect(EditState state, AuthorEdge edge, AuthorEdge? before)
    {
        if (new[] { edge, before }.OfType<AuthorEdge>().SelectMany(e => new[] { e.Source, e.Target }).Any(id => id.StartsWith(GraphScene.GroupMark, StringComparison.Ordinal)))
            throw new WorkflowPatchException(texts["Author.No.Closed"]);
        var text = before is null ? state.Text : WorkflowPatch.RemoveEdge(state.Text, before.Source, before.Target);
        if (WorkflowReader.Read(text, null).Draft is { } draft)
        {
            var graph = new WorkflowGraph(draft.Tasks);
            if (edge.Source == edge.Target)
                throw new WorkflowPatchException(texts["Author.No.Loop"]);
            if (graph.Order.Contains(edge.Source) && graph.Order.Contains(edge.Target) && graph.IsUpstream(edge.Target, edge.Source))
                throw new WorkflowPatchException(texts["Author.No.Cycle", edge.Source, edge.Target]);
        }
        return new(texts["Author.Did.Connect", edge.Source, edge.Target], state with { Text = WorkflowPatch.AddEdge(text, edge.Source, edge.Target) }, null);
    }

    private Outcome Remove(EditState state, AuthorCommand command)
    {
        var text = state.Text;
        foreach (var edge in command.Edges.Where(e => !command.Tasks.Contains(e.Source) && !command.Tasks.Contains(e.Target)))
            text = WorkflowPatch.RemoveEdge(text, edge.Source, edge.Target);
        foreach (var task in command.Tasks)
            text = WorkflowPatch.RemoveTask(text, task);
        var layout = state.Layout with { Tasks = state.Layout.Tasks.RemoveRange(command.Tasks) };
        foreach (var note in command.Notes)
            layout = layout.RemoveNote(note);
        var label = command is { Tasks: [var only], Notes.Count: 0 } ? texts["Author.Did.Remove", only] : texts.Count("Author.Did.RemoveMany", command.Tasks.Count + command.Edges.Count + command.Notes.Count, command.Tasks.Count + command.Edges.Count + command.Notes.Count);
        return new(label, new EditState(text, layout), []);
    }

    private Outcome Paste(EditState state, AuthorCommand command, IReadOnlyDictionary<string, LayoutPoint> shown)
    {
        var (text, ids) = TaskClipboard.Paste(state.Text, command.Text ?? "");
        var layout = state.Layout;
        if (!layout.Tasks.IsEmpty || command.At is not null)
        {
            layout = layout.Place(shown);
            var corner = command.At ?? new LayoutPoint(shown.Values.Select(p => p.X).DefaultIfEmpty(0).Min(), shown.Values.Select(p => p.Y).DefaultIfEmpty(0).Max() + PastedStep * 2);
            // As the copied stood among themselves, where they still stand here; else as their connections lay them out.
            var known = ids.Keys.All(shown.ContainsKey) ? ids.ToDictionary(i => i.Value, i => shown[i.Key]) : AuthorScene.Arrange(text, ids.Values.ToHashSet());
            var (left, top) = (known.Values.Min(p => p.X), known.Values.Min(p => p.Y));
            layout = layout.Place(known.Select(p => KeyValuePair.Create(p.Key, new LayoutPoint(p.Value.X - left + corner.X, p.Value.Y - top + corner.Y))));
        }
        return new(texts.Count("Author.Did.Paste", ids.Count, ids.Count), new EditState(text, layout), [.. ids.Values]);
    }

    private Outcome Group(EditState state, IReadOnlyList<string> tasks, string? name)
    {
        name = name?.Trim().Trim('/');
        if (name is not null && (name.Length == 0 || name.Split('/').Any(part => !Names.IsTask(part))))
            throw new WorkflowPatchException(texts["Author.No.GroupName"]);
        var text = state.Text;
        foreach (var task in tasks)
            text = name is null ? WorkflowPatch.RemoveTaskField(text, task, "group") : WorkflowPatch.SetTaskField(text, task, "group", name);
        return new(name is null ? texts["Author.Did.Ungroup"] : texts["Author.Did.Group", name], state with { Text = text }, tasks);
    }

    private Outcome Note(EditState state, LayoutNote note)
    {
        try
        {
            return new(texts["Author.Did.Note"], state with { Layout = state.Layout.Put(note) }, null);
        }
        catch (ArgumentException e)
        {
            throw new WorkflowPatchException(e.Message);
        }
    }

    /// <summary>The place, or the first free one below it.</summary>
    private static LayoutPoint Beside(LayoutPoint wanted, IEnumerable<LayoutPoint> taken)
    {
        var others = taken.ToList();
        while (others.Any(o => Math.Abs(o.X - wanted.X) < 216 && Math.Abs(o.Y - wanted.Y) < 60))
            wanted = wanted with { Y = wanted.Y + PastedStep };
        return wanted;
    }

    private static HashSet<string> Tasks(string text) => [.. (WorkflowReader.Read(text, null).Draft?.Tasks ?? []).Select(t => t.Id)];

    private static string Free(string stem, HashSet<string> taken)
    {
        if (!Names.IsTask(stem))
            stem = "task";
        if (!taken.Contains(stem))
            return stem;
        for (var i = 2; ; i++)
            if (!taken.Contains($"{stem}_{i}"))
                return $"{stem}_{i}";
    }

    /// <summary>What a gesture came to.</summary>
    /// <param name="Label">The step's name for undo.</param>
    /// <param name="State">The next state.</param>
    /// <param name="Choose">Tasks that are chosen after it; null leaves what is chosen.</param>
    internal sealed record Outcome(string Label, EditState State, IReadOnlyList<string>? Choose);
}
