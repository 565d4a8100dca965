using System.CommandLine;
using System.Globalization;
using Platform.Catalog.Projection;
using Platform.Engine.Audit;
using Platform.Workflows;

namespace Platform.Server.CommandLine;

/// <summary><c>audit</c>: which promises are broken, with evidence. Exit 0 where none is, 1 where one is.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "Look at runs queued since this time (2026-11-22T03:00:00Z) or for so long (36h, 7d). Default: 7d", HelpName = "time" };
        var last = new Option<bool>("--last") { Description = "Show the report of the last audit that was kept (the nightly one, or one with --keep) instead of making one" };
        var keep = new Option<bool>("--keep") { Description = "Keep the report for --last" };
        var lease = new Option<string?>("--lease") { Description = "The nodes' lease. Default: 10s", HelpName = "duration" };
        return Cli.Command("audit", "Missed, double, late and stuck runs and tasks, with evidence; exit 1 where there are any", [since, last, keep, lease, Cli.Json], async (result, cancellationToken) =>
        {
            var from = Since(result.GetValue(since));
            var options = new AuditOptions { Consumers = [LineageProjector.Consumer], Lease = Lease(result.GetValue(lease)) };
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            AuditReport report;
            if (result.GetValue(last))
                report = await node.Get<AuditStore>().LastAsync(null, cancellationToken)
                    ?? throw new CliError("No audit was kept yet.", "Make one: ./platform audit --keep. A serving node makes one each night.");
            else
                report = await node.Get<EngineAudit>().RunAsync(from, options, cancellationToken);
            if (result.GetValue(keep) && !result.GetValue(last))
                await node.Get<AuditStore>().KeepAsync(report, AuditStore.Command, cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(Json(report));
            else
                Print(report);
            return report.Clean ? 0 : 1;
        });
    }

    private static object Json(AuditReport report) => new
    {
        report.Clean,
        report.At,
        report.Since,
        Seconds = Math.Round(report.Took.TotalSeconds, 3),
        report.Runs,
        report.Tasks,
        report.Checks,
        report.Findings,
        report.Notes,
    };

    private static void Print(AuditReport report)
    {
        foreach (var finding in report.Findings)
        {
            Console.Out.WriteLine($"{finding.Kind.ToUpperInvariant()}  {finding.What}  [{finding.Check}]");
            foreach (var line in finding.Evidence)
                Console.Out.WriteLine($"    {line}");
            Console.Out.WriteLine($"    To do: {finding.ToDo}");
        }
        foreach (var note in report.Notes)
            Console.Out.WriteLine($"Note: {note}");
        var counts = report.Findings.GroupBy(f => f.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(report.Clean ? "Clean" : string.Join(", ", counts))}: {Cli.Count(report.Runs, "run")} and {Cli.Count(report.Tasks, "task instance")} since {report.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, {Cli.Count(report.Checks.Count, "check")}, {report.Took.TotalSeconds:0.0} s."));
    }

    private static TimeSpan Lease(string? text) => text is null ? TimeSpan.FromSeconds(10)
        : Duration.TryParse(text, out var span) ? span
        : throw CliError.Usage($"'--lease {text}' is no duration.", $"Write {Duration.Form}.");

    private static DateTimeOffset? Since(string? text)
    {
        if (text is null)
            return null;
        if (Duration.TryParse(text, out var span))
            return TimeProvider.System.GetUtcNow() - span;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw CliError.Usage($"'--since {text}' is no time.", "Write a time such as 2026-11-22T03:00:00Z, or how long ago, such as 36h or 7d.");
    }
}
