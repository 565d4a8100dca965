namespace Platform.Designer.Canvas;

/// <summary>Groups by their paths: <c>load/raw</c> is <c>raw</c> in <c>load</c>.</summary>
internal static class GraphGroups
{
    /// <summary>All groups of the tasks, those around others included.</summary>
    public static IReadOnlySet<string> Of(IEnumerable<string?> groups) =>
        groups.OfType<string>().Distinct().SelectMany(g => g.Split('/').Select((_, i) => string.Join('/', g.Split('/').Take(i + 1)))).ToHashSet();

    /// <summary>Whether a task's group is the group, or inside it.</summary>
    public static bool IsIn(string? of, string group) => of is not null && (of == group || of.StartsWith(group + "/", StringComparison.Ordinal));
}
