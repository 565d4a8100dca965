using System.CommandLine;
using Platform.Catalog.Exchange;

namespace Platform.Server.CommandLine;

/// <summary><c>catalog export</c> and <c>catalog import</c>: what people have said about data, as a file of JSON lines.</summary>
internal static class ExchangeCommands
{
    public static Command Catalog() => Cli.Command("catalog", "What people have said about data, out and in as JSON lines", [Export(), Import()]);

    private static Command Export()
    {
        var file = new Argument<string?>("file") { Description = "Where to; standard output where left out or '-'", Arity = ArgumentArity.ZeroOrOne };
        return Cli.Command("export", "Writes terms, owners, descriptions, tags, contracts, verdicts, decided relations and suggestions, and checks", [file], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var lines = await new CatalogExport(node.Get<Npgsql.NpgsqlDataSource>()).LinesAsync(cancellationToken);
            if (result.GetValue(file) is { } path && path != "-")
            {
                await File.WriteAllLinesAsync(path, lines, cancellationToken);
                Console.Error.WriteLine($"{Cli.Count(lines.Count, "line")} in {path}.");
                return 0;
            }

            foreach (var line in lines)
                Console.Out.WriteLine(line);
            return 0;
        });
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "A file of an export; '-' reads standard input" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Look only, write nothing" };
        var skipUnknown = new Option<bool>("--skip-unknown") { Description = "Pass over assets and columns that are not known here, instead of refusing all" };
        return Cli.Command("import", "Reads an export back: all lines, or none where one is wrong", [file, dryRun, skipUnknown, Cli.Json], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var path = result.GetValue(file)!;
            var lines = path == "-" ? (await Console.In.ReadToEndAsync(cancellationToken)).Split('\n') : await File.ReadAllLinesAsync(path, cancellationToken);
            var options = new ImportOptions { DryRun = result.GetValue(dryRun), SkipUnknown = result.GetValue(skipUnknown) };
            var outcome = await new CatalogImport(node.Get<Npgsql.NpgsqlDataSource>()).RunAsync(lines, Environment.UserName, options, cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(outcome);
            else
            {
                foreach (var problem in outcome.Problems)
                    Console.Error.WriteLine($"{path}:{problem.Line}: {problem.Message}");
                Cli.PrintTable(["what", "lines"], outcome.Counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (IReadOnlyList<string>)[c.Key, Cli.Count(c.Value, "line")]).Concat(outcome.Skipped > 0 ? [["passed over", Cli.Count(outcome.Skipped, "line")]] : []));
                Console.Error.WriteLine(outcome.Written ? "Imported." : outcome.Problems.Count > 0 ? "Nothing was written. Mend these lines and import again." : "Nothing was written: this was a dry run.");
            }

            return outcome.Problems.Count > 0 ? 1 : 0;
        });
    }
}
