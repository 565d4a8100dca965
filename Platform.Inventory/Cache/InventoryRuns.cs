using System.Globalization;
using System.Text.Json;
using Platform.Inventory.Compare;

namespace Platform.Inventory.Cache;

/// <summary>
/// Folder of the inventory runs: what a run found, handed from task to task and kept for the next night to compare with, and its report.
/// It lies beside the tables, where all nodes reach it.
/// </summary>
/// <param name="folder">Such as <c>{home}/inventory</c>.</param>
public sealed class InventoryRuns(string folder)
{
    /// <summary>Runs whose findings are kept; reports stay.</summary>
    public const int Kept = 30;

    private const string Found = "found.json";

    /// <summary>Where earlier nights' work is kept.</summary>
    public string CacheFolder => Path.Combine(folder, "cache");

    /// <summary>The folder of one inventory run.</summary>
    public string FolderOf(long inventoryRun) => Path.Combine(folder, "runs", inventoryRun.ToString(CultureInfo.InvariantCulture));

    /// <summary>Keeps what a run has found so far, whole or not at all.</summary>
    public void Keep(long inventoryRun, InventorySnapshot snapshot)
    {
        var path = Path.Combine(FolderOf(inventoryRun), Found);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var stream = File.Create(temporary))
            JsonSerializer.Serialize(stream, snapshot, InventoryCache.Json);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>What a run found; null where nothing is kept or it cannot be read.</summary>
    public InventorySnapshot? Find(long inventoryRun)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(FolderOf(inventoryRun), Found));
            return JsonSerializer.Deserialize<InventorySnapshot>(stream, InventoryCache.Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Drops the findings of all but the newest runs.</summary>
    public void Prune()
    {
        var runs = Directory.EnumerateDirectories(Path.Combine(folder, "runs"))
            .Select(path => (Path: path, IsRun: long.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var number), Number: number))
            .Where(run => run.IsRun).OrderByDescending(run => run.Number).Skip(Kept);
        foreach (var run in runs)
            File.Delete(Path.Combine(run.Path, Found));
    }
}
