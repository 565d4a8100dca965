using System.Diagnostics;

namespace Platform.Postgres.Embedded;

/// <summary>Runs small programs and collects what they say.</summary>
internal static class Tool
{
    /// <summary>Full path of a program on PATH, or null.</summary>
    internal static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>The shell that POSIX promises.</summary>
    internal const string Shell = "/bin/sh";

    /// <summary>A start description with an environment that makes messages English and keeps the caller's PostgreSQL settings out.</summary>
    internal static ProcessStartInfo Describe(IEnumerable<string> command, string folder)
    {
        var words = command.ToList();
        var info = new ProcessStartInfo(words[0]) { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var word in words.Skip(1))
            info.ArgumentList.Add(word);
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>Exit code, and standard output and error together.</returns>
    internal static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> command, string folder, CancellationToken cancellationToken)
    {
        var info = Describe(command, folder);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.RedirectStandardInput = true;
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
