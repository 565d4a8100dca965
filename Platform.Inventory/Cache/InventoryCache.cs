using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Inventory.Cache;

/// <summary>
/// What earlier nights worked out, under the content it was worked out from: states of files, profiles of assets, relations of groups. Everything
/// in it can be made again from the data; deleting the folder costs time and nothing else.
/// </summary>
public sealed class InventoryCache
{
    internal static JsonSerializerOptions Json { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string? _folder;

    /// <param name="folder">Where it lies, such as <c>{home}/inventory/cache</c>; null keeps nothing.</param>
    public InventoryCache(string? folder)
    {
        _folder = folder;
        Files = FileIndex.Open(folder);
        Budget = new CacheBudget(folder);
        States = new StateStore(folder, Budget);
    }

    /// <summary>Where it lies; null keeps nothing.</summary>
    internal string? Folder => _folder;

    /// <summary>Files by path, size and time.</summary>
    public FileIndex Files { get; }

    /// <summary>States of files by content.</summary>
    public StateStore States { get; }

    /// <summary>What all of it may take on disk.</summary>
    internal CacheBudget Budget { get; }

    /// <summary>A document of a kind under a key; null where it is not kept or cannot be read.</summary>
    public T? Find<T>(string kind, string key) where T : class
    {
        if (_folder is null)
            return null;
        try
        {
            using var stream = File.OpenRead(PathOf(kind, key));
            return JsonSerializer.Deserialize<T>(stream, Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Keeps a document. A reader sees all of it or nothing.</summary>
    public void Keep<T>(string kind, string key, T document) where T : class
    {
        if (_folder is null)
            return;
        var path = PathOf(kind, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        using (var stream = File.Create(temporary))
            JsonSerializer.Serialize(stream, document, Json);
        File.Move(temporary, path, overwrite: true);
        Budget.Added();
    }

    private string PathOf(string kind, string key) => Path.Combine(_folder!, kind, key[..2], key + ".json");
}
