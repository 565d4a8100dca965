namespace Platform.Tables.Files;

/// <summary>Deletes the scratch folders of processes that died. Living ones touch theirs far more often than the age asked for.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(2);

    public static void Delete(string scratch, DateTimeOffset now)
    {
        if (!Directory.Exists(scratch))
            return;
        foreach (var folder in Directory.EnumerateDirectories(scratch))
        {
            try
            {
                if (Directory.GetLastWriteTimeUtc(folder) < (now - Age).UtcDateTime)
                    Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process that started at the same moment was faster.
            }
        }
    }
}
