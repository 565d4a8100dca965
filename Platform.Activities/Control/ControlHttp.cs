using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>What a called service answered.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Headers">Headers by lower-case name; several values are joined by a comma.</param>
/// <param name="Body">The body: JSON where the answer says that it is, else text; null where it was not kept or is empty.</param>
public sealed record HttpOutputs(int Status, IReadOnlyDictionary<string, string> Headers, JsonNode? Body);

/// <summary>Calls a service over HTTP.</summary>
[Activity("control.http", Title = "Call a service", TitleZh = "调用 HTTP 服务", Stage = Stage.Control, Icon = "world-upload", Preview = PreviewSupport.Stops,
    Would = "send an HTTP request", WouldZh = "发送 HTTP 请求", Outputs = typeof(HttpOutputs),
    Help = "Sends an HTTP request and passes the answer on as outputs. It tries again where the service is not to be reached, too busy or broken (408, 425, 429, 5xx), and fails on any other status that is not expected. Requests that change something carry an Idempotency-Key that stays the same over all attempts.",
    HelpZh = "发送 HTTP 请求，并将响应作为输出。服务不可达、繁忙或出错（408、425、429、5xx）时自动重试；其他非预期状态视为失败。会产生修改的请求带有 Idempotency-Key，各次尝试保持不变。",
    Example = "url: https://shop.example/api/reload\nmethod: POST\nheaders: { Authorization: \"Bearer {{ secret 'shop-token' }}\" }\nbody: { day: \"{{ interval.start | date 'yyyy-MM-dd' }}\" }")]
