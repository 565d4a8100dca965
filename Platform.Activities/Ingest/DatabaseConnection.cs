using System.Globalization;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Ingest;

/// <summary>Turns a connection of the kind postgresql into an address.</summary>
internal static class DatabaseConnection
{
    /// <exception cref="ActivityException">It is of another kind, or a field is missing or wrong.</exception>
    public static PostgresAddress AddressOf(ConnectionInfo connection)
    {
        if (connection.Kind != "postgresql")
            throw new ActivityException("bad-input", $"Connection '{connection.Name}' is of the kind {connection.Kind}. Name one of the kind postgresql.", retryable: false);
        var port = connection.Find("port") is { } text
            ? int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new ActivityException("bad-input", $"Connection '{connection.Name}' has the port '{text}', which is no number. Correct it.", retryable: false)
            : 5432;
        try
        {
            return new PostgresAddress
            {
                Host = connection.Get("host"),
                Port = port,
                Database = connection.Get("database"),
                Username = connection.Get("username"),
                Password = connection.Find("password"),
                SslMode = connection.Find("ssl_mode"),
            };
        }
        catch (InvalidOperationException error)
        {
            throw new ActivityException("bad-input", error.Message, retryable: false, error);
        }
    }
}
