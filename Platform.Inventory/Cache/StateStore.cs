using System.Security.Cryptography;
using System.Text;
using Platform.Inventory.Profile;
using Platform.Inventory.Read;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Cache;

/// <summary>
/// Keeps the states of data files, and of groups of them, under what they were made from, so that a night reads only what changed. A cache on disk:
/// anything in it may be missing, damaged or of an older version, and is then read from the data again.
/// </summary>
/// <param name="folder">The cache's folder; null keeps nothing.</param>
public sealed class StateStore(string? folder)
{
    /// <summary>Bytes that the states may take together; above it the oldest go.</summary>
    public const long MostBytes = 4L << 30;

    private int _kept;

    /// <summary>Whether anything is kept at all.</summary>
    public bool Keeps => folder is not null;

    /// <summary>The state of a file by the hash of its content; null where none is kept that can be used.</summary>
    public TableState? Find(string hash, FileLayout layout) => Find(KeyOf(hash, layout));

    /// <summary>The key of a file's state: its content, and how that is read.</summary>
    internal static string KeyOf(ScannedFile file, FileLayout layout) => KeyOf(file.Hash, layout);

    private static string KeyOf(string hash, FileLayout layout)
        => $"{hash}-{ValueHash.Of(Encoding.UTF8.GetBytes(layout.Shape + layout.Encoding)):x16}";

    /// <summary>A key of anything that a text names.</summary>
    internal static string KeyOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 20));

    /// <summary>Whether a state is kept. It may yet turn out to be damaged.</summary>
    internal bool Has(string key) => folder is not null && File.Exists(PathOf(key));

    /// <summary>The state under a key; null where none is kept that can be used.</summary>
    internal TableState? Find(string key)
    {
        if (folder is null)
            return null;
        try
        {
            return TableState.FromBytes(File.ReadAllBytes(PathOf(key)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a state. A reader sees all of it or nothing.</summary>
    internal void Keep(string key, TableState state)
    {
        if (folder is null)
            return;
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        File.WriteAllBytes(temporary, state.ToBytes());
        File.Move(temporary, path, overwrite: true);
        Interlocked.Increment(ref _kept);
    }

    /// <summary>Where states were added, drops the oldest of all until they take no more than <paramref name="mostBytes"/>.</summary>
    internal void Prune(long mostBytes = MostBytes)
    {
        if (folder is null || Interlocked.Exchange(ref _kept, 0) == 0)
            return;
        var files = new DirectoryInfo(Path.Combine(folder, "states")).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => (File: file, file.Length, file.LastWriteTimeUtc)).ToList();
        var bytes = files.Sum(file => file.Length);
        foreach (var (file, length, _) in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            if (bytes <= mostBytes)
                return;
            try
            {
                file.Delete();
                bytes -= length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process may hold it; the next night tries again.
            }
        }
    }

    private string PathOf(string key) => Path.Combine(folder!, "states", key[..2], key + ".state");
}
