namespace Platform.Inventory.Classify;

/// <summary>A semantic type with its names and its usual personal class.</summary>
/// <param name="Name">As it is stored.</param>
/// <param name="Title">For people.</param>
/// <param name="TitleZh">For people, in Chinese.</param>
/// <param name="Personal">The class that a column of it usually has.</param>
public sealed record SemanticType(string Name, string Title, string TitleZh, PersonalClass Personal = PersonalClass.None);

/// <summary>All semantic types that the rules give.</summary>
public static class SemanticTypes
{
    public static IReadOnlyDictionary<string, SemanticType> All { get; } = new SemanticType[]
    {
        new("given_name", "Given name", "名", PersonalClass.Name),
        new("family_name", "Family name", "姓", PersonalClass.Name),
        new("person_name", "Person's name", "姓名", PersonalClass.Name),
        new("email", "E-mail", "电子邮箱", PersonalClass.Contact),
        new("phone", "Phone number", "电话", PersonalClass.Contact),
        new("national_id", "National id", "身份证号", PersonalClass.Identity),
        new("bank_card", "Bank card", "银行卡号", PersonalClass.Financial),
        new("iban", "Bank account (IBAN)", "银行账号", PersonalClass.Financial),
        new("street_address", "Street address", "街道地址", PersonalClass.Address),
        new("address", "Address", "地址", PersonalClass.Address),
        new("date_of_birth", "Date of birth", "出生日期", PersonalClass.Demographic),
        new("age", "Age", "年龄"),
        new("gender", "Gender", "性别"),
        new("ip_address", "IP address", "IP 地址", PersonalClass.Online),
        new("mac_address", "MAC address", "MAC 地址", PersonalClass.Online),
        new("masked", "Masked values", "已脱敏", PersonalClass.Masked),
        new("city", "City", "城市"),
        new("region", "State or province", "省州"),
        new("country", "Country", "国家"),
        new("country_code", "Country code", "国家代码"),
        new("postcode", "Postcode", "邮编"),
        new("latitude", "Latitude", "纬度"),
        new("longitude", "Longitude", "经度"),
        new("coordinates", "Coordinates", "坐标"),
        new("url", "Web address", "网址"),
        new("file_path", "File path", "文件路径"),
        new("uuid", "UUID", "UUID"),
        new("hash", "Hash or token", "哈希"),
        new("identifier", "Identifier", "标识"),
        new("code", "Code", "代码"),
        new("date", "Date", "日期"),
        new("timestamp", "Time", "时间"),
        new("time_of_day", "Time of day", "时刻"),
        new("unix_time", "Unix time", "Unix 时间"),
        new("year", "Year", "年份"),
        new("month", "Month", "月份"),
        new("weekday", "Weekday", "星期"),
        new("duration", "Duration", "时长"),
        new("price", "Price or amount", "价格或金额"),
        new("currency", "Currency", "货币"),
        new("quantity", "Quantity", "数量"),
        new("rating", "Rating", "评分"),
        new("percentage", "Percentage", "百分比"),
        new("flag", "Yes or no", "是否"),
        new("label", "Class label", "类别标签"),
        new("category", "Category", "分类"),
        new("status", "Status", "状态"),
        new("title", "Title or name of a thing", "名称"),
        new("free_text", "Text in English or another alphabet", "文本"),
        new("free_text_zh", "Text in Chinese", "中文文本"),
        new("json", "JSON", "JSON"),
        new("list", "List", "列表"),
        new("color", "Colour", "颜色"),
        new("measure", "Number", "数值"),
        new("text", "Text", "文字"),
        new("constant", "One value only", "单一值"),
        new("empty", "No values", "空"),
    }.ToDictionary(type => type.Name);
}
