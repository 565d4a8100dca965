using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Engine;
using Platform.Engine.History;
using Platform.Engine.Planning;
using Platform.Inventory.Report;
using Platform.Inventory.Scan;
using Platform.Server.Hosting;
using Platform.Workflows.Definition;

namespace Platform.Server.CommandLine;

/// <summary><c>inventory SOURCE…</c>: the nightly inventory of some sources, at once, with what it found in words.</summary>
internal static class InventoryCommand
{
    /// <summary>The workflow that does it.</summary>
    public const string Workflow = "nightly-inventory";

    private const int MostFindings = 8;

    /// <summary>However much is new, the gravest of what stands is not forgotten.</summary>
    private const int FewestStanding = 3;

    /// <summary>Runs the inventory of the sources and prints what it found; 0 only if the run succeeded.</summary>
    public static async Task<int> RunAsync(ParseResult result, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var options = GlobalOptions.Read(result);
        var json = result.GetValue(Cli.Json);
        // What is mistyped is said before a platform is made for it.
        InventorySources.Check(sources);
        await using var node = await PlatformNode.OpenAsync(options, cancellationToken);
        var made = new List<MadeConnection>();
        var named = await InventorySources.ResolveAsync(node, sources, made, cancellationToken);
        var (definition, version) = await RunCommand.FindAsync(node, Workflow, cancellationToken);
        var bound = ParameterBinder.Bind(definition.Parameters, new Dictionary<string, string> { ["sources"] = string.Join('\n', named) }, Directory.GetCurrentDirectory(), options.Home);
        if (bound.Errors.Count > 0)
            throw new CliError($"The workflow {Workflow} was changed here and does not take sources any more: {string.Join(' ', bound.Errors)}", $"Give it a parameter 'sources' again, or restore the shipped one: './platform apply workflows/{Workflow}.yaml'.");
        var triggered = await node.Get<RunCommands>().TriggerAsync(new TriggerRequest
        {
            Workflow = definition.Name,
            Version = version,
            Params = bound.Values,
            Kind = RunKinds.Manual,
            By = Environment.UserName,
            DefaultFolder = options.Home,
        }, cancellationToken);
        await using var worker = new LocalWorker(node, ["default"]);
        var progress = new RunProgressPrinter(Console.Error, many: false);
        try
        {
            await RunWaiter.WaitAsync(node, [triggered.RunId], worker, progress.Show, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await RunCommand.CancelAsync(node, [triggered.RunId]);
            throw;
        }

        var run = (await node.Get<RunQueries>().GetManyAsync([triggered.RunId], cancellationToken))[0];
        if (run.Run.State != RunStates.Success)
        {
            await InventorySources.KeepOrDropAsync(node, made, null, cancellationToken);
            foreach (var task in run.Tasks.Where(task => task.State == TaskStates.Failed))
                await Console.Error.WriteLineAsync($"{task.TaskId}: {task.Error}");
            throw new CliError($"The inventory did not come through (run {triggered.RunId}).", $"'./platform why {triggered.RunId}' tells why.");
        }

        var outputs = run.Tasks.Select(task => task.Outputs as JsonObject).LastOrDefault(task => task?["report_json"] is not null)
            ?? throw new CliError($"Run {triggered.RunId} wrote no report: the workflow {Workflow} was changed here.", "Give it a task with the activity inventory.report.");
        var path = (string)outputs["report"]!;
        var report = await ReadAsync((string)outputs["report_json"]!, cancellationToken);
        await InventorySources.KeepOrDropAsync(node, made, [.. report.Sources.Where(source => source.Failure is not null).Select(source => source.Source)], cancellationToken);
        if (json)
            Cli.PrintJson(new { Run = triggered.RunId, Outputs = outputs });
        else
            Print(report, path, run.Run);
        return 0;
    }

    private static async Task<InventoryReport> ReadAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return (await JsonSerializer.DeserializeAsync<InventoryReport>(stream, ReportFiles.Json, cancellationToken))!;
    }

