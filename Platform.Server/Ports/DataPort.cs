using Platform.Activities.Checks;
using Platform.Catalog.Assets;
using Platform.Designer.Ports;
using Platform.Engine.Definitions;
using Platform.Engine.History;
using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Server.Ports;

/// <summary>What tables, inventory and the other workflows tell of one before it runs.</summary>
internal sealed class DataPort(DataChecks checks, AssetQueries assets, WorkflowQueries workflows, WorkflowDefinitions definitions, ActivityCatalog activities) : IDataPort
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Problem>> CheckAsync(WorkflowDocument document, WorkflowDefinition? published, CancellationToken cancellationToken) =>
        // Reading tables and binding statements is work for another thread than that of the page.
        Task.Run(() => checks.CheckAsync(document, published, (table, cancel) => OriginAsync(document.Draft?.Name ?? "", table, cancel), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DataTable>> WrittenAsync(WorkflowDefinition workflow, WorkflowDefinition? published, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<DataTable>>(() => [.. checks.Written(workflow, published).Select(t => new DataTable(t.Key, t.Value.Tasks, t.Value.Columns is { } columns ? Columns(columns) : null))], cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DataColumn>?> ColumnsAsync(string table, CancellationToken cancellationToken) =>
        Task.Run(() => checks.ColumnsOf(table) is { } columns ? Columns(columns) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SqlFunction>> FunctionsAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<SqlFunction>>(() => [.. SqlFunctions.All.Select(f => new SqlFunction(f.Name, f.Arguments, f.Help))], cancellationToken);

    private static IReadOnlyList<DataColumn> Columns(IReadOnlyList<TableColumn> columns) => [.. columns.Select(c => new DataColumn(c.Name, c.Type))];

    private async Task<TableOrigin> OriginAsync(string workflow, string table, CancellationToken cancellationToken)
    {
        if (await assets.IsKnownAsync(table, cancellationToken))
            return new TableOrigin(true);
        foreach (var other in await workflows.ListAsync(includeUnpublished: false, cancellationToken))
        {
            if (other.Name != workflow && other.Version is { } version && (await definitions.GetAsync(other.Name, version, cancellationToken)).Definition is { } definition && Writes(definition, table))
                return new TableOrigin(false, other.Name);
        }
        return new TableOrigin(false);
    }

    private bool Writes(WorkflowDefinition definition, string table) => definition.Tasks.Any(task => activities.Find(task.Activity) is { } activity
        && activity.Fields.Any(f => f.TableUse is TableUse.Writes or TableUse.ReadsAndWrites && task.With[f.Name] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text)
            && (text == table || table.StartsWith(text + "__", StringComparison.Ordinal))));
}
