using Platform.Designer.Canvas;
using Platform.Engine;
using Platform.Engine.History;

namespace Platform.Designer.Workflows;

/// <summary>The rows of a grid as they are drawn: tasks in the file's order, those of a group together under a row of its own.</summary>
internal static class GridRows
{
    /// <summary>Every row that shows.</summary>
    /// <param name="grid">The tasks by runs.</param>
    /// <param name="closed">Groups whose tasks do not show.</param>
    /// <param name="words">What is said of a cell.</param>
    public static IReadOnlyList<GridRow> Of(RunGrid grid, IReadOnlySet<string> closed, Func<GridCell, string> words)
    {
        var rows = new List<GridRow>();
        var places = new Dictionary<string, List<object>> { [""] = [] };
        // A group stands where its first task does.
        foreach (var task in grid.Tasks)
            Place(places, task.Group ?? "").Add(task);
        Add("", 0);
        return rows;

        void Add(string group, int depth)
        {
            foreach (var item in places[group])
            {
                if (item is GridTask task)
                {
                    rows.Add(new GridRow(task.Id, task.Title, depth, [.. task.Cells.Select(c => Cell(c, words))]) { Role = task.Role, Mapped = task.Mapped });
                    continue;
                }
                var inner = (string)item;
                var open = !closed.Contains(inner);
                var tasks = grid.Tasks.Where(t => GraphGroups.IsIn(t.Group, inner)).ToList();
                rows.Add(new GridRow(inner, inner[(inner.LastIndexOf('/') + 1)..], depth, [.. Enumerable.Range(0, grid.Runs.Count).Select(i => Cell(Sum(tasks, i), words))]) { Open = open });
                if (open)
                    Add(inner, depth + 1);
            }
        }
    }

    private static List<object> Place(Dictionary<string, List<object>> places, string group)
    {
        if (places.TryGetValue(group, out var place))
            return place;
        Place(places, group.LastIndexOf('/') is >= 0 and var slash ? group[..slash] : "").Add(group);
        return places[group] = [];
    }

    /// <summary>A group in a run: of its tasks the state that most needs a look, and how many ended.</summary>
    private static GridCell? Sum(List<GridTask> tasks, int column)
    {
        var cells = tasks.Select(t => t.Cells[column]).OfType<GridCell>().ToList();
        return cells.Count == 0 ? null
            : new GridCell(TaskStates.ByUrgency.First(s => cells.Any(c => c.State == s)), cells.Count, cells.Count(c => TaskStates.Ended.Contains(c.State)), null);
    }

    private static GridRowCell? Cell(GridCell? cell, Func<GridCell, string> words) => cell is null ? null
        : new GridRowCell(cell.State, words(cell), cell.Instances > 1 && cell.Ended < cell.Instances ? cell.Ended * 100 / cell.Instances : null);
}

/// <summary>A row of the grid: a task, or a group.</summary>
/// <param name="Id">Of the task, or the group with those around it.</param>
/// <param name="Title">For people.</param>
/// <param name="Depth">How many groups it is in.</param>
/// <param name="Cells">One for each run, newest first.</param>
public sealed record GridRow(string Id, string Title, int Depth, IReadOnlyList<GridRowCell?> Cells)
{
    /// <summary>Of a group, whether its tasks show; null is a task.</summary>
    public bool? Open { get; init; }

    /// <summary><c>setup</c> or <c>teardown</c>; null is neither.</summary>
    public string? Role { get; init; }

    public bool Mapped { get; init; }

    /// <summary>By value, the cells too: a row that says the same is not drawn again.</summary>
    public bool Equals(GridRow? other) =>
        other is not null && (Id, Title, Depth, Open, Role, Mapped) == (other.Id, other.Title, other.Depth, other.Open, other.Role, other.Mapped) && Cells.SequenceEqual(other.Cells);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Open);
}

/// <summary>A task or group in a run.</summary>
/// <param name="State">Its state.</param>
/// <param name="Words">What is said of it: state, elements, attempt, duration.</param>
/// <param name="Share">Percent of its elements that ended, while some have not; null otherwise.</param>
public readonly record struct GridRowCell(string State, string Words, int? Share);
