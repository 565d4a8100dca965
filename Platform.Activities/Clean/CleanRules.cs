using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>Carries out ordered rules on a table and writes the result into another.</summary>
[Activity("clean.rules", Title = "Clean by rules", TitleZh = "规则清洗", Stage = Stage.Clean, Icon = "list-check", Preview = PreviewSupport.Runs,
    Help = "Reads a table, carries out rules in order (duplicates, trimming, types, missing values, ranges, sets, patterns, references, conditions) and writes the rest. Rows that a rule rejects go to TABLE__rejected with the reason; each rule tells how many it touched.",
    HelpZh = "读取一张表，按顺序执行规则（去重、去空格、类型、缺失值、范围、取值集合、正则、引用、条件），写出结果。被拒绝的行连同原因写入“表名__rejected”，每条规则给出影响的行数。",
    Outputs = typeof(CleanRulesOutputs),
    Example = "from: raw.orders\ntable: clean.orders\ntime: ordered_at\nrules:\n  - { rule: drop-duplicates, columns: [order_id], order_by: [-ordered_at] }\n  - { rule: cast, columns: [total], to: number }\n  - { rule: range, columns: [total], min: 0 }")]
public sealed class CleanRules(TableStore tables) : IActivity
{
    [Field(Title = "From", TitleZh = "来源表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "raw.orders")]
    public required string From { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "clean.orders")]
    public required string Table { get; set; }

    [Field(Title = "Rules", TitleZh = "规则", Help = "Carried out in order.")]
    public required IReadOnlyList<CleanRule> Rules { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Help = "With replace-interval: the column by which rows belong to the interval. Left out: the rows that were written for this interval.", Example = "ordered_at")]
    public string? Time { get; set; }

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.Run(() => Run(context, cancellationToken), cancellationToken);

    private ActivityResult Run(ActivityContext context, CancellationToken cancellationToken)
    {
        using var task = new TableTask(tables, context, Table, Mode);
        var from = new SourceRows(TableTask.ParseName(From), Mode, Time);
        var references = Expose(task, from);
        task.Session.Confine();
        var runner = new RuleRunner(task.Session, From, cancellationToken);
        runner.Load(from.Select, SqlTask.Parameters(context, ""));
        var results = new List<CleanRuleResult>();
        for (var i = 0; i < Rules.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rule = Rules[i];
            var result = new CleanRuleResult { Number = i + 1, Rule = KindOf(rule), Columns = rule.Columns, Affected = runner.Run(rule, i + 1, references[i]) };
            results.Add(result);
            context.Log.Info($"Rule {result.Number} ({result.Rule}{(rule.Columns.Count > 0 ? " on " + string.Join(", ", rule.Columns) : "")}): {result.Affected:N0} affected.");
            task.Measure($"rule_{result.Number}_{result.Rule}", result.Affected, rule.Columns.Count == 1 ? rule.Columns[0] : null);
            context.Progress.Report(new ActivityProgress(i + 1, Rules.Count, "rules"));
        }
        var rejected = runner.RejectedRows;
        var rejectedTable = task.CommitRejected($"select * from {RuleRunner.Rejected}", rejected, cancellationToken);
        task.Facts.Add(Lineage(task, runner));
        task.Measure("rejected_rows", rejected);
        var outputs = new CleanRulesOutputs { Rejected = rejected, RejectedTable = rejectedTable, Rules = results };
        return ActivityResult.Success(task.Commit(new TableWrite { SelectSql = RuleRunner.Result, Table = task.Target, AllowNewColumns = true }, outputs, cancellationToken));
    }

    /// <summary>The tables in SQL, by rule; null where a rule has none.</summary>
    private List<string?> Expose(TableTask task, SourceRows from)
    {
        from.Expose(task.Session, task.Context.Interval);
        var names = new List<string?>();
        foreach (var rule in Rules)
        {
            var table = rule.Table is { Length: > 0 } text ? TableTask.ParseName(text) : null;
            if (table is not null && table != from.From)
                task.Session.Expose(table);
            names.Add(table is null ? null : $"{SqlText.Identifier(table.Schema)}.{SqlText.Identifier(table.Table)}");
        }
        return names;
    }

    private ColumnsDerived Lineage(TableTask task, RuleRunner runner)
    {
        var edges = runner.Columns.Select(column => new ColumnEdge(From, column, column, runner.Changed.Contains(column) ? ColumnEdgeKind.Transformation : ColumnEdgeKind.Identity))
            .Concat(runner.Filtered.Select(column => new ColumnEdge(From, column, null, ColumnEdgeKind.Filter)))
            .Concat(Rules.Where(rule => rule is { Rule: CleanRuleKind.Reference, Table: not null })
                .SelectMany(rule => (rule.References.Count == 0 ? rule.Columns : rule.References).Select(column => new ColumnEdge(rule.Table!, column, null, ColumnEdgeKind.Filter))))
            .ToList();
        return new ColumnsDerived(task.Target.ToString(), edges);
    }

    private static string KindOf(CleanRule rule) =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(rule.Rule.ToString());
}

/// <summary>What <c>clean.rules</c> gives downstream.</summary>
public sealed record CleanRulesOutputs : TableOutputs
{
    /// <summary>Rows rejected.</summary>
    public long Rejected { get; init; }

    /// <summary>The table that holds them; null where there is none.</summary>
    public string? RejectedTable { get; init; }

    /// <summary>What each rule did, in order.</summary>
    public IReadOnlyList<CleanRuleResult> Rules { get; init; } = [];
}
