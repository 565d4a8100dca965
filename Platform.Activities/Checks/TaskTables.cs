using System.Text.Json.Nodes;
using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Checks;

/// <summary>A table that a task reads.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Field">The field that names it.</param>
/// <param name="Position">Where in the field, where that is SQL.</param>
/// <param name="InSql">Whether a statement names it.</param>
internal sealed record TableRead(string Table, string Field, int Position, bool InSql);

/// <summary>A column that a field of a task names.</summary>
/// <param name="Table">The table that must have it.</param>
/// <param name="Column">Its name.</param>
/// <param name="Field">The field.</param>
/// <param name="Needs">What it must hold.</param>
internal sealed record ColumnRead(string Table, string Column, string Field, ColumnNeed Needs);

/// <summary>Which tables and columns a task reads and writes, as its fields tell.</summary>
internal sealed class TaskTables
{
    // They run what is written elsewhere, or wait for what others write.
    private static readonly HashSet<string> WriteElsewhere = ["control.command", "control.http", "control.workflow", "control.wait_for_file", "control.wait_for_http", "control.wait_for_table", "control.wait_until"];

    private readonly List<TableRead> _reads = [];
    private readonly List<ColumnRead> _columns = [];
    private readonly HashSet<string> _writes = [];

    public TaskTables(TaskDefinition task, ActivityDescriptor? activity, TableStore tables)
    {
        (Task, Activity) = (task, activity);
        if (activity is null)
        {
            MayWriteAny = true;
            return;
        }
        var isOurs = activity.Type.Assembly == typeof(TaskTables).Assembly;
        MayWriteAny = WriteElsewhere.Contains(task.Activity) || (!isOurs && activity.Fields.All(f => f.TableUse is TableUse.None or TableUse.Reads));
        Fields(activity.Fields, task.With, "with", null, isOurs);
        Statements = TaskStatement.Of(task, activity, tables);
        foreach (var statement in Statements)
            foreach (var (table, position) in SqlBinding.TablesOf(statement.Sql) ?? [])
                if (_reads.All(r => r.Table != table.ToString()))
                    _reads.Add(new TableRead(table.ToString(), statement.Field, statement.InField(position) ?? 0, InSql: true));
    }

    public TaskDefinition Task { get; }

    /// <summary>Null where nobody knows the activity.</summary>
    public ActivityDescriptor? Activity { get; }

    public IReadOnlyList<TableRead> Reads => _reads;

    /// <summary>Columns that fields name, where their table is told.</summary>
    public IReadOnlyList<ColumnRead> Columns => _columns;

    public IReadOnlyList<TaskStatement> Statements { get; } = [];

    /// <summary>Whether it may write tables that its fields do not tell.</summary>
    public bool MayWriteAny { get; private set; }

    /// <summary>Names of the tables that it writes.</summary>
    public IReadOnlySet<string> Written => _writes;

    /// <summary>Whether it writes a table, or one beside its own such as TABLE__rejected.</summary>
    public bool Writes(string table) => _writes.Contains(table) || (table.IndexOf("__", StringComparison.Ordinal) is > 0 and var at && _writes.Contains(table[..at]));

    private void Fields(IReadOnlyList<FieldDescriptor> fields, JsonObject values, string path, string? outer, bool isOurs)
    {
        // Columns are those of the first table that is read; with several, only our own activities are known to mean that.
        var read = fields.Where(f => f is { Kind: FieldKind.Table, TableUse: TableUse.Reads or TableUse.ReadsAndWrites }).ToList();
        var table = isOurs || read.Count == 1 ? read.Select(f => Text(values[f.Name] ?? f.Default)).FirstOrDefault() : null;
        foreach (var field in fields)
        {
            var value = values[field.Name];
            var at = $"{path}.{field.Name}";
            switch (field.Kind)
            {
                case FieldKind.Table when field.TableUse != TableUse.None && Text(value ?? field.Default) is { } name:
                    if (field.TableUse != TableUse.Reads && name.Contains("{{", StringComparison.Ordinal))
                        MayWriteAny = true;
                    if (!Names.IsTable(name))
                        break;
                    if (field.TableUse != TableUse.Writes)
                        _reads.Add(new TableRead(name, at, 0, InSql: false));
                    if (field.TableUse != TableUse.Reads)
                        _ = _writes.Add(name);
                    break;
                case FieldKind.Column when Text(value) is { } column:
                    Column(column, at);
                    break;
                case FieldKind.Columns when value is JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                        if (Text(list[i]) is { } element)
                            Column(element, $"{at}[{i}]");
                    break;
                case FieldKind.List when field.ElementFields.Count > 0 && value is JsonArray records:
                    for (var i = 0; i < records.Count; i++)
                        if (records[i] is JsonObject record)
                            Fields(field.ElementFields, record, $"{at}[{i}]", outer ?? table, isOurs);
                    break;
            }

            void Column(string column, string place)
            {
                // In an element, a table of its own is what its columns are compared with; the columns themselves are of the outer table.
                var of = outer is null ? table : field.Name == "references" ? table : outer;
                if (of is not null && Names.IsTable(of) && !column.Contains("{{", StringComparison.Ordinal))
                    _columns.Add(new ColumnRead(of, column, place, field.Needs));
            }
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
