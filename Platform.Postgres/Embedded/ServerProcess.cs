using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Postgres.Embedded;

/// <summary>The postmaster of a data folder, as its own <c>postmaster.pid</c> tells: that file is the truth for the process, the port and whether it is ready.</summary>
internal sealed record ServerProcess(int Process, int Port, bool Ready)
{
    /// <summary>The folder a process works in, which it may use even where its account may not walk the path.</summary>
    internal const string OwnFolder = "/proc/self/cwd";

    internal const string Role = "platform";

    private const int StartTries = 6;
    private const long LogLimit = 20L << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    // For a laptop: little memory, no helper processes that a small database does not need, and every commit on the disk.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["shared_buffers"] = "64MB",
        ["max_connections"] = "100",
        ["work_mem"] = "8MB",
        ["maintenance_work_mem"] = "64MB",
        ["effective_cache_size"] = "1GB",
        ["max_wal_size"] = "512MB",
        ["checkpoint_timeout"] = "10min",
        ["random_page_cost"] = "1.1",
        ["max_parallel_workers_per_gather"] = "0",
        ["jit"] = "off",
        ["autovacuum_naptime"] = "20s",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["log_checkpoints"] = "off",
        ["log_min_messages"] = "warning",
    };

    /// <summary>The living server of a data folder, or null.</summary>
    internal static ServerProcess? Find(string dataFolder)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(dataFolder, "postmaster.pid"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (lines.Length == 0 || !int.TryParse(lines[0], out var process) || !IsServer(process, dataFolder))
            return null;
        _ = int.TryParse(lines.ElementAtOrDefault(3), out var port);
        return new ServerProcess(process, port, lines.ElementAtOrDefault(7)?.Trim() == "ready");
    }

    /// <summary>Starts a server and waits until it takes connections. The caller holds the start lock.</summary>
    /// <param name="folder">Its folder, with data.</param>
    /// <param name="binaries">The programs.</param>
    /// <param name="account">Who runs it.</param>
    /// <param name="preferredPort">The port of an earlier server that clients still know; 0 for any.</param>
    /// <param name="extra">Settings beside the usual ones.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="cancellationToken">Stops waiting; the server may come up nevertheless.</param>
    internal static async Task<ServerProcess> StartAsync(ServerFolder folder, PostgresBinaries binaries, ServerAccount account, int preferredPort, IReadOnlyDictionary<string, string> extra, TimeProvider clock, CancellationToken cancellationToken)
    {
        RotateLog(folder);
        for (var tried = 1; ; tried++)
        {
            RemoveStalePidFile(folder.Data);
            var port = tried == 1 && preferredPort != 0 ? preferredPort : FreePort();
            var logStart = new FileInfo(folder.LogFile).Length;
            folder.CreateFile(folder.Starting, "");
            using var spawned = Spawn(folder, binaries, account, port, extra);
            var since = clock.GetTimestamp();
            while (true)
            {
                if (Find(folder.Data) is { Ready: true } server)
                {
                    File.Delete(folder.Starting);
                    return server;
                }

                if (spawned.HasExited)
                    break;
                if (clock.GetElapsedTime(since) > StartLimit)
                    throw new DatabaseException($"The database server in {folder.Root} did not get ready within {StartLimit.TotalMinutes:F0} minutes. Look into {folder.LogFile}.");
                await Task.Delay(Pause, clock, cancellationToken);
            }

            File.Delete(folder.Starting);
            var said = ReadLog(folder.LogFile, logStart);
            var portTaken = said.Contains("Address already in use", StringComparison.Ordinal) || said.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal);
            var remainsOfCrash = said.Contains("is still in use", StringComparison.Ordinal) || said.Contains("lock file \"postmaster.pid\" already exists", StringComparison.Ordinal);
            if (tried == StartTries || !(portTaken || remainsOfCrash))
                throw Failures.OfServer("The database server did not start", folder.Root, said);
            if (remainsOfCrash)
                await Task.Delay(TimeSpan.FromMilliseconds(300), clock, cancellationToken);
        }
    }

    /// <summary>Asks the server to stop (fast: open transactions are rolled back) and waits until it is gone.</summary>
    internal async Task StopAsync(string dataFolder, TimeProvider clock)
    {
        NativeMethods.Signal(Process, NativeMethods.SignalInterrupt);
        var since = clock.GetTimestamp();
        var immediate = false;
        while (Find(dataFolder) is { } server && server.Process == Process)
        {
            if (!immediate && clock.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
            {
                // Nothing is lost: the next start recovers from the log.
                NativeMethods.Signal(Process, NativeMethods.SignalQuit);
                immediate = true;
            }

            if (clock.GetElapsedTime(since) > TimeSpan.FromSeconds(45))
                return;
            await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }

    private static Process Spawn(ServerFolder folder, PostgresBinaries binaries, ServerAccount account, int port, IReadOnlyDictionary<string, string> extra)
    {
        var settings = new Dictionary<string, string>(Settings);
        if (binaries.Major >= 18)
            settings["io_method"] = "sync";
        foreach (var (name, value) in extra)
            settings[name] = value;
        // A session of its own: Ctrl-C in the terminal is for us and not for the server, which others may use. It writes to its log and holds nothing of ours.
        var info = Tool.Describe(
            [Tool.Shell, "-c", "exec \"$@\" </dev/null >>../server.log 2>&1", "sh", "setsid", .. account.Prefix, binaries.Server,
             "-D", OwnFolder, "-p", port.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(s => new[] { "-c", $"{s.Key}={s.Value}" })],
            folder.Data);
        return System.Diagnostics.Process.Start(info)!;
    }

    private static bool IsServer(int process, string dataFolder)
    {
        string status;
        try
        {
            status = File.ReadAllText($"/proc/{process}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        // "pid (name) state …": the name may hold blanks and brackets, so look from its end. A zombie is dead.
        var end = status.LastIndexOf(')');
        if (end < 0 || status[status.IndexOf('(', StringComparison.Ordinal)..end] != "(postgres" || status[end + 2] is 'Z' or 'X')
            return false;
        // Where the working folder may be seen it must be ours: the number may have passed to another server.
        return NativeMethods.Identify($"/proc/{process}/cwd") is not { } there || NativeMethods.Identify(dataFolder) is not { } here || there.SameFileAs(here);
    }

    /// <summary>PostgreSQL takes any process with the number in its pid file for a living server, and refuses; we know better when that process is no server of this folder.</summary>
    private static void RemoveStalePidFile(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "postmaster.pid");
        if (!File.Exists(file) || Find(dataFolder) is not null)
            return;
        if (int.TryParse(File.ReadLines(file).FirstOrDefault(), out var process) && NativeMethods.Signal(process, 0))
            File.Delete(file);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RotateLog(ServerFolder folder)
    {
        if (new FileInfo(folder.LogFile).Length < LogLimit)
            return;
        File.Move(folder.LogFile, folder.LogFile + ".1", overwrite: true);
        folder.CreateFile(folder.LogFile, "");
    }

    private static string ReadLog(string file, long from)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(Math.Min(from, stream.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
