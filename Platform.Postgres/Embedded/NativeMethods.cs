using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Postgres.Embedded;

/// <summary>The few calls of the C library that .NET does not offer: advisory locks, owners and signals.</summary>
internal static partial class NativeMethods
{
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNoWait = 4;
    private const int LockUnlock = 8;
    private const int WouldBlock = 11;
    private const int NotPermitted = 1;
    private const int CurrentFolder = -100;
    private const uint StatBasic = 0x7ff;

    internal const int SignalInterrupt = 2;
    internal const int SignalQuit = 3;
    internal const int SignalKill = 9;

    /// <summary>Effective user id; 0 is root.</summary>
    internal static uint UserId => geteuid();

    /// <summary>Opens a lock file, which a started process does not inherit.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static SafeFileHandle OpenLockFile(string path)
    {
        var descriptor = open(path, OpenReadWrite | OpenCreate | OpenCloseOnExec, 0x180 /* rw------- */);
        if (descriptor < 0)
            throw Failure(path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Takes an advisory lock without waiting; false when another process holds it.</summary>
    internal static bool TryLock(SafeFileHandle file, bool exclusive)
    {
        if (flock(file, (exclusive ? LockExclusive : LockShared) | LockNoWait) == 0)
            return true;
        if (Marshal.GetLastPInvokeError() == WouldBlock)
            return false;
        throw Failure("the lock file");
    }

    internal static void Unlock(SafeFileHandle file) => _ = flock(file, LockUnlock);

    /// <summary>Owner, group and identity of a file; null when it does not exist or may not be looked at.</summary>
    internal static unsafe FileIdentity? Identify(string path)
    {
        // struct statx is the same on every architecture: uid at 20, gid at 24, inode at 32, device numbers at 136 and 140.
        var buffer = stackalloc byte[256];
        if (statx(CurrentFolder, path, 0, StatBasic, buffer) != 0)
            return null;
        return new FileIdentity(*(uint*)(buffer + 20), *(uint*)(buffer + 24), *(ulong*)(buffer + 32), *(uint*)(buffer + 136), *(uint*)(buffer + 140));
    }

    /// <exception cref="IOException">The owner cannot be changed.</exception>
    internal static void ChangeOwner(string path, uint user, uint group)
    {
        if (chown(path, user, group) != 0)
            throw Failure(path);
    }

    /// <summary>Gives a file a second name; false when the name is taken or the file system has no hard links.</summary>
    internal static bool Link(string existing, string name) => link(existing, name) == 0;

    /// <summary>Sends a signal; false when there is no such process.</summary>
    internal static bool Signal(int process, int signal) => kill(process, signal) == 0 || Marshal.GetLastPInvokeError() == NotPermitted;

    private static IOException Failure(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{new Win32Exception(error).Message}: {path}", error);
    }

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}

/// <summary>Who owns a file and which file it is.</summary>
internal readonly record struct FileIdentity(uint User, uint Group, ulong Inode, uint DeviceMajor, uint DeviceMinor)
{
    internal bool SameFileAs(FileIdentity other) => (Inode, DeviceMajor, DeviceMinor) == (other.Inode, other.DeviceMajor, other.DeviceMinor);
}
