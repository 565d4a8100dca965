using Platform.Inventory.Errors;

namespace Platform.Inventory.Duplicates;

/// <summary>What a column's values are compared as.</summary>
public enum RecordKind
{
    /// <summary>Names and words: by letters, and word by word.</summary>
    Text,

    /// <summary>Digits that are no quantity (dates without marks, phone numbers, postcodes): by edits.</summary>
    Code,

    /// <summary>Quantities: by their ratio.</summary>
    Number,

    /// <summary>Says nothing about who a record is: one value, or a number for every row.</summary>
    Ignored,
}

/// <summary>A column with its values made ready for comparison, each once.</summary>
internal sealed class RecordColumn
{
    private readonly CellColumn _column;

    private RecordColumn(CellColumn column, RecordKind kind)
    {
        _column = column;
        Kind = kind;
        Plain = [.. column.Values.Select(PlainText.Of)];
        Words = kind == RecordKind.Text ? [.. Plain.Select(value => PlainText.Words(value).ToArray())] : [];
        Rows = column.Codes.Length;
    }

    public string Name => _column.Name;

    public RecordKind Kind { get; }

    /// <summary>The values, small letters, no marks at the ends; empty for missing.</summary>
    public string[] Plain { get; }

    /// <summary>Their words, of columns of text.</summary>
    public string[][] Words { get; }

    public int Rows { get; }

    public int Code(int row) => _column.Codes[row];

    public string At(int row) => Plain[_column.Codes[row]];

    public bool IsMissing(int row) => At(row).Length == 0;

    /// <summary>The share of rows with a row's value: agreeing on a rare name says more than on a frequent one.</summary>
    public double Frequency(int row) => (double)_column.Counts[_column.Codes[row]] / Rows;

    /// <summary>Makes a column ready.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">How its values are compared; null decides by the values.</param>
    public static RecordColumn Of(CellColumn column, RecordKind? kind = null) => new(column, kind ?? Judge(column));

    private static RecordKind Judge(CellColumn column)
    {
        var filled = column.Codes.Length - column.Missing;
        if (filled == 0 || column.Values.Count - (column.Missing > 0 ? 1 : 0) < 2)
            return RecordKind.Ignored;
        long digits = 0, decimals = 0, fixedLength = 0;
        var usual = column.Values.Select((value, code) => (value.Trim().Length, Count: column.Counts[code])).Where(pair => pair.Length > 0).GroupBy(pair => pair.Length).MaxBy(group => group.Sum(pair => pair.Count))!.Key;
        for (var code = 0; code < column.Values.Count; code++)
        {
            var value = column.Values[code].Trim();
            if (value.Length == 0 || !ValueText.TryNumber(value, out _))
                continue;
            if (value.Contains('.', StringComparison.Ordinal))
                decimals += column.Counts[code];
            else
                digits += column.Counts[code];
            fixedLength += value.Length == usual ? column.Counts[code] : 0;
        }

        if (digits + decimals < 0.8 * filled)
            return RecordKind.Text;
        // A running number is another for every row, whatever else the rows share.
        if (IsRunning(column, filled))
            return RecordKind.Ignored;
        return decimals > 0.2 * filled ? RecordKind.Number : usual >= 4 && fixedLength > 0.8 * filled ? RecordKind.Code : digits > 0.5 * filled && usual <= 6 && column.Values.Count < 0.2 * filled ? RecordKind.Number : RecordKind.Code;
    }

    private static bool IsRunning(CellColumn column, int filled)
    {
        if (column.Values.Count < 0.999 * filled || filled < 20)
            return false;
        var numbers = column.Values.Where(value => long.TryParse(value, out _)).Select(long.Parse).Order().ToArray();
        return numbers.Length >= 0.99 * filled && numbers[^1] - numbers[0] < 3L * numbers.Length;
    }
}
