using Platform.Activities.Ingest;
using Platform.Inventory.Scan;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>The databases and services among the sources of an inventory.</summary>
/// <param name="Addresses">Where the databases are, by source.</param>
/// <param name="Services">Where the HTTP services are, by source.</param>
/// <param name="Failures">Sources whose connection cannot be used, with the reason.</param>
internal sealed record DatabaseSources(IReadOnlyDictionary<string, PostgresAddress> Addresses, IReadOnlyDictionary<string, HttpAddress> Services, IReadOnlyDictionary<string, string> Failures)
{
    /// <summary>Looks the connections of <c>connection:NAME</c> and <c>connection:NAME/path</c> up. One that is unknown or of another kind is a failure of its source only.</summary>
    public static async Task<DatabaseSources> FindAsync(IEnumerable<string> sources, IConnections? connections, CancellationToken cancellationToken)
    {
        var addresses = new Dictionary<string, PostgresAddress>(StringComparer.Ordinal);
        var services = new Dictionary<string, HttpAddress>(StringComparer.Ordinal);
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in sources.Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (IsService(source))
                {
                    services[source] = new HttpAddress(new Uri(source));
                    continue;
                }

                if (!source.StartsWith(InventoryScanner.Connection, StringComparison.Ordinal))
                    continue;
                var whole = source[InventoryScanner.Connection.Length..].Trim();
                var end = whole.IndexOfAny(['/', '?']);
                var (name, below) = end < 0 ? (whole, "") : (whole[..end], whole[end..]);
                var connection = await (connections ?? throw new ConnectionNotFoundException(name)).GetAsync(name, cancellationToken);
                if (connection.Kind == "http")
                    services[source] = ServiceOf(connection, below);
                else
                    addresses[source] = DatabaseConnection.AddressOf(connection);
            }
            catch (Exception error) when (error is ConnectionNotFoundException or ActivityException)
            {
                failures[source] = error.Message;
            }
            catch (UriFormatException error)
            {
                failures[source] = $"The address '{source}' cannot be read: {error.Message} Write https://host/path.";
            }
        }

        return new DatabaseSources(addresses, services, failures);
    }

    /// <summary>Whether a source is an address of a service.</summary>
    public static bool IsService(string source) => source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // A path below the connection's address keeps to its service, and with it the credentials.
    private static HttpAddress ServiceOf(ConnectionInfo connection, string below)
    {
        var url = new Uri((connection.Find("url") ?? "").TrimEnd('/') + below);
        return new HttpAddress(url) { Token = connection.Find("token"), Username = connection.Find("username"), Password = connection.Find("password") };
    }
}
