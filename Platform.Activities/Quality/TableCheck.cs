using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Inventory.Quality;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Quality;

/// <summary>Something that <c>quality.check</c> asserts. Which fields count depends on <see cref="Check"/>. A null value breaks <c>not-null</c> only; the other checks of values leave nulls out.</summary>
public sealed record TableCheck
{
    private const int LongestName = 80;

    [Field(Title = "Check", TitleZh = "检查", Help = "What must hold.", HelpZh = "必须成立的条件。")]
    public required TableCheckKind Check { get; init; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, For = ["not-null", "unique", "range", "set", "pattern", "reference", "freshness"], Help = "Each is checked by itself; with unique they tell rows apart together; with freshness one column, or none for the table's newest write.", HelpZh = "逐列检查；unique 时各列共同区分行；freshness 时为一列，不填则看表的最近写入。")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    [Field(Title = "Smallest", TitleZh = "最小值", Kind = FieldKind.Any, For = ["range", "row-count"], Help = "range: a number, or a date or time as text; row-count: the fewest rows.", HelpZh = "range：数字，或文本形式的日期、时间；row-count：最少行数。", Example = "0")]
    public JsonNode? Min { get; init; }

    [Field(Title = "Largest", TitleZh = "最大值", Kind = FieldKind.Any, For = ["range", "row-count"], Help = "range: a number, or a date or time as text; row-count: the most rows.", HelpZh = "range：数字，或文本形式的日期、时间；row-count：最多行数。", Example = "1000")]
    public JsonNode? Max { get; init; }

    [Field(Title = "Values", TitleZh = "允许的值", For = ["set"], Help = "set: the only values allowed.", HelpZh = "set：仅允许这些值。")]
    public IReadOnlyList<string> Values { get; init; } = [];

    [Field(Title = "Pattern", TitleZh = "正则", For = ["pattern"], Help = "pattern: a regular expression (RE2) that each value matches as a whole.", HelpZh = "pattern：每个值须完整匹配的正则表达式（RE2）。", Example = "[0-9]{6}")]
    public string? Pattern { get; init; }

    [Field(Title = "Table", TitleZh = "引用表", Kind = FieldKind.Table, TableUse = TableUse.Reads, For = ["reference"], Help = "reference: the table that must have the value.", HelpZh = "reference：必须含有该值的表。", Example = "clean.customers")]
    public string? Table { get; init; }

    [Field(Title = "Referenced columns", TitleZh = "引用列", Kind = FieldKind.Columns, For = ["reference"], Help = "reference: its columns, in the order of columns; the same names where left out.", HelpZh = "reference：引用表中的列，顺序与“列”一致；不填则列名相同。")]
    public IReadOnlyList<string> References { get; init; } = [];

    [Field(Title = "Oldest", TitleZh = "最大时长", For = ["freshness"], Help = "freshness: how old the newest value, or the newest write, may be.", HelpZh = "freshness：最新的值（或最近写入）最多可以多旧。", Example = "26h")]
    public TimeSpan? MaxAge { get; init; }

    [Field(Title = "Condition", TitleZh = "条件", Kind = FieldKind.Sql, For = ["where"], Help = "where: a condition in SQL that each row must meet.", HelpZh = "where：每一行都必须满足的 SQL 条件。", Example = "shipped_at >= ordered_at")]
    public string? Condition { get; init; }

    [Field(Title = "SQL", TitleZh = "SQL", Kind = FieldKind.Sql, For = ["sql"], Help = "sql: one SELECT whose rows break the check; {table} stands for the table.", HelpZh = "sql：一条 SELECT，其返回的行即为违反检查的行；{table} 表示本表。", Example = "select order_id, count(*) from {table} group by 1 having count(*) > 20")]
    public string? Sql { get; init; }

    [Field(Title = "If it is broken", TitleZh = "不通过时", For = ["not-null", "unique", "range", "set", "pattern", "reference", "row-count", "freshness", "where", "sql"], Help = "fail stops the tasks behind this one; warn only tells.", HelpZh = "fail 会阻止后续任务；warn 仅提示。")]
    public TableCheckSeverity Severity { get; init; } = TableCheckSeverity.Fail;

    [Field(Title = "Share that may break it", TitleZh = "允许的不合格比例", Min = 0, Max = 1, For = ["not-null", "unique", "range", "set", "pattern", "reference"], Help = "From 0 to 1: 0.01 lets one row of a hundred pass. Left out: none.", HelpZh = "0 到 1：0.01 表示允许百分之一的行不合格；不填则不允许。")]
    public double? MaxShare { get; init; }

    [Field(Title = "Name", TitleZh = "名称", Help = "What it is called among the checks of the table. Left out: what it is of.", HelpZh = "在该表检查中的名称；不填则按检查内容命名。")]
    public string? Name { get; init; }

