namespace Platform.Inventory.Errors;

/// <summary>What a cell that is almost surely wrong is accused of.</summary>
public enum CellCause
{
    /// <summary>A slip of the pen: nearly the value that is meant.</summary>
    Misspelt,

    /// <summary>Rows of the same thing agree on another value.</summary>
    Contradicted,

    /// <summary>No value, though rows of the same thing agree on one.</summary>
    Left,

    /// <summary>It ends or begins with the value that the row's empty cell of another column lacks.</summary>
    Misplaced,

    /// <summary>A number with a unit, or another unit, than the column has.</summary>
    Unit,

    /// <summary>Letters of a wrong encoding.</summary>
    Mangled,

    /// <summary>No value of the form that all others of its column have, as an e-mail address without an @.</summary>
    Malformed,

    /// <summary>A time that comes before the one it must follow.</summary>
    Order,
}

/// <summary>A cell that is almost surely wrong, and what proves it.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Column">The column's position.</param>
/// <param name="Cause">What is wrong with it.</param>
/// <param name="Expected">What it should hold; null where that is not known.</param>
/// <param name="By">The column that proves it: rows agree in it, or it holds the other time; -1 where the column alone does.</param>
/// <param name="With">Rows that have the expected value and agree in <paramref name="By"/>, or in the whole column.</param>
/// <param name="Score">How sure it is, 0 to 1.</param>
internal readonly record struct SureCell(int Row, int Column, CellCause Cause, string? Expected, int By, int With, double Score);
