using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Engine;
using Platform.Engine.Explain;

namespace Platform.Server.CommandLine;

/// <summary><c>why RUN [TASK]</c>: why it does not run, and when it will.</summary>
internal static partial class WhyCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Number of a run, or name of a workflow", HelpName = "RUN|WORKFLOW" };
        var task = new Argument<string?>("task") { Description = "A task of the run, or an element of a mapped one: task[3]", HelpName = "TASK[index]", Arity = ArgumentArity.ZeroOrOne };
        return Cli.Command("why", "Why a run, a task or a workflow does not run, and when it will", [run, task, Cli.Json], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var explainer = node.Get<Explainer>();
            var name = result.GetValue(run)!;
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                if (result.GetValue(task) is not null)
                    throw new CliError($"'{name}' is no number of a run, and only runs have tasks to explain.", "Give the run's number; './platform runs' lists the newest.");
                var workflow = await explainer.WorkflowAsync(name, cancellationToken) ?? throw WorkflowCommands.Unknown(name);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(workflow);
                else
                    Print(workflow.Causes);
                return 0;
            }
            var (taskId, index) = Parse(result.GetValue(task));
            var why = (taskId is null ? await explainer.RunAsync(id, cancellationToken) : await explainer.TaskAsync(id, taskId, index, cancellationToken))
                ?? throw new CliError($"There is no run {id}.", "See './platform runs'.");
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(why);
            else
            {
                Console.Out.WriteLine(taskId is null ? $"Run {id} of {why.Workflow} is {why.State}." : $"Task {taskId}{(why.MapIndex >= 0 ? $"[{why.MapIndex}]" : "")} of run {id} is {State(why.State)}.");
                if (why.StartedBy is not null)
                    Console.Out.WriteLine(why.StartedBy);
                Print(why.Causes);
                if (why.Forecast is { } forecast)
                    Console.Out.WriteLine(Say(forecast));
            }
            return 0;
        });
    }

    private static string State(string state) => state == TaskStates.None ? "waiting" : state;

    private static void Print(IEnumerable<Cause> causes)
    {
        foreach (var cause in causes)
            Console.Out.WriteLine($"{(cause.NeedsAction ? "! " : "- ")}{cause.Text}   [{cause.Code}]");
    }

    private static string Say(Forecast forecast)
    {
        var parts = new List<string>();
        if (forecast.Starts is { } starts)
            parts.Add($"It starts at {starts:u}{(forecast.StartsLate is { } late && late - starts > TimeSpan.FromSeconds(1) ? $" ({late:u} at the latest in nine of ten cases)" : "")}.");
        if (forecast.RunEnds is { } ends)
            parts.Add($"Its run ends at {ends:u}{(forecast.RunEndsLate is { } late && late - ends > TimeSpan.FromSeconds(1) ? $" ({late:u})" : "")}.");
        parts.Add(forecast.Basis);
        return string.Join(' ', parts);
    }

    /// <summary>A task and the index in its brackets.</summary>
    private static (string? Task, int? Index) Parse(string? text)
    {
        if (text is null)
            return (null, null);
        var match = TaskAndIndex().Match(text);
        if (!match.Success)
            throw new CliError($"'{text}' is no task.", "Write the task's id, or task[3] for an element of a mapped one.");
        return (match.Groups[1].Value, match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : null);
    }

    [GeneratedRegex(@"^([^\[\]]+)(?:\[(\d{1,9})\])?$")]
    private static partial Regex TaskAndIndex();
}
