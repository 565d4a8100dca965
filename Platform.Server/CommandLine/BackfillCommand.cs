using System.CommandLine;
using System.Globalization;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Hosting;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Server.CommandLine;

/// <summary><c>backfill</c>: runs a range of intervals of a published workflow beside its schedule; lists and cancels such ranges.</summary>
internal static class BackfillCommand
{
    private static readonly Argument<string?> Workflow = new("workflow") { Description = "Name of a published workflow", HelpName = "WORKFLOW", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> From = new("--from") { Description = "First interval start, included", HelpName = "date" };
    private static readonly Option<string?> To = new("--to") { Description = "End of the interval starts, not included", HelpName = "date" };
    private static readonly Option<bool> Future = new("--future") { Description = "Also intervals that have not ended yet, whose data are not complete" };
    private static readonly Option<Repeat> Rerun = new("--rerun") { Description = "Intervals to run: missing (those without a run), failed (and those whose run failed or was canceled), all", DefaultValueFactory = _ => Repeat.Missing };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Its runs at once, beside those of the schedule. Default: the workflow's limit of active runs", HelpName = "N" };
    private static readonly Option<bool> NewestFirst = new("--newest-first") { Description = "The newest interval first. Default: the oldest" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only lists the intervals that would run, and those that would be left alone" };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Waits for the end, and runs the tasks where no worker is; exit 0 only if every run succeeded" };
    private static readonly Option<string[]> Params = new("--param") { Description = "A parameter of every run, name=value; may be given several times", HelpName = "name=value", AllowMultipleArgumentsPerToken = false };

    public static Command Create()
    {
        var id = new Argument<long>("id") { Description = "Number of the backfill" };
        var workflow = new Option<string?>("--workflow") { Description = "Only of this workflow", HelpName = "name" };
        return Cli.Command("backfill", "Runs a range of intervals of a workflow beside its schedule, with a limit of its own", [Workflow, From, To, Future, Rerun, Limit, NewestFirst, DryRun, Wait, Params, Cli.Json,
            Cli.Command("list", "Backfills, newest first, with the states of their runs", [workflow, Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var rows = await node.Get<BackfillQueries>().ListAsync(result.GetValue(workflow), null, 500, cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(rows);
                else
                    Cli.PrintTable(["backfill", "workflow", "from", "to", "state", "runs", "done", "failed", "canceled", "at once", "by"], rows.Select(b => (IReadOnlyList<string>)
                        [Text(b.Id), b.Workflow, $"{b.RangeStart:u}", $"{b.RangeEnd:u}", b.State, Text(b.Runs), Text(b.Success + b.Failed + b.Canceled), Text(b.Failed), Text(b.Canceled), Text(b.ActiveRuns), b.CreatedBy]));
                return 0;
            }),
            Cli.Command("cancel", "Cancels what is queued of a backfill and asks what runs to stop", [id], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var canceled = await node.Get<BackfillControl>().CancelAsync(result.GetValue(id), Environment.UserName, cancellationToken);
                Console.Out.WriteLine(canceled == 0 ? "It had ended already." : $"{Cli.Count(canceled, "run")} canceled or asked to stop.");
                return 0;
            }),
        ], RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(Workflow) is not { } name)
            throw CliError.Usage("Which workflow is to be backfilled?", "Write './platform backfill WORKFLOW --from DATE --to DATE', or './platform backfill list'.");
        var options = GlobalOptions.Read(result);
        await using var node = await PlatformNode.OpenAsync(options, cancellationToken);
        if (await node.Get<WorkflowStore>().GetAsync(name, null, cancellationToken) is not { PublishedVersion: { } version })
            throw WorkflowCommands.Unknown(name);
        var loaded = await node.Get<WorkflowDefinitions>().GetAsync(name, version, cancellationToken);
        var definition = loaded.Definition ?? throw new CliError($"Version {version} of '{name}' cannot be read any more.", "Publish the workflow again with './platform apply FILE'.");
        var bound = ParameterBinder.Bind(definition.Parameters, RunCommand.ReadParameters(result.GetValue(Params) ?? []), Directory.GetCurrentDirectory(), options.Home);
        if (bound.Errors.Count > 0)
            throw CliError.Usage(string.Join(' ', bound.Errors), RunCommand.Usage(definition));
        var made = await node.Get<RunCommands>().BackfillAsync(new BackfillRequest
        {
            Workflow = name,
            Intervals = Intervals(definition, result),
            Params = bound.Values,
            Repeat = result.GetValue(Rerun),
            ActiveRuns = result.GetValue(Limit),
            NewestFirst = result.GetValue(NewestFirst),
            DryRun = result.GetValue(DryRun),
            By = Environment.UserName,
            DefaultFolder = options.Home,
        }, cancellationToken);
        Print(made, result);
        if (!result.GetValue(Wait) || made.RunIds.Count == 0)
            return 0;

        var json = result.GetValue(Cli.Json);
        await using var worker = new LocalWorker(node, [.. definition.Tasks.Select(t => t.Queue).Distinct()]);
        var progress = new RunProgressPrinter(json ? Console.Error : Console.Out, many: true);
        await RunWaiter.WaitAsync(node, made.RunIds, worker, progress.Show, cancellationToken);
        var details = await node.Get<RunQueries>().GetManyAsync([.. made.RunIds], cancellationToken);
        if (!json)
            progress.Summarise(details);
        return details.All(d => d.Run.State == RunStates.Success) ? 0 : 1;
    }

    private static IReadOnlyList<Workflows.Activities.DataInterval> Intervals(WorkflowDefinition definition, ParseResult result)
    {
        if (result.GetValue(From) is null && result.GetValue(To) is null)
            throw CliError.Usage("A backfill needs a range.", "Add --from and --to (--from is included, --to is not).");
        try
        {
            var intervals = RunRange.Intervals(definition.Schedule, null, result.GetValue(From), result.GetValue(To));
            if (!result.GetValue(Future))
                OpenIntervals.Refuse(intervals, null);
            return intervals;
        }
        catch (FormatException e)
        {
            var (what, toDo) = Cli.Split(e.Message);
            throw CliError.Usage(what, toDo);
        }
    }

    private static void Print(Backfilled made, ParseResult result)
    {
        if (result.GetValue(Cli.Json))
        {
            Cli.PrintJson(new
            {
                Backfill = made.BackfillId,
                DryRun = result.GetValue(DryRun),
                Intervals = made.Intervals.Select((i, place) => new { IntervalStart = i.Start, IntervalEnd = i.End, Run = made.RunIds.Count > place ? made.RunIds[place] : (long?)null }),
                LeftAlone = made.Left.Select(l => new { IntervalStart = l.Interval.Start, IntervalEnd = l.Interval.End, Run = l.RunId }),
            });
            return;
        }
        var range = made.Intervals.Count == 0 ? "" : $", from {made.Intervals[0].Start:u} to {made.Intervals[^1].End:u}";
        if (result.GetValue(DryRun))
        {
            Console.Out.WriteLine($"{Cli.Count(made.Intervals.Count, "interval")} would run{range}; {Cli.Count(made.Left.Count, "interval")} would be left alone.");
            foreach (var interval in made.Intervals)
                Console.Out.WriteLine($"  {interval.Start:u}  {interval.End:u}");
        }
        else if (made.BackfillId is { } id)
            Console.Out.WriteLine($"Backfill {id}: {Cli.Count(made.Intervals.Count, "run")}{range}; {Cli.Count(made.Left.Count, "interval")} left alone. './platform backfill list' shows how far it is, './platform backfill cancel {id}' ends it.");
        else
            Console.Out.WriteLine($"Nothing to run: {(made.Left.Count == 1 ? "the one interval has" : $"all {Cli.Count(made.Left.Count, "interval")} have")} a run. '--rerun failed' or '--rerun all' runs them again.");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
