using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Platform.Activities.Control;

/// <summary>A program and everything that it started, so that nothing of it is left behind.</summary>
/// <param name="root">Process id of the program.</param>
internal sealed partial class ProcessTree(int root)
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly string? SetSid = ProgramPath.Find("setsid", "/", null);

    /// <summary>Starts the program in a session of its own where the machine can: children that let go of their parent are still found by it.</summary>
    public static void PutInOwnSession(ProcessStartInfo start, string program)
    {
        if (SetSid is null || !OperatingSystem.IsLinux())
        {
            start.FileName = program;
            return;
        }
        // It replaces itself with the program, so the process id stays that of the program.
        start.FileName = SetSid;
        start.ArgumentList.Add(program);
    }

    /// <summary>Asks all of them to end, kills those that have not after <paramref name="grace"/>, and returns when none is left.</summary>
    public async Task EndAsync(TimeSpan grace, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        Signal(Members(), Terminate);
        while (Members().Count > 0 && clock.GetElapsedTime(started) < grace)
            await Task.Delay(Look, clock);
        // Whoever forks while it is being killed is found in the next round.
        for (var round = 0; round < 40 && Members() is { Count: > 0 } left; round++)
        {
            Signal(left, Kill);
            await Task.Delay(Look, clock);
        }
    }

    /// <summary>Process ids that are alive.</summary>
    public IReadOnlyCollection<int> Members()
    {
        if (!OperatingSystem.IsLinux())
            return IsAlive(root) ? [root] : [];
        var processes = new List<(int Id, int Parent, int Session)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } process)
                processes.Add(process);
        }
        var members = processes.Where(p => p.Id == root || p.Session == root).Select(p => p.Id).ToHashSet();
        for (var found = true; found;)
        {
            found = false;
            foreach (var process in processes)
                found |= members.Contains(process.Parent) && members.Add(process.Id);
        }
        return members;
    }

    // Fields of /proc/<id>/stat after the name, which itself may hold spaces and brackets: state, parent, group, session.
    private static (int Id, int Parent, int Session)? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // A dead process that nobody has waited for yet is no longer at work.
            return fields[0] is "Z" or "X" ? null : (id, int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked.
            return null;
        }
    }

    private static void Signal(IReadOnlyCollection<int> processes, int signal)
    {
        foreach (var id in processes)
        {
            if (OperatingSystem.IsWindows())
                KillHere(id);
            else
                _ = kill(id, signal);
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void KillHere(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended already, which is what was wanted.
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int id, int signal);
}

/// <summary>Where programs are.</summary>
internal static class ProgramPath
{
    /// <summary>Full path of a program: a path as it is (relative to <paramref name="folder"/>), a bare name on <paramref name="searchPath"/> or else the platform's own; null where there is none that may be run.</summary>
    public static string? Find(string program, string folder, string? searchPath)
    {
        if (program.Contains('/', StringComparison.Ordinal) || Path.IsPathRooted(program))
            return Runnable(Path.GetFullPath(program, folder));
        foreach (var place in (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Runnable(Path.Combine(Path.GetFullPath(place, folder), program)) is { } found)
                return found;
        }
        return null;
    }

    private static string? Runnable(string path)
    {
        if (!File.Exists(path))
            return null;
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0 ? path : null;
    }
}
