using System.CommandLine;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Api;
using Platform.Server.Hosting;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Server.CommandLine;

/// <summary><c>run FILE|NAME</c>: makes runs, is their worker where no other is, waits, and exits 0 only if all succeeded.</summary>
internal static class RunCommand
{
    private static readonly Argument<string> Target = new("workflow") { Description = "Name of a published workflow, or path of a file that is run without being published", HelpName = "FILE|NAME" };
    private static readonly Option<string[]> Params = new("--param") { Description = "A parameter, name=value; may be given several times. Paths are relative to this folder", HelpName = "name=value", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<string?> Date = new("--date") { Description = "The one data interval that holds this date or time", HelpName = "date" };
    private static readonly Option<bool> Future = new("--future") { Description = "Also intervals that have not ended yet, whose data are not complete" };
    private static readonly Option<string?> From = new("--from") { Description = "First interval start, included", HelpName = "date" };
    private static readonly Option<string?> To = new("--to") { Description = "End of the interval starts, not included", HelpName = "date" };
    private static readonly Option<Repeat> Again = new("--repeat") { Description = "With --from and --to, which intervals that had a run to run again: missing, failed, all", DefaultValueFactory = _ => Repeat.All };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "With --from and --to: only lists the intervals that would run" };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Prints the runs' numbers and does not wait" };
    private static readonly Option<string> Queues = new("--queues") { Description = "Queues that this process takes if it has to be the worker", DefaultValueFactory = _ => "default" };

    public static Command Create() =>
        Cli.Command("run", "Runs a workflow and waits; exit 0 only if every run succeeded", [Target, Params, Date, Future, From, To, Again, DryRun, Detach, Queues, Cli.Json], RunAsync);

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var options = GlobalOptions.Read(result);
        await using var node = await PlatformNode.OpenAsync(options, cancellationToken);
        var (definition, version) = await FindAsync(node, result.GetValue(Target)!, cancellationToken);
        var given = ReadParameters(result.GetValue(Params) ?? []);
        var bound = ParameterBinder.Bind(definition.Parameters, given, Directory.GetCurrentDirectory(), options.Home);
        if (bound.Errors.Count > 0)
            throw CliError.Usage(string.Join(' ', bound.Errors), Usage(definition));
        var intervals = Intervals(definition, result);
        var json = result.GetValue(Cli.Json);
        var range = result.GetValue(From) is not null || result.GetValue(To) is not null;

        if (result.GetValue(DryRun))
        {
            var plan = await BackfillAsync(node, definition, version, bound.Values, intervals, result, dryRun: true, cancellationToken);
            if (json)
                Cli.PrintJson(plan.Intervals.Select(i => new { IntervalStart = i.Start, IntervalEnd = i.End }));
            else
                Console.Out.WriteLine($"{Cli.Count(plan.Intervals.Count, "interval")} would run{(plan.Intervals.Count > 0 ? $", from {plan.Intervals[0].Start:u} to {plan.Intervals[^1].End:u}" : "")}; {Cli.Count(plan.Left.Count, "interval")} would be left alone.");
            return 0;
        }

        IReadOnlyList<long> ids;
        if (range)
        {
            var made = await BackfillAsync(node, definition, version, bound.Values, intervals, result, dryRun: false, cancellationToken);
            ids = [.. made.RunIds.Concat(made.Left.Select(l => l.RunId)).Order()];
        }
        else
        {
            var triggered = await node.Get<RunCommands>().TriggerAsync(new TriggerRequest
            {
                Workflow = definition.Name,
                Version = version,
                Params = bound.Values,
                Interval = intervals is [var one] ? one : null,
                Kind = version is null ? RunKinds.Manual : RunKinds.File,
                By = Environment.UserName,
                DefaultFolder = options.Home,
            }, cancellationToken);
            ids = [triggered.RunId];
        }
        if (result.GetValue(Detach))
        {
            if (json)
                Cli.PrintJson(ids);
            else
                Console.Out.WriteLine(string.Join('\n', ids));
            return 0;
        }

