using Platform.Activities.Preview;
using Platform.Tables;
using Platform.Tables.Sources;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Ingest;

/// <summary>Reads a table or a query of a PostgreSQL database into a table.</summary>
[Activity("ingest.database", Title = "Ingest from a database", TitleZh = "从数据库导入", Stage = Stage.Ingest, Icon = "database-import", Preview = PreviewSupport.Runs,
    Help = "Streams a table or the rows of a query from PostgreSQL into a table, all of one moment. The query may name $interval_start and $interval_end. Types without an equal (json, uuid, arrays) come as text.",
    HelpZh = "将 PostgreSQL 的一张表或一条查询的结果以同一时刻的快照流式导入表中。查询可使用 $interval_start 和 $interval_end。没有对应类型的列（json、uuid、数组等）以文本导入。",
    Outputs = typeof(TableOutputs),
    Example = "connection: shop\nquery: select * from orders where updated_at >= $interval_start and updated_at < $interval_end\ntable: raw.orders")]
public sealed class IngestDatabase(TableStore tables, IConnections connections) : IActivity
{
    [Field(Title = "Connection", TitleZh = "连接", Kind = FieldKind.Connection, Help = "Name of a connection of the kind postgresql.", Example = "shop")]
    public required string Connection { get; set; }

    [Field(Title = "From", TitleZh = "来源表", Help = "A table or view of the database, schema.table; or give a query.", Example = "public.orders")]
    public string? From { get; set; }

    [Field(Title = "Query", TitleZh = "查询", Kind = FieldKind.Sql, Help = "One SELECT in PostgreSQL's SQL; or name a table with from.")]
    public string? Query { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "raw.orders")]
    public required string Table { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    [Field(Title = "Time zone", TitleZh = "时区", Help = "IANA zone of timestamps without one; the schedule's zone where left out.", Example = "Asia/Shanghai")]
    public string? TimeZone { get; set; }

    [Field(Title = "Add new columns", TitleZh = "允许新增列", Help = "Whether a column that the table does not have is added to it; otherwise it fails the task.")]
    public bool NewColumns { get; set; } = true;

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => IngestAsync(context, cancellationToken), cancellationToken);
        }
        catch (Exception error) when (Failures.Translate(error) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<ActivityResult> IngestAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(From) == string.IsNullOrWhiteSpace(Query))
            throw new ActivityException("bad-input", "Give either 'from', a table of the database, or 'query'.", retryable: false);
        var query = string.IsNullOrWhiteSpace(Query) ? $"select * from {string.Join('.', From!.Split('.').Select(SqlText.Identifier))}" : Query;
        var address = DatabaseConnection.AddressOf(await connections.GetAsync(Connection, cancellationToken));
        using var task = new TableTask(tables, context, Table, Mode);
        (DateTimeOffset, DateTimeOffset)? interval = context.Interval is { } given ? (given.Start, given.End) : null;
        var staged = await new PostgresSource(address).StageAsync(task.Session.Connection, query, interval, Zone(context), rows => context.Progress.Report(new ActivityProgress(rows, null, "rows")), cancellationToken, context.SourceSample());
        NoteSources(task, address, query, staged);
        var write = new TableWrite { Table = task.Target, TempTable = staged.Table, AllowNewColumns = NewColumns };
        return ActivityResult.Success(task.Commit(write, new TableOutputs(), cancellationToken));
    }

    private void NoteSources(TableTask task, PostgresAddress address, string query, StagedQuery staged)
    {
        var whole = string.IsNullOrWhiteSpace(Query);
        var columns = staged.Columns.Select(column => new AssetColumn(column.Name, column.Type.ToString())).ToList();
        foreach (var (schema, name) in staged.Relations)
            task.Facts.Add(new AssetRead(address.AssetKey(schema, name), AssetKind.DatabaseTable, Rows: whole ? staged.Rows : null, Columns: whole ? columns : null, Sampled: staged.Sampled));
        if (whole && staged.Relations.Count == 1)
        {
            var source = address.AssetKey(staged.Relations[0].Schema, staged.Relations[0].Name);
            task.Facts.Add(new ColumnsDerived(task.Target.ToString(), [.. staged.Columns.Select(column => new ColumnEdge(source, column.Name, column.Name, ColumnEdgeKind.Identity))]));
        }
        else
        {
            task.Facts.Add(new ColumnsDerived(task.Target.ToString(), [], query, "Columns of a query that runs in another database are not followed."));
        }
    }

    private TimeZoneInfo Zone(ActivityContext context)
    {
        if (string.IsNullOrEmpty(TimeZone))
            return context.TimeZone;
        return TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
            ? zone
            : throw new ActivityException("bad-input", $"There is no time zone '{TimeZone}'. Use an IANA name such as Asia/Shanghai in 'time_zone'.", retryable: false);
    }
}
