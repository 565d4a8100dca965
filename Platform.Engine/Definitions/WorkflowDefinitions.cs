using System.Collections.Concurrent;
using Dapper;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Definition;

namespace Platform.Engine.Definitions;

/// <summary>Versions of workflows, read once and kept: a version never changes.</summary>
public sealed class WorkflowDefinitions(Database database)
{
    // Some thousands of versions fit in a few dozen megabytes; beyond that the cache starts anew instead of growing.
    private const int MaxCached = 2_000;

    private readonly ConcurrentDictionary<(string, int), LoadedVersion> _versions = new();

    /// <summary>Reads versions that are not known yet in one query, for a caller who is about to ask for many.</summary>
    internal async Task LoadAsync(IReadOnlyCollection<(string Workflow, int Version)> versions, CancellationToken cancellationToken)
    {
        var unknown = versions.Where(v => !_versions.ContainsKey(v)).ToList();
        if (unknown.Count < 2)
            return;
        await using var connection = await database.OpenAsync(cancellationToken);
        var texts = await connection.QueryAsync<(string Workflow, int Version, string Yaml, string? Until)>(new CommandDefinition("""
            select v.workflow, v.version, v.yaml, v.until_task
            from unnest(@workflows, @numbers) as e(workflow, version)
            join workflow_version v on v.workflow = e.workflow and v.version = e.version
            """, new { workflows = unknown.Select(v => v.Workflow).ToArray(), numbers = unknown.Select(v => v.Version).ToArray() }, cancellationToken: cancellationToken));
        foreach (var (workflow, version, yaml, until) in texts)
            _ = Keep(workflow, version, yaml, until);
    }

    /// <summary>A version, with its definition as far as it can still be read.</summary>
    /// <exception cref="EngineException">There is no such version (<c>not-found</c>).</exception>
    public async Task<LoadedVersion> GetAsync(string workflow, int version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((workflow, version), out var known))
            return known;
        await using var connection = await database.OpenAsync(cancellationToken);
        var text = await connection.QuerySingleOrDefaultAsync<(string Yaml, string? Until)?>(new CommandDefinition(
            "select yaml, until_task from workflow_version where workflow = @workflow and version = @version", new { workflow, version }, cancellationToken: cancellationToken))
            ?? throw new EngineException("not-found", $"Workflow '{workflow}' has no version {version}. './platform workflows' lists what there is.");
        return Keep(workflow, version, text.Yaml, text.Until);
    }

    private LoadedVersion Keep(string workflow, int version, string yaml, string? until)
    {
        // Publishing checked the activities. Here they stay unchecked: an activity that this node does not have fails its own task, not the run.
        var read = WorkflowReader.Read(yaml, null);
        var definition = read.Definition is { } whole && until is not null ? RunPart.Cut(whole, until) : read.Definition;
        if (definition is not null && RunKinds.IsPreviewed(workflow))
            definition = RunPart.ForPreview(definition);
        var loaded = new LoadedVersion(workflow, version, yaml, definition, read.Problems)
        {
            Until = until,
            LeftOut = definition is null || until is null ? new HashSet<string>() : read.Definition!.Tasks.Select(t => t.Id).Except(definition.Tasks.Select(t => t.Id)).ToHashSet(),
        };
        if (_versions.Count >= MaxCached)
            _versions.Clear();
        return _versions.GetOrAdd((workflow, version), loaded);
    }
}

/// <summary>A version of a workflow.</summary>
/// <param name="Workflow">Name.</param>
/// <param name="Version">From 1.</param>
/// <param name="Yaml">Its text.</param>
/// <param name="Definition">What the text says; null when it has errors, for example because an activity is not there any more.</param>
/// <param name="Problems">What the reader found.</param>
public sealed record LoadedVersion(string Workflow, int Version, string Yaml, WorkflowDefinition? Definition, IReadOnlyList<Problem> Problems)
{
    private RunGraph? _graph;

    /// <summary>The task up to which it runs; null runs all of it.</summary>
    public string? Until { get; init; }

    /// <summary>Tasks of the text that its runs do not have, because <see cref="Until"/> does not need them.</summary>
    public IReadOnlySet<string> LeftOut { get; init; } = new HashSet<string>();

    /// <summary>The graph; null where there is no definition.</summary>
    internal RunGraph? Graph => Definition is null ? null : _graph ??= new RunGraph(Definition);

    /// <summary>Why it cannot run, for people; null when it can.</summary>
    internal string? Broken => Definition is not null ? null
        : $"Version {Version} of workflow '{Workflow}' cannot be read any more: {Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)?.Message ?? "it has errors."}";
}
