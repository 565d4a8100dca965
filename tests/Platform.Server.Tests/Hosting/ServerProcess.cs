using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Platform.Server.Tests.CommandLine;

namespace Platform.Server.Tests.Hosting;

/// <summary>A serving process on a free loopback port, with a token of its administrator.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Kept = 200;

    private readonly Process _process;
    private ConcurrentQueue<string> _said = [];

    private ServerProcess(Process process, Uri address, string? password)
    {
        _process = process;
        Address = address;
        Password = password;
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <summary>Lines of the log up to its start, where they are JSON.</summary>
    public IReadOnlyList<string> LogLines { get; private init; } = [];

    /// <summary>The newest lines that it wrote since its start: why a request was answered with 500 stands there only.</summary>
    public string LastSaid => string.Join('\n', _said);

    /// <summary>The administrator's password; null unless this was the first start of the home.</summary>
    public string? Password { get; }

    public HttpClient Http { get; }

    public static async Task<ServerProcess> StartAsync(PlatformProcess platform, params string[] more)
    {
        var process = PlatformProcess.Start(["serve", "--urls", "http://127.0.0.1:0", "--home", platform.Home, "--no-sample", .. more], platform.Environment);
        var said = new ConcurrentQueue<string>();
        var errors = KeepAsync(process.StandardError, said);
        Uri? address = null;
        string? password = null;
        var log = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        limit.Token.Register(() => process.Kill(entireProcessTree: true));
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line.StartsWith("Now listening on: ", StringComparison.Ordinal))
                address = new Uri(line[18..]);
            if (line.StartsWith("Administrator: admin / ", StringComparison.Ordinal))
                password = line[23..].Split(' ')[0];
            // The last of the lines that every start prints.
            if (line.StartsWith("Database: ", StringComparison.Ordinal))
                break;
            if (line.StartsWith('{'))
                log.Add(line);
        }
        if (address is null)
        {
            await errors;
            throw new InvalidOperationException($"The server did not start: {string.Join('\n', said)}");
        }
        _ = KeepAsync(process.StandardOutput, said);
        return new ServerProcess(process, address, password) { LogLines = log, _said = said };
    }

    /// <summary>Sends a token with every request from here on.</summary>
    public async Task UseTokenAsync(PlatformProcess platform, string user = "admin")
    {
        var token = await platform.RunAsync("tokens", "create", "tests", "--user", user);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Output.Trim());
    }

    /// <summary>Waits until the server has ended by itself, and gives its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Bytes of memory that the process holds.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    // Read to the end, so that the process never waits for a reader.
    private static async Task KeepAsync(StreamReader from, ConcurrentQueue<string> said)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
        {
            said.Enqueue(line);
            if (said.Count > Kept)
                said.TryDequeue(out _);
        }
    }

    /// <summary>As a power cut would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await terminate.WaitForExitAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40), TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }
}
