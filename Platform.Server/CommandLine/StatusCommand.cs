using System.CommandLine;
using System.Globalization;
using Platform.Engine.Audit;
using Platform.Engine.History;
using Platform.Engine.Maintenance;
using Platform.Workflows;

namespace Platform.Server.CommandLine;

/// <summary><c>status</c>: nodes, queues, and how the database fares.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(12);

    public static Command Create() =>
        Cli.Command("status", "Nodes, queues, and how the database fares", [Cli.Json], async (result, cancellationToken) =>
        {
            await using var node = await PlatformNode.OpenExistingAsync(GlobalOptions.Read(result), cancellationToken);
            var nodes = await node.Get<WorkflowQueries>().NodesAsync(cancellationToken);
            var status = await node.Get<DatabaseWatch>().ReadAsync(cancellationToken);
            IReadOnlyList<WatchWarning> warnings = [.. new WatchThresholds().Judge(status), .. Silent(nodes, status.At)];
            var audit = await node.Get<AuditStore>().LastAsync(null, cancellationToken);
            if (result.GetValue(Cli.Json))
                Cli.PrintJson(new
                {
                    status.At,
                    Nodes = nodes,
                    status.Queues,
                    Database = new { status.Bytes, status.Connections, status.MostConnections, status.Runs, status.TaskInstances, status.OutboxEvents, status.HotTables, status.Pins, status.Readers },
                    Warnings = warnings,
                    Audit = audit is null ? null : new { audit.At, audit.Clean, Findings = audit.Findings.Count },
                });
            else
                Print(nodes, status, warnings, audit);
            return 0;
        });

    private static void Print(IReadOnlyList<NodeRow> nodes, DatabaseStatus status, IReadOnlyList<WatchWarning> warnings, AuditReport? audit)
    {
        Cli.PrintTable(["node", "version", "roles", "queues", "tasks", "last heard"], nodes.Select(n => (IReadOnlyList<string>)
            [n.Name, n.Version, string.Join(", ", n.Roles), string.Join(", ", n.Queues), $"{n.Running} of {n.Concurrency}", $"{Ago(status.At - n.HeartbeatAt)}{(NodeCommands.State(n) is var state and not "alive" ? $", {state}" : "")}"]));
        Console.Out.WriteLine();
        Cli.PrintTable(["queue", "ready", "oldest", "later", "running", "places"], status.Queues.Select(q => (IReadOnlyList<string>)
            [q.Queue, Count(q.Ready), q.OldestReady is { } o ? Span(o) : "", Count(q.Later), Count(q.Leased), Count(q.Places)]));
        Console.Out.WriteLine();
        Cli.PrintTable(["table", "rows", "dead", "size", "vacuumed"], status.HotTables.Select(t => (IReadOnlyList<string>)
            [t.Table, Count(t.LiveRows), Count(t.DeadRows), Size(t.Bytes), t.VacuumedAt is { } v ? Ago(status.At - v) : "never"]));
        Console.Out.WriteLine();
        foreach (var reader in status.Readers)
            Console.Out.WriteLine($"Outbox reader '{reader.Reader}': {(reader.Behind == 0 ? "up to date" : $"{Cli.Count(reader.Behind, "event")} behind, the oldest {Span(reader.Oldest ?? TimeSpan.Zero)} old")}{(reader.SetAside > 0 ? $"; {Count(reader.SetAside)} set aside" : "")}");
        foreach (var pin in status.Pins)
            Console.Out.WriteLine($"Open {pin.Kind} {pin.Name} ({pin.Who}): {pin.State}, {(pin.Age is { } age ? Span(age) : "")}, {Cli.Count(pin.Transactions, "transaction")} back: {pin.Statement}");
        Console.Out.WriteLine($"Database: {Size(status.Bytes)}, about {Cli.Count(status.Runs, "run")} and {Cli.Count(status.TaskInstances, "task instance")}; {status.Connections} of {Cli.Count(status.MostConnections, "connection")}.");
        Console.Out.WriteLine(audit is null ? "No audit was kept yet." : $"Last kept audit: {Ago(status.At - audit.At)}, {(audit.Clean ? "clean" : $"{Cli.Count(audit.Findings.Count, "finding")} (./platform audit --last)")}.");
        foreach (var warning in warnings)
            Console.Out.WriteLine($"Warning: {warning.Text}");
    }

    /// <summary>Nodes that live and have missed two heartbeats: they hang, or the database refuses what they write.</summary>
    private static IEnumerable<WatchWarning> Silent(IReadOnlyList<NodeRow> nodes, DateTimeOffset now) => nodes
        .Where(n => n is { Alive: true, Stopping: false } && now - n.HeartbeatAt > MostSilence)
        .Select(n => new WatchWarning($"silent:{n.Name}", $"Node {n.Name} has written nothing for {Span(now - n.HeartbeatAt)}, though it should each 5 s. See its log and GET /ready: it hangs, or the database refuses writes, as with a full disk."));

    private static string Count(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => Duration.Format(TimeSpan.FromSeconds(Math.Round(span.TotalSeconds, span.TotalSeconds < 10 ? 1 : 0)));

    private static string Ago(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? "now" : $"{Span(span)} ago";

    private static string Size(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes >> 10:n0} KiB",
        < 1 << 30 => $"{bytes / 1048576.0:0.0} MiB",
        _ => $"{bytes / 1073741824.0:0.0} GiB",
    };
}
