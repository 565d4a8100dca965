using System.Globalization;
using System.Text;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Feature;

/// <summary>Makes interactions of users with items out of order lines or clicks.</summary>
[Activity("feature.interactions", Title = "Interactions", TitleZh = "用户与商品交互", Stage = Stage.Feature, Icon = "user-heart", Preview = PreviewSupport.Runs,
    Help = "Reads orders, clicks or ratings and writes who took what, when and how strongly: columns user_id, item_id, event_time, weight, ready for train.recommender. Rows without user, item, time or a weight above 0 are left out.",
    HelpZh = "从订单、点击或评分中得到“谁在何时对何物有多强的兴趣”：列 user_id、item_id、event_time、weight，可直接用于 train.recommender。缺少用户、商品、时间或权重不大于 0 的行会被忽略。",
    Outputs = typeof(TableOutputs),
    Example = "from: clean.order_lines\ntable: feature.interactions\nuser: CustomerID\nitem: StockCode\ntime: InvoiceDate\nweight: Quantity")]
public sealed class FeatureInteractions(TableStore tables) : IActivity
{
    [Field(Title = "From", TitleZh = "来源表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "clean.order_lines")]
    public required string From { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "feature.interactions")]
    public required string Table { get; set; }

    [Field(Title = "User column", TitleZh = "用户列", Kind = FieldKind.Column, Example = "CustomerID")]
    public required string User { get; set; }

    [Field(Title = "Item column", TitleZh = "商品列", Kind = FieldKind.Column, Example = "StockCode")]
    public required string Item { get; set; }

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Example = "InvoiceDate")]
    public required string Time { get; set; }

    [Field(Title = "Weight column", TitleZh = "权重列", Kind = FieldKind.Column, Help = "A number such as the quantity; left out, each row weighs 1.", Example = "Quantity")]
    public string? Weight { get; set; }

    [Field(Title = "Event column", TitleZh = "事件列", Kind = FieldKind.Column, Help = "For clicks: the column that says what happened; with event_weights.", Example = "event")]
    public string? Event { get; set; }

    [Field(Title = "Event weights", TitleZh = "事件权重", Help = "How much each event weighs; events that are not named are left out.", Example = "buy: 5")]
    public IReadOnlyDictionary<string, double> EventWeights { get; set; } = new Dictionary<string, double>();

    [Field(Title = "Filter", TitleZh = "过滤条件", Kind = FieldKind.Sql, Help = "A condition in SQL that rows must meet.", Example = "Quantity < 1000")]
    public string? Filter { get; set; }

    [Field(Title = "Half-life in days", TitleZh = "半衰期（天）", Min = 0, Help = "After so many days before the end of the interval a row weighs half; 0 never.")]
    public double HalfLife { get; set; }

    [Field(Title = "Sum per user and item", TitleZh = "按用户和商品合并", Help = "One row for each user and item, with the sum of the weights and the latest time.")]
    public bool Combine { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "replace-interval takes the rows whose time lies in the run's interval; the others take all rows.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.Run(() =>
    {
        var sql = Sql(context.Interval is not null);
        return ActivityResult.Success(SqlTask.Run(tables, context, sql, Table, Mode, cancellationToken));
    }, cancellationToken);

    /// <summary>The statement that it runs.</summary>
    /// <param name="hasInterval">Whether the run has a data interval.</param>
    /// <exception cref="ActivityException">Its fields do not go together.</exception>
    internal string Sql(bool hasInterval)
    {
        var from = TableTask.ParseName(From);
        var time = $"{SqlText.Identifier(Time)}::timestamptz";
        var conditions = new List<string> { $"{SqlText.Identifier(User)} is not null", $"{SqlText.Identifier(Item)} is not null", $"{SqlText.Identifier(Time)} is not null" };
        if (Mode == TableMode.ReplaceInterval)
            conditions.Add($"{SqlText.Identifier(Time)} >= $interval_start and {SqlText.Identifier(Time)} < $interval_end");
        if (!string.IsNullOrWhiteSpace(Filter))
            conditions.Add($"({SqlText.TrimEnd(Filter)}\n)");
        var weight = WeightSql();
        if (HalfLife > 0)
            weight = $"({weight}) * pow(0.5, date_diff('second', {time}, {(hasInterval ? "$interval_end" : $"max({time}) over ()")}) / 86400.0 / {Number(HalfLife)})";
        var rows = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"select {SqlText.Identifier(User)}::varchar as user_id, {SqlText.Identifier(Item)}::varchar as item_id, {time} as event_time, ({weight})::double as weight")
            .AppendLine(CultureInfo.InvariantCulture, $"from {SqlText.Identifier(from.Schema)}.{SqlText.Identifier(from.Table)}")
            .Append("where ").AppendJoin("\n  and ", conditions)
            .ToString();
        return Combine
            ? $"select user_id, item_id, max(event_time) as event_time, sum(weight) as weight from (\n{rows}\n) where weight > 0 group by user_id, item_id"
            : $"select * from (\n{rows}\n) where weight > 0";
    }

    private string WeightSql()
    {
        if (string.IsNullOrEmpty(Event) != (EventWeights.Count == 0))
            throw new ActivityException("bad-input", "'event' and 'event_weights' belong together. Give both, or neither.", retryable: false);
        if (string.IsNullOrEmpty(Event))
            return string.IsNullOrEmpty(Weight) ? "1" : SqlText.Identifier(Weight);
        var cases = EventWeights.Select(pair => $"when {SqlText.Literal(pair.Key)} then {Number(pair.Value)}");
        var ofEvent = $"case {SqlText.Identifier(Event)} {string.Join(' ', cases)} end";
        return string.IsNullOrEmpty(Weight) ? ofEvent : $"{ofEvent} * {SqlText.Identifier(Weight)}";
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
