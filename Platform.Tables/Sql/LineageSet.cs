namespace Platform.Tables.Sql;

/// <summary>Source columns and how they take part: what one output column, or all rows, come from.</summary>
internal sealed class LineageSet
{
    private readonly Dictionary<(string Table, string Column), LineageKinds> _sources = [];

    /// <summary>Sources of a struct's fields by name, where they are told apart; null where they are not. The set itself holds those of all fields.</summary>
    public IReadOnlyDictionary<string, LineageSet>? Fields { get; init; }

    /// <summary>Of a row_number(): the columns of its partition. A row with number 1 is the only one of them.</summary>
    public IReadOnlyList<LineageSet>? NumbersWithin { get; init; }

    /// <summary>A struct made of named values.</summary>
    public static LineageSet Struct(IReadOnlyDictionary<string, LineageSet> fields) => Copy(Union(fields.Values), fields);

    /// <summary>The same sources, as a column of its own.</summary>
    public LineageSet Copy() => Copy(this, Fields);

    /// <summary>A column that gets values of each of several (a union); fields that all have are told apart still.</summary>
    public static LineageSet Merge(IReadOnlyList<LineageSet> sets)
    {
        if (sets.Any(set => set.Fields is null))
            return Union(sets);
        var names = sets.SelectMany(set => set.Fields!.Keys).Distinct(StringComparer.OrdinalIgnoreCase);
        return Struct(names.ToDictionary(name => name, name => Union(sets.Select(set => set.Fields!.GetValueOrDefault(name))), StringComparer.OrdinalIgnoreCase));
    }

    private static LineageSet Copy(LineageSet set, IReadOnlyDictionary<string, LineageSet>? fields)
    {
        var copy = new LineageSet { Fields = fields };
        return copy.Add(set);
    }

    public static LineageSet Column(string table, string column)
    {
        var set = new LineageSet();
        set._sources[(table, column)] = LineageKinds.Identity;
        return set;
    }

    public static LineageSet Union(IEnumerable<LineageSet?> sets)
    {
        var union = new LineageSet();
        foreach (var set in sets)
            union.Add(set);
        return union;
    }

    public LineageSet Add(LineageSet? other)
    {
        foreach (var (source, kinds) in other?._sources ?? [])
            _sources[source] = _sources.GetValueOrDefault(source) | kinds;
        return this;
    }

    /// <summary>The same sources, all taking part indirectly in one way.</summary>
    public LineageSet As(LineageKinds indirect)
    {
        var set = new LineageSet();
        foreach (var source in _sources.Keys)
            set._sources[source] = indirect;
        return set;
    }

    /// <summary>After passing an expression: direct sources become at least of its kind, indirect ones stay.</summary>
    public LineageSet Through(LineageKinds direct)
    {
        var set = new LineageSet();
        foreach (var (source, kinds) in _sources)
        {
            var before = kinds & LineageKinds.Direct;
            set._sources[source] = (kinds & ~LineageKinds.Direct) | (before == 0 ? 0 : Strongest(before | direct));
        }
        return set;
    }

    public bool SameAs(LineageSet other)
        => _sources.Count == other._sources.Count && _sources.All(source => other._sources.TryGetValue(source.Key, out var kinds) && kinds == source.Value);

    public IReadOnlyList<LineageEdge> Edges()
        => [.. _sources.Select(source => new LineageEdge(source.Key.Table, source.Key.Column, source.Value)).OrderBy(edge => edge.Table, StringComparer.Ordinal).ThenBy(edge => edge.Column, StringComparer.Ordinal)];

    private static LineageKinds Strongest(LineageKinds direct)
        => direct.HasFlag(LineageKinds.Aggregation) ? LineageKinds.Aggregation : direct.HasFlag(LineageKinds.Transformation) ? LineageKinds.Transformation : LineageKinds.Identity;
}
