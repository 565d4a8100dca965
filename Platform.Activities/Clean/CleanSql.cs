using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>Writes the rows of a SELECT into a table.</summary>
[Activity("clean.sql", Title = "Clean with SQL", TitleZh = "SQL 清洗", Stage = Stage.Clean, Icon = "filter", Preview = PreviewSupport.Runs,
    Help = "Writes the rows of one SELECT into a table. The SQL names tables plainly (schema.table), takes the run's parameters as $name and its data interval as $interval_start and $interval_end, and can read nothing but the platform's tables. Columns are followed into the lineage.",
    HelpZh = "将一条 SELECT 的结果写入表。SQL 直接引用表名（schema.table），运行参数写作 $name，数据区间写作 $interval_start 和 $interval_end；只能读取平台内的表。列级血缘会自动记录。",
    Outputs = typeof(TableOutputs),
    Example = "table: clean.order_lines\nsql: |\n  select distinct * from raw.order_lines\n  where Quantity > 0 and InvoiceDate >= $interval_start and InvoiceDate < $interval_end")]
public sealed class CleanSql(TableStore tables) : IActivity
{
    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "clean.orders")]
    public required string Table { get; set; }

    [Field(Title = "SQL", TitleZh = "SQL", Kind = FieldKind.Sql, Help = "One SELECT in DuckDB's SQL.", Example = "select distinct * from raw.orders")]
    public required string Sql { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Failures.Run(() => ActivityResult.Success(SqlTask.Run(tables, context, Sql, Table, Mode, cancellationToken)), cancellationToken);
}
