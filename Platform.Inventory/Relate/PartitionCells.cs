using System.Text;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Relate;

/// <summary>Adds to each row what its file's folder says of it.</summary>
internal sealed class PartitionCells : ICellSink
{
    private readonly ICellSink _sink;
    private readonly int[] _read;
    private readonly List<(int Column, byte[] Value)> _added = [];

    /// <param name="sink">Takes the rows.</param>
    /// <param name="columns">The columns that it expects.</param>
    /// <param name="partition">Those of them that the folder says; the others come from the file, in the same order.</param>
    public PartitionCells(ICellSink sink, IReadOnlyList<string> columns, IReadOnlyList<PartitionValue> partition)
    {
        _sink = sink;
        var values = partition.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
        _read = [.. Enumerable.Range(0, columns.Count).Where(i => !values.ContainsKey(columns[i]))];
        for (var i = 0; i < columns.Count; i++)
        {
            if (values.GetValueOrDefault(columns[i]) is { } value)
                _added.Add((i, Encoding.UTF8.GetBytes(value)));
        }
    }

    public void Cell(int column, ReadOnlySpan<byte> value) => _sink.Cell(_read[column], value);

    public void EndRow()
    {
        foreach (var (column, value) in _added)
            _sink.Cell(column, value);
        _sink.EndRow();
    }
}
