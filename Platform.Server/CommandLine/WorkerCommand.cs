using System.CommandLine;
using System.Globalization;
using Platform.Engine;
using Platform.Server.Hosting;

namespace Platform.Server.CommandLine;

/// <summary><c>worker</c>: runs tasks, and keeps leases honest as every node does.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var queues = new Option<string>("--queues") { Description = "Queues that it takes, separated by commas", DefaultValueFactory = _ => "default" };
        var concurrency = new Option<int?>("--concurrency") { Description = "Tasks at once. Default: twice the cores, 4 to 16" };
        var resources = new Option<string[]>("--resource") { Description = "What it declares, such as gpu=1, cpu=4 or memory=8589934592 (bytes)", HelpName = "name=amount" };
        var retention = new RetentionOptions();
        return Cli.Command("worker", "Runs tasks until it is told to stop", [queues, concurrency, resources, GraceOption.Grace, .. retention.All], async (result, cancellationToken) =>
        {
            Cli.RequireAtLeastOne(concurrency, result);
            var kept = retention.Read(result);
            await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
            var options = new NodeOptions
            {
                Queues = [.. result.GetValue(queues)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                Concurrency = result.GetValue(concurrency) ?? EngineService.DefaultConcurrency,
                Resources = Declared(result.GetValue(resources) ?? []),
                StopGrace = GraceOption.Read(result),
                Retention = kept.Runs,
                LogRetention = kept.Logs,
                EventRetention = kept.Events,
            };
            using var export = TelemetryExport.StartIfAsked("platform-worker", options.Name);
            Console.Out.WriteLine($"Worker {options.Name} takes {string.Join(", ", options.Queues)}, {Cli.Count(options.Concurrency, "task")} at once. Stop with Ctrl+C.");
            await EngineService.Create(node.Services, options).RunAsync(cancellationToken);
            return 0;
        });
    }

    private static NodeResources Declared(string[] pairs)
    {
        var declared = NodeResources.OfThisMachine();
        foreach (var pair in pairs)
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) || amount < 0)
                throw new CliError($"'--resource {pair}' is not name=amount.", "Write --resource gpu=1, cpu=4 or memory=8589934592.");
            declared = parts[0] switch
            {
                "gpu" => declared with { Gpu = amount },
                "cpu" => declared with { Cpu = amount },
                "memory" => declared with { Memory = amount },
                _ => throw new CliError($"There is no resource '{parts[0]}'.", "Use gpu, cpu or memory."),
            };
        }
        return declared;
    }
}
