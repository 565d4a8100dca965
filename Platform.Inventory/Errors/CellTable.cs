namespace Platform.Inventory.Errors;

/// <summary>A column of a <see cref="CellTable"/>: its different values, and for each row which of them it holds.</summary>
public sealed class CellColumn
{
    internal CellColumn(string name, string[] values, int[] counts, int[] codes)
    {
        (Name, Values, Counts, Codes) = (name, values, counts, codes);
        MissingCode = Array.FindIndex(values, string.IsNullOrWhiteSpace);
    }

    public string Name { get; }

    /// <summary>The different values in order of first appearance; a null is the empty text.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>How many rows hold each value.</summary>
    internal int[] Counts { get; }

    /// <summary>For each row the position of its value.</summary>
    internal int[] Codes { get; }

    /// <summary>The position of the empty value; -1 where every cell is filled.</summary>
    internal int MissingCode { get; }

    internal int Missing => MissingCode < 0 ? 0 : Counts[MissingCode];

    /// <summary>The value of a row.</summary>
    public string this[int row] => Values[Codes[row]];
}

/// <summary>
/// Rows of texts, each different value of a column kept once: what the search for wrong cells and for duplicates works on.
/// 100,000 rows of 20 columns take about 8 MB besides their different values.
/// </summary>
public sealed class CellTable
{
    private CellTable(IReadOnlyList<CellColumn> columns, int rows) => (Columns, Rows) = (columns, rows);

    public IReadOnlyList<CellColumn> Columns { get; }

    public int Rows { get; }

    /// <summary>The position of a column by its name, as written or in another case; -1 where there is none.</summary>
    public int Find(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
                return i;
        }

        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    /// <summary>Takes rows one by one.</summary>
    /// <param name="columns">Names of the columns.</param>
    public sealed class Builder(IReadOnlyList<string> columns)
    {
        private readonly List<int>[] _codes = [.. columns.Select(_ => new List<int>())];
        private readonly List<int>[] _counts = [.. columns.Select(_ => new List<int>())];
        private readonly List<string>[] _values = [.. columns.Select(_ => new List<string>())];
        private readonly Dictionary<string, int>[] _known = [.. columns.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];

        public int Rows { get; private set; }

        /// <summary>Adds a row; null and texts of nothing but blanks are missing values.</summary>
        /// <exception cref="ArgumentException">The row has another number of values than there are columns.</exception>
        public void Add(IReadOnlyList<string?> row)
        {
            ArgumentNullException.ThrowIfNull(row);
            if (row.Count != columns.Count)
                throw new ArgumentException($"Row {Rows + 1} has {row.Count} values, and the table {columns.Count} columns.", nameof(row));
            for (var i = 0; i < columns.Count; i++)
            {
                var value = string.IsNullOrWhiteSpace(row[i]) ? "" : row[i]!;
                if (!_known[i].TryGetValue(value, out var code))
                {
                    _known[i].Add(value, code = _values[i].Count);
                    _values[i].Add(value);
                    _counts[i].Add(0);
                }

                _counts[i][code]++;
                _codes[i].Add(code);
            }

            Rows++;
        }

        public CellTable Build() =>
            new([.. columns.Select((name, i) => new CellColumn(name, [.. _values[i]], [.. _counts[i]], [.. _codes[i]]))], Rows);
    }

    /// <summary>A table of rows that are at hand.</summary>
    public static CellTable Of(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var builder = new Builder(columns);
        foreach (var row in rows)
            builder.Add(row);
        return builder.Build();
    }
}
