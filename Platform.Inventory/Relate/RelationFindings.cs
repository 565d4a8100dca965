namespace Platform.Inventory.Relate;

/// <summary>How the assets of an inventory hang together.</summary>
public sealed record RelationFindings
{
    /// <summary>Foreign keys, proposed and declared, the surest first.</summary>
    public IReadOnlyList<Relation> References { get; init; } = [];

    /// <summary>Keys of several columns and dependencies, by asset.</summary>
    public IReadOnlyList<TableStructure> Structures { get; init; } = [];

    /// <summary>Tables that hold the same rows as others, or nearly.</summary>
    public IReadOnlyList<CopyRelation> Copies { get; init; } = [];

    /// <summary>Columns that tables can be joined by although neither refers to the other.</summary>
    public IReadOnlyList<JoinRelation> Joins { get; init; } = [];

    /// <summary>How long each step took, in order.</summary>
    public IReadOnlyList<(string Name, TimeSpan Took)> Times { get; init; } = [];
}

/// <summary>What the rows of one table say about its columns.</summary>
/// <param name="Asset">Key of the asset.</param>
/// <param name="RowsLookedAt">Rows that the dependencies were looked for in.</param>
/// <param name="Keys">Pairs of columns that tell its rows apart where no column does alone, best first.</param>
/// <param name="Dependencies">Columns that others determine, the surest first.</param>
public sealed record TableStructure(string Asset, long RowsLookedAt, IReadOnlyList<PairKey> Keys, IReadOnlyList<Dependency> Dependencies)
{
    /// <summary>Columns that follow from others of their row, those with exceptions first.</summary>
    public IReadOnlyList<ColumnFormula> Formulas { get; init; } = [];

    /// <summary>Rows that repeat another in everything but their id; null for none.</summary>
    public TwinRows? Twins { get; init; }
}

/// <summary>Two columns that tell the rows of a table apart.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="UniqueShare">Share of all rows whose pair of values is the first of its kind; 1 for a key without exception.</param>
public sealed record PairKey(IReadOnlyList<string> Columns, double UniqueShare);

/// <summary>Two assets that hold the same rows, or nearly.</summary>
/// <param name="Asset">Key of the one, the smaller.</param>
/// <param name="Other">Key of the other.</param>
/// <param name="Columns">Columns that both have.</param>
/// <param name="Jaccard">Share of the distinct rows of both together that are in both, by these columns.</param>
/// <param name="Contained">Share of the distinct rows of <paramref name="Asset"/> that are in <paramref name="Other"/>.</param>
/// <param name="Error">Standard error of the shares; 0 where they are exact.</param>
public sealed record CopyRelation(string Asset, string Other, IReadOnlyList<string> Columns, double Jaccard, double Contained, double Error)
{
    /// <summary>How sure it is that one was made from the other: the share of the smaller one that is in the larger.</summary>
    public double Confidence => Math.Round(Math.Min(0.99, Contained), 3);
}

/// <summary>Two columns with values in common.</summary>
/// <param name="Asset">Key of the asset whose values are found in the other more fully.</param>
/// <param name="Column">Its column.</param>
/// <param name="Other">Key of the other asset.</param>
/// <param name="OtherColumn">Its column.</param>
/// <param name="Contained">Share of the distinct values of <paramref name="Column"/> that are in the other column.</param>
/// <param name="Common">Distinct values in common.</param>
public sealed record JoinRelation(string Asset, string Column, string Other, string OtherColumn, double Contained, long Common)
{
    /// <summary>How useful the join is, 0 to 1: the share of values that find a partner.</summary>
    public double Confidence => Math.Round(Math.Min(0.99, Contained), 3);
}
