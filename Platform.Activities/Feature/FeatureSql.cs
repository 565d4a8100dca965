using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Feature;

/// <summary>Writes features, the rows of a SELECT, into a table.</summary>
[Activity("feature.sql", Title = "Features with SQL", TitleZh = "SQL 特征", Stage = Stage.Feature, Icon = "table-plus", Preview = PreviewSupport.Runs,
    Help = "Writes the rows of one SELECT into a table of features. The SQL names tables plainly (schema.table), takes the run's parameters as $name and its data interval as $interval_start and $interval_end, and can read nothing but the platform's tables.",
    HelpZh = "将一条 SELECT 的结果写入特征表。SQL 直接引用表名（schema.table），运行参数写作 $name，数据区间写作 $interval_start 和 $interval_end；只能读取平台内的表。",
    Outputs = typeof(TableOutputs),
    Example = "table: feature.customers\nmode: replace\nsql: |\n  select CustomerID, count(distinct InvoiceNo) as orders, sum(Quantity * UnitPrice) as spent\n  from clean.order_lines group by all")]
public sealed class FeatureSql(TableStore tables) : IActivity
{
    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "feature.customers")]
    public required string Table { get; set; }

    [Field(Title = "SQL", TitleZh = "SQL", Kind = FieldKind.Sql, Help = "One SELECT in DuckDB's SQL.")]
    public required string Sql { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Failures.Run(() => ActivityResult.Success(SqlTask.Run(tables, context, Sql, Table, Mode, cancellationToken)), cancellationToken);
}
