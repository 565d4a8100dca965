using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Benchmarks.Pages;

/// <summary>
/// Somebody who looks at a page from elsewhere: a circuit to the server as <c>blazor.web.js</c> makes it, which takes what is drawn and draws nothing.
/// For the server it is a browser; a real one would take its processor time from the same machine, fifty of them all of it.
/// </summary>
internal sealed partial class PageWatcher : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _leaving = new();
    private Task _receiving = Task.CompletedTask;
    private long _objects;

    private PageWatcher()
    {
        // As Chromium asks for it.
        _socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
    }

    /// <summary>Drawings that came.</summary>
    public int Drawn { get; private set; }

    /// <summary>Their bytes, before they were compressed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Opens a page and looks at it until disposed.</summary>
    /// <param name="http">Has the address of the server and the cookies of somebody who is signed in.</param>
    /// <param name="path">The page.</param>
    public static async Task<PageWatcher> OpenAsync(HttpClient http, string path)
    {
        var html = await http.GetStringAsync(path);
        var markers = Marker().Matches(html).Select(m => m.Groups[1].Value).Where(m => m.Contains("\"descriptor\"", StringComparison.Ordinal)).ToList();
        if (markers.Count == 0)
            throw new InvalidOperationException($"The page {path} has no live part.");
        var state = State().Match(html) is { Success: true } kept ? kept.Groups[1].Value : "";
        var watcher = new PageWatcher();
        watcher._socket.Options.SetRequestHeader("Cookie", string.Join("; ", http.DefaultRequestHeaders.GetValues("Cookie")));
        await watcher._socket.ConnectAsync(new Uri(new UriBuilder(http.BaseAddress!) { Scheme = "ws" }.Uri, "_blazor"), CancellationToken.None);
        await watcher._socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);
        watcher._receiving = watcher.ReceiveAsync();
        await watcher.SendAsync(PackedMessage.Call("0", "StartCircuit", http.BaseAddress!.ToString(), new Uri(http.BaseAddress, path).ToString(), "[]", state));
        var operations = string.Join(',', markers.Select((m, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{m}}}"""));
        await watcher.SendAsync(PackedMessage.Call(null, "UpdateRootComponents", $$"""{"batchId":1,"operations":[{{operations}}]}""", state));
        return watcher;
    }

    /// <summary>Throws what went wrong with the circuit, if anything did.</summary>
    public async Task CheckAsync()
    {
        if (_receiving.IsCompleted)
            await _receiving;
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        try
        {
            await _receiving;
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // It was left.
        }
        _socket.Dispose();
        _leaving.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var arrived = new MemoryStream();
        var shaken = false;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), _leaving.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"The server closed the circuit: {_socket.CloseStatusDescription}");
            arrived.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
                continue;
            var messages = Whole(arrived, ref shaken);
            foreach (var message in messages)
                await AnswerAsync(message);
        }
    }

    /// <summary>The messages that have arrived whole; what is behind them stays.</summary>
    private static List<object?[]> Whole(MemoryStream arrived, ref bool shaken)
    {
        var rest = new ReadOnlySpan<byte>(arrived.GetBuffer(), 0, (int)arrived.Length);
        if (!shaken)
        {
            // The answer to the handshake: {} and a separator.
            rest = rest[(rest.IndexOf((byte)0x1e) + 1)..];
            shaken = true;
        }
        var messages = new List<object?[]>();
        while (PackedMessage.Take(ref rest) is { } message)
            messages.Add(message);
        var left = rest.ToArray();
        arrived.SetLength(0);
        arrived.Write(left);
        return messages;
    }

    private async Task AnswerAsync(object?[] message)
    {
        if (message is [3L, _, "0", 1L, string refused])
            throw new InvalidOperationException($"The server refused the circuit: {refused}");
        if (message is not [1L, _, _, string target, object?[] arguments, ..])
            return;
        switch (target)
        {
            case "JS.RenderBatch":
                Drawn++;
                Bytes += ((byte[])arguments[1]!).Length;
                await SendAsync(PackedMessage.Call(null, "OnRenderCompleted", (long)arguments[0]!, null));
                break;
            case "JS.BeginInvokeJS":
                // What a script returns is the time zone, an object (the kind 1), or nothing.
                var result = arguments is [_, "timeZone", ..] ? "\"UTC\"" : arguments[3] is 1L ? $$"""{"__jsObjectId":{{++_objects}}}""" : "null";
                await SendAsync(PackedMessage.Call(null, "EndInvokeJSFromDotNet", (long)arguments[0]!, true, $"[{arguments[0]},true,{result}]"));
                break;
            case "JS.Error":
                throw new InvalidOperationException($"The circuit failed: {arguments[0]}");
        }
    }

    private async Task SendAsync(byte[] message) => await _socket.SendAsync(message, WebSocketMessageType.Binary, true, _leaving.Token);

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->", RegexOptions.Singleline)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:([^>]+?)-->")]
    private static partial Regex State();
}
