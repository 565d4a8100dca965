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
        var texts = await connection.QueryAsync<(string Workflow, int Version, string Yaml)>(new CommandDefinition("""
            select v.workflow, v.version, v.yaml
            from unnest(@workflows, @numbers) as e(workflow, version)
            join workflow_version v on v.workflow = e.workflow and v.version = e.version
            """, new { workflows = unknown.Select(v => v.Workflow).ToArray(), numbers = unknown.Select(v => v.Version).ToArray() }, cancellationToken: cancellationToken));
        foreach (var (workflow, version, yaml) in texts)
            _ = Keep(workflow, version, yaml);
    }

    /// <summary>A version, with its definition as far as it can still be read.</summary>
    /// <exception cref="EngineException">There is no such version (<c>not-found</c>).</exception>
    public async Task<LoadedVersion> GetAsync(string workflow, int version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((workflow, version), out var known))
            return known;
        await using var connection = await database.OpenAsync(cancellationToken);
        var yaml = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select yaml from workflow_version where workflow = @workflow and version = @version", new { workflow, version }, cancellationToken: cancellationToken))
            ?? throw new EngineException("not-found", $"Workflow '{workflow}' has no version {version}. './platform workflows' lists what there is.");
        return Keep(workflow, version, yaml);
    }

    private LoadedVersion Keep(string workflow, int version, string yaml)
    {
        // Publishing checked the activities. Here they stay unchecked: an activity that this node does not have fails its own task, not the run.
        var read = WorkflowReader.Read(yaml, null);
        var loaded = new LoadedVersion(workflow, version, yaml, read.Definition, read.Problems);
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

    /// <summary>The graph; null where there is no definition.</summary>
    internal RunGraph? Graph => Definition is null ? null : _graph ??= new RunGraph(Definition);

    /// <summary>Why it cannot run, for people; null when it can.</summary>
    internal string? Broken => Definition is not null ? null
        : $"Version {Version} of workflow '{Workflow}' cannot be read any more: {Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)?.Message ?? "it has errors."}";
}
