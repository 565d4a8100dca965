namespace Platform.Inventory.Cache;

/// <summary>
/// Holds everything in a cache folder (states, profiles, samples, values, relations, counts of pairs, rows, structures …) to one budget: above it what was
/// written longest ago goes, of whatever kind. Everything there can be made again from the data.
/// </summary>
/// <param name="folder">The cache's folder; null keeps nothing.</param>
internal sealed class CacheBudget(string? folder)
{
    /// <summary>Bytes that the cache may take.</summary>
    public const long MostBytes = 4L << 30;

    private int _added;

    /// <summary>Tells that something was written.</summary>
    public void Added() => Interlocked.Increment(ref _added);

    /// <summary>Where something was written since the last time, drops the oldest files of all folders until they take no more than <paramref name="mostBytes"/>.</summary>
    public void Prune(long mostBytes = MostBytes)
    {
        if (folder is null || !Directory.Exists(folder) || Interlocked.Exchange(ref _added, 0) == 0)
            return;
        // The index of files lies in the folder itself and is needed every night.
        var files = new DirectoryInfo(folder).EnumerateDirectories()
            .SelectMany(kind => kind.EnumerateFiles("*", SearchOption.AllDirectories))
            .Select(file => (File: file, file.Length, file.LastWriteTimeUtc)).ToList();
        var bytes = files.Sum(file => file.Length);
        foreach (var (file, length, _) in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            if (bytes <= mostBytes)
                return;
            try
            {
                file.Delete();
                bytes -= length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process may hold it; the next night tries again.
            }
        }
    }
}
