using System.CommandLine;

namespace Platform.Server.CommandLine;

/// <summary>The command line: <c>./platform COMMAND</c>. Without a command it serves.</summary>
internal static class PlatformCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        // 'help' and 'help COMMAND' are what people type first.
        if (args is ["help", .. var asked])
            args = [.. asked, "--help"];
        var root = Build();
        var result = root.Parse(args);
        // Whoever starts the program with options only ('dotnet run … -- --home X') means to serve.
        if (result.CommandResult.Command is RootCommand && !args.Any(IsQuestion) && (args.Length == 0 || args[0].StartsWith('-')))
            result = root.Parse(["serve", .. args]);
        if (result.Errors.Count > 0)
        {
            var command = result.CommandResult.Command;
            var what = result.UnmatchedTokens.Count > 0 ? $"'{result.UnmatchedTokens[0]}' is no command or option of './platform{Path(command)}'." : ParseErrors.Explain(result.Errors[0]);
            await Console.Error.WriteLineAsync(what);
            await Console.Error.WriteLineAsync($"See './platform{Path(command)} --help'.");
            return 2;
        }
        return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = GraceOption.ProcessLimit(result) });
    }

    private static bool IsQuestion(string argument) => argument is "--help" or "-h" or "-?" or "/?" or "/h" or "--version";

    /// <summary>The command's words after the program's name, each after a space.</summary>
    private static string Path(Command command) =>
        command is RootCommand ? "" : Path(command.Parents.OfType<Command>().First()) + " " + command.Name;

    public static RootCommand Build()
    {
        var root = new RootCommand("Platform: workflows, tables, models and the inventory of a shop's data.");
        root.Options.Add(GlobalOptions.Home);
        root.Options.Add(GlobalOptions.Database);
        root.Options.Add(GlobalOptions.KeyFile);
        root.Options.Add(GlobalOptions.Activities);
        root.Options.Add(GlobalOptions.Log);
        Command[] commands = [ServeCommand.Create(), WorkerCommand.Create(), .. WorkflowCommands.All(), .. RemovalCommands.All(), RunCommand.Create(), RunsCommand.Create(), BackfillCommand.Create(), PoolCommands.Pools(), NodeCommands.Nodes(), WhyCommand.Create(), SimulateCommand.Create(), MoveCommand.Create(), ApproveCommand.Create(), ClearCommand.Create(), NoticesCommand.Create(), TableCommands.Sql(), TableCommands.Table(), CatalogCommands.Inventory(), CatalogCommands.Lineage(), ExchangeCommands.Catalog(), ModelCommands.Models(), ModelCommands.Score(), SecretCommands.Secrets(), SecretCommands.Connections(), UserCommands.Users(), UserCommands.Tokens(), AuditCommand.Create(), StatusCommand.Create(), BackupCommands.Backup(), BackupCommands.Restore()];
        foreach (var command in commands)
            root.Subcommands.Add(command);
        return root;
    }
}
