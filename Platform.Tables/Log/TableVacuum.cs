namespace Platform.Tables.Log;

/// <summary>Finds and deletes data files that a table does not need any more.</summary>
internal static class TableVacuum
{
    private static readonly TimeSpan Youngest = TimeSpan.FromHours(1);

    public static IReadOnlyList<string> Run(Snapshot snapshot, TimeSpan olderThan, bool dryRun, DateTimeOffset now)
    {
        if (olderThan < Youngest)
            throw new ArgumentOutOfRangeException(nameof(olderThan), $"Vacuum keeps files of the last hour, which a running write may need; {olderThan} is shorter.");
        ReaderProtocol.CheckWritable(snapshot, removesData: false);
        var before = now - olderThan;
        var needed = snapshot.Files.Values.Select(file => FilePaths.Resolve(snapshot.TableFolder, file.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var removed in snapshot.Removed.Values.Where(removed => removed.DeletionTimestamp is { } deleted && DateTimeOffset.FromUnixTimeMilliseconds(deleted) > before))
            needed.Add(FilePaths.Resolve(snapshot.TableFolder, removed.Path));
        var log = Path.Combine(snapshot.TableFolder, LogFolder.Name) + Path.DirectorySeparatorChar;
        var unneeded = Directory.EnumerateFiles(snapshot.TableFolder, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(log, StringComparison.Ordinal) && !needed.Contains(path) && File.GetLastWriteTimeUtc(path) < before.UtcDateTime)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (!dryRun)
            unneeded.ForEach(File.Delete);
        return unneeded;
    }
}
