using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.EndToEnd;

/// <summary>The real server as a process of its own, on a free port, with a home of its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private Process _process;
    private readonly TempFolder _home;
    private readonly List<string> _lines = [];

    private ServerProcess(Process process, TempFolder home) => (_process, _home) = (process, home);

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The password that it printed for the user <c>admin</c>.</summary>
    public string Password { get; private set; } = "";

    /// <summary>Time of a processor that it has used so far, its PostgreSQL not counted.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    private static string Program => Repository.PathOf("Platform.Server", "bin", Configuration, "net10.0", "Platform.Server.dll");

    /// <summary>The tests' own configuration: the server was built with it too.</summary>
    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public static async Task<ServerProcess> StartAsync()
    {
        var home = new TempFolder();
        var process = Process.Start(Command(home, "serve", "--urls", "http://127.0.0.1:0", "--no-sample"))!;
        var server = new ServerProcess(process, home);
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            while (server.Url.Length == 0 || server.Password.Length == 0)
            {
                var line = await process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("it ended");
                server._lines.Add(line);
                if (Listening().Match(line) is { Success: true } url)
                    server.Url = url.Groups[1].Value.TrimEnd('/');
                if (Administrator().Match(line) is { Success: true } password)
                    server.Password = password.Groups[1].Value;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The server did not start: {string.Join('\n', server._lines)}\n{await process.StandardError.ReadToEndAsync(CancellationToken.None)}");
        }
        // Nobody reads on, but a full pipe would stop the server.
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        return server;
    }

    /// <summary>Ends the server as a power cut does, and starts it again at the same address.</summary>
    public async Task KillAndStartAgainAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Process.Start(Command(_home, "serve", "--urls", Url, "--no-sample"))!;
        using var limit = new CancellationTokenSource(StartLimit);
        do
        {
            _lines.Add(await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"The server did not start again: {string.Join('\n', _lines)}"));
        }
        while (!Listening().IsMatch(_lines[^1]));
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Runs a command beside the server, with the same home; returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(Command(_home, command))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Writes a file into the home and returns its path.</summary>
    public string Write(string name, string text) => _home.Write(name, text);

    public async ValueTask DisposeAsync()
    {
        // Politely first: the server stops its PostgreSQL.
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
        _home.Dispose();
    }

    private static ProcessStartInfo Command(TempFolder home, params string[] command) =>
        new("dotnet", [Program, .. command, "--home", home.Path]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home.Path };

    [GeneratedRegex(@"Now listening on: (http\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"Administrator: admin / (\S+)")]
    private static partial Regex Administrator();
}
