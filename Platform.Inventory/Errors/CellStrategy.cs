namespace Platform.Inventory.Errors;

/// <summary>The ways in which a cell may look wrong. Each gives every cell a strength from 0 (nothing to see) to 1.</summary>
public enum CellStrategy
{
    /// <summary>No value in a column that is otherwise filled.</summary>
    Missing,

    /// <summary>A word that stands for no value: N/A, NULL, unknown.</summary>
    StandIn,

    /// <summary>Text in a column of numbers.</summary>
    Type,

    /// <summary>A number with a unit where the others have none, or units written in several ways.</summary>
    Unit,

    /// <summary>A value made differently than nearly all others of the column.</summary>
    Shape,

    /// <summary>Characters or pairs of characters that the column does not have elsewhere.</summary>
    Characters,

    /// <summary>A rare value close to a frequent one.</summary>
    Spelling,

    /// <summary>A rare word close to a frequent word of the column.</summary>
    Word,

    /// <summary>A number far outside the others.</summary>
    Number,

    /// <summary>A text far longer or shorter than the others.</summary>
    Length,

    /// <summary>Characters that come from a wrong encoding.</summary>
    Encoding,

    /// <summary>Blanks at an end, or doubled.</summary>
    Spacing,

    /// <summary>The value holds what belongs to another column.</summary>
    Embedded,

    /// <summary>Rows that agree in another column have another value here.</summary>
    Dependency,

    /// <summary>The order of two columns' numbers or times is the other way round than in nearly all rows.</summary>
    Order,
}

/// <summary>What the strategies are called, and how much each counts without labels.</summary>
internal static class CellStrategies
{
    public static readonly int Count = Enum.GetValues<CellStrategy>().Length;

    /// <summary>Name in outputs, snake_case.</summary>
    public static string Name(CellStrategy strategy) => strategy == CellStrategy.StandIn ? "stand_in" : strategy.ToString().ToLowerInvariant();
}
