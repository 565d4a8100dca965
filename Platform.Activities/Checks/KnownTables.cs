using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Tables.Log;
using Platform.Tables.Native;
using Platform.Tables.Sql;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;
using Platform.Workflows.Schedules;

namespace Platform.Activities.Checks;

/// <summary>
/// The columns that tables will have when a workflow's tasks read them, as far as they are surely known: of a table that no task writes, those that it has; of one that
/// a statement writes, those of the statement beside them; of one that another activity writes, those that it has, where neither the task nor what comes before it has changed since it was published.
/// </summary>
internal sealed class KnownTables
{
    private readonly TableStore _store;
    private readonly WorkflowDefinition? _published;
    private readonly IReadOnlyDictionary<string, object?> _parameters;
    private readonly Dictionary<string, IReadOnlyList<TableColumn>?> _produced = [];
    private readonly HashSet<string> _open = [];

    public KnownTables(WorkflowDefinition workflow, WorkflowDefinition? published, TableStore store, Func<string, ActivityDescriptor?> activities)
    {
        (_store, _published) = (store, published);
        Tasks = [.. workflow.Tasks.Where(t => t.Id.Length > 0).DistinctBy(t => t.Id).Select(t => new TaskTables(t, activities(t.Activity), store))];
        Graph = new WorkflowGraph(workflow.Tasks);
        _parameters = Samples(workflow);
        Parameters = new HashSet<string>([.. workflow.Parameters.Select(p => p.Name), "interval_start", "interval_end"], StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<TaskTables> Tasks { get; }

    public WorkflowGraph Graph { get; }

    /// <summary>What a statement may name with a dollar sign.</summary>
    public IReadOnlySet<string> Parameters { get; }

    /// <summary>Whether a task comes before another.</summary>
    public bool IsUpstream(string upstream, string id) => Graph.Cycle is null && Graph.IsUpstream(upstream, id);

    /// <summary>The tasks that write a table, but for one.</summary>
    public IReadOnlyList<TaskTables> WritersOf(string table, string? but) => [.. Tasks.Where(t => t.Task.Id != but && t.Writes(table))];

    /// <summary>The columns that a table has; null where there is none, or it cannot be read now.</summary>
    public IReadOnlyList<TableColumn>? Existing(string table)
    {
        try
        {
            return TableName.TryParse(table, out var name) && _store.Exists(name) ? _store.Snapshot(name).Columns : null;
        }
        catch (Exception e) when (e is TableException or IOException or UnauthorizedAccessException or DuckDbException)
        {
            // A table that another process is making, or that is damaged: whoever runs the task is told.
            return null;
        }
    }

    /// <summary>The columns that a table will have when a task reads it; null where they are not surely known.</summary>
    public IReadOnlyList<TableColumn>? For(string table, string? reader)
    {
        var existing = Existing(table);
        var writers = WritersOf(table, reader);
        if (writers.Count == 0)
            return Tasks.Any(t => t.MayWriteAny && reader is not null && IsUpstream(t.Task.Id, reader)) ? null : existing;
        var columns = (existing ?? []).ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var writer in writers)
        {
            if (!writer.Written.Contains(table) || Produced(writer, existing) is not { } produced)
                return null;
            foreach (var column in produced)
            {
                // Two writers that do not agree, or a type that changes: what it will be is open.
                if (!columns.TryAdd(column.Name, column) && columns[column.Name].Type != column.Type)
                    return null;
            }
        }
        return [.. columns.Values];
    }

    /// <summary>Binds a statement of a task; null where the columns of a table that it reads are not known.</summary>
    public SqlBinding? Bind(TaskTables task, TaskStatement statement)
    {
        if (SqlBinding.TablesOf(statement.Sql) is not { } read)
            return SqlBinding.Of(statement.Sql, new Dictionary<string, IReadOnlyList<TableColumn>>(), _parameters);
        var tables = new Dictionary<string, IReadOnlyList<TableColumn>>();
        foreach (var (name, _) in read)
        {
            if (For(name.ToString(), task.Task.Id) is not { Count: > 0 } columns)
                return null;
            tables[name.ToString()] = columns;
        }
        return SqlBinding.Of(statement.Sql, tables, _parameters);
    }

    private IReadOnlyList<TableColumn>? Produced(TaskTables writer, IReadOnlyList<TableColumn>? existing)
    {
        if (writer.Statements.FirstOrDefault(s => s.Gives) is not { } statement)
            return IsUnchanged(writer.Task.Id, []) ? existing : null;
        if (_produced.TryGetValue(writer.Task.Id, out var known))
            return known;
        // A task that reads what it writes, by itself or through others: what it will have is open.
        if (!_open.Add(writer.Task.Id))
            return null;
        try
        {
            return _produced[writer.Task.Id] = Bind(writer, statement)?.Columns;
        }
        finally
        {
            _ = _open.Remove(writer.Task.Id);
        }
    }

    /// <summary>Whether a task and all that comes before it are as they were published.</summary>
    private bool IsUnchanged(string id, HashSet<string> seen)
    {
        if (!seen.Add(id))
            return true;
        return _published?.Tasks.FirstOrDefault(t => t.Id == id) is { } before && Tasks.FirstOrDefault(t => t.Task.Id == id) is { } now
            && before.Activity == now.Task.Activity && JsonNode.DeepEquals(before.With, now.Task.With) && before.After.Order().SequenceEqual(now.Task.After.Order())
            && now.Task.After.All(up => IsUnchanged(up, seen));
    }

    private static Dictionary<string, object?> Samples(WorkflowDefinition workflow)
    {
        var samples = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["interval_start"] = DateTimeOffset.UnixEpoch, ["interval_end"] = DateTimeOffset.UnixEpoch };
        foreach (var parameter in workflow.Parameters)
        {
            // As the worker gives them: a date is a text there. A list's elements, and a value of any kind, are left to what fits.
            object? sample = parameter.Type switch
            {
                ParameterType.Integer => 1L,
                ParameterType.Number => 1.5,
                ParameterType.Boolean => true,
                ParameterType.String or ParameterType.Path => JsonText(parameter.Default) ?? "x",
                ParameterType.Date => "2026-01-31",
                _ => null,
            };
            if (sample is not null)
                samples[parameter.Name] = sample;
        }
        return samples;
    }

    private static string? JsonText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
