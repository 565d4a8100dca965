using System.CommandLine;
using Platform.Designer.SignIn;
using Platform.Engine.Waiting;

namespace Platform.Server.CommandLine;

/// <summary><c>approve</c>: answers a task that asks people.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var run = new Argument<long>("run") { Description = "Number of the run" };
        var task = new Argument<string>("task") { Description = "Id of the task that asks" };
        var index = new Option<int?>("--index") { Description = "Which instance of a mapped task", HelpName = "n" };
        var approve = new Option<bool>("--approve") { Description = "Answers yes" };
        var reject = new Option<bool>("--reject") { Description = "Answers no" };
        var note = new Option<string?>("--note") { Description = "Why; kept with the answer", HelpName = "text" };
        return Cli.Command("approve", "Answers a task that asks for approval", [run, task, index, approve, reject, note], async (result, cancellationToken) =>
        {
            if (result.GetValue(approve) == result.GetValue(reject))
                throw CliError.Usage("The answer is missing, or given twice.", "Give either --approve or --reject.");
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            await node.Get<ApprovalCommands>().DecideAsync(new Decision
            {
                RunId = result.GetValue(run),
                TaskId = result.GetValue(task)!,
                MapIndex = result.GetValue(index),
                Approved = result.GetValue(approve),
                Note = result.GetValue(note),
                By = Environment.UserName,
                // Who holds the database and the key is an administrator, whatever he is called.
                Roles = Permissions.Including(Permissions.Administrator).ToArray(),
            }, cancellationToken);
            Console.Out.WriteLine(result.GetValue(approve) ? "Approved." : "Rejected.");
            return 0;
        });
    }
}
