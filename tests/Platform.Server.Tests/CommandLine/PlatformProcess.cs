using System.Diagnostics;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Server.Tests.CommandLine;

/// <summary>Runs the program as a user does: a child process with arguments, a home of its own, and what it prints.</summary>
internal sealed class PlatformProcess : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>The home that every command of this instance uses.</summary>
    public string Home => Path.Combine(_home.Path, "home");

    /// <summary>Variables for servers that are started on this home.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Writes a file that a command reads.</summary>
    public string Write(string name, string text) => _home.Write(name, text);

    /// <summary>Makes the home's database, which commands that only read do not.</summary>
    public async Task CreateAsync() => Assert.Equal(0, (await RunAsync("secrets", "list")).ExitCode);

    public Task<Printed> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public async Task<Printed> RunWithInputAsync(string input, params string[] arguments)
    {
        using var process = Start([.. arguments, "--home", Home]);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4), TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', arguments)}' did not end within four minutes.");
        }
        return new Printed(process.ExitCode, await output, await error);
    }

    /// <summary>Starts the program and leaves it running.</summary>
    public static Process Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(typeof(PlatformOptions).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in new[] { "PLATFORM_HOME", "PLATFORM_DATABASE", "PLATFORM_KEY_FILE", "PLATFORM_ACTIVITIES", "PLATFORM_URLS" })
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => _home.Dispose();
}

/// <summary>What a command printed.</summary>
internal sealed record Printed(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
