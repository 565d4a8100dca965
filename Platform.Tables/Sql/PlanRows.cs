namespace Platform.Tables.Sql;

/// <summary>What an operator gives: its columns, and what decided on its rows.</summary>
/// <param name="Columns">In order.</param>
/// <param name="Indirect">What filtered, joined, grouped or ordered the rows: it touches every column above.</param>
/// <param name="Keys">
/// Sets of column positions whose values no two rows share, as far as the plan itself guarantees (a grouping, a DISTINCT, the first row of a partition; the empty set is one row at most).
/// A left join to such rows neither drops nor repeats rows of its left side.
/// </param>
internal sealed record PlanRows(IReadOnlyList<LineageSet> Columns, LineageSet Indirect, IReadOnlyList<IReadOnlySet<int>> Keys)
{
    public PlanRows(IReadOnlyList<LineageSet> columns, LineageSet indirect)
        : this(columns, indirect, [])
    {
    }

    /// <summary>Of a subquery: whether it has a row for each value of the outer rows' columns that it uses, so that joining it drops none of them.</summary>
    public bool CoversOuter { get; init; }

    /// <summary>
    /// What decides only how many times a row is there (the right side of a left join that may match often). A grouping, a DISTINCT or an EXISTS above does not see it; figures do.
    /// </summary>
    public LineageSet Repeats { get; init; } = new();

    /// <summary>All that touches every column alike.</summary>
    public LineageSet Decided => LineageSet.Union([Indirect, Repeats]);

    public PlanRows With(IEnumerable<LineageSet?> indirect) => this with { Indirect = LineageSet.Union([Indirect, .. indirect]) };

    /// <summary>Other columns over the same rows. A key stays where all its columns are passed on as they are.</summary>
    public PlanRows Project(IReadOnlyList<LineageSet> columns)
    {
        var keys = new List<IReadOnlySet<int>>();
        foreach (var key in Keys)
        {
            var positions = key.Select(position => Position(columns, Columns[position])).ToHashSet();
            if (!positions.Contains(-1))
                keys.Add(positions);
        }
        return this with { Columns = columns, Keys = keys };
    }

    /// <summary>The same rows read once more: its columns are told apart from those of the first reading.</summary>
    public PlanRows Again()
    {
        var copies = Columns.Select(column => column.Copy()).ToList();
        for (var i = 0; i < copies.Count; i++)
        {
            if (Columns[i].NumbersWithin is not { } partition)
                continue;
            var positions = partition.Select(column => Position(Columns, column)).ToList();
            if (!positions.Contains(-1))
                copies[i] = new LineageSet { NumbersWithin = [.. positions.Select(position => copies[position])] }.Add(copies[i]);
        }
        return this with { Columns = copies };
    }

    /// <summary>Whether at most one row has given values in the columns.</summary>
    public bool IsUniqueOn(IReadOnlySet<int> columns) => Keys.Any(key => key.IsSubsetOf(columns));

    /// <summary>Where the very column stands, not one that is equal to it.</summary>
    public static int Position(IReadOnlyList<LineageSet> columns, LineageSet column)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (ReferenceEquals(columns[i], column))
                return i;
        }
        return -1;
    }
}
