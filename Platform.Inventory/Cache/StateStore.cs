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
public sealed class StateStore
{
    private readonly string? _folder;
    private readonly CacheBudget _budget;

    /// <param name="folder">The cache's folder; null keeps nothing.</param>
    /// <param name="budget">Told of every state that is kept.</param>
    internal StateStore(string? folder, CacheBudget budget)
    {
        _folder = folder;
        _budget = budget;
    }

    /// <summary>Whether anything is kept at all.</summary>
    public bool Keeps => _folder is not null;

    /// <summary>The state of a file of an asset; null where none is kept that can be used.</summary>
    public TableState? Find(FoundAsset asset, ScannedFile file) => asset.Layout is { } layout ? Find(KeyOf(file, layout, FilePartitions.Of(asset.Key, file.Path))) : null;

    /// <summary>The key of a file's state: its content, how that is read, and what its folder says of each row, which is no content.</summary>
    internal static string KeyOf(ScannedFile file, FileLayout layout, IReadOnlyList<PartitionValue> partition)
    {
        var key = $"{file.Hash}-{ValueHash.Of(Encoding.UTF8.GetBytes(layout.Shape + layout.Encoding)):x16}";
        return partition.Count == 0 ? key : KeyOf($"{key}\n{string.Join('\n', partition.Select(value => $"{value.Name}={value.Value}"))}");
    }

    /// <summary>A key of anything that a text names.</summary>
    internal static string KeyOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 20));

    /// <summary>Whether a state is kept. It may yet turn out to be damaged.</summary>
    internal bool Has(string key) => _folder is not null && File.Exists(PathOf(key));

    /// <summary>The state under a key; null where none is kept that can be used.</summary>
    internal TableState? Find(string key)
    {
        if (_folder is null)
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
        if (_folder is null)
            return;
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        File.WriteAllBytes(temporary, state.ToBytes());
        File.Move(temporary, path, overwrite: true);
        _budget.Added();
    }

    private string PathOf(string key) => Path.Combine(_folder!, "states", key[..2], key + ".state");
}
