using System.Runtime.InteropServices;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>
/// A uniform sample of the distinct rows of a table: those with the smallest hashes (bottom-k MinHash, Broder 1997). Two sketches tell how many rows
/// the tables have in common; with fewer than <see cref="Size"/> distinct rows exactly.
/// </summary>
internal sealed class RowSketch : ICellSink
{
    /// <summary>Rows kept; the standard error of a share is at most 1 / (2 √Size) = 1.6 %.</summary>
    public const int Size = 1024;

    private readonly SortedSet<ulong> _hashes = [];
    private readonly int _columns;
    private ulong _row;
    private ulong _most = ulong.MaxValue;

    public RowSketch(int columns) => _columns = columns;

    public RowSketch(IEnumerable<ulong> hashes) => _hashes.UnionWith(hashes);

    /// <summary>Null where the bytes are damaged.</summary>
    public static RowSketch? Read(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > Size)
            return null;
        var hashes = new ulong[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(hashes.AsSpan()));
        return new RowSketch(hashes);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_hashes.Count);
        writer.Write(MemoryMarshal.AsBytes(_hashes.ToArray().AsSpan()));
    }

    /// <summary>The smallest hashes in order.</summary>
    public IReadOnlyCollection<ulong> Hashes => _hashes;

    // The same cells in the same columns, in whatever order they come, give the same row.
    public void Cell(int column, ReadOnlySpan<byte> value) => Cell(column, ColumnValues.HashOf(value));

    /// <summary>Takes a cell by the hash of its value.</summary>
    public void Cell(int column, ulong hash)
    {
        var mixed = (hash ^ (ulong)(column + 1)) * 0xD6E8FEB86659FD93UL;
        _row += mixed ^ (mixed >> 29);
    }

    public void EndRow()
    {
        var hash = ValueHash.Of((long)(_row + (ulong)_columns));
        _row = 0;
        if (hash >= _most)
            return;
        if (_hashes.Add(hash) && _hashes.Count > Size)
            _hashes.Remove(_hashes.Max);
        if (_hashes.Count == Size)
            _most = _hashes.Max;
    }

    /// <summary>Share of the rows of both that are in both, and the share of each one's rows that are in the other.</summary>
    public static (double Jaccard, double First, double Second, double Error) Compare(RowSketch first, RowSketch second)
    {
        if (first._hashes.Count == 0 || second._hashes.Count == 0)
            return default;
        var whole = first._hashes.Count < Size && second._hashes.Count < Size;
        // The smallest of both are a sample of the union; below the lower of the two greatest hashes both are known whole.
        var limit = whole ? ulong.MaxValue : Math.Min(first._hashes.Count < Size ? ulong.MaxValue : first._hashes.Max, second._hashes.Count < Size ? ulong.MaxValue : second._hashes.Max);
        var a = first._hashes.Count(hash => hash <= limit);
        var b = second._hashes.Count(hash => hash <= limit);
        var both = first._hashes.Count(hash => hash <= limit && second._hashes.Contains(hash));
        var union = a + b - both;
        var jaccard = union == 0 ? 0 : both / (double)union;
        return (jaccard, a == 0 ? 0 : both / (double)a, b == 0 ? 0 : both / (double)b, whole || union == 0 ? 0 : Math.Sqrt(Math.Max(jaccard * (1 - jaccard), 1.0 / union) / union));
    }
}
