using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Api;
using Platform.Workflows.Activities;

namespace Platform.Server.CommandLine;

/// <summary><c>runs</c>: the newest runs, one run, its log, its end.</summary>
internal static class RunsCommand
{
    private static readonly string[] Levels = ["debug", "info", "warning", "error"];

    public static Command Create()
    {
        var workflow = new Option<string?>("--workflow") { Description = "Only of this workflow", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = "Only in this state: queued, running, success, failed, canceled", HelpName = "state" };
        state.AcceptOnlyFromAmong("queued", "running", "success", "failed", "canceled");
        var limit = new Option<int>("--limit") { Description = "Runs at most, 1 to 500", DefaultValueFactory = _ => 50 };
        var id = new Argument<long>("id") { Description = "Number of the run" };
        var task = new Option<string?>("--task") { Description = "Only of this task", HelpName = "id" };
        var canceled = new Option<string?>("--task") { Description = "Only this task; the others go on by their trigger rules", HelpName = "id" };
        var index = new Option<int?>("--index") { Description = "With --task, one instance of a mapped task", HelpName = "n" };
        var runs = Cli.Command("runs", "The newest runs", [workflow, state, limit, Cli.Json,
            Cli.Command("show", "One run with its tasks", [id, Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var run = await node.Get<RunQueries>().GetAsync(result.GetValue(id), cancellationToken) ?? throw Missing(result.GetValue(id));
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(RunJson.Of(run));
                else
                {
                    var printer = new RunProgressPrinter(Console.Out, many: false);
                    printer.Show([run.Run]);
                    if (AssetCause.Sentence(run.Assets, run.Run is { Partitioned: true, IntervalStart: { } start, IntervalEnd: { } end } ? new DataInterval(start, end) : null) is { } cause)
                        Console.Out.WriteLine(cause);
                    printer.Summarise([run]);
                }
                return 0;
            }),
            Cli.Command("log", "The log of a run", [id, task, Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var run = await node.Get<RunQueries>().GetAsync(result.GetValue(id), cancellationToken) ?? throw Missing(result.GetValue(id));
                if (result.GetValue(task) is { } wanted && run.Tasks.All(t => t.TaskId != wanted))
                    throw new CliError($"Run {run.Run.Id} has no task '{wanted}'.", $"It has {string.Join(", ", run.Tasks.Select(t => t.TaskId).Distinct().Take(30))}.");
                var lines = new List<LogLine>();
                // Page by page, so that a long log does not need one long answer.
                while (true)
                {
                    var page = await node.Get<RunQueries>().LogAsync(new LogFilter { RunId = result.GetValue(id), TaskId = result.GetValue(task), AfterId = lines is [.., var last] ? last.Id : 0, Limit = 10_000 }, cancellationToken);
                    lines.AddRange(page);
                    if (page.Count < 10_000)
                        break;
                }
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(lines);
                else
                    foreach (var line in lines)
                        Console.Out.WriteLine($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}  {line.TaskId}{(line.MapIndex < 0 ? "" : $"[{line.MapIndex}]")}  {Levels[Math.Clamp(line.Level, 0, 3)]}  {line.Message}");
                return 0;
            }),
            Cli.Command("cancel", "Asks a run, or one task of it, to stop", [id, canceled, index], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                if (result.GetValue(canceled) is { } taskId)
                {
                    var instances = await node.Get<RunCommands>().CancelTaskAsync(result.GetValue(id), taskId, result.GetValue(index), Environment.UserName, cancellationToken);
                    Console.Out.WriteLine(instances == 0 ? "Nothing of it runs or waits." : $"{instances} instance{(instances == 1 ? " is" : "s are")} asked to stop.");
                    return 0;
                }
                var asked = await node.Get<RunCommands>().CancelAsync(result.GetValue(id), Environment.UserName, cancellationToken);
                Console.Out.WriteLine(asked ? "Asked to stop." : "It had ended already.");
                return 0;
            }),
        ], async (result, cancellationToken) =>
        {
            if (result.GetValue(limit) is < 1 or > 500)
                throw CliError.Usage($"--limit {result.GetValue(limit)} is not possible.", "Give 1 to 500 runs.");
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            // A workflow that was archived has runs still; one of a file was never published.
            if (result.GetValue(workflow) is { } wanted && await node.Get<WorkflowStore>().GetAsync(wanted, null, cancellationToken) is null
                && await node.Get<RunQueries>().ListAsync(new RunFilter { Workflow = wanted, Limit = 1 }, cancellationToken) is [])
                throw WorkflowCommands.Unknown(wanted);
            var rows = await node.Get<RunQueries>().ListAsync(new RunFilter { Workflow = result.GetValue(workflow), State = result.GetValue(state), Limit = result.GetValue(limit) }, cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(rows.Select(r => new { Run = r.Id, r.Workflow, r.Version, r.Kind, r.State, r.IntervalStart, r.IntervalEnd, Queued = r.QueuedAt, Started = r.StartedAt, Ended = r.EndedAt, r.CreatedBy, r.Note, r.Partitioned, r.Assets }));
            else
                Cli.PrintTable(["run", "workflow", "state", "interval", "queued", "took", "started by", "note"], rows.Select(r => (IReadOnlyList<string>)
                    [r.Id.ToString(CultureInfo.InvariantCulture), r.Workflow, r.State, r.IntervalStart is { } s ? $"{s:u}" : "", $"{r.QueuedAt:u}", r is { StartedAt: { } a, EndedAt: { } b } ? $"{(b - a).TotalSeconds:0.0} s" : "", r.Assets is JsonObject assets ? AssetCause.Short(assets) : r.CreatedBy, r.Note ?? ""]));
            return 0;
        });
        return runs;
    }

    private static CliError Missing(long id) => new($"There is no run {id}.", "See './platform runs'.");
}
