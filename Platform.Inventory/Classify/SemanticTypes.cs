namespace Platform.Inventory.Classify;

/// <summary>A semantic type: what the values of a column mean.</summary>
/// <param name="Name">As it is stored.</param>
/// <param name="Title">For people.</param>
/// <param name="TitleZh">For people, in Chinese.</param>
/// <param name="Help">What its values are, in one line.</param>
/// <param name="HelpZh">The same in Chinese.</param>
/// <param name="Personal">The class of personal data that a column of it has; the table around it can add one (a city beside a name).</param>
/// <param name="Domain">The business domain that it belongs to: <c>user</c>, <c>product</c>, <c>behaviour</c>, <c>transaction</c>, <c>market</c>, <c>content</c>; null where it fits any.</param>
/// <param name="Parent">The more general type that still holds where this one is not sure; null for the most general.</param>
public sealed record SemanticType(string Name, string Title, string TitleZh, string Help, string HelpZh, PersonalClass Personal = PersonalClass.None, string? Domain = null, string? Parent = null);

/// <summary>The one list of semantic types: rules, the model, people, pages and the API choose from it.</summary>
public static class SemanticTypes
{
    /// <summary>The verdict that abstains: nothing speaks clearly enough.</summary>
    public const string Unknown = "unknown";

    private static readonly SemanticType[] List =
    [
        // People.
        new("person_name", "Person's name", "姓名", "Full names of people", "人的全名", PersonalClass.Name, "user"),
        new("given_name", "Given name", "名", "First names", "名字（不含姓）", PersonalClass.Name, "user", "person_name"),
        new("family_name", "Family name", "姓", "Last names", "姓氏", PersonalClass.Name, "user", "person_name"),
        new("email", "E-mail", "电子邮箱", "E-mail addresses", "电子邮件地址", PersonalClass.Contact, "user"),
        new("phone", "Phone number", "电话", "Telephone numbers, mobile or fixed, of any country", "各国手机或座机号码", PersonalClass.Contact, "user"),
        new("username", "User name", "用户名", "Names of accounts, nicknames, handles", "账号名、昵称", PersonalClass.Online, "user"),
        new("secret", "Password or secret hash", "密码或密钥", "Passwords, their hashes, tokens and keys", "密码及其哈希、令牌、密钥", PersonalClass.Secret, "user"),
        new("national_id", "National id", "身份证号", "Numbers that a state gives a person", "国家发放的个人证件号码", PersonalClass.Identity, "user"),
        new("plate_number", "Licence plate", "车牌号", "Licence plates of vehicles", "机动车号牌", PersonalClass.Identity, "user"),
        new("bank_card", "Bank card", "银行卡号", "Card numbers with an issuer's prefix and Luhn's check digit", "带发卡行前缀和校验位的卡号", PersonalClass.Financial, "transaction"),
        new("iban", "Bank account (IBAN)", "国际银行账号", "International bank account numbers", "国际银行账号", PersonalClass.Financial, "transaction"),
        new("date_of_birth", "Date of birth", "出生日期", "Birthdays", "生日", PersonalClass.Demographic, "user", "date"),
        new("age", "Age", "年龄", "Ages of people in years", "人的年龄（岁）", PersonalClass.Demographic, "user", "measure"),
        new("gender", "Gender", "性别", "Male, female and the like", "男、女等", PersonalClass.Demographic, "user", "category"),
        new("job_title", "Job title", "职位", "Occupations and positions", "职业、岗位", PersonalClass.None, "user", "title"),

        // Places.
        new("street_address", "Street address", "街道地址", "House number and street", "门牌号和街道", PersonalClass.Address, "user", "address"),
        new("address", "Address", "地址", "Whole postal addresses", "完整邮寄地址", PersonalClass.Address, "user"),
        new("city", "City", "城市", "Cities, towns and suburbs", "城市、城镇", Parent: "title"),
        new("region", "State or province", "省州", "States, provinces and counties, names or codes", "省、州、县的名称或代码", Parent: "title"),
        new("country", "Country", "国家", "Names of countries", "国家名称", Parent: "title"),
        new("country_code", "Country code", "国家代码", "ISO 3166 codes of countries", "ISO 3166 国家代码", Parent: "category"),
        new("postcode", "Postcode", "邮编", "Postal codes", "邮政编码", Parent: "code"),
        new("latitude", "Latitude", "纬度", "Degrees north", "纬度（度）", Parent: "measure"),
        new("longitude", "Longitude", "经度", "Degrees east", "经度（度）", Parent: "measure"),
        new("coordinates", "Coordinates", "坐标", "Pairs of degrees", "经纬度对"),

        // Devices and the web.
        new("ip_address", "IP address", "IP 地址", "IPv4 and IPv6 addresses", "IPv4、IPv6 地址", PersonalClass.Online, "behaviour"),
        new("mac_address", "MAC address", "MAC 地址", "Hardware addresses", "硬件地址", PersonalClass.Online, "behaviour"),
        new("user_agent", "User agent", "浏览器标识", "What browsers and programs say of themselves", "浏览器、客户端标识字符串", PersonalClass.None, "behaviour", "text"),
        new("url", "Web address", "网址", "Web pages and hosts", "网页地址、域名", PersonalClass.None, "content"),
        new("image_url", "Image address", "图片地址", "Web addresses of pictures", "图片链接", PersonalClass.None, "content", "url"),
        new("file_path", "File path", "文件路径", "Paths and names of files", "文件路径或文件名"),

        // What tells rows and things apart.
        new("identifier", "Identifier", "标识", "Numbers or texts that name rows of this or another table", "本表或他表记录的编号"),
        new("user_id", "User id", "用户编号", "Ids of users, customers, members", "用户、客户、会员编号", PersonalClass.None, "user", "identifier"),
        new("order_id", "Order or transaction id", "订单编号", "Ids of orders, invoices, payments", "订单、发票、支付流水号", PersonalClass.None, "transaction", "identifier"),
        new("session_id", "Session id", "会话编号", "Ids of visits", "访问会话编号", PersonalClass.None, "behaviour", "identifier"),
        new("device_id", "Device id", "设备编号", "IMEI, advertising ids and the like", "IMEI、广告标识等", PersonalClass.Online, "behaviour", "identifier"),
        new("sku", "SKU or product id", "商品编码", "Codes and ids of products and items", "商品、货品编码", PersonalClass.None, "product", "identifier"),
        new("uuid", "UUID", "UUID", "Universally unique ids", "通用唯一标识", Parent: "identifier"),
        new("hash", "Hash", "哈希", "Digests in hexadecimal or base 64", "十六进制或 Base64 摘要"),
        new("code", "Code", "代码", "Letters and digits by a rule that is not known here", "按某种规则编写的字母数字代码"),
        new("vat_number", "VAT number", "增值税号", "Tax numbers of companies", "企业增值税号", PersonalClass.None, "transaction", "code"),
        new("credit_code", "Unified social credit code", "统一社会信用代码", "18 places that China gives organisations (GB 32100)", "中国组织机构的 18 位代码（GB 32100）", PersonalClass.None, "transaction", "code"),

        // Trade.
        new("product_name", "Product name", "商品名称", "Names of goods", "商品的名称", PersonalClass.None, "product", "title"),
        new("brand", "Brand", "品牌", "Makers and labels", "品牌、制造商", PersonalClass.None, "product", "title"),
        new("company", "Company or organisation", "公司或机构", "Names of companies, hospitals, schools", "公司、医院、学校等名称", PersonalClass.None, "market", "title"),
        new("category", "Category", "分类", "Few words that group the rows", "用于分组的少量取值"),
        new("status", "Status", "状态", "Where something stands in its life", "所处的阶段", PersonalClass.None, null, "category"),
        new("color", "Colour", "颜色", "Names or codes of colours", "颜色名或色值", PersonalClass.None, "product", "category"),
        new("size", "Size", "尺码规格", "S, M, L; 42; 10 x 20 cm", "尺码、规格尺寸", PersonalClass.None, "product", "category"),
        new("weight", "Weight or volume", "重量或容量", "Amounts in kilograms, pounds, litres", "公斤、磅、升等", PersonalClass.None, "product", "measure"),
        new("price", "Price", "价格", "Money for one piece", "单价", PersonalClass.None, "transaction", "amount"),
        new("amount", "Amount of money", "金额", "Sums of money: totals, payments, balances", "总额、付款、余额等", PersonalClass.None, "transaction", "measure"),
        new("currency", "Currency", "货币", "Codes, signs or names of currencies", "货币代码、符号或名称", PersonalClass.None, "transaction", "category"),
        new("quantity", "Quantity or count", "数量", "How many", "件数、次数", PersonalClass.None, "transaction", "measure"),
        new("discount", "Discount", "折扣", "What is taken off a price", "优惠、折扣", PersonalClass.None, "transaction", "measure"),
        new("tax", "Tax", "税", "Taxes, rates of tax", "税额、税率", PersonalClass.None, "transaction", "measure"),
        new("percentage", "Percentage", "百分比", "Shares in per cent", "百分比", Parent: "measure"),
        new("rating", "Rating", "评分", "Stars, marks given by people", "星级、打分", PersonalClass.None, "content", "measure"),
        new("score", "Score or probability", "得分或概率", "What a model or formula gives", "模型或公式的得分、概率", Parent: "measure"),
        new("embedding", "Embedding", "向量", "Lists of numbers for machines", "供机器使用的数值向量", Parent: "list"),

        // Time.
        new("date", "Date", "日期", "Days", "日期"),
        new("timestamp", "Time", "时间", "Days with a time", "日期时间"),
        new("time_of_day", "Time of day", "时刻", "Hours and minutes", "时分秒"),
        new("unix_time", "Unix time", "Unix 时间", "Seconds or milliseconds since 1970", "自 1970 年起的秒或毫秒", Parent: "timestamp"),
        new("year", "Year", "年份", "Calendar years", "年份", Parent: "date"),
        new("month", "Month", "月份", "Months by number, name or with the year", "月份", Parent: "date"),
        new("day", "Day of month", "日", "1 to 31", "1 至 31 日", Parent: "measure"),
        new("weekday", "Weekday", "星期", "Days of the week", "星期几", Parent: "category"),
        new("duration", "Duration", "时长", "How long", "持续时间", Parent: "measure"),

        // Content and behaviour.
        new("review", "Review text", "评论内容", "What customers write about things", "顾客对商品的评论", PersonalClass.None, "content", "free_text"),
        new("free_text", "Free text", "自由文本", "Sentences", "句子、段落", PersonalClass.None, "content"),
        new("title", "Title or name of a thing", "名称", "Short texts that name something", "简短的名称或标题"),
        new("language", "Language", "语言", "Names or codes of languages", "语言名称或代码", PersonalClass.None, "content", "category"),
        new("event_name", "Event name", "事件名", "What happened, as programs name it", "埋点事件名称", PersonalClass.None, "behaviour", "category"),
        new("flag", "Yes or no", "是否", "Two values, true and false", "真、假两个取值", Parent: "category"),
        new("label", "Class label", "类别标签", "Classes for learning", "用于学习的类别", Parent: "category"),
        new("version", "Version", "版本号", "Versions of software and documents", "软件、文档版本"),
        new("json", "JSON", "JSON", "JSON objects", "JSON 对象"),
        new("html", "HTML", "HTML", "Marked-up text", "HTML 标记文本", Parent: "free_text"),
        new("list", "List", "列表", "Several values in one cell", "一个单元格内的多个值"),

        // Where only the form is known.
        new("measure", "Number", "数值", "Numbers to compute with", "可计算的数值"),
        new("text", "Text", "文字", "Words of no clearer kind", "无法进一步归类的文字"),
        new("masked", "Masked values", "已脱敏", "Hidden by the source", "来源已隐藏", PersonalClass.Masked),
        new("constant", "One value only", "单一值", "The same value in every row", "所有行取值相同"),
        new("empty", "No values", "空", "No row has a value", "没有任何值"),
        new(Unknown, "Not known", "未知", "Nothing speaks clearly enough", "没有足够依据"),
    ];

    /// <summary>All types by name.</summary>
    public static IReadOnlyDictionary<string, SemanticType> All { get; } = List.ToDictionary(type => type.Name);

    /// <summary>All types in the order in which people read them.</summary>
    public static IReadOnlyList<SemanticType> InOrder => List;

    /// <summary>The types that the model tells apart, in the order of its outputs: all but those that need no judgement.</summary>
    internal static IReadOnlyList<string> Judged { get; } = [.. List.Select(type => type.Name).Where(name => name is not ("masked" or "constant" or "empty" or Unknown))];

    /// <summary>Whether <paramref name="type"/> is <paramref name="general"/> or one of its kinds.</summary>
    internal static bool IsA(string type, string general)
    {
        for (string? at = type; at is not null; at = All[at].Parent)
        {
            if (at == general)
                return true;
        }

        return false;
    }
}
