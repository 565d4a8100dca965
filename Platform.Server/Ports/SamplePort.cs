using Platform.Activities.Inventory;
using Platform.Designer.Ports;
using Platform.Server.Data;
using Platform.Tables;

namespace Platform.Server.Ports;

/// <summary>First rows of a platform table, of files and of databases' tables for their pages. Other kinds of assets have none.</summary>
internal sealed class SamplePort(TableStore store, InventorySample inventory) : ISamplePort
{
    public async Task<AssetSample?> ReadAsync(string asset, int rows, CancellationToken cancellationToken)
    {
        if (!TableName.TryParse(asset, out var table) || !store.Exists(table))
            return await inventory.ReadAsync(asset, rows, cancellationToken) is { } found ? new AssetSample(found.Columns, found.Rows, null) : null;
        return await Task.Run(() =>
        {
            var version = store.Snapshot(table).Version;
            var sample = new TableReader(store).Sample(table, version, rows, cancellationToken);
            return new AssetSample(sample.Columns, [.. sample.ToNullableText()], version);
        }, cancellationToken);
    }
}
