using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Engine.Notices;

/// <summary>A notice in words.</summary>
internal static class NoticeText
{
    /// <summary>Subject and text.</summary>
    public static (string Subject, string Body) Of(JsonObject payload)
    {
        var run = $"run {payload["run_id"]} of workflow '{payload["workflow"]}'";
        var subject = (string?)payload["event"] switch
        {
            Notice.TaskFailed => $"Task '{payload["task_id"]}'{(payload["map_index"] is { } index ? $" [{index}]" : "")} of {run} failed",
            Notice.RunLate => $"Late: {run}",
            _ => $"Failed: {run}",
        };
        var body = new StringBuilder(subject).AppendLine().AppendLine();
        foreach (var (name, value) in payload)
        {
            if (value is not null && name is not "event")
                body.Append(name.Replace('_', ' ')).Append(": ").AppendLine(value.ToString());
        }
        return (subject, body.ToString());
    }
}
