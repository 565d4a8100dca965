using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;

namespace Platform.Inventory.Relate;

/// <summary>
/// The values of columns, read once for each content of an asset and kept on disk, so that a night compares what changed with what did not without
/// reading the latter again. In memory stay the most recently used ones.
/// </summary>
/// <param name="folder">Folder of the inventory's cache; null keeps all in memory.</param>
/// <param name="cells">Makes a reader of assets, for one thread.</param>
internal sealed class ValueShelf(string? folder, Func<AssetCells> cells)
{
    private const long MemoryLimit = 64L << 20;

    // By then most contents are others; what is still asked for is read again.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, ColumnValues> _memory = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _failed = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = [];
    private readonly ValuePack? _packs = folder is null ? null : new ValuePack(folder);
    private long _bytes;

    /// <summary>Assets that could not be read, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Failed => _failed;

    /// <summary>Sees to it that the columns of an asset are there, reading it at most once.</summary>
    public void Prepare(IEnumerable<(FoundAsset Asset, IReadOnlyList<string> Columns)> wanted, CancellationToken cancellation)
    {
        var missing = wanted.Select(pair => (pair.Asset, Columns: (IReadOnlyList<string>)[.. pair.Columns.Where(column => !Has(pair.Asset, column))])).Where(pair => pair.Columns.Count > 0)
            .OrderByDescending(pair => pair.Asset.Bytes ?? 0).ToList();
        Read(missing, (pair, reader) =>
        {
            var sink = new Collector(pair.Columns.Count);
            reader.Read(pair.Asset, pair.Columns, sink, long.MaxValue, cancellation);
            for (var i = 0; i < pair.Columns.Count; i++)
                Keep(pair.Asset, pair.Columns[i], sink.Columns[i].Build());
        }, pair => pair.Asset.Key, cancellation);
    }

    /// <summary>The values of a column; null where the asset cannot be read.</summary>
    public ColumnValues? Find(FoundAsset asset, string column, CancellationToken cancellation)
    {
        if (_failed.ContainsKey(asset.Key))
            return null;
        var key = KeyOf(asset, column);
        if (_memory.TryGetValue(key, out var values))
            return values;
        if ((_packs?.Find(asset.Fingerprint, ValuePack.ColumnKey(column), ColumnValues.Read) ?? Load(key)) is { } loaded)
            return Remember(key, loaded);
        Prepare([(asset, [column])], cancellation);
        return _memory.GetValueOrDefault(key) ?? Load(key);
    }

    /// <summary>Whether the values of a column are there without reading the asset.</summary>
    public bool Keeps(FoundAsset asset, string column) => !_failed.ContainsKey(asset.Key) && Has(asset, column);

    /// <summary>The sketch of a table's rows that was made while its profile was; null where there is none by these columns.</summary>
    public RowSketch? Sketch(FoundAsset asset, IReadOnlyList<string> columns) => _packs?.Find(asset.Fingerprint, ValuePack.SketchKey(columns), RowSketch.Read);

    /// <summary>The texts of some hashes of columns of an asset; those that are not found stay null.</summary>
    public void Texts(FoundAsset asset, IReadOnlyDictionary<string, Dictionary<ulong, string?>> wanted, CancellationToken cancellation)
    {
        var columns = wanted.Keys.ToList();
        Read([asset], (it, reader) => reader.Read(it, columns, new Finder([.. columns.Select(column => wanted[column])]), long.MaxValue, cancellation), it => it.Key, cancellation);
    }

    /// <summary>Does work for each item on all cores, each with a reader of its own; what cannot be read is noted and does not stop the rest.</summary>
    public void Read<T>(IReadOnlyList<T> items, Action<T, AssetCells> work, Func<T, string> name, CancellationToken cancellation)
    {
        var free = new ConcurrentBag<AssetCells>();
        try
        {
            Parallel.ForEach(Partitioner.Create((IList<T>)[.. items], loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, item =>
            {
                var reader = free.TryTake(out var known) ? known : cells();
                try
                {
                    work(item, reader);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnreadableFileException or SourceException or TableException or DuckDbException or InvalidDataException)
                {
                    _failed.TryAdd(name(item), e.Message);
                }
                finally
                {
                    free.Add(reader);
                }
            });
        }
        finally
        {
            foreach (var reader in free)
                reader.Dispose();
        }
    }

    /// <summary>Drops what was read a month ago: the contents of most assets are others by then.</summary>
    public void Prune(DateTimeOffset now)
    {
        if (folder is null || !Directory.Exists(Path.Combine(folder, "values")))
            return;
        foreach (var file in new DirectoryInfo(Path.Combine(folder, "values")).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (now - file.LastWriteTimeUtc > Kept)
                file.Delete();
        }
    }

    private bool Has(FoundAsset asset, string column) => _failed.ContainsKey(asset.Key) || KeyOf(asset, column) is var key && (_memory.ContainsKey(key) || _packs is not null && (_packs.Has(asset.Fingerprint, ValuePack.ColumnKey(column)) || File.Exists(PathOf(key))));

    private static string KeyOf(FoundAsset asset, string column)
        => string.Create(CultureInfo.InvariantCulture, $"{asset.Fingerprint}-{ValueHash.Of(Encoding.UTF8.GetBytes(column)):x16}");

    private string PathOf(string key) => Path.Combine(folder!, "values", key[..2], key + ".values");

    private void Keep(FoundAsset asset, string column, ColumnValues values)
    {
        var key = KeyOf(asset, column);
        if (folder is not null)
        {
            var path = PathOf(key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
            using (var writer = new BinaryWriter(File.Create(temporary)))
                values.Write(writer);
            File.Move(temporary, path, overwrite: true);
        }

        Remember(key, values);
    }

    private ColumnValues? Load(string key)
    {
        if (folder is null)
            return null;
        try
        {
            using var stream = File.OpenRead(PathOf(key));
            using var reader = new BinaryReader(stream);
            return ColumnValues.Read(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private ColumnValues Remember(string key, ColumnValues values)
    {
        if (!_memory.TryAdd(key, values))
            return values;
        _order.Enqueue(key);
        Interlocked.Add(ref _bytes, values.Bytes);
        while (folder is not null && Interlocked.Read(ref _bytes) > MemoryLimit && _order.TryDequeue(out var oldest))
        {
            if (_memory.TryRemove(oldest, out var dropped))
                Interlocked.Add(ref _bytes, -dropped.Bytes);
        }

        return values;
    }

    private sealed class Collector(int columns) : ICellSink
    {
        public ColumnValues.Builder[] Columns { get; } = [.. Enumerable.Range(0, columns).Select(_ => new ColumnValues.Builder())];

        public void Cell(int column, ReadOnlySpan<byte> value) => Columns[column].Add(ColumnValues.HashOf(value));

        public void EndRow()
        {
            // Columns are looked at one by one.
        }
    }

    private sealed class Finder(Dictionary<ulong, string?>[] wanted) : ICellSink
    {
        public void Cell(int column, ReadOnlySpan<byte> value)
        {
            var hash = ColumnValues.HashOf(value);
            if (wanted[column].TryGetValue(hash, out var text) && text is null)
                wanted[column][hash] = Encoding.UTF8.GetString(value);
        }

        public void EndRow()
        {
            // Columns are looked at one by one.
        }
    }
}
