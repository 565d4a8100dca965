using Platform.Tables.Log;
using Platform.Tables.Native;

namespace Platform.Tables;

/// <summary>What can be done with a Delta table that somebody else wrote.</summary>
public enum TableVerdictKind
{
    /// <summary>Its rows can be read.</summary>
    Readable,

    /// <summary>It uses a feature that this program does not know.</summary>
    Unsupported,

    /// <summary>Its log or its data are damaged or incomplete.</summary>
    Broken,
}

/// <summary>
/// The verdict on a folder. Subject names the feature (unsupported) or the file (broken), null if readable; Message is for people; Snapshot
/// is there if the log could be read, also when data files are missing.
/// </summary>
public sealed record TableVerdict(TableVerdictKind Kind, string? Subject, string Message, TableSnapshot? Snapshot);

/// <summary>Delta tables in any folder, apart from those of a <see cref="TableStore"/>.</summary>
public static class DeltaTable
{
    /// <summary>Whether a folder holds a Delta table's log.</summary>
    public static bool IsTable(string folder) => new LogFolder(folder).Exists;

    /// <summary>Judges a folder: reads its log and the footers of its data files. Throws for no table, whatever it holds.</summary>
    /// <param name="store">The store whose databases do the reading; it need not hold the table.</param>
    /// <param name="folder">The table's folder.</param>
    public static TableVerdict Examine(TableStore store, string folder)
    {
        TableSnapshot? snapshot = null;
        try
        {
            if (!IsTable(folder))
                return new TableVerdict(TableVerdictKind.Broken, LogFolder.Name, $"'{folder}' is no Delta table: it has no folder {LogFolder.Name}.", null);
            snapshot = new TableSnapshot(store.Reader.Read(Path.GetFullPath(folder)));
            _ = snapshot.Columns;
            using var session = store.OpenSession();
            _ = session.ExposeFolder("examined", folder);
            session.Execute("select count(*) from examined");
            return new TableVerdict(TableVerdictKind.Readable, null, $"Readable at version {snapshot.Version}.", snapshot);
        }
        catch (UnsupportedTableException error)
        {
            return new TableVerdict(TableVerdictKind.Unsupported, error.Feature, error.Message, snapshot);
        }
        catch (BrokenTableException error)
        {
            return new TableVerdict(TableVerdictKind.Broken, error.File, error.Message, snapshot);
        }
        catch (Exception error) when (error is DuckDbException or TableException or IOException or UnauthorizedAccessException)
        {
            return new TableVerdict(TableVerdictKind.Broken, BrokenFile(snapshot, error.Message), $"Table '{folder}' cannot be read: {error.Message}", snapshot);
        }
    }

    /// <summary>DuckDB names the damaged file in its message; the table's folder stands for one that it does not name.</summary>
    private static string BrokenFile(TableSnapshot? snapshot, string message)
        => snapshot?.Files.FirstOrDefault(file => message.Contains(Path.GetFileName(file.Path), StringComparison.Ordinal)) is { } file
            ? Path.GetRelativePath(snapshot.Folder, file.Path)
            : LogFolder.Name;
}
