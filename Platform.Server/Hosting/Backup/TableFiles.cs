using System.Globalization;
using System.Text.Json;
using Platform.Tables;

namespace Platform.Server.Hosting.Backup;

/// <summary>Which files of a table belong to a backup: the log up to a version, and the data files that it names.</summary>
internal static class TableFiles
{
    private const string Log = "_delta_log";

    /// <summary>
    /// The newest version that the database of the backup can know: without commits by runs that it has never heard of. Those come last: such a run began after the snapshot, and what the snapshot holds as
    /// done was committed before it. A commit by a run that it knows may be among the files though the database holds its task as running: the task runs again, finds its commit and writes nothing.
    /// </summary>
    /// <param name="store">The tables.</param>
    /// <param name="table">The table.</param>
    /// <param name="lastRun">The newest run of the snapshot; 0 for none.</param>
    /// <returns>Null where no version belongs to it.</returns>
    public static long? VersionFor(TableStore store, TableName table, long lastRun)
    {
        var history = store.History(table);
        var unknown = history.Where(c => RunOf(c.AppId) > lastRun).Select(c => (long?)c.Version).Min();
        var version = unknown is { } first ? first - 1 : history.Max(c => c.Version);
        return version >= 0 ? version : null;
    }

    /// <summary>The files, by their path in the table's folder. Data files that the log names and that vacuum has deleted since are left out: no version that could still be read needs them.</summary>
    /// <exception cref="CommandLine.CliError">A file of the version itself is missing.</exception>
    public static IReadOnlyList<string> Of(TableStore store, TableName table, long version)
    {
        var snapshot = store.Snapshot(table, version);
        var folder = snapshot.Folder;
        var log = Path.Combine(folder, Log);
        var files = new List<string>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(log).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            // Names of the log begin with their version: 20 digits. What points to the newest checkpoint is only a hint, and made anew.
            if (name.Length < 21 || !long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var of) || of > version)
                continue;
            files.Add(Path.Combine(Log, name));
            if (name.EndsWith(".json", StringComparison.Ordinal) && name.Length == 25)
                AddNamed(named, path, folder);
        }
        foreach (var file in snapshot.Files)
        {
            if (!File.Exists(file.Path))
                throw new CommandLine.CliError($"Table '{table}' cannot be copied: its file {file.Path} is missing.", "Put the file back, or write the table anew (clear the task that writes it); then make the backup again.");
            named.Add(file.Path);
        }
        files.AddRange(named.Where(p => File.Exists(p) && p.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Select(p => Path.GetRelativePath(folder, p)).Order(StringComparer.Ordinal));
        return files;
    }

    private static void AddNamed(HashSet<string> named, string commit, string folder)
    {
        foreach (var line in File.ReadLines(commit))
        {
            if (line.Length == 0)
                continue;
            using var action = JsonDocument.Parse(line);
            if (!action.RootElement.TryGetProperty("add", out var add))
                continue;
            named.Add(Path.Combine(folder, Uri.UnescapeDataString(add.GetProperty("path").GetString()!)));
            // A vector of deleted rows lies in a file of its own, beside the data.
            if (add.TryGetProperty("deletionVector", out _))
                named.UnionWith(Directory.EnumerateFiles(folder, "deletion_vector_*.bin", SearchOption.AllDirectories));
        }
    }

    private static long RunOf(string? application) =>
        application?.Split('/') is [var run, _, _] && long.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
