using System.Text.Json.Nodes;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Workflows.Definition;

namespace Platform.Designer.Workflows;

/// <summary>What the pages ask of workflows. Implemented over the engine.</summary>
public interface IWorkflowSource
{
    /// <summary>The workflows that are not retired, by title.</summary>
    Task<IReadOnlyList<WorkflowRow>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One of them, retired or not; null where there is none.</summary>
    Task<WorkflowRow?> RowAsync(string name, CancellationToken cancellationToken);

    /// <summary>A workflow at a version; null where there is none.</summary>
    /// <param name="name">The workflow.</param>
    /// <param name="version">Null is the published one, or the newest where none was published.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    Task<WorkflowView?> GetAsync(string name, int? version, CancellationToken cancellationToken);

    /// <summary>The versions of a workflow, newest first.</summary>
    Task<IReadOnlyList<VersionRow>> VersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Pauses a workflow's schedule, or lets it go on.</summary>
    Task SetPausedAsync(string name, bool paused, string user, CancellationToken cancellationToken);

    /// <summary>Starts a run of the published version.</summary>
    /// <param name="name">The workflow.</param>
    /// <param name="parameters">Values that differ from the defaults.</param>
    /// <param name="date">The interval that starts on that day in the schedule's zone; null is the newest complete interval, or none without a schedule.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Id of the run.</returns>
    /// <exception cref="Platform.Engine.EngineException">A value is not acceptable, or the interval has a run already; the message is shown.</exception>
    Task<long> StartAsync(string name, JsonObject parameters, DateOnly? date, string user, CancellationToken cancellationToken);
}

/// <summary>A workflow with what its text says.</summary>
/// <param name="Stored">The text and its version.</param>
/// <param name="Definition">Null where the text cannot be read any more.</param>
/// <param name="Problems">What reading it found.</param>
public sealed record WorkflowView(StoredWorkflow Stored, WorkflowDefinition? Definition, IReadOnlyList<Problem> Problems);