        await using var worker = new LocalWorker(node, [.. result.GetValue(Queues)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
        var progress = new RunProgressPrinter(json ? Console.Error : Console.Out, ids.Count > 1);
        try
        {
            await RunWaiter.WaitAsync(node, ids, worker, progress.Show, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(node, ids);
            throw;
        }

        var details = await node.Get<RunQueries>().GetManyAsync([.. ids], cancellationToken);
        if (json)
            Cli.PrintJson(range ? details.Select(RunJson.Of) : RunJson.Of(details[0]));
        else
            progress.Summarise(details);
        return details.All(d => d.Run.State == RunStates.Success) ? 0 : 1;
    }

    /// <summary>A file is read and kept as a version of its own; a name is the published version.</summary>
    internal static async Task<(WorkflowDefinition Definition, int? Version)> FindAsync(PlatformNode node, string target, CancellationToken cancellationToken)
    {
        var store = node.Get<WorkflowStore>();
        var isFile = File.Exists(target) || target.Contains('/', StringComparison.Ordinal) || target.EndsWith(".yaml", StringComparison.Ordinal) || target.EndsWith(".yml", StringComparison.Ordinal);
        string yaml;
        if (isFile)
        {
            (_, yaml, var notText) = WorkflowFiles.ReadOne(target);
            if (notText is not null)
                throw new CliError($"'{target}' was not run. {notText.Message}", $"'./platform validate {target}' checks again.");
        }
        else
        {
            var stored = await store.GetAsync(target, null, cancellationToken);
            // A home that no server has used has not got the shipped workflows yet.
            if (stored is null && FirstStart.IsShipped(target))
            {
                await node.Create<FirstStart>().ApplyShippedAsync(cancellationToken);
                stored = await store.GetAsync(target, null, cancellationToken);
            }
            if (stored?.PublishedVersion is null)
                throw WorkflowCommands.Unknown(target);
            yaml = stored.Yaml;
        }
        var read = WorkflowReader.Read(yaml, node.Get<ActivityCatalog>());
        if (read.Definition is not { } definition)
        {
            WorkflowCommands.PrintProblems(Console.Error, target, read.Problems.Where(p => p.Severity == ProblemSeverity.Error));
            throw new CliError($"'{target}' has {Cli.Count(read.Problems.Count(p => p.Severity == ProblemSeverity.Error), "error")} and was not run.", $"Mend them; './platform validate {target}' checks again.");
        }
        if (!isFile)
            return (definition, null);
        var kept = await store.KeepAsync(yaml, Environment.UserName, cancellationToken);
        return (definition, kept.Version ?? throw new InvalidOperationException($"'{target}' was valid a moment ago and has no version now."));
    }

    /// <summary>Parameters as <c>name=value</c>.</summary>
    /// <exception cref="CliError">One is not.</exception>
    internal static Dictionary<string, string> ReadParameters(string[] pairs)
    {
        var given = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
                throw CliError.Usage($"'--param {pair}' is not name=value.", "Write --param name=value, once for each parameter.");
            given[pair[..cut]] = pair[(cut + 1)..];
        }
        return given;
    }

    private static IReadOnlyList<DataInterval> Intervals(WorkflowDefinition definition, ParseResult result)
    {
        try
        {
            var intervals = RunRange.Intervals(definition.Schedule, result.GetValue(Date), result.GetValue(From), result.GetValue(To));
            if (!result.GetValue(Future))
                OpenIntervals.Refuse(intervals, result.GetValue(Date));
            return intervals;
        }
        catch (FormatException e)
        {
            var (what, toDo) = Cli.Split(e.Message);
            throw CliError.Usage(what, toDo);
        }
    }

    private static Task<Backfilled> BackfillAsync(PlatformNode node, WorkflowDefinition definition, int? version, IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonNode?> parameters, IReadOnlyList<DataInterval> intervals, ParseResult result, bool dryRun, CancellationToken cancellationToken) =>
        node.Get<RunCommands>().BackfillAsync(new BackfillRequest
        {
            Workflow = definition.Name,
            Version = version,
            Intervals = intervals,
            Params = parameters,
            Repeat = result.GetValue(Again),
            DryRun = dryRun,
            By = Environment.UserName,
            DefaultFolder = node.Options.Home,
        }, cancellationToken);

    /// <summary>Interrupted: the runs that this command began are asked to stop, so that nothing goes on that nobody waits for.</summary>
    internal static async Task CancelAsync(PlatformNode node, IReadOnlyList<long> ids)
    {
        await Console.Error.WriteLineAsync(ids.Count == 1 ? $"Cancelling run {ids[0]} ..." : $"Cancelling the {Cli.Count(ids.Count, "run")} ...");
        foreach (var id in ids)
            await node.Get<RunCommands>().CancelAsync(id, Environment.UserName, CancellationToken.None);
    }

    internal static string Usage(WorkflowDefinition definition) => definition.Parameters.Count == 0
        ? $"The workflow '{definition.Name}' takes no parameters."
        : $"The workflow '{definition.Name}' takes {string.Join(", ", definition.Parameters.Select(p => $"{p.Name} ({p.Type.ToString().ToLowerInvariant()}{(p.Required ? ", required" : "")})"))}.";
}
