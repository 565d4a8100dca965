using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Workflows;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Activities.Checks;

/// <summary>Where a table comes from that a workflow reads and does not write.</summary>
/// <param name="IsKnown">Whether the inventory knows it.</param>
/// <param name="Workflow">A published workflow that writes it; null where there is none.</param>
public sealed record TableOrigin(bool IsKnown, string? Workflow = null);

/// <summary>
/// What would fail when a workflow runs, as far as its tables tell before it does: tables that nobody writes, or that are written too late; columns that a table does not have;
/// types that do not fit. Warnings, as the data may change until the run; what fails whatever the data are, such as SQL that DuckDB cannot parse, is an error. Nothing is said that is not sure.
/// </summary>
public sealed class DataChecks(TableStore tables, ActivityCatalog activities)
{
    /// <summary>Looks at a workflow.</summary>
    /// <param name="document">Its text, with whatever is wrong with it.</param>
    /// <param name="published">The published version, whose tables are as they were written; null where there is none.</param>
    /// <param name="origin">Asked for each table that there is not and that no task writes.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<IReadOnlyList<Problem>> CheckAsync(WorkflowDocument document, WorkflowDefinition? published, Func<string, CancellationToken, Task<TableOrigin>> origin, CancellationToken cancellationToken)
    {
        if (document.Draft is not { } draft)
            return [];
        var known = Known(draft, published);
        if (known.Graph.Cycle is not null)
            return [];
        var problems = new List<Problem>();
        foreach (var task in known.Tasks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var read in task.Reads)
                if (await ReadAsync(known, task, read, origin, cancellationToken) is { } problem)
                    problems.Add(At(document, task, read.Field, read.Position, problem.Code, problem.Message));
            foreach (var statement in task.Statements)
                problems.AddRange(Statement(document, known, task, statement));
            problems.AddRange(Columns(document, known, task));
            problems.AddRange(CheckProblems.Of(task.Task, task.Activity, tables).Select(wrong => At(document, task, wrong.Field, 0, "bad-check", wrong.Message)));
            problems.AddRange(RunNeeds.Check(document, draft, known, task));
        }
        return problems;
    }

    /// <summary>The tables that a workflow's tasks write, with the columns that they will have, for those who write a statement that reads them.</summary>
    /// <returns>By the name of the table: the tasks that write it, and its columns; null where they are not known.</returns>
    public IReadOnlyDictionary<string, WrittenTable> Written(WorkflowDefinition workflow, WorkflowDefinition? published)
    {
        var known = Known(workflow, published);
        return known.Tasks.SelectMany(t => t.Written).Distinct().ToDictionary(table => table, table => new WrittenTable([.. known.WritersOf(table, null).Select(w => w.Task.Id)], (known.Graph.Cycle is null ? known.For(table, null) : null) ?? known.Existing(table) ?? Declared(known, table)));
    }

    /// <summary>Columns that a task names with their types, as ingesting tasks do; null where none does.</summary>
    private static List<TableColumn>? Declared(KnownTables known, string table) => known.WritersOf(table, null).Select(w => w.Task.With["columns"]).OfType<System.Text.Json.Nodes.JsonObject>().FirstOrDefault() is { } columns
        ? [.. columns.Select(c => new TableColumn(c.Key, c.Value?.ToString() ?? "", true))]
        : null;

    /// <summary>The columns that a table has now; null where there is none of the name.</summary>
    public IReadOnlyList<TableColumn>? ColumnsOf(string table) => TableName.TryParse(table, out var name) && tables.Exists(name) ? tables.Snapshot(name).Columns : null;

    private KnownTables Known(WorkflowDefinition workflow, WorkflowDefinition? published) => new(workflow, published, tables, activities.Find);

    private static async Task<(string Code, string Message)?> ReadAsync(KnownTables known, TaskTables task, TableRead read, Func<string, CancellationToken, Task<TableOrigin>> origin, CancellationToken cancellationToken)
    {
        var id = task.Task.Id;
        var where = read.InSql ? " in its SQL" : "";
        var writers = known.WritersOf(read.Table, id).Select(w => w.Task.Id).ToList();
        if (writers.Any(w => known.IsUpstream(w, id)))
            return null;
        var exists = known.Existing(read.Table) is not null;
        if (writers.Count > 0)
        {
            var behind = writers.All(w => known.IsUpstream(id, w));
            // A task before its writers reads what an earlier run left, which is meant where there is such a table.
            if (behind)
                return exists ? null : ("read-before-written", $"Task '{id}' reads table '{read.Table}'{where}, which only task '{writers[0]}' behind it writes, and which is not there yet: the first run would fail. Let '{writers[0]}' come before it, or write the table in another way first.");
            return read.InSql ? ("not-upstream", $"Task '{id}' reads table '{read.Table}' in its SQL, which task '{writers[0]}' writes at any time before or after. Connect '{writers[0]}' to '{id}': add it to its 'after'.") : null;
        }
        if (exists || task.Writes(read.Table) || known.Tasks.Any(t => t.MayWriteAny && (t == task || known.IsUpstream(t.Task.Id, id))))
            return null;
        var from = await origin(read.Table, cancellationToken);
        if (from.IsKnown)
            return null;
        return ("unknown-table", from.Workflow is { } workflow
            ? $"Task '{id}' reads table '{read.Table}'{where}, which workflow '{workflow}' writes and has not written yet. Run '{workflow}' first."
            : $"Task '{id}' reads table '{read.Table}'{where}, which no task writes and which the inventory does not know.{Near(read.Table, known)} Correct the name, or add a task that writes it and connect it to '{id}'.");
    }

    private static string Near(string table, KnownTables known) => Naming.Nearest(table, known.Tasks.SelectMany(t => t.Written).Distinct()) is { } near ? $" Did you mean '{near}'?" : "";

    private static IEnumerable<Problem> Statement(WorkflowDocument document, KnownTables known, TaskTables task, TaskStatement statement)
    {
        var id = task.Task.Id;
        foreach (var name in SqlBinding.ParametersOf(statement.Sql).Where(name => !known.Parameters.Contains(name)))
        {
            var at = statement.Sql.IndexOf("$" + name, StringComparison.Ordinal);
            yield return At(document, task, statement.Field, statement.InField(at) ?? 0, "unknown-parameter", $"The SQL of task '{id}' takes ${name}, and the workflow has no such parameter.{Naming.DidYouMean(name, known.Parameters)} Declare it below 'params:'.");
        }
        if (known.Bind(task, statement)?.Mistake is not { } mistake || (statement.TypesMayChange && mistake.Kind is not (SqlMistakeKind.Column or SqlMistakeKind.Syntax)))
            yield break;
        var columns = task.Reads.SelectMany(r => known.For(r.Table, id) ?? []).Select(c => c.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var tables = string.Join(", ", (SqlBinding.TablesOf(statement.Sql) ?? []).Select(t => $"'{t.Table}'"));
        var (code, message, zh) = mistake.Kind switch
        {
            SqlMistakeKind.Syntax => ("bad-sql", $"The SQL of task '{id}' cannot be parsed, so that no run can succeed: {mistake.Message}. Correct it there.", $"任务“{id}”的 SQL 无法解析，运行必定失败：{mistake.Message}。请在此处修正。"),
            SqlMistakeKind.NotSelect => ("bad-sql", $"The SQL of task '{id}' cannot be run: {mistake.Message} Write one SELECT; what it gives is written into the table.", $"任务“{id}”的 SQL 无法运行：{mistake.Message} 请只写一条 SELECT，其结果写入目标表。"),
            // What the activity itself wrote around the fields names columns that the fields name: those are told at their own place.
            SqlMistakeKind.Column when !statement.Sql.Contains(mistake.Name!, StringComparison.OrdinalIgnoreCase) || (statement.InField(mistake.Position) is null && task.Columns.Any(c => string.Equals(c.Column, mistake.Name, StringComparison.OrdinalIgnoreCase))) => ("", "", null),
            SqlMistakeKind.Column => ("unknown-column", $"The SQL of task '{id}' names column '{mistake.Name}', {(tables.Length == 0 ? "which nothing that it reads has" : $"which {tables} {(tables.Contains(',', StringComparison.Ordinal) ? "do" : "does")} not have")}.{Naming.DidYouMean(mistake.Name!, columns)}", $"任务“{id}”的 SQL 引用了列“{mistake.Name}”，而{(tables.Length == 0 ? "其读取的内容中" : $" {tables} ")}没有该列。{(Naming.Nearest(mistake.Name!, columns) is { } near ? $"是否应为“{near}”？" : "")}"),
            SqlMistakeKind.Function => ("unknown-function", $"The SQL of task '{id}' calls '{mistake.Name}', which DuckDB does not have. {mistake.Message}.", $"任务“{id}”的 SQL 调用了 DuckDB 没有的函数“{mistake.Name}”。{mistake.Message}。"),
            SqlMistakeKind.Type => ("type-mismatch", $"In the SQL of task '{id}' types do not fit: {mistake.Message}. Convert one side, such as cast(COLUMN as double).", $"任务“{id}”的 SQL 中类型不匹配：{mistake.Message}。请转换其中一侧，如 cast(COLUMN as double)。"),
            _ => ("bad-sql", $"The SQL of task '{id}' cannot be run: {mistake.Message}.", $"任务“{id}”的 SQL 无法运行：{mistake.Message}。"),
        };
        if (code.Length == 0)
            yield break;
        var place = statement.InField(mistake.Position) ?? statement.InField(Find(statement, mistake.Name));
        var excerpt = place is { } shown ? SqlExcerpt.Of(statement.Sql.Substring(statement.Offset, statement.Length), shown) : "";
        // What cannot be parsed fails whatever the data are; what only does not fit them may fit until the run.
        var severity = mistake.Kind is SqlMistakeKind.Syntax or SqlMistakeKind.NotSelect ? ProblemSeverity.Error : ProblemSeverity.Warning;
        yield return At(document, task, statement.Field, place ?? 0, code, message + excerpt, severity) with { MessageZh = zh is null ? null : zh + excerpt };
    }

    private static int? Find(TaskStatement statement, string? name) => name is null ? null : statement.Sql.IndexOf(name, Math.Min(statement.Offset, statement.Sql.Length), StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? at : null;

    private static IEnumerable<Problem> Columns(WorkflowDocument document, KnownTables known, TaskTables task)
    {
        foreach (var read in task.Columns)
        {
            if (known.For(read.Table, task.Task.Id) is not { } columns)
                continue;
            if (columns.FirstOrDefault(c => string.Equals(c.Name, read.Column, StringComparison.OrdinalIgnoreCase)) is not { } column)
                yield return At(document, task, read.Field, 0, "unknown-column", $"Task '{task.Task.Id}' takes column '{read.Column}', which table '{read.Table}' does not have.{Naming.DidYouMean(read.Column, columns.Select(c => c.Name))}");
            else if (!Fits(column.Type, read.Needs))
                yield return At(document, task, read.Field, 0, "type-mismatch", $"Task '{task.Task.Id}' takes column '{read.Column}' of table '{read.Table}', which is of type {column.Type} and must be {Word(read.Needs)}. Name another column, or cast it while cleaning.");
        }
    }

    private static bool Fits(string type, ColumnNeed need) => need switch
    {
        ColumnNeed.Number => type is not ("VARCHAR" or "BOOLEAN" or "DATE" or "BLOB"),
        ColumnNeed.Time => type == "DATE" || type.StartsWith("TIMESTAMP", StringComparison.Ordinal),
        ColumnNeed.TimeOrSeconds => type is not ("VARCHAR" or "BOOLEAN" or "BLOB" or "TIME"),
        _ => true,
    };

    private static string Word(ColumnNeed need) => need switch { ColumnNeed.Number => "a number", ColumnNeed.Time => "a TIMESTAMP or DATE", _ => "a time, a date or a number of seconds" };

    private static Problem At(WorkflowDocument document, TaskTables task, string field, int position, string code, string message, ProblemSeverity severity = ProblemSeverity.Warning)
    {
        var (line, column) = document.Marks.Locate(document.Text, task.Task.Id, field, position);
        return new Problem(severity, code, message, line, column, task.Task.Id, field);
    }
}

/// <summary>A table that a workflow writes.</summary>
/// <param name="Tasks">Ids of the tasks that write it.</param>
/// <param name="Columns">Its columns; null where they are not known.</param>
public sealed record WrittenTable(IReadOnlyList<string> Tasks, IReadOnlyList<TableColumn>? Columns);
