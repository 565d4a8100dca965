using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.Planning;
using Platform.Server.CommandLine;

namespace Platform.Server.Hosting;

/// <summary>What a serving process brings along: the shipped workflows at every start, the sample shop at the first.</summary>
internal sealed partial class FirstStart(WorkflowStore store, RunCommands runs, PlatformOptions options, ILogger<FirstStart> log)
{
    /// <summary>The workflow that generates the sample shop.</summary>
    public const string SampleWorkflow = "sample-shop";

    private static string ShippedFolder => Path.Combine(AppContext.BaseDirectory, "workflows");

    /// <summary>Whether a workflow of this name is shipped.</summary>
    public static bool IsShipped(string name) => Names.Contains(name);

    private static IEnumerable<string> Names => Directory.EnumerateFiles(ShippedFolder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f));

    /// <summary>Publishes shipped workflows that are new or changed and that nobody has edited, retired or deleted.</summary>
    /// <exception cref="CliError">A shipped file has errors: the program was built wrongly.</exception>
    public async Task ApplyShippedAsync(CancellationToken cancellationToken)
    {
        foreach (var (file, text, _) in WorkflowFiles.Read([ShippedFolder]))
        {
            var applied = await store.ApplyAsync(text, new ApplyOptions { Origin = WorkflowOrigin.Shipped, By = "platform" }, cancellationToken);
            switch (applied.Outcome)
            {
                case ApplyOutcome.Invalid:
                    throw new CliError($"The shipped workflow {Path.GetFileName(file)} has errors: {string.Join(' ', applied.Problems.Select(p => $"{p.Line}:{p.Column} {p.Message}"))}", "Build the program again from its sources.");
                case ApplyOutcome.Applied:
                    LogApplied(applied.Name!, applied.Version ?? 0);
                    break;
                case ApplyOutcome.KeptEdited:
                    LogKept(applied.Name!);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Generates the sample shop once in a home's life, as a run that people can watch.</summary>
    public async Task GenerateSampleAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(SampleWorkflow, null, cancellationToken) is null or { RetiredAt: not null })
            return;
        var run = await runs.TriggerAsync(new TriggerRequest { Workflow = SampleWorkflow, IdempotencyKey = "first-start", By = "platform", DefaultFolder = options.Home }, cancellationToken);
        if (run.Created)
            LogSample(run.RunId);
    }

    [LoggerMessage(LogLevel.Information, "Published the shipped workflow {Workflow}, version {Version}.")]
    private partial void LogApplied(string workflow, int version);

    [LoggerMessage(LogLevel.Information, "The workflow {Workflow} was edited here and keeps its version; the shipped one has changed.")]
    private partial void LogKept(string workflow);

    [LoggerMessage(LogLevel.Information, "Generating the sample shop in run {Run}.")]
    private partial void LogSample(long run);
}
