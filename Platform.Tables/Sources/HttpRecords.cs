using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Tables.Sources;

/// <summary>A collection of JSON records behind an address, and who asks.</summary>
/// <param name="Url">The first page.</param>
public sealed record HttpAddress(Uri Url)
{
    /// <summary>Sent as a bearer token; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>User of basic authentication; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>Without query, user and password, which may hold keys.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Url.Scheme}://{Url.Authority}{Url.AbsolutePath}");
}

/// <summary>How much is read of a service, and how patiently.</summary>
public sealed record HttpLimits
{
    public int Pages { get; init; } = 2_000;

    public long Records { get; init; } = 200_000;

    /// <summary>Bytes of one page.</summary>
    public int PageBytes { get; init; } = 32 << 20;

    /// <summary>Bytes of all pages.</summary>
    public long Bytes { get; init; } = 512L << 20;

    /// <summary>Time for one page, its body included.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for all pages.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Tries for one page where the service is busy or broken.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>Wait before the second try; it doubles. A service's Retry-After goes first, up to <see cref="LongestWait"/>.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between tries.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What was read of a service.</summary>
/// <param name="Records">Records written.</param>
/// <param name="Pages">Pages read.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Stopped">Why reading ended before the last page, in words; null where it came to the end.</param>
public sealed record HttpReading(long Records, int Pages, long Bytes, string? Stopped);

/// <summary>
/// Reads the records of an HTTP service page by page and writes them as JSON lines. The next page is found by the Link header, an address or a cursor
/// in the body, or counted by the page or offset of the query. Nothing is sent but GET, and only to the service that was named.
/// </summary>
/// <param name="client">Sends; its own time-out must be infinite.</param>
/// <param name="clock">Counts time-outs and waits.</param>
/// <param name="limits">How much is read.</param>
public sealed class HttpRecords(HttpClient client, TimeProvider clock, HttpLimits limits)
{
    /// <summary>Reads all pages into <paramref name="output"/>, a record a line.</summary>
    /// <exception cref="SourceException">The service does not answer, refuses, or does not answer with JSON; the message names the page.</exception>
    public async Task<HttpReading> ReadAsync(HttpAddress address, Stream output, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ReadPagesAsync(address, output, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceErrorKind.Unavailable, $"{address} did not give all its pages within {limits.Timeout.TotalMinutes:0} minutes. Name a smaller collection.");
        }
    }

