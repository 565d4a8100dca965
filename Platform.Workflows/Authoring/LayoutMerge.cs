using System.Collections.Immutable;

namespace Platform.Workflows.Authoring;

/// <summary>Brings together what two people did on one canvas. Nothing is asked: a place that both chose is mine.</summary>
public static class LayoutMerge
{
    /// <summary>Both changes: what only one side moved, noted or folded is as that side left it.</summary>
    public static WorkflowLayout Merge(WorkflowLayout from, WorkflowLayout mine, WorkflowLayout theirs)
    {
        var tasks = Merge(from.Tasks, mine.Tasks, theirs.Tasks);
        var notes = Merge(from.Notes.ToDictionary(n => n.Id), mine.Notes.ToDictionary(n => n.Id), theirs.Notes.ToDictionary(n => n.Id));
        var order = mine.Notes.Concat(theirs.Notes).Select(n => n.Id).Distinct().Where(notes.ContainsKey);
        var closed = mine.Closed.Where(g => theirs.Closed.Contains(g) || !from.Closed.Contains(g)).Concat(theirs.Closed.Where(g => !mine.Closed.Contains(g) && !from.Closed.Contains(g)));
        return new WorkflowLayout { Tasks = tasks.ToImmutableDictionary(), Notes = [.. order.Select(id => notes[id])], Closed = [.. closed.Order(StringComparer.Ordinal)] };
    }

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> from, IReadOnlyDictionary<string, T> mine, IReadOnlyDictionary<string, T> theirs)
    {
        var merged = new Dictionary<string, T>();
        foreach (var key in mine.Keys.Concat(theirs.Keys).Distinct())
        {
            var (had, has, have) = (from.TryGetValue(key, out var b), mine.TryGetValue(key, out var m), theirs.TryGetValue(key, out var t));
            var isMine = has != had || (has && !EqualityComparer<T>.Default.Equals(m, b));
            if (isMine ? has : have)
                merged[key] = isMine ? m! : t!;
        }
        return merged;
    }
}
