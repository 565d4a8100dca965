using Platform.Inventory.Profile;
using Platform.Inventory.Read;

namespace Platform.Inventory.Cache;

/// <summary>
/// Keeps the states of files under the hash of their content, so that a night reads only what changed. A cache on disk: anything in it may be
/// missing or damaged and is then read from the data again.
/// </summary>
public sealed class StateStore(string? folder)
{
    /// <summary>Whether anything is kept at all.</summary>
    public bool Keeps => folder is not null;

    /// <summary>Whether a state of the file is kept. It may yet turn out to be damaged.</summary>
    public bool Has(string hash, FileLayout? layout) => folder is not null && File.Exists(PathOf(hash, layout));

    /// <summary>The state of a file; null where it is not kept.</summary>
    public TableState? Find(string hash, FileLayout? layout)
    {
        if (folder is null)
            return null;
        try
        {
            return TableState.FromBytes(File.ReadAllBytes(PathOf(hash, layout)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a state. A reader sees all of it or nothing.</summary>
    public void Keep(string hash, FileLayout? layout, TableState state)
    {
        if (folder is null)
            return;
        var path = PathOf(hash, layout);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        File.WriteAllBytes(temporary, state.ToBytes());
        File.Move(temporary, path, overwrite: true);
    }

    private string PathOf(string hash, FileLayout? layout)
    {
        var shape = ValueHash.Of(System.Text.Encoding.UTF8.GetBytes(layout is null ? "" : layout.Shape + layout.Encoding));
        return Path.Combine(folder!, "states", hash[..2], $"{hash}-{shape:x16}.state");
    }
}
