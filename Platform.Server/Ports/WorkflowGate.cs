using Platform.Activities.Checks;
using Platform.Designer.Ports;
using Platform.Engine.Definitions;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Server.Ports;

/// <summary>What every way to publish a workflow asks before it does: the designer, the command line and the API refuse the same texts.</summary>
internal sealed class WorkflowGate(WorkflowStore store, WorkflowDefinitions definitions, ActivityCatalog activities, IDataPort data)
{
    /// <summary>Every problem of a text: what it shows by itself, what only the database knows, and what its tables and statements tell.</summary>
    public async Task<IReadOnlyList<Problem>> ValidateAsync(string yaml, CancellationToken cancellationToken)
    {
        var problems = await store.ValidateAsync(yaml, cancellationToken);
        var document = WorkflowReader.Read(yaml, activities);
        if (document.Draft is not { } draft)
            return problems;
        var published = await store.GetAsync(draft.Name, null, cancellationToken) is { PublishedVersion: { } version } ? (await definitions.GetAsync(draft.Name, version, cancellationToken)).Definition : null;
        return Join(problems, await data.CheckAsync(document, published, cancellationToken));
    }

    /// <summary>Publishes a text, unless it has an error; see <see cref="WorkflowStore.ApplyAsync"/>.</summary>
    public async Task<ApplyResult> ApplyAsync(string yaml, ApplyOptions options, CancellationToken cancellationToken)
    {
        var problems = await ValidateAsync(yaml, cancellationToken);
        return problems.Any(p => p.Severity == ProblemSeverity.Error)
            ? new ApplyResult(ApplyOutcome.Invalid, WorkflowReader.Read(yaml, activities).Draft?.Name, null, problems)
            : await store.ApplyAsync(yaml, options, cancellationToken);
    }

    /// <summary>As <see cref="ValidateAsync"/>, where no database can be asked: nothing is said of what only that knows.</summary>
    public static async Task<IReadOnlyList<Problem>> ReadAsync(string yaml, ActivityCatalog activities, DataChecks checks, CancellationToken cancellationToken)
    {
        var document = WorkflowReader.Read(yaml, activities);
        return Join(document.Problems, (await checks.CheckAsync(document, null, (_, _) => Task.FromResult(new TableOrigin(true)), cancellationToken)).Where(p => p.Severity == ProblemSeverity.Error));
    }

    private static IReadOnlyList<Problem> Join(IReadOnlyList<Problem> problems, IEnumerable<Problem> found) => [.. problems.Concat(found).Distinct().OrderBy(p => p.Line).ThenBy(p => p.Column)];
}
