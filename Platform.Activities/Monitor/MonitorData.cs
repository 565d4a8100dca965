using Platform.Catalog.Quality;
using Platform.Inventory.Quality;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Monitor;

/// <summary>Looks whether an interval's rows are like those of the intervals before.</summary>
[Activity("monitor.data", Title = "Monitor data", TitleZh = "监控数据", Stage = Stage.Monitor, Icon = "heartbeat", Preview = PreviewSupport.Runs, Outputs = typeof(MonitorOutputs),
    Help = "Compares the rows of the run's interval with those of the intervals before: how many there are, how fresh, how many nulls a column has, and how far each distribution has moved (PSI); and makes the checks that are declared here. Results are metrics and checks of the table; fail_on decides whether a broken check fails the task; as a gate it stops what comes behind and names the incident.",
    HelpZh = "将本次区间的数据与之前区间比较：行数、新鲜度、各列空值比例、分布漂移（PSI），并执行此处声明的检查。结果记为该表的指标与检查项；fail_on 决定检查不通过时任务是否失败；作为闸门时会阻止下游并给出事件编号。",
    Example = "table: clean.order_lines\ntime: InvoiceDate")]
public sealed class MonitorData(TableStore tables, QualityCommands? quality = null, QualityQueries? queries = null) : IActivity
{
    private const int FewestRows = 100;
    private const int FewestIntervals = 3;

    [Field(Title = "Table", TitleZh = "表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "clean.order_lines")]
    public required string Table { get; set; }

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Needs = ColumnNeed.Time, Help = "A TIMESTAMP or DATE by which rows belong to intervals. Left out: only the declared checks are made.", Example = "InvoiceDate")]
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