    private static void Print(InventoryReport report, string path, RunRow run)
    {
        var totals = report.Totals;
        var took = run.StartedAt is { } from && run.EndedAt is { } to ? (to - from).TotalSeconds : 0;
        var inventoried = report.Sources.Where(source => source.Assets > 0 || source.Failure is not null || !InventoryScanner.IsOwn(source.Source)).ToList();
        Console.Out.WriteLine();
        Cli.PrintTable(["source", "assets", "problem"], inventoried.Select(source => (IReadOnlyList<string>)[InventoryScanner.IsOwn(source.Source) ? $"the platform's own {source.Source}" : source.Source, Count(source.Assets), source.Failure ?? (source.Assets == 0 ? "no data that can be read" : "")]));
        Console.Out.WriteLine();
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Cli.Count(totals.Assets, "asset")} with {Cli.Count(totals.Rows, "row")} in {Cli.Count(totals.Columns, "column")}, in {took:0.0} s."));
        Console.Out.WriteLine($"Personal data in {Cli.Count(totals.PersonalColumns, "column")} of {Cli.Count(totals.PersonalAssets, "asset")}{Some(report.Personal.Where(line => line.Class != "masked").OrderByDescending(line => line.Asset.Contains(':', StringComparison.Ordinal)).Select(line => $"{line.Name}.{line.Column} ({line.Type})"), 5)}.");
        Console.Out.WriteLine($"{Cli.Count(totals.Relations, "reference")} between tables, {Count(totals.BrokenRelations)} of them broken; {Cli.Count(totals.Findings, "finding")}; {Cli.Count(report.Unreadable.Count, "asset")} or files that cannot be read.");
        var differences = report.Differences;
        Console.Out.WriteLine(differences.Since is { } since
            ? $"Since {since:yyyy-MM-dd HH:mm}Z: {Count(differences.New.Count)} new, {Count(differences.Changed.Count)} changed, {Count(differences.Gone.Count)} gone."
            : "This is the first inventory of these sources.");
        if (differences.Since is null)
        {
            Tell("True things that you may not know, the most telling first:", report.Surprises, MostFindings, 0);
        }
        else
        {
            var news = report.Surprises.Where(finding => finding.News is not null).ToList();
            var stands = report.Surprises.Where(finding => finding.News is null).ToList();
            if (news.Count == 0 && stands.Count > 0)
                Console.Out.WriteLine("No finding is new or worse.");
            Tell("New or worse since then, the most telling first:", news, MostFindings, 0);
            Tell("What stands as it was:", stands, Math.Max(FewestStanding, MostFindings - news.Count), news.Count);
        }

        foreach (var problem in report.Problems.Take(MostFindings))
            Console.Out.WriteLine($"! {problem}");
        Console.Out.WriteLine();
        Console.Out.WriteLine($"The report: {path}");
        Console.Out.WriteLine($"As a page:  {new Uri(path).AbsoluteUri}");
        Console.Out.WriteLine("All assets: './platform inventory', or Inventory on the pages of './platform serve'.");
    }

    private static void Tell(string title, IReadOnlyList<Finding> findings, int most, int before)
    {
        if (findings.Count == 0)
            return;
        Console.Out.WriteLine();
        Console.Out.WriteLine(title);
        for (var i = 0; i < Math.Min(most, findings.Count); i++)
            Console.Out.WriteLine($"{before + i + 1,2}. {(findings[i].News is { } news ? $"[{news}] " : "")}{findings[i].Sentence}{Environment.NewLine}    {findings[i].Evidence}");
        if (findings.Count > most)
            Console.Out.WriteLine($"    and {Count(findings.Count - most)} more in the report");
    }

    private static string Some(IEnumerable<string> names, int most)
    {
        var all = names.ToList();
        return all.Count == 0 ? "" : $": {string.Join(", ", all.Take(most))}{(all.Count > most ? $" and {Count(all.Count - most)} more" : "")}";
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
