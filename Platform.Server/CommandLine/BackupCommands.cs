using System.CommandLine;
using System.Globalization;
using Platform.Postgres;
using Platform.Postgres.Secrets;
using Platform.Server.Hosting.Backup;
using Platform.Tables;

namespace Platform.Server.CommandLine;

/// <summary><c>backup</c> and <c>restore</c>: a platform in one file, and a platform out of it.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var file = new Argument<string>("file") { Description = "File to write" };
        var withoutKey = new Option<bool>("--without-key") { Description = "Leave the key of the secrets out" };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists" };
        return Cli.Command("backup", "Copies database, tables, models and key into one file, while everything runs", [file, withoutKey, force, Cli.Json], async (result, cancellationToken) =>
        {
            var path = Path.GetFullPath(result.GetValue(file)!);
            if (Directory.Exists(path) || File.Exists(path) && !result.GetValue(force))
                throw new CliError($"{path} exists.", "Choose another name, or replace a file with --force.");
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw new CliError($"There is no folder {Path.GetDirectoryName(path)}.", "Make it first, or choose another.");
            var options = GlobalOptions.Read(result);
            if (path.StartsWith(options.Home + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new CliError("A backup inside the home would be part of the next one.", "Choose a file elsewhere, best on another disk.");
            await using var node = await PlatformNode.OpenAsync(options, cancellationToken);
            var summary = await new HomeBackup(options, node.Get<Database>(), node.Get<SecretKey>(), node.Get<TableStore>()).WriteAsync(path, !result.GetValue(withoutKey), cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(summary);
            else
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{path}: {summary.Bytes / 1048576.0:0.0} MiB ({summary.BytesBefore / 1048576.0:0.0} MiB before compression), the state of {summary.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {Cli.Count(summary.DatabaseTables, "database table")}, {Cli.Count(summary.Tables, "table")}, {Cli.Count(summary.Models, "model version")}."));
            if (summary.HasKey)
                await Console.Error.WriteLineAsync("It holds the key that opens the secrets: keep it as you keep a password, or use --without-key.");
            foreach (var warning in summary.Warnings)
                await Console.Error.WriteLineAsync(warning);
            return 0;
        });
    }

    public static Command Restore()
    {
        var file = new Argument<string>("file") { Description = "File that 'backup' made" };
        var paused = new Option<bool>("--paused") { Description = "Pause every workflow: for a copy beside the original" };
        var check = new Option<bool>("--check") { Description = "Only check that the file is whole, and say what is in it" };
        return Cli.Command("restore", "Makes a platform of a backup, in a new home (--home NEW)", [file, paused, check, Cli.Json], async (result, cancellationToken) =>
        {
            var path = Path.GetFullPath(result.GetValue(file)!);
            var options = GlobalOptions.Read(result);
            var header = result.GetValue(check) ? await ArchiveReader.VerifyAsync(path, cancellationToken) : await HomeRestore.RestoreAsync(path, options, result.GetValue(paused), cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(new { header.At, header.Program, Home = result.GetValue(check) ? header.Home : options.Home, Tables = header.Tables.Count, Models = header.Models.Count, header.HasKey });
            else
                Console.Out.WriteLine($"{(result.GetValue(check) ? "Whole" : $"Restored into {options.Home}")}: the state of {header.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, {Cli.Count(header.Tables.Count, "table")}, {Cli.Count(header.Models.Count, "model version")}.{(result.GetValue(check) ? "" : " Start it with: ./platform serve --home " + options.Home)}");
            if (!header.HasKey)
                await Console.Error.WriteLineAsync("The key of the secrets is not in it: put the old one at secret.key in the home, or name it with --key-file.");
            return 0;
        });
    }
}
