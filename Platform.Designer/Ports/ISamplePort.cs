namespace Platform.Designer.Ports;

/// <summary>First rows of an asset. The host implements it over the table store, the files and the connections of the inventory; the page masks personal columns itself.</summary>
public interface ISamplePort
{
    /// <summary>Some rows of the newest version; null where this kind of asset has no rows (a model).</summary>
    /// <param name="asset">Key of the asset.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">It cannot be read now; the message says why and what to do.</exception>
    Task<AssetSample?> ReadAsync(string asset, int rows, CancellationToken cancellationToken);
}

/// <summary>Some rows of an asset.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Rows">Values as text in the order of the columns; null is null.</param>
/// <param name="Version">Table version that was read; null where the asset has none.</param>
public sealed record AssetSample(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, long? Version);
