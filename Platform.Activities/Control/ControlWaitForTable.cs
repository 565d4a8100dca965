using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Control;

/// <summary>The table that came.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">Rows that were asked for: of the interval, or of the whole table; null where the log does not count them.</param>
public sealed record WaitForTableOutputs(string Table, long Version, long? Rows);

/// <summary>Waits for a table.</summary>
[Activity("control.wait_for_table", Title = "Wait for a table", TitleZh = "等待数据表", Stage = Stage.Control, Icon = "table-plus", Preview = PreviewSupport.Stops,
    Would = "wait until the table has the rows", WouldZh = "等待数据表写入相应的行", Outputs = typeof(WaitForTableOutputs),
    Help = "Waits until a table has rows of the run's data interval, or a version, and holds no worker meanwhile. Reads only the table's log.",
    HelpZh = "等待数据表出现本次数据区间的行，或达到某一版本，期间不占用工作进程。仅读取表的日志。",
    Example = "table: raw.order_lines\ninterval: true\npoll: 1m")]
public sealed class ControlWaitForTable(TableStore tables) : WaitActivity
{
    [Field(Title = "Table", TitleZh = "数据表", Kind = FieldKind.Table, Help = "schema.table.", HelpZh = "schema.table。", Example = "raw.order_lines")]
    public required string Table { get; set; }

    [Field(Title = "Of the interval", TitleZh = "限本区间", Help = "Whether rows that were written for the run's data interval must be there; their tasks write with mode replace-interval.", HelpZh = "是否要求存在为本次数据区间写入的行；写入任务须使用 replace-interval 模式。")]
    public bool Interval { get; set; }

    [Field(Title = "Version", TitleZh = "版本", Help = "The version that must be reached; left out, any will do.", HelpZh = "须达到的版本；留空则任意版本均可。", Min = 0)]
    public long? MinVersion { get; set; }

    [Field(Title = "Rows", TitleZh = "行数", Help = "How many rows there must be.", HelpZh = "至少需要的行数。", Min = 0)]
    public long MinRows { get; set; } = 1;

    private protected override Task<Look> LookAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var name = TableTask.ParseName(Table);
        if (Interval && context.Interval is null)
            throw new ActivityException("bad-input", $"Task '{context.TaskId}' waits for the rows of the data interval, and this run has none. Run it with a date, or set 'interval' to false.", retryable: false);
        return Task.Run(() => Look(name, context.Interval), cancellationToken);
    }

    private Look Look(TableName name, Workflows.Activities.DataInterval? interval)
    {
        var waits = $"for table '{name}'{(MinVersion is null ? "" : $" to reach version {MinVersion}")}{(Interval ? $" to have rows of {interval}" : "")}";
        if (!tables.Exists(name))
            return new Look(null, waits);
        var snapshot = tables.Snapshot(name);
        var rows = snapshot.Rows;
        if (Interval)
        {
            var wanted = new Tables.DataInterval(interval!.Value.Start, interval.Value.End);
            var files = snapshot.Files.Where(f => f.Interval is { } of && of.Overlaps(wanted)).ToList();
            if (files.Count == 0)
                return new Look(null, waits);
            rows = files.Any(f => f.Rows is null) ? null : files.Sum(f => f.Rows!.Value);
        }
        // A log without counts cannot say that there are too few.
        return (MinVersion is null || snapshot.Version >= MinVersion) && (rows is null || rows >= MinRows)
            ? new Look(new WaitForTableOutputs(name.ToString(), snapshot.Version, rows), waits)
            : new Look(null, $"{waits} (version {snapshot.Version}, {(rows is null ? "rows not counted" : $"{rows:N0} rows")})");
    }
}
