using System.CommandLine;
using System.Globalization;
using Platform.Engine.History;
using Platform.Engine.Planning;

namespace Platform.Server.CommandLine;

/// <summary><c>pools</c>: what limits tasks of several workflows together.</summary>
internal static class PoolCommands
{
    public static Command Pools()
    {
        var name = new Argument<string>("name") { Description = "Name of the pool" };
        var slots = new Argument<int>("slots") { Description = "Slots; with 0 none of its tasks starts" };
        var description = new Option<string?>("--description") { Description = "What it protects, for people", HelpName = "text" };
        return Cli.Command("pools", "Pools with their slots, what runs in them and what waits", [Cli.Json,
            Cli.Command("list", "The same", [Cli.Json], ListAsync),
            Cli.Command("set", "Makes a pool, or changes its slots", [name, slots, description], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var made = await node.Get<PoolStore>().SetAsync(result.GetValue(name)!, result.GetValue(slots), result.GetValue(description), cancellationToken);
                Console.Out.WriteLine(made ? "Made." : "Changed.");
                return 0;
            }),
            Cli.Command("delete", "Deletes a pool that no task runs in or waits for", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                await node.Get<PoolStore>().DeleteAsync(result.GetValue(name)!, cancellationToken);
                Console.Out.WriteLine("Deleted.");
                return 0;
            }),
        ], ListAsync);
    }

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
        var pools = await node.Get<PoolQueries>().ListAsync(cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(pools);
        else
            Cli.PrintTable(["pool", "slots", "used", "running", "waiting", "description"], pools.Select(p => (IReadOnlyList<string>)
                [p.Name, p.Slots?.ToString(CultureInfo.InvariantCulture) ?? "none: make it", Text(p.Used), Text(p.Running), Text(p.Waiting), p.Description]));
        return 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
