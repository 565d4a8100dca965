using System.Text.Json;
using Platform.Postgres;
using Platform.Postgres.Backup;
using Platform.Server.CommandLine;

namespace Platform.Server.Hosting.Backup;

/// <summary>Makes a platform of a backup, in a new home. The whole file is checked first; what fails later leaves the home as empty as it was.</summary>
internal static class HomeRestore
{
    /// <summary>Restores.</summary>
    /// <param name="path">The backup.</param>
    /// <param name="options">The new home, which must be empty or missing, and the database, which must be empty.</param>
    /// <param name="paused">Whether every workflow is paused: for a copy beside the original.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CliError">The backup cannot be used, or the home is not empty.</exception>
    /// <exception cref="DatabaseException">The database is not empty, or the backup is of a newer program.</exception>
    public static async Task<ArchiveHeader> RestoreAsync(string path, PlatformOptions options, bool paused, CancellationToken cancellationToken)
    {
        var header = await ArchiveReader.VerifyAsync(path, cancellationToken);
        if (Directory.Exists(options.Home) && Directory.EnumerateFileSystemEntries(options.Home).Any())
            throw new CliError($"The home {options.Home} is not empty. Nothing was restored.", "Choose another with --home NEW, or move that one away first.");
        var existed = Directory.Exists(options.Home);
        try
        {
            Directory.CreateDirectory(options.Home);
            await using var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = options.Database, Home = options.Home }, cancellationToken);
            await database.MigrateLikeAsync(Rooms.WithSchema, header.Database.Migrations, cancellationToken);
            await FillAsync(path, header, options, database, paused, cancellationToken);
            // What this program has brought since the backup was made.
            await database.MigrateAsync(Rooms.WithSchema, cancellationToken);
        }
        catch
        {
            // The embedded server has stopped by now: nobody else can use a home that did not exist.
            foreach (var entry in Directory.Exists(options.Home) ? Directory.EnumerateFileSystemEntries(options.Home) : [])
            {
                if (Directory.Exists(entry))
                    Directory.Delete(entry, recursive: true);
                else
                    File.Delete(entry);
            }
            if (!existed && Directory.Exists(options.Home))
                Directory.Delete(options.Home);
            throw;
        }
        return header;
    }

    private static async Task FillAsync(string path, ArchiveHeader header, PlatformOptions options, Database database, bool paused, CancellationToken cancellationToken)
    {
        await using var import = await DatabaseImport.BeginAsync(database.DataSource, header.Database, cancellationToken);
        List<SequenceState>? sequences = null;
        await foreach (var (name, contents) in ArchiveReader.EntriesAsync(path, cancellationToken))
        {
            if (name.StartsWith(Archive.DatabaseFolder, StringComparison.Ordinal))
                await import.WriteAsync(name.Split('/')[1], await ArchiveReader.ReadAsync(contents, cancellationToken), cancellationToken);
            else if (name.StartsWith(Archive.HomeFolder, StringComparison.Ordinal))
                await WriteFileAsync(options.Home, name[Archive.HomeFolder.Length..], contents, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, cancellationToken);
            else if (name == Archive.KeyName)
                await WriteFileAsync(options.Home, Archive.KeyName, contents, UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken);
            else if (name == Archive.SequencesName)
                sequences = JsonSerializer.Deserialize<List<SequenceState>>(await ArchiveReader.ReadAsync(contents, cancellationToken), Archive.Json);
        }
        await MoveAsync(import, header.Home, options.Home, cancellationToken);
        // Nobody of the old home lives here. Leases that they held run out, and their tasks are tried again.
        await import.ExecuteAsync("delete from node", null, cancellationToken);
        if (paused)
            await import.ExecuteAsync("update workflow set paused = true; insert into workflow_pause (workflow, paused_at) select name, now() from workflow on conflict do nothing", null, cancellationToken);
        await import.CommitAsync(sequences ?? [], cancellationToken);
    }

    /// <summary>Paths below the old home become paths below the new one, wherever the database keeps them.</summary>
    private static async Task MoveAsync(DatabaseImport import, string from, string to, CancellationToken cancellationToken)
    {
        if (from == to)
            return;
        foreach (var (table, column) in new[] { ("catalog.assets", "location"), ("catalog.accesses", "location"), ("catalog.inventory_runs", "report_location"), ("catalog.model_versions", "location"), ("catalog.asset_files", "path") })
            await import.ExecuteAsync($"update {table} set {column} = @to || substr({column}, length(@from) + 1) where {column} = @from or starts_with({column}, @from || '/')", new { from, to }, cancellationToken);
        await import.ExecuteAsync("update catalog.assets set key = 'file:' || @to || substr(key, length('file:' || @from) + 1) where starts_with(key, 'file:' || @from || '/')", new { from, to }, cancellationToken);
        await import.ExecuteAsync("update catalog.assets set source = @to || substr(source, length(@from) + 1) where source = @from or starts_with(source, @from || '/')", new { from, to }, cancellationToken);
        // Parameters of runs that are still to come or to be repeated.
        await import.ExecuteAsync("update run set params = replace(replace(params::text, @oldFolder, @newFolder), @oldHome, @newHome)::jsonb where strpos(params::text, @old) > 0",
            new { old = Quoted(from)[..^1], oldFolder = Quoted(from)[..^1] + "/", newFolder = Quoted(to)[..^1] + "/", oldHome = Quoted(from), newHome = Quoted(to) }, cancellationToken);
    }

    private static string Quoted(string path) => JsonSerializer.Serialize(path, Archive.Json);

    private static async Task WriteFileAsync(string home, string below, Stream contents, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(Path.Combine(home, below));
        if (!target.StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new CliError($"The backup holds a file that would lie outside the home: {below}. Nothing was restored.", "Do not use this file: it was not made by './platform backup'.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        await using var file = new FileStream(target, options);
        await contents.CopyToAsync(file, cancellationToken);
    }
}
