using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Engine;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Server.Hosting;

namespace Platform.Server.CommandLine;

/// <summary><c>clear</c>: runs tasks of a run again, with changed parameters where some are given.</summary>
internal static class ClearCommand
{
    public static Command Create()
    {
        var run = new Argument<long>("run") { Description = "Number of the run" };
        var tasks = new Option<string[]>("--task") { Description = "A task to run again; may be given several times. Without it, all", HelpName = "id", AllowMultipleArgumentsPerToken = false };
        var groups = new Option<string[]>("--group") { Description = "A group whose tasks run again; may be given several times", HelpName = "name", AllowMultipleArgumentsPerToken = false };
        var downstream = new Option<bool>("--downstream") { Description = "Also everything downstream of them" };
        var failed = new Option<bool>("--failed") { Description = "Of these, only what failed, was canceled or never ran because of it; and everything downstream" };
        var parameters = new Option<string[]>("--param") { Description = "A parameter to change first, name=value; may be given several times", HelpName = "name=value", AllowMultipleArgumentsPerToken = false };
        var wait = new Option<bool>("--wait") { Description = "Waits for the end of the run; exit 0 only if it succeeded" };
        var queues = new Option<string>("--queues") { Description = "With --wait, queues that this process takes if it has to be the worker", DefaultValueFactory = _ => "default" };
        return Cli.Command("clear", "Runs tasks of a run again", [run, tasks, groups, downstream, failed, parameters, wait, queues], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var id = result.GetValue(run);
            var named = result.GetValue(tasks) ?? [];
            var cleared = await node.Get<RunCommands>().ClearAsync(new ClearRequest
            {
                RunId = id,
                // No task and no group is all of them; a group alone is only its own.
                TaskIds = named.Length > 0 ? named : (result.GetValue(groups) ?? []).Length > 0 ? [] : null,
                Groups = result.GetValue(groups) ?? [],
                Downstream = result.GetValue(downstream) || result.GetValue(failed),
                OnlyFailed = result.GetValue(failed),
                Params = RunCommand.ReadParameters(result.GetValue(parameters) ?? []).ToDictionary(p => p.Key, p => (JsonNode?)JsonValue.Create(p.Value)),
                By = Environment.UserName,
            }, cancellationToken);
            Console.Out.WriteLine(cleared.Count == 0 ? "Nothing is to be run again." : $"Run {id} runs {string.Join(", ", cleared)} again.");
            if (cleared.Count == 0 || !result.GetValue(wait))
                return 0;

            await using var worker = new LocalWorker(node, [.. result.GetValue(queues)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
            var printer = new RunProgressPrinter(Console.Out, many: false);
            await RunWaiter.WaitAsync(node, [id], worker, printer.Show, cancellationToken);
            var ended = await node.Get<RunQueries>().GetManyAsync([id], cancellationToken);
            printer.Summarise(ended);
            return ended.All(r => r.Run.State == RunStates.Success) ? 0 : 1;
        });
    }
}
