using Platform.Inventory.Masking;
using Platform.Workflows.Activities;

namespace Platform.Activities.Clean;

/// <summary>A rule of <c>clean.mask</c>: which columns, and how they are hidden.</summary>
public sealed record MaskRule
{
    [Field(Title = "Method", TitleZh = "方法", Help = "How the values are hidden.", HelpZh = "如何隐藏取值。")]
    public required MaskMethod Method { get; init; }

    [Field(Title = "Columns", TitleZh = "列", Kind = FieldKind.Columns, Help = "Columns by name. A rule that names a column comes before one that takes it by its class.", HelpZh = "按名称指定的列，优先于按类别匹配的规则。")]
    public IReadOnlyList<string> Columns { get; init; } = [];

    [Field(Title = "Classes", TitleZh = "个人信息类别", Help = "Columns by what the inventory says they hold: name, contact, address, identity, financial, demographic, online, in_text. What people decided in the review comes before the rules' judgement.", HelpZh = "按盘点判定的类别选择列：name、contact、address、identity、financial、demographic、online、in_text；人工确认优先。", Example = "[contact, identity]")]
    public IReadOnlyList<string> Classes { get; init; } = [];

    [Field(Title = "Keep", TitleZh = "保留位数", Min = 0, Max = 64, Help = "partial: letters and digits at the end that stay, 4 where left out. generalise a text: characters at its beginning that stay, 3 where left out.", HelpZh = "partial：末尾保留的字符数，默认 4；generalise 文本：开头保留的字符数，默认 3。")]
    public int? Keep { get; init; }

    [Field(Title = "Period", TitleZh = "时间粒度", Help = "generalise a date or time: month, quarter, year or decade.", HelpZh = "generalise 日期或时间：month、quarter、year 或 decade。")]
    public MaskPeriod Period { get; init; } = MaskPeriod.Month;

    [Field(Title = "Width", TitleZh = "区间宽度", Help = "generalise a number: width of a band; 10 makes 34 the text 30-39.", HelpZh = "generalise 数值：区间宽度，10 会把 34 变成 30-39。")]
    public double Width { get; init; } = 10;

    [Field(Title = "Stand-in", TitleZh = "替代文字", Help = "redact: the text that stands for every value of a column of texts; columns of other types become null.", HelpZh = "redact：文本列统一替换成的文字；其他类型的列变为空值。")]
    public string With { get; init; } = "[redacted]";
}

/// <summary>Ways to hide values.</summary>
public enum MaskMethod
{
    /// <summary>HMAC-SHA256 with the secret, 32 hexadecimal digits. The same value gives the same hash everywhere, so that joins still work.</summary>
    Hash,

    /// <summary>A short stand-in for people to read, <c>tok_…</c>; keyed and deterministic as a hash is. There is no way back.</summary>
    Token,

    /// <summary>Digits for digits and letters for letters, keyed: the form stays, Luhn's check digit too, and different values stay different.</summary>
    FormatPreserving,

    /// <summary>Coarser: dates to a period, numbers to a band, IP addresses to their network, other texts to their first characters.</summary>
    Generalise,

    /// <summary>Stars for all but the last letters and digits.</summary>
    Partial,

    /// <summary>One text for all values.</summary>
    Redact,

    /// <summary>Personal data inside sentences replaced by their kind: <c>[phone]</c>. For columns of free text.</summary>
    Text,

    /// <summary>The column is left out.</summary>
    Drop,
}

/// <summary>What a mask did to a column.</summary>
public sealed record MaskedColumn
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The method, kebab-case.</summary>
    public required string Method { get; init; }

    /// <summary>The class by which it was taken; null where it was named.</summary>
    public string? Class { get; init; }

    /// <summary>Distinct values that were masked, those left out in which there was nothing to hide; null for a column that was dropped or redacted.</summary>
    public long? Values { get; init; }
}
