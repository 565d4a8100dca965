using System.Text.Json.Nodes;
using Dapper;
using Platform.Engine.Definitions;
using Platform.Postgres;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.History;

/// <summary>What putting a workflow away would mean, which ones are retired, and who put away what.</summary>
public sealed class RemovalQueries(Database database, WorkflowDefinitions definitions, ActivityCatalog activities)
{
    private const string ChildActivity = "control.workflow";
    private const int NamedRuns = 20;

    /// <summary>What goes, what stays and who would miss it; null where there is no such workflow.</summary>
    public async Task<RemovalScope?> ScopeAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var scope = await connection.QuerySingleOrDefaultAsync<RemovalScope>(new CommandDefinition("""
            select w.name, w.title, w.schedule, w.version, w.retired_at, w.retired_by,
                (select count(*) from workflow_version v where v.workflow = w.name)::int as versions,
                exists (select from workflow_version v where v.workflow = w.name and v.origin = 'shipped') as shipped,
                (select d.updated_by from workflow_draft d where d.name = w.name) as draft_by,
                (select count(*) from run r where r.workflow = w.name) as runs,
                (select min(r.queued_at) from run r where r.workflow = w.name) as first_run_at,
                (select count(*) from backfill b where b.workflow = w.name)::int as backfills,
                (select count(*) from run r where r.workflow = w.name and r.state in ('queued', 'running'))::int as active_runs,
                array(select id from run r where r.workflow = w.name and r.state in ('queued', 'running') order by id limit @NamedRuns) as active
            from workflow w where w.name = @name and not starts_with(w.name, 'preview:')
            """, new { name, NamedRuns }, cancellationToken: cancellationToken));
        if (scope is null)
            return null;
        var written = scope.Version is { } version && (await definitions.GetAsync(name, version, cancellationToken)).Definition is { } definition ? Written(definition) : [];
        var followers = (await connection.QueryAsync<AssetFollower>(new CommandDefinition("""
            select s.workflow, s.asset from asset_subscription s join workflow w on w.name = s.workflow and w.retired_at is null
            where s.asset = any(@written) and s.workflow <> @name order by s.workflow, s.asset
            """, new { name, written }, cancellationToken: cancellationToken))).AsList();
        return scope with { Written = written, Followers = followers, Callers = await CallersAsync(name, cancellationToken) };
    }

    /// <summary>Workflows that were retired, the newest first.</summary>
    public async Task<IReadOnlyList<RetiredWorkflow>> RetiredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<RetiredWorkflow>(new CommandDefinition("""
            select w.name, w.title, w.schedule, w.retired_at, w.retired_by, (select count(*) from run r where r.workflow = w.name) as runs
            from workflow w where w.retired_at is not null order by w.retired_at desc
            """, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Who retired, brought back and deleted what, the newest first.</summary>
    /// <param name="workflow">Only of this name; null of all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<RemovalRow>> ListAsync(string? workflow, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<RemovalRow>(new CommandDefinition("""
            select workflow, title, action, at, by_user as by, version_count as versions, run_count as runs
            from workflow_removal where @workflow::text is null or workflow = @workflow order by id desc limit @limit
            """, new { workflow, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The tables and models that its tasks name as written.</summary>
    private string[] Written(WorkflowDefinition definition) =>
        [.. definition.Tasks
            .SelectMany(t => (activities.Find(t.Activity)?.Fields ?? []).Where(f => f.TableUse is TableUse.Writes or TableUse.ReadsAndWrites).Select(f => t.With[f.Name]))
            .OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var text) ? text : "").Where(t => t.Length > 0 && !t.Contains("{{", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Workflows whose published version runs it as a part of theirs.</summary>
    private async Task<IReadOnlyList<string>> CallersAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // The text narrows it down; what it says is read from the definition.
        var others = (await connection.QueryAsync<(string Name, int Version)>(new CommandDefinition("""
            select w.name, w.version from workflow w join workflow_version v on v.workflow = w.name and v.version = w.version
            where w.name <> @name and w.retired_at is null and not starts_with(w.name, 'preview:') and strpos(v.yaml, @ChildActivity) > 0 and strpos(v.yaml, @name) > 0
            order by w.name
            """, new { name, ChildActivity }, cancellationToken: cancellationToken))).AsList();
        var callers = new List<string>();
        foreach (var other in others)
        {
            if ((await definitions.GetAsync(other.Name, other.Version, cancellationToken)).Definition is { } definition
                && definition.Tasks.Any(t => t.Activity == ChildActivity && t.With["workflow"] is JsonValue called && called.TryGetValue<string>(out var text) && text == name))
                callers.Add(other.Name);
        }
        return callers;
    }
}

/// <summary>What there is of a workflow, and who would miss it.</summary>
public sealed record RemovalScope
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>For people; null is no schedule.</summary>
    public string? Schedule { get; init; }

    /// <summary>The published version; null where none is.</summary>
    public int? Version { get; init; }

    /// <summary>Since when it is retired; null where it is not.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    public string? RetiredBy { get; init; }

    /// <summary>Texts that were published or run.</summary>
    public required int Versions { get; init; }

    /// <summary>Whether a version of it came with the program.</summary>
    public required bool Shipped { get; init; }

    /// <summary>Who changed its draft last; null where there is none.</summary>
    public string? DraftBy { get; init; }

    /// <summary>Runs, active ones too.</summary>
    public required long Runs { get; init; }

    public DateTimeOffset? FirstRunAt { get; init; }

    public required int Backfills { get; init; }

    /// <summary>Runs that are queued or running.</summary>
    public required int ActiveRuns { get; init; }

    /// <summary>The oldest of them, at most 20.</summary>
    public required IReadOnlyList<long> Active { get; init; }

    /// <summary>Tables and models that its tasks write; they stay.</summary>
    public IReadOnlyList<string> Written { get; init; } = [];

    /// <summary>Workflows whose schedules follow what it writes: they would wait for ever.</summary>
    public IReadOnlyList<AssetFollower> Followers { get; init; } = [];

    /// <summary>Workflows that run it as a part of theirs: that task would fail.</summary>
    public IReadOnlyList<string> Callers { get; init; } = [];
}

/// <summary>A workflow whose schedule follows an asset.</summary>
public sealed record AssetFollower(string Workflow, string Asset);

/// <summary>A workflow that was retired.</summary>
public sealed record RetiredWorkflow
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>For people; null is no schedule.</summary>
    public string? Schedule { get; init; }

    public required DateTimeOffset RetiredAt { get; init; }

    public required string RetiredBy { get; init; }

    public required long Runs { get; init; }
}

/// <summary>That somebody put a workflow away, or brought it back.</summary>
public sealed record RemovalRow
{
    public required string Workflow { get; init; }

    /// <summary>Its title at that time.</summary>
    public required string Title { get; init; }

    /// <summary><c>retired</c>, <c>restored</c> or <c>deleted</c>.</summary>
    public required string Action { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    /// <summary>Texts that were deleted; null where nothing was.</summary>
    public int? Versions { get; init; }

    /// <summary>Runs that were deleted; null where nothing was.</summary>
    public long? Runs { get; init; }
}
