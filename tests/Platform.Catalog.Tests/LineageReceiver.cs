using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Catalog.Tests;

/// <summary>A receiver of OpenLineage events that answers as it is told: a plain HTTP server on a free port of the loopback.</summary>
internal sealed class LineageReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly SemaphoreSlim _asked = new(0);

    public LineageReceiver(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>Bodies that were answered with 2xx, in order.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Request lines and headers, in order.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>The answer to a body: a status, and a header line or nothing. 201 unless told otherwise.</summary>
    public Func<string, (int Status, string? Header)> Answer { get; set; } = _ => (201, null);

    /// <summary>Something to wait for before each answer.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Comes back when so many requests have come.</summary>
    public async Task AskedAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
            await _asked.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
        _asked.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.UTF8);
                while (await ReadAsync(reader) is { } body)
                {
                    await Gate.WaitAsync(_stop.Token);
                    var (status, header) = Answer(body);
                    if (status is >= 200 and < 300)
                        Received.Enqueue(body);
                    var answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{(header is null ? "" : header + "\r\n")}\r\n");
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The sender went away, or the test ends.
            }
        }
    }

    private async Task<string?> ReadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.Length == 0)
            {
                Heads.Enqueue(head.ToString());
                _asked.Release();
                var body = new char[length];
                // All that is sent in these tests is ASCII, so that bytes are characters.
                var read = await reader.ReadBlockAsync(body, _stop.Token);
                return read == length ? new string(body) : null;
            }
            head.AppendLine(line);
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line[15..].Trim(), CultureInfo.InvariantCulture);
        }
        return null;
    }
}
