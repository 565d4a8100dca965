using System.Runtime.InteropServices;

namespace Platform.Tables.Files;

/// <summary>
/// Files that are there after a crash: contents and names are flushed to the disk before anybody is told. POSIX only, which is what the
/// native parts need anyway.
/// </summary>
internal static partial class DurableFiles
{
    private const int FileExists = 17;
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>
    /// Puts a file in place if no file has its name; false if one has. A rename would replace the other; a hard link refuses. The name is
    /// durable on return. If the process dies before the link, only a hidden temporary file is left; after it, the commit stands.
    /// </summary>
    public static bool PutIfAbsent(string path, ReadOnlySpan<byte> contents)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        WriteFlushed(temporary, contents);
        try
        {
            if (link(temporary, path) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error == FileExists ? false : throw Failed($"put '{path}' in place", error);
            }
            FlushFolder(folder);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes or replaces a file: readers see the old contents or the new, never a part.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> contents)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        WriteFlushed(temporary, contents);
        File.Move(temporary, path, overwrite: true);
        FlushFolder(folder);
    }

    /// <summary>Moves a file that another writer made to its place, with its contents flushed; flush the folder afterwards.</summary>
    public static void MoveFlushed(string from, string to)
    {
        using (var handle = File.OpenHandle(from, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        File.Move(from, to, overwrite: true);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void FlushFolder(string folder)
    {
        var descriptor = open(folder, ReadOnlyDirectory);
        if (descriptor < 0)
            throw Failed($"open the folder '{folder}'", Marshal.GetLastPInvokeError());
        try
        {
            if (fsync(descriptor) != 0)
                throw Failed($"flush the folder '{folder}'", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>Makes a folder and its missing parents, durably.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder);
        if (!string.IsNullOrEmpty(parent))
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (!string.IsNullOrEmpty(parent))
            FlushFolder(parent);
    }

    private static void WriteFlushed(string path, ReadOnlySpan<byte> contents)
    {
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(handle, contents, 0);
        RandomAccess.FlushToDisk(handle);
    }

    private static IOException Failed(string what, int error) => new($"Cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string name);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
