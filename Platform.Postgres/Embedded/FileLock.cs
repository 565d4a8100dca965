using Microsoft.Win32.SafeHandles;

namespace Platform.Postgres.Embedded;

/// <summary>An advisory lock on a file (flock). The kernel releases it when the process ends, however it ends.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock at once; null when another holds it.</summary>
    internal static FileLock? TryTake(string path, bool exclusive)
    {
        var file = NativeMethods.OpenLockFile(path);
        if (NativeMethods.TryLock(file, exclusive))
            return new FileLock(file);
        file.Dispose();
        return null;
    }

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="TimeoutException">Another process held it for longer than <paramref name="limit"/>.</exception>
    internal static async Task<FileLock> TakeAsync(string path, bool exclusive, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (TryTake(path, exclusive) is { } taken)
                return taken;
            if (clock.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Another process has held {path} for {limit.TotalSeconds:F0} s.");
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>Turns a shared lock into an exclusive one if nobody else holds it; when somebody does, the shared lock is gone too.</summary>
    internal bool TryMakeExclusive() => NativeMethods.TryLock(_file, exclusive: true);

    /// <summary>Takes the released lock again, shared, if nobody holds it exclusively.</summary>
    internal bool TryShare() => NativeMethods.TryLock(_file, exclusive: false);

    public void Dispose()
    {
        if (!_file.IsClosed)
            NativeMethods.Unlock(_file);
        _file.Dispose();
    }
}
