using System.Globalization;
using System.Text.Json;
using Platform.Inventory.Compare;
using Platform.Inventory.Errors;

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
    private const string Cells = "cells.json";

    /// <summary>Where earlier nights' work is kept.</summary>
    public string CacheFolder => Path.Combine(folder, "cache");

    /// <summary>The folder of one inventory run.</summary>
    public string FolderOf(long inventoryRun) => Path.Combine(folder, "runs", inventoryRun.ToString(CultureInfo.InvariantCulture));

    /// <summary>Keeps what a run has found so far, whole or not at all; cells are kept by <see cref="KeepCells"/>.</summary>
    public void Keep(long inventoryRun, InventorySnapshot snapshot) => Write(inventoryRun, Found, snapshot with { Cells = [], CellsLeft = [] });

    /// <summary>Keeps the wrong cells of a run beside what it found: the task that looks for them runs while others read.</summary>
    /// <param name="inventoryRun">The run.</param>
    /// <param name="looks">Assets with something to tell.</param>
    /// <param name="left">Keys of assets that were left out.</param>
    public void KeepCells(long inventoryRun, IReadOnlyList<CellLook> looks, IReadOnlyList<string> left) => Write(inventoryRun, Cells, new KeptCells { Looks = looks, Left = left });

    /// <summary>What a run found; null where nothing is kept or it cannot be read.</summary>
    public InventorySnapshot? Find(long inventoryRun)
    {
        if (Read<InventorySnapshot>(inventoryRun, Found) is not { } snapshot)
            return null;
        return Read<KeptCells>(inventoryRun, Cells) is { } cells ? snapshot with { Cells = cells.Looks, CellsLeft = cells.Left } : snapshot;
    }

    private void Write<T>(long inventoryRun, string name, T document)
    {
        var path = Path.Combine(FolderOf(inventoryRun), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var stream = File.Create(temporary))
            JsonSerializer.Serialize(stream, document, InventoryCache.Json);
        File.Move(temporary, path, overwrite: true);
    }

    private T? Read<T>(long inventoryRun, string name) where T : class
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(FolderOf(inventoryRun), name));
            return JsonSerializer.Deserialize<T>(stream, InventoryCache.Json);
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
        {
            File.Delete(Path.Combine(run.Path, Found));
            File.Delete(Path.Combine(run.Path, Cells));
        }
    }

    private sealed record KeptCells
    {
        public IReadOnlyList<CellLook> Looks { get; init; } = [];

        public IReadOnlyList<string> Left { get; init; } = [];
    }
}
