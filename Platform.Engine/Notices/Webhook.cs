using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Platform.Workflows;

namespace Platform.Engine.Notices;

/// <summary>
/// Posts a notice as JSON. With a secret the body is signed: <c>X-Platform-Signature: t=UNIX_SECONDS,v1=HEX</c>, an HMAC-SHA256 of <c>UNIX_SECONDS.BODY</c> under the secret's UTF-8 bytes,
/// so that who receives it can tell that it is ours and new.
/// </summary>
internal static class Webhook
{
    private const int MostAnswer = 300;

    // One for all: sockets are shared, and names are looked up again after some minutes. A webhook that moved is set anew, not followed.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public static async Task PostAsync(TakenNotice notice, ConnectionInfo? connection, string? secret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(notice, connection));
        request.Content = new StringContent(notice.PayloadJson, Encoding.UTF8, "application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Platform", null));
        request.Headers.Add("Idempotency-Key", $"notice-{notice.Id}");
        if (connection?.Find("token") is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (connection?.Find("username") is { } user)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{connection.Find("password")}")));
        if (secret is not null)
            request.Headers.Add("X-Platform-Signature", Sign(notice.PayloadJson, secret, notice.Now));
        using var response = await Client.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return;
        var said = (await response.Content.ReadAsStringAsync(cancellationToken)).ReplaceLineEndings(" ").Trim();
        throw new HttpRequestException($"The service answered {(int)response.StatusCode} {response.ReasonPhrase}{(said.Length == 0 ? "." : $": {said[..Math.Min(MostAnswer, said.Length)]}")}");
    }

    /// <summary>The header's value.</summary>
    public static string Sign(string body, string secret, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}")))}";
    }

    private static Uri Address(TakenNotice notice, ConnectionInfo? connection)
    {
        if (connection is null)
            return new Uri(notice.Target);
        var below = new Uri(connection.Get("url"));
        if (notice.Target.Length == 0)
            return below;
        var address = notice.Target.Contains("://", StringComparison.Ordinal) ? new Uri(notice.Target) : new Uri(new Uri(below.ToString().TrimEnd('/') + "/"), notice.Target.TrimStart('/'));
        // Credentials go only to the service that they belong to.
        return address.Scheme == below.Scheme && address.Authority == below.Authority ? address
            : throw new InvalidOperationException($"The address '{address.Scheme}://{address.Authority}' is not one of connection '{connection.Name}'. Give a path below it, or no connection.");
    }
}
