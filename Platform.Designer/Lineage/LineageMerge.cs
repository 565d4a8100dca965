namespace Platform.Designer.Lineage;

/// <summary>Puts lineages together: what an expansion or a way brought, and a past one with that of now.</summary>
internal static class LineageMerge
{
    /// <summary>Both graphs as one, around the root of the first. Distances of new assets count from where they were found.</summary>
    public static LineageGraph With(this LineageGraph drawn, LineageGraph more)
    {
        var known = drawn.Assets.ToDictionary(a => a.Key);
        var from = known.GetValueOrDefault(more.Root)?.Distance ?? 0;
        var added = more.Assets.Where(a => !known.ContainsKey(a.Key)).Select(a => a with { Distance = from + a.Distance });
        var links = drawn.Links.Concat(more.Links).DistinctBy(Id);
        return drawn with { Assets = [.. drawn.Assets, .. added], Links = [.. links] };
    }

    /// <summary>The lineage of a past time with what came since; what came and what went is marked.</summary>
    public static LineageGraph Against(this LineageGraph then, LineageGraph now)
    {
        var (assetsThen, assetsNow) = (then.Assets.Select(a => a.Key).ToHashSet(), now.Assets.Select(a => a.Key).ToHashSet());
        var (linksThen, linksNow) = (then.Links.Select(Ends).ToHashSet(), now.Links.Select(Ends).ToHashSet());
        return then with
        {
            Assets = [.. then.Assets.Select(a => a with { Mark = assetsNow.Contains(a.Key) ? LineageMark.None : LineageMark.Gone }), .. now.Assets.Where(a => !assetsThen.Contains(a.Key)).Select(a => a with { Mark = LineageMark.Added })],
            Links = [.. then.Links.Select(l => l with { Mark = linksNow.Contains(Ends(l)) ? LineageMark.None : LineageMark.Gone }), .. now.Links.Where(l => !linksThen.Contains(Ends(l))).Select(l => l with { Mark = LineageMark.Added })],
        };
    }

    private static (string, string, string?, string?, string?) Id(LineageLink l) => (l.From, l.To, l.FromColumn, l.ToColumn, l.Kind);

    /// <summary>What is drawn as one line, whoever made it.</summary>
    private static (string, string, string?, string?) Ends(LineageLink l) => (l.From, l.To, l.FromColumn, l.ToColumn);
}
