using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Activities.Tests.Control;

/// <summary>A service on the loopback that gives prepared answers and keeps the requests.</summary>
internal sealed class Peer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<(int Status, string Body, string? Type, (string, string)[] Headers, bool Delay)> _answers = new();

    public Peer()
    {
        (_listener, Address) = Listen();
        _ = ServeAsync();
    }

    // Between finding a port and taking it, another test may have taken it.
    private static (HttpListener, string) Listen()
    {
        for (var tries = 0; ; tries++)
        {
            var listener = new HttpListener();
            var address = $"http://127.0.0.1:{FreePort()}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (tries < 20)
            {
                listener.Close();
            }
        }
    }

    public string Address { get; }

    public ConcurrentQueue<(string Method, string Path, System.Collections.Specialized.NameValueCollection Headers, string Body)> Requests { get; } = new();

    public void Answer(int status, string body, string? type = null, params (string, string)[] headers) => _answers.Enqueue((status, body, type, headers, false));

    public void Answer(int status, string body, bool delay) => _answers.Enqueue((status, body, null, [], delay));

    public void Dispose() => _listener.Close();

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var reader = new StreamReader(context.Request.InputStream);
            Requests.Enqueue((context.Request.HttpMethod, context.Request.RawUrl!, context.Request.Headers, await reader.ReadToEndAsync()));
            if (!_answers.TryDequeue(out var answer) || answer.Delay)
                continue;
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.Type;
            foreach (var (name, value) in answer.Headers)
                context.Response.Headers[name] = value;
            context.Response.Close(Encoding.UTF8.GetBytes(answer.Body), willBlock: false);
        }
    }
}
