using System.CommandLine;
using System.Globalization;
using Platform.Activities.Checks;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Postgres;
using Platform.Postgres.Embedded;
using Platform.Server.Ports;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Server.CommandLine;

/// <summary><c>apply</c>, <c>export</c>, <c>validate</c>, <c>workflows</c>, <c>pause</c>, <c>resume</c>, <c>activities</c>.</summary>
internal static class WorkflowCommands
{
    public static IEnumerable<Command> All()
    {
        yield return Apply();
        yield return Export();
        yield return Validate();
        yield return Cli.Command("workflows", "Published workflows with their schedule, next and last run", [Cli.Json], ListAsync);
        yield return Pause("pause", "Stops planning runs of a workflow", paused: true);
        yield return Pause("resume", "Plans runs of a workflow again", paused: false);
        yield return Activities();
    }

    private static Command Apply()
    {
        var files = new Argument<string[]>("files") { Description = "Workflow files, or folders of them", Arity = ArgumentArity.OneOrMore };
        return Cli.Command("apply", "Validates workflow files and publishes those that changed; none if any has an error", [files, Cli.Json], async (result, cancellationToken) =>
        {
            var texts = WorkflowFiles.Read(result.GetValue(files)!);
            await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
            var gate = node.Get<WorkflowGate>();
            var bad = (await AskAsync(gate, texts, cancellationToken)).Select(t => (t.File, Problems: Errors(t.Problems))).Where(t => t.Problems.Count > 0).ToList();
            if (bad.Count > 0)
            {
                foreach (var (file, problems) in bad)
                    PrintProblems(Console.Error, file, problems);
                throw new CliError($"Nothing was applied: {bad.Count} of {Cli.Count(texts.Count, "file")} {(bad.Count == 1 ? "has" : "have")} errors.", "Mend them and apply again; './platform validate' checks without applying.");
            }
            var results = new List<object>();
            foreach (var (file, text, _) in texts)
            {
                var applied = await gate.ApplyAsync(text, new ApplyOptions { Origin = WorkflowOrigin.Applied, By = Environment.UserName }, cancellationToken);
                results.Add(new { file, workflow = applied.Name, applied.Outcome, applied.Version });
                // What only the database knows, such as pools that there are not; 'validate' shows the others.
                PrintProblems(Console.Error, file, applied.Problems.Where(p => p.Severity == ProblemSeverity.Warning));
                if (!result.GetValue(Cli.Json))
                    Console.Out.WriteLine($"{applied.Name}: {(applied.Outcome == ApplyOutcome.Applied ? "published" : "unchanged")} (version {applied.Version})");
            }
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(results);
            return 0;
        });
    }

