using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Inventory.Classify;

/// <summary>Checks of single values that have a form of their own: numbers of organisations and vehicles, programs, versions, lists, amounts with their unit.</summary>
internal static partial class CodeChecks
{
    private const string CreditCodeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly FrozenSet<string> Sizes = Set("xxs xs s m l xl xxl xxxl 2xl 3xl 4xl 5xl xs/s s/m m/l l/xl small medium large x-large xx-large x-small tiny big mini regular petite tall plus onesize one-size 均码 小码 中码 大码 加大码 大号 中号 小号 特大号 加大");

    private static readonly FrozenSet<string> Languages = Set("""
        en zh ja ko de fr es it pt ru ar nl sv no nb da fi pl cs sk hu ro bg el tr he th vi id ms hi bn ur fa uk hr sr sl lt lv et ca ga sw ta te mr gu pa
        eng zho jpn kor deu fra spa ita por rus ara nld swe pol tur hin
        english chinese mandarin cantonese japanese korean german french spanish italian portuguese russian arabic dutch swedish norwegian danish finnish polish czech hungarian romanian greek turkish hebrew thai vietnamese indonesian malay hindi bengali urdu persian ukrainian tamil swahili
        deutsch français español italiano português nederlands 中文 英文 英语 汉语 普通话 粤语 日语 日文 韩语 韩文 德语 法语 西班牙语 俄语 葡萄牙语 意大利语 阿拉伯语 泰语 越南语 简体中文 繁体中文
        """);

    private static readonly FrozenSet<string> Statuses = Set("""
        active inactive pending closed open completed complete cancelled canceled processing shipped delivered returned refunded failed success succeeded error approved rejected draft published archived suspended expired new paid unpaid done todo blocked running queued waiting on-hold onhold hold
        in_progress inprogress in-progress pending_payment payment_review suspected_fraud on_hold disabled enabled deleted resolved confirmed submitted accepted declined void settled overdue partial fulfilled unfulfilled scheduled started stopped paused review
        已完成 待付款 已付款 已发货 待发货 已取消 已关闭 退款中 已退款 处理中 待审核 已审核 审核中 正常 异常 禁用 启用 有效 无效 待处理 已签收 进行中 未开始 成功 失败 已支付 未支付 已过期 草稿 已发布 停用 冻结 已驳回 待确认 已确认
        """);

    private static readonly FrozenSet<string> CompanyWords = Set("""
        inc inc. incorporated ltd ltd. limited llc llp plc corp corp. corporation co co. company gmbh ag kg sa s.a. sas sarl srl s.r.l. spa s.p.a. bv b.v. nv n.v. ab oy as a/s pty pte oyj kft zrt group holdings holding partners associates industries enterprises solutions systems technologies technology
        labs laboratories bank hospital university college institute school foundation clinic brewery brewing medical center centre agency consulting logistics insurance airlines motors pharma pharmaceuticals energy media studios services international ventures capital
        """);

    private static readonly FrozenSet<string> JobWords = Set("""
        manager engineer director developer analyst consultant assistant officer specialist coordinator administrator technician supervisor executive president ceo cto cfo designer architect accountant nurse teacher doctor lawyer driver clerk sales representative secretary scientist student
        educator programmer librarian writer artist salesman homemaker retired lead head associate intern chef cook mechanic electrician plumber agent planner strategist producer editor professor auditor operator worker cashier recruiter owner founder partner chief senior junior principal vp
        """);

    private static readonly string[] ChineseJobEnds = ["经理", "工程师", "主管", "总监", "助理", "专员", "教师", "医生", "护士", "律师", "会计", "司机", "顾问", "设计师", "分析师", "文员", "秘书", "总裁", "主任", "店长", "店员", "客服", "厨师", "工人", "技术员", "销售", "出纳", "保安", "程序员", "运营", "教授", "老师", "学生", "编辑", "记者", "架构师", "采购", "组长", "部长", "董事长"];

    private static readonly string[] ChineseCompanyEnds = ["公司", "集团", "大学", "学院", "医院", "银行", "研究所", "研究院", "事务所", "中心", "厂", "中学", "小学", "商行", "工作室", "协会", "合作社", "店", "委员会", "局"];

