using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Platform.Engine.Tests.Chaos;

/// <summary>Signals and limits of other processes.</summary>
internal static partial class ChaosSignals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private const int FileSize = 1;

    // Their numbers differ between the processors that Linux runs on.
    public static readonly int Continue = OperatingSystem.IsLinux() ? 18 : 19;
    public static readonly int Stop = OperatingSystem.IsLinux() ? 19 : 17;

    /// <exception cref="Win32Exception">There is no such process, or it is somebody else's.</exception>
    public static void Send(int process, int signal)
    {
        if (kill(process, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {signal} to process {process}");
    }

    /// <summary>The largest file that a process of the own account may write from now on, as a disk that is full allows none.</summary>
    /// <exception cref="Win32Exception">There is no such process, or it is somebody else's.</exception>
    public static unsafe void LimitFiles(int process, long bytes)
    {
        Limits limits;
        if (prlimit(process, FileSize, null, &limits) == 0)
        {
            // The hard limit stays.
            limits.Soft = (ulong)bytes;
            if (prlimit(process, FileSize, &limits, null) == 0)
                return;
        }
        throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The file size limit of process {process}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int prlimit(int process, int resource, Limits* wanted, Limits* before);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
