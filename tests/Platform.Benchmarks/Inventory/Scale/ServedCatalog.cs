using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Platform.Benchmarks.Inventory.Scale;

/// <summary>The real server as its own process (<c>serve</c>: web, scheduler, worker and the embedded PostgreSQL beside it) on a home, asked over HTTP; its memory as the kernel tells it.</summary>
internal sealed class ServedCatalog : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _home;

    private ServedCatalog(Process process, HttpClient http, string home)
    {
        _process = process;
        Http = http;
        _home = home;
    }

    internal HttpClient Http { get; }

    internal static async Task<ServedCatalog> StartAsync(string home)
    {
        var process = Process.Start(Command(home, "serve", "--urls", "http://127.0.0.1:0", "--no-sample"))!;
        _ = process.StandardError.ReadToEndAsync();
        Uri? address = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Database: ", StringComparison.Ordinal))
            if (line.StartsWith("Now listening on: ", StringComparison.Ordinal))
                address = new Uri(line[18..]);
        _ = process.StandardOutput.ReadToEndAsync();
        if (address is null)
            throw new InvalidOperationException("The server did not start.");
        using var tokens = Process.Start(Command(home, "tokens", "create", "bench", "--user", "admin"))!;
        var token = (await tokens.StandardOutput.ReadToEndAsync()).Trim();
        await tokens.WaitForExitAsync();
        return new ServedCatalog(process, new HttpClient { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } }, home);
    }

    /// <summary>Memory of the server's process alone: now (VmRSS) and at most since its start (VmHWM), in MB.</summary>
    internal (long Now, long Most) Memory() => (Status("VmRSS"), Status("VmHWM"));

    /// <summary>Time of processors that the server and the PostgreSQL beside it have used: what a question costs whatever else the machine does.</summary>
    internal TimeSpan Processor()
    {
        _process.Refresh();
        return _process.TotalProcessorTime + TimeSpan.FromMilliseconds(10 * Postgres().Sum(folder => Read(() => File.ReadAllText(folder + "/stat").Split(") ")[1].Split(' ') is var fields ? long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture) : 0)));
    }

    /// <summary>What the processes of PostgreSQL hold together, shared pages counted once (PSS), in MB.</summary>
    internal long PostgresMemory() => Postgres().Sum(folder => Read(() => Number(File.ReadLines(folder + "/smaps_rollup"), "Pss"))) >> 10;

    /// <summary>The folders of PostgreSQL's processes.</summary>
    private List<string> Postgres()
    {
        var server = File.ReadLines(Directory.GetFiles(_home, "postmaster.pid", SearchOption.AllDirectories)[0]).First();
        return [.. Directory.GetDirectories("/proc").Where(f => Path.GetFileName(f).All(char.IsAsciiDigit) && (Path.GetFileName(f) == server || Read(() => Number(File.ReadLines(f + "/status"), "PPid")).ToString(CultureInfo.InvariantCulture) == server))];
    }

    private static long Read(Func<long> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, or another account's.
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using (var terminate = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await terminate.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private long Status(string name) => Number(File.ReadLines($"/proc/{_process.Id}/status"), name) >> 10;

    private static long Number(IEnumerable<string> lines, string name) =>
        long.Parse(lines.First(l => l.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static ProcessStartInfo Command(string home, params string[] command) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Platform.Server.dll"), .. command, "--home", home]) { RedirectStandardOutput = true, RedirectStandardError = true };
}