public sealed class ControlHttp(IConnections? connections = null) : IActivity
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    [Field(Title = "URL", TitleZh = "地址", Help = "Full address, or a path below the connection's address.", HelpZh = "完整地址，或连接地址之下的路径。", Example = "https://shop.example/api/reload")]
    public required string Url { get; set; }

    [Field(Title = "Method", TitleZh = "方法", Options = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])]
    public string Method { get; set; } = "GET";

    [Field(Title = "Headers", TitleZh = "请求头", Help = "Names and values.", HelpZh = "名称和值。", Example = "{ Accept: application/json }")]
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    [Field(Title = "Body", TitleZh = "请求体", Kind = FieldKind.Json, Help = "A text is sent as it is, anything else as JSON.", HelpZh = "文本原样发送，其他值以 JSON 发送。")]
    public JsonNode? Body { get; set; }

    [Field(Title = "Connection", TitleZh = "连接", Kind = FieldKind.Connection, Help = "An HTTP connection with the service's address and credentials.", HelpZh = "保存服务地址和凭据的 HTTP 连接。")]
    public string? Connection { get; set; }

    [Field(Title = "Expected status", TitleZh = "预期状态码", Help = "Status codes that mean success; empty is 200 to 299.", HelpZh = "表示成功的状态码；留空为 200 至 299。", Example = "[200, 404]")]
    public IReadOnlyList<int> Expect { get; set; } = [];

    [Field(Title = "Time-out", TitleZh = "超时", Help = "Most time for one try, the whole answer included.", HelpZh = "单次请求（含完整响应）的最长时间。", Min = 0.1, Max = 3600)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    [Field(Title = "Retries", TitleZh = "重试次数", Help = "More tries within this attempt where the service is unavailable.", HelpZh = "服务不可用时，本次尝试内的重试次数。", Min = 0, Max = 20)]
    public int Retries { get; set; } = 3;

    [Field(Title = "Retry delay", TitleZh = "重试间隔", Help = "Delay before the first retry; it doubles each time. An answer's Retry-After goes first.", HelpZh = "首次重试前的等待，此后每次加倍；响应中的 Retry-After 优先。", Max = 60)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    [Field(Title = "Keep the body", TitleZh = "保留响应体", Help = "Whether the answer's body becomes an output.", HelpZh = "是否将响应体作为输出。")]
    public bool KeepBody { get; set; } = true;

    [Field(Title = "Most bytes", TitleZh = "响应体上限", Help = "Largest body that is kept, in bytes; a larger one fails the task.", HelpZh = "保留的响应体最大字节数；超出则任务失败。", Min = 1, Max = 60_000)]
    public int MaxBytes { get; set; } = 32 * 1024;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var (address, authorization) = await HttpTarget.FindAsync(Url, Connection, connections, "control.http", cancellationToken);
        for (var tried = 1; ; tried++)
        {
            var (outputs, unavailable, wait) = await TryAsync(address, authorization, context, cancellationToken);
            if (outputs is not null)
            {
                context.Log.Info($"{Method} {HttpTarget.Shown(address)} answered {outputs.Status}.");
                return ActivityResult.Success(outputs);
            }
            if (tried > Retries)
                throw new ActivityException("unavailable", $"{Method} {HttpTarget.Shown(address)} failed {tried} time{(tried == 1 ? "" : "s")}: {unavailable} Check that the service runs and can be reached from this worker.");
            var delay = wait ?? TimeSpan.FromTicks(Math.Min(RetryDelay.Ticks << (tried - 1), LongestDelay.Ticks));
            context.Log.Warning($"{Method} {HttpTarget.Shown(address)}: {unavailable} Trying again in {Duration.Format(delay)}.");
            await Task.Delay(delay, context.Clock, cancellationToken);
        }
    }

    private async Task<(HttpOutputs? Outputs, string Unavailable, TimeSpan? Wait)> TryAsync(Uri address, AuthenticationHeaderValue? authorization, ActivityContext context, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = Request(address, authorization, context);
            using var response = await HttpTarget.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            var expected = Expect.Count == 0 ? response.IsSuccessStatusCode : Expect.Contains(status);
            if (expected)
                return (new HttpOutputs(status, HeadersOf(response), KeepBody ? await BodyAsync(response, address, either.Token) : null), "", null);
            var said = await StartOfBodyAsync(response, either.Token);
            if (status is 408 or 425 or 429 or >= 500)
                return (null, $"The service answered {status} {response.ReasonPhrase}.{said}", RetryAfter(response, context.Clock));
            throw new ActivityException(status == 404 ? "not-found" : status == 409 ? "conflict" : "refused", $"{Method} {HttpTarget.Shown(address)} answered {status} {response.ReasonPhrase}, expected was {(Expect.Count == 0 ? "200 to 299" : string.Join(", ", Expect))}.{said}", retryable: status is 404 or 409);
        }
        catch (HttpRequestException e)
        {
            return (null, $"The service is not to be reached: {e.InnerException?.Message ?? e.Message}.", null);
        }
        catch (IOException e)
        {
            return (null, $"The answer broke off: {e.Message}", null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"No complete answer within {Duration.Format(Timeout)}.", null);
        }
    }

    private HttpRequestMessage Request(Uri address, AuthenticationHeaderValue? authorization, ActivityContext context)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), address);
        request.Headers.Authorization = authorization;
        if (Body is not null)
        {
            var isText = Body.GetValueKind() == JsonValueKind.String;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(isText ? Body.GetValue<string>() : Body.ToJsonString()));
            request.Content.Headers.ContentType = new(isText ? "text/plain" : "application/json") { CharSet = "utf-8" };
        }
        if (Method is not ("GET" or "HEAD"))
            _ = request.Headers.TryAddWithoutValidation("Idempotency-Key", context.IdempotencyKey);
        foreach (var (name, value) in Headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0') || !(Replace(request.Headers, name, value) || (request.Content is { } content && Replace(content.Headers, name, value))))
            {
                request.Dispose();
                throw new ActivityException("bad-input", $"The header '{name}' cannot be sent{(Body is null ? " without a body" : "")}. Check its name, and that its value is one line.", retryable: false);
            }
        }
        return request;
    }

    private static bool Replace(HttpHeaders headers, string name, string value)
    {
        // Remove throws for names that do not belong to these headers, so it is asked only where the name is there.
        if (headers.NonValidated.Contains(name))
            _ = headers.Remove(name);
        return headers.TryAddWithoutValidation(name, value);
    }

    private async Task<JsonNode?> BodyAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(response, MaxBytes + 1, cancellationToken);
        if (bytes.Length > MaxBytes)
            throw new ActivityException("bad-input", $"The answer of {HttpTarget.Shown(address)} has more than {MaxBytes} bytes. Raise 'max_bytes', ask the service for less, or set 'keep_body: false'.", retryable: false);
        if (bytes.Length == 0)
            return null;
        var text = Encoding.UTF8.GetString(bytes);
        if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            return JsonValue.Create(text);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new ActivityException("bad-input", $"The answer of {HttpTarget.Shown(address)} says that it is JSON but is not: {JsonSyntax.Explain(e)}.", retryable: true, e);
        }
    }

    private static async Task<string> StartOfBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(await ReadAsync(response, 500, cancellationToken)).ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? "" : $" It said: {text}";
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[most];
        var read = await stream.ReadAtLeastAsync(bytes, most, throwOnEndOfStream: false, cancellationToken);
        return bytes[..read];
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) => response.Headers
        .Concat(response.Content.Headers)
        .Where(h => !h.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(", ", h.Value));

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } given && given >= TimeSpan.Zero ? (given < LongestDelay ? given : LongestDelay) : null;
    }
}
