using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>What a <see cref="FaultProxy"/> does to what passes.</summary>
public enum LineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Open connections are reset and new ones refused, as when a host goes down in order.</summary>
    Cut,

    /// <summary>Nothing arrives any more and nobody is told. What was open stays dead for ever, as behind a firewall that forgot it.</summary>
    BlackHole,

    /// <summary>Nothing arrives until the line is healed; then everything does, late, as TCP repeats it after a network was away.</summary>
    Hold,

    /// <summary>Every piece arrives later by a time.</summary>
    Delay,
}

/// <summary>A line on loopback between a client and a server that a test cuts, swallows, holds, delays and heals.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile State _state = new(LineFault.None, TimeSpan.Zero);

    /// <param name="host">The server behind the line.</param>
    /// <param name="port">Its port.</param>
    public FaultProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connections that are open at this moment.</summary>
    public int Open => _links.Count;

    /// <summary>Changes what happens from now on.</summary>
    /// <param name="fault">What.</param>
    /// <param name="delay">For <see cref="LineFault.Delay"/>: each way.</param>
    public void Set(LineFault fault, TimeSpan delay = default)
    {
        var before = _state;
        _state = new State(fault, delay);
        foreach (var link in _links.Keys)
        {
            if (fault == LineFault.Cut)
                link.Reset();
            else if (fault == LineFault.BlackHole)
                link.Dead = true;
        }
        before.Changed.TrySetResult();
    }

    /// <summary>The line is well again.</summary>
    public void Heal() => Set(LineFault.None);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        foreach (var link in _links.Keys)
            link.Reset();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_closing.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_closing.IsCancellationRequested)
                    return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var link = new Link(client);
        _links[link] = true;
        try
        {
            if (_state.Fault == LineFault.Cut)
                return;
            link.Dead = _state.Fault == LineFault.BlackHole;
            await link.Server.ConnectAsync(_host, _port, _closing.Token);
            await Task.WhenAny(PumpAsync(link, client, link.Server), PumpAsync(link, link.Server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the two ends is gone: the other is told below.
        }
        finally
        {
            link.Reset();
            _ = _links.TryRemove(link, out _);
        }
    }

    private async Task PumpAsync(Link link, Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, _closing.Token);
                // A dead line does not even tell that its other end has closed; nor does one that holds, until it is healed.
                while (_state is { Fault: LineFault.Hold } state)
                    await state.Changed.Task.WaitAsync(_closing.Token);
                if (link.Dead)
                {
                    if (count == 0)
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closing.Token);
                    continue;
                }
                if (count == 0)
                    return;
                if (_state is { Fault: LineFault.Delay } slow)
                    await Task.Delay(slow.Delay, TimeProvider.System, _closing.Token);
                for (var sent = 0; sent < count && !link.Dead;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _closing.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // An end is gone, or the line is cut.
        }
    }

    private sealed record State(LineFault Fault, TimeSpan Delay)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Link(Socket client)
    {
        private volatile bool _dead;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool Dead { get => _dead; set => _dead = value; }

        public void Reset()
        {
            Close(client);
            Close(Server);
        }

        private static void Close(Socket socket)
        {
            try
            {
                // Zero seconds: the other end gets a reset and no friendly end of the stream.
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is closed already.
            }
            socket.Dispose();
        }
    }
}
