using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Testing;

namespace Platform.Postgres.Tests;

/// <summary>Another real process that uses a home's server.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    private OtherProcess(Process process, string line)
    {
        _process = process;
        Line = line;
    }

    /// <summary>What it said first: <c>ready PID CONNECTION</c> or <c>refused MESSAGE</c>.</summary>
    internal string Line { get; }

    internal int ServerProcess => int.Parse(Line.Split(' ')[1], CultureInfo.InvariantCulture);

    internal string ConnectionString => Line.Split(' ', 3)[2];

    /// <param name="home">The home it uses.</param>
    /// <param name="account">Under another account, for tests that run as root; null for the test's own.</param>
    /// <param name="path">Its PATH; null for the test's own.</param>
    internal static async Task<OtherProcess> StartAsync(string home, string? account = null, string? path = null)
    {
        var command = new List<string> { Environment.ProcessPath!, typeof(OtherProcess).Assembly.Location, "hold", home };
        if (account is not null)
            command.InsertRange(0, ["/usr/bin/setpriv", "--reuid", account, "--regid", "nogroup", "--clear-groups", "--"]);
        var info = new ProcessStartInfo(command[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var word in command.Skip(1))
            info.ArgumentList.Add(word);
        if (account is not null)
            info.Environment["HOME"] = "/nonexistent";
        if (path is not null)
            info.Environment["PATH"] = path;
        var process = Process.Start(info)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new OtherProcess(process, line ?? "");
    }

    internal bool Runs => !_process.HasExited;

    /// <summary>Ends it as a user would, and waits.</summary>
    internal async Task LeaveAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>kill -9, of itself alone.</summary>
    internal void Kill() => _process.Kill(entireProcessTree: false);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: false);
        _process.Dispose();
    }
}

/// <summary>Waiting for what happens in other processes, with a limit.</summary>
internal static class Eventually
{
    internal static async Task HoldsAsync(Func<bool> condition, string what) => await HoldsAsync(() => Task.FromResult(condition()), what);

    internal static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"Within 30 s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    internal static bool Runs(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    internal static async Task<bool> AnswersAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=2");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