    /// <summary>The checks that it stands for: one a column, or one.</summary>
    /// <exception cref="FormatException">It cannot be made; the message says why.</exception>
    public IReadOnlyList<CheckDefinition> Definitions()
    {
        var severity = Severity == TableCheckSeverity.Fail ? "critical" : "warning";
        CheckDefinition of(string kind) => new() { Kind = kind, Name = Named, Severity = severity, MaxShare = MaxShare };

        switch (Check)
        {
            case TableCheckKind.Unique when Columns.Count > 0:
                return [of("unique") with { Column = Columns is [var only] ? only : null, Columns = Columns.Count > 1 ? Columns : null }];
            case TableCheckKind.RowCount:
                return [of("volume") with { Name = Named ?? "row count", Min = Number(Min, "min"), Max = Number(Max, "max"), MaxShare = null }];
            case TableCheckKind.Freshness when Columns.Count > 1:
                throw new FormatException("A check of freshness looks at one column at most. Make a check of each.");
            case TableCheckKind.Freshness:
                return [of("freshness") with { Name = Named ?? "age", Column = Columns is [var newest] ? newest : null, MaxAge = MaxAge is { } age ? Duration.Format(age) : null, MaxShare = null }];
            case TableCheckKind.Where:
                if (string.IsNullOrWhiteSpace(Condition))
                    throw new FormatException("A check of the kind 'where' needs a 'condition'.");
                var condition = SqlText(Condition);
                // What nobody can tell does not meet it, as with the rules of clean.rules.
                return [of("sql") with { Name = Named ?? Short(condition), Sql = $"select * from {{table}} where not coalesce(({condition}\n), false)", MaxShare = null }];
            case TableCheckKind.Sql:
                return [of("sql") with { Sql = Sql, MaxShare = null }];
            default:
                return Columns.Count == 0 ? throw new FormatException($"A check of the kind '{Naming.Kebab(Check.ToString())}' names no columns. Add 'columns'.") : [.. Columns.Select((column, i) => OfColumn(of, column, i))];
        }
    }

    private string? Named => string.IsNullOrWhiteSpace(Name) ? null : Name.Trim();

    private CheckDefinition OfColumn(Func<string, CheckDefinition> of, string column, int place)
    {
        switch (Check)
        {
            case TableCheckKind.Range when Time(Min) is not null || Time(Max) is not null:
                return of("range") with { Column = column, Earliest = Time(Min), Latest = Time(Max) };
            case TableCheckKind.Range:
                return of("range") with { Column = column, Min = Number(Min, "min"), Max = Number(Max, "max") };
            case TableCheckKind.Set:
                return of("set") with { Column = column, Values = Values };
            case TableCheckKind.Pattern:
                return of("pattern") with { Column = column, Pattern = Pattern };
            case TableCheckKind.Reference when References.Count > 0 && References.Count != Columns.Count:
                throw new FormatException($"A check of the kind 'reference' has {Plural.Of(Columns.Count, "column")} and {Plural.Of(References.Count, "referenced column")}. Name as many of both, or none of 'references'.");
            case TableCheckKind.Reference when string.IsNullOrEmpty(Table):
                throw new FormatException("A check of the kind 'reference' needs a 'table', whose values these must be.");
            case TableCheckKind.Reference when !Names.IsTable(Table):
                throw new FormatException($"'{Table}' is no table name. Write schema.table, such as clean.customers.");
            case TableCheckKind.Reference:
                return of("reference") with { Column = column, ReferenceAsset = Table, ReferenceColumn = place < References.Count ? References[place] : null };
            default:
                return of("not_null") with { Column = column };
        }
    }

    private static string SqlText(string condition) => Tables.SqlText.TrimEnd(condition);

    private static string Short(string text) => text.ReplaceLineEndings(" ").Trim() is { Length: > LongestName } longer ? longer[..(LongestName - 1)] + "…" : text.ReplaceLineEndings(" ").Trim();

    /// <summary>A text that is no number.</summary>
    private static string? Time(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text : null;

    private static double? Number(JsonNode? node, string field) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out double number) => number,
        JsonValue value when value.TryGetValue(out long whole) => whole,
        JsonValue value when value.TryGetValue(out string? text) && text.Length == 0 => null,
        JsonValue value when value.TryGetValue(out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new FormatException($"'{field}' is {node.ToJsonString()}, which is no number."),
    };
}

/// <summary>What a check asserts.</summary>
public enum TableCheckKind
{
    /// <summary>Each row has a value.</summary>
    NotNull,

    /// <summary>No two rows have the same value, or values.</summary>
    Unique,

    /// <summary>Values lie between two bounds, both allowed.</summary>
    Range,

    /// <summary>Values are of a list.</summary>
    Set,

    /// <summary>Values match a regular expression as a whole.</summary>
    Pattern,

    /// <summary>Values are found in a column of another table.</summary>
    Reference,

    /// <summary>The table has so many rows; an empty one breaks it.</summary>
    RowCount,

    /// <summary>The newest value, or the newest write, is not too old.</summary>
    Freshness,

    /// <summary>Each row meets a condition.</summary>
    Where,

    /// <summary>A query gives no row.</summary>
    Sql,
}

/// <summary>What a broken check does.</summary>
public enum TableCheckSeverity
{
    /// <summary>The task fails: nothing behind it begins. In the catalog it is critical.</summary>
    Fail,

    /// <summary>It is told, and the run goes on. In the catalog it is a warning.</summary>
    Warn,
}
