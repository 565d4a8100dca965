using Microsoft.Extensions.Localization;
using Platform.Designer.Language;
using Platform.Designer.Shell;
using Platform.Engine.History;
using Platform.Engine.Maintenance;

namespace Platform.Designer.Operations;

/// <summary>What of the platform wants a look, in the reader's language. The thresholds are the engine's.</summary>
internal static class OperationWarnings
{
    /// <summary>Age of a heartbeat from which a living node is told: two beats are missed.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(12);

    /// <summary>Age of the newest backup from which it is told.</summary>
    private static readonly TimeSpan OldBackup = TimeSpan.FromDays(7);

    /// <summary>How a node is: <c>alive</c>, <c>silent</c>, <c>draining</c> (takes nothing new), <c>drained</c> (and has ended what it had), <c>stopping</c> or <c>dead</c>.</summary>
    public static string StateOf(NodeRow node, DateTimeOffset now) =>
        !node.Alive ? "dead" : node.Stopping ? "stopping" : now - node.HeartbeatAt > Silence ? "silent" : node.DrainedAt is null ? "alive" : node.Running > 0 ? "draining" : "drained";

    public static IReadOnlyList<string> Of(EngineState engine, DatabaseHealth? health, IStringLocalizer<Texts> texts, Formats formats)
    {
        var (status, all) = (engine.Status, new List<string>());
        all.AddRange(engine.Nodes.Where(n => StateOf(n, status.At) == "silent").Select(n => texts["OpsWarn.silent", n.Name, formats.Duration(status.At - n.HeartbeatAt)].Value));
        all.AddRange(status.Queues.Where(q => q is { Ready: > 0, Places: 0 }).Select(q => texts.Count("OpsWarn.no-worker", q.Ready, q.Queue, formats.Number(q.Ready))));
        foreach (var warning in new WatchThresholds().Judge(status))
        {
            var parts = warning.Key.Split(':', 2);
            // The engine says the same in English only, with figures; a language that has a text of its own says it shorter.
            all.Add(parts.Length == 2 ? texts.Or("OpsWarn." + parts[0], warning.Text).Replace("{0}", parts[1], StringComparison.Ordinal) : texts.Or("OpsWarn." + parts[0], warning.Text));
        }
        if (health is { Backup: { } backup } && status.At - backup.At > OldBackup)
            all.Add(texts["OpsWarn.backup", formats.Ago(backup.At)]);
        if (health is { Audit: { Clean: false } audit })
            all.Add(texts.Count("OpsWarn.audit", audit.Findings.Count, formats.Number(audit.Findings.Count)));
        return all;
    }
}
