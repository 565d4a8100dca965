using System.CommandLine;
using Platform.Engine.Planning;

namespace Platform.Server.CommandLine;

/// <summary><c>move RUN --version N</c>: lets a run go on under another version of its workflow.</summary>
internal static class MoveCommand
{
    public static Command Create()
    {
        var run = new Argument<long>("run") { Description = "Number of a run that has not ended; with --resume of one that failed" };
        var version = new Option<int>("--version") { Description = "Version of its workflow to run from here on; './platform runs show RUN' tells the present one", Required = true, HelpName = "N" };
        var resume = new Option<bool>("--resume") { Description = "The run failed or was canceled: what did not succeed runs again under the version" };
        return Cli.Command("move", "Lets a run go on under another version of its workflow; what has begun must be the same in both", [run, version, resume, Cli.Json], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var moves = node.Get<RunMove>();
            var moved = result.GetValue(resume)
                ? await moves.ResumeAsync(result.GetValue(run), result.GetValue(version), Environment.UserName, dryRun: false, cancellationToken)
                : await moves.MoveAsync(result.GetValue(run), result.GetValue(version), Environment.UserName, cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(moved);
            else if (moved.Again.Count > 0)
                Console.Out.WriteLine($"Run {moved.Run} goes on under version {moved.To}{(moved.From == moved.To ? "" : $" (was {moved.From})")}. Again: {List(moved.Again)}. New: {List(moved.Added)}.");
            else if (moved.From == moved.To)
                Console.Out.WriteLine($"Run {moved.Run} runs version {moved.To} already.");
            else
                Console.Out.WriteLine($"Run {moved.Run} goes on under version {moved.To} (was {moved.From}). New: {List(moved.Added)}. Gone: {List(moved.Removed)}. Changed: {List(moved.Changed)}.");
            return 0;
        });
    }

    private static string List(IReadOnlyList<string> tasks) => tasks.Count == 0 ? "none" : string.Join(", ", tasks);
}
