namespace Platform.Inventory.Errors;

/// <summary>What a person says about a cell.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Column">The column's position.</param>
/// <param name="Wrong">Whether the cell is wrong.</param>
public readonly record struct CellLabel(int Row, int Column, bool Wrong);

/// <summary>A strategy that speaks against a cell, and how strongly, 0 to 1.</summary>
public readonly record struct CellReason(CellStrategy Strategy, double Strength);

/// <summary>A cell that is probably wrong.</summary>
public sealed record CellFinding
{
    /// <summary>The row, from 0.</summary>
    public required int Row { get; init; }

    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>What it holds; empty for a missing value.</summary>
    public required string Value { get; init; }

    /// <summary>How probable it is that the cell is wrong, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Why, the strongest first; empty where the labels alone decide.</summary>
    public required IReadOnlyList<CellReason> Reasons { get; init; }

    /// <summary>What it should probably hold; null where nothing is known.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Cells of a column with the same leading reason and the same shape have the same group, so that a person can decide on them together.</summary>
    public required string Group { get; init; }
}

/// <summary>Findings of one column that look alike.</summary>
public sealed record CellGroup
{
    /// <summary>Name of the group, the same in every run over like data: column, reason and pattern.</summary>
    public required string Key { get; init; }

    public required string Column { get; init; }

    /// <summary>The strongest strategy, snake_case; <c>labels</c> where the labels alone decide.</summary>
    public required string Reason { get; init; }

    /// <summary>Shape of the values: A and a for letters, 9 for digits, runs once.</summary>
    public required string Pattern { get; init; }

    public required long Cells { get; init; }

    public required double MeanScore { get; init; }

    /// <summary>Up to five cells of it, different values first.</summary>
    public required IReadOnlyList<CellFinding> Examples { get; init; }
}
