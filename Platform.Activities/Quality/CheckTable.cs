using Platform.Activities.Monitor;
using Platform.Catalog.Masking;
using Platform.Catalog.Quality;
using Platform.Inventory.Masking;
using Platform.Inventory.Personal;
using Platform.Inventory.Quality;
using Platform.Tables;
using Platform.Tables.Sql;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Quality;

/// <summary>Asserts what must hold of a table, and stops what comes behind where it does not.</summary>
[Activity("quality.check", Title = "Check a table", TitleZh = "检查表", Stage = Stage.Quality, Icon = "checks", Preview = PreviewSupport.Runs, Outputs = typeof(MonitorOutputs),
    Help = "Asserts what must hold of a table: no missing values, unique, within bounds, one of a list, of a form, found in another table, so many rows, fresh, a condition each row meets, or a query that finds nothing. A broken check stops the tasks behind this one (severity fail) or only warns; the rows that break it are counted and some shown in the log, personal values hidden. Results are checks and incidents of the table; somebody may waive an incident and clear the task.",
    HelpZh = "断言一张表必须满足的条件：无缺失值、唯一、在范围内、取值在列表中、符合格式、存在于另一张表、行数、新鲜度、每行满足的条件，或不返回任何行的查询。检查不通过时阻止后续任务（severity: fail）或仅提示；日志给出不合格行数并展示若干行，个人信息会被遮盖。结果记为该表的检查与事件；可豁免事件后清除任务继续运行。",
    Example = "table: clean.orders\nchecks:\n  - { check: not-null, columns: [order_id, customer_id] }\n  - { check: unique, columns: [order_id] }\n  - { check: range, columns: [total], min: 0, severity: warn }\n  - { check: reference, columns: [customer_id], table: clean.customers }\n  - { check: row-count, min: 1 }")]
public sealed class CheckTable(TableStore tables, QualityCommands? quality = null, QualityQueries? queries = null, MaskingQueries? masking = null) : IActivity
{
    private const int MostColumns = 12;
    private const int LongestValue = 60;

    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "The table that is looked at, as the tasks before have left it.", HelpZh = "要检查的表，以前置任务写入后的内容为准。", Example = "clean.orders")]
    public required string Table { get; set; }

    [Field(Title = "Checks", TitleZh = "检查", NotEmpty = true, Help = "What must hold. All are made, also where one is broken.", HelpZh = "必须成立的条件；即使其中一项不通过，也会执行全部检查。")]
    public required IReadOnlyList<TableCheck> Checks { get; set; }

    [Field(Title = "Rows shown", TitleZh = "展示行数", Min = 0, Max = 20, Help = "How many of the rows that break a check the log shows.", HelpZh = "日志中每项检查展示多少不合格的行。")]
    public int Show { get; set; } = 3;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        var table = TableTask.ParseName(Table);
        var snapshot = tables.Snapshot(table);
        var checks = Definitions(context, snapshot);
        context.Facts.Add(Read(snapshot, Table));
        foreach (var other in Others(table))
            context.Facts.Add(Read(tables.Snapshot(other), other.ToString()));
        var personal = masking is null ? null : await masking.ClassesAsync(Table, cancellationToken);
        var list = new CheckList(Table, context);
        Make(new RowChecks(tables, _ => null, shown: (column, value) => Shown(personal, column, value), parameters: sql => SqlTask.Parameters(context, sql)), checks, table, snapshot, list, context, cancellationToken);
        context.Log.Info($"{Table} version {snapshot.Version}: {Plural.Of(list.Passed, "check")} passed, {list.FailedCount} failed.");
        return quality is not null && queries is not null ? await list.FinishAsGateAsync(FailOn.Critical, $"table '{Table}'", quality, queries, cancellationToken) : list.Finish(FailOn.Critical, $"table '{Table}'");
    }, cancellationToken);

    private void Make(RowChecks rows, List<CheckDefinition> checks, TableName table, TableSnapshot snapshot, CheckList list, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var check in checks)
        {
            var outcome = rows.Judge(check, table, snapshot.Version, context.Clock.GetUtcNow(), cancellationToken);
            list.Add(check, outcome);
            if (!outcome.Passed && Show > 0 && rows.Breaking(check, table, snapshot.Version, Show, cancellationToken) is { Rows.Count: > 0 } some)
                foreach (var row in some.Rows)
                    context.Log.Warning($"  {string.Join(", ", some.Columns.Zip(row).Take(MostColumns).Select(pair => $"{pair.First}={pair.Second ?? "null"}"))}{(some.Columns.Count > MostColumns ? ", …" : "")}");
            context.Progress.Report(new ActivityProgress(list.Passed + list.FailedCount, checks.Count, "checks"));
        }
    }

    private List<CheckDefinition> Definitions(ActivityContext context, TableSnapshot snapshot)
    {
        var all = new List<CheckDefinition>();
        for (var i = 0; i < Checks.Count; i++)
        {
            foreach (var check in Of(i))
            {
                if (check.Problems([.. snapshot.Columns.Select(column => column.Name)]).FirstOrDefault() is { } problem)
                    throw Wrong(i, problem);
                if (all.Any(other => other.Column == check.Column && other.Title == check.Title))
                    throw Wrong(i, $"there is another of the name '{check.Title}'{(check.Column is null ? "" : $" of '{check.Column}'")}. Give it a 'name'.");
                all.Add(check);
            }
        }
        return all;

        IReadOnlyList<CheckDefinition> Of(int i)
        {
            try
            {
                return Checks[i].Definitions();
            }
            catch (FormatException e)
            {
                throw Wrong(i, e.Message);
            }
        }

        ActivityException Wrong(int i, string problem) => new("bad-input", $"Check {i + 1} of task '{context.TaskId}' cannot be made: {problem}", retryable: false);
    }

    /// <summary>Other tables that the checks read.</summary>
    private IEnumerable<TableName> Others(TableName table) => Checks
        .SelectMany(check => check.Check switch
        {
            TableCheckKind.Reference when TableName.TryParse(check.Table, out var other) => [other],
            TableCheckKind.Sql when check.Sql is { } sql => (SqlBinding.TablesOf(sql.Replace("{table}", Table, StringComparison.Ordinal)) ?? []).Select(read => read.Table),
            TableCheckKind.Where when check.Condition is { } condition => (SqlBinding.TablesOf($"select * from {Table} where ({condition}\n)") ?? []).Select(read => read.Table),
            _ => Enumerable.Empty<TableName>(),
        })
        .Where(other => other != table && tables.Exists(other)).Distinct();

    private static AssetRead Read(TableSnapshot snapshot, string table) => new(table, AssetKind.Table, snapshot.Version, snapshot.Rows, TableTask.ColumnsOf(snapshot.Columns));

    // Of a column that nobody has judged yet, what a reader would take for personal is hidden.
    private static string Shown(IReadOnlyDictionary<string, string>? personal, string column, string value)
    {
        var text = personal?.ContainsKey(column) == true ? PlainMasks.Partial(value, 2) : PersonalFinder.Mask(value, everything: false);
        return text.ReplaceLineEndings(" ") is { Length: > LongestValue } longer ? longer[..(LongestValue - 1)] + "…" : text.ReplaceLineEndings(" ");
    }
}
