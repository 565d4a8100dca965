using Platform.Workflows.Definition;

namespace Platform.Designer.Ports;

/// <summary>What the tables tell of a workflow before it runs. The host implements it over the table store and the activities.</summary>
public interface IDataPort
{
    /// <summary>What would fail when it runs: tables that nobody writes, columns that a table does not have, types that do not fit. Nothing is said that is not sure.</summary>
    /// <param name="document">The workflow.</param>
    /// <param name="published">Its published version; null where there is none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<Problem>> CheckAsync(WorkflowDocument document, WorkflowDefinition? published, CancellationToken cancellationToken);

    /// <summary>The tables that a workflow's tasks write, with the columns that they will have.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="published">Its published version; null where there is none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<DataTable>> WrittenAsync(WorkflowDefinition workflow, WorkflowDefinition? published, CancellationToken cancellationToken);

    /// <summary>The columns that a table has now; null where there is no table of the name.</summary>
    Task<IReadOnlyList<DataColumn>?> ColumnsAsync(string table, CancellationToken cancellationToken);

    /// <summary>The functions of the SQL that tasks are written in, by name.</summary>
    Task<IReadOnlyList<SqlFunction>> FunctionsAsync(CancellationToken cancellationToken);
}

/// <summary>A function of SQL.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments, as <c>(string, separator)</c>.</param>
/// <param name="Help">What it does; null where nobody has said.</param>
public sealed record SqlFunction(string Name, string Arguments, string? Help);

/// <summary>A table that a workflow writes.</summary>
/// <param name="Name">schema.table.</param>
/// <param name="Tasks">Ids of the tasks that write it.</param>
/// <param name="Columns">Its columns in their order; null where they are not known.</param>
public sealed record DataTable(string Name, IReadOnlyList<string> Tasks, IReadOnlyList<DataColumn>? Columns);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its SQL type.</param>
public sealed record DataColumn(string Name, string Type);
