using System.Globalization;
using Platform.Catalog.Quality;
using Platform.Inventory.Quality;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>Looks whether an interval's rows are like those of the intervals before.</summary>
[Activity("monitor.data", Title = "Monitor data", TitleZh = "监控数据", Stage = Stage.Monitor, Icon = "heartbeat", Outputs = typeof(MonitorOutputs),
    Help = "Compares the rows of the run's interval with those of the intervals before: how many there are, how fresh, how many nulls a column has, and how far each distribution has moved (PSI); and makes the checks that are declared here. Results are metrics and checks of the table; fail_on decides whether a broken check fails the task; as a gate it stops what comes behind and names the incident.",
    HelpZh = "将本次区间的数据与之前区间比较：行数、新鲜度、各列空值比例、分布漂移（PSI），并执行此处声明的检查。结果记为该表的指标与检查项；fail_on 决定检查不通过时任务是否失败；作为闸门时会阻止下游并给出事件编号。",
    Example = "table: clean.order_lines\ntime: InvoiceDate")]
public sealed class MonitorData(TableStore tables, QualityCommands? quality = null, QualityQueries? queries = null) : IActivity
{
    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "clean.order_lines")]
    public required string Table { get; set; }

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Help = "A TIMESTAMP or DATE by which rows belong to intervals. Left out: only the declared checks are made.", Example = "InvoiceDate")]
    public string? Time { get; set; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, Help = "Columns to look at. Left out: all, at most 100.")]
    public IReadOnlyList<string> Columns { get; set; } = [];

    [Field(Title = "Reference intervals", TitleZh = "参考区间数", Min = 1, Max = 1000, Help = "How many intervals before this one are the reference; those without rows do not count.")]
    public int ReferenceIntervals { get; set; } = 14;

    [Field(Title = "Smallest volume", TitleZh = "最小行数比例", Min = 0, Help = "Fewer rows than this share of the reference's mean interval break the check.")]
    public double MinVolume { get; set; } = 0.1;

    [Field(Title = "Largest volume", TitleZh = "最大行数比例", Min = 0, Help = "More rows than this multiple of the reference's mean interval break the check.")]
    public double MaxVolume { get; set; } = 10;

    [Field(Title = "Most new nulls", TitleZh = "空值比例最大增幅", Min = 0, Max = 1, Help = "A column's share of nulls may rise by this much.")]
    public double MaxNullIncrease { get; set; } = 0.1;

    [Field(Title = "Most drift (PSI)", TitleZh = "最大漂移（PSI）", Min = 0, Help = "Population stability index of a column against the reference: under 0.1 is stable, above 0.25 a large shift. What the reference intervals differ among themselves, and half as much again, is allowed in any case.")]
    public double MaxDrift { get; set; } = 0.25;

    [Field(Title = "Oldest newest row", TitleZh = "最新行的最大滞后", Help = "How long before the interval's end the newest row may lie. Left out: not checked.")]
    public TimeSpan? MaxAge { get; set; }

    [Field(Title = "Fail on", TitleZh = "失败条件", Help = "never, critical (volume, freshness), or any broken check.")]
    public FailOn FailOn { get; set; } = FailOn.Never;

    [Field(Title = "Checks", TitleZh = "检查", Help = "Checks of the whole table: kind (not_null, unique, range, set, pattern, reference, freshness, volume, growth, schema, drift, sql), column, and what the kind needs; severity warning or critical.", Example = "- { kind: not_null, column: InvoiceNo, severity: critical }")]
    public IReadOnlyList<CheckDefinition> Checks { get; set; } = [];

    [Field(Title = "Gate", TitleZh = "闸门", Help = "Whether a broken critical check stops the tasks behind this one. The failure names the incident; a person may waive it and clear the task.")]
    public bool Gate { get; set; }

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        var checks = new CheckList(Table, context);
        if (Look(context, checks, cancellationToken) is { } nothing)
            return nothing;
        return Gate && quality is not null && queries is not null ? await checks.FinishAsGateAsync(FailOn, Table, quality, queries, cancellationToken) : checks.Finish(Gate && FailOn == FailOn.Never ? FailOn.Critical : FailOn, Table);
    }, cancellationToken);

    private ActivityResult? Look(ActivityContext context, CheckList checks, CancellationToken cancellationToken)
    {
        var table = TableTask.ParseName(Table);
        using var session = tables.OpenSession();
        var snapshot = session.Expose(table);
        context.Facts.Add(new AssetRead(Table, AssetKind.Table, snapshot.Version, snapshot.Rows, TableTask.ColumnsOf(snapshot.Columns)));
        CheckDeclared(table, snapshot, context, checks, cancellationToken);
        if (Time is null)
        {
            if (Checks.Count == 0)
                throw new ActivityException("bad-input", $"Task '{context.TaskId}' has nothing to look at. Name a 'time' column, or declare 'checks'.", retryable: false);
            context.Log.Info($"{Table}: {checks.Passed} checks passed, {checks.FailedCount} failed.");
            return null;
        }
        if (IntervalSlice.Read(session, snapshot, table, this, Time, context.Interval, cancellationToken) is not { } slice)
            return Checks.Count > 0 ? null : ActivityResult.Skipped($"Table '{table}' (version {snapshot.Version}) has no rows.");
        CheckVolume(slice, checks);
        CheckFreshness(slice, checks);
        foreach (var column in slice.Columns)
            CheckColumn(slice, column, checks);
        context.Log.Info($"{Table}: {slice.Rows:N0} rows in {slice.Interval}, reference {slice.ReferenceRows:N0} rows in {slice.ReferenceIntervals} intervals; {checks.Passed} checks passed, {checks.FailedCount} failed.");
        return null;
    }

    private void CheckDeclared(TableName table, TableSnapshot snapshot, ActivityContext context, CheckList checks, CancellationToken cancellationToken)
    {
        foreach (var problem in Checks.SelectMany(check => check.Problems([.. snapshot.Columns.Select(column => column.Name)])).Take(1))
            throw new ActivityException("bad-input", $"A check of task '{context.TaskId}' cannot be made: {problem}", retryable: false);
        var rows = new RowChecks(tables, _ => null);
        foreach (var check in Checks)
        {
            // What the intervals tell has these names already.
            var named = check.Name is null && check.Kind is "volume" or "freshness" or "drift" ? check with { Name = $"declared {check.Kind}" } : check;
            checks.Add(named, rows.Judge(named, table, snapshot.Version, context.Clock.GetUtcNow(), cancellationToken));
        }
    }

    private void CheckVolume(IntervalSlice slice, CheckList checks)
    {
        checks.Measure(null, "interval_rows", slice.Rows);
        if (slice.ReferenceIntervals == 0)
            return;
        var mean = (double)slice.ReferenceRows / slice.ReferenceIntervals;
        var share = slice.Rows / mean;
        checks.Measure(null, "volume_ratio", share);
        checks.Add(null, "volume", share >= MinVolume && share <= MaxVolume, $"{slice.Rows:N0} rows, {share:F2} times the mean of {slice.ReferenceIntervals} intervals", Text($"{MinVolume} to {MaxVolume} times"), critical: true);
    }

    private void CheckFreshness(IntervalSlice slice, CheckList checks)
    {
        if (slice.Newest is not { } newest)
            return;
        var age = slice.Interval.End - newest;
        checks.Measure(null, "age_hours", Math.Max(0, age.TotalHours));
        if (MaxAge is { } most)
            checks.Add(null, "freshness", age <= most, $"newest row {newest.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {age.TotalHours:F1} h before the interval's end", $"at most {most.TotalHours:F1} h before", critical: true);
    }

    private void CheckColumn(IntervalSlice slice, SliceColumn column, CheckList checks)
    {
        if (slice.Rows == 0)
            return;
        var share = (double)column.Nulls / slice.Rows;
        checks.Measure(column.Name, "null_share", share);
        if (slice.ReferenceRows == 0)
            return;
        var before = (double)column.ReferenceNulls / slice.ReferenceRows;
        checks.Add(column.Name, "nulls", share - before <= MaxNullIncrease, Text($"{share:P1} null, {before:P1} before"), Text($"at most {MaxNullIncrease:P0} more"), critical: false);
        if (column.Drift is not { } drift)
            return;
        checks.Measure(column.Name, "psi", drift.Index);
        // Below a hundred rows the index is mostly noise: about (bins - 1) / rows without any shift.
        if (slice.Rows >= 100)
            checks.Add(column.Name, "drift", drift.Index <= MaxDrift || drift.Index <= 1.5 * drift.Usual, Text($"PSI {drift.Index:F3} against {slice.ReferenceRows:N0} rows before"), Text($"at most {Math.Max(MaxDrift, 1.5 * drift.Usual):F3}"), critical: false);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