    [Field(Title = "Most drift (PSI)", TitleZh = "最大漂移（PSI）", Min = 0, Help = "Population stability index of a column against the reference: under 0.1 is stable, above 0.25 a large shift. What the reference intervals differ among themselves, and half as much again, is allowed in any case; checked from three reference intervals on.")]
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
        var failing = queries is null ? [] : (await queries.FailingAsync(cancellationToken)).Where(check => check.Asset == Table && check.Column is not null).Select(check => (check.Column!, check.Name)).ToList();
        if (Look(context, checks, failing, cancellationToken) is { } nothing)
            return nothing;
        return Gate && quality is not null && queries is not null ? await checks.FinishAsGateAsync(FailOn, Table, quality, queries, cancellationToken) : checks.Finish(Gate && FailOn == FailOn.Never ? FailOn.Critical : FailOn, Table);
    }, cancellationToken);

    private ActivityResult? Look(ActivityContext context, CheckList checks, IReadOnlyList<(string Column, string Name)> failing, CancellationToken cancellationToken)
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
            context.Log.Info($"{Table}: {Plural.Of(checks.Passed, "check")} passed, {checks.FailedCount} failed.");
            return null;
        }
        if (IntervalSlice.Read(session, snapshot, table, this, Time, context.Interval, cancellationToken) is not { } slice)
            return Checks.Count > 0 ? null : ActivityResult.Skipped($"Table '{table}' (version {snapshot.Version}) has no rows.");
        CheckVolume(slice, checks);
        CheckFreshness(slice, checks);
        foreach (var column in slice.Columns)
            CheckColumn(slice, column, checks);
        Close(slice, failing, checks);
        context.Log.Info($"{Table}: {Plural.Of(slice.Rows, "row")} in {slice.Interval}, reference {Plural.Of(slice.ReferenceRows, "row")} in {Plural.Of(slice.ReferenceIntervals, "interval")}; {Plural.Of(checks.Passed, "check")} passed, {checks.FailedCount} failed.");
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
        checks.Add(null, "volume", new Told("Number of rows", "行数"), share >= MinVolume && share <= MaxVolume,
            Told.Of($"{Plural.Of(slice.Rows, "row")}, {share:0.##} times as many as the {Plural.Of(slice.ReferenceIntervals, "interval")} before had on average", $"{slice.Rows:N0} 行，是此前 {slice.ReferenceIntervals} 个区间平均值的 {share:0.##} 倍"),
            Told.Of($"{MinVolume} to {MaxVolume} times", $"{MinVolume} 至 {MaxVolume} 倍"), critical: true);
    }

    private void CheckFreshness(IntervalSlice slice, CheckList checks)
    {
        if (slice.Newest is not { } newest)
            return;
        var age = slice.Interval.End - newest;
        checks.Measure(null, "age_hours", Math.Max(0, age.TotalHours));
        if (MaxAge is { } most)
            checks.Add(null, "freshness", new Told("Freshness", "新鲜度"), age <= most,
                Told.Of($"the newest row is of {newest.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {age.TotalHours:0.#} h before the interval's end", $"最新一行为 {newest.UtcDateTime:yyyy-MM-dd HH:mm} UTC，比区间结束早 {age.TotalHours:0.#} 小时"),
                Told.Of($"at most {most.TotalHours:0.#} h before", $"不早于结束前 {most.TotalHours:0.#} 小时"), critical: true);
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
        checks.Add(column.Name, "nulls", TitleOf("nulls", column.Name), share - before <= MaxNullIncrease, Told.Of($"{share:P1} of the rows have no value, {before:P1} before", $"{share:P1} 的行没有值，此前为 {before:P1}"), Told.Of($"at most {MaxNullIncrease:P0} more than before", $"最多比此前增加 {MaxNullIncrease:P0}"), critical: false);
        if (column.Drift is not { } drift)
            return;
        checks.Measure(column.Name, "psi", drift.Index);
        // Below a hundred rows the index is mostly noise: about (bins - 1) / rows without any shift. And of one or two intervals nobody knows how far they differ by themselves.
        if (slice.Rows >= FewestRows && slice.ReferenceIntervals >= FewestIntervals)
            CheckDrift(slice, column.Name, drift, checks);
    }

    private void CheckDrift(IntervalSlice slice, string column, DriftMeasure drift, CheckList checks)
    {
        var holds = drift.Index <= MaxDrift || drift.Index <= 1.5 * drift.Usual;
        checks.Add(column, "drift", TitleOf("drift", column), holds,
            holds ? Told.Of($"the values are spread about as in the {Plural.Of(slice.ReferenceRows, "row")} before (PSI {drift.Index:F3})", $"值的分布与此前 {slice.ReferenceRows:N0} 行大致相同（PSI {drift.Index:F3}）")
                : Told.Of($"the values are spread otherwise than in the {Plural.Of(slice.ReferenceRows, "row")} before (PSI {drift.Index:F3})", $"值的分布与此前 {slice.ReferenceRows:N0} 行不同（PSI {drift.Index:F3}）"),
            Told.Of($"PSI of at most {Math.Max(MaxDrift, 1.5 * drift.Usual):F3}", $"PSI 不超过 {Math.Max(MaxDrift, 1.5 * drift.Usual):F3}"), critical: false);
    }

    private static Told TitleOf(string name, string column) => name == "drift" ? CheckWords.Of("Distribution", "分布", column) : CheckWords.Of("Missing values", "缺失值", column);

    // What was broken once and says nothing any more would stay broken for ever: nobody measures it.
    private static void Close(IntervalSlice slice, IReadOnlyList<(string Column, string Name)> failing, CheckList checks)
    {
        if (slice.Rows < FewestRows || slice.ReferenceRows == 0)
            return;
        foreach (var (column, name) in failing.Where(check => check.Name is "drift" or "nulls" && !checks.Made(check.Column, check.Name)))
        {
            var known = slice.Columns.FirstOrDefault(one => one.Name == column);
            var why = known is null ? new Told("the column is not looked at any more", "不再查看该列")
                : known.Drift is null ? new Told("its values hardly repeat, so their distribution says nothing", "其取值几乎不重复，分布没有意义")
                : Told.Of($"fewer than {FewestIntervals} reference intervals have rows", $"有数据的参考区间少于 {FewestIntervals} 个");
            checks.Add(column, name, TitleOf(name, column), passed: true, new Told($"not measured: {why.En}", $"未测量：{why.Zh}"), name == "drift" ? new Told("a distribution that can be compared", "可比较的分布") : new Told("a column to look at", "可查看的列"), critical: false);
        }
    }
}
