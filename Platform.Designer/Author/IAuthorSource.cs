using Platform.Designer.Ports;
using Platform.Engine.Definitions;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author;

/// <summary>What the designer asks of the engine: drafts, publishing, and what a text alone does not tell.</summary>
public interface IAuthorSource
{
    /// <summary>What there is to edit; null where neither a draft nor a version is.</summary>
    Task<AuthorStart?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>The text of a version; null where there is none.</summary>
    Task<string?> VersionAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>All drafts, newest first.</summary>
    Task<IReadOnlyList<DraftRow>> DraftsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a draft; see <see cref="WorkflowDrafts.SaveAsync"/>.</summary>
    Task<DraftSaved> SaveAsync(string name, string yaml, string layout, int? baseVersion, long revision, string user, CancellationToken cancellationToken);

    /// <summary>Forgets the draft.</summary>
    Task DiscardAsync(string name, CancellationToken cancellationToken);

    /// <summary>Publishes; see <see cref="WorkflowDrafts.PublishAsync"/>.</summary>
    Task<ApplyResult> PublishAsync(string name, string yaml, string layout, int? expected, string user, CancellationToken cancellationToken);

    /// <summary>Begins a workflow that does not exist yet.</summary>
    /// <exception cref="Platform.Engine.EngineException">The name is not allowed or taken; the message is shown.</exception>
    Task CreateAsync(string name, string yaml, string user, CancellationToken cancellationToken);

    /// <summary>Problems that the text alone does not tell: tables that no task writes and nobody knows, queues without a worker, pools that are missing.</summary>
    Task<IReadOnlyList<Problem>> CheckAsync(WorkflowDocument document, CancellationToken cancellationToken);

    /// <summary>The tables that a workflow's tasks write, with the columns that they will have.</summary>
    Task<IReadOnlyList<DataTable>> WrittenAsync(WorkflowDefinition workflow, CancellationToken cancellationToken);
}

/// <summary>What an editing session begins with.</summary>
/// <param name="Name">The workflow.</param>
/// <param name="Draft">What somebody has begun; null where nobody has.</param>
/// <param name="Published">The published version; null where there is none.</param>
/// <param name="Layout">The published canvas as JSON; null where nobody has placed anything.</param>
public sealed record AuthorStart(string Name, WorkflowDraft? Draft, StoredWorkflow? Published, string? Layout);
