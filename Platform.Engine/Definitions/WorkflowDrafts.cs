using System.Globalization;
using Dapper;
using Platform.Postgres;
using Platform.Workflows;

namespace Platform.Engine.Definitions;

/// <summary>Drafts of the designer: kept with each change, apart from what is published, until they are published or discarded.</summary>
public sealed class WorkflowDrafts(Database database, WorkflowStore store)
{
    private const int LongestYaml = 1 << 20;
    private const int LongestLayout = 1 << 20;

    private const string Columns = "name, yaml, layout::text as layout, base_version, revision, created_at, updated_at, updated_by";

    /// <summary>The draft of a workflow; null where nobody has begun one.</summary>
    public async Task<WorkflowDraft?> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<WorkflowDraft>(new CommandDefinition($"select {Columns} from workflow_draft where name = @name", new { name }, cancellationToken: cancellationToken));
    }

    /// <summary>All drafts without their texts, newest first.</summary>
    public async Task<IReadOnlyList<DraftRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<DraftRow>(new CommandDefinition("""
            select d.name, d.base_version, w.version as published_version, d.updated_at, d.updated_by
            from workflow_draft d left join workflow w on w.name = d.name
            order by d.updated_at desc
            """, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The layout of a published workflow's canvas; null where nobody has placed anything.</summary>
    public async Task<string?> LayoutAsync(string workflow, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition("select layout::text from workflow_layout where workflow = @workflow", new { workflow }, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps a draft.</summary>
    /// <param name="name">The workflow.</param>
    /// <param name="yaml">Its text, right or wrong.</param>
    /// <param name="layout">The canvas, as JSON.</param>
    /// <param name="baseVersion">The published version that it began from; null where there was none.</param>
    /// <param name="revision">The revision that it was read at; 0 begins a draft where there is none.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellationToken">Stops the save.</param>
    /// <returns>The new revision, or what somebody else has saved meanwhile.</returns>
    /// <exception cref="EngineException">The name or the size is not allowed (<c>bad-input</c>).</exception>
    public async Task<DraftSaved> SaveAsync(string name, string yaml, string layout, int? baseVersion, long revision, string by, CancellationToken cancellationToken)
    {
        Check(name, yaml, layout);
        await using var connection = await database.OpenAsync(cancellationToken);
        var saved = await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(revision == 0
            ? """
              insert into workflow_draft (name, yaml, layout, base_version, revision, updated_by) values (@name, @yaml, @layout::jsonb, @baseVersion, 1, @by)
              on conflict (name) do nothing returning revision
              """
            : """
              update workflow_draft set yaml = @yaml, layout = @layout::jsonb, base_version = @baseVersion, revision = revision + 1, updated_at = now(), updated_by = @by
              where name = @name and revision = @revision returning revision
              """, new { name, yaml, layout, baseVersion, revision, by }, cancellationToken: cancellationToken));
        if (saved is { } newest)
            return new DraftSaved(newest, null);
        var theirs = await GetAsync(name, cancellationToken);
        // Published or discarded meanwhile by somebody else: what is here begins a new draft.
        return theirs is null ? await SaveAsync(name, yaml, layout, baseVersion, 0, by, cancellationToken) : new DraftSaved(theirs.Revision, theirs);
    }

    /// <summary>Forgets a draft; nothing where there is none.</summary>
    public async Task DiscardAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("delete from workflow_draft where name = @name", new { name }, cancellationToken: cancellationToken));
    }

    /// <summary>Publishes a draft's text, keeps its layout and forgets the draft.</summary>
    /// <param name="name">The draft; the text must name the same workflow.</param>
    /// <param name="yaml">The text.</param>
    /// <param name="layout">The canvas, as JSON.</param>
    /// <param name="expected">The published version that this one replaces, 0 for none; null overwrites whatever is published.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellationToken">Stops the publication.</param>
    /// <returns>As <see cref="WorkflowStore.ApplyAsync"/>: problems and conflicts leave everything as it was.</returns>
    public async Task<ApplyResult> PublishAsync(string name, string yaml, string layout, int? expected, string by, CancellationToken cancellationToken)
    {
        Check(name, yaml, layout);
        var named = Platform.Workflows.Definition.WorkflowReader.Read(yaml, null).Draft?.Name;
        if (!string.IsNullOrEmpty(named) && named != name)
            throw new EngineException("bad-input", $"The text names workflow '{named}', and this is the draft of '{name}'. Write 'name: {name}', or make a copy under the new name.");
        var applied = await store.ApplyAsync(yaml, new ApplyOptions { Origin = WorkflowOrigin.Edited, By = by, ExpectedVersion = expected }, cancellationToken);
        if (applied.Outcome is not (ApplyOutcome.Applied or ApplyOutcome.Unchanged))
            return applied;
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into workflow_layout (workflow, layout) values (@name, @layout::jsonb)
            on conflict (workflow) do update set layout = excluded.layout, updated_at = now();
            delete from workflow_draft where name = @name
            """, new { name, layout }, cancellationToken: cancellationToken));
        return applied;
    }

    private static void Check(string name, string yaml, string layout)
    {
        if (!Names.IsWorkflow(name))
            throw new EngineException("bad-input", $"'{name}' is no name of a workflow. Use lower-case letters, digits and hyphens.");
        if (yaml.Length > LongestYaml || layout.Length > LongestLayout)
            throw new EngineException("bad-input", string.Create(CultureInfo.InvariantCulture, $"A workflow has {LongestYaml >> 10} KiB at most. Move data out of it, into files or tables."));
        if (yaml.Contains('\0') || layout.Contains("\\u0000", StringComparison.Ordinal))
            throw new EngineException("bad-input", "The text holds a NUL character. Remove it.");
    }
}

/// <summary>What somebody works on.</summary>
public sealed record WorkflowDraft
{
    public required string Name { get; init; }

    /// <summary>The text, right or wrong.</summary>
    public required string Yaml { get; init; }

    /// <summary>The canvas, as JSON.</summary>
    public required string Layout { get; init; }

    /// <summary>The published version that it began from; null where there was none.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>Raised by each save.</summary>
    public long Revision { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public required string UpdatedBy { get; init; }
}

/// <summary>A draft in a list.</summary>
public sealed record DraftRow
{
    public required string Name { get; init; }

    /// <summary>The published version that it began from; null where there was none.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>The version that is published now; null where none is.</summary>
    public int? PublishedVersion { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public required string UpdatedBy { get; init; }
}

/// <summary>What became of a save.</summary>
/// <param name="Revision">The newest revision: this save's, or that of <paramref name="Theirs"/>.</param>
/// <param name="Theirs">What somebody else saved meanwhile, so that nothing was written; null where this save was.</param>
public sealed record DraftSaved(long Revision, WorkflowDraft? Theirs);
