using Platform.Designer.Ports;
using Platform.Server.Data;
using Platform.Tables;

namespace Platform.Server.Ports;

/// <summary>First rows of a platform table for its page. Other kinds of assets have none.</summary>
internal sealed class SamplePort(TableStore store) : ISamplePort
{
    public Task<AssetSample?> ReadAsync(string asset, int rows, CancellationToken cancellationToken) =>
        TableName.TryParse(asset, out var table) && store.Exists(table)
            ? Task.Run<AssetSample?>(() =>
            {
                var version = store.Snapshot(table).Version;
                var sample = new TableReader(store).Sample(table, version, rows, cancellationToken);
                return new AssetSample(sample.Columns, [.. sample.ToNullableText()], version);
            }, cancellationToken)
            : Task.FromResult<AssetSample?>(null);
}
