using Platform.Inventory.Classify;
using Platform.Inventory.Quality;

namespace Platform.Inventory.Report;

/// <summary>Words of the report in both languages.</summary>
internal static class Words
{
    /// <summary>The stored word of a personal class.</summary>
    public static string Of(PersonalClass personal) => personal switch
    {
        PersonalClass.InText => "in_text",
        _ => personal.ToString().ToLowerInvariant(),
    };

    public static (string En, string Zh) Class(string personal) => personal switch
    {
        "name" => ("Names", "姓名"),
        "contact" => ("Contact", "联系方式"),
        "address" => ("Address", "地址"),
        "identity" => ("National id", "身份证件"),
        "financial" => ("Cards and accounts", "金融账户"),
        "demographic" => ("Birth, age, gender", "出生、年龄、性别"),
        "online" => ("Devices", "设备标识"),
        "masked" => ("Masked", "已脱敏"),
        "in_text" => ("Inside texts", "文本中"),
        "secret" => ("Passwords and keys", "密码和密钥"),
        _ => (personal, personal),
    };

    public static (string En, string Zh) Domain(string? domain) => domain switch
    {
        "user" => ("User", "用户"),
        "product" => ("Product", "商品"),
        "behaviour" => ("Behaviour", "行为"),
        "transaction" => ("Transaction", "交易"),
        "market" => ("Market", "市场"),
        "content" => ("Content", "内容"),
        "operations" => ("Operations", "运营"),
        _ => ("", ""),
    };

    public static (string En, string Zh) Condition(string condition) => condition switch
    {
        "readable" => ("readable", "可读"),
        "unsupported" => ("unsupported", "不支持"),
        "broken" => ("broken", "损坏"),
        _ => ("unreadable", "不可读"),
    };

    public static (string En, string Zh) Type(string type) => SemanticTypes.All.TryGetValue(type, out var known) ? (known.Title, known.TitleZh) : (type, type);

    /// <summary>What is wrong with cells.</summary>
    public static (string En, string Zh) Cause(string cause) => cause switch
    {
        "misspelt" => ("misspelt", "拼写错误"),
        "contradicted" => ("other rows say otherwise", "与其他行矛盾"),
        "left" => ("empty, though known", "可补的空值"),
        "misplaced" => ("holds another column's value", "混入其他列的值"),
        "unit" => ("another unit", "单位不一致"),
        "mangled" => ("broken letters", "乱码"),
        "malformed" => ("another form than the others", "格式不符"),
        "order" => ("times the wrong way round", "时间顺序颠倒"),
        _ => (cause, cause),
    };

    /// <summary>A metric of quality, as <c>day_rows</c> or <c>null_share</c>; with or without its day.</summary>
    public static (string En, string Zh) Metric(string metric) => (MetricWords.Name(metric).En, MetricWords.Name(metric).Zh);
}
