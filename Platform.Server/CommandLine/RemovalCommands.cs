using System.CommandLine;
using Platform.Engine.Definitions;
using Platform.Engine.History;

namespace Platform.Server.CommandLine;

/// <summary><c>retire</c>, <c>unretire</c> and <c>delete</c>: workflows that are put away.</summary>
internal static class RemovalCommands
{
    public static IEnumerable<Command> All()
    {
        var name = new Argument<string>("name") { Description = "Workflow" };
        yield return Cli.Command("retire", "Hides a workflow and lets no run of it begin; everything stays, and 'unretire' brings it back", [name], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var retired = await node.Get<WorkflowRemoval>().RetireAsync(result.GetValue(name)!, Environment.UserName, cancellationToken);
            Console.Out.WriteLine(retired ? $"Retired. './platform unretire {result.GetValue(name)}' brings it back." : "It is retired already.");
            return 0;
        });
        yield return Cli.Command("unretire", "Brings a retired workflow back as it was", [name], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            Console.Out.WriteLine(await node.Get<WorkflowRemoval>().RestoreAsync(result.GetValue(name)!, Environment.UserName, cancellationToken) ? "Brought back." : "It is not retired.");
            return 0;
        });
        yield return Cli.Command("removals", "Retired workflows, and who retired, brought back and deleted what", [Cli.Json], ListAsync);
        yield return Delete(name);
    }

    private static Command Delete(Argument<string> name)
    {
        var yes = new Option<bool>("--yes") { Description = "Delete; without it the command only says what would go and what stays, and exits with 1" };
        var cancel = new Option<bool>("--cancel-runs") { Description = "With --yes: cancel its queued and running runs first; run it again when they have stopped" };
        return Cli.Command("delete", "Deletes a workflow for ever, with its versions, draft and the history of its runs; tables, models and lineage stay", [name, yes, cancel], async (result, cancellationToken) =>
        {
            var workflow = result.GetValue(name)!;
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            if (!result.GetValue(yes))
            {
                Print(await node.Get<RemovalQueries>().ScopeAsync(workflow, cancellationToken) ?? throw WorkflowCommands.Unknown(workflow));
                return 1;
            }
            var removal = node.Get<WorkflowRemoval>();
            if (result.GetValue(cancel) && await removal.CancelRunsAsync(workflow, Environment.UserName, cancellationToken) is var asked and > 0)
                Console.Out.WriteLine($"Asked {Cli.Count(asked, "run")} to stop.");
            var gone = await removal.DeleteAsync(workflow, Environment.UserName, cancellationToken);
            Console.Out.WriteLine($"Deleted with {Cli.Count(gone.Versions, "version")} and {Cli.Count(gone.Runs, "run")}.");
            return 0;
        });
    }

    private static void Print(RemovalScope scope)
    {
        Console.Out.WriteLine($"Would go for ever: {Cli.Count(scope.Versions, "version")}, {Cli.Count(scope.Runs, "run")} with their logs, {Cli.Count(scope.Backfills, "backfill")}"
            + $"{(scope.Schedule is null ? "" : $", the schedule {scope.Schedule}")}{(scope.DraftBy is null ? "" : $", the draft of {scope.DraftBy}")}.");
        Console.Out.WriteLine($"Stays: what its runs have made (tables, models, endpoints), lineage{(scope.Written.Count == 0 ? "" : ": " + string.Join(", ", scope.Written))}.");
        if (scope.ActiveRuns > 0)
            Console.Out.WriteLine($"{Cli.Count(scope.ActiveRuns, "run")} {(scope.ActiveRuns == 1 ? "is" : "are")} queued or running: cancel first, or give --cancel-runs.");
        foreach (var follower in scope.Followers)
            Console.Out.WriteLine($"Workflow '{follower.Workflow}' starts when {follower.Asset} is written: it would wait for ever.");
        foreach (var caller in scope.Callers)
            Console.Out.WriteLine($"Workflow '{caller}' runs it: that task would fail.");
        Console.Out.WriteLine($"Nothing was deleted. './platform delete {scope.Name} --yes' deletes; './platform retire {scope.Name}' only hides it.");
    }

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
        var queries = node.Get<RemovalQueries>();
        var (retired, done) = (await queries.RetiredAsync(cancellationToken), await queries.ListAsync(null, 100, cancellationToken));
        if (result.GetValue(Cli.Json))
        {
            Cli.PrintJson(new { retired, removals = done });
            return 0;
        }
        Console.Out.WriteLine(retired.Count == 0 ? "No workflow is retired." : $"Retired: {string.Join(", ", retired.Select(r => r.Name))}. './platform unretire NAME' brings one back.");
        if (done.Count > 0)
            Cli.PrintTable(["workflow", "what", "by", "at"], done.Select(r => (IReadOnlyList<string>)[r.Workflow, r.Runs is { } runs ? $"{r.Action} with {Cli.Count(runs, "run")}" : r.Action, r.By, $"{r.At:u}"]));
        return 0;
    }
}