    private static Command Export()
    {
        var names = new Argument<string[]>("names") { Description = "Workflows; all where none is named", Arity = ArgumentArity.ZeroOrMore };
        var to = new Option<string?>("--to") { Description = "Folder to write NAME.yaml files to; standard output where left out", HelpName = "folder" };
        return Cli.Command("export", "Writes published workflows as they were applied, comments and all", [names, to], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var wanted = result.GetValue(names)!;
            if (wanted.Length == 0)
                wanted = [.. (await node.Get<WorkflowQueries>().ListAsync(false, cancellationToken)).Select(w => w.Name)];
            var texts = new List<(string Name, string Yaml)>();
            foreach (var name in wanted)
                texts.Add((name, await node.Get<WorkflowStore>().ExportAsync(name, cancellationToken) ?? throw Unknown(name)));
            if (result.GetValue(to) is not { } folder)
                Console.Out.Write(string.Join("---\n", texts.Select(t => t.Yaml.EndsWith('\n') ? t.Yaml : t.Yaml + "\n")));
            else
            {
                Directory.CreateDirectory(folder);
                foreach (var (name, yaml) in texts)
                {
                    var file = Path.Combine(folder, name + ".yaml");
                    await File.WriteAllTextAsync(file, yaml, cancellationToken);
                    Console.Out.WriteLine(file);
                }
            }
            return 0;
        });
    }

    private static Command Validate()
    {
        var files = new Argument<string[]>("files") { Description = "Workflow files, or folders of them", Arity = ArgumentArity.OneOrMore };
        return Cli.Command("validate", "Every problem of workflow files, with line, column and what to do; needs no database, and asks one that is there", [files, Cli.Json], async (result, cancellationToken) =>
        {
            var options = GlobalOptions.Read(result);
            var reports = await ProblemsAsync(options, WorkflowFiles.Read(result.GetValue(files)!), cancellationToken);
            var valid = reports.All(r => Errors(r.Problems).Count == 0);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(reports.Select(r => new { r.File, Valid = Errors(r.Problems).Count == 0, r.Problems }));
            else
                foreach (var (file, problems) in reports)
                {
                    PrintProblems(Console.Out, file, problems);
                    if (problems.Count == 0)
                        Console.Out.WriteLine($"{file}: valid");
                }
            return valid ? 0 : 1;
        });
    }

    /// <summary>What the texts show, and where there is a database also what only that knows, such as pools that there are not. A file is valid or not whether or not the database answers.</summary>
    private static async Task<IReadOnlyList<(string File, IReadOnlyList<Problem> Problems)>> ProblemsAsync(PlatformOptions options, IReadOnlyList<WorkflowFile> files, CancellationToken cancellationToken)
    {
        var activities = Rooms.ActivitiesOf(options);
        if (options.Database is not null || EmbeddedPostgres.Exists(options.Home))
        {
            try
            {
                await using var node = await PlatformNode.OpenAsync(options, cancellationToken);
                return await AskAsync(node.Get<WorkflowGate>(), files, cancellationToken);
            }
            catch (Exception e) when (e is DatabaseException or Npgsql.NpgsqlException)
            {
                await Console.Error.WriteLineAsync($"The database was not asked, so pools and tables are not checked: {e.Message.ReplaceLineEndings(" ")}");
            }
        }
        using var tables = Rooms.OpenTables(options);
        var alone = new List<(string, IReadOnlyList<Problem>)>();
        foreach (var (file, text, notText) in files)
            alone.Add((file, notText is null ? await WorkflowGate.ReadAsync(text, activities, new DataChecks(tables, activities), cancellationToken) : [notText]));
        return alone;
    }

    private static async Task<IReadOnlyList<(string File, IReadOnlyList<Problem> Problems)>> AskAsync(WorkflowGate gate, IReadOnlyList<WorkflowFile> files, CancellationToken cancellationToken)
    {
        var asked = new List<(string, IReadOnlyList<Problem>)>();
        foreach (var (file, text, notText) in files)
            asked.Add((file, notText is null ? await gate.ValidateAsync(text, cancellationToken) : [notText]));
        return asked;
    }

    private static Command Pause(string verb, string description, bool paused)
    {
        var name = new Argument<string>("name") { Description = "Workflow" };
        return Cli.Command(verb, description, [name], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            await node.Get<WorkflowStore>().SetPausedAsync(result.GetValue(name)!, paused, cancellationToken);
            Console.Out.WriteLine(paused ? "Paused." : "Resumed.");
            return 0;
        });
    }

    private static Command Activities()
    {
        var name = new Argument<string?>("name") { Description = "One activity with its fields", Arity = ArgumentArity.ZeroOrOne };
        return Cli.Command("activities", "What workflows can be made of", [name, Cli.Json], (result, _) =>
        {
            var catalog = Rooms.ActivitiesOf(GlobalOptions.Read(result));
            var wanted = result.GetValue(name);
            IReadOnlyList<ActivityDescriptor> list = wanted is null ? catalog.All : [catalog.Find(wanted) ?? throw new CliError(catalog.UnknownMessage(wanted), "See './platform activities'.")];
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(list.Select(a => new { a.Name, a.Title, a.Help, a.Stage, a.Source, a.Example, Fields = a.Fields.Select(f => new { f.Name, f.Kind, f.Required, f.Default, f.Options, f.Min, f.Max, f.Help }), a.Outputs }));
            else if (wanted is null)
                Cli.PrintTable(["activity", "stage", "title"], list.Select(a => (IReadOnlyList<string>)[a.Name, a.Stage.ToString().ToLowerInvariant(), a.Title]));
            else
            {
                Console.Out.WriteLine($"{list[0].Name}: {list[0].Title}\n{list[0].Help}\n\n{list[0].Example}\n");
                Cli.PrintTable(["field", "kind", "required", "default", "meaning"], list[0].Fields.Select(f => (IReadOnlyList<string>)
                    [f.Name, f.Kind.ToString().ToLowerInvariant(), f.Required ? "yes" : "", f.Default?.ToJsonString() ?? "", f.Help ?? f.Title]));
            }
            return Task.FromResult(0);
        });
    }

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
        var workflows = await node.Get<WorkflowQueries>().ListAsync(false, cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(workflows);
        else
            Cli.PrintTable(["workflow", "version", "schedule", "next run", "last run"], workflows.Select(w => (IReadOnlyList<string>)
                [w.Name, w.Version?.ToString(CultureInfo.InvariantCulture) ?? "", w.Schedule ?? "none", w.Paused ? "paused" : w.NextDue is { } n ? $"{n:u}" : "", w.LastRuns is [var last, ..] ? $"{last.State} {last.EndedAt ?? last.StartedAt ?? last.QueuedAt:u}" : "never"]));
        return 0;
    }

    private static List<Problem> Errors(IEnumerable<Problem> problems) => [.. problems.Where(p => p.Severity == ProblemSeverity.Error)];

    internal static void PrintProblems(TextWriter writer, string file, IEnumerable<Problem> problems)
    {
        foreach (var p in problems)
            writer.WriteLine($"{file}:{p.Line}:{p.Column}: {(p.Severity == ProblemSeverity.Error ? "error" : "warning")} {p.Code}: {p.Message}");
    }

    internal static CliError Unknown(string name) => new($"There is no published workflow '{name}' in this home.", "See './platform workflows', give the path of a file, or name the server's home with --home or PLATFORM_HOME (a server publishes the shipped workflows when it starts).");
}
