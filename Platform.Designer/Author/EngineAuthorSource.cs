using Platform.Designer.Ports;
using Platform.Designer.Shell;
using Platform.Engine;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author;

/// <summary>The designer over the engine's stores.</summary>
internal sealed class EngineAuthorSource(WorkflowStore store, WorkflowDrafts drafts, WorkflowQueries workflows, WorkflowDefinitions definitions, IDataPort data) : IAuthorSource
{
    public async Task<AuthorStart?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var draft = await drafts.GetAsync(name, cancellationToken);
        var published = await store.GetAsync(name, null, cancellationToken);
        return draft is null && published is null ? null : new AuthorStart(name, draft, published, await drafts.LayoutAsync(name, cancellationToken));
    }

    public async Task<string?> VersionAsync(string name, int version, CancellationToken cancellationToken) => (await store.GetAsync(name, version, cancellationToken))?.Yaml;

    public Task<IReadOnlyList<DraftRow>> DraftsAsync(CancellationToken cancellationToken) => drafts.ListAsync(cancellationToken);

    public Task<DraftSaved> SaveAsync(string name, string yaml, string layout, int? baseVersion, long revision, string user, CancellationToken cancellationToken) =>
        drafts.SaveAsync(name, yaml, layout, baseVersion, revision, user, cancellationToken);

    public Task DiscardAsync(string name, CancellationToken cancellationToken) => drafts.DiscardAsync(name, cancellationToken);

    public Task<ApplyResult> PublishAsync(string name, string yaml, string layout, int? expected, string user, CancellationToken cancellationToken) =>
        drafts.PublishAsync(name, yaml, layout, expected, user, cancellationToken);

    public async Task CreateAsync(string name, string yaml, string user, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(name, null, cancellationToken) is not null)
            throw new EngineException("bad-input", $"There is a workflow '{name}' already. Choose another name, or open that one.");
        if ((await drafts.SaveAsync(name, yaml, "{}", null, 0, user, cancellationToken)).Theirs is not null)
            throw new EngineException("bad-input", $"Somebody has begun a workflow '{name}' already. Choose another name, or open that draft.");
    }

    public async Task<IReadOnlyList<Problem>> CheckAsync(WorkflowDocument document, CancellationToken cancellationToken)
    {
        if (document.Draft is not { } draft)
            return [];
        var known = document.Problems.ToHashSet();
        var engine = document.HasErrors ? [] : await store.ValidateAsync(document.Text, cancellationToken);
        var workers = WorkerChecks.Check(document, await workflows.NodesAsync(cancellationToken));
        var found = engine.Concat(workers).Concat(await data.CheckAsync(document, await PublishedAsync(draft.Name, cancellationToken), cancellationToken)).Where(p => !known.Contains(p));
        return [.. found.Select(p => p.MessageZh is null ? p : p with { Message = Formats.Pick(p.Message, p.MessageZh), MessageZh = null })];
    }

    public async Task<IReadOnlyList<DataTable>> WrittenAsync(WorkflowDefinition workflow, CancellationToken cancellationToken) =>
        await data.WrittenAsync(workflow, await PublishedAsync(workflow.Name, cancellationToken), cancellationToken);

    private async Task<WorkflowDefinition?> PublishedAsync(string name, CancellationToken cancellationToken) =>
        await store.GetAsync(name, null, cancellationToken) is { PublishedVersion: { } version } ? (await definitions.GetAsync(name, version, cancellationToken)).Definition : null;
}
