using System.Net.Http.Headers;
using System.Text;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>The answer that was waited for.</summary>
/// <param name="Status">Its status code.</param>
public sealed record WaitForHttpOutputs(int Status);

/// <summary>Waits for a service's answer.</summary>
[Activity("control.wait_for_http", Title = "Wait for a service", TitleZh = "等待 HTTP 服务", Stage = Stage.Control, Icon = "world-question", Preview = PreviewSupport.Stops,
    Would = "ask an address again and again until it answers as expected", WouldZh = "反复请求该地址，直到得到预期的响应", Outputs = typeof(WaitForHttpOutputs),
    Help = "Asks an address now and then until it answers with an expected status, and with a text in its body where one is given; holds no worker in between. A service that cannot be reached is waited for too.",
    HelpZh = "定期请求某一地址，直到返回预期的状态码（及正文中包含指定文本），期间不占用工作进程。服务不可达时也继续等待。",
    Example = "url: https://shop.example/api/exports/today\ncontains: '\"state\":\"done\"'\npoll: 1m")]
public sealed class ControlWaitForHttp(IConnections? connections = null) : WaitActivity
{
    private const int MostBytes = 1024 * 1024;

    [Field(Title = "URL", TitleZh = "地址", Help = "Full address, or a path below the connection's address.", HelpZh = "完整地址，或连接地址之下的路径。", Example = "https://shop.example/health")]
    public required string Url { get; set; }

    [Field(Title = "Headers", TitleZh = "请求头", Help = "Names and values.", HelpZh = "名称和值。", Example = "{ Accept: application/json }")]
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    [Field(Title = "Connection", TitleZh = "连接", Kind = FieldKind.Connection, Help = "An HTTP connection with the service's address and credentials.", HelpZh = "保存服务地址和凭据的 HTTP 连接。")]
    public string? Connection { get; set; }

    [Field(Title = "Expected status", TitleZh = "预期状态码", Help = "Status codes to wait for; empty is 200 to 299.", HelpZh = "等待的状态码；留空为 200 至 299。", Example = "[200]")]
    public IReadOnlyList<int> Expect { get; set; } = [];

    [Field(Title = "Contains", TitleZh = "包含文本", Help = "Text that must be in the first MiB of the body; left out, the status is enough.", HelpZh = "正文前 1 MiB 中须包含的文本；留空则仅检查状态码。")]
    public string? Contains { get; set; }

    [Field(Title = "Request time-out", TitleZh = "请求超时", Help = "Most time for one request.", HelpZh = "单次请求的最长时间。", Min = 0.1, Max = 600)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    private protected override async Task<Look> LookAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var (address, authorization) = await HttpTarget.FindAsync(Url, Connection, connections, "control.wait_for_http", cancellationToken);
        var waits = $"for {HttpTarget.Shown(address)} to answer {(Expect.Count == 0 ? "200 to 299" : string.Join(" or ", Expect))}{(Contains is null ? "" : $" with '{Contains}'")}";
        using var timeout = new CancellationTokenSource(RequestTimeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = Request(address, authorization);
            using var response = await HttpTarget.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            if (Expect.Count == 0 ? !response.IsSuccessStatusCode : !Expect.Contains(status))
                return new Look(null, $"{waits} (last {status})");
            return Contains is null || (await BodyAsync(response, either.Token)).Contains(Contains, StringComparison.Ordinal)
                ? new Look(new WaitForHttpOutputs(status), waits)
                : new Look(null, $"{waits} (last {status} without it)");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested))
        {
            return new Look(null, $"{waits} (last {(e is OperationCanceledException ? $"no answer within {Duration.Format(RequestTimeout)}" : e.InnerException?.Message ?? e.Message)})");
        }
    }

    private HttpRequestMessage Request(Uri address, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = authorization;
        foreach (var (name, value) in Headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0') || !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Dispose();
                throw new ActivityException("bad-input", $"The header '{name}' cannot be sent. Check its name, and that its value is one line.", retryable: false);
            }
        }
        return request;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MostBytes];
        var read = await stream.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }
}
