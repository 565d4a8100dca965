using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>Runs of other workflows that a task starts and waits for. The engine's side of <c>control.workflow</c>.</summary>
public interface IChildRuns
{
    /// <summary>Starts the child run of a task, or finds it: there is one for each generation of an instance, whatever dies.</summary>
    /// <exception cref="ActivityException">There is no such workflow, its parameters do not fit, or it would be nested too deep.</exception>
    Task<ChildRun> StartAsync(ChildRunRequest request, CancellationToken cancellationToken);

    /// <summary>A child run as it is now; null where there is none.</summary>
    Task<ChildRun?> FindAsync(long runId, CancellationToken cancellationToken);

    /// <summary>Runs again what failed in a child run that ended.</summary>
    Task RetryAsync(long runId, CancellationToken cancellationToken);
}

/// <summary>A child run to start.</summary>
public sealed record ChildRunRequest
{
    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Parameters by name; those left out take their defaults.</summary>
    public required IReadOnlyDictionary<string, JsonNode?> Params { get; init; }

    /// <summary>Its data interval; null lets its own schedule say.</summary>
    public DataInterval? Interval { get; init; }

    /// <summary>The task that starts it.</summary>
    public required ActivityContext Parent { get; init; }

    /// <summary>Runs above each other at most, the outermost included.</summary>
    public required int MostDepth { get; init; }
}

/// <summary>A child run.</summary>
public sealed record ChildRun
{
    /// <summary>Its id.</summary>
    public required long RunId { get; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>success</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether it will not change any more by itself.</summary>
    public required bool Ended { get; init; }

    /// <summary>Why it failed, or that there was nothing to do; null otherwise.</summary>
    public string? Note { get; init; }

    /// <summary>Outputs of the tasks that end its graph, by task; a mapped task's as a list. Empty until it ended.</summary>
    public JsonObject Outputs { get; init; } = [];

    /// <summary>The event that its end signals.</summary>
    public required string EndEvent { get; init; }

    /// <summary>Whether the call has just made it.</summary>
    public bool Created { get; init; }
}
