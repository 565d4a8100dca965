using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Engine.Queue;

/// <summary>Payloads of the outbox's events, snake_case JSON. <c>task.ended</c> comes with every attempt that ends its instance, and with a failed one that will be tried again when it noted facts; <c>run.ended</c> with every run, <c>workflow.published</c> with every version that is published.</summary>
internal static class EngineEvents
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string WorkflowPublished(string workflow, int version, IEnumerable<string> tasks, DateTimeOffset now) => Write(json =>
    {
        json.WriteString("workflow", workflow);
        json.WriteNumber("workflow_version", version);
        Time(json, "published", now);
        json.WriteStartArray("tasks");
        foreach (var task in tasks)
            json.WriteStringValue(task);
        json.WriteEndArray();
    });

    public static string RunEnded(ActiveRun run, DateTimeOffset now) => Write(json =>
    {
        json.WriteNumber("run_id", run.Id);
        json.WriteString("workflow", run.Version.Workflow);
        json.WriteNumber("workflow_version", run.Version.Version);
        json.WriteString("kind", run.Kind);
        json.WriteString("state", run.State);
        Time(json, "interval_start", run.IntervalStart);
        Time(json, "interval_end", run.IntervalEnd);
        Time(json, "started", run.StartedAt);
        Time(json, "ended", now);
        if (run.Note is not null)
            json.WriteString("note", run.Note);
    });

    public static string TaskEnded(ActiveRun run, AttemptEnd end, string activity, string state, DateTimeOffset now) => Write(json =>
    {
        json.WriteNumber("run_id", run.Id);
        json.WriteString("workflow", run.Version.Workflow);
        json.WriteNumber("workflow_version", run.Version.Version);
        json.WriteString("task_id", end.Task.TaskId);
        json.WriteString("activity", activity);
        json.WriteNumber("map_index", end.Task.MapIndex);
        json.WriteNumber("generation", end.Task.Generation);
        json.WriteNumber("attempt", end.Task.Number);
        json.WriteString("state", state);
        Time(json, "interval_start", run.IntervalStart);
        Time(json, "interval_end", run.IntervalEnd);
        Time(json, "started", end.Task.StartedAt);
        Time(json, "ended", now);
        if (end.OutputsJson is not null)
        {
            json.WritePropertyName("outputs");
            json.WriteRawValue(end.OutputsJson);
        }
        if (end.Error is not null)
            json.WriteString("error", end.Error);
        json.WritePropertyName("facts");
        json.WriteRawValue(end.FactsJson ?? "[]");
    });

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value)
            json.WriteString(name, value.UtcDateTime);
        else
            json.WriteNull(name);
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
