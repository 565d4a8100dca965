using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Cache;

/// <summary>
/// What is known of each file by its path, size and time, so that an unchanged file is neither hashed nor looked into again. A cache:
/// where its file is missing or damaged, everything is looked at anew.
/// </summary>
public sealed class FileIndex
{
    // A file that changed within this time of being looked at may change again without its time telling.
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter() } };

    private readonly string? _path;
    private readonly Dictionary<string, Entry> _before;
    private readonly ConcurrentDictionary<string, Entry> _now = new(StringComparer.Ordinal);

    private FileIndex(string? path, Dictionary<string, Entry> before)
    {
        _path = path;
        _before = before;
    }

    /// <summary>Opens the index of a cache folder; null keeps it in memory only.</summary>
    public static FileIndex Open(string? folder)
    {
        if (folder is null)
            return new FileIndex(null, []);
        var path = Path.Combine(folder, "files.json");
        try
        {
            using var stream = File.OpenRead(path);
            var entries = JsonSerializer.Deserialize<Stored>(stream, Json);
            return new FileIndex(path, entries?.Version == Stored.Current ? new Dictionary<string, Entry>(entries.Files, StringComparer.Ordinal) : []);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            return new FileIndex(path, []);
        }
    }

    /// <summary>The file's hash and layout: remembered where size and time are the same, otherwise found.</summary>
    /// <param name="file">Its size and time are taken anew.</param>
    /// <param name="now">The present, to tell files that change right now.</param>
    /// <param name="find">Finds the layout.</param>
    /// <exception cref="UnreadableFileException">It cannot be read; the message says why.</exception>
    internal (ScannedFile File, FileLayout Layout) Look(FileInfo file, DateTimeOffset now, Func<string, FileLayout> find)
    {
        try
        {
            file.Refresh();
            if (!file.Exists)
                throw new UnreadableFileException("The file vanished during the scan.");
            var modified = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
            if (_before.TryGetValue(file.FullName, out var known) && known.Length == file.Length && known.Modified == modified && known.Hash is not null)
            {
                _now[file.FullName] = known;
                if (known.Layout is null)
                    throw new UnreadableFileException(known.Failure ?? "It is no table.");
                return (new ScannedFile(file.FullName, known.Length, known.Modified, known.Hash), known.Layout);
            }

            var hash = Hash(file.FullName);
            // Touched or copied, but the same content: what was found then still holds.
            if (known is not null && known.Hash == hash && known.Layout is not null)
                return Keep(file, modified, hash, known.Layout, now);
            try
            {
                return Keep(file, modified, hash, find(file.FullName), now);
            }
            catch (UnreadableFileException e)
            {
                _now[file.FullName] = new Entry(file.Length, modified, now - modified < Racy ? null : hash, null, e.Message);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException(e is FileNotFoundException or DirectoryNotFoundException ? "The file vanished during the scan." : $"The file may not be read: {e.Message}", e);
        }
    }

    /// <summary>Hashes whose states are still needed.</summary>
    public IReadOnlySet<string> Hashes => _now.Values.Select(entry => entry.Hash).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Writes the index of the files looked at, together with those of other sources that were not looked at.</summary>
    public void Save(IEnumerable<string> scannedRoots)
    {
        if (_path is null)
            return;
        var roots = scannedRoots.Select(root => Path.TrimEndingDirectorySeparator(root) + "/").ToArray();
        foreach (var (path, entry) in _before)
        {
            if (!roots.Any(root => path.StartsWith(root, StringComparison.Ordinal)))
                _now.TryAdd(path, entry);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var temporary = $"{_path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        using (var stream = File.Create(temporary))
            JsonSerializer.Serialize(stream, new Stored { Files = new SortedDictionary<string, Entry>(_now, StringComparer.Ordinal) }, Json);
        File.Move(temporary, _path, overwrite: true);
    }

    internal static string Hash(string path)
    {
        using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 1 << 17, Options = FileOptions.SequentialScan });
        return Convert.ToHexStringLower(SHA256.HashData(stream).AsSpan(0, 16));
    }

    private (ScannedFile File, FileLayout Layout) Keep(FileInfo file, DateTimeOffset modified, string hash, FileLayout layout, DateTimeOffset now)
    {
        _now[file.FullName] = new Entry(file.Length, modified, now - modified < Racy ? null : hash, layout, null);
        return (new ScannedFile(file.FullName, file.Length, modified, hash), layout);
    }

    private sealed record Entry(long Length, DateTimeOffset Modified, string? Hash, FileLayout? Layout, string? Failure);

    private sealed record Stored
    {
        /// <summary>Raised when layouts are found by other rules.</summary>
        public const int Current = 2;

        public int Version { get; init; } = Current;

        public SortedDictionary<string, Entry> Files { get; init; } = [];
    }
}
