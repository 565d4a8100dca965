using System.CommandLine;
using System.Globalization;
using Platform.Engine.History;
using Platform.Engine.Maintenance;

namespace Platform.Server.CommandLine;

/// <summary><c>nodes</c>: who takes part, and what an operator does to them.</summary>
internal static class NodeCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Nodes()
    {
        var name = new Argument<string>("name") { Description = "Name of the node, as the list has it" };
        var wait = new Option<bool>("--wait") { Description = "Wait until it has finished what it runs" };
        return Cli.Command("nodes", "Processes that take part, with what they run", [Cli.Json,
            Cli.Command("list", "The same", [Cli.Json], ListAsync),
            Cli.Command("drain", "Lets a node run empty: it takes no new tasks and finishes what it runs, until it is resumed or its process ends", [name, wait], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var drained = result.GetValue(name)!;
                var changed = await node.Get<NodeControl>().DrainAsync(drained, Environment.UserName, cancellationToken);
                var running = await RunningAsync(node, drained, cancellationToken);
                Console.Out.WriteLine($"{(changed ? "It takes no new tasks" : "It was drained already")}; {(running == 0 ? "it runs none" : $"it runs {Cli.Count(running, "task")} still")}.");
                if (!result.GetValue(wait) || running == 0)
                    return 0;
                using var timer = new PeriodicTimer(Look, node.Get<TimeProvider>());
                while (running > 0 && await timer.WaitForNextTickAsync(cancellationToken))
                    running = await RunningAsync(node, drained, cancellationToken);
                Console.Out.WriteLine("It has finished them.");
                return 0;
            }),
            Cli.Command("resume", "Lets a drained node take tasks again", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                Console.Out.WriteLine(await node.Get<NodeControl>().ResumeAsync(result.GetValue(name)!, Environment.UserName, cancellationToken) ? "It takes tasks again." : "It was not drained.");
                return 0;
            }),
            Cli.Command("remove", "Takes a node that is not heard of any more from the list", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                await node.Get<NodeControl>().RemoveAsync(result.GetValue(name)!, Environment.UserName, cancellationToken);
                Console.Out.WriteLine("Removed.");
                return 0;
            }),
        ], ListAsync);
    }

    /// <summary>How a node is, in a word.</summary>
    public static string State(NodeRow node) => !node.Alive ? "dead" : node.Stopping ? "stopping" : node.DrainedAt is null ? "alive" : node.Running > 0 ? "draining" : "drained";

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
        var nodes = await node.Get<WorkflowQueries>().NodesAsync(cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(nodes);
        else
            Cli.PrintTable(["node", "state", "roles", "queues", "tasks", "version"], nodes.Select(n => (IReadOnlyList<string>)
                [n.Name, State(n), string.Join(", ", n.Roles), string.Join(", ", n.Queues), string.Create(CultureInfo.InvariantCulture, $"{n.Running} of {n.Concurrency}"), n.Version]));
        return 0;
    }

    /// <summary>Tasks that it runs; none where it has ended.</summary>
    private static async Task<int> RunningAsync(PlatformNode node, string name, CancellationToken cancellationToken) =>
        (await node.Get<WorkflowQueries>().NodesAsync(cancellationToken)).FirstOrDefault(n => n.Name == name)?.Running ?? 0;
}
