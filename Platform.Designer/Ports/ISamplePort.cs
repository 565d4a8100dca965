namespace Platform.Designer.Ports;

/// <summary>First rows of an asset. The host implements it over the table store; the page masks personal columns itself.</summary>
public interface ISamplePort
{
    /// <summary>Some rows of the newest version; null where this kind of asset cannot be previewed (a model, a database table without connection).</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<AssetSample?> ReadAsync(string asset, int rows, CancellationToken cancellationToken);
}

/// <summary>Some rows of an asset.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Rows">Values as text in the order of the columns; null is null.</param>
/// <param name="Version">Table version that was read; null where the asset has none.</param>
public sealed record AssetSample(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, long? Version);
