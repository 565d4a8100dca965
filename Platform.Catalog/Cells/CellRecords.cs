using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Catalog.Cells;

/// <summary>What a search for wrong cells found, for the catalog to keep.</summary>
public sealed record CellSearch
{
    /// <summary>Key of the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>The columns that were looked at, in the order of which a row's key is made.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    public required long Rows { get; init; }

    /// <summary>Rows looked at; fewer than <see cref="Rows"/> in a sample.</summary>
    public required long SearchedRows { get; init; }

    public required long SuspectCells { get; init; }

    public required long UsedLabels { get; init; }

    /// <summary>Labels of rows that the table does not hold any more.</summary>
    public required long GoneLabels { get; init; }

    /// <summary>The rows that a person should label, the most useful first.</summary>
    public required IReadOnlyList<CellRow> RowsToLabel { get; init; }

    public required IReadOnlyList<FoundCellGroup> Groups { get; init; }
}

/// <summary>A row to label.</summary>
/// <param name="RowKey">Its key.</param>
/// <param name="Values">Its values by column, a JSON object.</param>
/// <param name="Suspects">By column what is believed about cells that look wrong, a JSON object.</param>
public sealed record CellRow(string RowKey, JsonElement Values, JsonElement Suspects);

/// <summary>Wrong cells of one column that look alike.</summary>
/// <param name="Key">Name of the group, the same in every search.</param>
/// <param name="Column">The column.</param>
/// <param name="Reason">The leading strategy.</param>
/// <param name="Pattern">Shape of the values.</param>
/// <param name="Cells">How many.</param>
/// <param name="MeanScore">Mean probability, 0 to 1.</param>
/// <param name="Examples">Up to five, a JSON array of objects with value, score and suggestion.</param>
public sealed record FoundCellGroup(string Key, string Column, string Reason, string Pattern, long Cells, double MeanScore, JsonElement Examples);

/// <summary>What a person says about one cell.</summary>
public sealed record CellLabelInput
{
    /// <summary>Key of the row.</summary>
    public required string RowKey { get; init; }

    public required string Column { get; init; }

    public required bool Wrong { get; init; }

    /// <summary>What the cell should hold; null where unknown.</summary>
    public string? CorrectValue { get; init; }
}

/// <summary>A label as it is kept.</summary>
public sealed record CellLabelRow
{
    public required string RowKey { get; init; }

    public required string Column { get; init; }

    public required bool Wrong { get; init; }

    public string? CorrectValue { get; init; }

    public required string LabelledBy { get; init; }

    public required DateTimeOffset LabelledAt { get; init; }
}

/// <summary>A row that waits for labels. Values of personal columns are hidden.</summary>
public sealed record CellRowToLabel
{
    [JsonIgnore]
    public long AssetId { get; init; }

    public required string RowKey { get; init; }

    /// <summary>The values by column.</summary>
    public required JsonElement Values { get; init; }

    /// <summary>By column what looks wrong: score, suggestion, reasons.</summary>
    public required JsonElement Suspects { get; init; }

    /// <summary>Columns that have a label already.</summary>
    public required IReadOnlyList<string> Labelled { get; init; }
}

/// <summary>The latest search in an asset.</summary>
public sealed record CellSearchRow
{
    public required string Asset { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    public required long RowCount { get; init; }

    public required long SearchedRows { get; init; }

    public required long SuspectCells { get; init; }

    public required long UsedLabels { get; init; }

    public required long GoneLabels { get; init; }

    public required DateTimeOffset FoundAt { get; init; }
}

/// <summary>A group with what people decided on it.</summary>
public sealed record CellGroupRow
{
    public required long Id { get; init; }

    [JsonIgnore]
    public long AssetId { get; init; }

    public required string Asset { get; init; }

    /// <summary><c>search</c>: a task with inventory.errors found it; <c>night</c>: the nightly look at what changed.</summary>
    public required string Origin { get; init; }

    public required string GroupKey { get; init; }

    public required string Column { get; init; }

    public required string Reason { get; init; }

    public required string Pattern { get; init; }

    public required long Cells { get; init; }

    public required double MeanScore { get; init; }

    public required JsonElement Examples { get; init; }

    /// <summary>confirmed or rejected; null while nobody has decided.</summary>
    public string? Decision { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Note { get; init; }

    /// <summary>Since when no such cells are found; null while they are.</summary>
    public DateTimeOffset? GoneAt { get; init; }
}

/// <summary>A decision on a group of cells.</summary>
public sealed record DecidedCells
{
    public required string Asset { get; init; }

    /// <summary>Whether the nightly look found the group; else a search did.</summary>
    public required bool AtNight { get; init; }

    /// <summary>The group's key: of a night <c>column:cause</c>, of a search <c>column:reason:pattern</c>.</summary>
    public required string Group { get; init; }

    public required string Column { get; init; }

    /// <summary>Whether the cells are wrong; else they are right.</summary>
    public required bool Wrong { get; init; }
}
