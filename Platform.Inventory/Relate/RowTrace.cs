using System.Text;
using Platform.Inventory.Cache;
using Platform.Inventory.Profile;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>
/// What relating needs of a database's table, collected from the rows that its profile reads: the values of columns that may name something, a sketch of
/// the rows, and some whole rows for dependencies. Kept beside the profile, it saves reading the table a second time.
/// </summary>
/// <param name="columns">The columns that are read, in order.</param>
internal sealed class RowTrace(IReadOnlyList<DeclaredColumn> columns)
{
    // Values of all columns together, 30 bytes each in memory: of a wide or long table each column keeps a part of its values.
    private const int MostValues = 1 << 20;
    private const int RowsBetweenLooks = 4096;

    // No text of more characters names anything, and a character takes four bytes at most.
    private const int LongestName = 128 * 4;

    private readonly ColumnValues.Builder?[] _values = [.. columns.Select(column => MayName(column.Type) ? new ColumnValues.Builder() : null)];
    private readonly RowSketch _sketch = new(columns.Count);
    private readonly RowSample? _sample = columns.Count <= RelationFinder.MostColumns ? new RowSample([.. columns.Select(column => column.Name)]) : null;
    private int _rows;

    /// <summary>Takes a value.</summary>
    /// <param name="column">Its place.</param>
    /// <param name="text">Its text.</param>
    /// <param name="state">The column's state, which has just read the same text: what it found out is not worked out again.</param>
    public void Cell(int column, ReadOnlySpan<byte> text, ColumnState state)
    {
        var cell = text.Trim(" \t\r\n"u8);
        if (cell.IsEmpty)
            return;
        // A state trims more than this does, and cuts what is long beyond all names.
        var isSame = text[0] > ' ' && text[^1] > ' ' && text.Length <= LongestName;
        var hash = isSame ? state.LastHash : ValueHash.Of(cell);
        var value = isSame ? ColumnValues.HashOf(cell, state.LastFacts, hash) : ColumnValues.HashOf(cell);
        _sketch.Cell(column, value);
        if (_rows < StructureFinder.MostRows)
            _sample?.Cell(column, cell, hash);
        if (cell.Length > LongestName)
            _values[column] = null;
        else
            _values[column]?.Add(value);
    }

    /// <summary>Ends a row.</summary>
    public void EndRow()
    {
        _sketch.EndRow();
        if (_rows < StructureFinder.MostRows)
            _sample?.EndRow();
        if (++_rows % RowsBetweenLooks == 0)
        {
            while (_values.Sum(values => values?.Count ?? 0) > MostValues)
                _values.MaxBy(values => values?.Count ?? 0)!.Halve();
        }
    }

    /// <summary>Keeps what was collected under the content of the asset.</summary>
    public void Keep(InventoryCache cache, FoundAsset asset, AssetProfile profile, CancellationToken cancellation)
    {
        if (profile.Columns.Count != columns.Count || profile.Rows == 0)
            return;
        var names = columns.Select(column => column.Name).ToList();
        var pack = new Dictionary<ulong, byte[]>
        {
            [ValuePack.SketchKey(names)] = ValuePack.Bytes(_sketch.Write),
        };
        for (var i = 0; i < names.Count; i++)
        {
            if (_values[i] is { } values && new RelationEnd(asset, profile, i) is { CanName: true, Column.Distinct: >= 2 })
                pack[ValuePack.ColumnKey(names[i])] = ValuePack.Bytes(values.Build().Write);
        }

        ValuePack.Keep(cache.Folder!, asset.Fingerprint, pack);
        cache.Budget.Added();
        if (_sample is not null)
            StructureFinder.Keep(cache, new RelatedTable(asset, profile), _sample, cancellation);
    }

    // Measures, times and documents name nothing; what a type leaves open the values decide.
    private static bool MayName(string type) => !(type.StartsWith("time", StringComparison.Ordinal) || type.StartsWith("numeric(", StringComparison.Ordinal) && !type.EndsWith(",0)", StringComparison.Ordinal)
        || type.EndsWith("[]", StringComparison.Ordinal) || type is "boolean" or "real" or "double precision" or "date" or "interval" or "json" or "jsonb" or "bytea" or "money" or "xml" or "tsvector" or "point");
}

/// <summary>Some rows of a table, with the values of each column numbered.</summary>
internal sealed class RowSample : ICellSink
{
    private const int KeptBytes = 256;

    private readonly DependencyColumn[] _columns;
    private int _rows;

    public RowSample(IReadOnlyList<string> names) : this([.. names.Select(name => new DependencyColumn(name))], 0)
    {
    }

    private RowSample(DependencyColumn[] columns, int rows) => (_columns, _rows) = (columns, rows);

    public IReadOnlyList<string> Names => [.. Columns.Select(column => column.Name)];

    public IReadOnlyList<DependencyColumn> Columns => _columns;

    public int Rows => _rows;

    /// <summary>The same rows, some columns only.</summary>
    public RowSample Only(Func<string, bool> wanted) => new([.. Columns.Where(column => wanted(column.Name))], _rows);

    /// <summary>Tells some columns of the rows once more, in their order.</summary>
    public void Replay(IReadOnlyList<string> names, ICellSink sink, long most)
    {
        var columns = names.Select(name => Columns.First(column => column.Name == name)).ToArray();
        var texts = Array.ConvertAll(columns, column => Enumerable.Range(0, column.Distinct).Select(code => Encoding.UTF8.GetBytes(column.Value(code))).ToArray());
        for (var row = 0; row < Math.Min(_rows, most); row++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i].Codes[row] is >= 0 and var code)
                    sink.Cell(i, texts[i][code]);
            }

            sink.EndRow();
        }
    }

    public void Cell(int column, ReadOnlySpan<byte> value) => Cell(column, value, ValueHash.Of(value));

    /// <summary>Takes a cell with the hash of its text.</summary>
    public void Cell(int column, ReadOnlySpan<byte> value, ulong hash)
    {
        var cells = _columns[column];
        if (cells.Rows != _rows)
            return;
        if (value.Length <= KeptBytes)
            cells.Add(value, hash);
        else
            cells.Add(value[..KeptBytes]);
    }

    public void EndRow()
    {
        _rows++;
        foreach (var column in _columns)
        {
            if (column.Rows < _rows)
                column.Add((string?)null);
        }
    }
}
