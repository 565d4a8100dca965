using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Engine.Queue;
using Platform.Workflows.Activities;

namespace Platform.Engine.Working;

/// <summary>A task in a preview: whether it runs, with whose services, and what is kept of it.</summary>
internal sealed class PreviewedTask(IServiceProvider services, ActivityDescriptor activity, long runId, PreviewSample sample)
{
    /// <summary>A mapped task has at most so many instances in a preview.</summary>
    public const int MostElements = 3;

    // A value of a field, in the sentence that says what a task would do.
    private const int MostText = 200;

    /// <summary>How much of its sources it reads.</summary>
    public PreviewSample Sample => sample;

    /// <summary>Whether it runs; otherwise it only says what it would do.</summary>
    public bool Runs => activity.Preview == PreviewSupport.Runs;

    /// <summary>Services that keep what it writes apart.</summary>
    /// <exception cref="ActivityException">This node has no place for previews.</exception>
    public IPreviewAttempt Open() => services.GetService(typeof(IPreviewRoom)) is IPreviewRoom room
        ? room.Open(runId, sample, services)
        : throw new ActivityException("no-preview", "This worker cannot run previews: it has no place to keep their tables apart. Start it with './platform serve' or './platform worker' of this version.", retryable: false);

    /// <summary>The end of a task that acts outside of its tables: it says what it would do with its fields as they are now, and does nothing.</summary>
    /// <exception cref="ActivityException">Its fields do not fit, as in a run that counts.</exception>
    public AttemptEnd Stopped(ClaimedTask claimed, JsonObject with, TaskLogBuffer log)
    {
        var problems = ActivityBinder.Check(activity, with);
        if (problems.Count > 0)
            throw new ActivityException("bad-input", string.Join(Environment.NewLine, problems.Select(p => p.Message)), retryable: false);
        return Said(claimed, $"It would {activity.Would ?? $"run '{activity.Name}'"}{Named(with)}.", with, log);
    }

    /// <summary>The end of a task that would wait.</summary>
    public static AttemptEnd Waits(ClaimedTask claimed, Deferral? deferral, TaskLogBuffer log) =>
        Said(claimed, $"It would wait{(deferral?.Waits is { } waits ? $": {waits}" : ".")}", null, log);

    /// <summary>An end with what the attempt read and wrote. Its facts go nowhere else.</summary>
    public static AttemptEnd Ended(AttemptEnd end, IPreviewAttempt attempt, ActivityContext context, TaskLogBuffer log) => end with
    {
        FactsJson = null,
        Retryable = false,
        PreviewJson = end.PreviewJson ?? (end.Outcome is AttemptOutcome.HandedBack ? null : Json(attempt.Report(context), log)),
    };

    private static AttemptEnd Said(ClaimedTask claimed, string would, JsonObject? with, TaskLogBuffer log)
    {
        log.Write(TaskLogLevel.Info, would);
        return new AttemptEnd(claimed, AttemptOutcome.Success) { OutputsJson = "{}", PreviewJson = Json(new PreviewReport { Would = would, With = with }, log) };
    }

    private static string Named(JsonObject with)
    {
        var fields = with.Where(f => f.Value is not null).Select(f => (f.Key, Text: f.Value!.GetValueKind() == JsonValueKind.String ? f.Value.GetValue<string>() : f.Value.ToJsonString())).Where(f => f.Text.Length > 0)
            .Select(f => $"{f.Key}: {(f.Text.Length > MostText ? f.Text[..MostText] + "…" : f.Text)}").ToList();
        return fields.Count == 0 ? "" : $" ({string.Join("; ", fields)})";
    }

    private static string Json(PreviewReport report, TaskLogBuffer log) =>
        log.Clean(JsonSerializer.Serialize(report, Fact.Json)).Replace("\\u0000", "\\uFFFD", StringComparison.Ordinal);
}