    private static readonly FrozenSet<string> Colors = Set("""
        red green blue yellow black white gray grey orange purple pink brown beige silver gold navy teal cyan magenta ivory maroon olive turquoise lavender coral crimson indigo violet khaki lime mint cream charcoal burgundy tan salmon plum aqua azure peach rose bronze copper amber mustard
        红 绿 蓝 黄 黑 白 灰 橙 紫 粉 棕 银 金 红色 绿色 蓝色 黄色 黑色 白色 灰色 橙色 紫色 粉色 棕色 银色 金色 米色 米白 卡其 藏青 深蓝 浅灰 深灰 天蓝 玫红 酒红 咖啡色 粉红 浅蓝 墨绿 军绿 驼色 杏色 香槟金 透明
        """);

    /// <summary>China's 18 places for organisations with their check character (GB 32100).</summary>
    public static bool IsCreditCode(string value)
    {
        if (value.Length != 18)
            return false;
        ReadOnlySpan<int> weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var at = CreditCodeAlphabet.IndexOf(char.ToUpperInvariant(value[i]), StringComparison.Ordinal);
            if (at < 0 || i is >= 2 and < 8 && at > 9)
                return false;
            sum += at * weights[i];
        }

        return CreditCodeAlphabet.IndexOf(char.ToUpperInvariant(value[17]), StringComparison.Ordinal) == (31 - (sum % 31)) % 31;
    }

    /// <summary>A VAT number as the states of Europe write it, the country first.</summary>
    public static bool IsVat(string value) => value.Length is >= 8 and <= 20 && char.IsAsciiLetterUpper(value[0]) && Vat().IsMatch(value);

    /// <summary>A licence plate of China, Britain, Germany, France or a state of America.</summary>
    public static bool IsPlate(string value) => value.Length is >= 5 and <= 11 && Plate().IsMatch(value);

    /// <summary>A Chinese plate: the province's character tells.</summary>
    public static bool IsChinesePlate(string value) => value.Length is >= 7 and <= 9 && ChinesePlate().IsMatch(value);

    public static bool IsVersion(string value) => value.Length <= 40 && Version().IsMatch(value);

    public static bool IsJson(string value) => value.Length > 1 && value[0] == '{' && (value.Contains("\":", StringComparison.Ordinal) || value == "{}" || value.Contains("\" :", StringComparison.Ordinal))
        || value.Length > 3 && value[0] == '[' && value[1] == '{';

    public static bool IsHtml(string value) => value.Length > 3 && value.Contains('<', StringComparison.Ordinal) && Html().IsMatch(value);

    /// <summary>At least three decimals in a row, in brackets or not: a vector.</summary>
    public static bool IsEmbedding(string value) => value.Length >= 12 && Embedding().IsMatch(value);

    public static bool IsList(string value) => value.Length > 1 && value[0] == '[' && value[1] != '{' || value.Split([' ', ',', ';', '|'], StringSplitOptions.RemoveEmptyEntries) is { Length: >= 3 } items && items.All(item => item.All(c => char.IsAsciiDigit(c) || c is '.' or '-'));

    public static bool IsCoordinates(string value) => value.Length is >= 7 and <= 60 && Coordinates().IsMatch(value);

    public static bool IsUserAgent(string value) => value.Length >= 8 && UserAgent().IsMatch(value);

    /// <summary>A web address of a picture: by its ending, or by the host or folder that says so.</summary>
    public static bool IsImageUrl(string value) => value.Length > 10 && ImageUrl().IsMatch(value);

    public static bool IsMoney(string value) => value.Length is >= 2 and <= 24 && Money().IsMatch(value);

    public static bool IsPercent(string value) => value.Length is >= 2 and <= 12 && (value[^1] is '%' or '％') && double.TryParse(value.AsSpan(0, value.Length - 1), CultureInfo.InvariantCulture, out _);

    public static bool IsWeight(string value) => value.Length is >= 2 and <= 20 && Weight().IsMatch(value);

    public static bool IsSize(string value) => value.Length <= 30 && (Sizes.Contains(value) || SizeForm().IsMatch(value));

    public static bool IsDuration(string value) => value.Length is >= 2 and <= 24 && Duration().IsMatch(value);

    public static bool IsCount(string value) => value.Length is >= 3 and <= 24 && Count().IsMatch(value);

    public static bool IsLanguage(string value) => Languages.Contains(value) || value.Length is 5 && value[2] is '-' or '_' && Languages.Contains(value[..2]);

    public static bool IsStatus(string value) => Statuses.Contains(value);

    public static bool IsColor(string value) => Colors.Contains(value) || value.Length == 7 && value[0] == '#' && value.AsSpan(1).IndexOfAnyExceptInRange('0', 'f') < 0 && value.Skip(1).All(char.IsAsciiHexDigit)
        || value.Length <= 24 && value.LastIndexOf(' ') is > 0 and var at && Colors.Contains(value[(at + 1)..])
        || value.EndsWith(')') && (value.StartsWith("rgb(", StringComparison.OrdinalIgnoreCase) || value.StartsWith("rgba(", StringComparison.OrdinalIgnoreCase) || value.StartsWith("hsl(", StringComparison.OrdinalIgnoreCase));

    /// <summary>24 hexadecimal digits, as document databases number their records.</summary>
    public static bool IsObjectId(string value) => value.Length == 24 && value.All(char.IsAsciiHexDigit) && value.Any(char.IsAsciiDigit);

    /// <summary>A language and a country: en-GB, zh_CN.</summary>
    public static bool IsLocale(string value) => value.Length == 5 && value[2] is '-' or '_' && char.IsAsciiLetterLower(value[0]) && char.IsAsciiLetterLower(value[1]) && char.IsAsciiLetterUpper(value[3]) && char.IsAsciiLetterUpper(value[4]);

    public static bool IsEventName(string value) => value.Length is >= 4 and <= 50 && EventName().IsMatch(value);

    public static bool IsCompany(string value)
    {
        if (value.Length is < 3 or > 80)
            return false;
        foreach (var end in ChineseCompanyEnds)
        {
            if (value.EndsWith(end, StringComparison.Ordinal) && value.Length > end.Length + 1)
                return true;
        }

        var words = value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && (CompanyWords.Contains(words[^1]) || CompanyWords.Contains(words[^2]) || value.Contains(" & ", StringComparison.Ordinal) && words.Length <= 4);
    }

    public static bool IsJob(string value)
    {
        if (value.Length is < 2 or > 60)
            return false;
        foreach (var end in ChineseJobEnds)
        {
            if (value.EndsWith(end, StringComparison.Ordinal))
                return true;
        }

        foreach (var word in value.AsSpan().SplitAny(' ', '-', '/', ','))
        {
            if (JobWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.AsSpan(word)))
                return true;
        }

        return false;
    }

    /// <summary>Letters first, then letters, digits, dots, underscores: what accounts are called.</summary>
    public static bool IsUsername(string value) => value.Length is >= 3 and <= 30 && Username().IsMatch(value);

    /// <summary>Capitals, small letters, digits and signs mixed without a blank: a password, or a key.</summary>
    public static bool IsPassword(string value)
    {
        if (value.Length is < 6 or > 80 || value.Contains(' ', StringComparison.Ordinal))
            return false;
        int upper = 0, lower = 0, digits = 0, signs = 0;
        foreach (var c in value)
        {
            if (char.IsAsciiLetterUpper(c))
                upper = 1;
            else if (char.IsAsciiLetterLower(c))
                lower = 1;
            else if (char.IsAsciiDigit(c))
                digits = 1;
            else if (c is '!' or '@' or '#' or '$' or '%' or '^' or '&' or '*' or '?' or '~' or '+' or '=')
                signs = 1;
            else if (c is '/' or ':' or '.' or ',' or '(' or ')' || c > 0x7F)
                return false;
        }

        return upper + lower + digits + signs >= 3;
    }

    /// <summary>A hash of a password as programs keep it, or a key with a maker's prefix.</summary>
    public static bool IsSecret(string value) => value.Length >= 20 && Secret().IsMatch(value);

    /// <summary>15 digits with Luhn's check digit: the number of a mobile device.</summary>
    public static bool IsImei(string value)
    {
        if (value.Length != 15 || !value.All(char.IsAsciiDigit))
            return false;
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var digit = value[i] - '0';
            sum += (i & 1) == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    /// <summary>A day, or a day with a time, in a form that the profile does not read as one: with the month's name, in Chinese, or the day first.</summary>
    public static bool IsWrittenDate(string value) => value.Length is >= 6 and <= 40 && WrittenDate().IsMatch(value);

    public static bool IsWrittenTime(string value) => value.Length is >= 4 and <= 14 && WrittenTime().IsMatch(value);

    public static bool IsYearMonth(string value) => value.Length is >= 6 and <= 9 && YearMonth().IsMatch(value);

    public static bool IsProductCode(string value) => value.Length is >= 4 and <= 24 && ProductCode().IsMatch(value);

    private static FrozenSet<string> Set(string list) => list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(ATU\d{8}|BE[01]\d{9}|BG\d{9,10}|CY\d{8}[A-Z]|CZ\d{8,10}|DE\d{9}|DK\d{8}|EE\d{9}|EL\d{9}|ES[A-Z0-9]\d{7}[A-Z0-9]|FI\d{8}|FR[A-Z0-9]{2}\d{9}|GB(\d{9}|\d{12})|HR\d{11}|HU\d{8}|IE\d[A-Z0-9]\d{5}[A-Z]{1,2}|IT\d{11}|LT(\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}|NL\d{9}B\d{2}|PL\d{10}|PT\d{9}|RO\d{6,10}|SE\d{12}|SI\d{8}|SK\d{10}|CHE-?\d{3}\.?\d{3}\.?\d{3}( ?(MWST|TVA|IVA))?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Vat();

    [GeneratedRegex(@"^([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·]?[A-Z0-9]{5,6}|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|[A-Z]{2}-\d{3}-[A-Z]{2}|\d?[A-Z]{3}[ -]?\d{3,4}|\d{4} ?[A-Z]{3}|[A-Z]{2} ?\d{2} ?[A-Z]{1,2} ?\d{4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Plate();

    [GeneratedRegex(@"^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·•-]?[A-Z0-9]{5,6}$", RegexOptions.CultureInvariant)]
    private static partial Regex ChinesePlate();

    [GeneratedRegex(@"^(v|ver|version|rel|release|build)?[-_ ]?\d{1,4}(\.\d{1,5}){1,3}([-+.]?(alpha|beta|rc|snapshot|preview|dev|final|release|build|post|a|b)[\w.+-]*|[-+]\w[\w.]*)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"<(/?(p|div|span|a|b|i|ul|ol|li|br|h[1-6]|table|tr|td|img|strong|em|html|body|head|section|article|font|script|!doctype)\b[^>]*)>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Html();

    [GeneratedRegex(@"^[\[(]?\s*-?\d*\.\d+(e-?\d+)?(\s*[,; ]\s*-?\d*\.?\d+(e-?\d+)?){2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Embedding();

    [GeneratedRegex(@"^(POINT ?)?[\[(]?\s*-?\d{1,3}\.\d{2,}°?\s*[NS]?\s*[,; ]\s*-?\d{1,3}\.\d{2,}°?\s*[EW]?\s*[\])]?$", RegexOptions.CultureInvariant)]
    private static partial Regex Coordinates();

    [GeneratedRegex(@"^(Mozilla|Opera|Dalvik|curl|Wget|okhttp|python-requests|PostmanRuntime|Java|Go-http-client|Apache-HttpClient|axios|node-fetch)/\d|^[\w.-]+/[\d.]+ \(|(bot|crawler|spider)/\d|AppleWebKit/|CFNetwork/|MicroMessenger/", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UserAgent();

    [GeneratedRegex(@"^(https?:)?//[^\s]+\.(jpe?g|png|gif|webp|svg|bmp|avif|heic|tiff?|ico)([?#!@_][^\s]*)?$|^(https?:)?//(img|image|images|pic|pics|photo|photos|thumb|thumbs|avatar|avatars|gravatar)\d*[.-][^\s]+$|^(https?:)?//[^\s]+/(images?|img|photos?|avatars?|thumbnails?|thumbs?|pics?)/[^\s]+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ImageUrl();

    [GeneratedRegex(@"^[-(]?([$€£¥￥₹₽₩]|USD|EUR|GBP|CNY|RMB|US\$|HK\$|CHF|JPY)\s?-?\d[\d,. ]*\)?$|^-?\d[\d,. ]*\s?([$€£¥￥₹₽₩元]|USD|EUR|GBP|CNY|RMB|万元|CHF|JPY|kr|zł)$", RegexOptions.CultureInvariant)]
    private static partial Regex Money();

    [GeneratedRegex(@"^\d+([.,]\d+)?\s?(kg|kgs|g|mg|lb|lbs|oz|oz\.|ounces?|pounds?|l|ml|cl|litres?|liters?|gal|gallons?|t|tons?|grams?|公斤|千克|克|斤|升|毫升|吨|fl\.? ?oz\.?)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Weight();

    [GeneratedRegex(@"^((EU|US|UK|FR|IT|JP)\s?\d{1,2}(\.5)?|\d{2,3}[A-G]|\d{2,3}/\d{2,3}[A-F]?|(W\d{2}\s?[/x]?\s?L\d{2})|\d+(\.\d+)?\s?(cm|mm|m|in|ft|inch|"")?\s?[x×*X]\s?\d+(\.\d+)?\s?(cm|mm|m|in|ft|inch|"")?(\s?[x×*X]\s?\d+(\.\d+)?\s?(cm|mm|m|in|ft|inch|"")?)?|\d+(\.\d+)?\s?(cm|mm|inch|in|ft|""|寸|码|厘米)|\d{2}码)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SizeForm();

    [GeneratedRegex(@"^(P(\d+D)?T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?|\d+\s?d(ays?)?\s?(\d+\s?h)?|\d+(\.\d+)?\s?(s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|ms|days?|weeks?|months?|秒|分|分钟|小时|天|毫秒|个月)|(\d+\s?(h|hrs?|hours?|小时)\s?)?\d+\s?(m|min|mins|minutes?|分|分钟)(\s?\d+\s?(s|sec|secs|秒))?|\d+(h|小时|m|分|min)\s?\d+(m|分|s|秒|min|分钟))$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\d[\d,]*\s?(pcs?|pieces?|units?|items?|sets?|packs?|boxes|件|个|只|台|套|箱|包|瓶|盒|条|双|张|次|人|patients?|people)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Count();

    [GeneratedRegex(@"^[a-z]+([_.:/-][a-z0-9]+){1,4}$|^[a-z]+([A-Z][a-z]+){1,3}$|^(view|click|add|purchase|search|login|logout|signup|impression|scroll|submit|open|close|share|like|play|pause|install|cart|pv|buy|fav|checkout|wishlist)$|^(点击|浏览|加购|收藏|搜索|登录|注册|下单|支付|分享|曝光)", RegexOptions.CultureInvariant)]
    private static partial Regex EventName();

    [GeneratedRegex(@"^@?\p{L}[\p{L}\d]*([._-][\p{L}\d]+)*[_.]?\d*$", RegexOptions.CultureInvariant)]
    private static partial Regex Username();

    [GeneratedRegex(@"^(\$(2[abxy]|argon2[a-z]*|[156]|pbkdf2[a-z0-9-]*|scrypt|s0|apr1)\$.{16,}|(pbkdf2|scrypt|sha256|sha1|md5|bcrypt|argon2)[_a-z0-9]*[$:].{16,}|\{(SSHA|SHA|MD5)\d*\}.{16,}|(sk|pk|rk)_(live|test)_\w{10,}|gh[pousr]_\w{20,}|AKIA[A-Z0-9]{12,}|xox[abp]-[\w-]{10,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|sk-[\w-]{16,}|AIza[\w-]{20,})$", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\d{1,2}(st|nd|rd|th)?[ ./-](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ ,./-]+\d{2,4}|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(st|nd|rd|th)?,? \d{4}|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2})([ T,]+\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?m\.?)?( ?[A-Z]{3}| ?[+-]\d{4})?)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WrittenDate();

    [GeneratedRegex(@"^\d{1,2}[:.]\d{2}([:.]\d{2})?\s?[ap]\.?m\.?$|^\d{1,2}\s?[ap]\.?m\.?$|^(上午|下午|早上|晚上)?\d{1,2}(点|时)(\d{1,2}分?)?$|^\d{1,2}:\d{2}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WrittenTime();

    [GeneratedRegex(@"^(19|20)\d{2}[-/.]?(0[1-9]|1[0-2])$|^(19|20)\d{2}年\d{1,2}月$|^(0?[1-9]|1[0-2])[-/](19|20)\d{2}$|^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ](\d{2}|\d{4})$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex YearMonth();

    [GeneratedRegex(@"^[A-Z]{2,5}[-_]?[A-Z0-9]{2,6}([-_][A-Z0-9]{1,6}){0,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex ProductCode();
}
