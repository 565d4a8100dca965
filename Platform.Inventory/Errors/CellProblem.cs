using System.Globalization;
using System.Text.Json.Serialization;

namespace Platform.Inventory.Errors;

/// <summary>What the nightly look at an asset's cells found.</summary>
public sealed record CellLook
{
    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>Rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public required int Looked { get; init; }

    /// <summary>What is wrong, by column and cause, most cells first.</summary>
    public IReadOnlyList<CellProblem> Problems { get; init; } = [];

    /// <summary>Why the rows could not be read; null where they could.</summary>
    public string? Failure { get; init; }
}

/// <summary>Cells of one column that are almost surely wrong for the same cause.</summary>
public sealed record CellProblem
{
    public required string Column { get; init; }

    public required CellCause Cause { get; init; }

    /// <summary>The column whose rows prove most of them; null where the column alone does.</summary>
    public string? By { get; init; }

    /// <summary>How many, among the rows looked at.</summary>
    public required int Cells { get; init; }

    /// <summary>Positions of the first thousand of them among the rows looked at, from 0.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [];

    /// <summary>Mean of how sure they are, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Whether the column is personal, so that values are masked; a city or postcode that many rows share is not hidden.</summary>
    public bool Personal { get; init; }

    /// <summary>Up to five, different values first.</summary>
    public required IReadOnlyList<CellExample> Examples { get; init; }

    /// <summary>Names it in every night; people decide on it by this.</summary>
    [JsonIgnore]
    public string Group => $"{Column}:{CellWords.Name(Cause)}";
}

/// <summary>A wrong cell. Values of personal columns are masked.</summary>
/// <param name="RowKey">Of the row's values: a row that changes is another row.</param>
/// <param name="Place">Where it stands, for people: <c>row 17</c>, <c>id 4711</c>; null where rows have neither number nor key.</param>
/// <param name="Value">What it holds; null for nothing.</param>
/// <param name="Expected">What it should hold; null where that is not known.</param>
/// <param name="Given">The value of the row in the column that proves it; null without one.</param>
/// <param name="With">Rows that have the expected value and agree in that column.</param>
/// <param name="Score">How sure it is, 0 to 1.</param>
public sealed record CellExample(string RowKey, string? Place, string? Value, string? Expected, string? Given, int With, double Score);

/// <summary>How causes are called where they are kept.</summary>
public static class CellWords
{
    /// <summary>Name in groups and outputs, small letters.</summary>
    public static string Name(CellCause cause) => cause.ToString().ToLowerInvariant();

    /// <summary>So many cells of a cause in words.</summary>
    public static (string En, string Zh) Told(CellCause cause, int cells)
    {
        var (one, many, zh) = cause switch
        {
            CellCause.Misspelt => ("is misspelt", "are misspelt", "拼写错误"),
            CellCause.Contradicted => ("says otherwise than the rows of the same thing", "say otherwise than the rows of the same thing", "与同一事物的其他行矛盾"),
            CellCause.Left => ("is empty, though other rows tell it", "are empty, though other rows tell them", "为空，但可由其他行得知"),
            CellCause.Misplaced => ("holds another column's value", "hold another column's value", "混入其他列的值"),
            CellCause.Unit => ("has another unit", "have another unit", "单位不一致"),
            CellCause.Mangled => ("has broken letters", "have broken letters", "乱码"),
            CellCause.Malformed => ("has not the form of the others", "have not the form of the others", "格式与其他值不同"),
            _ => ("comes before what it follows", "come before what they follow", "时间顺序颠倒"),
        };
        return (string.Create(CultureInfo.InvariantCulture, $"{cells:N0} {(cells == 1 ? $"cell {one}" : $"cells {many}")}"), string.Create(CultureInfo.InvariantCulture, $"{cells:N0} 个单元格{zh}"));
    }
}
