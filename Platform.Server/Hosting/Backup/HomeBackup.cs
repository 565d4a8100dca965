using Npgsql;
using Platform.Postgres;
using Platform.Postgres.Backup;
using Platform.Postgres.Secrets;
using Platform.Tables;

namespace Platform.Server.Hosting.Backup;

/// <summary>What a backup holds, for people.</summary>
internal sealed record BackupSummary
{
    public required string File { get; init; }

    /// <summary>The moment whose state it holds.</summary>
    public required DateTimeOffset At { get; init; }

    public required long Bytes { get; init; }

    public required long BytesBefore { get; init; }

    public required int DatabaseTables { get; init; }

    public required int Tables { get; init; }

    public required int Models { get; init; }

    public required bool HasKey { get; init; }

    /// <summary>What is not in it although somebody might think so.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>
/// Copies a platform into one file while it works: the database as of one moment, the tables at the versions that belong to that moment, the models that it knows, the key, and what else lies in the home.
/// Table and model files never change once they are written, so only which of them belong is a question of time.
/// </summary>
internal sealed class HomeBackup(PlatformOptions options, Database database, SecretKey key, TableStore tables)
{
    // What a home holds that is not carried over: the database's own files, what is written aside, and the sessions of the old address. The others have their own part.
    private static readonly string[] LeftOut = ["postgres", "spill", "session-keys", "tables", "models", Archive.KeyName];

    public async Task<BackupSummary> WriteAsync(string path, bool withKey, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        await using var archive = new ArchiveWriter(path);
        ArchiveHeader header;
        List<(string Folder, string Location)> models;
        await using (var export = await DatabaseExport.BeginAsync(database.DataSource, cancellationToken))
        {
            var (at, lastRun) = (await export.QueryAsync<(DateTimeOffset, long)>("select now(), coalesce((select max(id) from run), 0)", cancellationToken))[0];
            var versions = new Dictionary<string, long>();
            foreach (var table in tables.List())
                if (TableFiles.VersionFor(tables, table, lastRun) is { } version)
                    versions[table.ToString()] = version;
            models = await ModelsAsync(export, warnings, cancellationToken);
            header = new ArchiveHeader
            {
                Format = Archive.Format,
                At = at,
                Home = options.Home,
                Program = typeof(HomeBackup).Assembly.GetName().Version?.ToString() ?? "0",
                HasKey = withKey,
                Database = export.Contents,
                Tables = versions,
                Models = [.. models.Select(m => m.Folder)],
            };
            await archive.WriteJsonAsync(Archive.HeaderName, header, cancellationToken);
            foreach (var table in export.Contents.Tables)
            {
                var piece = 0;
                await export.CopyAsync(table, bytes => archive.WriteAsync($"{Archive.DatabaseFolder}{table.FullName}/{piece++:000000}", bytes, cancellationToken), cancellationToken);
            }
        }
        foreach (var (name, version) in header.Tables)
            await CopyTableAsync(archive, TableName.Parse(name), version, cancellationToken);
        foreach (var (folder, location) in models)
            await CopyFolderAsync(archive, folder, location, cancellationToken);
        await CopyOthersAsync(archive, cancellationToken);
        if (withKey)
            await archive.WriteAsync(Archive.KeyName, await File.ReadAllBytesAsync(key.File, cancellationToken), cancellationToken);
        else
            warnings.Add($"The key is not in it. Without {key.File} nobody can read the secrets and connections of the restored platform: keep a copy elsewhere.");
        // Last, so that no number that was copied anywhere is given out again.
        await archive.WriteJsonAsync(Archive.SequencesName, await DatabaseExport.SequencesAsync(database.DataSource, cancellationToken), cancellationToken);
        var before = archive.Bytes;
        await archive.CompleteAsync(cancellationToken);
        var summary = new BackupSummary
        {
            File = path,
            At = header.At,
            Bytes = new FileInfo(path).Length,
            BytesBefore = before,
            DatabaseTables = header.Database.Tables.Count,
            Tables = header.Tables.Count,
            Models = models.Count,
            HasKey = withKey,
            Warnings = warnings,
        };
        try
        {
            await new BackupLedger(database.DataSource).AddAsync(summary, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            // The file is whole all the same.
            warnings.Add($"The pages will not know of this backup: {e.Message}");
        }
        return summary;
    }

    private async Task CopyTableAsync(ArchiveWriter archive, TableName table, long version, CancellationToken cancellationToken)
    {
        var folder = tables.FolderOf(table);
        var below = Path.GetRelativePath(options.Home, folder);
        foreach (var file in TableFiles.Of(tables, table, version))
        {
            try
            {
                await archive.WriteFileAsync($"{Archive.HomeFolder}{Entry(below)}/{Entry(file)}", Path.Combine(folder, file), cancellationToken);
            }
            catch (FileNotFoundException) when (!tables.Snapshot(table, version).Files.Any(f => f.Path == Path.Combine(folder, file)))
            {
                // A file of an old version that vacuum deleted a moment ago.
            }
        }
    }

    private async Task<List<(string Folder, string Location)>> ModelsAsync(DatabaseExport export, List<string> warnings, CancellationToken cancellationToken)
    {
        var models = new List<(string, string)>();
        foreach (var (model, version, location) in await export.QueryAsync<(string, int, string)>("select model, version, location from catalog.model_versions order by model, version", cancellationToken))
        {
            var folder = Path.GetFullPath(location);
            if (!Directory.Exists(folder))
                warnings.Add($"Version {version} of the model '{model}' is registered and its folder {folder} is missing.");
            else if (!folder.StartsWith(options.Home + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                warnings.Add($"Version {version} of the model '{model}' lies outside the home, in {folder}: it is not in the backup.");
            else
                models.Add((Entry(Path.GetRelativePath(options.Home, folder)), folder));
        }
        return models;
    }

    private static async Task CopyFolderAsync(ArchiveWriter archive, string below, string folder, CancellationToken cancellationToken)
    {
        foreach (var file in Files(folder))
            await archive.WriteFileAsync($"{Archive.HomeFolder}{below}/{Entry(Path.GetRelativePath(folder, file))}", file, cancellationToken);
    }

    /// <summary>Reports, inventory states, sample files and whatever people have put there. A file that goes meanwhile is left out.</summary>
    private async Task CopyOthersAsync(ArchiveWriter archive, CancellationToken cancellationToken)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(options.Home).Order(StringComparer.Ordinal))
        {
            if (LeftOut.Contains(Path.GetFileName(entry)) || Path.GetFullPath(entry) == key.File)
                continue;
            foreach (var file in Directory.Exists(entry) ? Files(entry) : [entry])
            {
                try
                {
                    await archive.WriteFileAsync($"{Archive.HomeFolder}{Entry(Path.GetRelativePath(options.Home, file))}", file, cancellationToken);
                }
                catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
                {
                    // A report that was made anew, a state that was replaced.
                }
            }
        }
    }

    // Links are not followed: what they point to belongs to somebody else, and may be a circle.
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal);

    private static string Entry(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}
