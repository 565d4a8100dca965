using Platform.Activities.Ingest;
using Platform.Inventory.Scan;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>The databases among the sources of an inventory.</summary>
/// <param name="Addresses">Where they are, by source.</param>
/// <param name="Failures">Sources whose connection cannot be used, with the reason.</param>
internal sealed record DatabaseSources(IReadOnlyDictionary<string, PostgresAddress> Addresses, IReadOnlyDictionary<string, string> Failures)
{
    /// <summary>Looks the connections of <c>connection:NAME</c> up. One that is unknown or of another kind is a failure of its source only.</summary>
    public static async Task<DatabaseSources> FindAsync(IEnumerable<string> sources, IConnections? connections, CancellationToken cancellationToken)
    {
        var addresses = new Dictionary<string, PostgresAddress>(StringComparer.Ordinal);
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in sources.Where(source => source.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            var name = source[InventoryScanner.Connection.Length..].Trim();
            try
            {
                addresses[source] = DatabaseConnection.AddressOf(await (connections ?? throw new ConnectionNotFoundException(name)).GetAsync(name, cancellationToken));
            }
            catch (Exception error) when (error is ConnectionNotFoundException or ActivityException)
            {
                failures[source] = error.Message;
            }
        }

        return new DatabaseSources(addresses, failures);
    }
}
