namespace Platform.Inventory.Errors;

/// <summary>Cells that end or begin with a value of another column: a city with its state behind it, while the state's own cell is empty.</summary>
internal sealed class EmbeddedValues
{
    private readonly CellTable _table;
    private readonly int _column;
    private readonly List<(int Other, int[] Found, string?[] Bare)> _candidates = [];

    private EmbeddedValues(CellTable table, int column) => (_table, _column) = (table, column);

    public static EmbeddedValues Of(CellTable table, int column)
    {
        var embedded = new EmbeddedValues(table, column);
        var data = table.Columns[column];
        for (var other = 0; other < table.Columns.Count; other++)
        {
            var candidate = table.Columns[other];
            if (other == column || candidate.Values.Count is < 2 or > 2000)
                continue;
            var values = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var code = 0; code < candidate.Values.Count; code++)
            {
                if (candidate.Values[code] is { Length: >= 2 and <= 40 } value && candidate.Counts[code] >= 3 && value.Any(char.IsLetter))
                    values[value] = code;
            }

            var found = new int[data.Values.Count];
            var bare = new string?[data.Values.Count];
            var cells = 0;
            for (var code = 0; code < found.Length; code++)
            {
                found[code] = Contained(data.Values[code], values, out bare[code]);
                if (found[code] >= 0)
                    cells += data.Counts[code];
            }

            // Names that hold another column's value as a matter of course (a product with its brand) are no errors.
            if (cells > 0 && cells < 0.2 * table.Rows)
                embedded._candidates.Add((other, found, bare));
        }

        return embedded;
    }

    /// <summary>How strongly the row's cell looks like holding another cell's value, and what is left of it without.</summary>
    public (double Strength, string? Bare) At(int row)
    {
        var code = _table.Columns[_column].Codes[row];
        var best = (Strength: 0.0, Bare: default(string));
        foreach (var (other, found, bare) in _candidates)
        {
            if (found[code] < 0)
                continue;
            var beside = _table.Columns[other];
            var strength = beside.Codes[row] == beside.MissingCode ? 0.85 : beside.Codes[row] == found[code] ? 0.3 : 0.05;
            if (strength > best.Strength)
                best = (strength, bare[code]);
        }

        return best;
    }

    private static int Contained(string value, Dictionary<string, int> values, out string? bare)
    {
        bare = null;
        var end = value.LastIndexOf(' ');
        if (end > 0 && values.TryGetValue(value[(end + 1)..], out var behind))
        {
            bare = value[..end].TrimEnd(' ', ',', ';');
            return behind;
        }

        var start = value.IndexOf(' ', StringComparison.Ordinal);
        if (start > 0 && values.TryGetValue(value[..start], out var before))
        {
            bare = value[(start + 1)..].TrimStart();
            return before;
        }

        return -1;
    }
}
