using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>A rule of <c>clean.rules</c>. Which fields count depends on <see cref="Rule"/>.</summary>
public sealed record CleanRule
{
    [Field(Title = "Rule", TitleZh = "规则", Help = "What is done.")]
    public required CleanRuleKind Rule { get; init; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, Help = "Columns that the rule is about; for drop-duplicates the key, all columns where left out.")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    [Field(Title = "If a value breaks it", TitleZh = "不满足时", Help = "reject moves the row to TABLE__rejected, drop leaves it out, set-null empties the value, clamp takes the nearest bound (range only).")]
    public OnFail OnFail { get; init; } = OnFail.Reject;

    [Field(Title = "Order by", TitleZh = "排序", Help = "drop-duplicates: the row that comes first by these columns is kept; a minus before a name turns its order.", Example = "-updated_at")]
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    [Field(Title = "Type", TitleZh = "类型", Help = "cast: text, integer, number, decimal(p,s), boolean, date or timestamp.", Example = "date")]
    public string? To { get; init; }

    [Field(Title = "Value", TitleZh = "值", Kind = FieldKind.Any, Help = "fill: what stands in for null.")]
    public JsonNode? Value { get; init; }

    [Field(Title = "Smallest", TitleZh = "最小值", Kind = FieldKind.Any, Help = "range: a number, or a date or time as text.")]
    public JsonNode? Min { get; init; }

    [Field(Title = "Largest", TitleZh = "最大值", Kind = FieldKind.Any, Help = "range: a number, or a date or time as text.")]
    public JsonNode? Max { get; init; }

    [Field(Title = "Values", TitleZh = "允许的值", Help = "set: the only values allowed.")]
    public IReadOnlyList<string> Values { get; init; } = [];

    [Field(Title = "Pattern", TitleZh = "正则", Help = "pattern: a regular expression that must match.", Example = "^[0-9]{6}$")]
    public string? Pattern { get; init; }

    [Field(Title = "Table", TitleZh = "引用表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Help = "reference: the table that must have the value.", Example = "shop.products")]
    public string? Table { get; init; }

    [Field(Title = "Referenced columns", TitleZh = "引用列", Kind = FieldKind.Columns, Help = "reference: its columns, in the order of columns; the same names where left out.")]
    public IReadOnlyList<string> References { get; init; } = [];

    [Field(Title = "Condition", TitleZh = "条件", Kind = FieldKind.Sql, Help = "where: a condition in SQL that rows must meet.", Example = "Quantity > 0")]
    public string? Condition { get; init; }

    [Field(Title = "Case", TitleZh = "大小写", Help = "normalise: keep, lower or upper.")]
    public LetterCase Case { get; init; } = LetterCase.Keep;
}

/// <summary>Kinds of rules.</summary>
public enum CleanRuleKind
{
    /// <summary>Keeps one row of each key. Rows with a null in a named key are no duplicates of each other.</summary>
    DropDuplicates,

    /// <summary>Takes spaces at both ends off; what is empty then becomes null.</summary>
    Trim,

    /// <summary>Unicode form C, full-width letters and digits made half-width, runs of spaces made one, and <see cref="Trim"/>.</summary>
    Normalise,

    /// <summary>Changes the type; a value that cannot be of it breaks the rule.</summary>
    Cast,

    /// <summary>Puts a value in place of null.</summary>
    Fill,

    /// <summary>No null.</summary>
    NotNull,

    /// <summary>Between two bounds, both allowed. Null is allowed.</summary>
    Range,

    /// <summary>One of a list. Null is allowed.</summary>
    Set,

    /// <summary>Matches a regular expression. Null is allowed.</summary>
    Pattern,

    /// <summary>Is found in another table. Null is allowed.</summary>
    Reference,

    /// <summary>A condition over the row holds.</summary>
    Where,
}

/// <summary>What happens to a value that breaks a rule.</summary>
public enum OnFail
{
    Reject,
    Drop,
    SetNull,
    Clamp,
}

/// <summary>Letters of a normalised text.</summary>
public enum LetterCase
{
    Keep,
    Lower,
    Upper,
}

/// <summary>What a rule did.</summary>
public sealed record CleanRuleResult
{
    /// <summary>Its place in the list, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its kind, kebab-case.</summary>
    public required string Rule { get; init; }

    /// <summary>Its columns.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Rows (or, for changes in place, values) that it changed, dropped or rejected.</summary>
    public required long Affected { get; init; }
}
