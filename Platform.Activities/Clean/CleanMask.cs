using Platform.Catalog.Masking;
using Platform.Inventory.Masking;
using Platform.Tables;
using Platform.Tables.Native;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>Hides personal data of a table and writes the rest into another, the same way each time, so that masked columns still join.</summary>
[Activity("clean.mask", Title = "Mask personal data", TitleZh = "数据脱敏", Stage = Stage.Clean, Icon = "eye-off", Preview = PreviewSupport.Runs,
    Help = "Reads a table and writes it with personal data hidden: keyed hash, token, format-preserving, generalised, partial, redacted, dropped, or replaced inside sentences. Columns are named or taken by the class that the inventory found. The same value and secret give the same result in every table and run; null stays null. The lineage shows what was masked.",
    HelpZh = "读取一张表，将个人信息脱敏后写出：带密钥哈希、令牌、保留格式、泛化、部分遮盖、统一替换、删除列，或替换句子中的个人信息。列可按名称或盘点得到的类别选择；相同的值和密钥在任何表、任何运行中结果相同，空值保持为空；血缘会标明脱敏。",
    Outputs = typeof(CleanMaskOutputs),
    Example = "from: raw.customers\ntable: clean.customers\nmode: replace\nsecret: masking-key\nrules:\n  - { method: hash, columns: [email] }\n  - { method: format-preserving, columns: [phone] }\n  - { method: generalise, columns: [birth_date], period: year }")]
public sealed class CleanMask(TableStore tables, MaskingQueries? masking = null) : IActivity
{
    [Field(Title = "From", TitleZh = "来源表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "raw.customers")]
    public required string From { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "clean.customers")]
    public required string Table { get; set; }

    [Field(Title = "Rules", TitleZh = "规则", NotEmpty = true, Help = "A column is masked by one rule; columns that none takes stay as they are.", HelpZh = "每列只由一条规则处理，其余列保持不变。")]
    public required IReadOnlyList<MaskRule> Rules { get; set; }

    [Field(Title = "Secret", TitleZh = "密钥", Kind = FieldKind.Secret, Help = "Name of the secret for hash, token and format-preserving, at least 16 characters. Another secret gives other results: keep it as long as masked tables are to join.", HelpZh = "hash、token、format-preserving 使用的密钥名称，至少 16 个字符；更换密钥后结果不同。", Example = "masking-key")]
    public string? Secret { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.", HelpZh = "替换本次数据区间的行、全部替换或追加。")]
    public TableMode Mode { get; set; } = TableMode.ReplaceInterval;

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Help = "With replace-interval: the column by which rows belong to the interval. Left out: the rows that were written for this interval.", HelpZh = "replace-interval 时按此列判断行所属区间；不填则取为该区间写入的行。", Example = "registered_at")]
    public string? Time { get; set; }

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(context, cancellationToken);
        var classes = Rules.Any(rule => rule.Classes.Count > 0) && masking is not null ? await masking.ClassesAsync(From, cancellationToken) : null;
        return await Failures.Run(() => Run(context, key, classes, cancellationToken), cancellationToken);
    }

    private async Task<MaskKey?> KeyAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        if (Rules.FirstOrDefault(rule => rule.Method is MaskMethod.Hash or MaskMethod.Token or MaskMethod.FormatPreserving) is not { } needs)
            return null;
        if (string.IsNullOrWhiteSpace(Secret))
            throw new ActivityException("bad-input", $"Task '{context.TaskId}' masks with {needs.Method}, which needs a secret. Set one with './platform secrets set NAME' and write its name into 'secret'.", retryable: false);
        try
        {
            return new MaskKey(await context.Secrets.GetAsync(Secret, cancellationToken));
        }
        catch (SecretNotFoundException error)
        {
            throw new ActivityException("not-found", error.Message, retryable: false, error);
        }
        catch (ArgumentException error)
        {
            throw new ActivityException("bad-input", $"The secret '{Secret}' is too short for masking: it needs at least {MaskKey.LeastLength} characters. Set a longer one, for example 32 random characters.", retryable: false, error);
        }
    }

    private ActivityResult Run(ActivityContext context, MaskKey? key, IReadOnlyDictionary<string, string>? classes, CancellationToken cancellationToken)
    {
        using var task = new TableTask(tables, context, Table, Mode);
        var from = TableTask.ParseName(From);
        if (from == task.Target)
            throw new ActivityException("bad-input", $"Task '{context.TaskId}' would write what it masks over '{From}' itself, where older versions keep the plain values. Write into another table.", retryable: false);
        var rows = new SourceRows(from, Mode, Time);
        rows.Expose(task.Session, context.Interval);
        var runner = new MaskRunner(task.Session, key, cancellationToken);
        runner.Load(rows.Select, SqlTask.Parameters(context, ""));
        var columns = runner.Columns();
        var masks = MaskPlan.Of(Rules, columns, classes, From);
        if (masks.Count == 0)
            context.Log.Warning($"No column of '{From}' has a class that the rules ask for: nothing is masked.");
        var (select, values) = runner.Run(columns, masks);
        var masked = masks.Zip(values).Select(pair => new MaskedColumn { Column = pair.First.Column.Name, Method = MethodOf(pair.First.Rule), Class = pair.First.Class, Values = pair.Second }).ToList();
        foreach (var column in masked)
            context.Log.Info($"Column '{column.Column}'{(column.Class is null ? "" : $" (class {column.Class})")}: {column.Method}{(column.Values is { } count ? $", {count:N0} distinct values masked" : "")}.");
        task.Facts.Add(Lineage(task, columns, masks));
        task.Measure("masked_columns", masked.Count);
        return ActivityResult.Success(task.Commit(new TableWrite { SelectSql = select, Table = task.Target, AllowNewColumns = true }, new CleanMaskOutputs { Masked = masked }, cancellationToken));
    }

    private ColumnsDerived Lineage(TableTask task, IReadOnlyList<DuckDbColumn> columns, IReadOnlyList<PlannedMask> masks)
    {
        var methods = masks.ToDictionary(mask => mask.Column.Name, mask => mask.Rule.Method, StringComparer.OrdinalIgnoreCase);
        var edges = columns.Where(column => methods.GetValueOrDefault(column.Name, MaskMethod.Hash) != MaskMethod.Drop)
            .Select(column => methods.ContainsKey(column.Name)
                ? new ColumnEdge(From, column.Name, column.Name, ColumnEdgeKind.Transformation, Masking: true)
                : new ColumnEdge(From, column.Name, column.Name, ColumnEdgeKind.Identity))
            .ToList();
        return new ColumnsDerived(task.Target.ToString(), edges);
    }

    private static string MethodOf(MaskRule rule) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(rule.Method.ToString());
}

/// <summary>What <c>clean.mask</c> gives downstream.</summary>
public sealed record CleanMaskOutputs : TableOutputs
{
    /// <summary>What was done to each masked column, in the order of the table.</summary>
    public IReadOnlyList<MaskedColumn> Masked { get; init; } = [];
}
