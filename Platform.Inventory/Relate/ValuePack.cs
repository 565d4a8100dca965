using System.Collections.Concurrent;
using System.Text;
using Platform.Inventory.Profile;

namespace Platform.Inventory.Relate;

/// <summary>What was kept of one content of a table in one file: values of columns and a sketch of the rows, each found by a number. A cache: it may be missing or damaged.</summary>
internal sealed class ValuePack(string folder)
{
    private const int Magic = 0x4B415056;
    private const int MostSections = 10_000;

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<ulong, (long At, int Length)>> _sections = new(StringComparer.Ordinal);

    /// <summary>The key of a column's values.</summary>
    public static ulong ColumnKey(string column) => ValueHash.Of(Encoding.UTF8.GetBytes("column " + column));

    /// <summary>The key of the sketch of rows by these columns in this order.</summary>
    public static ulong SketchKey(IEnumerable<string> columns) => ValueHash.Of(Encoding.UTF8.GetBytes("rows " + string.Join('\u0001', columns)));

    /// <summary>The bytes that something writes.</summary>
    public static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            write(writer);
        return stream.ToArray();
    }

    /// <summary>Keeps sections under a content, whole or not at all.</summary>
    public static void Keep(string folder, string fingerprint, IReadOnlyDictionary<ulong, byte[]> sections)
    {
        var path = PathOf(folder, fingerprint);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        using (var writer = new BinaryWriter(File.Create(temporary)))
        {
            writer.Write(Magic);
            writer.Write(sections.Count);
            foreach (var (key, bytes) in sections)
            {
                writer.Write(key);
                writer.Write(bytes.Length);
            }

            foreach (var bytes in sections.Values)
                writer.Write(bytes);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Whether a section is there.</summary>
    public bool Has(string fingerprint, ulong key) => SectionsOf(fingerprint).ContainsKey(key);

    /// <summary>What a section holds; null where it is not there or cannot be read.</summary>
    public T? Find<T>(string fingerprint, ulong key, Func<BinaryReader, T?> read) where T : class
    {
        if (!SectionsOf(fingerprint).TryGetValue(key, out var section))
            return null;
        try
        {
            using var stream = File.OpenRead(PathOf(folder, fingerprint));
            stream.Position = section.At;
            using var reader = new BinaryReader(stream);
            return read(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _sections[fingerprint] = new Dictionary<ulong, (long, int)>();
            return null;
        }
    }

    private IReadOnlyDictionary<ulong, (long At, int Length)> SectionsOf(string fingerprint) => _sections.GetOrAdd(fingerprint, Look);

    private Dictionary<ulong, (long, int)> Look(string fingerprint)
    {
        var sections = new Dictionary<ulong, (long, int)>();
        try
        {
            using var stream = File.OpenRead(PathOf(folder, fingerprint));
            using var reader = new BinaryReader(stream);
            if (reader.ReadInt32() != Magic)
                return sections;
            var count = reader.ReadInt32();
            if (count is < 0 or > MostSections)
                return sections;
            long at = (2 * sizeof(int)) + (count * (long)(sizeof(ulong) + sizeof(int)));
            for (var i = 0; i < count; i++)
            {
                var key = reader.ReadUInt64();
                var length = reader.ReadInt32();
                sections[key] = (at, length);
                at += length;
            }

            // A file that was cut holds nothing.
            return at == stream.Length ? sections : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string PathOf(string folder, string fingerprint) => Path.Combine(folder, "values", fingerprint[..2], fingerprint + ".pack");
}
