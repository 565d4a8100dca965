using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>Where a call over HTTP goes and with which credentials; the client that all calls share.</summary>
internal static class HttpTarget
{
    // One for all attempts: sockets are shared, and names are looked up again after some minutes.
    public static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxAutomaticRedirections = 5,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The full address, and the credentials of the connection where one is named.</summary>
    /// <exception cref="ActivityException">The address is none, or the connection is missing, of another kind, or of another service.</exception>
    public static async Task<(Uri Address, AuthenticationHeaderValue? Authorization)> FindAsync(string url, string? name, IConnections? connections, string activity, CancellationToken cancellationToken)
    {
        if (name is null)
            return (Absolute(url), null);
        if (connections is null)
            throw new ActivityException("bad-activity", "This worker has no connections. Give the full address and no connection.", retryable: false);
        ConnectionInfo connection;
        try
        {
            connection = await connections.GetAsync(name, cancellationToken);
        }
        catch (ConnectionNotFoundException e)
        {
            throw new ActivityException("not-found", e.Message, retryable: false, e);
        }
        if (connection.Kind != "http")
            throw new ActivityException("bad-input", $"Connection '{name}' is of the kind {connection.Kind}; {activity} takes one of the kind http.", retryable: false);
        AuthenticationHeaderValue? authorization = null;
        if (connection.Find("token") is { } token)
            authorization = new("Bearer", token);
        else if (connection.Find("username") is { } user)
            authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{connection.Find("password")}")));
        var below = Absolute((connection.Find("url") ?? "").TrimEnd('/') + "/");
        var address = url.Contains("://", StringComparison.Ordinal) ? Absolute(url) : new Uri(below, url.TrimStart('/'));
        // Credentials go only to the service that they belong to.
        if (address.Scheme != below.Scheme || address.Authority != below.Authority)
            throw new ActivityException("bad-input", $"The address {Shown(address)} is not one of connection '{name}' ({Shown(below)}). Give a path below it, or no connection.", retryable: false);
        return (address, authorization);
    }

    private static Uri Absolute(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address!
            : throw new ActivityException("bad-input", $"'{url}' is no full address. Write one that begins with http:// or https://, or name a connection that has it.", retryable: false);

    // Queries and user parts may hold keys.
    public static string Shown(Uri address) => string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{address.Authority}{address.AbsolutePath}");
}
