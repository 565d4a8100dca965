using System.CommandLine;
using System.Globalization;
using Platform.Engine;
using Platform.Engine.Simulate;
using Platform.Server.Hosting;
using Platform.Workflows;

namespace Platform.Server.CommandLine;

/// <summary><c>simulate WORKFLOW…</c>: what a range of a schedule or a backfill would take, without running it.</summary>
internal static class SimulateCommand
{
    private static readonly Argument<string[]> Workflows = new("workflows") { Description = "Published workflows; several share the pools and workers", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> From = new("--from") { Description = "First interval start, included. Default: now", HelpName = "date" };
    private static readonly Option<string?> To = new("--to") { Description = "End of the interval starts, not included. Default: 30 days after --from", HelpName = "date" };
    private static readonly Option<bool> Backfill = new("--backfill") { Description = "All intervals at once, as a backfill, and not each when it ends" };
    private static readonly Option<bool> NewestFirst = new("--newest-first") { Description = "With --backfill: the newest interval goes first" };
    private static readonly Option<int?> Workers = new("--workers") { Description = "So many workers like the first live one. Default: those that live" };
    private static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Tasks at once of each worker" };
    private static readonly Option<string[]> With = new("--with") { Description = "Another value: slots of a pool by its name, or active_runs, active_tasks", HelpName = "name=number", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<string[]> Durations = new("--duration") { Description = "Another duration of a task: train=30s, or shop/train=30s", HelpName = "task=time", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<string?> DefaultDuration = new("--default-duration") { Description = "Duration of tasks that never succeeded; without it they refuse the simulation", HelpName = "time" };
    private static readonly Option<string[]> Elements = new("--elements") { Description = "Another number of elements of a mapped task", HelpName = "task=number", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<int> Percentile = new("--percentile") { Description = "Which percentile of its recorded durations each task takes, 1 to 100", DefaultValueFactory = _ => 50 };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Draws durations from the recorded ones instead, in an order that this number fixes" };

    public static Command Create() => Cli.Command(
        "simulate", "What a schedule or a backfill would take, from recorded durations and without running it",
        [Workflows, From, To, Backfill, NewestFirst, Workers, Concurrency, With, Durations, DefaultDuration, Elements, Percentile, Seed, Cli.Json], RunAsync);

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var request = new SimulationRequest
        {
            Workflows = [.. result.GetValue(Workflows)!.Select(name => new SimulatedWorkflow
            {
                Name = name,
                From = result.GetValue(From),
                To = result.GetValue(To),
                Backfill = result.GetValue(Backfill),
                NewestFirst = result.GetValue(NewestFirst),
            })],
            Workers = result.GetValue(Workers),
            Concurrency = result.GetValue(Concurrency),
            With = Pairs("--with", result.GetValue(With), Number),
            Durations = Pairs("--duration", result.GetValue(Durations), Time),
            DefaultDuration = result.GetValue(DefaultDuration) is { } text ? Time(text) ?? throw CliError.Usage($"'--default-duration {text}' is no duration.", $"Write {Duration.Form}.") : null,
            Elements = Pairs("--elements", result.GetValue(Elements), Number),
            Percentile = result.GetValue(Percentile),
            Seed = result.GetValue(Seed),
        };
        await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
        var simulated = await node.Get<Simulation>().RunAsync(request, new NodeOptions { Concurrency = EngineService.DefaultConcurrency }, cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(simulated);
        else
            Print(simulated);
        return simulated.Stuck.Count == 0 ? 0 : 1;
    }

    private static void Print(SimulationResult simulated)
    {
        Console.Out.WriteLine(simulated.MakespanSeconds is { } makespan
            ? $"{Cli.Count(simulated.Runs.Count, "run")} with {Cli.Count(simulated.Tasks, "task")} {(simulated.Runs.Count == 1 ? "takes" : "take")} {Span(makespan)}, from {simulated.Start:u} to {simulated.End:u}."
            : $"{Cli.Count(simulated.Runs.Count, "run")}, of which {Never(simulated.Runs.Count(r => r.Ended is null))}.");
        foreach (var stuck in simulated.Stuck)
            Console.Out.WriteLine($"! {stuck}");
        Console.Out.WriteLine($"Late: median {Span(simulated.Lateness.Median)}, p90 {Span(simulated.Lateness.P90)}, most {Span(simulated.Lateness.Most)}; {Cli.Count(simulated.Lateness.Overlapping, "run")} still {(simulated.Lateness.Overlapping == 1 ? "runs" : "run")} when the next is due.");
        Console.Out.WriteLine($"Workers: {string.Join("; ", simulated.Workers)}");
        foreach (var asset in simulated.Partitions)
            Console.Out.WriteLine($"Partitions of {asset.Asset} start {Cli.Count(simulated.Runs.Count(r => r.Assets?.Contains(asset.Asset) == true), "run")}; each is taken to be there {Span(asset.LagSeconds)} after its end ({(asset.Writes == 0 ? "nothing is recorded" : $"median of {Cli.Count(asset.Writes, "write")}")}).");
        if (simulated.Queues.Count + simulated.Pools.Count > 0)
        {
            Console.Out.WriteLine();
            Cli.PrintTable(["load", "capacity", "peak", "mean", "most waiting"],
                simulated.Queues.Select(q => Row("queue", q)).Concat(simulated.Pools.Select(p => Row("pool", p))));
        }
        Console.Out.WriteLine();
        Cli.PrintTable(["task", "takes", "basis", "successes", "elements"], simulated.Assumptions.Select(a => (IReadOnlyList<string>)
            [$"{a.Workflow}/{a.TaskId}", Span(a.Seconds), a.Basis, a.Successes.ToString(CultureInfo.InvariantCulture), a.Elements?.ToString(CultureInfo.InvariantCulture) ?? ""]));
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Critical path: {string.Join(" > ", simulated.CriticalPath.TakeLast(12).Select(s => $"{s.TaskId}{(s.MapIndex >= 0 ? $"[{s.MapIndex}]" : "")}{(s.WaitedFor is null ? "" : $" (waited for {s.WaitedFor})")}"))}");
    }

    private static IReadOnlyList<string> Row(string kind, Load load) =>
        [$"{kind} {load.Name}", load.Capacity.ToString(CultureInfo.InvariantCulture), Amount(load.Peak), Amount(load.Mean), load.MostWaiting is { } waiting ? Amount(waiting) : ""];

    private static string Never(int runs) => $"{runs} never {(runs == 1 ? "ends" : "end")}";

    private static string Amount(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Span(double seconds) => seconds < 60 ? $"{seconds:0.0} s" : Duration.Format(TimeSpan.FromSeconds(Math.Round(seconds)));

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan? Time(string text) => Duration.TryParse(text, out var time) ? time : null;

    private static Dictionary<string, T> Pairs<T>(string option, string[]? pairs, Func<string, T?> read) where T : struct
    {
        var values = new Dictionary<string, T>();
        foreach (var pair in pairs ?? [])
        {
            var cut = pair.LastIndexOf('=');
            if (cut <= 0 || read(pair[(cut + 1)..]) is not { } value)
                throw CliError.Usage($"'{option} {pair}' is not name={(typeof(T) == typeof(int) ? "number" : "time")}.", $"Write {option} {(typeof(T) == typeof(int) ? "press=8" : "train=30s")}, once for each.");
            values[pair[..cut]] = value;
        }
        return values;
    }
}
