using System.CommandLine;
using System.Globalization;
using Platform.Engine.Notices;

namespace Platform.Server.CommandLine;

/// <summary><c>notices</c>: who was told of failed and late runs, and what could not be delivered.</summary>
internal static class NoticesCommand
{
    public static Command Create()
    {
        var run = new Option<long?>("--run") { Description = "Only of this run", HelpName = "number" };
        var state = new Option<string?>("--state") { Description = "Only in this state: waiting, sent, failed", HelpName = "state" };
        state.AcceptOnlyFromAmong("waiting", "sent", "failed");
        var limit = new Option<int>("--limit") { Description = "Notices at most, 1 to 500", DefaultValueFactory = _ => 50 };
        return Cli.Command("notices", "Notices of failed and late runs, newest first", [run, state, limit, Cli.Json,
            Cli.Command("retry", "Tries the failed ones again", [], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
                var again = await node.Get<NoticeQueries>().RetryFailedAsync(cancellationToken);
                Console.Out.WriteLine($"{Cli.Count(again, "notice")} {(again == 1 ? "is" : "are")} tried again.");
                return 0;
            }),
        ], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var rows = await node.Get<NoticeQueries>().ListAsync(result.GetValue(run), result.GetValue(state), result.GetValue(limit), cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(rows);
            else
                Cli.PrintTable(["notice", "run", "event", "to", "state", "tries", "made", "error"], rows.Select(n => (IReadOnlyList<string>)
                    [n.Id.ToString(CultureInfo.InvariantCulture), n.RunId.ToString(CultureInfo.InvariantCulture), n.TaskId is null ? n.Event : $"{n.Event} {n.TaskId}", $"{n.Kind} {n.Target}", n.State, n.Tries.ToString(CultureInfo.InvariantCulture), $"{n.CreatedAt:u}", n.Error ?? ""]));
            return 0;
        });
    }
}
