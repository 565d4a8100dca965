using Platform.Catalog.Assets;
using Platform.Catalog.Inventory;
using Platform.Inventory.Read;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sources;
using Platform.Workflows;

namespace Platform.Activities.Inventory;

/// <summary>First rows of what the inventory found outside of the platform: files by its own readers, tables of databases over the connection that they were found with.</summary>
public sealed class InventorySample(AssetQueries assets, InventoryQueries inventory, TableStore tables, IConnections connections)
{
    /// <summary>Some rows; null for an asset that is not known or has no rows (a model, an endpoint).</summary>
    /// <param name="key">Key of the asset.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">It cannot be read; the message says why and what to do.</exception>
    public async Task<SampleRows?> ReadAsync(string key, int rows, CancellationToken cancellationToken)
    {
        if (await assets.GetAsync(key, cancellationToken) is not { Asset: { Kind: "file_set" or "database_table" } asset } found)
            return null;
        if (asset.Problem is { } problem)
            throw new IOException($"The last inventory could not read it: {problem}");
        var columns = found.Columns.Where(column => column.GoneAt is null).Select(column => (column.Name, column.DataType)).ToList();
        try
        {
            return asset.Kind == "database_table" ? await OfDatabaseAsync(asset, columns, rows, cancellationToken) : await OfFilesAsync(asset, [.. columns.Select(column => column.Name)], rows, cancellationToken);
        }
        catch (Exception e) when (e is UnreadableFileException or SourceException or DuckDbException or TableNotFoundException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private async Task<SampleRows> OfDatabaseAsync(AssetRow asset, List<(string Name, string Type)> columns, int rows, CancellationToken cancellationToken)
    {
        if (asset.Source is not { } source)
            throw new IOException("No inventory has read this table: only runs mention it. Add its database to the sources of the nightly inventory.");
        var databases = await DatabaseSources.FindAsync([source], connections, cancellationToken);
        if (!databases.Addresses.TryGetValue(source, out var address))
            throw new IOException(databases.Failures.GetValueOrDefault(source) ?? $"There is no connection any more for the source '{source}'. Set it again under Settings.");
        var name = asset.Key[(asset.Key.LastIndexOf('/') + 1)..];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || columns.Count == 0)
            return new SampleRows([], []);
        return await Task.Run(() => SampleReader.OfDatabase(address, name[..dot], name[(dot + 1)..], columns, rows, cancellationToken), cancellationToken);
    }

    private async Task<SampleRows> OfFilesAsync(AssetRow asset, List<string> columns, int rows, CancellationToken cancellationToken)
    {
        var files = await inventory.FilesAsync(asset.Key, cancellationToken);
        var path = files.Count > 0 ? files[^1].Path : asset.Location ?? (asset.Key.StartsWith("file:", StringComparison.Ordinal) ? asset.Key["file:".Length..] : null);
        if (path is null || (!File.Exists(path) && !Directory.Exists(path)))
            throw new IOException(path is null ? "It is not known where its files lie." : $"'{path}' is not there any more, or this account may not look at it. The next inventory says so.");
        return await Task.Run(() => Directory.Exists(path) ? SampleReader.OfDelta(path, columns, rows, tables, cancellationToken) : SampleReader.OfFile(path, columns, rows, tables, cancellationToken), cancellationToken);
    }
}
