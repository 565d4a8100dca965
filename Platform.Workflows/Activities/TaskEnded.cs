using System.Text.Json;

namespace Platform.Workflows.Activities;

/// <summary>
/// The payload of the event <c>task.ended</c>, which the engine appends to the outbox in the transaction that ends an attempt, and from which the catalog makes lineage.
/// Written with <see cref="Fact.Json"/>; the event's key is <c>{run}/{task}/{map index}</c>.
/// </summary>
public sealed record TaskEnded
{
    /// <summary>Type of the event.</summary>
    public const string EventType = "task.ended";

    /// <summary>Id of the run.</summary>
    public required long RunId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version of the workflow that the run follows; 0 where the event does not tell.</summary>
    public int WorkflowVersion { get; init; }

    /// <summary>Id of the task in the workflow.</summary>
    public required string TaskId { get; init; }

    /// <summary>Index of the mapped element, or -1.</summary>
    public int MapIndex { get; init; } = -1;

    /// <summary>Which try it was.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Raised by clear.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Name of the activity; null where it is not known.</summary>
    public string? Activity { get; init; }

    /// <summary>The task's state after the attempt: <c>success</c>, <c>failed</c>, <c>skipped</c>, <c>up_for_retry</c>.</summary>
    public required string State { get; init; }

    /// <summary>Start of the data interval; null for a manual run without a date.</summary>
    public DateTimeOffset? IntervalStart { get; init; }

    /// <summary>End of the data interval, not included.</summary>
    public DateTimeOffset? IntervalEnd { get; init; }

    /// <summary>Start of the attempt.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>End of the attempt.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>What went wrong, in words; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>What the attempt observed: an array of facts, as <see cref="FactRecorder.ToJson"/> writes it; null for none.</summary>
    public JsonElement? Facts { get; init; }
}
