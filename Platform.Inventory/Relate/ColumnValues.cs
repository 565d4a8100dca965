using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables;
using Platform.Tables.Native;

namespace Platform.Inventory.Relate;

/// <summary>
/// The distinct values of some columns of an asset with their counts, by hash. Up to two million a column exactly; beyond, only values whose hash
/// lies in a shrinking part of all hashes, the same part for every column, so that inclusion is still measured without bias.
/// </summary>
internal sealed class ColumnValues
{
    private const int MostValues = 2_000_000;

    private readonly Dictionary<ulong, int> _counts = [];
    private int _halvings;

    /// <summary>Distinct values kept, by hash, with their rows.</summary>
    public IReadOnlyDictionary<ulong, int> Counts => _counts;

    /// <summary>Hashes at or above it are not kept; the maximum where all are.</summary>
    public ulong Threshold => _halvings == 0 ? ulong.MaxValue : ulong.MaxValue >> _halvings;

    /// <summary>By how much counts of values must be multiplied; 1 where all are kept.</summary>
    public long Scale => 1L << _halvings;

    public void Add(ulong hash)
    {
        if (hash > Threshold)
            return;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, hash, out _)++;
        if (_counts.Count <= MostValues)
            return;
        _halvings++;
        foreach (var high in _counts.Keys.Where(key => key > Threshold).ToList())
            _counts.Remove(high);
    }

    /// <summary>Reads the columns of an asset. The texts of the wanted hashes are noted on the way.</summary>
    public static Dictionary<string, ColumnValues> Read(FoundAsset asset, IReadOnlyCollection<string> columns, TableStore store, FileProfiler profiler, IReadOnlyDictionary<string, Dictionary<ulong, string?>>? wanted, CancellationToken cancellation)
    {
        var result = columns.ToDictionary(column => column, _ => new ColumnValues(), StringComparer.Ordinal);
        void note(string column, ReadOnlySpan<byte> value)
        {
            if (value.IsEmpty)
                return;
            var hash = HashOf(value);
            result[column].Add(hash);
            if (wanted is not null && wanted.TryGetValue(column, out var texts) && texts.TryGetValue(hash, out var text) && text is null)
                texts[hash] = Encoding.UTF8.GetString(value);
        }

        if (asset.Files.Count == 0 || asset.Layout?.Form == FileForm.Parquet)
            ReadTyped(asset, columns, store, profiler, note, cancellation);
        else
            ReadText(asset, columns, note, cancellation);
        return result;
    }

    /// <summary>17850.0 and 17850 are the same reference; so are numbers with and without a plus.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> value)
    {
        if (value[0] is >= (byte)'0' and <= (byte)'9' or (byte)'-' && CellReader.Read(value, out var number, out var integer, out var leadingZero) is var kind && !leadingZero)
        {
            if (kind == CellKind.Integer)
                return ValueHash.Of(integer);
            if (kind == CellKind.Decimal && number == Math.Truncate(number) && Math.Abs(number) < 9e15)
                return ValueHash.Of((long)number);
        }

        return ValueHash.Of(value);
    }

    private delegate void Note(string column, ReadOnlySpan<byte> value);

    private static void ReadText(FoundAsset asset, IReadOnlyCollection<string> columns, Note note, CancellationToken cancellation)
    {
        foreach (var file in asset.Files)
        {
            var layout = asset.Layout!;
            if (layout.Form != FileForm.Delimited)
                continue;
            var positions = columns.Select(column => (column, at: layout.Columns.ToList().IndexOf(column))).Where(pair => pair.at >= 0).ToArray();
            using var reader = new DelimitedReader(LayoutSniffer.Open(file.Path, layout), layout.Delimiter, layout.Quoted);
            if (layout.HasHeader)
                reader.Read();
            while (reader.Read())
            {
                if ((reader.Line & 8191) == 0)
                    cancellation.ThrowIfCancellationRequested();
                foreach (var (column, at) in positions)
                {
                    if (at < reader.FieldCount && at < DelimitedReader.MostFields)
                        note(column, reader.Field(at).Trim(" \t\r"u8));
                }
            }
        }
    }

    private static void ReadTyped(FoundAsset asset, IReadOnlyCollection<string> columns, TableStore store, FileProfiler profiler, Note note, CancellationToken cancellation)
    {
        var list = string.Join(", ", columns.Select(column => $"cast({SqlText.Identifier(column)} as varchar) as {SqlText.Identifier(column)}"));
        if (asset.Files.Count == 0)
        {
            using var session = store.OpenSession(new TableSessionOptions { Threads = 1 });
            session.ExposeFolder("inventoried", asset.Location!, asset.Version);
            using var reader = session.Stream($"select {list} from inventoried", null, cancellation);
            ReadBatches(reader, note);
            return;
        }

        foreach (var file in asset.Files)
        {
            using var reader = profiler.Connection.Stream($"select {list} from read_parquet({SqlText.Literal(file.Path)}, hive_partitioning = false)", null, cancellation);
            ReadBatches(reader, note);
        }
    }

    private static void ReadBatches(BatchReader reader, Note note)
    {
        while (reader.Read(out var batch))
        {
            for (var i = 0; i < reader.Columns.Count; i++)
            {
                var vector = batch[i];
                for (var row = 0; row < batch.RowCount; row++)
                {
                    if (!vector.IsNull(row))
                        note(reader.Columns[i].Name, vector.Utf8(row));
                }
            }
        }
    }

    /// <summary>Number of a value's text; NaN where it is none.</summary>
    public static double Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
