using Platform.Designer.Ports;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Designer.Author.Completion;

/// <summary>What is known beside the text that is being written: read once and kept by the page, so that suggestions come at once.</summary>
internal sealed record Knowledge
{
    /// <summary>The workflow as it could last be read; null where it never could.</summary>
    public WorkflowDefinition? Draft { get; init; }

    public required ActivityCatalog Activities { get; init; }

    /// <summary>Tables that the workflow's tasks write.</summary>
    public IReadOnlyList<DataTable> Written { get; init; } = [];

    /// <summary>Other tables, the best first.</summary>
    public IReadOnlyList<KnownTable> Tables { get; init; } = [];

    /// <summary>The columns of a table that no task writes; none where it is not known.</summary>
    public Func<string, Task<IReadOnlyList<DataColumn>>> Columns { get; init; } = _ => Task.FromResult<IReadOnlyList<DataColumn>>([]);

    public IReadOnlyList<string> Connections { get; init; } = [];

    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Pools { get; init; } = [];

    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>Functions of the SQL dialect.</summary>
    public IReadOnlyList<SqlFunction> Functions { get; init; } = [];

    /// <summary>The text of a resource; the key where there is none.</summary>
    public Func<string, string> Texts { get; init; } = key => key;

    /// <summary>Tasks before one, near and far; all others where it does not say.</summary>
    public IReadOnlyList<TaskDefinition> Before(string? task)
    {
        var tasks = (Draft?.Tasks ?? []).Where(t => t.Id.Length > 0 && t.Id != task).DistinctBy(t => t.Id).ToList();
        if (task is null || Draft is null || Draft.Tasks.All(t => t.Id != task))
            return tasks;
        var before = new WorkflowGraph(Draft.Tasks).AllUpstream(task);
        return [.. tasks.Where(t => before.Contains(t.Id))];
    }

    /// <summary>The columns of a table, whoever writes it.</summary>
    public async Task<IReadOnlyList<DataColumn>> ColumnsOfAsync(string table) =>
        Written.FirstOrDefault(t => string.Equals(t.Name, table, StringComparison.OrdinalIgnoreCase))?.Columns ?? await Columns(table.ToLowerInvariant());
}

/// <summary>A table of the inventory.</summary>
/// <param name="Name">schema.table.</param>
/// <param name="About">Rows and last write, for people; null where not known.</param>
public sealed record KnownTable(string Name, string? About);
