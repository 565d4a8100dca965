using Platform.Inventory.Profile;

namespace Platform.Inventory.Errors;

/// <summary>
/// The cells of one column as rows of features, a byte each (0 to 255 for 0 to 1). Cells that look alike in everything are kept once, so that a
/// column of few values costs little whatever its rows.
/// </summary>
internal sealed class CellFeatures
{
    private CellFeatures(int column, int width, byte[] matrix, int[] kinds, int[] counts, int[] examples, string?[] suggestions)
    {
        (Column, Width, Matrix, Kinds, Counts, Examples, Suggestions) = (column, width, matrix, kinds, counts, examples, suggestions);
    }

    public int Column { get; }

    /// <summary>Features a cell; the first are the strategies.</summary>
    public int Width { get; }

    /// <summary>Features by kind of cell.</summary>
    public byte[] Matrix { get; }

    /// <summary>For each row the kind of its cell.</summary>
    public int[] Kinds { get; }

    /// <summary>Rows of each kind.</summary>
    public int[] Counts { get; }

    /// <summary>A row of each kind.</summary>
    public int[] Examples { get; }

    /// <summary>For each kind what the cell should probably hold; null where nothing is known.</summary>
    public string?[] Suggestions { get; }

    public int KindCount => Counts.Length;

    public ReadOnlySpan<byte> this[int kind] => Matrix.AsSpan(kind * Width, Width);

    public float Strength(int kind, CellStrategy strategy) => Matrix[kind * Width + (int)strategy] / 255f;

    /// <summary>Describes the cells of a column.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="column">The column.</param>
    /// <param name="values">What its values look like.</param>
    /// <param name="rows">What the rows say about its cells.</param>
    public static CellFeatures Of(CellTable table, int column, ValueSignals values, RowSignals rows)
    {
        var data = table.Columns[column];
        var characters = CharacterSignals.Splitting(data, 24);
        var fixedWidth = CellStrategies.Count + ValueSignals.PlainCount + characters.Length;
        var width = fixedWidth + rows.Width;
        var ofValue = new byte[data.Values.Count * fixedWidth];
        for (var code = 0; code < data.Values.Count; code++)
        {
            var target = ofValue.AsSpan(code * fixedWidth, fixedWidth);
            for (var i = 0; i < CellStrategies.Count; i++)
                target[i] = Byte(values.Strengths[i][code]);
            for (var i = 0; i < ValueSignals.PlainCount; i++)
                target[CellStrategies.Count + i] = Byte(values.Plain[i][code]);
            for (var i = 0; i < characters.Length; i++)
                target[CellStrategies.Count + ValueSignals.PlainCount + i] = data.Values[code].Contains(characters[i], StringComparison.Ordinal) ? (byte)255 : (byte)0;
        }

        var known = new Dictionary<(int, ulong), int>();
        var kinds = new int[table.Rows];
        var counts = new List<int>();
        var examples = new List<int>();
        var suggestions = new List<string?>();
        // A little more than a kind for each value is usual; the array grows in small steps, because it is the largest thing here.
        var matrix = new byte[Math.Max(1, data.Values.Count) * width];
        Span<byte> cell = new byte[width];
        for (var row = 0; row < table.Rows; row++)
        {
            var code = data.Codes[row];
            ofValue.AsSpan(code * fixedWidth, fixedWidth).CopyTo(cell);
            var suggestion = rows.Write(row, cell, cell[fixedWidth..]) ?? values.Suggestions[code];
            var hash = (code, ValueHash.Of(cell));
            if (!known.TryGetValue(hash, out var kind))
            {
                known.Add(hash, kind = counts.Count);
                counts.Add(0);
                examples.Add(row);
                suggestions.Add(suggestion);
                if (counts.Count * width > matrix.Length)
                    Array.Resize(ref matrix, Math.Max(counts.Count * width, (int)Math.Min((long)table.Rows * width, matrix.Length * 5L / 4)));
                cell.CopyTo(matrix.AsSpan(kind * width));
            }

            counts[kind]++;
            kinds[row] = kind;
        }

        return new CellFeatures(column, width, matrix, kinds, [.. counts], [.. examples], [.. suggestions]);
    }

    private static byte Byte(float value) => (byte)Math.Clamp((int)(value * 255 + 0.5f), 0, 255);
}
