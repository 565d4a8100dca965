namespace Platform.Designer.Lineage;

/// <summary>Adds what an expansion brought to what is drawn.</summary>
internal static class LineageMerge
{
    /// <summary>Both graphs as one, around the root of the first. Distances of new assets count from where they were found.</summary>
    public static LineageGraph With(this LineageGraph drawn, LineageGraph more)
    {
        var known = drawn.Assets.ToDictionary(a => a.Key);
        var from = known.GetValueOrDefault(more.Root)?.Distance ?? 0;
        var added = more.Assets.Where(a => !known.ContainsKey(a.Key)).Select(a => a with { Distance = from + a.Distance });
        var links = drawn.Links.Concat(more.Links).DistinctBy(l => (l.From, l.To, l.FromColumn, l.ToColumn, l.Kind));
        return new LineageGraph(drawn.Root, [.. drawn.Assets, .. added], [.. links], drawn.Truncated || more.Truncated, drawn.Truncated ? drawn.Met : more.Met, drawn.Truncated ? drawn.Steps : more.Steps);
    }
}