    private async Task<HttpReading> ReadPagesAsync(HttpAddress address, Stream output, CancellationToken cancellationToken)
    {
        var seenUrls = new HashSet<string>(StringComparer.Ordinal);
        var seenPages = new HashSet<string>(StringComparer.Ordinal);
        var paging = new HttpPaging(address.Url);
        long records = 0, bytes = 0;
        var page = 0;
        for (var url = address.Url; url is not null;)
        {
            if (!seenUrls.Add(url.AbsoluteUri))
                return new HttpReading(records, page, bytes, $"page {page} names a page that was read already as the next one");
            if (page == limits.Pages || records >= limits.Records || bytes >= limits.Bytes)
                return new HttpReading(records, page, bytes, string.Create(CultureInfo.InvariantCulture, $"stopped after {page:N0} pages with {records:N0} records; there is more"));
            page++;
            var (body, link) = await GetAsync(address, url, page, cancellationToken);
            bytes += body.Length;
            using var document = Parse(address, body, page);
            var found = HttpPaging.Records(document.RootElement);
            if (found.Count > 0 && !seenPages.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', found.Select(record => record.GetRawText())))))))
                return new HttpReading(records, page, bytes, $"page {page} has the records of an earlier page; the service would go on for ever");
            foreach (var record in found.Take((int)Math.Min(int.MaxValue, limits.Records - records)))
            {
                await output.WriteAsync(Line(record), cancellationToken);
                records++;
            }

            url = paging.Next(document.RootElement, link, url, found);
            if (url is not null && (url.Scheme != address.Url.Scheme || url.Authority != address.Url.Authority))
                throw new SourceException(SourceErrorKind.BadInput, $"Page {page} of {address} names a next page at another service, {url.Scheme}://{url.Authority}, which is not followed. Name that service's address if it is meant.");
        }

        return new HttpReading(records, page, bytes, null);
    }

    // A record of another form than an object is one value.
    private static byte[] Line(JsonElement record)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            if (record.ValueKind == JsonValueKind.Object)
            {
                record.WriteTo(writer);
            }
            else
            {
                writer.WriteStartObject();
                writer.WritePropertyName("value");
                record.WriteTo(writer);
                writer.WriteEndObject();
            }
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static JsonDocument Parse(HttpAddress address, ReadOnlyMemory<byte> body, int page)
    {
        var start = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (start.Span.TrimStart(" \t\r\n"u8).StartsWith("<"u8))
            throw new SourceException(SourceErrorKind.BadInput, $"Page {page} of {address} is a web page, not JSON. Name the address of the service's API; it may also ask for a sign-in, which a connection with a token gives.");
        try
        {
            return JsonDocument.Parse(start);
        }
        catch (JsonException e)
        {
            throw new SourceException(SourceErrorKind.BadInput, $"Page {page} of {address} is not valid JSON: {JsonSyntax.Explain(e)}. Tell the service's owner; the pages before it were not kept.", e);
        }
    }

    private async Task<(byte[] Body, Uri? Next)> GetAsync(HttpAddress address, Uri url, int page, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var (body, next, problem, wait) = await TryAsync(address, url, page, cancellationToken);
            if (body is not null)
                return (body, next);
            if (tried >= limits.Tries)
                throw new SourceException(SourceErrorKind.Unavailable, $"Page {page} of {address} could not be read in {tried} tries: {problem} Try again later.");
            var delay = wait ?? limits.Wait * Math.Pow(2, tried - 1);
            await Task.Delay(delay < limits.LongestWait ? delay : limits.LongestWait, clock, cancellationToken);
        }
    }

    private async Task<(byte[]? Body, Uri? Next, string Problem, TimeSpan? Wait)> TryAsync(HttpAddress address, Uri url, int page, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limits.PageTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.UserAgent.ParseAdd("platform-inventory");
            request.Headers.Authorization = address.Token is { } token ? new AuthenticationHeaderValue("Bearer", token)
                : address.Username is { } user ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{address.Password}"))) : null;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            if (status is 408 or 425 or 429 or >= 500)
                return (null, null, $"it answered {status} {response.ReasonPhrase}.", WaitOf(response.Headers.RetryAfter));
            if (!response.IsSuccessStatusCode)
                throw new SourceException(response.StatusCode == HttpStatusCode.NotFound ? SourceErrorKind.NotFound : SourceErrorKind.BadInput, $"Page {page} of {address} was answered {status} {response.ReasonPhrase}. {(status is 401 or 403 ? "Check the token or the user of the connection, and what they may read." : "Check the address.")}");
            return (await BodyAsync(response, address, page, either.Token), HttpPaging.Link(response, url), "", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, null, $"{e.InnerException?.Message ?? e.Message}.", null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, null, $"it gave no whole page within {limits.PageTimeout.TotalSeconds:0} s.", null);
        }
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, HttpAddress address, int page, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var block = new byte[64 << 10];
        while (await stream.ReadAsync(block, cancellationToken) is var read and > 0)
        {
            body.Write(block, 0, read);
            if (body.Length > limits.PageBytes)
                throw new SourceException(SourceErrorKind.BadInput, $"Page {page} of {address} has more than {limits.PageBytes >> 20} MiB. Ask for smaller pages, as with ?limit=1000 in the address.");
        }

        return body.ToArray();
    }

    private TimeSpan? WaitOf(RetryConditionHeaderValue? after)
        => after?.Delta ?? (after?.Date is { } date && date > clock.GetUtcNow() ? date - clock.GetUtcNow() : null);
}
