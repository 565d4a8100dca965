using System.CommandLine;

namespace Platform.Server.CommandLine;

/// <summary>Options that every command takes: where the platform keeps its things, and which database it uses.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Home = new("--home")
    {
        Description = "Folder of the platform: embedded database, tables, models, keys. Default: PLATFORM_HOME, else ./.platform",
        Recursive = true,
        HelpName = "folder",
    };

    public static readonly Option<string?> Database = new("--database")
    {
        Description = "PostgreSQL connection string. Default: PLATFORM_DATABASE, else the embedded server in the home folder",
        Recursive = true,
        HelpName = "connection",
    };

    public static readonly Option<string?> KeyFile = new("--key-file")
    {
        Description = "File with the 32 bytes that encrypt secrets, the same on all nodes. Default: PLATFORM_KEY_FILE, else secret.key in the home folder",
        Recursive = true,
        HelpName = "file",
    };

    public static readonly Option<string[]> Activities = new("--activities")
    {
        Description = "Folder with class libraries that bring more activities; may be given several times. Default: PLATFORM_ACTIVITIES",
        Recursive = true,
        HelpName = "folder",
        AllowMultipleArgumentsPerToken = false,
    };

    public static readonly Option<string?> Log = LogOption();

    private static Option<string?> LogOption()
    {
        var option = new Option<string?>("--log") { Description = "Form of log lines: text or json. Default: PLATFORM_LOG, else text", Recursive = true, HelpName = "form" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    /// <summary>The options of a parsed command line, completed from the environment.</summary>
    public static PlatformOptions Read(ParseResult result)
    {
        string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } v ? v : null;
        var folders = result.GetValue(Activities) ?? [];
        if (folders.Length == 0 && Variable("PLATFORM_ACTIVITIES") is { } all)
            folders = all.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var database = result.GetValue(Database) ?? Variable("PLATFORM_DATABASE");
        if (database is not null && Variable("PLATFORM_DATABASE_PASSWORD_FILE") is { } passwordFile)
            database = WithPassword(database, passwordFile);
        return new PlatformOptions
        {
            Home = Path.GetFullPath(result.GetValue(Home) ?? Variable("PLATFORM_HOME") ?? ".platform"),
            Database = database,
            KeyFile = result.GetValue(KeyFile) ?? Variable("PLATFORM_KEY_FILE"),
            JsonLog = (result.GetValue(Log) ?? Variable("PLATFORM_LOG")) == "json",
            ActivityFolders = [.. folders.Select(Path.GetFullPath)],
        };
    }

    private static string WithPassword(string connection, string file)
    {
        try
        {
            return $"{connection};Password=\"{File.ReadAllText(file).Trim().Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliError($"The database's password could not be read from '{file}': {e.Message}", "Check PLATFORM_DATABASE_PASSWORD_FILE and that this account may read the file.");
        }
    }
}
