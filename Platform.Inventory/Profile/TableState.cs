using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Profile;

/// <summary>What one pass learns of a file or of several files of one shape: rows, lines that could not be read, and a state a column.</summary>
public sealed class TableState
{
    private static readonly byte[] Magic = "PFST"u8.ToArray();

    // Magic, version, hash of the rest.
    private static readonly int Head = Magic.Length + 1 + sizeof(ulong);

    private readonly List<ColumnState> _columns = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    /// <summary>Rows read.</summary>
    public long Rows { get; set; }

    /// <summary>Lines or records that do not fit the shape and were left out.</summary>
    public long BadRows { get; set; }

    /// <summary>The first bad line in words, with its number; null without any.</summary>
    public string? FirstBadRow { get; set; }

    /// <summary>Columns in order of first appearance.</summary>
    public IReadOnlyList<ColumnState> Columns => _columns;

    /// <summary>The state of a column, made with nulls for the rows before it where it is new.</summary>
    public ColumnState Column(string name, string? declaredType = null)
    {
        if (_byName.TryGetValue(name, out var at))
            return _columns[at];
        var state = new ColumnState(name, declaredType);
        Add(state);
        return state;
    }

    /// <summary>Correlations of the numeric columns.</summary>
    public Correlations Correlations { get; private set; } = new();

    /// <summary>Repeated rows. Counts what it saw: where that is less than <see cref="Rows"/>, the source gave no rows but only columns.</summary>
    public RowDuplicates Duplicates { get; private set; } = new();

    /// <summary>What every row's hash begins with: what its folder says of it, so that the same row of another partition is another.</summary>
    internal ulong RowBase { get; private set; }

    /// <summary>Tells, before any row, what the folder of a file says of each of its rows.</summary>
    internal void BeginPartition(IReadOnlyList<PartitionValue> partition)
    {
        foreach (var value in partition)
            RowBase += value.Value is { } text ? ValueHash.Of(Encoding.UTF8.GetBytes(text)) * new ColumnState(value.Name).RowSalt : 0;
    }

    /// <summary>Adds, after all rows, the columns that the folder gives them; a column of that name in the file stands.</summary>
    internal void EndPartition(IReadOnlyList<PartitionValue> partition)
    {
        FillNulls();
        foreach (var value in partition.Where(value => !_byName.ContainsKey(value.Name)))
        {
            var column = Column(value.Name);
            if (value.Value is { } text)
                column.AddRepeated(Encoding.UTF8.GetBytes(text), Rows);
            else
                column.AddNulls(Rows);
        }
    }

    /// <summary>Ends a row whose cells were added one by one.</summary>
    public void EndRow()
    {
        var sum = RowBase;
        foreach (var column in _columns)
        {
            sum += column.LastHash * column.RowSalt;
            if (column.CorrelationPlace == -1 && !double.IsNaN(column.LastNumber))
                column.CorrelationPlace = Correlations.Place(column.Name);
            if (column.CorrelationPlace >= 0)
                Correlations.Set(column.CorrelationPlace, column.LastNumber);
            column.NextRow();
        }

        Duplicates.Add(ValueHash.Finish(sum));
        Correlations.EndRow();
    }

    /// <summary>Gives every column as many cells as there are rows, for records that leave columns out.</summary>
    public void FillNulls()
    {
        foreach (var column in _columns)
            column.AddNulls(Math.Max(0, Rows - column.Rows));
    }

    /// <summary>Takes in another file of the same asset. Columns match by name; one that a file lacks counts as null there.</summary>
    public void Merge(TableState other)
    {
        FillNulls();
        foreach (var column in other._columns)
        {
            var mine = Column(column.Name, column.DeclaredType);
            mine.AddNulls(Math.Max(0, Rows - mine.Rows));
            mine.Merge(column);
        }

        Rows += other.Rows;
        if (FirstBadRow is null || (BadRows == 0 && other.BadRows > 0))
            FirstBadRow = other.FirstBadRow ?? FirstBadRow;
        BadRows += other.BadRows;
        Correlations.Merge(other.Correlations);
        Duplicates.Merge(other.Duplicates);
        FillNulls();
    }

    /// <summary>The state in compressed bytes, for a cache. The same state gives the same bytes.</summary>
    public byte[] ToBytes()
    {
        var body = new MemoryStream();
        body.Write(stackalloc byte[sizeof(int)]);
        // Small writes straight into it would be packed one by one.
        using (var brotli = new BufferedStream(new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true), 1 << 16))
        using (var writer = new BinaryWriter(brotli))
        {
            writer.Write(Rows);
            writer.Write(BadRows);
            writer.Write(FirstBadRow ?? "");
            writer.Write(_columns.Count);
            foreach (var column in _columns)
                column.Write(writer);
            Correlations.Write(writer);
        }

        BinaryPrimitives.WriteInt32LittleEndian(body.GetBuffer(), (int)body.Length - sizeof(int));
        // Hashes of rows do not pack.
        using (var writer = new BinaryWriter(body, System.Text.Encoding.UTF8, leaveOpen: true))
            Duplicates.Write(writer);
        var bytes = new byte[Head + body.Length];
        Magic.CopyTo(bytes, 0);
        bytes[Magic.Length] = ColumnState.FormatVersion;
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(bytes.AsSpan(Head));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Magic.Length + 1), ValueHash.Of(bytes.AsSpan(Head)));
        return bytes;
    }

    /// <summary>Reads <see cref="ToBytes"/>. Null when the bytes are of another version or damaged: read the data again.</summary>
    public static TableState? FromBytes(byte[] bytes)
    {
        if (bytes.Length < Head || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic) || bytes[Magic.Length] != ColumnState.FormatVersion
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Magic.Length + 1)) != ValueHash.Of(bytes.AsSpan(Head)))
            return null;
        try
        {
            var packed = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Head));
            using var brotli = new BufferedStream(new BrotliStream(new MemoryStream(bytes, Head + sizeof(int), packed), CompressionMode.Decompress), 1 << 16);
            using var reader = new BinaryReader(brotli);
            var state = new TableState { Rows = reader.ReadInt64(), BadRows = reader.ReadInt64() };
            var bad = reader.ReadString();
            state.FirstBadRow = bad.Length == 0 ? null : bad;
            var columns = reader.ReadInt32();
            for (var i = 0; i < columns; i++)
                state.Add(ColumnState.Read(reader));
            state.Correlations = Correlations.Read(reader);
            var rest = Head + sizeof(int) + packed;
            using var rows = new BinaryReader(new MemoryStream(bytes, rest, bytes.Length - rest));
            state.Duplicates = RowDuplicates.Read(rows);
            return state;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private void Add(ColumnState state)
    {
        _byName[state.Name] = _columns.Count;
        _columns.Add(state);
    }
}
